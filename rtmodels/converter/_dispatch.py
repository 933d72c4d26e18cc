"""Calls of the fast pass: one function, or one of several, picked by tag or class.

This is the only module that picks the class of an object in a tagged union. The fast
pass does so by a table, the slow passes by the plan. Hooks, factories and versions
import it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from rtmodels.converter._plan import HAS_GIL, find_constant, plan_class
from rtmodels.converter._shapes import Discriminator, TaggedUnion
from rtmodels.converter._source import Function, Source, draft_of, on_first_call
from rtmodels.converter._values import Rejected, reject
from rtmodels.schema._model import Unknown

__all__ = [
    "ClassDispatch",
    "DirectCall",
    "FastPass",
    "TagDispatch",
    "find_class",
    "make_tag_dispatch",
    "make_unknown_function",
    "wrap_unknown",
]

_UnknownDraft = draft_of(Unknown)

Member: TypeAlias = Callable[[type, frozenset[str]], Function]
"""Returns the function for a class, given the keys that the dispatch has checked."""


class FastPass(ABC):
    """The fast pass of one type, as an expression for generated code."""

    __slots__ = ()

    @abstractmethod
    def write_call(self, src: Source, value: str) -> str:
        """Return the expression that converts *value*, the name of a variable."""

    def compile(self, title: str) -> Function:
        """Compile that expression into a function."""
        src = Source()
        with src.block("def dispatch(value):"):
            src.line(f"return {self.write_call(src, 'value')}")
        return src.compile("dispatch", title)


@dataclass(frozen=True, slots=True, eq=False)
class DirectCall(FastPass):
    """One function, compiled on its first call."""

    make: Callable[[], Function]
    """Returns that function."""

    hint: str
    """Its name in generated code."""

    def write_call(self, src: Source, value: str) -> str:
        """Return the expression that calls that function."""
        return f"{src.bind_late(self, self.make, self.hint)}({value})"

    def compile(self, title: str) -> Function:  # noqa: ARG002 - it has a title already
        """Return that function."""
        return self.make()


@dataclass(frozen=True, slots=True, eq=False)
class TagDispatch(FastPass):
    """One function for each tag of a union, for dicts."""

    key: str
    """The key of the tag."""

    table: dict[Any, Function]
    """The function for each tag; ``None`` is the tag of objects without one.

    A plain dict takes half the time of any subclass of dict.
    """

    unknown: Function
    """Converts or rejects an object whose tag is not in the table."""

    optional: bool = False
    """Whether the tag may be missing."""

    def write_call(self, src: Source, value: str) -> str:
        """Return the expression that looks a function up by tag, and calls it."""
        # Input without the tag needs no check: KeyError and TypeError are rejections.
        find = src.bind(self.table.get, f"by_{self.key}")
        unknown = src.bind(self.unknown, "unknown")
        key = repr(self.key)
        tag = f"{value}.get({key})" if self.optional else f"{value}[{key}]"
        return f"{find}({tag}, {unknown})({value})"


@dataclass(frozen=True, slots=True, eq=False)
class ClassDispatch(FastPass):
    """One function for each class of a union, for instances."""

    table: dict[type, Function]

    def write_call(self, src: Source, value: str) -> str:
        """Return the expression that looks a function up by class, and calls it."""
        return f"{src.bind(self.table, 'by_class')}[{value}.__class__]({value})"


def make_tag_dispatch(
    shape: TaggedUnion, member: Member, unknown: Function | None
) -> TagDispatch:
    """Return the dispatch for a union.

    Args:
        shape: The union.
        member: Returns the function for a class.
        unknown: Converts an object with an unknown tag; None to reject it.
    """
    dispatch = _dispatch_by(shape.discriminator, member, unknown, frozenset())
    if shape.untagged:
        dispatch.table[None] = _make_untagged(shape, member, unknown or reject)
        return TagDispatch(
            dispatch.key, dispatch.table, dispatch.unknown, optional=True
        )
    return dispatch


def _dispatch_by(
    discriminator: Discriminator,
    member: Member,
    unknown: Function | None,
    checked: frozenset[str],
) -> TagDispatch:
    """Return the dispatch by one key, after those in *checked* have been read."""
    keys = checked | {discriminator.key}
    table: dict[Any, Function] = {}

    def make(tag: str, case: type | Discriminator) -> Function:
        if isinstance(case, Discriminator):
            nested = _dispatch_by(case, member, unknown, keys)
            return nested.compile(f"structure {tag} by {case.key}")
        return member(case, keys)

    # A program meets only some of the events, so each entry compiles on first use.
    for tag, case in discriminator.cases.items():
        store = partial(table.__setitem__, tag)
        table[tag] = on_first_call(partial(make, tag, case), store)

    if unknown is None:
        return TagDispatch(discriminator.key, table, reject)
    take_unknown = partial(_take_unknown, discriminator.key, unknown)
    return TagDispatch(discriminator.key, table, take_unknown)


def _take_unknown(key: str, unknown: Function, obj: Any) -> Any:
    """Structure an object with an unknown tag, which must be a string."""
    # The table also misses numbers and null, which are no tags but errors.
    if obj[key].__class__ is not str:
        raise Rejected
    return unknown(obj)


def _make_untagged(shape: TaggedUnion, member: Member, unknown: Function) -> Function:
    """Return the function that structures an object without a tag."""
    functions: dict[type, Function] = {Unknown: unknown}
    for cls in shape.untagged:
        store = partial(functions.__setitem__, cls)
        functions[cls] = on_first_call(partial(member, cls, frozenset()), store)

    # An empty object has the keys of the first class without a role, whatever these
    # are. There may be a hundred thousand in a list.
    first = _find_untagged(shape, {})

    def structure_untagged(obj: Any) -> Any:
        cls = _find_untagged(shape, obj) if obj else first
        return functions[cls](obj)

    return structure_untagged


def find_class(shape: TaggedUnion, obj: dict[str, Any]) -> type | None:
    """Return the class of *obj*; `Unknown` if its tag is unknown.

    Return None if it has no tag, or one that is not a string.
    """
    case: type | Discriminator | None = shape.discriminator
    if shape.untagged and obj.get(shape.discriminator.key) is None:
        case = _find_untagged(shape, obj)

    while isinstance(case, Discriminator):
        tag = obj.get(case.key)
        if not isinstance(tag, str):
            return None
        case = case.cases.get(tag)

    return Unknown if case is None else case


def _find_untagged(shape: TaggedUnion, obj: Any) -> type:
    """Return the class of *obj*, which has no tag, or `Unknown`.

    That is the class for its role, or else the first one with all its keys.
    """
    for cls in shape.untagged:
        role = find_constant(cls, "role")
        if role is not None:
            if obj.get("role") == role:
                return cls
            continue
        names = plan_class(cls).names

        # `issuperset` would make a set of the keys first.
        for key in obj:
            if key not in names:
                break
        else:
            return cls

    return Unknown


def make_unknown_function(max_depth: int, take: Callable[[Any, int], Any]) -> Function:
    """Return the function that keeps an object with an unknown tag.

    *take* checks or copies it. It may nest *max_depth* levels deep.
    """

    def keep_unknown(obj: Any) -> Unknown:
        if obj.__class__ is not dict:
            raise Rejected
        return wrap_unknown(take(obj, max_depth))

    return keep_unknown


def wrap_unknown(obj: dict[str, Any], expected: type | None = None) -> Unknown:
    """Return *obj* as an `Unknown`; *expected* is the class that rejected it."""
    tag = obj.get("type") if obj else None
    if tag is not None and tag.__class__ is not str:
        tag = None
    if not HAS_GIL:
        return Unknown(tag=tag, payload=obj, expected=expected)

    # `draft_of` says why.
    self: Any = _UnknownDraft()
    self.tag = tag
    self.payload = obj
    self.expected = expected
    self.__class__ = Unknown
    unknown: Unknown = self
    return unknown
