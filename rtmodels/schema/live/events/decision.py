"""Events of the Decisions API: its items, its evaluations and their results."""

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Expected, Model, Unset
from rtmodels.schema.live.decision import (
    LiveDecisionItem,
    LiveDecisionSource,
    LiveDecisionStoredItem,
)

__all__ = [
    "LiveDecisionCreate",
    "LiveDecisionEvent",
    "LiveDecisionEventEvent",
    "LiveDecisionItemCreate",
    "LiveDecisionItemCreated",
    "LiveDecisionItemDelete",
    "LiveDecisionItemDeleted",
]


@frozen(kw_only=True, repr=False)
class LiveDecisionCreate(Model):
    """Has the configured questions answered now.

    Its ``event_id`` can be used only once.
    """

    event_id: str

    type: Literal["decision.create"] = "decision.create"


@frozen(kw_only=True, repr=False)
class LiveDecisionItemCreate(Model):
    """Adds an item to what later decisions know.

    The voice model does not see it.
    """

    item: LiveDecisionItem
    """A message, or a tool call or its output."""

    type: Literal["decision.item.create"] = "decision.item.create"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveDecisionItemCreated(Model):
    """An item is part of what later decisions know."""

    event_id: Expected[str] = None

    item: LiveDecisionStoredItem
    """The item with its id."""

    type: Literal["decision.item.created"] = "decision.item.created"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveDecisionItemDelete(Model):
    """Removes an item from what later decisions know."""

    item_id: str
    """The id of the item."""

    type: Literal["decision.item.delete"] = "decision.item.delete"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveDecisionItemDeleted(Model):
    """An item is no longer part of what later decisions know."""

    event_id: Expected[str] = None

    item_id: str
    """The id of the item."""

    type: Literal["decision.item.deleted"] = "decision.item.deleted"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveDecisionEventEvent(Model):
    """The result of an evaluation."""

    decision: Mapping[str, Any] = field(hash=False)
    """The decision, as the Decisions API reports it: a JSON object, kept whole."""

    type: Literal["decision.completed"] = "decision.completed"
    """What has happened: the decision is complete."""


@frozen(kw_only=True, repr=False)
class LiveDecisionEvent(Model):
    """An event of the Decisions API, for a delegation or a trigger."""

    delegation_id: str | None
    """The delegation that the decision is for; null for a trigger."""

    event: LiveDecisionEventEvent
    """The event itself."""

    event_id: Expected[str] = None

    source_event_id: str | None
    """The ``event_id`` of the transcript's piece that fired the trigger, if one did."""

    source_event_type: LiveDecisionSource | str | None
    """The type of the event that fired the trigger, if one did."""

    trigger_id: str | None
    """The id of this firing of the trigger; null for a delegation."""

    type: Literal["decision.event"] = "decision.event"
