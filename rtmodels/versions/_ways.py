"""The way from the beta to the GA and the way back, class by class."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal, TypeAlias, get_args

import attrs
from attrs import frozen

from rtmodels.converter import make_reader, make_writer
from rtmodels.converter.plan import plan_class
from rtmodels.schema._model import Unknown
from rtmodels.schema.beta import RealtimeBetaClientEvent, RealtimeBetaServerEvent
from rtmodels.schema.beta.response import RealtimeConversationItemWithReference
from rtmodels.schema.events import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.schema.items import RealtimeConversationItem
from rtmodels.versions import _items as items
from rtmodels.versions._rename import Convert, write_rename
from rtmodels.versions._reshape import (
    converter,
    make_downgrade,
    make_upgrade,
)
from rtmodels.versions._table import EVENTS, OBJECTS, Twins

__all__ = ["DOWN", "UNIONS", "UP", "Version", "Way", "held", "hold"]

Version: TypeAlias = Literal["beta", "ga"]
Conversions: TypeAlias = dict[type, Convert]

UNIONS = (
    (RealtimeBetaServerEvent, RealtimeServerEvent),
    (RealtimeBetaClientEvent, RealtimeClientEvent),
)
"""What either side sends, in the beta and in the GA."""


@frozen(eq=False)
class Way:
    """One of the two directions."""

    source: Version
    """The version to come from."""

    target: Version
    """The version to go to."""

    parts: items.PartNames
    make_object: Callable[..., Convert]
    """Makes the function for what is in `OBJECTS`."""

    conversions: Conversions = attrs.field(factory=dict)
    """What turns an instance of each class into its twin."""

    def ends(self, twins: Twins) -> tuple[type, type]:
        """Give the class to come from, and the one to go to."""
        return getattr(twins, self.source), getattr(twins, self.target)

    def siblings(self, twins: Twins, table: tuple[Twins, ...]) -> list[Twins]:
        """Give the rows of *table* that begin where *twins* do, marked ones first."""
        before, _ = self.ends(twins)
        rows = [other for other in table if self.ends(other)[0] is before]
        return sorted(rows, key=lambda other: not other.mark)

    def postpone(self, cls: type, make: Callable[[], Convert]) -> None:
        """Have *make* make the function for *cls* when that is first called for."""

        def convert(x: Any) -> Any:
            function = self.conversions[cls] = make()
            return function(x)

        self.conversions[cls] = convert

    def make_event(self, rows: list[Twins]) -> Convert:
        """Make the function for the events that begin *rows*.

        Where that is one class for several, the class of what it holds decides. If that
        is none of ours, the event becomes an `Unknown`.
        """
        renames: Conversions = {}
        key = ""
        for twins in rows:
            convert: dict[str, Convert] = {
                name: partial(STAND[self.target], value)
                for name, value in twins.required.items()
            }
            if "item" in plan_class(twins.beta).names:
                convert["item"] = self.parts.convert_all
            holding = held(twins)
            if holding is None:
                return write_rename(*self.ends(twins), convert)
            key, inner = holding
            convert[key] = _unless_none(self.make_object(inner))
            rename = write_rename(*self.ends(twins), convert)
            renames |= {self.ends(inner)[0]: rename, type(None): rename}

        def rename_by_class(x: Any) -> Any:
            rename = renames.get(getattr(x, key).__class__)
            if rename is None:
                return Unknown(type=x.type, payload=converter().unstructure(x))
            return rename(x)

        return rename_by_class

    def make_holder(self, cls: type) -> Convert:
        """Make the function for an event whose item is all that may differ."""
        return hold(cls, self.parts.convert)


def hold(cls: type, convert: Convert) -> Convert:
    """Make the function that converts the item of an event, if need be."""
    rename = write_rename(cls, cls, {"item": convert})

    def convert_item(x: Any) -> Any:
        return x if convert(x.item) is x.item else rename(x)

    return convert_item


def held(twins: Twins) -> tuple[str, Twins] | None:
    """Tell which field of two events holds an object of `OBJECTS`, and which."""
    for field in attrs.fields(twins.beta):
        for inner in OBJECTS:
            if inner.beta in (field.type, *get_args(field.type)):
                return field.name, inner
    return None


def _unless_none(convert: Convert) -> Convert:
    """Leave ``None`` alone."""
    return lambda value: None if value is None else convert(value)


def _stand_in(value: Any, given: Any) -> Any:
    """Give *value* where nothing is given, and something must be."""
    return value if given is None else given


def _stand_down(value: Any, given: Any) -> Any:
    """Take *value* away again."""
    return None if given == value else given


STAND = {"ga": _stand_in, "beta": _stand_down}


def _make_reference() -> Convert:
    """Make the function for items that all are of one class."""
    write = make_writer(RealtimeConversationItemWithReference, converter())
    read = make_reader(RealtimeConversationItem, converter())
    return lambda x: items.UPGRADE.convert_all(read(write(x)))


def _find_holders() -> Iterator[type]:
    """Give the events with an item that are the same in both versions."""
    for beta, ga in UNIONS:
        for cls in get_args(ga):
            if cls in get_args(beta) and "item" in plan_class(cls).names:
                yield cls


def _prepare(way: Way) -> None:
    """Put together which function is for which class."""
    way.conversions[items.Part] = way.parts.rename_part
    way.conversions[items.Message] = way.parts.convert
    own = {way.ends(twins)[1] for twins in EVENTS}
    for cls in _find_holders():
        if cls not in own:
            way.postpone(cls, partial(way.make_holder, cls))
    for twins in EVENTS:
        rows = way.siblings(twins, EVENTS)
        way.postpone(way.ends(twins)[0], partial(way.make_event, rows))
    for twins in OBJECTS:
        rows = way.siblings(twins, OBJECTS)
        way.postpone(way.ends(twins)[0], partial(way.make_object, *rows))
    if way.source == "beta":
        way.postpone(RealtimeConversationItemWithReference, _make_reference)


UP = Way("beta", "ga", items.UPGRADE, make_upgrade)
DOWN = Way("ga", "beta", items.DOWNGRADE, make_downgrade)
for _way in (UP, DOWN):
    _prepare(_way)
