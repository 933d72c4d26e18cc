"""One client's connection as scripts and tests see it, and what a script consists of.

`_engine` plays a script to it; every other module may import this one.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from attrs import frozen

from rtmodels import (
    ConversationItemDoneEvent,
    ErrorEvent,
    Model,
    RealtimeServerEvent,
    ResponseCreatedEvent,
    ResponseCreateEvent,
    ResponseDoneEvent,
)
from rtmodels.adapters.json import JsonAdapter
from rtmodels.testing._conversation import Conversation
from rtmodels.testing._problems import Problem
from rtmodels.testing._session import DEFAULT_MODEL

__all__ = [
    "Close",
    "Connection",
    "Drop",
    "Play",
    "Sent",
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
        *,
        version: Version = "ga",
        number: int = 1,
        model: str = DEFAULT_MODEL,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        is_automatic: bool = True,
    ) -> None:
        self.version: Version = version
        """The version of the API that it speaks."""
        self.number: int = number
        """Its number in the order of connections, from 1."""
        self.headers: Mapping[str, str] = headers or {}
        """The headers of the client's handshake."""
        self.query: Mapping[str, str] = query or {}
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
        self.is_played: bool = False
        """Whether the script has come to its end."""

        # What follows is for the steps and the engine.
        self.is_automatic: bool = is_automatic
        """Whether the server acknowledges events; not once it replays a recording."""
        self.rejected: list[ResponseCreateEvent] = []
        """The requests that came while a response was in progress."""
        self.expected: list[Any] = []
        """The events that steps have expected."""
        self.cursor: int = 0
        """How many events of the client there are up to the last expected one."""

        left_out = _GA_ONLY if version == "beta" else ()
        self.conversation: Conversation = Conversation(
            self.send, number=number, model=model, left_out=left_out
        )
        """The server's side of the conversation."""
        self._refusals: list[ErrorEvent] = []
        self._outbox: deque[Sent] = deque()
        self._waiting: Waiting | None = None

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
        return None if self._waiting is None else self._waiting.text

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

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection after the frames so far."""
        self._outbox.append(Close(code, reason))

    def drop(self) -> None:
        """Lose the connection after the frames so far, without a close frame."""
        self._outbox.append(Drop())

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


@cache
def _server_events(version: Version) -> JsonAdapter[RealtimeServerEvent]:
    """Return the encoder of what servers of *version* send."""
    return JsonAdapter(RealtimeServerEvent, downgrade=version == "beta")
