"""Works out which unions and sets of words change, so that each is reported once.

A set of words that OpenAI spells out in ten places has one name here. That name is to
be edited, if all ten places change in the same way.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import NoneType
from typing import Any, NamedTuple, get_args, get_origin

import rtmodels
from rtmodels import Unknown

from .differences import KNOWN, UNPUBLISHED
from .sources import HOMES, evaluate, find_aliases, find_field, names_in
from .upstream import Upstream, is_class, split
from .writing import join_words, split_words

BETA_UNIONS = {
    "RealtimeBetaClientEvent": "RealtimeClientEvent",
    "RealtimeBetaServerEvent": "RealtimeServerEvent",
}
"""Unions that OpenAI has not, and those of the GA that they follow."""


class Vote(NamedTuple):
    """What one field would have an alias be."""

    value: Any
    """The alias."""

    cls: str
    """The class of the field."""

    key: str
    """The name of the field."""

    @property
    def words(self) -> frozenset[Any]:
        """The members, in no order."""
        return frozenset(split_words(self.value))


class AliasChanges:
    """What becomes of our unions and sets of words."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self.current = current_aliases()
        self.new = {
            name: upstream.alias(name)
            for name in upstream.schemas
            if upstream.is_alias(name) and name not in self.current
        }
        """Those that we do not have."""
        self.changed: dict[str, Any] = {}
        """The aliases to edit, as they should be."""
        self.torn: dict[str, list[Vote]] = {}
        """The votes for those that some fields would change, and others not."""

        expected = {name: self._expect(name) for name in self.current}
        self._change({name: value for name, value in expected.items() if value})
        self._change({name: self._expect_beta(name) for name in BETA_UNIONS})
        self._count_votes()

    @cached_property
    def values(self) -> dict[str, Any]:
        """All aliases as they will be, those included that name others."""
        return self._apply(self.changed) | self.new

    def annotation(self, cls: type, key: str, type_: Any) -> Any:
        """Return what the annotation *type_* of a field will be."""
        node = find_field(cls, key)
        if node is None or not names_in(node.annotation) & self._touched:
            return type_
        return evaluate(node.annotation, cls.__module__, self.values)

    def named_in(self, cls: type, key: str) -> set[str]:
        """Return the aliases that the annotation of a field names."""
        node = find_field(cls, key)
        return names_in(node.annotation) & self.current.keys() if node else set()

    @cached_property
    def _touched(self) -> set[str]:
        """The aliases with another value than now."""
        return {
            name
            for name, value in self.values.items()
            if name in self.current and not is_same(value, self.current[name])
        }

    def _expect(self, name: str) -> Any:
        """Return what OpenAI's schema says of an alias, if it has it."""
        if name not in self._upstream.schemas or not self._upstream.is_alias(name):
            return None
        theirs = list(split_words(self._upstream.alias(name)))
        return join_words(keep_unpublished(self.current[name], theirs))

    def _expect_beta(self, name: str) -> Any:
        """Return what a union of the beta should be, by that of the GA."""
        original = BETA_UNIONS[name]
        members = [self._find_twin(member) for member in split(self.values[original])]
        side = original.removeprefix("Realtime")
        for target in self._upstream.schemas:
            if target.startswith((f"RealtimeBeta{side}", f"Realtime{side}")):
                event = self._upstream.class_name(target)
                is_beta = event.startswith("Beta") or target.startswith("RealtimeBeta")
                if is_beta and event not in self.current:
                    members.append(self._upstream.find_class(event))
        return join_words(dict.fromkeys(keep_unpublished(self.current[name], members)))

    def _find_twin(self, member: Any) -> Any:
        """Return the beta's class for an event of the GA, which may be the same."""
        twin = f"Beta{member.__name__}"
        if is_class(twin) or twin in self._upstream.objects:
            return self._upstream.find_class(twin)
        return member

    def _change(self, expected: dict[str, Any]) -> None:
        """Note which aliases differ from what is *expected* of them."""
        for name, value in expected.items():
            others = {key: other for key, other in expected.items() if key != name}
            after = self._apply(self.changed | others)[name]
            if not is_same(after, value):
                self.changed[name] = value
        self.__dict__.pop("values", None)
        self.__dict__.pop("_touched", None)

    def _apply(self, changed: dict[str, Any]) -> dict[str, Any]:
        """Return all aliases after some have *changed*."""
        return {name: self._value_of(name, changed) for name in self.current}

    def _value_of(self, name: str, changed: dict[str, Any]) -> Any:
        """Return an alias after some have *changed*, which it may name."""
        if name in changed:
            return changed[name]
        node = find_aliases()[name]
        named = names_in(node) & self.current.keys()
        others = {other: self._value_of(other, changed) for other in named}
        return evaluate(node, HOMES[name], others) if named else self.current[name]

    def _count_votes(self) -> None:
        """Find out what the fields say about aliases that OpenAI has no name for."""
        votes: dict[str, list[Vote]] = {}
        for name, parts in self._upstream.uses.items():
            if is_class(name):
                for part in parts:
                    for vote, alias in self._votes(getattr(rtmodels, name), part.obj):
                        votes.setdefault(alias, []).append(vote)

        for alias, cast in votes.items():
            wanted = {vote.words for vote in cast}
            if wanted == {frozenset(split_words(self.current[alias]))}:
                continue
            if len(wanted) == 1:
                self.changed[alias] = cast[0].value
            else:
                self.torn[alias] = cast
        self.__dict__.pop("values", None)
        self.__dict__.pop("_touched", None)

    def _votes(self, cls: type, obj: dict[str, Any]) -> Iterator[tuple[Vote, str]]:
        """Yield what the fields of *cls* that stand for *obj* say of which alias."""
        known = {known.field for known in KNOWN if known.cls == cls.__name__}
        for key, expected in self._upstream.fields(cls.__name__, obj).items():
            node = find_field(cls, key)
            if node is None or key in known:
                continue
            for alias in names_in(node.annotation) & self.current.keys():
                if alias in self._upstream.schemas or alias in BETA_UNIONS:
                    continue
                values = find_values(node.annotation, expected.type, alias, cls)
                for value in (self.current[alias], *values):
                    changed = self.values | {alias: value}
                    after = evaluate(node.annotation, cls.__module__, changed)
                    if after == expected.type:
                        yield Vote(value, cls.__name__, key), alias
                        break


def current_aliases() -> dict[str, Any]:
    """Return our unions and sets of words."""
    return {name: getattr(rtmodels, name) for name in find_aliases()}


def find_values(node: ast.expr, type_: Any, alias: str, cls: type) -> Iterator[Any]:
    """Yield what *alias* may have to be so that *node*, in *cls*, means *type_*."""
    members = list(split_node(node))
    others = [one for one in members if not is_reference(one, alias)]
    if len(others) < len(members):
        rest = {
            word
            for other in others
            for word in split_words(evaluate(other, cls.__module__, {}) or NoneType)
        }
        if words := [word for word in split_words(type_) if word not in rest]:
            yield join_words(words)

    for other in others:
        match other:
            case ast.Subscript(slice=ast.Tuple(elts=items)):
                for item, arg in zip_args(items, type_):
                    yield from find_values(item, arg, alias, cls)


def zip_args(items: list[ast.expr], type_: Any) -> Iterator[tuple[ast.expr, Any]]:
    """Pair what a container holds, as written, with what it should hold."""
    for member in split(type_):
        args = get_args(member)
        if get_origin(member) in (tuple, Mapping) and len(args) == len(items):
            yield from (
                pair for pair in zip(items, args, strict=True) if pair[1] != ...
            )


def is_reference(node: ast.expr, alias: str) -> bool:
    """Check whether *node* is the name of *alias*."""
    return isinstance(node, ast.Name) and node.id == alias


def split_node(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the members of a union as written."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from split_node(node.left)
        yield from split_node(node.right)
    else:
        yield node


def keep_unpublished(ours: Any, theirs: list[Any]) -> Iterator[Any]:
    """Yield *theirs*, and of *ours* those that OpenAI has not; `Unknown` is last."""
    yield from (member for member in theirs if member is not Unknown)
    for member in split_words(ours):
        if getattr(member, "__name__", None) in UNPUBLISHED and member not in theirs:
            yield member
    if Unknown in theirs:
        yield Unknown


def is_same(one: Any, other: Any) -> bool:
    """Check whether two unions have the same members, in any order."""
    return set(split_words(one)) == set(split_words(other))
