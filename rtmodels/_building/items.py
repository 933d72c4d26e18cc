"""Events that add an item to the conversation: messages and answers to calls."""

from typing import Any
from uuid import uuid4

import orjson
from pybase64 import b64encode_as_string

from rtmodels._building.checks import check_event_id, check_word
from rtmodels.schema._model import UNSET
from rtmodels.schema.content import (
    MessageImageDetail,
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageSystemContent,
    RealtimeConversationItemMessageUserContent,
)
from rtmodels.schema.events.conversation import ConversationItemCreateEvent
from rtmodels.schema.events.response import (
    ResponseCreateEvent,
    ResponseFunctionCallArgumentsDoneEvent,
)
from rtmodels.schema.items import (
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemFunctionCallOutput,
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageSystem,
    RealtimeConversationItemMessageUser,
)
from rtmodels.schema.mcp import RealtimeMCPApprovalRequest, RealtimeMCPApprovalResponse

__all__ = [
    "assistant_message",
    "audio",
    "function_output",
    "image",
    "mcp_approval",
    "system_message",
    "user_message",
]

_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
"""How the files of each format begin that the server accepts."""


def user_message(
    *content: str | RealtimeConversationItemMessageUserContent,
    event_id: str | None = None,
) -> ConversationItemCreateEvent:
    """Return a `ConversationItemCreateEvent` with a message from the user.

    The model does not answer it before a `create_response`.

    Args:
        content: Text, and what `image` and `audio` return, in any order.
        event_id: An id of your own, which errors about this event repeat.

    Raises:
        ValueError: There is no content.
    """
    if not content:
        raise ValueError("a message must have some content: text, image() or audio()")
    parts = tuple([_to_part(part) for part in content])
    return _create(RealtimeConversationItemMessageUser(content=parts), event_id)


def image(
    picture: bytes | str, *, detail: MessageImageDetail | None = None
) -> RealtimeConversationItemMessageUserContent:
    """Return the part of a `user_message` that is a picture.

    Args:
        picture: The bytes of a PNG or JPEG, or a ``data:`` URL that has one.
        detail: How closely the model looks at it; more detail costs more tokens.

    Raises:
        ValueError: *picture* is of another format, or another kind of URL.
    """
    return RealtimeConversationItemMessageUserContent(
        type="input_image",
        image_url=_to_data_url(picture),
        detail=check_word("detail", detail, MessageImageDetail),
    )


def audio(
    samples: bytes, *, transcript: str | None = None
) -> RealtimeConversationItemMessageUserContent:
    """Return the part of a `user_message` that was spoken.

    To stream what the caller speaks, use `append_audio`.

    Args:
        samples: The whole recording, in the session's input format.
        transcript: Its words, which the conversation keeps and the model does not see.
    """
    return RealtimeConversationItemMessageUserContent(
        type="input_audio", audio=samples, transcript=transcript
    )


def system_message(
    text: str, *, event_id: str | None = None
) -> ConversationItemCreateEvent:
    """Return a `ConversationItemCreateEvent` with instructions for the model."""
    content = RealtimeConversationItemMessageSystemContent(text=text)
    return _create(RealtimeConversationItemMessageSystem(content=(content,)), event_id)


def assistant_message(
    text: str, *, event_id: str | None = None
) -> ConversationItemCreateEvent:
    """Return a `ConversationItemCreateEvent` with a message in the model's name.

    It can only be text, with which to restore an earlier conversation, for example.
    """
    content = RealtimeConversationItemMessageAssistantContent(
        type="output_text", text=text
    )
    item = RealtimeConversationItemMessageAssistant(content=(content,))
    return _create(item, event_id)


def function_output(
    call: (
        str
        | RealtimeConversationItemFunctionCall
        | ResponseFunctionCallArgumentsDoneEvent
    ),
    output: object,
    *,
    respond: bool = True,
    event_id: str | None = None,
) -> tuple[ConversationItemCreateEvent | ResponseCreateEvent, ...]:
    """Return a `ConversationItemCreateEvent` with what a function returned.

    A `ResponseCreateEvent` follows, without which the model would wait. The server
    refuses it while a response is running: send both after the `ResponseDoneEvent` of
    the response with the call. If that has several calls, ask for the next response
    after the last output only.

    Args:
        call: The item or event with the call, or its ``call_id``.
        output: The result. Text is sent as it is, and anything else as JSON.
        respond: Whether to ask for the next response.
        event_id: An id of your own for the first event, which errors about it repeat.

    Raises:
        ValueError: *call* has no ``call_id``.
        TypeError: *output* is neither text nor what orjson can encode.
    """
    call_id = call if isinstance(call, str) else call.call_id
    if not call_id:
        raise ValueError("the output must name a call, and this call has no call_id")

    text = output if isinstance(output, str) else _to_json(output)
    item = RealtimeConversationItemFunctionCallOutput(call_id=call_id, output=text)
    event = _create(item, event_id)
    return (event, ResponseCreateEvent()) if respond else (event,)


def mcp_approval(
    request: str | RealtimeMCPApprovalRequest,
    *,
    approve: bool,
    reason: str | None = None,
    item_id: str | None = None,
    event_id: str | None = None,
) -> ConversationItemCreateEvent:
    """Return a `ConversationItemCreateEvent` that grants or refuses a call of MCP.

    Args:
        request: The item that asks for approval, or its id.
        approve: Whether the MCP server may be called.
        reason: Why, in words for the model.
        item_id: The id of the new item; by default, a random one.
        event_id: An id of your own, which errors about this event repeat.
    """
    item = RealtimeMCPApprovalResponse(
        id=f"mcpa_{uuid4().hex[:16]}" if item_id is None else item_id,
        approval_request_id=request if isinstance(request, str) else request.id,
        approve=approve,
        reason=UNSET if reason is None else reason,
    )
    return _create(item, event_id)


def _create(item: Any, event_id: str | None) -> ConversationItemCreateEvent:
    """Return the event that adds *item* at the end of the conversation."""
    return ConversationItemCreateEvent(item=item, event_id=check_event_id(event_id))


def _to_part(
    content: str | RealtimeConversationItemMessageUserContent,
) -> RealtimeConversationItemMessageUserContent:
    """Return *content* as part of a message."""
    if isinstance(content, str):
        return RealtimeConversationItemMessageUserContent(
            type="input_text", text=content
        )
    if isinstance(content, RealtimeConversationItemMessageUserContent):
        return content
    raise TypeError(
        f"a message has text, image() and audio(), not {type(content).__name__}"
    )


def _to_data_url(picture: bytes | str) -> str:
    """Return the ``data:`` URL of a picture."""
    if isinstance(picture, str):
        for kind in _SIGNATURES.values():
            if picture.startswith(f"data:image/{kind};base64,"):
                return picture
        raise ValueError(
            "an image must be the bytes of a PNG or JPEG, or a URL that begins with "
            "data:image/png;base64, or data:image/jpeg;base64, "
            "- the server downloads none"
        )

    for signature, kind in _SIGNATURES.items():
        if picture.startswith(signature):
            return f"data:image/{kind};base64,{b64encode_as_string(picture)}"
    raise ValueError("an image must be a PNG or JPEG")


def _to_json(output: object) -> str:
    """Return *output* as JSON."""
    try:
        return orjson.dumps(output).decode()
    except TypeError as exc:
        raise TypeError(
            f"the output must be text or what orjson can encode: {exc}"
        ) from exc
