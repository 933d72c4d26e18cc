"""Makes what the fuzzer starts from: every class, the sample, what was captured.

Objects whose tag may be missing are there with the tag and without it.
"""

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

import attrs
import orjson
from hypothesis import HealthCheck, Phase, given, settings

from rtmodels import RtmodelsError
from rtmodels.adapters import DictAdapter

from ...paths import CAPTURES, SAMPLE
from ...storm import find_places
from ...strategies import instances, is_model
from .laws import attempt
from .mutators import places

EACH, ALL = 2, 30
"""So many instances are made of every class, and of a union, if that is more."""


@cache
def make_seeds(union: Any) -> list[bytes]:
    """Make JSON documents of *union*, the same ones every time."""
    members = [cls for cls in get_args(union) if is_model(cls)]
    count = max(EACH, ALL // max(1, len(members)))
    made = [payload for cls in members for payload in make_payloads(cls, count)]
    tags = {
        field.default
        for cls in members
        for field in attrs.fields(cls)
        if field.name == "type"
    }
    recorded = [
        row
        for row in [*read_sample(), *read_captures()]
        if isinstance(row, dict) and row.get("type") in tags
    ]
    untagged = [each for payload in made for each in drop_tags(union, payload)]
    untagged += [
        place.fill(tool, 1)
        for place in find_places(union)
        for tool in ({}, {"name": "f"})
        if getattr(place.shape, "untagged", ())
    ]
    seeds = made + distinct(untagged) + distinct(recorded)
    return [orjson.dumps(seed) for seed in seeds]


def drop_tags(union: Any, payload: Any) -> Iterator[Any]:
    """Yield copies of *payload*, each without one tag that may be missing."""
    adapter = DictAdapter(union, mode="strict")
    for place, key in list(places(payload)):
        if key != "type" or place is payload:
            continue
        tag = place.pop(key)
        if not isinstance(attempt(adapter.decode, payload), RtmodelsError):
            yield copy.deepcopy(payload)
        place[key] = tag


@cache
def make_payloads(cls: Any, count: int) -> list[Any]:
    """Make *count* payloads of *cls*."""
    drawn: list[Any] = []

    @settings(
        database=None,
        deadline=None,
        derandomize=True,
        max_examples=count,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(instances(cls, tagged=True))
    def keep(value: Any) -> None:
        drawn.append(value)

    keep()
    return list(map(DictAdapter(cls).encode, drawn))


@cache
def read_sample() -> list[Any]:
    """Read the sample session."""
    return [json.loads(line) for line in SAMPLE.read_bytes().splitlines()]


@cache
def read_captures() -> list[Any]:
    """Read what was captured of real servers, where this machine has it."""
    if not CAPTURES.exists():
        return []
    rows = [json.loads(line) for line in CAPTURES.read_bytes().splitlines()]
    return [row["value"] for row in rows if row["direction"] != "rest"]


def distinct(payloads: list[Any]) -> list[Any]:
    """Keep one of all payloads that have the same keys and types of values."""
    return list({repr(outline(payload)): payload for payload in payloads}.values())


def outline(value: Any) -> Any:
    """Write down the keys and types in *value*, and not what it says."""
    match value:
        case dict():
            shown = {key: outline(item) for key, item in sorted(value.items())}
            return {**shown, "type": value.get("type")}
        case list():
            return [outline(item) for item in value[:1]]
        case _:
            return type(value).__name__
