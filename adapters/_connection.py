"""What the typed websocket connections share: the adapters, and how they frame."""

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from rtmodels.adapters.json import JsonAdapter
    from rtmodels.adapters.msgpack import MsgpackAdapter

SocketT = TypeVar("SocketT")
ReceivedT = TypeVar("ReceivedT")
SentT = TypeVar("SentT")


class TypedConnection(Generic[SocketT, ReceivedT, SentT]):
    """The base of the connections; a library's own one moves the frames."""

    __slots__ = ("_decode", "_encode", "_ending", "_sends_text", "websocket")

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
            websocket: The library's own.
            receives: Decodes what comes, in text and in binary frames alike.
            sends: Encodes what goes: JSON into text frames, MessagePack into binary
                ones.
            binary_frames: Send JSON in binary frames too, as some servers want it.
        """
        self.websocket: SocketT = websocket
        """The websocket underneath."""
        self._decode: Callable[[Any], ReceivedT] = receives.decode
        self._encode: Callable[[SentT], bytes] = sends.encode
        self._sends_text = sends.is_text and not binary_frames
        self._ending: tuple[int, str] | None = None

    async def _receive(self) -> bytes | str:
        """Receive the payload of the next data frame; the library's part."""
        raise NotImplementedError

    async def recv(self) -> ReceivedT:
        """Receive the next event.

        A frame that is refused is gone, and the connection goes on with the next one.
        No frame is lost when a waiting `recv` is cancelled. Besides the following, it
        raises what the library does once the connection is closed.

        Raises:
            DecodeError: The frame is not JSON or MessagePack.
            ValidationError: It is, and not what the schema says.
        """
        return self._decode(await self._receive())

    def __aiter__(self) -> "Self":
        """Give the connection itself, so that a new loop goes on where one stopped."""
        return self

    async def __anext__(self) -> ReceivedT:
        """Receive the next event, as `recv` does, or end with the connection."""
        try:
            data = await self._receive()
        except self._closed:
            raise StopAsyncIteration from None
        return self._decode(data)

    @property
    def close_code(self) -> int | None:
        """Why the connection was closed; None until this side closes or hears of it."""
        return None if self._ending is None else self._ending[0]

    @property
    def close_reason(self) -> str | None:
        """What was said along with the code, often nothing."""
        return None if self._ending is None else self._ending[1]

    def _end(self, code: int, reason: str) -> tuple[int, str]:
        """Keep how the connection ended; what is known first counts."""
        if self._ending is None:
            self._ending = code, reason
        return self._ending
