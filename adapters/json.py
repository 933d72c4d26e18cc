"""JSON, by orjson or by any other JSON library."""

from collections.abc import Callable
from functools import partial
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import orjson

from rtmodels.adapters._audio import MIN_SIZE, make_cutters
from rtmodels.adapters._base import (
    INT64_LIMITS,
    MAX_BYTES,
    Adapter,
    ConverterSource,
    check_size,
    decode_error,
    encode_error,
)
from rtmodels.adapters._json_text import (
    EXACT_LIMITS,
    FLOAT_LIMITS,
    dump_exactly,
    load_exactly,
    load_json,
    may_hold_large_int,
)
from rtmodels.converter import Mode
from rtmodels.converter._binding import (
    base64_fields,
    calls_user_hooks,
    find_options,
)
from rtmodels.converter._values import REJECTIONS, ROUNDING
from rtmodels.errors import DecodeError, ValidationError
from rtmodels.native._compile import Codec, make_decoder, make_encoder, try_program

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = ["JsonAdapter"]

T = TypeVar("T")


class JsonAdapter(Adapter[T]):
    """Decodes JSON into instances of one type, and encodes them back.

    ::

        adapter = JsonAdapter(RealtimeServerEvent)
        event = adapter.decode(frame)
        frame = adapter.encode(event)

    Audio is base64 text in JSON, and bytes in the instances. Threads may share an
    adapter. If a key is repeated, its last value counts, as in Python's `json`.

    An integer stays an integer, however large. Numbers beyond the range of a float, and
    text with a lone surrogate, are errors, except in forgiving mode: it keeps both, and
    writes them back. ``1e400`` is the integer ``10**400`` then. No mode accepts numbers
    of more than 4,300 digits.
    """

    is_text: ClassVar[bool] = True
    """Whether `encode` returns UTF-8 text, which websockets send in text frames."""

    __slots__ = (
        "_cutters",
        "_decoder",
        "_dumps",
        "_encoder",
        "_forgiving",
        "_large",
        "_loads",
    )

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
        loads: Callable[[Any], Any] | None = None,
        dumps: Callable[[Any], bytes | str] | None = None,
    ) -> None:
        """Make an adapter for *type_*.

        The options up to *downgrade* mean the same in all adapters and integrations
        that have them.

        Args:
            type_: A class or union of rtmodels, ``tuple[T, ...]`` of these, or any type
                that *converter* supports.
            mode: How much to accept: ``strict``, ``tolerant`` (the default) or
                ``forgiving``.
            converter: A converter that `rtmodels.configure` has configured, in place of
                *mode* and *max_depth*. Pass a function that makes the converter if the
                adapter is to be pickled.
            max_depth: Maximum nesting depth, in levels, of values that no class
                describes; by default 100, at most 200.
            max_bytes: Maximum size of a document, in bytes; by default 32 MiB.
            upgrade: Accept events of the beta as well, and convert them to GA events.
            downgrade: Encode GA events as events of the beta.
            loads: Parses JSON in place of ``orjson.loads``.
            dumps: Writes JSON in place of ``orjson.dumps``, as bytes or as text.
        """
        super().__init__(
            type_,
            mode=mode,
            converter=converter,
            max_depth=max_depth,
            max_bytes=max_bytes,
            upgrade=upgrade,
            downgrade=downgrade,
            binary=False,
            parsed=loads is None,
            options={"loads": loads, "dumps": dumps},
            structures_natively=loads is not None,
            unstructures_natively=dumps is not None,
        )

        # One comparison clears small documents of both the size check and the cut. A
        # character is up to four bytes of UTF-8, hence the quarter of *max_bytes*.
        self._large = min(MIN_SIZE, max_bytes // 4)
        # None means that they have yet to be made. Cutters are for orjson only: another
        # parser may accept what orjson rejects, or return other values.
        self._cutters: dict[type, Any] | None = None if loads is None else {}
        self._loads = orjson.loads if loads is None else loads
        self._dumps = orjson.dumps if dumps is None else partial(_to_bytes, dumps)
        self._forgiving = find_options(self.converter).forgiving

        # A new converter has no hooks of a user.
        if loads is None and converter is not None:
            self._loads = self._load_first

    def _make_programs(self) -> None:
        """Compile the type, as far as the native program supports it."""
        self._decoder = self._encoder = None
        codec = Codec(orjson.loads, orjson.dumps, self._max_bytes)
        if self._options["loads"] is None:
            self._decoder = make_decoder(self._type, self.converter, codec, self._cases)
        if self._options["dumps"] is None and not self._options["downgrade"]:
            self._encoder = make_encoder(self._type, self.converter, codec)

    @try_program("decode", "_decoder", _make_programs)
    def decode(self, data: bytes | bytearray | memoryview | str) -> T:
        """Decode one JSON document.

        Raises:
            DecodeError: *data* is not JSON, or larger than *max_bytes*.
            ValidationError: *data* is JSON that does not fit the schema.
        """
        mark = ROUNDING.mark
        try:
            if len(data) >= self._large or data.__class__ is memoryview:
                check_size(data, self._max_bytes)
                value = self._attempt(data)
                if value is not None:
                    return value

            obj = self._loads(data)
        except DecodeError:
            raise
        except Exception as exc:  # noqa: BLE001 - any error of the parser
            error: DecodeError | None = decode_error("JSON", data, exc, JSONDecodeError)
        else:
            error = None
            try:
                value = self._structure(obj)
                if ROUNDING.mark is mark or not self._is_rounded(data):
                    return value
            except ValidationError:
                if not self._is_rounded(data):
                    raise

        # Outside the handlers, an error has no context: a `JSONDecodeError` holds the
        # whole document, which would end up in logs and error trackers.
        return self._structure(self._load_again(data, error))

    def _is_rounded(self, data: Any) -> bool:
        """Check whether orjson may have rounded an integer in *data*."""
        return self._loads is orjson.loads and may_hold_large_int(data)

    def _load_again(self, data: Any, error: DecodeError | None) -> Any:
        """Parse *data* with the values that orjson does not hold.

        Raises *error*, if there is one, unless forgiving mode accepts the document.
        """
        if error is None or (self._forgiving and self._options["loads"] is None):
            try:
                return load_exactly(data)
            except OverflowError as exc:
                error = decode_error("JSON", data, exc, OverflowError)
            except Exception as exc:  # noqa: BLE001 - any error of the parser
                error = error or decode_error("JSON", data, exc, JSONDecodeError)
        raise error from None

    def _load_first(self, data: Any) -> Any:
        """Parse the first document, after choosing the parser of all documents.

        To decode a document twice would call user-defined hooks twice. With such hooks,
        each document is searched for large integers before it is decoded.
        """
        has_hooks = any(calls_user_hooks(wire, self.converter) for wire in self._wires)
        self._loads = load_json if has_hooks else orjson.loads
        return self._loads(data)

    def _attempt(self, data: Any) -> T | None:
        """Decode *data* with its payload cut out; return ``None`` if that fails."""
        # Made for the first large frame. Two threads may both do it, and get the same.
        if self._cutters is None:
            fields: dict[str, str] = {}
            for wire in self._wires:
                fields |= base64_fields(wire, self.converter)
            self._cutters = make_cutters(fields)

        cut = self._cutters.get(data.__class__)
        obj = cut(data) if cut else None
        if obj is None or self._hook is None:
            return None

        mark = ROUNDING.mark
        try:
            value: T = self._hook.fast(obj)
        except REJECTIONS:
            # Errors and `extra` must show the payload as text, so start from the frame.
            return None
        return value if ROUNDING.mark is mark else None

    @try_program("encode", "_encoder", _make_programs)
    def encode(self, value: T) -> bytes:
        """Encode *value* as one JSON document, in UTF-8 and without white space.

        Raises:
            EncodeError: *value* is not of the adapter's type, or holds a value that
                JSON cannot represent.
        """
        wire = self._unstructure(value)
        try:
            return self._dumps(wire)
        except Exception as exc:  # noqa: BLE001 - any error of the writer
            error = exc

        limits = INT64_LIMITS
        if self._dumps is orjson.dumps:
            limits = EXACT_LIMITS if self._forgiving else FLOAT_LIMITS
            try:
                return dump_exactly(wire, limits=limits)
            except Exception as exc:  # noqa: BLE001 - likewise
                error = exc
        raise encode_error(wire, error, limits)


def _to_bytes(dumps: Callable[[Any], bytes | str], wire: object) -> bytes:
    """Encode *wire* with *dumps*, which may return text, and return bytes."""
    data = dumps(wire)
    return data if isinstance(data, bytes) else data.encode()
