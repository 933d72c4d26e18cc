"""What every schema class is made of: `Model`, `UNSET` and `Unknown`."""

import inspect
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Final,
    Literal,
    Self,
    TypeAlias,
    TypeVar,
)

from attrs import field, frozen

from rtmodels._display import Displayed, class_name, short_repr

__all__ = ["UNSET", "Model", "Unknown", "Unset"]


if TYPE_CHECKING:
    import enum

    # Type checkers narrow by ``is UNSET`` only where it is the member of an enum.
    class Unset(enum.Enum):
        """The type of `UNSET`."""

        UNSET = enum.auto()

        def __bool__(self) -> Literal[False]: ...

    UNSET: Final = Unset.UNSET
    """Marks a nullable field whose key was absent; ``None`` there is an explicit null.

    The converter leaves such a field out. Serializers that do not know `UNSET` raise
    an error for an object of an unsupported type.
    """

else:
    # Serializers write the member of an enum as its value, without a warning. Objects
    # of a class that they do not know make them raise an error.
    class Unset:
        """The type of `UNSET`."""

        __slots__ = ()

        def __new__(cls) -> Self:
            """Return `UNSET`, as ``type(None)()`` returns ``None``."""
            return UNSET

        def __bool__(self) -> Literal[False]:
            """Be false, as ``None`` is."""
            return False

        def __reduce__(self) -> str:
            """Pickle and copy as the name to import."""
            return "UNSET"

        def __repr__(self) -> str:
            """Print as the name to import."""
            return "UNSET"

    UNSET = Unset.UNSET = object.__new__(Unset)


OPEN: Final = "open"
"""Marks `OpenStr` and `OpenUnknown`."""

OpenStr: TypeAlias = Annotated[str, OPEN]
"""A string in an open set: the schema names some values and allows every other.

A closed set is written ``Status | str``, which strict mode checks; an open
one ``Voice | OpenStr``, which no mode does.
"""

T = TypeVar("T")

EXPECTED: Final = "expected"
"""Marks `Expected`."""

Expected: TypeAlias = Annotated[T | None, EXPECTED]
"""A required key that some servers leave out, or send as null.

Only strict mode requires it. The other modes read it as any optional key that the
schema does not allow to be null, so the field has the default ``None``.
"""


class _Fields:
    """Descriptor that finds the fields which `Opaque` set aside."""

    def __get__(self, instance: object, owner: Any) -> Any:
        return owner.__rtmodels_fields__


class _Signature:
    """Descriptor that makes the signature of a class, with ``extra`` as the last."""

    def __get__(self, instance: object, owner: Any) -> inspect.Signature:
        signature = inspect.signature(owner.__init__)
        _self, *parameters = signature.parameters.values()
        parameters.sort(key=lambda parameter: parameter.name == "extra")
        return signature.replace(parameters=parameters)


class Docstring:
    """Descriptor for the docstring of a class, which adds those of its fields.

    Python does not keep them. They are read from the source when ``help()`` or another
    program asks.
    """

    __slots__ = ("own",)

    def __init__(self, own: str) -> None:
        self.own = own

    def __get__(self, instance: object, owner: type) -> str:
        from rtmodels.schema._docstrings import add_fields  # noqa: PLC0415 - rare

        return add_fields(owner, self.own)


class Opaque:
    """Keeps libraries from handling attrs classes without the converter.

    pydantic asks the class how to validate a field, and gets an error that names the
    annotation to add.

    msgspec would write every absent field as null and ``extra`` as a key, and would
    not call ``enc_hook``. It recognises an attrs class by ``__attrs_attrs__`` in the
    ``__dict__`` of the class itself. Without that entry, it calls ``enc_hook`` or, if
    there is none, raises a `TypeError`.

    Everyone else, attrs and cattrs included, reads ``__attrs_attrs__`` as an attribute,
    which this class provides.
    """

    __slots__ = ()

    if not TYPE_CHECKING:  # type checkers derive it from the decorator
        __attrs_attrs__ = _Fields()

        @classmethod
        def __attrs_init_subclass__(cls) -> None:
            """Set aside the fields of an attrs class that was just made."""
            cls.__rtmodels_fields__ = vars(cls)["__attrs_attrs__"]
            del cls.__attrs_attrs__
            if isinstance(vars(cls)["__doc__"], str):
                cls.__doc__ = Docstring(cls.__doc__)

        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            """Return pydantic's own schema for a class that it does not know.

            It has one only with ``arbitrary_types_allowed``: it then accepts instances.

            Raises:
                TypeError: pydantic has no schema.
            """
            try:
                return handler(source)
            except (RuntimeError, TypeError):  # pydantic's, whose advice misleads
                name = cls.__name__
                message = (
                    f"pydantic reads {name} only with Wire() beside it: write "
                    f"Annotated[{name}, Wire()], or Annotated[A | B, Wire()] around a "
                    "whole union, after `from rtmodels.adapters.pydantic import Wire`; "
                    "parameters of FastAPI also need Body()"
                )
                raise TypeError(message) from None


Extra: TypeAlias = Annotated[Mapping[str, Any] | None, "extra"]
"""The type of ``extra``, which `configure` tells from other mappings."""


@frozen(kw_only=True, repr=False)
class Model(Opaque, Displayed):
    """The base of every class that stands for an object on the wire."""

    extra: Extra = field(default=None, eq=False, repr=short_repr)
    """What no field can hold: undeclared keys, and nulls that the schema has not.

    ``None`` when there is none. It is encoded along with the fields, and a field that
    has a value wins over a key of the same name in here. Equality and hash leave it
    out; ``adapter.encode(a) == adapter.encode(b)`` compares it too.

    After a conversion between the versions of the API it may be empty instead of
    ``None``.
    """

    if not TYPE_CHECKING:
        __signature__ = _Signature()

    @classmethod
    def __subclasses__(cls) -> "list[type[Model]]":
        """Return the direct subclasses.

        Classes that only borrow the layout of a model, and say so by an attribute
        ``__borrows_layout__`` of their own, are left out.
        """
        return [
            subclass
            for subclass in type.__subclasses__(cls)
            if "__borrows_layout__" not in vars(subclass)
        ]


ModelClass: TypeAlias = type[Model]
"""A class of the schema, named here since `Unknown` has an attribute ``type``."""


@frozen(kw_only=True, repr=False)
class Unknown(Opaque, Displayed):
    """An object that is kept whole.

    This version of the library has no class for its tag. In forgiving mode, an object
    that its class rejects becomes an `Unknown` as well.
    """

    type: ClassVar[None] = None
    """``None``, whereas every other class of a union has a literal as its ``type``.

    So type checkers follow both ``event.type == "response.done"`` and
    ``event.type is None``.
    """

    tag: str | None
    """The ``type`` on the wire; ``None`` where it has none, or not a string."""

    payload: Mapping[str, Any] = field(hash=False, repr=short_repr)
    """The whole object as it came, its ``type`` included."""

    expected: ModelClass | None = field(default=None, eq=False, repr=class_name)
    """The class for the tag, if there is one: it rejected the object.

    Only decoding in forgiving mode sets it. For the reasons, decode the payload again::

        DictAdapter(unknown.expected).decode(unknown.payload)  # raises ValidationError
    """


OpenUnknown: TypeAlias = Annotated[Unknown, OPEN]
"""An object of another API, in a union with objects that have classes.

Strict mode accepts it as well, unlike an `Unknown` in a union.
"""
