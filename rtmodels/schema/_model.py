"""What every schema class is made of: `Model`, `UNSET` and `Unknown`."""

import enum
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

from attrs import field, frozen

from rtmodels._display import class_name, short_repr

__all__ = ["UNSET", "Model", "Unknown", "Unset"]


class Unset(enum.Enum):
    """The type of `UNSET`."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        """Be false, as ``None`` is."""
        return False

    def __repr__(self) -> str:
        """Print as the name to import."""
        return self.name

    __str__ = __repr__


UNSET: Final = Unset.UNSET
"""Stands in a nullable field whose key is absent; ``None`` there is explicit."""


OPEN: Final = "open"
"""Marks `OpenStr`."""

OpenStr: TypeAlias = Annotated[str, OPEN]
"""A string in an open set: the schema names some values and allows every other.

A closed set is written ``Status | str``, which strict mode checks; an open
one ``Voice | OpenStr``, which no mode does.
"""


Extra: TypeAlias = Annotated[Mapping[str, Any] | None, "extra"]
"""The type of ``extra``, which `configure` tells from other mappings."""


@frozen(kw_only=True)
class Model:
    """The base of every class that stands for an object on the wire."""

    extra: Extra = field(default=None, eq=False, repr=short_repr)
    """What no field can hold: undeclared keys, and nulls that the schema has not.

    ``None`` when there is none. It is encoded along with the fields, and a field that
    has a value wins over a key of the same name in here. Equality and hash leave it
    out; ``adapter.encode(a) == adapter.encode(b)`` compares it too.
    """

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


@frozen(kw_only=True)
class Unknown:
    """An object that is kept whole.

    This version of the library has no class for its tag. In forgiving mode, an object
    that its class rejects becomes an `Unknown` as well.
    """

    type: str | None
    """The ``type`` on the wire; ``None`` where it has none, or not a string."""

    payload: Mapping[str, Any] = field(hash=False, repr=short_repr)
    """The whole object as it came, its ``type`` included."""

    expected: ModelClass | None = field(default=None, eq=False, repr=class_name)
    """The class for the tag, if there is one: it rejected the object.

    Only decoding in forgiving mode sets it. For the reasons, decode the payload again::

        DictAdapter(unknown.expected).decode(unknown.payload)  # raises ValidationError
    """
