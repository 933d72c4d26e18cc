"""Functions that pick the class of a tagged union, by one look-up."""

from collections.abc import Callable
from typing import Any, TypeAlias

from rtmodels.converter._plan import Branch, Tagged, plan_class
from rtmodels.converter._values import Mismatch, check
from rtmodels.schema._model import Unknown

Read: TypeAlias = Callable[[Any], Any]


class _Lazy(dict[Any, Read]):
    """A look-up table that makes an entry when somebody first asks for it.

    What *make* gives is kept for the keys in *known* only: a table must not grow with
    what the wire sends.
    """

    def __init__(self, known: frozenset[Any], make: Callable[[Any], Read]) -> None:
        super().__init__()
        self._known = known
        self._make = make

    def __missing__(self, key: Any) -> Read:
        read = self._make(key)
        if key in self._known:
            self[key] = read
        return read


def make_picker(
    shape: Tagged, reader: Callable[[type], Read], unknown: Read | None
) -> Read:
    """Make ``structure(obj)`` for the union *shape*.

    Args:
        shape: The union.
        reader: Gives the function for one of its classes.
        unknown: Reads an object whose tag nobody knows, if there may be such.
    """
    candidates = [
        (frozenset(field.name for field in plan_class(cls).fields), cls)
        for cls in shape.untagged
    ]

    def untagged(obj: dict[str, Any]) -> Any:
        """Read *obj*, which has no tag, as the first class that has all its keys."""
        if obj.get(shape.branch.key) is not None:
            raise Mismatch  # it has one, and that is not even a string
        for names, cls in candidates:
            if obj.keys() <= names:
                return reader(cls)(obj)
        if not candidates or unknown is None:
            raise Mismatch
        return unknown(obj)

    return _pick(shape.branch, reader, untagged, unknown or _refuse)


def _pick(
    branch: Branch, reader: Callable[[type], Read], untagged: Read, unknown: Read
) -> Read:
    """Make the function that reads *branch.key*, and calls what it stands for."""
    key = branch.key

    def make(tag: str) -> Read:
        match branch.cases.get(tag):
            case None:
                return unknown
            case Branch() as nested:
                return _pick(nested, reader, _refuse, unknown)
            case cls:
                return reader(cls)

    readers = _Lazy(frozenset(branch.cases), make)

    def structure(obj: Any) -> Any:
        if obj.__class__ is not dict:
            raise Mismatch
        tag = obj.get(key)
        read = readers[tag] if tag.__class__ is str else untagged
        return read(obj)

    return structure


def keep_unknown(obj: Any) -> Unknown:
    """Keep *obj*, whose tag nobody knows, as it is."""
    if obj.__class__ is not dict:
        raise Mismatch
    check(obj)
    return wrap_unknown(obj)


def wrap_unknown(obj: dict[str, Any]) -> Unknown:
    """Put *obj* into an `Unknown`."""
    tag = obj.get("type")
    return Unknown(type=tag if isinstance(tag, str) else None, payload=obj)


def _refuse(_: object) -> Any:
    """Take nothing."""
    raise Mismatch


def make_union_writer(
    classes: tuple[type, ...], writer: Callable[[type], Read]
) -> Callable[[Any], Any]:
    """Make ``unstructure(value)`` for a union; *writer* gives that of a class."""
    known = frozenset(classes)

    def make(cls: type) -> Read:
        return writer(cls) if cls in known else _refuse

    writers = _Lazy(known, make)

    def unstructure(value: Any) -> Any:
        return writers[value.__class__](value)

    return unstructure
