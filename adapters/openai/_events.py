"""Events over the connections of openai-python."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import cache
from inspect import isawaitable, iscoroutinefunction
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    NamedTuple,
    TypeAlias,
    TypeVar,
    overload,
)

from rtmodels.adapters._bad_frames import OnBadFrame, log_bad_frame
from rtmodels.errors import MissingDependencyError, RtmodelsError

try:
    import openai
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("openai", extra="openai") from _exc

if TYPE_CHECKING:
    from openai.resources.live.forks import AsyncForksConnection, ForksConnection
    from openai.resources.live.live import AsyncLiveConnection, LiveConnection
    from openai.resources.live.sideband import (
        AsyncSidebandConnection,
        SidebandConnection,
    )
    from openai.resources.realtime.realtime import (
        AsyncRealtimeConnection,
        RealtimeConnection,
    )
    from openai.resources.realtime.translations.translations import (
        AsyncTranslationsConnection,
        TranslationsConnection,
    )

    from rtmodels import (
        LiveClientEvent,
        LiveForkClientEvent,
        LiveForkServerEvent,
        LiveServerEvent,
        LiveSidebandClientEvent,
        LiveSidebandServerEvent,
        RealtimeClientEvent,
        RealtimeServerEvent,
        RealtimeTranslationClientEvent,
        RealtimeTranslationServerEvent,
    )
    from rtmodels.adapters.json import JsonAdapter

    AnyConnection: TypeAlias = (
        RealtimeConnection
        | TranslationsConnection
        | LiveConnection
        | SidebandConnection
        | ForksConnection
    )
    AnyAsyncConnection: TypeAlias = (
        AsyncRealtimeConnection
        | AsyncTranslationsConnection
        | AsyncLiveConnection
        | AsyncSidebandConnection
        | AsyncForksConnection
    )

__all__ = ["events", "send"]

T = TypeVar("T")
OnBadFrameSync: TypeAlias = Callable[[RtmodelsError, bytes | str], None]


class _Unions(NamedTuple):
    """The names of the unions that one kind of connection carries."""

    receives: str
    sends: str


REALTIME = _Unions("RealtimeServerEvent", "RealtimeClientEvent")
UNIONS = {
    "openai.resources.realtime.translations.translations": _Unions(
        "RealtimeTranslationServerEvent", "RealtimeTranslationClientEvent"
    ),
    "openai.resources.live.live": _Unions("LiveServerEvent", "LiveClientEvent"),
    "openai.resources.live.sideband": _Unions(
        "LiveSidebandServerEvent", "LiveSidebandClientEvent"
    ),
    "openai.resources.live.forks": _Unions(
        "LiveForkServerEvent", "LiveForkClientEvent"
    ),
}
"""The unions by the module of the SDK that has the connection's class.

All other connections carry those of Realtime's GA.
"""


def _find_unions(connection: Any) -> _Unions:
    """Return the unions that *connection* carries."""
    # Programs may subclass the SDK's connections.
    for cls in type(connection).__mro__:
        if found := UNIONS.get(cls.__module__):
            return found
    return REALTIME


@cache
def _adapter_for(union: str) -> "JsonAdapter[Any]":
    """Return the adapter for *union*, the name of a union; it is made once."""
    # Imported here, so that a program loads the schema when it uses a connection, and
    # not when it starts.
    import rtmodels  # noqa: PLC0415
    from rtmodels.adapters.json import JsonAdapter  # noqa: PLC0415

    return JsonAdapter(getattr(rtmodels, union))


class _Events(Generic[T]):
    """An iterator over the events of a connection that behaves like the SDK's own.

    It runs the SDK's generator, on raw frames. A generator is finished once it raises,
    but the connection may still be open: a read may only have been cancelled. So every
    error is followed by a new generator.
    """

    def __init__(
        self,
        connection: Any,
        adapter: "JsonAdapter[T]",
        on_bad_frame: OnBadFrame | None,
    ) -> None:
        self._source = _Frames(connection)
        self._decode = adapter.decode
        self._on_bad_frame = on_bad_frame
        self._restart()

    def _restart(self) -> None:
        """Start a new generator, which resumes with the next frame."""
        self._frames = self._source.iterate()


class _SyncEvents(_Events[T]):
    """The iterator over a sync connection."""

    def __iter__(self) -> Iterator[T]:
        """Return the iterator itself."""
        return self

    def __next__(self) -> T:
        """Return the next event that decodes."""
        while True:
            try:
                frame = next(self._frames)
            except StopIteration:
                raise
            except BaseException:
                self._restart()
                raise

            try:
                return self._decode(frame)
            except RtmodelsError as exc:
                if self._on_bad_frame is None:
                    raise
                self._on_bad_frame(exc, frame)


class _AsyncEvents(_Events[T]):
    """The iterator over an async connection."""

    def __aiter__(self) -> AsyncIterator[T]:
        """Return the iterator itself."""
        return self

    async def __anext__(self) -> T:
        """Return the next event that decodes."""
        while True:
            try:
                frame = await anext(self._frames)
            except StopAsyncIteration:
                raise
            except BaseException:
                self._restart()
                raise

            try:
                return self._decode(frame)
            except RtmodelsError as exc:
                if self._on_bad_frame is None:
                    raise
                answer = self._on_bad_frame(exc, frame)
                if isawaitable(answer):
                    await answer


class _Frames:
    """A connection whose ``recv`` returns raw frames."""

    def __init__(self, connection: Any) -> None:
        self._wrapped = connection
        self.recv = connection.recv_bytes

    def __getattr__(self, name: str) -> Any:
        # The SDK's iteration also uses private attributes, to reconnect.
        return getattr(self._wrapped, name)

    def iterate(self) -> Any:
        """Start the SDK's own iteration, which may reconnect."""
        # `__iter__` is called on the class, with this object in place of a connection.
        cls: Any = type(self._wrapped)
        start = cls.__aiter__ if hasattr(cls, "__aiter__") else cls.__iter__
        return start(self)


class _EncodedEvent(openai.BaseModel):
    """An encoded event, as an object that the SDK's ``send`` accepts."""

    text: str

    def to_json(self, **_: Any) -> str:
        """Return the JSON."""
        return self.text


@overload
def events(
    connection: "AsyncRealtimeConnection", *, on_bad_frame: OnBadFrame | None = ...
) -> "AsyncIterator[RealtimeServerEvent]": ...
@overload
def events(
    connection: "AsyncTranslationsConnection", *, on_bad_frame: OnBadFrame | None = ...
) -> "AsyncIterator[RealtimeTranslationServerEvent]": ...
@overload
def events(
    connection: "AsyncLiveConnection", *, on_bad_frame: OnBadFrame | None = ...
) -> "AsyncIterator[LiveServerEvent]": ...
@overload
def events(
    connection: "AsyncSidebandConnection", *, on_bad_frame: OnBadFrame | None = ...
) -> "AsyncIterator[LiveSidebandServerEvent]": ...
@overload
def events(
    connection: "AsyncForksConnection", *, on_bad_frame: OnBadFrame | None = ...
) -> "AsyncIterator[LiveForkServerEvent]": ...
@overload
def events(
    connection: "AnyAsyncConnection",
    *,
    adapter: "JsonAdapter[T]",
    on_bad_frame: OnBadFrame | None = ...,
) -> AsyncIterator[T]: ...
@overload
def events(
    connection: "RealtimeConnection", *, on_bad_frame: OnBadFrameSync | None = ...
) -> "Iterator[RealtimeServerEvent]": ...
@overload
def events(
    connection: "TranslationsConnection", *, on_bad_frame: OnBadFrameSync | None = ...
) -> "Iterator[RealtimeTranslationServerEvent]": ...
@overload
def events(
    connection: "LiveConnection", *, on_bad_frame: OnBadFrameSync | None = ...
) -> "Iterator[LiveServerEvent]": ...
@overload
def events(
    connection: "SidebandConnection", *, on_bad_frame: OnBadFrameSync | None = ...
) -> "Iterator[LiveSidebandServerEvent]": ...
@overload
def events(
    connection: "ForksConnection", *, on_bad_frame: OnBadFrameSync | None = ...
) -> "Iterator[LiveForkServerEvent]": ...
@overload
def events(
    connection: "AnyConnection",
    *,
    adapter: "JsonAdapter[T]",
    on_bad_frame: OnBadFrameSync | None = ...,
) -> Iterator[T]: ...
def events(
    connection: Any,
    *,
    adapter: "JsonAdapter[Any] | None" = None,
    on_bad_frame: OnBadFrame | None = log_bad_frame,
) -> Any:
    """Iterate over the events that the server sends, as instances of rtmodels.

    The iteration ends, fails and reconnects like the SDK's own. It skips frames that do
    not decode. Cancelling a step loses no frame.

    Args:
        connection: The SDK's connection; the iterator is async if the connection is.
        adapter: Decodes the frames. By default, *connection* decides between the events
            of Realtime's GA, of translations, and of the Live API, which has a union
            for each kind of socket. An adapter with ``upgrade=True``, for example, also
            accepts frames of the beta.
        on_bad_frame: Called with the error of each frame that does not decode, and with
            the frame. It may be async if the connection is. Then the iteration resumes
            with the next frame, unless the callback raised an exception. The default
            logs a warning without the payload. With None, the step raises the error,
            and the next step returns the next event.

    Raises:
        DecodeError: *on_bad_frame* is None, and a frame is not JSON.
        ValidationError: *on_bad_frame* is None, and a frame does not fit the schema.
        TypeError: *on_bad_frame* is async, and *connection* is not.
    """
    kind = _AsyncEvents if hasattr(type(connection), "__aiter__") else _SyncEvents
    if kind is _SyncEvents and iscoroutinefunction(on_bad_frame):
        raise TypeError(
            "on_bad_frame is async, but the connection is not: pass a function "
            "without async, or use AsyncOpenAI"
        )
    if adapter is None:
        adapter = _adapter_for(_find_unions(connection).receives)
    return kind(connection, adapter, on_bad_frame)


@overload
def send(
    connection: "AsyncRealtimeConnection",
    event: "RealtimeClientEvent",
    *,
    adapter: "JsonAdapter[Any]" = ...,
) -> Coroutine[Any, Any, None]: ...
@overload
def send(
    connection: "AsyncTranslationsConnection",
    event: "RealtimeTranslationClientEvent",
    *,
    adapter: "JsonAdapter[Any]" = ...,
) -> Coroutine[Any, Any, None]: ...
@overload
def send(
    connection: "AsyncLiveConnection",
    event: "LiveClientEvent",
    *,
    adapter: "JsonAdapter[Any]" = ...,
) -> Coroutine[Any, Any, None]: ...
@overload
def send(
    connection: "AsyncSidebandConnection",
    event: "LiveSidebandClientEvent",
    *,
    adapter: "JsonAdapter[Any]" = ...,
) -> Coroutine[Any, Any, None]: ...
@overload
def send(
    connection: "AsyncForksConnection",
    event: "LiveForkClientEvent",
    *,
    adapter: "JsonAdapter[Any]" = ...,
) -> Coroutine[Any, Any, None]: ...
@overload
def send(
    connection: "RealtimeConnection",
    event: "RealtimeClientEvent",
    *,
    adapter: "JsonAdapter[Any]" = ...,
) -> None: ...
@overload
def send(
    connection: "TranslationsConnection",
    event: "RealtimeTranslationClientEvent",
    *,
    adapter: "JsonAdapter[Any]" = ...,
) -> None: ...
@overload
def send(
    connection: "LiveConnection",
    event: "LiveClientEvent",
    *,
    adapter: "JsonAdapter[Any]" = ...,
) -> None: ...
@overload
def send(
    connection: "SidebandConnection",
    event: "LiveSidebandClientEvent",
    *,
    adapter: "JsonAdapter[Any]" = ...,
) -> None: ...
@overload
def send(
    connection: "ForksConnection",
    event: "LiveForkClientEvent",
    *,
    adapter: "JsonAdapter[Any]" = ...,
) -> None: ...
def send(
    connection: Any, event: Any, *, adapter: "JsonAdapter[Any] | None" = None
) -> Any:
    """Send *event* as *adapter* encodes it; on an async connection, await the result.

    By default, *event* is encoded as one that *connection* may carry, as for `events`.

    While the SDK reconnects, it keeps the frame, as it does with its own events.

    Raises:
        EncodeError: *event* holds a value that JSON cannot represent.
    """
    if adapter is None:
        adapter = _adapter_for(_find_unions(connection).sends)
    return connection.send(_EncodedEvent(text=adapter.encode(event).decode()))
