"""Events that stream the user's text to Voice Live as it is written."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model

__all__ = ["VoiceLiveInputTextDeltaEvent", "VoiceLiveInputTextDoneEvent"]


@frozen(kw_only=True, repr=False)
class VoiceLiveInputTextDeltaEvent(Model):
    """Adds some text to a user message that is being written."""

    delta: str
    """The text to append to what came before."""

    type: Literal["input_text.delta"] = "input_text.delta"

    event_id: str | None = None

    id: str | None = None
    """The message that the text belongs to."""

    content_index: int | None = None
    """The place of the text among the message's parts, counted from 0."""


@frozen(kw_only=True, repr=False)
class VoiceLiveInputTextDoneEvent(Model):
    """Says that the text is complete, and so becomes a user message."""

    type: Literal["input_text.done"] = "input_text.done"

    event_id: str | None = None

    id: str | None = None
    """The message that the text belongs to."""

    content_index: int | None = None
    """The place of the text among the message's parts, counted from 0."""
