"""What the core adapters share: a type, a converter, and how to rebuild the two."""

import pickle
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from cattrs import Converter

from rtmodels._display import truncate
from rtmodels.converter import (
    MAX_DEPTH,
    Mode,
    explain_unwritable,
    find_hook,
    make_converter,
    make_reader,
    make_writer,
)
from rtmodels.errors import DecodeError, EncodeError, Issue

if TYPE_CHECKING:
    from typing import Self

    from typing_extensions import TypeForm

T = TypeVar("T")

ConverterSource: TypeAlias = Converter | Callable[[], Converter]
"""A converter that `rtmodels.configure` has taught our types, or what makes one."""

MAX_BYTES = 32 << 20
"""No document may be larger, unless somebody says otherwise.

The largest that the API takes is 15 MiB of audio, which is 20 MiB of base64.
"""


class Adapter(Generic[T]):
    """The base of the adapters; it keeps no state between calls."""

    __slots__ = (
        "_hook",
        "_max_bytes",
        "_options",
        "_read",
        "_type",
        "_wires",
        "_write",
        "converter",
    )

    def __init__(  # noqa: PLR0913 - each is an option, given by name
        self,
        type_: "TypeForm[T]",
        *,
        converter: ConverterSource | None,
        mode: Mode | None,
        max_depth: int | None,
        binary: bool,
        max_bytes: int = MAX_BYTES,
        options: dict[str, Any],
    ) -> None:
        """Bind *type_* to a converter; keep *options* to rebuild the adapter with."""
        self.converter: Converter = resolve_converter(
            converter, mode, max_depth, binary=binary
        )
        """The converter behind the adapter."""
        self._type = type_
        self._max_bytes = max_bytes
        self._options = {
            "converter": converter,
            "mode": mode,
            "max_depth": max_depth,
            "max_bytes": None if max_bytes == MAX_BYTES else max_bytes,
            **options,
        }
        self._wires: tuple[Any, ...] = (type_,)
        self._hook = find_hook(type_, self.converter)
        self._read = make_reader(type_, self.converter)
        self._write = make_writer(type_, self.converter)
        if options.get("upgrade") or options.get("downgrade"):
            self._learn_beta()

    def _learn_beta(self) -> None:
        """Take the beta as well, or write it, as the options say."""
        from rtmodels.versions import _wire  # noqa: PLC0415 - loads the beta

        if self._options.get("upgrade"):
            self._hook = _wire.make_upgrading_hook(self._type, self.converter)
            self._read = self._hook.bind()
            self._wires = (self._type, _wire.beta_union(self._type))
        if self._options.get("downgrade"):
            self._write = _wire.make_downgrading_writer(self._type, self.converter)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what the adapter was made from, since converters do not pickle."""
        if isinstance(self._options["converter"], Converter):
            message = (
                "a cattrs converter does not pickle; "
                "give the adapter the function that makes it: converter=make_it"
            )
            raise pickle.PicklingError(message)
        given = {
            key: value for key, value in self._options.items() if value is not None
        }
        return partial(type(self), self._type, **given), ()

    def __copy__(self) -> "Self":
        """Be the copy: there is no state to tell them apart."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Self":
        """Be the copy: there is no state to tell them apart."""
        return self

    def __repr__(self) -> str:
        """Show what the adapter was made from."""
        name = getattr(self._type, "__name__", None) or str(self._type)
        given = [
            f"{key}={value!r}"
            for key, value in self._options.items()
            if value is not None
        ]
        return f"{type(self).__name__}({', '.join([truncate(name), *given])})"


def resolve_converter(
    converter: ConverterSource | None,
    mode: Mode | None,
    max_depth: int | None = None,
    *,
    binary: bool,
) -> Converter:
    """Give the converter that the caller means, who gave it or what to make it from."""
    if converter is None:
        return make_converter(
            mode=mode or "tolerant",
            binary=binary,
            max_depth=MAX_DEPTH if max_depth is None else max_depth,
        )
    if mode is not None or max_depth is not None:
        raise TypeError(
            "give converter=, or mode= and max_depth=: a converter has these already"
        )
    return converter if isinstance(converter, Converter) else converter()


def check_size(data: Any, max_bytes: int) -> None:
    """Refuse *data* of more than *max_bytes* bytes, which need not be bytes at all."""
    match data:
        case str():
            size = len(data)
            if size <= max_bytes < 4 * size:
                size = len(data.encode(errors="surrogatepass"))
        case memoryview():
            size = data.nbytes
        case _:
            size = len(data)
    if size > max_bytes:
        raise DecodeError(f"too large: {size:,} bytes, where {max_bytes:,} may be")


def decode_error(what: str, exc: Exception, *safe: type[Exception]) -> DecodeError:
    """Make the error for data that is not *what*, as *exc* says.

    Exceptions that are *safe* tell positions, and quote nothing of the data.
    """
    text = str(exc)
    return DecodeError(
        f"not {what}: {text if isinstance(exc, safe) else truncate(text)}"
    )


def encode_error(wire: object, exc: Exception) -> EncodeError:
    """Make the error for *wire*, which an encoder refused with *exc*."""
    issue = Issue("$", "a JSON value", truncate(str(exc)))
    return EncodeError(explain_unwritable(wire) or (issue,))
