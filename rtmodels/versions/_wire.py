"""Reads events of both versions into the GA's classes, and writes those as the beta's.

The versions share most types on the wire. Where an event of either may have come, its
keys tell: a session of the GA has a ``type``, a response of the beta has
``modalities``.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any, TypeAlias, get_args

import attrs
from attrs import frozen
from cattrs import Converter

from rtmodels.converter import MISFITS, find_hook, make_writer
from rtmodels.converter._register import Hook
from rtmodels.converter._unions import Lookup
from rtmodels.converter.plan import plan_class
from rtmodels.errors import EncodeError
from rtmodels.schema._model import Unknown
from rtmodels.versions._convert import downgrade, upgrade
from rtmodels.versions._rename import Convert
from rtmodels.versions._table import EVENTS, Twins
from rtmodels.versions._ways import UNIONS, UP, held, hold

__all__ = ["beta_union", "make_downgrading_writer", "make_upgrading_hook"]

Read: TypeAlias = Callable[[Any], Any]
Test: TypeAlias = Callable[[Any], bool]


def beta_union(union: Any) -> Any:
    """Give what the beta has in place of *union*, which is one of events of the GA.

    Raises:
        TypeError: It is none.
    """
    betas, gas = zip(*UNIONS, strict=True)
    for beta, ga in (*UNIONS, (reduce(or_, betas), reduce(or_, gas))):
        if union == ga:
            return beta
    raise TypeError(
        "upgrade= and downgrade= are for RealtimeServerEvent, RealtimeClientEvent,"
        " and the two together"
    )


def make_upgrading_hook(union: Any, converter: Converter) -> Hook:
    """Make the hook that reads events of either version as *union*, the GA's.

    What is wrong with an event is said in the words of its own version.

    Raises:
        TypeError: *union* is no union of events, or a hook of the user's reads it.
    """
    beta, ga = find_hook(beta_union(union), converter), find_hook(union, converter)
    if beta is None or ga is None or ga.lookup is None:
        raise TypeError("upgrade= needs unions of events that no other hook reads")
    reader = Reader(beta, ga, ga.lookup)
    older, known = _by_tag(beta_union(union)), _by_tag(union)
    for tag, cls in known.items():  # some have an item that may have the beta's words
        reader.add_ga(tag, tag, UP.conversions.get(cls) and hold(cls, UP.parts.convert))
    for row in EVENTS:
        tag = _tag(row.beta)
        if older.get(tag) is not row.beta:
            continue
        alone = known.get(tag, row.beta) is row.beta
        reader.add_beta(tag, _always if alone else _make_test(row))
        if alone and find_hook(row.beta, converter) and not (row.required or held(row)):
            # The two differ in their type, or their item: no need to make the beta's.
            has_item = "item" in plan_class(row.ga).names
            convert = hold(row.ga, UP.parts.convert_all) if has_item else None
            reader.add_ga(tag, _tag(row.ga), convert)
    lookup = replace(ga.lookup, find=reader.table.get)
    return Hook(lookup.bind, reader.read_slowly, lookup)


def make_downgrading_writer(union: Any, converter: Converter) -> Callable[[Any], Any]:
    """Make the function that writes events of *union*, the GA's, as the beta's.

    What is wrong with an event is said in the words of the GA.

    Raises:
        TypeError: *union* is no union of events.
    """
    write_beta = make_writer(beta_union(union), converter)
    write_ga = make_writer(union, converter)

    def write(value: Any) -> Any:
        try:
            twin = downgrade(value)
        except (EncodeError, *MISFITS):
            return write_ga(value)  # which says where it is wrong
        return write_beta(twin)

    return write


@frozen(eq=False)
class Reader:
    """Knows for each type on the wire how to tell and to read the two versions."""

    beta: Hook
    ga: Hook
    lookup: Lookup
    """That of the GA."""

    table: dict[Any, Read] = attrs.field(factory=dict)
    """How to read each type of event."""

    tests: dict[Any, Test] = attrs.field(factory=dict)
    """How to tell whether an event is the beta's; of other types it is the GA's."""

    def add_ga(self, tag: str, name: str, convert: Convert | None) -> None:
        """Read events of the type *tag* as the GA reads those called *name*.

        The function for these is final only after its first call.
        """
        find, unknown, table = self.lookup.find, self.lookup.unknown, self.table

        def read(obj: Any) -> Any:
            event = find(name, unknown)(obj)
            table[tag] = find(name, unknown)
            return event

        table[tag] = read
        if convert is not None:
            table[tag] = lambda obj: convert(find(name, unknown)(obj))

    def add_beta(self, tag: str, is_beta: Test) -> None:
        """Read events of the type *tag* as those of the version that *is_beta* says."""
        self.tests[tag] = is_beta
        read_beta, find, unknown = self.beta.fast, self.lookup.find, self.lookup.unknown

        def read(obj: Any) -> Any:
            if is_beta(obj):
                return _to_ga(read_beta(obj), obj)
            return find(tag, unknown)(obj)

        self.table[tag] = read

    def read_slowly(self, _: Read, obj: Any, **_options: bool) -> Any:
        """Read an event with more patience, or say what is wrong with it.

        The two hooks find out for themselves what *_options* would tell them.
        """
        tag = obj.get("type") if isinstance(obj, Mapping) else None
        is_beta = self.tests.get(tag, _never) if isinstance(tag, str) else _never
        return _to_ga((self.beta if is_beta(obj) else self.ga)(obj), obj)


def _to_ga(event: Any, obj: Any) -> Any:
    """Upgrade *event*, which was read from *obj*."""
    try:
        return upgrade(event)
    except EncodeError:  # so deep, say, that only forgiving mode takes it
        return Unknown(type=obj["type"], payload=obj)


def _by_tag(union: Any) -> dict[str, type]:
    """Give the class for each type on the wire."""
    return {_tag(cls): cls for cls in get_args(union) if cls is not Unknown}


def _tag(cls: type) -> str:
    """Give the type on the wire."""
    return str(attrs.fields_dict(cls)["type"].default)


def _always(_: Mapping[str, Any]) -> bool:
    """Tell that an event is the beta's, as its type says."""
    return True


def _never(_: Mapping[str, Any]) -> bool:
    """Tell that an event is the GA's."""
    return False


def _make_test(row: Twins) -> Test:
    """Make the function that tells by the keys whether an event is the beta's.

    It lacks what the GA requires and the beta does not know, or need not say. Or it has
    more of the beta's own keys than of the GA's: either may have some of the other's,
    for which it has no use.
    """
    key, inner = held(row) or ("", row)
    beta, ga = plan_class(inner.beta).names, plan_class(inner.ga).names
    betas_own, gas_own = beta - ga, ga - beta
    signs = (inner.implied.keys() - beta) or inner.required.keys()

    def is_beta(obj: Mapping[str, Any]) -> bool:
        place = obj.get(key) if key else obj
        if not isinstance(place, Mapping):
            return False
        keys = place.keys()
        return not keys >= signs or len(keys & betas_own) > len(keys & gas_own)

    return is_beta
