"""JSON, by orjson or by another JSON library of the caller's choice."""

import sys
from collections.abc import Callable
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from rtmodels import Unknown
from rtmodels.adapters._audio import MIN_SIZE, make_cutter
from rtmodels.adapters._base import Adapter, ConverterSource, refusal, unwritable
from rtmodels.converter import Reading, base64_fields
from rtmodels.errors import ValidationError

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = ["JsonAdapter"]

T = TypeVar("T")

NOTHING = Unknown(type=None, payload={})
CUTTABLE = frozenset({bytes, str})


class JsonAdapter(Adapter[T]):
    """Decodes JSON into instances of one type, and encodes them back.

    ::

        adapter = JsonAdapter(RealtimeServerEvent)
        event = adapter.decode(frame)
        frame = adapter.encode(event)

    Audio is base64 text on JSON, and bytes in the instances. Threads may share an
    adapter. Where a key is repeated, the last value counts, as in every JSON parser.
    """

    __slots__ = ("_cut", "_dumps", "_loads", "_size_to_cut")

    def __init__(
        self,
        type_: "TypeForm[T]",
        *,
        converter: ConverterSource | None = None,
        reading: Reading | None = None,
        loads: Callable[[Any], Any] | None = None,
        dumps: Callable[[Any], bytes | str] | None = None,
    ) -> None:
        """Make an adapter for *type_*.

        Args:
            type_: A class or union of ours, ``tuple[T, ...]`` of these, or any type
                that *converter* knows.
            converter: A converter that `rtmodels.configure` has taught our types; or,
                for an adapter that can be pickled, the function that makes it.
            reading: ``strict``, ``tolerant`` (the default) or ``forgiving``.
            loads: Parses JSON in place of ``orjson.loads``.
            dumps: Writes JSON in place of ``orjson.dumps``, to bytes or to text.
        """
        super().__init__(
            type_,
            converter=converter,
            reading=reading,
            binary=False,
            options={"loads": loads, "dumps": dumps},
        )
        fields = base64_fields(type_, self.converter) if loads is None else {}
        self._cut = make_cutter(fields)
        self._size_to_cut = MIN_SIZE if fields else sys.maxsize
        self._loads = orjson.loads if loads is None else loads
        self._dumps = orjson.dumps if dumps is None else dumps

    def decode(self, data: bytes | bytearray | memoryview | str) -> T:
        """Decode one JSON document.

        Raises:
            DecodeError: *data* is not JSON.
            ValidationError: It is JSON, and not what the schema says.
        """
        try:
            if data.__class__ in CUTTABLE and len(data) >= self._size_to_cut:
                value = self._attempt(data)
                if not isinstance(value, Unknown):
                    return value
            obj = self._loads(data)
        except Exception as exc:  # noqa: BLE001 - whatever the parser raises
            error = refusal("JSON", exc, JSONDecodeError)
        else:
            return self._read(obj)
        raise error  # out here, so that it does not carry the whole document along

    def _attempt(self, data: Any) -> T | Unknown:
        """Decode *data* with its payload cut out; give `Unknown` where that fails."""
        obj = self._cut(data)
        if obj is None:
            return NOTHING
        try:
            return self._read(obj)
        except ValidationError:
            return NOTHING

    def encode(self, value: T) -> bytes:
        """Encode *value* as one JSON document, in UTF-8 and without white space.

        Raises:
            EncodeError: *value* is not of the adapter's type, or holds what JSON
                cannot.
        """
        wire = self._write(value)
        try:
            data = self._dumps(wire)
            return data if isinstance(data, bytes) else data.encode()
        except Exception as exc:  # noqa: BLE001 - whatever the writer raises
            raise unwritable(wire, exc) from None
