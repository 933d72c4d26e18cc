"""Connections to a script without a socket, with the interface of websockets.

They are for code that takes a connection object: a `MemoryWebsocket` in place of
websockets' asyncio connection, a `MemoryConnection` in place of its sync one.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import Any, Self

from rtmodels.errors import MissingDependencyError
from rtmodels.testing._connection import Close, Connection, Drop, StepLike, Version
from rtmodels.testing._engine import Engine
from rtmodels.testing._problems import Problem, check_problems

try:
    from websockets.exceptions import (
        ConnectionClosed,
        ConnectionClosedError,
        ConnectionClosedOK,
    )
    from websockets.frames import Close as CloseFrame
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("websockets", extra="testing") from _exc

__all__ = ["MemoryConnection", "MemoryWebsocket"]


class _Memory:
    """What both twins have in common."""

    def __init__(
        self, *steps: StepLike, version: Version = "ga", greet: bool = True
    ) -> None:
        """Connect to a server that plays *steps*; see `RealtimeServer`."""
        self._engine = Engine(steps, version=version, greet=greet)
        self._inbox: deque[bytes] = deque()
        self._error: ConnectionClosed | None = None
        self._engine.start()
        self._collect()

    @property
    def connection(self) -> Connection:
        """The server's side of the connection."""
        return self._engine

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong so far."""
        return tuple(self._engine.problems)

    @property
    def received(self) -> tuple[Any, ...]:
        """The client's events so far, as classes of the GA."""
        return tuple(self._engine.received)

    @property
    def close_code(self) -> int | None:
        """The close code, or 1006 without one; ``None`` while it is open."""
        return None if self._error is None else self._engine.close_code

    @property
    def close_reason(self) -> str | None:
        """The reason that came with the code; ``None`` while it is open."""
        if self._error is None:
            return None
        return "" if self._error.rcvd is None else self._error.rcvd.reason

    def check(self) -> None:
        """Close the connection, and raise an `AssertionError` if there are problems.

        It lists all of them; one is a script that did not come to its end.
        """
        __tracebackhide__ = True
        self._close(Close())
        check_problems(self._engine.problems)

    def _collect(self) -> None:
        """Take over what the server has sent."""
        for output in self._engine.take():
            if self._error is not None:
                return
            if isinstance(output, bytes):
                self._inbox.append(output)
            else:
                self._close(output)

    def _close(self, ending: Close | Drop) -> None:
        """End the connection, unless it has ended."""
        if self._error is not None:
            return
        if isinstance(ending, Drop):
            self._error = ConnectionClosedError(None, None)
            self._engine.finish(1006)
            return

        frame = CloseFrame(ending.code, ending.reason)
        is_normal = ending.code in {1000, 1001}
        cls = ConnectionClosedOK if is_normal else ConnectionClosedError
        self._error = cls(frame, frame, rcvd_then_sent=True)
        self._engine.finish(ending.code)

    def _receive(self, frame: bytes | str) -> None:
        """Hand *frame* to the server."""
        if self._error is not None:
            raise self._error
        self._engine.receive(frame)
        self._collect()

    def _elapse(self) -> None:
        """Continue the script after a delay."""
        self._engine.elapse()
        self._collect()

    def _pop(self, decode: bool | None) -> bytes | str | None:  # noqa: FBT001
        """Return the next frame, ``None`` if there is none; raise if it is closed."""
        if self._inbox:
            frame = self._inbox.popleft()
            return frame if decode is False else frame.decode()
        if self._error is not None:
            raise self._error
        return None


class MemoryWebsocket(_Memory):
    """A connection in memory with the interface of websockets' asyncio connections.

    ::

        websocket = MemoryWebsocket(expect(ResponseCreateEvent), respond("Hello!"))
        await run_agent(websocket)
        websocket.check()
    """

    def __init__(
        self, *steps: StepLike, version: Version = "ga", greet: bool = True
    ) -> None:
        """Connect to a server that plays *steps*; see `RealtimeServer`."""
        super().__init__(*steps, version=version, greet=greet)
        self._changed = asyncio.Event()

    async def send(
        self,
        message: bytes | str,
        text: bool | None = None,  # noqa: ARG002, FBT001
    ) -> None:
        """Send one frame.

        Raises:
            websockets.ConnectionClosed: The connection is closed.
        """
        self._receive(message)
        self._changed.set()

    async def recv(self, decode: bool | None = None) -> Any:  # noqa: FBT001
        """Return the next frame as text, or as bytes if *decode* is False.

        Raises:
            websockets.ConnectionClosed: The connection is closed.
        """
        while (frame := self._pop(decode)) is None:
            pause = self._engine.pause
            if pause is not None:
                await asyncio.sleep(pause)
                self._elapse()
                continue

            # Another task may send.
            self._changed.clear()
            await self._changed.wait()
        return frame

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, unless it is closed."""
        self._close(Close(code, reason))
        self._changed.set()

    async def __aiter__(self) -> AsyncIterator[Any]:
        """Iterate over frames until the connection is closed with 1000 or 1001."""
        try:
            while True:
                yield await self.recv()
        except ConnectionClosedOK:
            return

    async def __aenter__(self) -> Self:
        """Return the connection."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connection."""
        await self.close()


class MemoryConnection(_Memory):
    """A connection in memory with the interface of websockets' sync connections.

    Where it would wait for ever, since the script waits for the client as well, `recv`
    raises a `TimeoutError` at once.
    """

    def send(
        self,
        message: bytes | str,
        text: bool | None = None,  # noqa: ARG002, FBT001
    ) -> None:
        """Send one frame.

        Raises:
            websockets.ConnectionClosed: The connection is closed.
        """
        self._receive(message)

    def recv(
        self,
        timeout: float | None = None,
        decode: bool | None = None,  # noqa: FBT001
    ) -> Any:
        """Return the next frame as text, or as bytes if *decode* is False.

        Raises:
            TimeoutError: There is none, and the error says what the script waits for.
                The *timeout* is for delays of the script.
            websockets.ConnectionClosed: The connection is closed.
        """
        while (frame := self._pop(decode)) is None:
            pause = self._engine.pause
            if pause is None or (timeout is not None and timeout < pause):
                waits_for = self._engine.waits_for
                if waits_for is None:
                    raise TimeoutError("the script has come to its end")
                raise TimeoutError(f"the script waits for {waits_for}")

            time.sleep(pause)
            self._elapse()
        return frame

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, unless it is closed."""
        self._close(Close(code, reason))

    def __iter__(self) -> Iterator[Any]:
        """Iterate over frames until the connection is closed with 1000 or 1001."""
        try:
            while True:
                yield self.recv()
        except ConnectionClosedOK:
            return

    def __enter__(self) -> Self:
        """Return the connection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()
