"""Hooks for msgspec, whose Structs may then have fields of the types of rtmodels.

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

**Never annotate a field with a class of rtmodels itself.** msgspec supports attrs
classes natively, and decodes them without the hooks: it drops undeclared keys and
recovers nothing. Only unions of these classes, and classes that hold such unions, fail
when the decoder is made; msgspec accepts all others without a warning. `Boxed` is a
type that it passes to the hooks.

Encoding needs no box. ``enc_hook`` encodes every instance of a schema class that
msgspec finds, and without ``enc_hook`` msgspec raises a ``TypeError``.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Generic, TypeVar, get_args, get_origin

from rtmodels import Mode, Model, Unknown
from rtmodels.adapters._base import ConverterSource, resolve_converter
from rtmodels.converter._binding import structure_function, unstructure_function
from rtmodels.errors import MissingDependencyError
from rtmodels.native._compile import with_program

try:
    import msgspec  # noqa: F401 - the hooks are for it, and need nothing of it
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("msgspec", extra="msgspec") from _exc

__all__ = ["Boxed", "dec_hook", "enc_hook", "make_hooks"]

T = TypeVar("T")


class Boxed(Generic[T]):
    """A box around the *value* of a field, which rtmodels decodes and encodes.

    Annotate fields with ``Boxed[RealtimeResponse]``, ``Boxed[RealtimeServerEvent]`` or
    ``Boxed[tuple[RealtimeConversationItem, ...]]``, with lists and dicts of these, or
    with unions of these and ``None``. To build a Struct, box the value:
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
        """Return a hash, for which the value must be hashable."""
        return hash((Boxed, self.value))

    def __repr__(self) -> str:
        """Return the repr of the value, in its box."""
        return f"Boxed({self.value!r})"


def make_hooks(
    *, mode: Mode | None = None, converter: ConverterSource | None = None
) -> tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]:
    """Make ``enc_hook`` and ``dec_hook`` for another mode or a converter of your own.

    The hooks pass audio to msgspec as bytes, which it writes as base64 text in JSON and
    as binary in MessagePack.

    Args:
        mode: As for `JsonAdapter`.
        converter: As for `JsonAdapter`, best configured with ``binary=True``.
    """
    resolved = resolve_converter(mode, converter, binary=True)

    @cache
    def reader(type_: Any) -> Callable[[Any], Any]:
        read = structure_function(type_, resolved)
        return with_program("structure", read, type_, resolved)

    @cache
    def writer(cls: Any) -> Callable[[Any], Any]:
        write = unstructure_function(cls, resolved)
        return with_program("unstructure", write, cls, resolved)

    def enc_hook(obj: Any) -> Any:
        """Return the wire data of an instance, or of the value in a `Boxed`.

        Raises:
            EncodeError: The value holds one that the wire cannot represent.
            NotImplementedError: *obj* is neither an instance nor a `Boxed`.
        """
        match obj:
            case Boxed(value):
                pass
            case Model() | Unknown():
                value = obj
            case _:
                name = type(obj).__name__
                raise NotImplementedError(f"not a Boxed, nor of a schema class: {name}")

        cls: Any = type(value)
        return writer(cls)(value)

    def dec_hook(type_: Any, obj: Any) -> Any:
        """Return the value for the wire data *obj*, in a `Boxed`.

        Raises:
            ValidationError: *obj* does not fit the schema. msgspec raises its own
                ``ValidationError`` from this one, and adds the path of the field.
            NotImplementedError: *type_* is not a `Boxed`.
        """
        if get_origin(type_) is Boxed:
            return Boxed(reader(get_args(type_)[0])(obj))
        raise NotImplementedError(f"not a Boxed[...]: {type_!r}")

    return enc_hook, dec_hook


enc_hook: Callable[[Any], Any]
"""Encodes instances of schema classes, and the value in a `Boxed`."""

dec_hook: Callable[[Any, Any], Any]
"""Decodes the value of a `Boxed`, in tolerant mode."""

enc_hook, dec_hook = make_hooks()
