"""Fast reads of openai-python's connections, and its objects from and to ours.

::

    from openai import OpenAI
    from rtmodels import ResponseCreateEvent, ResponseDoneEvent
    from rtmodels.adapters.openai import events, send, to_sdk


    def ask(client: OpenAI):
        with client.realtime.connect(model="gpt-realtime") as connection:
            send(connection, ResponseCreateEvent())
            for event in events(connection):
                if isinstance(event, ResponseDoneEvent):
                    return to_sdk(event.response)
"""

from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, overload

from rtmodels import (
    ClientSession,
    Model,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeServerEvent,
    Unknown,
)
from rtmodels._display import truncate
from rtmodels.adapters._base import encode_error
from rtmodels.adapters._openai_classes import SdkClass, find_ours, find_theirs
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.adapters.json import JsonAdapter
from rtmodels.converter import explain_failure
from rtmodels.errors import (
    EncodeError,
    Issue,
    MissingDependencyError,
    ValidationError,
)

try:
    import openai
    import pydantic
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("openai", extra="openai") from _exc

if TYPE_CHECKING:
    from openai.resources.realtime.realtime import (
        AsyncRealtimeConnection,
        RealtimeConnection,
    )
    from typing_extensions import TypeForm

__all__ = ["events", "from_sdk", "send", "to_sdk"]

T = TypeVar("T")

_Anything: TypeAlias = (
    RealtimeClientEvent | RealtimeServerEvent | RealtimeConversationItem | ClientSession
)
"""All that tells by its ``type`` what it is."""

_CLIENT_EVENTS: JsonAdapter[Any] = JsonAdapter(RealtimeClientEvent)
_SERVER_EVENTS: JsonAdapter[Any] = JsonAdapter(RealtimeServerEvent)


class _Events(Generic[T]):
    """An iterator over the events of a connection, by the rules of the SDK's own.

    The SDK's generator runs here on raw frames. If it raises it is over, although the
    connection may not be (a read that was cancelled), so then there is a new one.
    """

    def __init__(self, connection: Any, adapter: JsonAdapter[T]) -> None:
        self._source = _Frames(connection)
        self._decode = adapter.decode
        self._restart()

    def _restart(self) -> None:
        """Read on from where the connection is."""
        self._frames = self._source.iterate()


class _SyncEvents(_Events[T]):
    """What `events` gives for a `RealtimeConnection`."""

    def __iter__(self) -> Iterator[T]:
        """Be the iterator."""
        return self

    def __next__(self) -> T:
        """Wait for the next event."""
        try:
            frame = next(self._frames)
        except StopIteration:
            raise
        except BaseException:
            self._restart()
            raise
        return self._decode(frame)


class _AsyncEvents(_Events[T]):
    """What `events` gives for an `AsyncRealtimeConnection`."""

    def __aiter__(self) -> AsyncIterator[T]:
        """Be the iterator."""
        return self

    async def __anext__(self) -> T:
        """Wait for the next event."""
        try:
            frame = await anext(self._frames)
        except StopAsyncIteration:
            raise
        except BaseException:
            self._restart()
            raise
        return self._decode(frame)


class _Frames:
    """A connection, but for `recv`, which gives the frames as they come."""

    def __init__(self, connection: Any) -> None:
        self._wrapped = connection
        self.recv = connection.recv_bytes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wrapped, name)

    def iterate(self) -> Any:
        """Start the SDK's own iteration, which reconnects where it was asked to."""
        cls: Any = type(self._wrapped)
        start = cls.__aiter__ if hasattr(cls, "__aiter__") else cls.__iter__
        return start(self)


class _Written(openai.BaseModel):
    """An event that is JSON already, in the shape that the SDK's ``send`` takes."""

    text: str

    def to_json(self, **_: Any) -> str:
        """Give the JSON."""
        return self.text


@overload
def events(
    connection: "AsyncRealtimeConnection",
) -> AsyncIterator[RealtimeServerEvent]: ...
@overload
def events(
    connection: "AsyncRealtimeConnection", *, adapter: JsonAdapter[T]
) -> AsyncIterator[T]: ...
@overload
def events(connection: "RealtimeConnection") -> Iterator[RealtimeServerEvent]: ...
@overload
def events(
    connection: "RealtimeConnection", *, adapter: JsonAdapter[T]
) -> Iterator[T]: ...
def events(connection: Any, *, adapter: JsonAdapter[Any] = _SERVER_EVENTS) -> Any:
    """Iterate over the events that the server sends, as our instances.

    It ends, fails and reconnects as the SDK's own iteration does. A frame that does not
    decode raises for that frame only: the next step gives the next frame. So does one
    after a cancelled step, and nothing is lost.

    Args:
        connection: The SDK's connection, sync or async; the iterator is of its kind.
        adapter: Decodes the frames; with ``upgrade=True``, say, those of the beta.

    Raises:
        DecodeError: A frame is not JSON.
        ValidationError: It is JSON, and not what the schema says.
    """
    kind = _AsyncEvents if hasattr(type(connection), "__aiter__") else _SyncEvents
    return kind(connection, adapter)


@overload
def send(
    connection: "AsyncRealtimeConnection",
    event: RealtimeClientEvent,
    *,
    adapter: JsonAdapter[Any] = ...,
) -> Coroutine[Any, Any, None]: ...
@overload
def send(
    connection: "RealtimeConnection",
    event: RealtimeClientEvent,
    *,
    adapter: JsonAdapter[Any] = ...,
) -> None: ...
def send(
    connection: Any, event: Any, *, adapter: JsonAdapter[Any] = _CLIENT_EVENTS
) -> Any:
    """Send *event* just as *adapter* encodes it; an async connection wants ``await``.

    The SDK keeps the frame until it has reconnected, as it does with its own.

    Raises:
        EncodeError: *event* holds what JSON cannot.
    """
    return connection.send(_Written(text=adapter.encode(event).decode()))


def to_sdk(value: Model | Unknown) -> openai.BaseModel:
    """Turn one of our instances into the SDK's object for it.

    It is what the SDK parses from the same JSON, but for events that the SDK does not
    know and takes for others: those become a plain ``openai.BaseModel``, which has all
    that came as attributes. Client events become the SDK's models; their ``to_dict()``
    is what its ``...Param`` types describe. Audio is base64 text.

    Undeclared keys and nulls are kept. A scalar of the wrong type, which only the
    forgiving mode lets through, is kept as well, but for inside of a union: there
    the SDK makes a number of ``"12"``.

    Raises:
        EncodeError: *value* holds what JSON cannot, or is no instance of ours.
    """
    cls = type(value)
    if not issubclass(cls, Model | Unknown):
        issue = Issue("$", "an instance of a class of rtmodels", truncate(cls.__name__))
        raise EncodeError((issue,))
    type_: Any = _Anything if cls is Unknown else cls
    wire = _dicts(type_).encode(value)
    return _fill(find_theirs(cls, wire) or openai.BaseModel, wire)


@overload
def from_sdk(obj: pydantic.BaseModel | Mapping[str, Any]) -> Model | Unknown: ...
@overload
def from_sdk(
    obj: pydantic.BaseModel | Mapping[str, Any], type_: "TypeForm[T]"
) -> T: ...
def from_sdk(obj: Any, type_: Any = None) -> Any:
    """Turn one of the SDK's objects, or a dict that it would send, into our instance.

    Fields that nobody set are absent here, and those set to ``None`` are null. The
    class is the one that stands for the SDK's. Dicts, and objects whose ``type`` is not
    that of their class, go by their ``type`` alone, as an event of the GA, an item or
    the settings of a session; if it is none of these, they are `Unknown`.

    Args:
        obj: A model or dict of the SDK's; dicts may hold models, tuples and iterators.
        type_: The class or union to read it as instead; needed for dicts with no
            ``type``, and for those of the beta and of translations.

    Raises:
        ValidationError: *obj* is not what the schema says.
    """
    try:
        wire = _plain(obj)
        type_ = type_ or find_ours(type(obj), wire) or _Anything
    except Exception as exc:
        raise ValidationError(explain_failure(exc)) from exc
    return _dicts(type_).decode(wire)


@cache
def _dicts(type_: Any) -> DictAdapter[Any]:
    """Make the adapter for *type_*, once."""
    return DictAdapter(type_)


def _fill(cls: SdkClass, wire: dict[str, Any]) -> openai.BaseModel:
    """Make a *cls* as the SDK does: check *wire*, but put up with what is wrong."""
    try:
        return cls.model_validate(wire, strict=True)  # lest "12" become 12
    except pydantic.ValidationError:
        pass
    try:
        return cls.construct(**wire)
    except Exception as exc:  # what a key that pydantic uses itself leads to
        raise encode_error(wire, exc) from exc


def _plain(value: Any) -> Any:
    """Make dicts and lists of *value*, as the SDK does before it sends."""
    match value:
        case pydantic.BaseModel():
            return _plain(
                value.model_dump(by_alias=True, exclude_unset=True, warnings=False)
            )
        case Mapping():
            return {
                key: _plain(item)
                for key, item in value.items()
                if not isinstance(item, openai.NotGiven | openai.Omit)
            }
        case str() | bytes() | bytearray():
            return value
        case Iterable():
            return [_plain(item) for item in value]
        case _:
            return value
