"""Messages of the assistant, and the JSON of any object."""

from typing import Any

from rtmodels import (
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageUser,
    RealtimeConversationItemMessageUserContent,
    make_converter,
)

CONVERTER = make_converter()
USER = RealtimeConversationItemMessageUser(
    content=(RealtimeConversationItemMessageUserContent(type="input_text", text="Hi"),)
)


def wire(x: Any) -> Any:
    """Return the JSON value of *x*."""
    return CONVERTER.unstructure(x)


def assistant(*types: str | None, **keys: Any) -> Any:
    """Make a message of the assistant's with parts of these *types*."""
    parts = [RealtimeConversationItemMessageAssistantContent(type=t) for t in types]
    return RealtimeConversationItemMessageAssistant(content=tuple(parts), **keys)


def types_of(item: Any) -> list[str | None]:
    """Return the types of the parts of *item*."""
    return [part.type for part in item.content]
