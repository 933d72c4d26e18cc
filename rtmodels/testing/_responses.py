"""Whole responses of the model, from their outputs to the events of the wire."""

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, ClassVar, Literal, Protocol, TypeAlias

import orjson
from attrs import evolve, fields_dict, frozen

from rtmodels import (
    UNSET,
    ConversationItemAddedEvent,
    ConversationItemDoneEvent,
    RateLimitsUpdatedEvent,
    RateLimitsUpdatedEventRateLimit,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageAssistantContent,
    RealtimeMCPToolCall,
    RealtimeResponse,
    RealtimeResponseAudio,
    RealtimeResponseAudioOutput,
    RealtimeResponseStatusDetails,
    RealtimeResponseStatusDetailsError,
    RealtimeResponseUsage,
    RealtimeResponseUsageInputTokenDetails,
    RealtimeResponseUsageOutputTokenDetails,
    ResponseContentPart,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseDoneEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseMcpCallArgumentsDeltaEvent,
    ResponseMcpCallArgumentsDoneEvent,
    ResponseMcpCallCompletedEvent,
    ResponseMcpCallInProgressEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
    ResponseOutputAudioTranscriptDeltaEvent,
    ResponseOutputAudioTranscriptDoneEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputTextDeltaEvent,
    ResponseOutputTextDoneEvent,
)
from rtmodels.testing._connection import Connection, Play, Step, Waiting
from rtmodels.testing._pieces import cut_arguments, cut_audio, cut_text
from rtmodels.testing._steps import start_speech

__all__ = ["Output", "function_call", "mcp_call", "respond", "speech", "text"]

DELTA_MS = 100
"""Milliseconds of audio in one delta."""

Interruption: TypeAlias = Literal["turn_detected", "client_cancelled"]
"""What cuts a response short: the caller, or the client."""


@frozen
class Place:
    """What the events of one item have in common, and what makes their ids."""

    connection: Connection
    response_id: str
    item_id: str
    output_index: int

    def send(self, cls: type, **values: Any) -> None:
        """Send an event of *cls* about the item."""
        keys: dict[str, Any] = {
            "response_id": self.response_id,
            "item_id": self.item_id,
            "output_index": self.output_index,
        }
        # Some events of MCP lack the id of the response.
        keys = {name: keys[name] for name in keys if name in fields_dict(cls)}
        self.connection.send(cls(event_id=self.connection.make_id(), **keys, **values))


class Output(Protocol):
    """One output of a response."""

    modality: ClassVar[str | None]
    """The modality of the response, if the output decides it."""

    def begin(self, place: Place) -> Any:
        """Return the item as the server first announces it."""
        ...

    def cut(self, place: Place, /) -> list[Any]:
        """Return the pieces that are sent one after the other."""
        ...

    def open(self, place: Place) -> None:
        """Send what comes before the pieces."""
        ...

    def send(self, place: Place, piece: Any) -> None:
        """Send the deltas of one piece."""
        ...

    def complete(self, place: Place, pieces: Sequence[Any]) -> Any:
        """Send what follows the *pieces* that were sent, and return the item."""
        ...


class _Message:
    """What messages have in common."""

    __slots__ = ()

    def begin(self, place: Place) -> Any:
        """Return a message without contents."""
        return RealtimeConversationItemMessageAssistant(
            id=place.item_id, status="in_progress", content=()
        )

    def _fill(self, place: Place, **part: Any) -> Any:
        """Return a message with one part."""
        content = RealtimeConversationItemMessageAssistantContent(**part)
        return evolve(self.begin(place), content=(content,))


@frozen
class Text(_Message):
    """A message in writing."""

    modality: ClassVar[str | None] = "text"
    content: str

    def cut(self, _: Place, /) -> list[str]:
        """Return the words."""
        return cut_text(self.content)

    def open(self, place: Place) -> None:
        """Announce the part."""
        part = ResponseContentPart(type="text", text="")
        place.send(ResponseContentPartAddedEvent, content_index=0, part=part)

    def send(self, place: Place, piece: str) -> None:
        """Send one word."""
        place.send(ResponseOutputTextDeltaEvent, content_index=0, delta=piece)

    def complete(self, place: Place, pieces: Sequence[str]) -> Any:
        """Send the words again."""
        content = "".join(pieces)
        part = ResponseContentPart(type="text", text=content)
        place.send(ResponseOutputTextDoneEvent, content_index=0, text=content)
        place.send(ResponseContentPartDoneEvent, content_index=0, part=part)
        return self._fill(place, type="output_text", text=content)


_Spoken: TypeAlias = tuple[str | None, bytes | None]
"""A word and the audio that is sent after it; either may be missing."""


@frozen
class Speech(_Message):
    """A message in speech, with its transcript."""

    modality: ClassVar[str | None] = "audio"
    transcript: str
    pcm: bytes | None
    milliseconds: float

    def cut(self, place: Place, /) -> list[_Spoken]:
        """Return the words and the audio side by side."""
        settings = place.connection.conversation.settings
        audio = self.pcm
        if audio is None:
            audio = settings.make_silence(self.milliseconds)
        pieces = cut_audio(audio, settings.measure("output") * DELTA_MS // 1000)
        return list(zip_longest(cut_text(self.transcript), pieces))

    def open(self, place: Place) -> None:
        """Announce the part."""
        part = ResponseContentPart(type="audio", transcript="")
        place.send(ResponseContentPartAddedEvent, content_index=0, part=part)

    def send(self, place: Place, piece: _Spoken) -> None:
        """Send a word, then audio."""
        delta, audio = piece
        if delta is not None:
            cls: type = ResponseOutputAudioTranscriptDeltaEvent
            place.send(cls, content_index=0, delta=delta)
        if audio is not None:
            place.send(ResponseOutputAudioDeltaEvent, content_index=0, delta=audio)

            conversation = place.connection.conversation
            milliseconds = len(audio) * 1000 / conversation.settings.measure("output")
            lengths = conversation.output_ms
            lengths[place.item_id] = lengths.get(place.item_id, 0) + milliseconds

    def complete(self, place: Place, pieces: Sequence[_Spoken]) -> Any:
        """Send the transcript again."""
        transcript = "".join([delta or "" for delta, _ in pieces])
        part = ResponseContentPart(type="audio", transcript=transcript)
        place.send(ResponseOutputAudioDoneEvent, content_index=0)
        place.send(
            ResponseOutputAudioTranscriptDoneEvent,
            content_index=0,
            transcript=transcript,
        )
        place.send(ResponseContentPartDoneEvent, content_index=0, part=part)
        return self._fill(place, type="output_audio", transcript=transcript)


@frozen
class FunctionCall:
    """A call of a function of the client."""

    modality: ClassVar[str | None] = None
    name: str
    arguments: str
    call_id: str

    def begin(self, place: Place) -> Any:
        """Return the call without arguments."""
        return RealtimeConversationItemFunctionCall(
            id=place.item_id,
            status="in_progress",
            name=self.name,
            call_id=self._find_id(place),
            arguments="",
        )

    def cut(self, _: Place, /) -> list[str]:
        """Return the arguments in pieces."""
        return cut_arguments(self.arguments)

    def open(self, place: Place) -> None:
        """Send nothing: a call has no parts."""

    def send(self, place: Place, piece: str) -> None:
        """Send a piece of the arguments."""
        place.send(
            ResponseFunctionCallArgumentsDeltaEvent,
            call_id=self._find_id(place),
            delta=piece,
        )

    def complete(self, place: Place, pieces: Sequence[str]) -> Any:
        """Send the arguments again."""
        arguments = "".join(pieces)
        place.send(
            ResponseFunctionCallArgumentsDoneEvent,
            call_id=self._find_id(place),
            name=self.name,
            arguments=arguments,
        )
        return evolve(self.begin(place), arguments=arguments)

    def _find_id(self, place: Place) -> str:
        """Return the id of the call; by default, it has the number of the item."""
        return self.call_id or place.item_id.replace("item", "call", 1)


@frozen
class McpCall:
    """A call of a tool that the server makes itself."""

    modality: ClassVar[str | None] = None
    server_label: str
    name: str
    arguments: str
    output: str

    def begin(self, place: Place) -> Any:
        """Return the call without arguments."""
        return RealtimeMCPToolCall(
            id=place.item_id,
            server_label=self.server_label,
            name=self.name,
            arguments="",
        )

    def cut(self, _: Place, /) -> list[str]:
        """Return the arguments in pieces."""
        return cut_arguments(self.arguments)

    def open(self, place: Place) -> None:
        """Send nothing: a call has no parts."""

    def send(self, place: Place, piece: str) -> None:
        """Send a piece of the arguments."""
        place.send(ResponseMcpCallArgumentsDeltaEvent, delta=piece)

    def complete(self, place: Place, pieces: Sequence[str]) -> Any:
        """Send the arguments again, and that the call is done."""
        arguments = "".join(pieces)
        place.send(ResponseMcpCallArgumentsDoneEvent, arguments=arguments)
        place.send(ResponseMcpCallInProgressEvent)
        place.send(ResponseMcpCallCompletedEvent)
        return evolve(self.begin(place), arguments=arguments, output=self.output)


def text(content: str) -> Output:
    """Build a message in writing, of which each word is a delta."""
    return Text(content)


def speech(
    transcript: str, pcm: bytes | None = None, *, milliseconds: float = 400
) -> Output:
    """Build a message in speech.

    Args:
        transcript: What the model says; each word is a delta.
        pcm: The audio, in the session's output format, sent in deltas of 100 ms.
        milliseconds: The length of the silence that is sent if there is no *pcm*.
    """
    return Speech(transcript, pcm, milliseconds)


def function_call(
    name: str, arguments: Mapping[str, Any] | str = "{}", *, call_id: str = ""
) -> Output:
    """Build a call of a function.

    Args:
        name: The name of the function.
        arguments: Its arguments; text is sent as it is, even if it is not JSON.
        call_id: The id of the call; by default a new one.
    """
    return FunctionCall(name, _to_json(arguments), call_id)


def mcp_call(
    server_label: str,
    name: str,
    arguments: Mapping[str, Any] | str = "{}",
    output: str = "",
) -> Output:
    """Build a call of an MCP tool, with its *output*.

    Args:
        server_label: The label of the MCP server.
        name: The name of the tool.
        arguments: Its arguments; text is sent as it is.
        output: What the tool returned.
    """
    return McpCall(server_label, name, _to_json(arguments), output)


def _to_json(arguments: Mapping[str, Any] | str) -> str:
    """Write *arguments*, unless they are text."""
    if isinstance(arguments, str):
        return arguments
    return orjson.dumps(dict(arguments)).decode()


@frozen(kw_only=True)
class Respond:
    """A step in which the model responds."""

    outputs: tuple[Output, ...]
    interrupted: Interruption | None
    after: Step | None
    status: str
    reason: str | None
    usage: RealtimeResponseUsage | None

    def play(self, connection: Connection) -> Play:
        """Send the events of the whole response."""
        requests = connection.conversation.requests
        request = requests.pop(0).response if requests else None
        response = self._begin(connection, request)
        connection.send(
            ResponseCreatedEvent(event_id=connection.make_id(), response=response)
        )

        progress = _Progress(connection, response.id or "", request)
        last = len(self.outputs) - 1
        for index, output in enumerate(self.outputs):
            is_cut = self.interrupted is not None and index == last
            yield from self._play_output(progress, output, index, is_cut=is_cut)
        if not self.outputs and self.interrupted is not None:
            yield from self._interrupt(progress)
        self._end(progress, response)

    def _begin(self, connection: Connection, request: Any) -> RealtimeResponse:
        """Return the response as it is created; it has the metadata of *request*."""
        settings = connection.conversation.settings
        modality = next((x.modality for x in self.outputs if x.modality), None)
        modalities = getattr(request, "output_modalities", None) or getattr(
            settings.value, "output_modalities", None
        )
        audio = RealtimeResponseAudio(
            output=RealtimeResponseAudioOutput(
                format=settings.read("output", "format"),
                voice=settings.read("output", "voice"),
            )
        )
        return RealtimeResponse(
            id=connection.make_id("resp"),
            object="realtime.response",
            status="in_progress",
            output=(),
            conversation_id=(
                None if _is_outside(request) else connection.conversation.id
            ),
            output_modalities=(modality,) if modality else modalities,
            max_output_tokens=getattr(settings.value, "max_output_tokens", None),
            audio=audio,
            metadata=getattr(request, "metadata", UNSET) or None,
        )

    def _play_output(
        self, progress: "_Progress", output: Output, index: int, *, is_cut: bool
    ) -> Play:
        """Send the events of one output, up to its half if it *is_cut*."""
        place = progress.start(output, index)
        pieces = output.cut(place)
        if is_cut:
            pieces = pieces[: (len(pieces) + 1) // 2]

        output.open(place)
        for piece in pieces:
            output.send(place, piece)
        if is_cut:
            yield from self._interrupt(progress)
        progress.finish(output, place, pieces)

    def _interrupt(self, progress: "_Progress") -> Play:
        """Wait for what cuts the response short, and have the caller speak."""
        connection = progress.connection
        conversation = connection.conversation
        if self.interrupted == "client_cancelled":
            yield Waiting("response.cancel", lambda: conversation.is_cancelled)
        elif self.after is not None:
            # The client may be faster than the caller.
            for waiting in self.after.play(connection):
                yield evolve(waiting, is_met=_or_cancelled(connection, waiting))
        if conversation.is_cancelled:
            progress.reason = "client_cancelled"
            return

        progress.reason = "turn_detected"
        start_speech(connection)

    def _end(self, progress: "_Progress", response: RealtimeResponse) -> None:
        """Send that *response* is done, and what is left of the rate limits."""
        connection = progress.connection
        status = "cancelled" if progress.reason else self.status
        reason = progress.reason or self.reason
        done = evolve(
            response,
            status=status,
            status_details=_describe_status(status, reason),
            output=tuple(progress.items),
            usage=self.usage or _estimate_usage(connection, progress.tokens),
        )
        connection.send(ResponseDoneEvent(event_id=connection.make_id(), response=done))

        limit = RateLimitsUpdatedEventRateLimit(
            name="tokens", limit=40_000, remaining=39_000, reset_seconds=1.5
        )
        connection.send(
            RateLimitsUpdatedEvent(event_id=connection.make_id(), rate_limits=(limit,))
        )


class _Progress:
    """A response that is being sent."""

    def __init__(self, connection: Connection, id_: str, request: Any) -> None:
        self.connection = connection
        self.id = id_
        self.items: list[Any] = []
        self.tokens = 0
        self.reason: str | None = None
        self._is_outside = _is_outside(request)
        self._previous: str | None = None

    def start(self, output: Output, index: int) -> Place:
        """Announce the item of *output*."""
        connection = self.connection
        conversation = connection.conversation
        item_id = connection.make_id("item")
        place = Place(connection, self.id, item_id, index)
        item = output.begin(place)
        place.send(ResponseOutputItemAddedEvent, item=item)

        self._previous = conversation.last_item_id
        if not self._is_outside:
            conversation.insert(item, self._previous)
            self._announce(ConversationItemAddedEvent, item)
        return place

    def finish(self, output: Output, place: Place, pieces: Sequence[Any]) -> None:
        """Send the end of *output*, of which *pieces* were sent."""
        item = output.complete(place, pieces)
        if hasattr(item, "status"):
            status = "completed" if self.reason is None else "incomplete"
            item = evolve(item, status=status)

        items = self.connection.conversation.items
        # The client may have deleted it meanwhile.
        if place.item_id in items:
            items[place.item_id] = item
            self._announce(ConversationItemDoneEvent, item)
        place.send(ResponseOutputItemDoneEvent, item=item)
        self.items.append(item)
        self.tokens += len(pieces)

    def _announce(self, cls: type, item: Any) -> None:
        """Send that *item* is in the conversation."""
        self.connection.send(
            cls(
                event_id=self.connection.make_id(),
                item=item,
                previous_item_id=self._previous,
            )
        )


def _or_cancelled(connection: Connection, waiting: Waiting) -> Callable[[], bool]:
    """Return what checks for the end of *waiting*, or a cancelled response."""
    return lambda: connection.conversation.is_cancelled or waiting.is_met()


def _is_outside(request: Any) -> bool:
    """Check whether *request* is for a response outside the conversation."""
    return getattr(request, "conversation", None) == "none"


def _describe_status(
    status: str, reason: str | None
) -> RealtimeResponseStatusDetails | None:
    """Return the details of *status*; a completed response has none."""
    if status == "completed":
        return None
    if status == "failed":
        error = RealtimeResponseStatusDetailsError(type="server_error", code=reason)
        return RealtimeResponseStatusDetails(type=status, error=error)
    return RealtimeResponseStatusDetails(type=status, reason=reason)


def _estimate_usage(connection: Connection, tokens: int) -> RealtimeResponseUsage:
    """Return a usage of ten tokens for each item, and one for each delta."""
    inputs = 10 * len(connection.items)
    return RealtimeResponseUsage(
        total_tokens=inputs + tokens,
        input_tokens=inputs,
        output_tokens=tokens,
        input_token_details=RealtimeResponseUsageInputTokenDetails(
            text_tokens=inputs, audio_tokens=0, image_tokens=0, cached_tokens=0
        ),
        output_token_details=RealtimeResponseUsageOutputTokenDetails(
            text_tokens=tokens, audio_tokens=0
        ),
    )


def respond(
    *outputs: Output | str,
    interrupted: Interruption | None = None,
    after: Step | None = None,
    status: str = "completed",
    reason: str | None = None,
    usage: RealtimeResponseUsage | None = None,
) -> Step:
    """Have the model respond: all events from ``response.created`` to the rate limits.

    The response has the metadata of the request that it answers. To wait for that
    request, put `expect` before it.

    Args:
        outputs: What the response consists of; a text stands for `text`.
        interrupted: What cuts the last output short, after half of its deltas:
            ``turn_detected``, if the caller speaks; ``client_cancelled`` waits for
            ``response.cancel``.
        after: A step that the caller waits for before he interrupts, such as
            `expect_audio`.
        status: How the response ends, such as ``failed`` or ``incomplete``.
        reason: Why, if it is incomplete; the code of the error, if it failed.
        usage: The tokens that it took; by default an estimate.
    """
    return Respond(
        outputs=tuple(text(x) if isinstance(x, str) else x for x in outputs),
        interrupted=interrupted,
        after=after,
        status=status,
        reason=reason,
        usage=usage,
    )
