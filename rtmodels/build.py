"""The events that a client sends, in one short call each.

    from rtmodels import build

    send(build.update_session(instructions="Be brief.", voice="marin", tools=[weather]))
    for event in build.append_audio(microphone, milliseconds=40):
        send(event)

    send(build.user_text("Hello!"))
    send(build.create_response())

Every function returns a frozen event, or several, and documents which one. It checks
what the schema documents and cannot express, and raises a `ValueError` for what the
server would refuse. To send more than its arguments say, change the event it returns
with `attrs.evolve`, or make the event from its class.
"""

import inspect
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import orjson
from pybase64 import b64encode_as_string

from rtmodels.errors import MissingDependencyError
from rtmodels.schema._model import UNSET, Unset
from rtmodels.schema.audio import (
    AudioTranscription,
    NoiseReduction,
    NoiseReductionType,
    RealtimeAudioFormats,
    RealtimeAudioFormatsPcm,
    RealtimeAudioFormatsPcma,
    RealtimeAudioFormatsPcmu,
    RealtimeTurnDetection,
    RealtimeTurnDetectionSemanticVad,
    RealtimeTurnDetectionServerVad,
    VoiceIdsOrCustomVoice,
)
from rtmodels.schema.content import (
    MessageImageDetail,
    RealtimeConversationItemMessageSystemContent,
    RealtimeConversationItemMessageUserContent,
)
from rtmodels.schema.events.conversation import (
    ConversationItemCreateEvent,
    ConversationItemTruncateEvent,
)
from rtmodels.schema.events.input_audio_buffer import (
    InputAudioBufferAppendEvent,
    InputAudioBufferClearEvent,
    InputAudioBufferCommitEvent,
)
from rtmodels.schema.events.response import (
    ResponseCancelEvent,
    ResponseCreateEvent,
    ResponseOutputAudioDeltaEvent,
)
from rtmodels.schema.events.session import SessionUpdateEvent
from rtmodels.schema.items import (
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemFunctionCallOutput,
    RealtimeConversationItemMessageSystem,
    RealtimeConversationItemMessageUser,
)
from rtmodels.schema.mcp import RealtimeMCPApprovalRequest, RealtimeMCPApprovalResponse
from rtmodels.schema.response import (
    MaxOutputTokens,
    OutputModality,
    RealtimeResponseCreateParams,
    RealtimeResponseCreateParamsAudio,
    RealtimeResponseCreateParamsAudioOutput,
)
from rtmodels.schema.session import (
    RealtimeModel,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateRequestAudio,
    RealtimeSessionCreateRequestAudioInput,
    RealtimeSessionCreateRequestAudioOutput,
)
from rtmodels.schema.tools import RealtimeFunctionTool, RealtimeTool, ToolChoice

AudioFormat: TypeAlias = Literal["audio/pcm", "audio/pcmu", "audio/pcma"]
"""The name of an audio format, as the wire has it."""

MAX_APPEND = 15 << 20
"""Maximum number of bytes of audio in one event, as OpenAI documents it."""

MAX_TOKENS = 4096
"""The highest limit on output tokens that OpenAI documents, apart from ``inf``."""

MAX_NOTES, MAX_KEY, MAX_VALUE = 16, 64, 512
"""Maximum number of notes in metadata, and of characters in a key and in a value."""

SPEEDS = 0.25, 1.5
"""The lowest and the highest speed of speech."""

_FORMATS: Mapping[str, Callable[[], RealtimeAudioFormats]] = {
    "audio/pcm": lambda: RealtimeAudioFormatsPcm(rate=24000),
    "audio/pcmu": RealtimeAudioFormatsPcmu,
    "audio/pcma": RealtimeAudioFormatsPcma,
}
_BYTES_PER_SECOND = {"audio/pcm": 48_000, "audio/pcmu": 8_000, "audio/pcma": 8_000}
_DETECTIONS: Mapping[str, Callable[[], RealtimeTurnDetection]] = {
    "server_vad": RealtimeTurnDetectionServerVad,
    "semantic_vad": RealtimeTurnDetectionSemanticVad,
}


# ---- Sessions ----------------------------------------------------------------------


def update_session(
    *,
    model: RealtimeModel | None = None,
    instructions: str | None = None,
    output_modality: OutputModality | None = None,
    voice: VoiceIdsOrCustomVoice | None = None,
    speed: float | None = None,
    input_format: AudioFormat | RealtimeAudioFormats | None = None,
    output_format: AudioFormat | RealtimeAudioFormats | None = None,
    turn_detection: (
        Literal["server_vad", "semantic_vad"] | RealtimeTurnDetection | Unset | None
    ) = UNSET,
    transcription: str | AudioTranscription | Unset | None = UNSET,
    noise_reduction: NoiseReductionType | NoiseReduction | Unset | None = UNSET,
    tools: Iterable[Callable[..., Any] | RealtimeTool] | None = None,
    tool_choice: ToolChoice | None = None,
    max_output_tokens: MaxOutputTokens | None = None,
    event_id: str | None = None,
) -> SessionUpdateEvent:
    """Return a `SessionUpdateEvent` with the settings that are passed.

    Args:
        model: The model to talk to; it cannot change during a session.
        instructions: What the model is told at the head of the conversation.
        output_modality: Whether the model speaks or writes.
        voice: The voice, which cannot change once the model has spoken.
        speed: How fast to speak, from 0.25 to 1.5, where 1.0 is the usual pace.
        input_format: The format of the caller's audio; ``audio/pcm`` has 24,000 hertz.
        output_format: The format of the model's audio.
        turn_detection: How the server finds turns: a kind, with its usual settings, or
            all settings. None switches it off.
        transcription: The model that transcribes the caller, or all settings. None
            switches transcription off.
        noise_reduction: The microphone to filter for, or the settings. None switches
            the filter off.
        tools: What the model may call; functions become tools as `function_tool`
            describes.
        tool_choice: Whether the model may, must or must not call a tool.
        max_output_tokens: Maximum number of tokens of a response, from 1 to 4,096, or
            ``"inf"``.
        event_id: An id of your own, which errors about this event repeat.

    Raises:
        ValueError: A setting is outside of its range.
    """
    if speed is not None and not SPEEDS[0] <= speed <= SPEEDS[1]:
        raise ValueError(f"speed must be from {SPEEDS[0]} to {SPEEDS[1]}, not {speed}")

    heard = RealtimeSessionCreateRequestAudioInput(
        format=_to_format(input_format),
        turn_detection=(
            _DETECTIONS[turn_detection]()
            if isinstance(turn_detection, str)
            else turn_detection
        ),
        transcription=(
            AudioTranscription(model=transcription)
            if isinstance(transcription, str)
            else transcription
        ),
        noise_reduction=(
            NoiseReduction(type=noise_reduction)
            if isinstance(noise_reduction, str)
            else noise_reduction
        ),
    )
    spoken = RealtimeSessionCreateRequestAudioOutput(
        format=_to_format(output_format), voice=voice, speed=speed
    )
    audio = RealtimeSessionCreateRequestAudio(
        input=heard if heard != RealtimeSessionCreateRequestAudioInput() else None,
        output=spoken if spoken != RealtimeSessionCreateRequestAudioOutput() else None,
    )

    session = RealtimeSessionCreateRequest(
        model=model,
        instructions=instructions,
        output_modalities=None if output_modality is None else (output_modality,),
        audio=audio if audio != RealtimeSessionCreateRequestAudio() else None,
        tools=_to_tools(tools),
        tool_choice=tool_choice,
        max_output_tokens=_check_tokens(max_output_tokens),
    )
    return SessionUpdateEvent(session=session, event_id=event_id)


def function_tool(function: Callable[..., Any]) -> RealtimeFunctionTool:
    """Return the `RealtimeFunctionTool` that describes a Python function to the model.

    Its name is that of the function, its description the docstring, and its parameters
    a JSON Schema of the annotations. To describe a parameter, annotate it with
    ``Annotated[str, msgspec.Meta(description="...")]``, or mention it in the docstring.

    Call the function with ``function(**json.loads(item.arguments))``.

    Raises:
        MissingDependencyError: msgspec, which makes the JSON Schema, is not installed.
        TypeError: A parameter has no annotation, or cannot be passed by name.
    """
    try:
        import msgspec  # noqa: PLC0415 - optional
    except ModuleNotFoundError as exc:
        raise MissingDependencyError("msgspec", extra="msgspec") from exc

    signature = inspect.signature(function, eval_str=True)
    parameters = signature.parameters.values()
    for parameter in parameters:
        by_name = parameter.kind in (
            parameter.POSITIONAL_OR_KEYWORD,
            parameter.KEYWORD_ONLY,
        )
        if not by_name or parameter.annotation is parameter.empty:
            raise TypeError(
                f"{function.__name__}: the parameter {parameter.name} needs an "
                "annotation, and must accept a keyword"
            )

    schemas, definitions = msgspec.json.schema_components(
        [parameter.annotation for parameter in parameters],
        ref_template="#/$defs/{name}",
    )
    names = [parameter.name for parameter in parameters]
    required = [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty
    ]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": dict(zip(names, schemas, strict=True)),
        "required": required,
        "additionalProperties": False,
    }
    if definitions:
        schema["$defs"] = definitions
    return RealtimeFunctionTool(
        name=function.__name__, description=inspect.getdoc(function), parameters=schema
    )


# ---- Messages ----------------------------------------------------------------------


def user_text(text: str, *, event_id: str | None = None) -> ConversationItemCreateEvent:
    """Return a `ConversationItemCreateEvent` with a message that the user typed.

    The model does not answer before a `create_response`.
    """
    return _user_message(event_id, type="input_text", text=text)


def user_audio(
    audio: bytes, *, transcript: str | None = None, event_id: str | None = None
) -> ConversationItemCreateEvent:
    """Return a `ConversationItemCreateEvent` with a message that the user spoke.

    Args:
        audio: The whole message, in the session's input format.
        transcript: Its words, which are kept for readers, and not shown to the model.
        event_id: An id of your own.
    """
    return _user_message(
        event_id, type="input_audio", audio=audio, transcript=transcript
    )


def user_image(
    image: bytes | str,
    *,
    detail: MessageImageDetail | None = None,
    event_id: str | None = None,
) -> ConversationItemCreateEvent:
    """Return a `ConversationItemCreateEvent` with a picture from the user.

    Args:
        image: The bytes of a PNG or JPEG, or a ``data:`` URL that holds one.
        detail: How closely the model looks at it; more detail costs more tokens.
        event_id: An id of your own.

    Raises:
        ValueError: *image* is neither PNG nor JPEG, or a URL of another kind.
    """
    return _user_message(
        event_id, type="input_image", image_url=_to_data_url(image), detail=detail
    )


def system_text(
    text: str, *, event_id: str | None = None
) -> ConversationItemCreateEvent:
    """Return a `ConversationItemCreateEvent` with instructions for the model."""
    content = RealtimeConversationItemMessageSystemContent(text=text)
    item = RealtimeConversationItemMessageSystem(content=(content,))
    return ConversationItemCreateEvent(item=item, event_id=event_id)


def function_output(
    call: str | RealtimeConversationItemFunctionCall,
    output: object,
    *,
    event_id: str | None = None,
) -> ConversationItemCreateEvent:
    """Return a `ConversationItemCreateEvent` with what a function returned.

    The model does not continue before a `create_response`, which may follow several
    outputs.

    Args:
        call: The item with the call, or its ``call_id``.
        output: The result. Text is sent as it is, and anything else as JSON.
        event_id: An id of your own.

    Raises:
        ValueError: *call* is an item without ``call_id``.
        TypeError: *output* is neither text nor what orjson can encode.
    """
    call_id = call if isinstance(call, str) else call.call_id
    if not call_id:
        raise ValueError("the item of the call has no call_id")
    text = output if isinstance(output, str) else orjson.dumps(output).decode()
    item = RealtimeConversationItemFunctionCallOutput(call_id=call_id, output=text)
    return ConversationItemCreateEvent(item=item, event_id=event_id)


def mcp_approval(
    request: str | RealtimeMCPApprovalRequest,
    approve: bool,  # noqa: FBT001 - the verdict is what the call is about
    *,
    item_id: str,
    reason: str | None = None,
    event_id: str | None = None,
) -> ConversationItemCreateEvent:
    """Return a `ConversationItemCreateEvent` that grants or refuses a call of MCP.

    Args:
        request: The item that asks for approval, or its id.
        approve: Whether the call may go ahead.
        item_id: An id of your own for the new item.
        reason: Why, in words for the model.
        event_id: An id of your own for the event.
    """
    item = RealtimeMCPApprovalResponse(
        id=item_id,
        approval_request_id=request if isinstance(request, str) else request.id,
        approve=approve,
        reason=UNSET if reason is None else reason,
    )
    return ConversationItemCreateEvent(item=item, event_id=event_id)


# ---- Responses ---------------------------------------------------------------------


def create_response(
    *,
    instructions: str | None = None,
    output_modality: OutputModality | None = None,
    voice: VoiceIdsOrCustomVoice | None = None,
    tools: Iterable[Callable[..., Any] | RealtimeTool] | None = None,
    tool_choice: ToolChoice | None = None,
    max_output_tokens: MaxOutputTokens | None = None,
    metadata: Mapping[str, str] | None = None,
    out_of_band: bool = False,
    event_id: str | None = None,
) -> ResponseCreateEvent:
    """Return a `ResponseCreateEvent`; what is not passed, the session decides.

    Args:
        instructions: What to tell the model, in place of the session's instructions.
        output_modality: Whether to speak or to write.
        voice: The voice, which cannot change once the model has spoken.
        tools: What the model may call, as for `update_session`.
        tool_choice: Whether the model may, must or must not call a tool.
        max_output_tokens: As for `update_session`.
        metadata: Notes that come back with the response: at most 16, with keys of up
            to 64 characters and values of up to 512.
        out_of_band: Whether the output stays outside of the conversation.
        event_id: An id of your own.

    Raises:
        ValueError: A setting is outside of its range.
    """
    _check_metadata(metadata or {})
    audio = None
    if voice is not None:
        output = RealtimeResponseCreateParamsAudioOutput(voice=voice)
        audio = RealtimeResponseCreateParamsAudio(output=output)

    response = RealtimeResponseCreateParams(
        instructions=instructions,
        output_modalities=None if output_modality is None else (output_modality,),
        audio=audio,
        tools=_to_tools(tools),
        tool_choice=tool_choice,
        max_output_tokens=_check_tokens(max_output_tokens),
        metadata=UNSET if metadata is None else metadata,
        conversation="none" if out_of_band else None,
    )
    is_empty = response == RealtimeResponseCreateParams()
    return ResponseCreateEvent(
        response=None if is_empty else response, event_id=event_id
    )


def cancel_response(
    response_id: str | None = None, *, event_id: str | None = None
) -> ResponseCancelEvent:
    """Return a `ResponseCancelEvent`; by default, for the current response."""
    return ResponseCancelEvent(response_id=response_id, event_id=event_id)


# ---- Audio -------------------------------------------------------------------------


def append_audio(
    audio: bytes | Iterable[bytes],
    *,
    milliseconds: int = 100,
    format: AudioFormat = "audio/pcm",  # noqa: A002 - the wire's own word
) -> Iterator[InputAudioBufferAppendEvent]:
    """Iterate over `InputAudioBufferAppendEvent`, each with a piece of *audio*.

    Args:
        audio: The caller's audio, whole or in pieces of any size.
        milliseconds: How much audio an event has, except for the last one.
        format: The format of the audio: PCM with 24,000 hertz, or G.711.

    Raises:
        ValueError: An event would have no audio, or more than 15 MiB.
    """
    frame = 2 if format == "audio/pcm" else 1
    size = _BYTES_PER_SECOND[format] * milliseconds // 1000 // frame * frame
    if not 0 < size <= MAX_APPEND:
        raise ValueError(f"{milliseconds} ms of {format} are {size:,} bytes an event")
    return _append(iter((audio,) if isinstance(audio, bytes) else audio), size)


def _append(
    pieces: Iterator[bytes], size: int
) -> Iterator[InputAudioBufferAppendEvent]:
    """Iterate over events with *size* bytes each, of which the last may have fewer."""
    rest = b""
    for piece in pieces:
        rest += piece
        whole = len(rest) - len(rest) % size
        for start in range(0, whole, size):
            yield InputAudioBufferAppendEvent(audio=rest[start : start + size])
        rest = rest[whole:]
    if rest:
        yield InputAudioBufferAppendEvent(audio=rest)


def commit_audio(*, event_id: str | None = None) -> InputAudioBufferCommitEvent:
    """Return an `InputAudioBufferCommitEvent`: the caller has finished.

    The server needs it only where turn detection is off.
    """
    return InputAudioBufferCommitEvent(event_id=event_id)


def clear_audio(*, event_id: str | None = None) -> InputAudioBufferClearEvent:
    """Return an `InputAudioBufferClearEvent`, which discards the audio appended."""
    return InputAudioBufferClearEvent(event_id=event_id)


class Playback:
    """How much of the model's speech the caller has heard.

    ::

        playback = Playback()
        playback.add(event)  # each ResponseOutputAudioDeltaEvent
        playback.advance(20)  # the loudspeaker has played 20 ms
        for event in playback.interrupt():  # the caller speaks
            send(event)

    Add each delta when it is queued for the loudspeaker.
    """

    def __init__(self, format: AudioFormat = "audio/pcm") -> None:  # noqa: A002
        """Track audio in *format*: PCM with 24,000 hertz, or G.711."""
        self._bytes_per_ms = _BYTES_PER_SECOND[format] // 1000
        self._parts: deque[_Part] = deque()

    @property
    def remaining_ms(self) -> int:
        """How much audio has not been played yet, in milliseconds."""
        rest = sum(part.size - part.played for part in self._parts)
        return rest // self._bytes_per_ms

    def add(self, event: ResponseOutputAudioDeltaEvent) -> None:
        """Record that the audio of *event* follows what was added before."""
        key = event.item_id, event.content_index
        if not self._parts or self._parts[-1].key != key:
            self._parts.append(_Part(key))
        self._parts[-1].size += len(event.delta)

    def advance(self, milliseconds: float) -> None:
        """Record that so much more audio was played; silence does not count."""
        rest = round(milliseconds * self._bytes_per_ms)
        while rest > 0 and self._parts:
            part = self._parts[0]
            played = min(rest, part.size - part.played)
            part.played += played
            rest -= played
            # What follows may still belong to the last one.
            if rest > 0 and len(self._parts) == 1:
                return
            if part.played == part.size and len(self._parts) > 1:
                self._parts.popleft()

    def interrupt(self) -> Sequence[ConversationItemTruncateEvent]:
        """Return what tells the server how much was heard, and forget the rest.

        There is one event for the item that was playing, and one for each that had not
        begun; none if all was played.
        """
        events = [
            ConversationItemTruncateEvent(
                item_id=part.key[0],
                content_index=part.key[1],
                audio_end_ms=part.played // self._bytes_per_ms,
            )
            for part in self._parts
            if part.played < part.size
        ]
        self._parts.clear()
        return events


class _Part:
    """The audio of one content part, in bytes."""

    __slots__ = ("key", "played", "size")

    def __init__(self, key: tuple[str, int]) -> None:
        self.key = key
        self.size = self.played = 0


# ---- Arguments ---------------------------------------------------------------------


def _user_message(event_id: str | None, **content: Any) -> ConversationItemCreateEvent:
    """Return the event with a message of one piece of *content*."""
    part = RealtimeConversationItemMessageUserContent(**content)
    item = RealtimeConversationItemMessageUser(content=(part,))
    return ConversationItemCreateEvent(item=item, event_id=event_id)


def _to_format(
    audio: AudioFormat | RealtimeAudioFormats | None,
) -> RealtimeAudioFormats | None:
    """Return the object for a format, which may be given by its name."""
    return _FORMATS[audio]() if isinstance(audio, str) else audio


def _to_tools(
    tools: Iterable[Callable[..., Any] | RealtimeTool] | None,
) -> tuple[RealtimeTool, ...] | None:
    """Return the tools, with functions described."""
    if tools is None:
        return None
    return tuple([function_tool(tool) if callable(tool) else tool for tool in tools])


def _to_data_url(image: bytes | str) -> str:
    """Return the ``data:`` URL of a picture."""
    if isinstance(image, str):
        if not image.startswith(("data:image/png;", "data:image/jpeg;")):
            raise ValueError("an image must be a data: URL of a PNG or JPEG, or bytes")
        return image

    if image.startswith(b"\x89PNG\r\n\x1a\n"):
        kind = "png"
    elif image.startswith(b"\xff\xd8\xff"):
        kind = "jpeg"
    else:
        raise ValueError("an image must be PNG or JPEG")
    return f"data:image/{kind};base64,{b64encode_as_string(image)}"


def _check_tokens(limit: MaxOutputTokens | None) -> MaxOutputTokens | None:
    """Return *limit*, or raise a `ValueError` if it is outside of its range."""
    if isinstance(limit, int) and not 1 <= limit <= MAX_TOKENS:
        raise ValueError(
            f"max_output_tokens must be from 1 to {MAX_TOKENS:,} or 'inf', not {limit}"
        )
    return limit


def _check_metadata(metadata: Mapping[str, str]) -> None:
    """Raise a `ValueError` if there are more or longer notes than OpenAI accepts."""
    if len(metadata) > MAX_NOTES:
        raise ValueError(
            f"metadata must have at most {MAX_NOTES} keys, not {len(metadata)}"
        )
    for key, value in metadata.items():
        if len(key) > MAX_KEY or len(value) > MAX_VALUE:
            raise ValueError(
                f"metadata {key[:MAX_KEY]!r}: the key or value is too long"
            )
