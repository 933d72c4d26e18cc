"""What the typed websocket connections share: the adapters, and how they frame."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from typing import Self

    from rtmodels.adapters.json import JsonAdapter
    from rtmodels.adapters.msgpack import MsgpackAdapter

ReceivedT = TypeVar("ReceivedT")
SentT = TypeVar("SentT")


class TypedConnection(Generic[ReceivedT, SentT]):
    """The base of the connections; it decodes and encodes, and does no I/O."""

    __slots__ = ("_decode", "_encode", "_sends_text", "websocket")

    def __init__(
        self,
        websocket: Any,
        *,
        receives: "JsonAdapter[ReceivedT] | MsgpackAdapter[ReceivedT]",
        sends: "JsonAdapter[SentT] | MsgpackAdapter[SentT]",
        binary_frames: bool = False,
    ) -> None:
        """Put adapters on *websocket*, which is open already.

        Args:
            websocket: A websocket of the library.
            receives: Decodes what comes, in text and in binary frames alike.
            sends: Encodes what goes. JSON goes in text frames, MessagePack in binary
                ones.
            binary_frames: Send JSON in binary frames too, as some servers want it.
        """
        self.websocket = websocket
        self._decode: Callable[[Any], ReceivedT] = receives.decode
        self._encode: Callable[[SentT], bytes] = sends.encode
        self._sends_text = sends.is_text and not binary_frames

    def __aiter__(self) -> "Self":
        """Give the connection itself, so that a new loop goes on where one ended."""
        return self
