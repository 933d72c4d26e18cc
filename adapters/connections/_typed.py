"""The base of the typed connections: two adapters around one websocket."""

from abc import ABC, abstractmethod
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from rtmodels.adapters._bad_frames import OnBadFrame, log_bad_frame
from rtmodels.errors import RtmodelsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from rtmodels.adapters.json import JsonAdapter
    from rtmodels.adapters.msgpack import MsgpackAdapter
    from rtmodels.adapters.translate import Dialect

__all__ = ["ReceivedT", "SentT", "SocketT", "TypedConnection"]

SocketT = TypeVar("SocketT")
ReceivedT = TypeVar("ReceivedT")
SentT = TypeVar("SentT")


class TypedConnection(ABC, Generic[SocketT, ReceivedT, SentT]):
    """A websocket that receives and sends events instead of frames.

    Each library has its subclass. The type parameters are the library's websocket, the
    events that are received, and those that are sent.
    """

    __slots__ = ("_decode", "_encode", "_on_bad_frame", "_sends_text", "websocket")

    _closed: ClassVar[type[Exception]]
    """The error of `_receive` that ends a loop over the connection."""

    def __init__(
        self,
        websocket: SocketT,
        *,
        receives: "JsonAdapter[ReceivedT] | MsgpackAdapter[ReceivedT]",
        sends: "JsonAdapter[SentT] | MsgpackAdapter[SentT]",
        binary_frames: bool = False,
        on_bad_frame: OnBadFrame | None = log_bad_frame,
        dialect: "Dialect | None" = None,
    ) -> None:
        """Wrap *websocket*, whose handshake must be complete.

        Args:
            websocket: The websocket of the library.
            receives: Decodes incoming frames, text and binary alike.
            sends: Encodes outgoing events: JSON into text frames, MessagePack into
                binary ones.
            binary_frames: Send JSON in binary frames too, as some servers require.
            on_bad_frame: Called by a loop over the connection with the error of each
                frame that does not decode, and with the frame. If the result is
                awaitable, the loop awaits it. Then it resumes with the next frame,
                unless the callback raised an exception. The default logs a warning
                without the payload. With None, the loop raises the error.
            dialect: What the server speaks, where *receives* and *sends* are of the
                GA. Its frames are translated, and an event that the GA has nothing
                like is received as an `Unknown`.

        Raises:
            ValueError: There is no such *dialect*, or the frames are not of JSON.
        """
        self.websocket: SocketT = websocket
        """The websocket of the library."""
        self._decode: Callable[[Any], ReceivedT] = receives.decode
        self._encode: Callable[[SentT], bytes] = sends.encode
        if dialect is not None:
            if not (receives.is_text and sends.is_text):
                raise ValueError("only JSON can be translated")
            self._translate(dialect)

        self._on_bad_frame = on_bad_frame
        self._sends_text = sends.is_text and not binary_frames
        self._prepare()

    def _translate(self, dialect: "Dialect") -> None:
        """Translate what is received from *dialect*, and what is sent into it."""
        # Most programs need neither the beta nor the dialects.
        from rtmodels.adapters.translate import Translator  # noqa: PLC0415

        # Events without a like pass, so that no frame becomes nothing.
        translator: Any = Translator("ga", dialect, unknown="pass")
        decode, encode = self._decode, self._encode
        self._decode = lambda data: decode(translator.to_client(data))
        self._encode = lambda event: translator.to_server(encode(event))

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

        A frame that does not decode raises an error, whatever *on_bad_frame* is, and
        the next call receives the next frame. Cancelling a waiting `recv` loses no
        frame. When the connection is closed, `recv` raises the library's own error.

        Raises:
            DecodeError: The frame is not JSON or MessagePack.
            ValidationError: The frame does not fit the schema.
        """
        return self._decode(await self._receive())

    def __aiter__(self) -> "Self":
        """Return the connection itself, so that a new loop resumes after the last."""
        return self

    async def __anext__(self) -> ReceivedT:
        """Receive the next event that decodes; stop when the connection ends."""
        # Not an async generator: an error would finish that, and with it the loop.
        while True:
            try:
                data = await self._receive()
            except self._closed:
                raise StopAsyncIteration from None

            try:
                return self._decode(data)
            except RtmodelsError as exc:
                if self._on_bad_frame is None:
                    raise
                answer = self._on_bad_frame(exc, data)
                if isawaitable(answer):
                    await answer
