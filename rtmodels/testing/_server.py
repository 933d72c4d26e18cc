"""The test server: scripts over websockets, in a thread of its own."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from rtmodels.errors import MissingDependencyError
from rtmodels.testing._connection import Close, Connection, Drop, StepLike, Version
from rtmodels.testing._engine import Engine
from rtmodels.testing._problems import Problem, check_problems
from rtmodels.testing._session import DEFAULT_MODEL

try:
    from websockets.asyncio.server import Server, ServerConnection, serve
    from websockets.exceptions import ConnectionClosed
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("websockets", extra="testing") from _exc

__all__ = ["RealtimeServer"]

PATIENCE = 30.0


class RealtimeServer:
    """A Realtime server on loopback that plays scripts.

    ::

        with RealtimeServer(expect(ResponseCreateEvent), respond("Hello!")) as server:
            assert ask("Who am I?", url=server.url) == "Hello!"
        server.check()

    The server does by itself what the real one does without a model; the script says
    what the model and the caller do. Each connection plays one script, first those of
    `play`, then the one that the server was made with.

    It runs in a thread of its own, so clients may be sync or async. The methods are
    for other threads.
    """

    def __init__(
        self,
        *steps: StepLike,
        version: Version = "ga",
        greet: bool = True,
        patience: float = PATIENCE,
    ) -> None:
        """Make a server that has yet to start.

        Args:
            steps: The script of each connection for which `play` has queued none.
            version: The version of the API that it speaks, ``ga`` or ``beta``.
            greet: Whether to send ``session.created`` and to acknowledge events. If
                not, the server sends only what the script says.
            patience: Seconds that a script waits for the client. After that, the server
                closes the connection with code 1011, and has a problem.
        """
        self._steps = steps
        self._version: Version = version
        self._greet = greet
        self._patience = patience
        self._scripts: deque[tuple[StepLike, ...]] = deque()
        self._problems: list[Problem] = []
        self._changed = threading.Condition()
        self._port = 0
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

        self.connections: list[Connection] = []
        """The connections so far, closed ones too, in their order."""

    @property
    def url(self) -> str:
        """The URL to connect to: ``ws://127.0.0.1:PORT/v1/realtime``."""
        return f"{self.base_url}/realtime"

    @property
    def base_url(self) -> str:
        """The URL without ``/realtime``, as openai-python's clients take it."""
        return f"ws://127.0.0.1:{self._port}/v1"

    @property
    def http_url(self) -> str:
        """The same as `base_url` with the scheme ``http``, which some clients want."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def received(self) -> tuple[Any, ...]:
        """The clients' events of all connections, as classes of the GA."""
        return tuple(
            event for connection in self.connections for event in connection.received
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong so far, in all connections."""
        found = [x for connection in self.connections for x in connection.problems]
        return (*found, *self._problems)

    def play(self, *steps: StepLike) -> None:
        """Queue a script for the next connection."""
        self._scripts.append(steps)

    def check(self) -> None:
        """Raise an `AssertionError` that lists all problems, if there are any.

        Only once the server has stopped are scripts that did not come to their end
        among the problems.
        """
        __tracebackhide__ = True
        check_problems(self.problems)

    def wait_until(self, is_met: Callable[[], bool], timeout: float = PATIENCE) -> None:
        """Wait until *is_met* returns true, which is called after each change.

        ::

            server.wait_until(lambda: len(server.received) == 3)

        Args:
            is_met: Called in this thread whenever a connection was opened, has received
                a frame or was closed.
            timeout: How many seconds to wait.

        Raises:
            TimeoutError: It has not returned true.
        """
        with self._changed:
            if not self._changed.wait_for(is_met, timeout):
                waiting = [
                    f"connection {x.number} waits for {x.waits_for}"
                    for x in self.connections
                    if x.waits_for is not None
                ]
                raise TimeoutError("; ".join(waiting) or "no script waits")

    def wait_until_played(self, connection: int = 1, timeout: float = PATIENCE) -> None:
        """Wait until the script of a connection has come to its end.

        Args:
            connection: The number of the connection, from 1.
            timeout: How many seconds to wait.

        Raises:
            TimeoutError: The script still waits.
        """

        def is_played() -> bool:
            opened = self.connections
            return len(opened) >= connection and opened[connection - 1].is_played

        self.wait_until(is_played, timeout)

    async def until_played(
        self,
        connection: int = 1,
        timeout: float = PATIENCE,  # noqa: ASYNC109 - as above
    ) -> None:
        """Wait as `wait_until_played` does, without blocking the event loop."""
        await asyncio.to_thread(self.wait_until_played, connection, timeout)

    def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        started: list[Exception | None] = []
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(started)), name="RealtimeServer"
        )
        self._thread.start()
        with self._changed:
            self._changed.wait_for(lambda: started)
        if started[0] is not None:
            self._thread.join()
            raise started[0]

    def stop(self) -> None:
        """Close all connections; note the scripts that did not come to their end."""
        if self._thread is None or self._loop is None or self._stopping is None:
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._thread = None

        for steps in self._scripts:
            message = f"no connection came for a script of {len(steps)} steps"
            self._problems.append(Problem(connection=0, message=message))
        self._scripts.clear()

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the server."""
        self.stop()

    async def __aenter__(self) -> Self:
        """Start the server."""
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the server, without blocking the event loop."""
        await asyncio.to_thread(self.stop)

    def _notify(self) -> None:
        """Wake those who wait for a change."""
        with self._changed:
            self._changed.notify_all()

    async def _run(self, started: list[Exception | None]) -> None:
        """Serve until `stop` is called."""
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            server = await self._listen()
        except OSError as exc:
            started.append(exc)
            self._notify()
            return

        started.append(None)
        self._notify()
        await self._stopping.wait()
        server.close()
        await server.wait_closed()

    async def _listen(self) -> Server:
        """Return the listening server."""
        server = await serve(
            self._handle,
            "127.0.0.1",
            0,
            max_size=None,
            compression=None,
            ping_interval=None,
            open_timeout=None,
        )
        self._port = next(iter(server.sockets)).getsockname()[1]
        return server

    async def _handle(self, websocket: ServerConnection) -> None:
        """Play a script to one client."""
        request = websocket.request
        path, headers = ("", {}) if request is None else (request.path, request.headers)
        query = dict(parse_qsl(urlsplit(path).query))
        connection = Engine(
            self._scripts.popleft() if self._scripts else self._steps,
            version=self._version,
            number=len(self.connections) + 1,
            model=query.get("model", DEFAULT_MODEL),
            headers=headers,
            query=query,
            greet=self._greet,
        )
        self.connections.append(connection)

        sender = _Sender(websocket, connection)
        writing = asyncio.create_task(sender.run())
        try:
            connection.start()
            await self._exchange(websocket, connection, sender)
        except ConnectionClosed:
            pass
        finally:
            writing.cancel()
            # It is closed by now, unless the server itself failed.
            await websocket.close(1011)
            connection.finish(websocket.close_code)
            self._notify()

    async def _exchange(
        self, websocket: ServerConnection, connection: Engine, sender: "_Sender"
    ) -> None:
        """Pass frames both ways until the connection is closed."""
        clock = asyncio.get_running_loop().time
        waiting: object = None
        deadline: float | None = None
        while True:
            sender.wake()
            self._notify()

            # The clock starts when the script comes to a wait, not with each frame.
            if connection.waiting is not waiting:
                waiting = connection.waiting
                pause = connection.pause
                seconds = self._patience if pause is None else pause
                deadline = None if waiting is None else clock() + seconds
                if connection.is_optional:
                    deadline = None
            try:
                async with asyncio.timeout_at(deadline):
                    frame = await websocket.recv(decode=False)
            except TimeoutError:
                if connection.pause is None:
                    connection.expire(self._patience)
                else:
                    connection.elapse()
            else:
                connection.receive(frame)


class _Sender:
    """Sends what a connection has for its client.

    It has a task of its own: a client that writes before it reads would otherwise wait
    for the server, and the server for the client.
    """

    def __init__(self, websocket: ServerConnection, connection: Engine) -> None:
        self._websocket = websocket
        self._connection = connection
        self._ready = asyncio.Event()

    def wake(self) -> None:
        """Have everything sent that is there."""
        self._ready.set()

    async def run(self) -> None:
        """Send until the connection is closed."""
        try:
            while True:
                await self._ready.wait()
                self._ready.clear()
                for output in self._connection.take():
                    await self._send(output)
        except ConnectionClosed:
            pass

    async def _send(self, output: bytes | Close | Drop) -> None:
        """Send a frame, or end the connection."""
        match output:
            case Close(code=code, reason=reason):
                await self._websocket.close(code, reason)
            case Drop():
                self._websocket.transport.abort()
            case frame:
                await self._websocket.send(frame, text=True)
