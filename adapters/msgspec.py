"""Hooks for msgspec: Structs whose fields hold the types of rtmodels.

::

    import msgspec
    from rtmodels import RealtimeResponse
    from rtmodels.adapters.msgspec import Boxed, dec_hook, enc_hook

    class Turn(msgspec.Struct):
        caller: str
        response: Boxed[RealtimeResponse]

    decoder = msgspec.json.Decoder(Turn, dec_hook=dec_hook)
    turn = decoder.decode(b'{"caller":"Ada","response":{"id":"resp_1","mood":"good"}}')
    response = turn.response.value
    data = msgspec.json.encode(turn, enc_hook=enc_hook)

**Never annotate a field with a class of rtmodels itself.** To msgspec a
`RealtimeResponse` is any attrs class, which it reads and writes by rules of its own,
without a hook. Reading drops the keys that the class does not have; writing mixes up
null and absent, and makes ``extra`` a key. msgspec refuses unions of these classes, and
classes that hold such unions, when the decoder is made. It accepts all others, and
writes every class, without a warning. `Boxed` is a type that it hands to the hooks.
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

__all__ = ["Boxed", "dec_hook", "enc_hook", "make_hooks"]

T = TypeVar("T")


class Boxed(Generic[T]):
    """A box around the *value* of a field, which rtmodels reads and writes.

    ``Boxed[RealtimeResponse]`` and ``Boxed[RealtimeServerEvent]`` are types of fields,
    as is ``Boxed[tuple[RealtimeConversationItem, ...]]``; so are lists and dicts of
    these, and unions with ``None``. To build a Struct, box the value:
    ``Boxed(response)``.
    """

    __slots__ = ("_value",)
    __match_args__ = ("value",)

    def __init__(self, value: T) -> None:
        self._value = value

    @property
    def value(self) -> T:
        """An instance of a schema class, or a tuple of such."""
        return self._value

    def __eq__(self, other: object) -> bool:
        """Compare the values."""
        return self.value == other.value if isinstance(other, Boxed) else NotImplemented

    def __hash__(self) -> int:
        """Return the hash; there is one if the value has one."""
        return hash((Boxed, self.value))

    def __repr__(self) -> str:
        """Return the repr of the value, in its box."""
        return f"Boxed({self.value!r})"


def make_hooks(
    *, mode: Mode | None = None, converter: ConverterSource | None = None
) -> tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]:
    """Make ``enc_hook`` and ``dec_hook`` for another mode, or for your converter.

    msgspec gets audio as bytes, which it writes as base64 on JSON and as binary on
    MessagePack.

    Args:
        mode: As for `JsonAdapter`.
        converter: As for `JsonAdapter`, best configured with ``binary=True``.
    """
    resolved = resolve_converter(mode, converter, binary=True)

    @cache
    def reader(type_: Any) -> Callable[[Any], Any]:
        return structure_function(type_, resolved)

    @cache
    def writer(cls: Any) -> Callable[[Any], Any]:
        return unstructure_function(cls, resolved)

    def enc_hook(obj: Any) -> Any:
        """Return the wire data of the value in a `Boxed`.

        Raises:
            EncodeError: It holds a value that the wire cannot.
            NotImplementedError: *obj* is no `Boxed`.
        """
        if isinstance(obj, Boxed):
            cls: Any = type(obj.value)
            return writer(cls)(obj.value)
        raise NotImplementedError(f"not a Boxed: {type(obj).__name__}")

    def dec_hook(type_: Any, obj: Any) -> Any:
        """Return a `Boxed` with the value that *obj* is the wire data of.

        Raises:
            ValidationError: *obj* does not fit the schema. msgspec raises its own
                ``ValidationError`` instead, which adds the path of the field to the
                issues, and has this one as its ``__cause__``.
            NotImplementedError: *type_* is no `Boxed`.
        """
        if get_origin(type_) is Boxed:
            return Boxed(reader(get_args(type_)[0])(obj))
        raise NotImplementedError(f"not a Boxed[...]: {type_!r}")

    return enc_hook, dec_hook


enc_hook: Callable[[Any], Any]
"""Writes the value in a `Boxed`."""

dec_hook: Callable[[Any, Any], Any]
"""Reads the value of a `Boxed`, in tolerant mode."""

enc_hook, dec_hook = make_hooks()
