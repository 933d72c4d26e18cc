"""MessagePack, by msgspec and ormsgpack."""

from typing import TYPE_CHECKING, ClassVar, TypeVar

from rtmodels.adapters._base import MAX_BYTES, Adapter, ConverterSource, encode_error
from rtmodels.converter import Mode

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = ["MsgpackAdapter"]

T = TypeVar("T")


class MsgpackAdapter(Adapter[T]):
    """Decodes MessagePack into instances of one type, and encodes them back.

    ::

        adapter = MsgpackAdapter(RealtimeServerEvent)
        data = adapter.encode(event)
        event = adapter.decode(data)

    Audio is raw binary in MessagePack; base64 text is accepted as well. Threads may
    share an adapter.

    MessagePack holds neither integers of more than 64 bits nor text with a lone
    surrogate, which `JsonAdapter` may have decoded: `encode` raises an `EncodeError`
    with their paths. Forgiving mode keeps NaN and infinity, and writes them back.
    """

    is_text: ClassVar[bool] = False
    """Whether `encode` returns UTF-8 text, which websockets send in text frames."""

    __slots__ = ("_dump", "_load")

    def __init__(
        self,
        type_: "TypeForm[T]",
        *,
        mode: Mode | None = None,
        converter: ConverterSource | None = None,
        max_depth: int | None = None,
        max_bytes: int = MAX_BYTES,
        upgrade: bool = False,
        downgrade: bool = False,
    ) -> None:
        """Make an adapter for *type_*.

        Args:
            type_: A class or union of rtmodels, ``tuple[T, ...]`` of these, or any type
                that *converter* supports.
            mode: As for `JsonAdapter`.
            converter: As for `JsonAdapter`, best with ``binary=True``.
            max_depth: As for `JsonAdapter`.
            max_bytes: As for `JsonAdapter`.
            upgrade: As for `JsonAdapter`.
            downgrade: As for `JsonAdapter`.

        Raises:
            MissingDependencyError: msgspec or ormsgpack is not installed.
        """
        # Imported here, so that the class can be imported, listed and documented
        # without the libraries.
        from rtmodels.adapters._msgpack import (  # noqa: PLC0415
            dump_msgpack,
            load_msgpack,
        )

        self._dump = dump_msgpack
        self._load = load_msgpack

        super().__init__(
            type_,
            mode=mode,
            converter=converter,
            max_depth=max_depth,
            max_bytes=max_bytes,
            upgrade=upgrade,
            downgrade=downgrade,
            binary=True,
            parsed=True,
            options={},
        )

    def decode(self, data: bytes | bytearray | memoryview) -> T:
        """Decode one MessagePack document.

        Raises:
            DecodeError: *data* is not MessagePack, is larger than *max_bytes*, has more
                after the end of the document, or holds extension types or keys that are
                not text.
            ValidationError: *data* is MessagePack that does not fit the schema.
        """
        return self._structure(self._load(data, self._max_bytes))

    def encode(self, value: T) -> bytes:
        """Encode *value* as one MessagePack document.

        Raises:
            EncodeError: *value* is not of the adapter's type, or holds a value that
                MessagePack cannot represent.
        """
        wire = self._unstructure(value)
        try:
            return self._dump(wire)
        except Exception as exc:  # noqa: BLE001 - any error of the writer
            raise encode_error(wire, exc) from None
