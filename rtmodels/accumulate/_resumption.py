"""Resumption: the events that rebuild a conversation in a new session.

`_conversation_accumulator` may import it, and the package exports its public classes.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

from attrs import frozen

from rtmodels.accumulate._state import get_item_id
from rtmodels.schema._model import Unknown
from rtmodels.schema.content import (
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageSystemContent,
    RealtimeConversationItemMessageUserContent,
)
from rtmodels.schema.events.conversation import ConversationItemCreateEvent
from rtmodels.schema.items import (
    RealtimeConversationItem,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemFunctionCallOutput,
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageSystem,
    RealtimeConversationItemMessageUser,
)

__all__ = ["LeftOut", "Resumption"]

MAX_CLIENT_ID = 32
"""Maximum number of characters of an id that a client chooses."""

IN_PROGRESS = "an item in progress"

Message: TypeAlias = (
    RealtimeConversationItemMessageSystem
    | RealtimeConversationItemMessageUser
    | RealtimeConversationItemMessageAssistant
)
Part: TypeAlias = (
    RealtimeConversationItemMessageSystemContent
    | RealtimeConversationItemMessageUserContent
    | RealtimeConversationItemMessageAssistantContent
)


@frozen(kw_only=True)
class LeftOut:
    """An item, or a part of a message, that a resumed conversation lacks."""

    item_id: str | None
    """The id that the item has in the old session, if it has one."""

    content_index: int | None = None
    """The index of the part in the item; ``None`` if it is the whole item.

    A message of which all parts are left out is not sent at all.
    """

    reason: str
    """Why it is left out, as text for people."""


@frozen(kw_only=True)
class Resumption:
    """A conversation as a client sends it to a new session."""

    events: tuple[ConversationItemCreateEvent, ...]
    """What to send, in order."""

    left_out: tuple[LeftOut, ...]
    """What the events lack, in the order of the items."""


def resume_items(items: Iterable[RealtimeConversationItem]) -> Resumption:
    """Return the events that rebuild a conversation with *items*."""
    items = tuple(items)
    answered = _find_answered(items)

    events: list[ConversationItemCreateEvent] = []
    left_out: list[LeftOut] = []
    for index, item in enumerate(items):
        made: RealtimeConversationItem | None
        match item:
            case (
                RealtimeConversationItemMessageSystem()
                | RealtimeConversationItemMessageUser()
                | RealtimeConversationItemMessageAssistant()
            ):
                made = _rebuild_message(item, left_out)
            case _:
                made = _rebuild_call(item, left_out, answered=index in answered)
        if made is not None:
            events.append(ConversationItemCreateEvent(item=made))

    return Resumption(events=tuple(events), left_out=tuple(left_out))


def _find_answered(items: tuple[RealtimeConversationItem, ...]) -> set[int]:
    """Return the indexes of the calls with an output, and of these outputs."""
    answered: set[int] = set()
    calls: dict[str, int] = {}
    for index, item in enumerate(items):
        match item:
            case RealtimeConversationItemFunctionCall(call_id=str(call_id)):
                if call_id and item.name and not _is_in_progress(item):
                    calls[call_id] = index
            case RealtimeConversationItemFunctionCallOutput(call_id=call_id):
                if call_id in calls and not _is_in_progress(item):
                    answered |= {calls.pop(call_id), index}
    return answered


def _rebuild_call(
    item: RealtimeConversationItem, left_out: list[LeftOut], *, answered: bool
) -> RealtimeConversationItem | None:
    """Return the item to send for *item*, which is no message.

    If there is none, *left_out* is appended to.
    """
    match item:
        case RealtimeConversationItemFunctionCall() if answered:
            return RealtimeConversationItemFunctionCall(
                id=_client_id(item.id),
                call_id=item.call_id,
                name=item.name,
                arguments=item.arguments,
            )
        case RealtimeConversationItemFunctionCallOutput() if answered:
            return RealtimeConversationItemFunctionCallOutput(
                id=_client_id(item.id), call_id=item.call_id, output=item.output
            )

        case Unknown():
            reason = "an item of an unknown type"
        case _ if _is_in_progress(item):
            reason = IN_PROGRESS
        case RealtimeConversationItemFunctionCall():
            reason = "a function call without an output"
        case RealtimeConversationItemFunctionCallOutput():
            reason = "the output of a function call that is left out or missing"
        case _:
            reason = "an item of MCP, which only the server makes"

    left_out.append(LeftOut(item_id=get_item_id(item), reason=reason))
    return None


def _rebuild_message(
    message: Message, left_out: list[LeftOut]
) -> RealtimeConversationItem | None:
    """Return the message to send for *message*, or ``None`` if nothing is left of it.

    What it lacks is appended to *left_out*.
    """
    # A user's message is all that was transcribed; xAI never ends it otherwise.
    is_user = isinstance(message, RealtimeConversationItemMessageUser)
    parts: tuple[Part, ...] = message.content
    if not parts or (_is_in_progress(message) and not is_user):
        reason = IN_PROGRESS if parts else "a message without content"
        left_out.append(LeftOut(item_id=message.id, reason=reason))
        return None

    content: list[Any] = []
    for index, part in enumerate(parts):
        made = _rebuild_part(part)
        if isinstance(made, str):
            left_out.append(
                LeftOut(item_id=message.id, content_index=index, reason=made)
            )
        else:
            content.append(made)

    id_ = _client_id(message.id)
    return type(message)(id=id_, content=tuple(content)) if content else None


def _rebuild_part(part: Part) -> Part | str:
    """Return the part to send for *part*, or why there is none."""
    match part:
        case RealtimeConversationItemMessageUserContent(type="input_image"):
            if not part.image_url:
                return "an image without its data"
            return RealtimeConversationItemMessageUserContent(
                type="input_image", image_url=part.image_url, detail=part.detail
            )

        case RealtimeConversationItemMessageSystemContent():
            words = part.text
        case _:
            words = part.text or part.transcript

    if not (words and words.strip()):
        is_audio = part.type in ("input_audio", "output_audio", "audio")
        return "audio without a transcript" if is_audio else "a part without text"

    match part:
        case RealtimeConversationItemMessageSystemContent():
            return RealtimeConversationItemMessageSystemContent(text=words)
        case RealtimeConversationItemMessageUserContent():
            return RealtimeConversationItemMessageUserContent(
                type="input_text", text=words
            )
        case _:
            return RealtimeConversationItemMessageAssistantContent(
                type="output_text", text=words
            )


def _is_in_progress(item: RealtimeConversationItem) -> bool:
    """Check whether *item* was not finished."""
    return getattr(item, "status", None) == "in_progress"


def _client_id(id_: str | None) -> str | None:
    """Return the id that a client may choose for an item that had *id_*."""
    return id_ if id_ and len(id_) <= MAX_CLIENT_ID else None
