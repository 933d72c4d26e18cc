"""The table in the docstring says what the code's own table says."""

import inspect
import json
from collections.abc import Iterator
from typing import get_args

import attrs
import pytest
from hypothesis import given, settings

from rtmodels import (
    Loss,
    RealtimeBetaClientEvent,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeServerEvent,
    Unknown,
    upgrade,
    versions,
)
from rtmodels.versions._directions import DOWNGRADE, UPGRADE
from rtmodels.versions._table import EVENT_PAIRS, OBJECT_PAIRS, PART_TYPES, FieldMap

from ..strategies import MODELS, instances

NOTHING = "--"
UNIONS = {
    "server": (RealtimeBetaServerEvent, RealtimeServerEvent),
    "client": (RealtimeBetaClientEvent, RealtimeClientEvent),
}
Row = tuple[str, str]


def keys(cls: type) -> list[str]:
    """Return the keys that *cls* has fields for."""
    return [field.name for field in attrs.fields(cls) if field.name != "extra"]


def field_maps() -> list[FieldMap]:
    """List each field that differs once."""
    return list(dict.fromkeys(field for pair in OBJECT_PAIRS for field in pair.fields))


def name_events() -> Iterator[Row]:
    """Name the events whose types differ."""
    for pair in EVENT_PAIRS:
        beta, ga = (attrs.fields(cls).type.default for cls in (pair.beta, pair.ga))
        if beta != ga:
            yield beta, ga


def name_keys() -> Iterator[Row]:
    """Name the keys that are elsewhere."""
    for field in field_maps():
        if field.beta != field.ga:
            yield field.beta, field.ga


def name_values() -> Iterator[Row]:
    """Name the values that differ."""
    shown = dict.fromkeys(
        (json.dumps(beta), json.dumps(ga))
        for field in field_maps()
        for beta, ga in field.values.pairs
    )
    yield from dict.fromkeys([*shown, *(tuple(map(json.dumps, p)) for p in PART_TYPES)])


def name_placeholders() -> Iterator[Row]:
    """Name what the GA requires, and the beta may leave out."""
    placeholders = {
        key: value
        for pair in (*EVENT_PAIRS, *OBJECT_PAIRS)
        for key, value in pair.placeholders.items()
    }
    for key, value in placeholders.items():
        shown = value.payload if isinstance(value, Unknown) else value
        yield f"no {key}", f"{key}: {json.dumps(shown)}"


def name_orphans() -> Iterator[Row]:
    """Name the keys that have no counterpart, and go into ``extra``."""
    found: dict[Row, None] = {}
    for pair in OBJECT_PAIRS:
        moved = {field.beta for field in pair.fields} | {
            field.ga_path[0] for field in pair.fields
        }
        beta, ga = keys(pair.beta), keys(pair.ga)
        known = {*moved, *pair.constants}
        found |= {(key, NOTHING): None for key in beta if key not in {*ga, *known}}
        found |= {(NOTHING, key): None for key in ga if key not in {*beta, *known}}
    elsewhere = {field.beta for field in field_maps()}
    for beta, ga in sorted(found, key=lambda row: row[0] == NOTHING):
        yield beta + " (transcribing)" * (beta in elsewhere), ga


def name_classes() -> Iterator[Row]:
    """Name the classes of objects."""
    for pair in OBJECT_PAIRS:
        beta, ga = pair.beta.__name__, pair.ga.__name__
        yield beta.removeprefix("Realtime"), ga.removeprefix("Realtime")


def render() -> str:
    """Write the table down."""
    groups = [
        list(group())
        for group in (
            name_events,
            name_keys,
            name_values,
            name_placeholders,
            name_orphans,
            name_classes,
        )
    ]
    widths = [max(len(row[i]) for group in groups for row in group) for i in (0, 1)]
    rule = "  ".join("=" * width for width in widths)
    lines = [rule, f"{'beta':{widths[0]}}  GA", rule]
    for group in groups:
        lines += [f"{beta:{widths[0]}}  {ga}" for beta, ga in group] + [""]
    return "\n".join([*lines[:-1], rule])


def test_the_documented_table_is_the_one_in_use():
    """What stands in the docstring of the package is made from the code's table."""
    table = render()

    assert table in inspect.cleandoc(versions.__doc__), f"put this in:\n{table}"


@pytest.mark.parametrize("cls", [cls for cls in MODELS if ".beta." in cls.__module__])
def test_every_class_of_the_beta_has_a_counterpart_or_is_lost(cls):
    """A new class is not forgotten."""

    @settings(max_examples=1)
    @given(instances(cls))
    def check(x):
        lost: list[Loss] = []
        counterpart = upgrade(x, lost=lost)

        assert (counterpart is x) == (cls not in UPGRADE.conversions)
        assert (counterpart is x) == (lost == [Loss(loc=(), value=x)])

    check()


@pytest.mark.parametrize("direction", [UPGRADE, DOWNGRADE], ids=["up", "down"])
@pytest.mark.parametrize("side", ["server", "client"])
def test_every_event_goes_to_one_that_the_other_version_has(direction, side):
    """Those that only one version has are in the table."""
    beta, ga = UNIONS[side]
    source, target = (beta, ga) if direction is UPGRADE else (ga, beta)
    counterparts = dict(map(direction.classes, EVENT_PAIRS))

    for cls in get_args(source):
        assert counterparts.get(cls, cls) in get_args(target)
