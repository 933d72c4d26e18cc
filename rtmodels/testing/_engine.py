"""One connection to the test server, without any input or output of its own.

Frames of the client go in by `Connection.receive`. What the server does comes out of
`Connection.take`: frames, `Close` and `Drop`. The script is a generator that yields a
`Waiting` wherever it waits for the client.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import orjson
from attrs import frozen

from rtmodels import (
    ConversationCreatedEvent,
    ConversationCreatedEventConversation,
    ConversationItemDoneEvent,
    ErrorEvent,
    ErrorEventError,
    Model,
    RealtimeBetaClientEvent,
    RealtimeClientEvent,
    RealtimeServerEvent,
    ResponseCreatedEvent,
    ResponseCreateEvent,
    ResponseDoneEvent,
    SessionCreatedEvent,
    Unknown,
)
from rtmodels.adapters.json import JsonAdapter
from rtmodels.errors import DecodeError, Issue, ValidationError
from rtmodels.testing._conversation import Conversation
from rtmodels.testing._problems import Problem
from rtmodels.testing._refusals import RefusalError
from rtmodels.testing._session import DEFAULT_MODEL
from rtmodels.versions import upgrade

__all__ = [
    "Close",
    "Connection",
    "Drop",
    "Play",
    "Step",
    "StepLike",
    "Version",
    "Waiting",
    "run_steps",
]

Version: TypeAlias = Literal["ga", "beta"]
"""The version of the API that a test server speaks."""

_GA_ONLY = ("truncation", "prompt", "include", "parallel_tool_calls", "reasoning")
"""The keys of sessions that the beta does not have."""


@frozen
class Waiting:
    """A place in a script where it waits."""

    text: str
    """What it waits for, to follow the word *for*."""

    is_met: Callable[[], bool] = lambda: False
    """Whether it has come."""

    seconds: float | None = None
    """The length of a delay; ``None`` if it waits for the client."""

    optional: bool = False
    """Whether the connection may end here."""


@frozen
class Close:
    """The end of a connection with a close frame."""

    code: int = 1000
    reason: str = ""


@frozen
class Drop:
    """The end of a connection without a close frame."""


Sent: TypeAlias = bytes | Close | Drop
"""What a connection has for the client."""

Play: TypeAlias = Generator[Waiting, None, None]
"""What plays a step, and yields where it waits."""


class Connection:
    """One client's connection, and all that went over it.

    Steps that are functions get it as their argument.
    """

    def __init__(
        self,
        steps: Iterable[Any],
        *,
        version: Version = "ga",
        number: int = 1,
        model: str = DEFAULT_MODEL,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        greet: bool = True,
    ) -> None:
        self.version: Version = version
        """The version of the API that it speaks."""
        self.number = number
        """Its number in the order of connections, from 1."""
        self.headers = headers or {}
        """The headers of the client's handshake."""
        self.query = query or {}
        """The parameters in the URL of the handshake."""
        self.frames: list[bytes | str] = []
        """The client's frames so far, as they came."""
        self.received: list[Any] = []
        """The client's events so far, as classes of the GA."""
        self.sent: list[Any] = []
        """The server's events so far, as classes of the GA."""
        self.problems: list[Problem] = []
        """What was wrong so far."""
        self.close_code: int | None = None
        """The code with which the connection was closed; ``None`` while it is open."""
        self.is_played = False
        """Whether the script has come to its end."""
        steps = tuple(steps)
        is_replay = bool(steps) and getattr(steps[0], "replaces_greeting", False)
        self.is_automatic = greet and not is_replay
        """Whether the server acknowledges events; not once it replays a recording."""
        self.rejected: list[ResponseCreateEvent] = []
        """The requests that came while a response was in progress."""
        self.cursor = 0
        """How many events of the client there are up to the last expected one."""
        self.expected: list[Any] = []
        """The events that steps have expected."""

        left_out = _GA_ONLY if version == "beta" else ()
        self.conversation = Conversation(
            self.send, number=number, model=model, left_out=left_out
        )
        self._refusals: list[ErrorEvent] = []
        self._outbox: deque[Sent] = deque()
        self._script: Play = run_steps(steps, self)
        self.waiting: Waiting | None = None
        """Where the script waits; ``None`` if it does not."""

    @property
    def session(self) -> Any:
        """The settings of the session, as the server last announced them."""
        return self.conversation.settings.value

    @property
    def items(self) -> tuple[Any, ...]:
        """The items of the conversation, in their order."""
        return tuple(self.conversation.items.values())

    @property
    def audio(self) -> bytes:
        """The audio that the client has appended, in the session's input format."""
        return bytes(self.conversation.audio)

    @property
    def refusals(self) -> tuple[ErrorEvent, ...]:
        """The errors with which the server refused an event of the client."""
        return tuple(self._refusals)

    @property
    def waits_for(self) -> str | None:
        """A description of what the script waits for; ``None`` if for nothing."""
        return None if self.waiting is None else self.waiting.text

    @property
    def pause(self) -> float | None:
        """Seconds of the delay that the script has come to, if it has."""
        return None if self.waiting is None else self.waiting.seconds

    @property
    def is_optional(self) -> bool:
        """Whether the script may end where it is."""
        return self.waiting is None or self.waiting.optional

    def start(self) -> None:
        """Greet the client, and play the script up to where it waits."""
        if self.is_automatic:
            self.send(
                SessionCreatedEvent(event_id=self.make_id(), session=self.session)
            )
            if self.version == "beta":
                conversation = ConversationCreatedEventConversation(
                    id=self.conversation.id, object="realtime.conversation"
                )
                self.send(
                    ConversationCreatedEvent(
                        event_id=self.make_id(), conversation=conversation
                    )
                )
        self._run()

    def make_id(self, kind: str = "event") -> str:
        """Return the next id of *kind*, such as ``event`` or ``item``."""
        return self.conversation.make_id(kind)

    def send(self, event: Any) -> None:
        """Send an event of the server."""
        # The beta announces an item once.
        if self.version == "beta" and isinstance(event, ConversationItemDoneEvent):
            return

        match event:
            case ResponseCreatedEvent(response=response):
                self.conversation.active = response.id
            case ResponseDoneEvent():
                self.conversation.active = None
                self.conversation.is_cancelled = False
        self.sent.append(event)
        self.send_frame(_server_events(self.version).encode(event))

    def send_frame(self, frame: bytes | str) -> None:
        """Send *frame* as it is, which need not be JSON."""
        self._outbox.append(frame.encode() if isinstance(frame, str) else frame)

    def end(self, ending: Close | Drop) -> None:
        """End the connection after the frames so far."""
        self._outbox.append(ending)

    def take(self) -> list[Sent]:
        """Return what there is for the client, and forget it."""
        outputs = list(self._outbox)
        self._outbox.clear()
        return outputs

    def receive(self, frame: bytes | str) -> None:
        """Acknowledge one frame of the client, and continue the script."""
        self.frames.append(frame)
        try:
            event = self._decode(frame)
        except RefusalError as exc:
            if self.is_automatic:
                self._refuse(exc, _read_key(frame, "event_id"))
        else:
            self._acknowledge(event)
        self._run()

    def elapse(self) -> None:
        """Continue the script after a delay."""
        self.waiting = None
        self._run()

    def expire(self, seconds: float) -> None:
        """Abandon the script, which has waited for *seconds*, and close."""
        self.report(f"waited {seconds:g} s for {self.waits_for}")
        self._script.close()
        self.waiting, self.is_played = None, True
        self.end(Close(1011, "the script of the test waited too long"))

    def finish(self, code: int | None) -> None:
        """Note that the connection has ended, with the close *code*."""
        self.close_code = code
        waiting = self.waiting
        if waiting is not None and not waiting.optional and waiting.seconds is None:
            self.report(f"the connection ended; the script waited for {waiting.text}")
        self.waiting = None
        self._script.close()

    def report(
        self,
        message: str,
        *,
        type_: str | None = None,
        issues: Sequence[Any] = (),
        position: int | None = None,
    ) -> None:
        """Add a problem."""
        self.problems.append(
            Problem(
                connection=self.number,
                position=position,
                type=type_,
                message=message,
                issues=tuple(issues),
            )
        )

    def _decode(self, frame: bytes | str) -> Any:
        """Decode *frame* in strict mode, or else as well as it can be."""
        try:
            return upgrade(_client_events(self.version, "strict").decode(frame))
        except (DecodeError, ValidationError) as exc:
            type_, issues = _read_key(frame, "type"), getattr(exc, "issues", ())
            issues = [issue for issue in issues if not self._is_beta_part(issue)]
            message = "does not match the schema" if issues else str(exc)
            if issues or isinstance(exc, DecodeError):
                self.report(
                    message, type_=type_, issues=issues, position=len(self.frames)
                )
            error = exc

        # The real server accepts more than strict mode does.
        try:
            event = upgrade(_client_events(self.version, "tolerant").decode(frame))
        except (DecodeError, ValidationError):
            event = None
        if event is None or isinstance(event, Unknown):
            raise _describe(error, type_)
        return event

    def _is_beta_part(self, issue: Issue) -> bool:
        """Check whether *issue* is the type of a part, which has other names there.

        Servers of the beta take ``text``, where its schema lists ``output_text``.
        """
        names = "'text'", "'audio'"
        is_type = issue.loc[-1:] == ("type",) and "content" in issue.loc
        return self.version == "beta" and is_type and issue.got in names

    def _acknowledge(self, event: Any) -> None:
        """Keep the client's *event*, and answer it unless a replay runs."""
        self.received.append(event)
        if not self.is_automatic:
            return

        is_request = isinstance(event, ResponseCreateEvent)
        if is_request and self.is_played:
            self._reject_request(event)
            return
        try:
            self.conversation.answer(event)
        except RefusalError as exc:
            if is_request:
                self.rejected.append(event)
            self._refuse(exc, event.event_id)

    def _reject_request(self, event: ResponseCreateEvent) -> None:
        """Refuse a request for which the script has no response."""
        message = "the script has no response to this response.create"
        self.report(message, type_=event.type, position=len(self.frames))
        refusal = RefusalError(
            message=message, code="script_ended", type="server_error"
        )
        self._refuse(refusal, event.event_id)

    def _refuse(self, refusal: RefusalError, event_id: str | None) -> None:
        error = ErrorEventError(
            type=refusal.type,
            code=refusal.code,
            message=refusal.message,
            param=refusal.param,
            event_id=event_id,
        )
        event = ErrorEvent(event_id=self.make_id(), error=error)
        self._refusals.append(event)
        self.send(event)

    def _run(self) -> None:
        """Play the script up to where it waits."""
        while not self.is_played:
            waiting = self.waiting
            if waiting is not None and not waiting.is_met():
                return
            try:
                self.waiting = next(self._script)
            except StopIteration:
                self.waiting, self.is_played = None, True
                self._drop_requests()
            except Exception as exc:  # noqa: BLE001 - of a function of the test
                self.report(f"the script raised {exc!r}")
                self.waiting, self.is_played = None, True
                self.end(Close(1011, "the script of the test failed"))

    def _drop_requests(self) -> None:
        """Refuse the requests that the script has left unanswered."""
        requests = self.conversation.requests
        for request in requests:
            # A step that expected it may have answered it by events of its own.
            if not any(request is event for event in self.expected):
                self._reject_request(request)
        requests.clear()


@runtime_checkable
class Step(Protocol):
    """A step of a script."""

    def play(self, connection: Connection, /) -> Play:
        """Send what the step sends, and yield where it waits."""
        ...


StepLike: TypeAlias = (
    Step | Model | bytes | str | Callable[[Connection], Iterable[Waiting] | None]
)
"""A step, an event of the server, a raw frame, or a function of the connection."""


def run_steps(steps: Iterable[StepLike], connection: Connection) -> Play:
    """Play *steps* in order."""
    for step in steps:
        if isinstance(step, Model):
            connection.send(step)
        elif isinstance(step, bytes | str):
            connection.send_frame(step)
        elif isinstance(step, Step):
            yield from step.play(connection)
        else:
            yield from step(connection) or ()


def _describe(error: Exception, type_: str | None) -> RefusalError:
    """Build the refusal of a frame that is no event of the schema."""
    issues = getattr(error, "issues", ())
    if not issues:
        return RefusalError(message=f"Invalid JSON: {error}", code="invalid_json")

    path = issues[0].path.removeprefix("$").removeprefix(".")
    if path == "type" or not path:
        return RefusalError(
            message=f"Invalid value: '{type_}'.", code="invalid_value", param="type"
        )
    if issues[0].got == "nothing":
        message = f"Missing required parameter: '{path}'."
        return RefusalError(
            message=message, code="missing_required_parameter", param=path
        )
    message = f"Invalid value for '{path}': expected {issues[0].expected}."
    return RefusalError(message=message, code="invalid_value", param=path)


def _read_key(frame: bytes | str, key: str) -> str | None:
    """Return the text at *key* of *frame*, if it has one."""
    try:
        value = orjson.loads(frame)[key]
    except (ValueError, KeyError, TypeError):
        return None
    return value if isinstance(value, str) else None


@cache
def _client_events(version: Version, mode: Literal["strict", "tolerant"]) -> Any:
    """Return the decoder of what clients of *version* send."""
    union: Any = RealtimeClientEvent if version == "ga" else RealtimeBetaClientEvent
    return JsonAdapter(union, mode=mode)


@cache
def _server_events(version: Version) -> JsonAdapter[RealtimeServerEvent]:
    """Return the encoder of what servers of *version* send."""
    return JsonAdapter(RealtimeServerEvent, downgrade=version == "beta")
