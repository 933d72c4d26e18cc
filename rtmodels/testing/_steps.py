"""The steps of a script, but for responses and replays."""

from collections.abc import Callable
from typing import Any

from attrs import evolve, field, frozen

from rtmodels import (
    ConversationItemInputAudioTranscriptionCompletedEvent,
    ConversationItemInputAudioTranscriptionDeltaEvent,
    ErrorEvent,
    ErrorEventError,
    InputAudioBufferCommitEvent,
    InputAudioBufferSpeechStartedEvent,
    InputAudioBufferSpeechStoppedEvent,
    RateLimitsUpdatedEvent,
    RateLimitsUpdatedEventRateLimit,
    ResponseCreateEvent,
    TranscriptTextUsageDuration,
)
from rtmodels.testing._connection import (
    Connection,
    Play,
    Step,
    StepLike,
    Waiting,
    run_steps,
)
from rtmodels.testing._pieces import cut_text

__all__ = [
    "caller_turn",
    "close",
    "delay",
    "drop",
    "error",
    "expect",
    "expect_audio",
    "rate_limits",
    "repeat",
]


@frozen
class Expect:
    """A step that waits for an event of the client."""

    cls: type
    check: Callable[[Any], object] | None = None
    fields: dict[str, Any] = field(factory=dict)

    def play(self, connection: Connection) -> Play:
        """Wait, and report the first check that fails."""
        yield Waiting(self.cls.__name__, lambda: self._find(connection) is not None)

        place = self._find(connection)
        assert place is not None  # noqa: S101 - what was waited for
        connection.cursor = place + 1
        event = connection.received[place]
        connection.expected.append(event)
        failure = self._find_failure(event)
        if failure is not None:
            connection.report(f"expected another event: {failure}", type_=event.type)

    def _find(self, connection: Connection) -> int | None:
        """Return the place of the event among those received, once it is there."""
        received, rejected = connection.received, connection.rejected
        for place in range(connection.cursor, len(received)):
            event = received[place]
            if isinstance(event, self.cls) and not any(event is x for x in rejected):
                return place
        return None

    def _find_failure(self, event: Any) -> str | None:
        """Return what is wrong with *event*; ``None`` if nothing is."""
        for name, value in self.fields.items():
            found = getattr(event, name)
            if found != value:
                return f"{name} is {found!r}, not {value!r}"
        if self.check is None:
            return None

        try:
            if self.check(event) is not False:
                return None
        except AssertionError as exc:
            return f"AssertionError: {exc}"
        return f"the check returned False for {event!r}"


def expect(
    cls: type, check: Callable[[Any], object] | None = None, **fields: Any
) -> Step:
    """Wait for the client's next event of *cls*.

    Events before it are acknowledged as usual. An event that has arrived since the last
    `expect` counts, so the order of the steps decides, and not the clock.

    Args:
        cls: The class of the event, of the GA in either version.
        check: A function of the event, which may assert, or return False. If it does,
            the server has a `Problem`, and the script continues.
        fields: Values that attributes of the event must equal.
    """
    return Expect(cls, check, fields)


@frozen
class ExpectAudio:
    """A step that waits for audio of the client."""

    milliseconds: float

    def play(self, connection: Connection) -> Play:
        """Wait until the audio since the step began is long enough."""
        conversation = connection.conversation
        start = conversation.audio_ms - _pending_ms(connection)
        yield Waiting(
            f"{self.milliseconds:g} ms of audio",
            lambda: conversation.audio_ms - start >= self.milliseconds,
        )


def expect_audio(milliseconds: float) -> Step:
    """Wait until the client has appended *milliseconds* of audio.

    Audio counts that no item of the conversation holds yet.
    """
    return ExpectAudio(milliseconds)


def _pending_ms(connection: Connection) -> int:
    conversation = connection.conversation
    rate = conversation.settings.measure("input")
    return conversation.pending_audio * 1000 // rate


@frozen
class CallerTurn:
    """A step in which the caller speaks."""

    transcript: str
    milliseconds: int

    def play(self, connection: Connection) -> Play:
        """Send what the server sends when the caller has spoken."""
        conversation = connection.conversation
        if conversation.settings.read("input", "turn_detection") is None:
            # Without turn detection the client says where a turn ends.
            yield from Expect(InputAudioBufferCommitEvent).play(connection)
            item_id = conversation.last_item_id
        else:
            start_speech(connection)
            item_id = conversation.speaking
            connection.send(
                InputAudioBufferSpeechStoppedEvent(
                    event_id=connection.make_id(),
                    audio_end_ms=max(conversation.audio_ms, self.milliseconds),
                    item_id=item_id or "",
                )
            )
            conversation.speaking = None
            conversation.commit(item_id or "")
        if conversation.settings.read("input", "transcription") is not None:
            self._transcribe(connection, item_id or "")

    def _transcribe(self, connection: Connection, item_id: str) -> None:
        """Send the transcript of the item *item_id*."""
        for delta in cut_text(self.transcript):
            connection.send(
                ConversationItemInputAudioTranscriptionDeltaEvent(
                    event_id=connection.make_id(),
                    item_id=item_id,
                    content_index=0,
                    delta=delta,
                )
            )
        connection.send(
            ConversationItemInputAudioTranscriptionCompletedEvent(
                event_id=connection.make_id(),
                item_id=item_id,
                content_index=0,
                transcript=self.transcript,
                usage=TranscriptTextUsageDuration(seconds=self.milliseconds / 1000),
            )
        )


def caller_turn(transcript: str, *, milliseconds: int = 1000) -> Step:
    """Have the caller speak, and the server detect, commit and transcribe the turn.

    The transcript is sent only in a session that has a transcription, as the real
    server does. In a session without turn detection, the step waits for the client to
    commit the audio.

    Args:
        transcript: What the caller says.
        milliseconds: For how long.
    """
    return CallerTurn(transcript, milliseconds)


def start_speech(connection: Connection) -> None:
    """Send that the caller has begun to speak, unless that was sent before."""
    conversation = connection.conversation
    if conversation.speaking is None:
        conversation.speaking = connection.make_id("item")
        start = conversation.audio_ms - _pending_ms(connection)
        connection.send(
            InputAudioBufferSpeechStartedEvent(
                event_id=connection.make_id(),
                audio_start_ms=start,
                item_id=conversation.speaking,
            )
        )


@frozen
class SendError:
    """A step that sends an error."""

    error: ErrorEventError

    def play(self, connection: Connection) -> Play:
        """Send the error, which answers the request that waits, if there is one."""
        yield from ()
        requests = connection.conversation.requests
        details = self.error
        if requests:
            request: ResponseCreateEvent = requests.pop(0)
            details = evolve(details, event_id=details.event_id or request.event_id)
        connection.send(ErrorEvent(event_id=connection.make_id(), error=details))


def error(
    message: str,
    *,
    code: str | None = None,
    type: str = "invalid_request_error",  # noqa: A002 - the name on the wire
    param: str | None = None,
    event_id: str | None = None,
) -> Step:
    """Send an error, in place of the response that the client waits for.

    Args:
        message: The text of the error.
        code: Its code, such as ``rate_limit_exceeded``.
        type: Its type, such as ``server_error``.
        param: The name of the parameter that is wrong.
        event_id: The id of the client's event; by default that of the request, if one
            waits for a response.
    """
    return SendError(
        ErrorEventError(
            message=message, code=code, type=type, param=param, event_id=event_id
        )
    )


@frozen
class SendRateLimits:
    """A step that sends rate limits."""

    limits: tuple[RateLimitsUpdatedEventRateLimit, ...]

    def play(self, connection: Connection) -> Play:
        """Send the limits."""
        yield from ()
        connection.send(
            RateLimitsUpdatedEvent(
                event_id=connection.make_id(), rate_limits=self.limits
            )
        )


def rate_limits(
    *, name: str = "tokens", limit: int, remaining: int, reset_seconds: float = 60
) -> Step:
    """Send one rate limit.

    Args:
        name: What is limited, ``tokens`` or ``requests``.
        limit: How many of them.
        remaining: How many of them are left.
        reset_seconds: Seconds until all of them are available again.
    """
    details = RateLimitsUpdatedEventRateLimit(
        name=name, limit=limit, remaining=remaining, reset_seconds=reset_seconds
    )
    return SendRateLimits((details,))


@frozen
class End:
    """A step that ends the connection."""

    code: int | None
    reason: str = ""

    def play(self, connection: Connection) -> Play:
        """End the connection after all that was sent."""
        yield from ()
        if self.code is None:
            connection.drop()
        else:
            connection.close(self.code, self.reason)


def close(code: int = 1000, reason: str = "") -> Step:
    """Close the connection with *code* and *reason*."""
    return End(code, reason)


def drop() -> Step:
    """Lose the connection: the client sees it end without a close frame."""
    return End(None)


@frozen
class Delay:
    """A step that waits for a time."""

    seconds: float

    def play(self, _: Connection, /) -> Play:
        """Wait; events of the client are acknowledged meanwhile."""
        yield Waiting(f"{self.seconds:g} s", seconds=self.seconds)


def delay(seconds: float) -> Step:
    """Wait for *seconds*, while events of the client are acknowledged."""
    return Delay(seconds)


@frozen
class Repeat:
    """A step that plays others again and again."""

    steps: tuple[StepLike, ...]

    def play(self, connection: Connection) -> Play:
        """Play the steps forever; the connection may end between two rounds."""
        while True:
            count = 0
            for waiting in run_steps(self.steps, connection):
                yield evolve(waiting, optional=waiting.optional or count == 0)
                count += 1
            if count == 0:
                raise ValueError("repeat() needs a step that waits, such as expect()")


def repeat(*steps: StepLike) -> Step:
    """Play *steps* again and again, as long as the connection lasts.

    One of them has to wait for the client, or for a time.
    """
    return Repeat(steps)
