"""Hooks for msgspec, by which fields of your Structs hold our types.

::

    import msgspec
    from rtmodels import RealtimeResponse
    from rtmodels.adapters.msgspec import Wire, dec_hook, enc_hook

    class Turn(msgspec.Struct):
        caller: str
        response: Wire[RealtimeResponse]

    decoder = msgspec.json.Decoder(Turn, dec_hook=dec_hook)
    turn = decoder.decode(b'{"caller":"Ada","response":{"id":"resp_1","mood":"good"}}')
    response = turn.response.value
    data = msgspec.json.encode(turn, enc_hook=enc_hook)

**Never annotate a field with one of our classes itself.** To msgspec a
`RealtimeResponse` is any attrs class: it reads and writes it by rules of its own and
calls no hook. Read so, it loses the keys that it does not know; written so, null and
absent become one, and ``extra`` becomes a key. msgspec refuses unions of our classes,
and classes that hold such, when the decoder is made; it takes the other classes, and
writes all of them, without a word. `Wire` is what it hands to the hooks.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Generic, TypeVar, get_args, get_origin

from rtmodels.adapters._base import ConverterSource, resolve_converter
from rtmodels.converter import Mode
from rtmodels.converter._binding import structure_function, unstructure_function
from rtmodels.errors import MissingDependencyError

try:
    import msgspec  # noqa: F401 - the hooks are for it, and need nothing of it
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("msgspec", extra="msgspec") from _exc

__all__ = ["Wire", "dec_hook", "enc_hook", "make_hooks"]

T = TypeVar("T")


class Wire(Generic[T]):
    """Holds the *value* of a field, which is read and written by our rules.

    ``Wire[RealtimeResponse]`` and ``Wire[RealtimeServerEvent]`` are types of fields, as
    is ``Wire[tuple[RealtimeConversationItem, ...]]``; so are lists of these, dicts, and
    unions with ``None``. To build a Struct, wrap the value: ``Wire(response)``.
    """

    __slots__ = ("_value",)
    __match_args__ = ("value",)

    def __init__(self, value: T) -> None:
        self._value = value

    @property
    def value(self) -> T:
        """An instance of our class, or a tuple of such."""
        return self._value

    def __eq__(self, other: object) -> bool:
        """Compare the values."""
        return self.value == other.value if isinstance(other, Wire) else NotImplemented

    def __hash__(self) -> int:
        """Be a key wherever the value can be one."""
        return hash((Wire, self.value))

    def __repr__(self) -> str:
        """Show the value."""
        return f"Wire({self.value!r})"


def make_hooks(
    *, mode: Mode | None = None, converter: ConverterSource | None = None
) -> tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]:
    """Make ``enc_hook`` and ``dec_hook`` for another mode, or for your converter.

    Audio is handed to msgspec as bytes, which it writes as base64 on JSON and as binary
    on MessagePack.

    Args:
        mode: ``strict``, ``tolerant`` (the default) or ``forgiving``.
        converter: A converter that `rtmodels.configure` has taught our types, best with
            ``binary=True``, or the function that makes it.
    """
    ours = resolve_converter(converter, mode, binary=True)

    @cache
    def reader(type_: Any) -> Callable[[Any], Any]:
        return structure_function(type_, ours)

    @cache
    def writer(cls: Any) -> Callable[[Any], Any]:
        return unstructure_function(cls, ours)

    def enc_hook(obj: Any) -> Any:
        """Write what a `Wire` holds.

        Raises:
            EncodeError: It holds a value that the wire cannot.
            NotImplementedError: *obj* is something else.
        """
        if isinstance(obj, Wire):
            cls: Any = type(obj.value)
            return writer(cls)(obj.value)
        raise NotImplementedError(f"not a Wire: {type(obj).__name__}")

    def dec_hook(type_: Any, obj: Any) -> Any:
        """Read what is to stand in a `Wire`.

        Raises:
            ValidationError: *obj* is not what the schema says. msgspec makes its own
                ``ValidationError`` of it, which adds the path of the field to our
                issues, and has ours as its ``__cause__``.
            NotImplementedError: *type_* is something else.
        """
        if get_origin(type_) is Wire:
            return Wire(reader(get_args(type_)[0])(obj))
        raise NotImplementedError(f"not a Wire[...]: {type_!r}")

    return enc_hook, dec_hook


enc_hook: Callable[[Any], Any]
"""Writes what a `Wire` holds."""

dec_hook: Callable[[Any, Any], Any]
"""Reads what is to stand in a `Wire`, in tolerant mode."""

enc_hook, dec_hook = make_hooks()
