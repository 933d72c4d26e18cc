"""The base of the typed connections: two adapters around one websocket."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from rtmodels.adapters.json import JsonAdapter
    from rtmodels.adapters.msgpack import MsgpackAdapter

__all__ = ["ReceivedT", "SentT", "SocketT", "TypedConnection"]

SocketT = TypeVar("SocketT")
ReceivedT = TypeVar("ReceivedT")
SentT = TypeVar("SentT")


class TypedConnection(ABC, Generic[SocketT, ReceivedT, SentT]):
    """A websocket that knows its events; the subclass for a library moves the frames.

    Its type parameters are the library's websocket, what is received and what is sent.
    """

    __slots__ = ("_decode", "_encode", "_sends_text", "websocket")

    _closed: ClassVar[type[Exception]]
    """What `_receive` raises where a loop over the connection ends."""

    def __init__(
        self,
        websocket: SocketT,
        *,
        receives: "JsonAdapter[ReceivedT] | MsgpackAdapter[ReceivedT]",
        sends: "JsonAdapter[SentT] | MsgpackAdapter[SentT]",
        binary_frames: bool = False,
    ) -> None:
        """Put adapters on *websocket*, whose handshake is done.

        Args:
            websocket: The library's own websocket.
            receives: Decodes incoming frames, text and binary alike.
            sends: Encodes outgoing events: JSON into text frames, MessagePack into
                binary ones.
            binary_frames: Send JSON in binary frames too, as some servers require.
        """
        self.websocket: SocketT = websocket
        """The websocket underneath."""
        self._decode: Callable[[Any], ReceivedT] = receives.decode
        self._encode: Callable[[SentT], bytes] = sends.encode
        self._sends_text = sends.is_text and not binary_frames
        self._prepare()

    def _prepare(self) -> None:
        """Set the attributes that a subclass adds."""

    @abstractmethod
    async def _receive(self) -> bytes | str:
        """Return the payload of the next data frame."""

    @abstractmethod
    async def send(self, event: SentT) -> None:
        """Send *event* in one frame."""

    @abstractmethod
    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, unless it is closed."""

    @property
    @abstractmethod
    def close_code(self) -> int | None:
        """The close code; ``None`` before the end."""

    @property
    @abstractmethod
    def close_reason(self) -> str | None:
        """The reason that came with the code, often empty; ``None`` before the end."""

    async def recv(self) -> ReceivedT:
        """Receive the next event.

        A frame that does not decode is lost, and the next call receives the next frame.
        No frame is lost when a waiting `recv` is cancelled. Once the connection is
        closed, the library's own error is raised.

        Raises:
            DecodeError: The frame is not JSON or MessagePack.
            ValidationError: The frame does not fit the schema.
        """
        return self._decode(await self._receive())

    def __aiter__(self) -> "Self":
        """Return the connection itself: a new loop resumes where one stopped."""
        return self

    async def __anext__(self) -> ReceivedT:
        """Receive the next event, as `recv` does, or end with the connection."""
        try:
            data = await self._receive()
        except self._closed:
            raise StopAsyncIteration from None
        return self._decode(data)
