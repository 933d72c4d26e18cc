"""Events of the Responses model that works on delegated tasks.

The objects of the Responses API in these events have no classes here. They are kept
whole as `Unknown`.
"""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import UNSET, Expected, Model, Unknown, Unset

__all__ = [
    "LiveResponseCreate",
    "LiveResponseEvent",
    "LiveResponseItemCreate",
]


@frozen(kw_only=True, repr=False)
class LiveResponseItemCreate(Model):
    """Adds an item, such as a tool's output, to the Responses model's conversation."""

    item: Unknown
    """The item, an object of the Responses API."""

    type: Literal["response.item.create"] = "response.item.create"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveResponseCreate(Model):
    """Has the Responses model respond, or resume after the outputs of its tools."""

    type: Literal["response.create"] = "response.create"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveResponseEvent(Model):
    """An event of the Responses API, for a delegated task."""

    event: Unknown
    """The event itself, an object of the Responses API.

    Snapshots in it lack outputs.
    """

    event_id: Expected[str] = None

    type: Literal["response.event"] = "response.event"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""

    delegation_id: str | None | Unset = UNSET
    """The delegation that the response works on, if known."""
