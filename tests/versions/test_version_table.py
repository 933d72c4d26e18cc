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
from rtmodels.versions._table import EVENTS, OBJECTS, Move
from rtmodels.versions._ways import DOWN, UP
from rtmodels.versions._words import PART_TYPES

from strategies import MODELS, instances

NOTHING = "--"
UNIONS = {
    "server": (RealtimeBetaServerEvent, RealtimeServerEvent),
    "client": (RealtimeBetaClientEvent, RealtimeClientEvent),
}
Row = tuple[str, str]


def keys(cls: type) -> list[str]:
    """Give the keys that *cls* has fields for."""
    return [field.name for field in attrs.fields(cls) if field.name != "extra"]


def moves() -> list[Move]:
    """Give each move once."""
    return list(dict.fromkeys(move for row in OBJECTS for move in row.moves))


def name_events() -> Iterator[Row]:
    """Name the events whose types differ."""
    for row in EVENTS:
        beta, ga = (attrs.fields(cls).type.default for cls in (row.beta, row.ga))
        if beta != ga:
            yield beta, ga


def name_keys() -> Iterator[Row]:
    """Name the keys that are elsewhere."""
    for move in moves():
        if move.beta != move.ga:
            yield move.beta, move.ga


def name_words() -> Iterator[Row]:
    """Name the values that differ."""
    shown = dict.fromkeys(
        (json.dumps(beta), json.dumps(ga))
        for move in moves()
        for beta, ga in move.words.pairs
    )
    yield from dict.fromkeys([*shown, *(tuple(map(json.dumps, p)) for p in PART_TYPES)])


def name_stand_ins() -> Iterator[Row]:
    """Name what the GA requires, and the beta may leave out."""
    required = {
        key: value for row in (*EVENTS, *OBJECTS) for key, value in row.required.items()
    }
    for key, value in required.items():
        shown = value.payload if isinstance(value, Unknown) else value
        yield f"no {key}", f"{key}: {json.dumps(shown)}"


def name_orphans() -> Iterator[Row]:
    """Name the keys that have no twin, and go into ``extra``."""
    found: dict[Row, None] = {}
    for row in OBJECTS:
        moved = {move.beta for move in row.moves} | {
            move.ga.partition(".")[0] for move in row.moves
        }
        beta, ga = keys(row.beta), keys(row.ga)
        known = {*moved, *row.implied}
        found |= {(key, NOTHING): None for key in beta if key not in {*ga, *known}}
        found |= {(NOTHING, key): None for key in ga if key not in {*beta, *known}}
    elsewhere = {move.beta for move in moves()}
    for beta, ga in sorted(found, key=lambda pair: pair[0] == NOTHING):
        yield beta + " (transcribing)" * (beta in elsewhere), ga


def name_classes() -> Iterator[Row]:
    """Name the classes of objects."""
    for row in OBJECTS:
        beta, ga = row.beta.__name__, row.ga.__name__
        yield beta.removeprefix("Realtime"), ga.removeprefix("Realtime")


def render() -> str:
    """Write the table down."""
    groups = [
        list(group())
        for group in (
            name_events,
            name_keys,
            name_words,
            name_stand_ins,
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
def test_every_class_of_the_beta_has_a_twin_or_is_lost(cls):
    """A new class is not forgotten."""

    @settings(max_examples=1)
    @given(instances(cls))
    def check(x):
        lost: list[Loss] = []
        twin = upgrade(x, lost=lost)

        assert (twin is x) == (cls not in UP.conversions)
        assert (twin is x) == (lost == [Loss(path="$", value=x)])

    check()


@pytest.mark.parametrize("way", [UP, DOWN], ids=["up", "down"])
@pytest.mark.parametrize("side", ["server", "client"])
def test_every_event_goes_to_one_that_the_other_version_has(way, side):
    """Those that only one version has are in the table."""
    beta, ga = UNIONS[side]
    source, target = (beta, ga) if way is UP else (ga, beta)
    twins = {way.ends(row)[0]: way.ends(row)[1] for row in EVENTS}

    for cls in get_args(source):
        assert twins.get(cls, cls) in get_args(target)
