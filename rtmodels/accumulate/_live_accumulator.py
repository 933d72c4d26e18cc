"""`LiveAccumulator`: what the events of a Live session add up to.

The package exports it.
"""

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, overload

from attrs import define, field, frozen

from rtmodels.accumulate._buffer import Buffer
from rtmodels.accumulate._delegation import (
    DelegationState,
    LiveDelegatedTask,
    read_object,
    read_text,
)
from rtmodels.accumulate._event import Event, EventHandler, RawEvent, is_event
from rtmodels.schema.live.events.decision import LiveDecisionEvent
from rtmodels.schema.live.events.response import LiveResponseEvent
from rtmodels.schema.live.events.session import (
    LiveCloseReason,
    LiveDelegationCreated,
    LiveInputTranscriptDelta,
    LiveOutputAudioDelta,
    LiveOutputTranscriptDelta,
    LiveSessionClosed,
    LiveSessionStarted,
    LiveSessionUpdated,
    LiveSessionUsageUpdated,
    LiveSessionUsageUpdatedContextWindow,
)
from rtmodels.schema.live.session import LiveSessionResource
from rtmodels.schema.live.usage import LiveSessionUsage

if TYPE_CHECKING:
    from rtmodels.schema.live import LiveServerEvent

__all__ = ["LiveAccumulator", "LiveRole", "LiveTurn"]

MAX_TURNS = 10_000
"""Maximum number of finished turns that are kept; an hour of talk has some hundreds."""

MAX_DELEGATIONS = 1000
"""Maximum number of delegations that are kept."""

MAX_DECISIONS = 1000
"""Maximum number of decisions of triggers that are kept."""

MAX_AUDIO_BYTES = 64 * 2**20
"""Default for the most audio to keep: 23 minutes of PCM at 24 kHz."""

MIN_DELTA_SIZE = 128
"""What a delta of audio counts at least, since each one takes memory of its own."""

LiveRole: TypeAlias = Literal["user", "assistant"]
"""Who speaks: the user, or the model."""

TranscriptDelta: TypeAlias = LiveInputTranscriptDelta | LiveOutputTranscriptDelta


@frozen(kw_only=True)
class LiveTurn:
    """What one side says until the other side says something."""

    role: LiveRole
    """Who speaks."""

    transcript: str
    """What was said."""

    start_ms: int
    """Where on the timeline it begins, in milliseconds."""

    end_ms: int
    """Where on the timeline it ends, in milliseconds."""


@define(eq=False)
class TurnState:
    """One turn, while it grows."""

    role: LiveRole
    start_ms: int
    end_ms: int

    transcript: Buffer[str] = field(factory=lambda: Buffer(""))

    cached: LiveTurn | None = None
    """The result of `snapshot`, until something changes."""

    def append(self, event: TranscriptDelta) -> None:
        """Append a delta to the transcript."""
        self.cached = None
        self.transcript.pending.append(event.delta)
        self.start_ms = min(self.start_ms, event.start_ms)
        self.end_ms = max(self.end_ms, event.end_ms)

    def snapshot(self) -> LiveTurn:
        """Return the turn as it is now."""
        if self.cached is None:
            self.cached = LiveTurn(
                role=self.role,
                transcript=self.transcript.gathered,
                start_ms=self.start_ms,
                end_ms=self.end_ms,
            )
        return self.cached


class LiveAccumulator:
    """Collects the events of a Live session into turns, audio, usage and delegations.

    ::

        adapter = JsonAdapter(LiveServerEvent)
        accumulator = LiveAccumulator(audio=False)
        for frame in websocket:
            match accumulator.feed(adapter.decode(frame)):
                case LiveOutputTranscriptDelta():
                    show(accumulator.turn.transcript)
                case LiveSessionClosed():
                    save(accumulator.turns)

    It accepts the events of every Live WebSocket: primary, fork and sideband. What it
    returns is frozen, and never changes. A delta costs the same however many came
    before it.

    No event ends a turn. A turn is a run of deltas of one side, and ends when the other
    side says something, or with the session. Both sides may speak at once. Their deltas
    then alternate, and each change begins a turn: look at *start_ms* and *end_ms*,
    which overlap, to put such turns together.

    Only the last 10,000 turns, 1,000 delegations and 1,000 decisions are kept, and
    audio up to a limit. A turn or a response itself is kept whole. `pop_turns` and the
    like drop what they return. An accumulator is for one session, and for one thread
    at a time.
    """

    def __init__(
        self, *, audio: bool = True, max_audio_bytes: int = MAX_AUDIO_BYTES
    ) -> None:
        """Begin with an empty session.

        Args:
            audio: Whether to keep the audio of the model. It arrives as long as the
                session lasts, silence included.
            max_audio_bytes: The most audio to keep, in bytes. If there is more, the
                oldest deltas are dropped. A delta counts as 128 bytes at least.
        """
        self._gathers_audio = audio
        self._max_audio_bytes = max_audio_bytes
        self._audio: deque[LiveOutputAudioDelta] = deque()
        self._audio_size = self._audio_offset = 0

        self._session: LiveSessionResource | None = None
        self._usage: LiveSessionUsage | None = None
        self._context_window: LiveSessionUsageUpdatedContextWindow | None = None
        self._close_reason: LiveCloseReason | str | None = None

        self._turns: deque[LiveTurn] = deque(maxlen=MAX_TURNS)
        self._turn: TurnState | None = None
        self._delegations: dict[str, DelegationState] = {}
        self._decisions: deque[LiveDecisionEvent] = deque(maxlen=MAX_DECISIONS)

    @overload
    def feed(self, event: Event) -> Event: ...
    @overload
    def feed(self, event: RawEvent) -> "LiveServerEvent": ...
    def feed(self, event: Any) -> Any:
        """Add one event, and return it.

        No event raises an exception, whatever came before it. Unknown events and
        unrelated ones, such as those of the client, have no effect.

        Args:
            event: An event from the server: as an adapter decodes it, as parsed JSON,
                or as one frame of JSON. The latter two are decoded in forgiving mode.

        Raises:
            TypeError: *event* is neither an event, nor a mapping, bytes or text.
            DecodeError: *event* is bytes or text, and not JSON.
            ValidationError: *event* is JSON, and not an object.
        """
        handler = self._handlers.get(event.__class__)
        if handler is not None:
            handler(self, event)
        elif not is_event(event):
            from rtmodels.accumulate._decode import decode_event  # noqa: PLC0415 - slow

            return self.feed(decode_event(event, "LiveServerEvent"))
        return event

    # The session

    @property
    def session(self) -> LiveSessionResource | None:
        """The session as the server last reported it; ``None`` before it starts."""
        return self._session

    @property
    def close_reason(self) -> LiveCloseReason | str | None:
        """Why the session has ended; ``None`` until it has."""
        return self._close_reason

    @property
    def usage(self) -> LiveSessionUsage | None:
        """What the session has used in all, as last reported.

        Each report has the totals, so they are not added up. That of
        ``session.closed`` is final.
        """
        return self._usage

    @property
    def context_window(self) -> LiveSessionUsageUpdatedContextWindow | None:
        """How full the context of the model is, as last reported."""
        return self._context_window

    # Turns

    @property
    def turns(self) -> tuple[LiveTurn, ...]:
        """The turns in order, the one that still grows included."""
        current = () if self._turn is None else (self._turn.snapshot(),)
        return (*self._turns, *current)

    @property
    def turn(self) -> LiveTurn | None:
        """The turn that still grows, as it is now; ``None`` if there is none."""
        return None if self._turn is None else self._turn.snapshot()

    def pop_turns(self) -> tuple[LiveTurn, ...]:
        """Return the finished turns, and drop them.

        Call it after each event to receive each turn once, when it has ended.
        """
        turns = tuple(self._turns)
        self._turns.clear()
        return turns

    # Audio

    @property
    def audio(self) -> bytes:
        """The audio of the model that is kept, without a break.

        Reading it copies all of it.
        """
        return b"".join(event.delta for event in self._audio)

    @property
    def audio_offset(self) -> int:
        """Where in the whole audio `audio` begins, in bytes: how much was dropped."""
        return self._audio_offset

    @property
    def audio_deltas(self) -> tuple[LiveOutputAudioDelta, ...]:
        """The events that `audio` comes from, with their positions on the timeline.

        Only a sideband has positions. There may be gaps between them.
        """
        return tuple(self._audio)

    def pop_audio(self) -> bytes:
        """Return `audio`, and drop it."""
        audio = self.audio
        self._audio.clear()
        self._audio_size = 0
        self._audio_offset += len(audio)
        return audio

    # Delegations and decisions

    @property
    def delegations(self) -> tuple[LiveDelegatedTask, ...]:
        """The delegated tasks as they are now, in the order in which they began."""
        return tuple(state.snapshot() for state in self._delegations.values())

    def delegation(self, delegation_id: str) -> LiveDelegatedTask | None:
        """Return a delegated task as it is now; ``None`` if it is unknown."""
        state = self._delegations.get(delegation_id)
        return None if state is None else state.snapshot()

    def pop_delegation(self, delegation_id: str) -> LiveDelegatedTask | None:
        """Return a delegated task as it is now, and drop it.

        Wait until no more events about it arrive: they would begin it anew.
        """
        state = self._delegations.pop(delegation_id, None)
        return None if state is None else state.snapshot()

    @property
    def decisions(self) -> tuple[LiveDecisionEvent, ...]:
        """The decisions that belong to no delegation, such as those of triggers."""
        return tuple(self._decisions)

    def pop_decisions(self) -> tuple[LiveDecisionEvent, ...]:
        """Return `decisions`, and drop them."""
        decisions = self.decisions
        self._decisions.clear()
        return decisions

    # What each event does

    def _report_session(self, event: LiveSessionStarted | LiveSessionUpdated) -> None:
        """Record the session."""
        self._session = event.session

    def _close(self, event: LiveSessionClosed) -> None:
        """Record the end of the session, and end the turn."""
        # Some servers leave the session out.
        self._session = event.session or self._session
        self._usage = event.usage
        self._close_reason = event.reason
        self._end_turn()

    def _report_usage(self, event: LiveSessionUsageUpdated) -> None:
        """Record the usage, unless it is final."""
        if self._close_reason is None:
            self._usage = event.usage
            self._context_window = event.context_window or self._context_window

    def _hear(self, event: LiveInputTranscriptDelta) -> None:
        """Append to what the user says."""
        self._append("user", event)

    def _say(self, event: LiveOutputTranscriptDelta) -> None:
        """Append to what the model says."""
        self._append("assistant", event)

    def _append(self, role: LiveRole, event: TranscriptDelta) -> None:
        """Append a delta to the turn, or begin one if the other side was speaking."""
        # An empty delta says nothing, so that it interrupts nothing.
        if not event.delta:
            return

        turn = self._turn
        if turn is None or turn.role != role:
            self._end_turn()
            turn = self._turn = TurnState(role, event.start_ms, event.end_ms)
        turn.append(event)

    def _end_turn(self) -> None:
        """Add the turn that grew to the finished ones."""
        if self._turn is not None:
            self._turns.append(self._turn.snapshot())
            self._turn = None

    def _add_audio(self, event: LiveOutputAudioDelta) -> None:
        """Append audio, and drop the oldest if there is too much."""
        if not self._gathers_audio or not event.delta:
            return

        self._audio.append(event)
        self._audio_size += max(len(event.delta), MIN_DELTA_SIZE)
        while self._audio and self._audio_size > self._max_audio_bytes:
            size = len(self._audio.popleft().delta)
            self._audio_size -= max(size, MIN_DELTA_SIZE)
            self._audio_offset += size

    def _open_delegation(self, delegation_id: str) -> DelegationState:
        """Return a delegation, which may be new."""
        state = self._delegations.get(delegation_id)
        if state is None:
            state = self._delegations[delegation_id] = DelegationState(delegation_id)
            if len(self._delegations) > MAX_DELEGATIONS:
                del self._delegations[next(iter(self._delegations))]
        return state

    def _delegate(self, event: LiveDelegationCreated) -> None:
        """Begin a delegation."""
        self._open_delegation(event.delegation.id).announce(event)

    def _feed_delegation(self, event: LiveResponseEvent) -> None:
        """Add an event of the Responses API to the delegation that it is for."""
        id_ = event.delegation_id
        state = (
            self._open_delegation(id_)
            if isinstance(id_, str)
            else self._find_by_response(event.event.payload)
        )
        if state is not None:
            state.feed(event.event)

    def _find_by_response(self, payload: Mapping[str, Any]) -> DelegationState | None:
        """Return the delegation whose last response *payload* names, if any does."""
        # Servers leave the delegation out only if they cannot tell it, so this is rare.
        id_ = read_text(read_object(payload, "response"), "id")
        if id_ is None:
            return None

        states = reversed(self._delegations.values())
        return next((state for state in states if state.response_id == id_), None)

    def _decide(self, event: LiveDecisionEvent) -> None:
        """Record a decision, for its delegation if it has one."""
        if event.delegation_id is None:
            self._decisions.append(event)
        else:
            self._open_delegation(event.delegation_id).decide(event)

    _handlers: ClassVar[Mapping[type, EventHandler]] = {
        LiveOutputAudioDelta: _add_audio,
        LiveInputTranscriptDelta: _hear,
        LiveOutputTranscriptDelta: _say,
        LiveResponseEvent: _feed_delegation,
        LiveDelegationCreated: _delegate,
        LiveDecisionEvent: _decide,
        LiveSessionUsageUpdated: _report_usage,
        LiveSessionStarted: _report_session,
        LiveSessionUpdated: _report_session,
        LiveSessionClosed: _close,
    }
    """The method for each class of event that has an effect."""
