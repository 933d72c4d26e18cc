"""Where messages are from, and the rows that they are summed up in."""

from typing import NewType

from attrs import define

Instant = NewType("Instant", int)
"""A time, in microseconds since the beginning of 1970, UTC."""


@define
class MessageSource:
    """Where a message is from; it can be changed and used for the next one."""

    file: str | None = None
    """The file; ``None`` where there is none."""

    line: int | None = None
    """Its line, or its number in an array or stream, from 1."""

    received_at: Instant | None = None
    """When it was received, in microseconds since 1970, UTC; ``None`` if unknown."""

    session: str | None = None
    """The log's own key of the session; ``None`` in a log that has no such key."""


@define(kw_only=True)
class ResponseRow:
    """One response, from its first event to its end."""

    file: str | None = None
    """The file that has its first event."""

    line: int | None = None
    """Where that event stands in the file."""

    session: str | None = None
    """The log's own key of the session, or else the id that the server gave it."""

    response_id: str | None = None
    """The id that the server gave it: ``resp_...``."""

    conversation_id: str | None = None
    """The conversation that it is part of; null if it is out of band."""

    created_at: Instant | None = None
    """When ``response.created`` was received; null without that event or its time."""

    ended_at: Instant | None = None
    """When ``response.done`` was received; null without that event or its time."""

    status: str | None = None
    """How it ended; null if the log has no end of it."""

    reason: str | None = None
    """What cut it short: the ``reason`` in its ``status_details``."""

    error_type: str | None = None
    """The kind of error that made it fail."""

    error_code: str | None = None
    """That error itself, as a code."""

    model: str | None = None
    """The model of the session when it began."""

    voice: str | None = None
    """The voice that it was made with: its own, or else that of the session."""

    item_count: int | None = None
    """How many items it has; those seen so far if it never ended."""

    input_tokens: int | None = None
    """Tokens read; like all counts of tokens, null if the log has no ``usage``."""

    input_text_tokens: int | None = None
    """Tokens of text among those read."""

    input_audio_tokens: int | None = None
    """Tokens of audio among those read."""

    input_image_tokens: int | None = None
    """Tokens of images among those read."""

    cached_tokens: int | None = None
    """Those among the tokens read that came from the cache, which are cheaper."""

    cached_text_tokens: int | None = None
    """Tokens of text among those from the cache."""

    cached_audio_tokens: int | None = None
    """Tokens of audio among those from the cache."""

    cached_image_tokens: int | None = None
    """Tokens of images among those from the cache."""

    output_tokens: int | None = None
    """Tokens that the model made."""

    output_text_tokens: int | None = None
    """Tokens of text among those made."""

    output_audio_tokens: int | None = None
    """Tokens of audio among those made."""

    reasoning_tokens: int | None = None
    """Tokens among those made that went into thinking."""

    total_tokens: int | None = None
    """Tokens read and tokens made."""

    audio_seconds: float | None = None
    """How long the audio in its deltas is.

    Null where it is unknown: in a format without a fixed rate, or if the model spoke
    and the log has none of it, as when the audio goes over WebRTC.
    """

    first_token_ms: float | None = None
    """Milliseconds from its creation to the first delta of words or of arguments."""

    first_audio_ms: float | None = None
    """Milliseconds from its creation to the first delta of audio."""

    wait_ms: float | None = None
    """Milliseconds that the caller waited: from the end of the turn to the answer.

    The turn ends with the last ``input_audio_buffer.speech_stopped`` since the previous
    ``response.created`` of the session; without one, with the last
    ``input_audio_buffer.committed``; without that too, with the last
    ``response.create``. A user message that the client creates begins the turn anew.
    The answer is the first delta of audio, or, if there is none, that of words or of
    arguments. Null if the log lacks either event or its time.
    """


@define(kw_only=True)
class ItemRow:
    """One item that got into a conversation, also if it was deleted later."""

    file: str | None = None
    """The file that has the first event to name it."""

    line: int | None = None
    """Where that event stands in the file."""

    session: str | None = None
    """The log's own key of the session, or else the id that the server gave it."""

    received_at: Instant | None = None
    """When that first event was received."""

    item_id: str | None = None
    """The id that the client or the server gave it."""

    response_id: str | None = None
    """The response that made it, if one did."""

    type: str | None = None
    """What it is: a ``message``, a ``function_call``, and so on."""

    role: str | None = None
    """Who speaks in a message: ``user``, ``assistant`` or ``system``."""

    status: str | None = None
    """How far it has come, as the last event about it says."""

    name: str | None = None
    """The function or tool that a call is for."""

    call_id: str | None = None
    """What joins a function call and its output."""

    text: str | None = None
    """Its words: each part's text or transcript, joined by line breaks.

    Of a call these are the arguments, and of an output the output. Where an answer was
    truncated, they are all that was said, heard or not.
    """

    audio_seconds: float | None = None
    """How long its audio is, if that is known.

    For what the caller says it is what turn detection took for speech; for an answer,
    its deltas, or what was left of them when it was truncated.
    """


@define(kw_only=True)
class ErrorRow:
    """One thing that went wrong."""

    file: str | None = None
    """The file that has the message."""

    line: int | None = None
    """Where the message stands in the file."""

    session: str | None = None
    """The log's own key of the session, or else the id that the server gave it."""

    received_at: Instant | None = None
    """When the message was received."""

    kind: str
    """What went wrong.

    ``error`` is an event of that type. ``transcription_failed``, ``mcp_call_failed``
    and ``mcp_list_tools_failed`` are events as well; ``response_failed`` and
    ``response_incomplete`` are ends of responses; an ``undecodable`` message is not
    what the schema says, or no message at all.
    """

    code: str | None = None
    """The error as a code; of an incomplete response, the reason."""

    type: str | None = None
    """The kind of error in the server's words, such as ``server_error``."""

    message: str | None = None
    """The error in words."""

    param: str | None = None
    """The key at fault in the client's event, or the setting at fault."""

    event_id: str | None = None
    """The client's event that an ``error`` is about."""

    response_id: str | None = None
    """The response that failed or is incomplete."""

    item_id: str | None = None
    """The item that could not be transcribed, or carried out."""

    path: str | None = None
    """Where in an undecodable message the first issue is."""
