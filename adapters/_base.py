"""The base of the adapters, and the checks and errors that they share.

Every adapter may import this module.
"""

import pickle
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, get_args

import attrs
from cattrs import Converter

from rtmodels._display import message_of, truncate
from rtmodels.converter import MAX_DEPTH, Mode
from rtmodels.converter._binding import (
    adapter_converter,
    find_hook,
    is_configured,
    structure_function,
    unstructure_function,
)
from rtmodels.converter._issues import WireLimits
from rtmodels.converter._plan import is_schema_class
from rtmodels.errors import DecodeError, EncodeError, Issue
from rtmodels.native._compile import with_program

if TYPE_CHECKING:
    from typing import Self

    from typing_extensions import TypeForm

    from rtmodels.native._compile import CasePlan

T = TypeVar("T")

ConverterSource: TypeAlias = Converter | Callable[[], Converter]
"""A converter that `rtmodels.configure` has configured, or a function that makes it."""

MAX_BYTES = 32 << 20
"""Default size limit of a document, in bytes.

The API accepts at most 15 MiB of audio, which is 20 MiB of base64.
"""

INT64_LIMITS = WireLimits(range(-(2**63), 2**64), "64-bit int")
"""What MessagePack holds, and most JSON libraries."""


class Adapter(Generic[T]):
    """The base of the adapters, which keep no state between calls."""

    __slots__ = (
        "_cases",
        "_hook",
        "_max_bytes",
        "_options",
        "_structure",
        "_type",
        "_unstructure",
        "_wires",
        "converter",
    )

    def __init__(
        self,
        type_: "TypeForm[T]",
        *,
        mode: Mode | None,
        converter: ConverterSource | None,
        max_depth: int | None,
        max_bytes: int = MAX_BYTES,
        upgrade: bool,
        downgrade: bool,
        binary: bool,
        parsed: bool,
        options: dict[str, Any],
        structures_natively: bool = True,
        unstructures_natively: bool = True,
    ) -> None:
        """Bind *type_* to a converter; the options are those of `JsonAdapter`.

        Five more are for subclasses. *binary* is whether the wire format holds bytes
        as they are. *parsed* is whether `decode` structures only what a parser returns:
        plain dicts, lists and scalars. *options* are those that only the subclass
        has; the adapter is pickled with them. The last two are whether to try a native
        program for objects, which `JsonAdapter` does not need next to those for text.
        """
        if isinstance(type_, str):
            raise TypeError(
                f"pass a class or a union, not its name {type_!r}; "
                "rtmodels.find() returns the class of a wire type"
            )

        self.converter: Converter = resolve_converter(
            mode, converter, max_depth, binary=binary, parsed=parsed
        )
        """The converter behind the adapter."""

        self._type = type_
        self._max_bytes = max_bytes
        # None marks a default: `repr` and pickles contain only what was passed.
        self._options = {
            "mode": mode,
            "converter": converter,
            "max_depth": max_depth,
            "max_bytes": None if max_bytes == MAX_BYTES else max_bytes,
            "upgrade": upgrade or None,
            "downgrade": downgrade or None,
            **options,
        }

        self._wires: tuple[Any, ...] = (type_,)
        try:
            self._hook = find_hook(type_, self.converter)
        except TypeError as exc:
            raise _unsupported(type_, exc) from exc
        self._cases: Mapping[str, CasePlan] | None = None
        self._structure = structure_function(type_, self.converter, parsed=parsed)
        self._unstructure = unstructure_function(type_, self.converter)

        if upgrade or downgrade:
            self._bind_versions(upgrade=upgrade, downgrade=downgrade, parsed=parsed)

        if structures_natively:
            self._structure = with_program(
                "structure", self._structure, type_, self.converter, self._cases
            )
        if unstructures_natively and not downgrade:
            self._unstructure = with_program(
                "unstructure", self._unstructure, type_, self.converter
            )

    def _bind_versions(self, *, upgrade: bool, downgrade: bool, parsed: bool) -> None:
        """Accept events of the beta too, write them, or both."""
        from rtmodels.versions import _wire  # noqa: PLC0415 - loads the beta

        if upgrade:
            both = _wire.make_upgrading_pair(self._type, self.converter)
            self._hook, self._unstructure = both.hook, both.write
            self._cases = both.cases
            self._structure = self._hook.bind(parsed=parsed)
            self._wires = (self._type, _wire.beta_union(self._type))

        if downgrade:
            self._unstructure = _wire.make_downgrading_writer(
                self._type, self.converter
            )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the arguments of the adapter, since converters do not pickle."""
        if isinstance(self._options["converter"], Converter):
            message = (
                "a cattrs converter does not pickle; "
                "pass the function that makes it instead: converter=make_converter"
            )
            raise pickle.PicklingError(message)

        given = {
            key: value for key, value in self._options.items() if value is not None
        }
        return partial(type(self), self._type, **given), ()

    def __copy__(self) -> "Self":
        """Return the adapter itself: it has no state to copy."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Self":
        """Return the adapter itself: it has no state to copy."""
        return self

    def __repr__(self) -> str:
        """Return the call that makes an equal adapter."""
        name = getattr(self._type, "__name__", None) or str(self._type)
        given = [
            f"{key}={value!r}"
            for key, value in self._options.items()
            if value is not None
        ]
        return f"{type(self).__name__}({', '.join([truncate(name), *given])})"


def resolve_converter(
    mode: Mode | None,
    converter: ConverterSource | None,
    max_depth: int | None = None,
    *,
    binary: bool,
    parsed: bool = False,
) -> Converter:
    """Return *converter*, or a new one with the other settings.

    A new one shares values of unknown shape with its input if that is always *parsed*.

    Raises:
        TypeError: Both a converter and settings for a new one were passed, or a
            converter that was not configured.
    """
    if converter is None:
        depth = MAX_DEPTH if max_depth is None else max_depth
        return adapter_converter(
            mode or "tolerant", binary=binary, max_depth=depth, parsed=parsed
        )

    if mode is not None or max_depth is not None:
        raise TypeError(
            "pass either converter=, or mode= and max_depth=: "
            "a converter already has both"
        )

    own = converter if isinstance(converter, Converter) else converter()
    if not is_configured(own):
        raise TypeError(
            "the converter has no hooks for rtmodels: call configure() on it"
        )
    return own


def _unsupported(type_: Any, exc: TypeError) -> TypeError:
    """Return the error for a type that the converter rejects with *exc*."""
    foreign = [
        member.__name__
        for member in get_args(type_)
        if attrs.has(member) and not is_schema_class(member)
    ]
    if not foreign:
        return exc
    return TypeError(
        f"nothing tells {' and '.join(foreign)} from the other classes of the union: "
        "make it a subclass of rtmodels.Model, or register a hook for the union"
    )


def check_size(data: Any, max_bytes: int) -> None:
    """Raise `DecodeError` if *data*, bytes or text, has more than *max_bytes* bytes."""
    match data:
        case str():
            size = len(data)
            # A character has 1 to 4 bytes. The text is encoded, which is a copy, only
            # if its length leaves the answer open. Surrogates are the parser's concern.
            if size <= max_bytes < 4 * size:
                size = len(data.encode(errors="surrogatepass"))
        case memoryview():
            size = data.nbytes
        case _:
            size = len(data)

    if size > max_bytes:
        raise DecodeError(f"too large: {size:,} bytes, the limit is {max_bytes:,}")


def decode_error(
    what: str, data: object, exc: Exception, *safe: type[Exception]
) -> DecodeError:
    """Return the error for *data* that is not *what*, with the message of *exc*.

    The message is truncated, since it may quote the data. Messages of the classes
    *safe* never quote any, and are kept whole.
    """
    if isinstance(data, Mapping):
        name = type(data).__name__
        return DecodeError(f"not {what}, but a {name}: DictAdapter decodes parsed data")

    text = message_of(exc)
    return DecodeError(
        f"not {what}: {text if isinstance(exc, safe) else truncate(text)}"
    )


def encode_error(
    wire: object, exc: Exception, limits: WireLimits = INT64_LIMITS
) -> EncodeError:
    """Return the error for *wire*, which an encoder with *limits* rejected with *exc*.

    The output of a converter has only two kinds of values that encoders reject: long
    integers, and text with a lone surrogate.
    """
    # No encoder reports a path, so the issues are searched for again. Its own message
    # is the only issue if the search finds none.
    issue = Issue((), "a JSON value", truncate(message_of(exc)))
    try:
        issues = limits.find_issues(wire)
    except Exception:  # noqa: BLE001 - a hook may return any object
        issues = ()
    return EncodeError(issues or (issue,))
