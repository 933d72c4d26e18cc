"""Sources of messages, and the rows of the tables."""

from attrs import define

from rtmodels.adapters._recordings.times import Instant


@define
class MessageSource:
    """The source of a message; rows copy its values, so an instance can be reused."""

    file: str | None = None
    """The file; ``None`` if the message is not from a file."""

    line: int | None = None
    """Its line, or its number in an array or stream, from 1."""

    received_at: Instant | None = None
    """When it was received; ``None`` if unknown."""

    session: str | None = None
    """The key of the session in the log; ``None`` if the log has no such key."""


@define(kw_only=True)
class ResponseRow:
    """One response, from its first event to its end."""

    file: str | None = None
    """The file that contains its first event."""

    line: int | None = None
    """The line of that event."""

    session: str | None = None
    """The key of the session in the log, or else the id that the server assigned."""

    response_id: str | None = None
    """The id that the server assigned: ``resp_...``."""

    conversation_id: str | None = None
    """The conversation that it belongs to; null if it is out of band."""

    created_at: Instant | None = None
    """When ``response.created`` was received; null without that event or its time."""

    ended_at: Instant | None = None
    """When ``response.done`` was received; null without that event or its time."""

    status: str | None = None
    """How it ended; null if the log does not contain its end."""

    reason: str | None = None
    """Why it was cut short: the ``reason`` in its ``status_details``."""

    error_type: str | None = None
    """The kind of error that made it fail."""

    error_code: str | None = None
    """The code of that error."""

    model: str | None = None
    """The model of the session when it began."""

    voice: str | None = None
    """The voice that was used: its own setting, or else that of the session."""

    item_count: int | None = None
    """Number of its items; if it never ended, of those seen so far."""

    input_tokens: int | None = None
    """Tokens read; like all token counts, null if the log has no ``usage``."""

    input_text_tokens: int | None = None
    """Text tokens among those read."""

    input_audio_tokens: int | None = None
    """Audio tokens among those read."""

    input_image_tokens: int | None = None
    """Image tokens among those read."""

    cached_tokens: int | None = None
    """Tokens read that came from the cache, which are cheaper."""

    cached_text_tokens: int | None = None
    """Text tokens among those from the cache."""

    cached_audio_tokens: int | None = None
    """Audio tokens among those from the cache."""

    cached_image_tokens: int | None = None
    """Image tokens among those from the cache."""

    output_tokens: int | None = None
    """Tokens that the model generated."""

    output_text_tokens: int | None = None
    """Text tokens among those generated."""

    output_audio_tokens: int | None = None
    """Audio tokens among those generated."""

    reasoning_tokens: int | None = None
    """Generated tokens that were spent on reasoning."""

    total_tokens: int | None = None
    """Tokens read and tokens generated."""

    audio_seconds: float | None = None
    """Length of the audio in its deltas.

    Null if unknown: the format has no fixed rate, or the model spoke but the log has no
    audio deltas, as when the audio is sent over WebRTC.
    """

    first_token_ms: float | None = None
    """Milliseconds from its creation to the first delta of text or of arguments."""

    first_audio_ms: float | None = None
    """Milliseconds from its creation to the first delta of audio."""

    wait_ms: float | None = None
    """Milliseconds that the caller waited, from the end of the turn to the answer.

    The turn ends with the last ``input_audio_buffer.speech_stopped`` since the previous
    ``response.created`` of the session; without one, with the last
    ``input_audio_buffer.committed``; without that too, with the last
    ``response.create``. A user message that the client creates starts a new turn. The
    answer begins with the first delta of audio, or, without audio, with the first delta
    of text or of arguments. Null if the log lacks either event or its time.
    """


@define(kw_only=True)
class ItemRow:
    """One item that was part of a conversation, even if it was deleted later.

    In the Live API, it is a turn: what one side says until the other says something.
    """

    file: str | None = None
    """The file that contains the first event to name it."""

    line: int | None = None
    """The line of that event."""

    session: str | None = None
    """The key of the session in the log, or else the id that the server assigned."""

    received_at: Instant | None = None
    """When that first event was received."""

    item_id: str | None = None
    """The id that the client or the server assigned."""

    response_id: str | None = None
    """The response that produced it, if any."""

    type: str | None = None
    """Its type: ``message``, ``function_call``, and so on."""

    role: str | None = None
    """The speaker of a message: ``user``, ``assistant`` or ``system``."""

    status: str | None = None
    """Its status in the last event about it."""

    name: str | None = None
    """The function or tool that a call is for."""

    call_id: str | None = None
    """The id that a function call shares with its output."""

    text: str | None = None
    """The text or transcript of its parts, joined by line breaks.

    For a call these are the arguments, and for an output the output. The text of a
    truncated answer is complete, including what the caller did not hear.
    """

    audio_seconds: float | None = None
    """Length of its audio, if known.

    For the caller it is the length of the detected speech; for an answer, the length of
    its deltas, or what remained of them after truncation. For a turn it is the time
    that its transcript covers.
    """


@define(kw_only=True)
class ErrorRow:
    """One thing that went wrong."""

    file: str | None = None
    """The file that contains the message."""

    line: int | None = None
    """The line of the message."""

    session: str | None = None
    """The key of the session in the log, or else the id that the server assigned."""

    received_at: Instant | None = None
    """When the message was received."""

    kind: str
    """What went wrong.

    ``error`` is an event of that type. ``transcription_failed``, ``mcp_call_failed``,
    ``mcp_list_tools_failed`` and ``transport_failed`` are events as well.
    ``response_failed`` and ``response_incomplete`` are ends of responses;
    ``response_repeated`` is the end of one that had ended before, which does not count.
    ``delegation_failed`` and ``delegation_incomplete`` are ends of tasks that a Live
    model has delegated. An ``undecodable`` message does not match the schema, or is not
    a message at all.
    """

    code: str | None = None
    """The code of the error; for an incomplete response, the reason."""

    type: str | None = None
    """The kind of error as the server names it, such as ``server_error``."""

    message: str | None = None
    """A description of the error."""

    param: str | None = None
    """The key of the client's event, or the setting, that caused the error."""

    event_id: str | None = None
    """The client's event that an ``error`` refers to."""

    response_id: str | None = None
    """The response that failed or is incomplete."""

    item_id: str | None = None
    """The item that could not be transcribed or executed."""

    path: str | None = None
    """The path of the first issue in an undecodable message."""


@define(kw_only=True)
class SessionRow:
    """One session of the Live API, which is paid by time."""

    file: str | None = None
    """The file that contains its first event."""

    line: int | None = None
    """The line of that event."""

    session: str | None = None
    """The key of the session in the log, or else the id that the server assigned."""

    session_id: str | None = None
    """The id that the server assigned: ``live_...``."""

    started_at: Instant | None = None
    """When its first event was received."""

    ended_at: Instant | None = None
    """When ``session.closed`` was received; null without that event or its time."""

    reason: str | None = None
    """Why it ended; null if the log does not contain its end."""

    model: str | None = None
    """The model that listens and speaks."""

    voice: str | None = None
    """The voice of the model, or the id of a custom one."""

    seconds: float | None = None
    """Seconds used in all, as last reported."""

    active_seconds: float | None = None
    """Seconds among them in which the model was running."""

    paused_seconds: float | None = None
    """Seconds among them in which inference was paused."""

    context_ratio: float | None = None
    """The share of the context in use, from 0.0 to 1.0, as last reported."""

    input_audio_seconds: float | None = None
    """Length of the audio to the model in the log; null if its format is unknown."""

    output_audio_seconds: float | None = None
    """Length of the audio from the model in the log; null if its format is unknown."""


@define(kw_only=True)
class DelegationRow:
    """One task that a Live model has delegated."""

    file: str | None = None
    """The file that contains the first event about it."""

    line: int | None = None
    """The line of that event."""

    session: str | None = None
    """The key of the session in the log, or else the id that the server assigned."""

    received_at: Instant | None = None
    """When that first event was received."""

    delegation_id: str | None = None
    """The id that the server assigned."""

    target: str | None = None
    """Who works on it: ``client``, ``responses`` or ``decisions``."""

    offset_ms: int | None = None
    """Where on the timeline of the session it was delegated."""

    response_id: str | None = None
    """The last response that worked on it, if any."""

    status: str | None = None
    """The last status of that response or of the decision; null if none was reported.

    A task that the client works on has none.
    """

    text: str | None = None
    """The text of that response."""


@define(kw_only=True)
class EventRow:
    """The number of events of one type in one session of the Live API."""

    file: str | None = None
    """The file that contains the first of them."""

    session: str | None = None
    """The key of the session in the log, or else the id that the server assigned."""

    type: str | None = None
    """The type on the wire."""

    count: int = 0
    """How many there are."""


@define(kw_only=True)
class PeriodRow:
    """What happened in one hour or on one day, UTC."""

    start: Instant | None = None
    """When it began; null in the row of what has no time."""

    responses: int = 0
    """Number of responses that were created then, or ended if that is not known."""

    items: int = 0
    """Number of items that were first named then; of the Live API, of turns."""

    errors: int = 0
    """Number of errors that were received then."""

    input_tokens: int | None = None
    """Tokens that those responses read; null if none of them has ``usage``."""

    output_tokens: int | None = None
    """Tokens that the model generated for them; null likewise."""

    total_tokens: int | None = None
    """Tokens read and tokens generated; null likewise."""

    first_token_ms: float | None = None
    """Median of their ``first_token_ms``; null if none is known."""

    first_audio_ms: float | None = None
    """Median of their ``first_audio_ms``; null likewise."""

    wait_ms: float | None = None
    """Median of their ``wait_ms``; null likewise."""

    wait_p95_ms: float | None = None
    """What 95 % of their ``wait_ms`` stay below; null likewise."""
