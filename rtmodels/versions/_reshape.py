"""Turns sessions, responses and requests of one version into the other's.

That happens to JSON: the instance is unstructured, its keys are moved as the table
says, and what comes of it is structured again, in the forgiving reading. So whatever
has no field on the other side ends up in ``extra``, and comes back from there.

The way there and back ends where it began for most objects, and for the rest there is a
*memory*. An object that says ``["text", "audio"]`` would come back with
``["audio", "text"]``; its twin remembers the difference::

    {"canonical": {"modalities": ["audio", "text"]}, "came": {"modalities": [...]}}

The memory is in ``extra`` too, but under the name of a field that has a value, and so
is never encoded.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

import attrs
from cattrs import Converter

from rtmodels.converter import make_converter, make_reader, make_writer
from rtmodels.schema._model import UNSET
from rtmodels.versions._rename import Convert
from rtmodels.versions._table import Twins
from rtmodels.versions._words import Words

Json: TypeAlias = dict[str, Any]
Steps: TypeAlias = tuple[str, ...]

MEMORY = {"canonical", "came"}
"""The keys of a memory."""

_ABSENT = object()


@cache
def converter() -> Converter:
    """Make the converter that what changes its shape goes through."""
    return make_converter(reading="forgiving", binary=True)


@cache
def routes(twins: Twins) -> list[tuple[str, Steps, str, Words]]:
    """Give the key of each move, the way there, the key at its end, and the words."""
    return [(m.beta, m.steps[:-1], m.steps[-1], m.words) for m in twins.moves]


def upgrade_keys(twins: Twins, beta: Json) -> Json:
    """Move the keys of *beta* to where the GA has them."""
    ga = dict(beta)
    opened: dict[Steps, Json] = {(): ga}
    for key, steps, name, words in routes(twins):
        if key in beta:
            value = ga.pop(key)
            place = _open(steps, opened, {})
            if place is None or name in place:
                ga[key] = value  # there is no room for it
            else:
                place[name] = words.upgrade(value, beta)
    names = field_names(twins.beta)
    for key, value in {**twins.implied, **twins.required}.items():
        if key not in names or not isinstance(ga.get(key), str):
            ga[key] = value
    return ga


def downgrade_keys(twins: Twins, ga: Json) -> Json:
    """Move the keys of *ga* to where the beta has them."""
    names = field_names(twins.beta)
    beta = {k: v for k, v in ga.items() if k in names or k not in twins.implied}
    opened: dict[Steps, Json] = {(): beta}
    for key, steps, name, words in routes(twins):
        place = _open(steps, opened, None)
        if place and name in place and (key == name or key not in beta):
            beta[key] = words.downgrade(place.pop(name), ga)
    for steps in sorted(opened, key=len, reverse=True):
        if steps and not opened[steps]:
            _close(steps, opened, ga)
    return beta


def _open(steps: Steps, opened: dict[Steps, Json], absent: Json | None) -> Json | None:
    """Give what is at *steps* for writing: a copy, made once and put there.

    It is *absent* where there is nothing, and ``None`` where there is something else.
    """
    if steps in opened:
        return opened[steps]
    outer = _open(steps[:-1], opened, absent)
    inner = None if outer is None else outer.get(steps[-1], absent)
    if outer is None or not isinstance(inner, dict):
        return None
    outer[steps[-1]] = opened[steps] = copy = dict(inner)
    return copy


def _close(steps: Steps, opened: dict[Steps, Json], before: Json) -> None:
    """Take away what is at *steps* and empty now, unless it was so *before*."""
    *outer, step = steps
    for key in steps:
        before = before[key]
    if before:
        del opened[tuple(outer)][step]


@cache
def field_names(cls: type) -> frozenset[str]:
    """Give the keys that *cls* has fields for."""
    return frozenset(f.name for f in attrs.fields(cls)) - {"extra"}


def make_upgrade(twins: Twins) -> Convert:
    """Make the function that turns an instance of the beta's class into the GA's."""
    write: Convert = make_writer(twins.beta, converter())
    read: Convert = make_reader(twins.ga, converter())

    def upgrade(x: Any) -> Any:
        beta = write(x)
        ga = _amend(upgrade_keys(twins, beta), x)
        return _remember(read(ga), downgrade_keys(twins, ga), beta)

    return upgrade


def make_downgrade(*candidates: Twins) -> Convert:
    """Make the function that turns an instance of the GA's class into the beta's.

    Of several *candidates*, the first is taken whose mark the instance has.
    """
    write: Convert = make_writer(candidates[0].ga, converter())

    def downgrade(x: Any) -> Any:
        ga = write(x)
        twins = next(t for t in candidates if t.mark in ga or not t.mark)
        read: Convert = make_reader(twins.beta, converter())
        beta = _amend(downgrade_keys(twins, ga), x)
        return _remember(read(beta), upgrade_keys(twins, beta), ga)

    return downgrade


def _remember(twin: Any, canonical: Json, came: Json) -> Any:
    """Note in *twin* what the way back would make of it, if that is not what *came*."""
    if canonical != came:
        memory = {
            "canonical": _difference(canonical, came),
            "came": _difference(came, canonical),
        }
        name = next((f.name for f in attrs.fields(type(twin)) if has(twin, f.name)), "")
        if name:
            extra = {**(twin.extra or {}), name: memory}
            object.__setattr__(twin, "extra", extra)  # nobody else has it yet
    return twin


def _difference(these: Json, those: Json) -> Json:
    """Give what *these* say, and *those* do not."""
    return {
        key: value
        for key, value in these.items()
        if key not in those or those[key] != value
    }


def _amend(canonical: Json, x: Any) -> Json:
    """Say again in *canonical* what *x* remembers, unless *x* has changed there.

    A key that is in both halves of the memory stands for itself. Of the others, those
    on one side stand for those on the other, all together.
    """
    memory = recall(x)
    if memory is None:
        return canonical
    before, came = memory["canonical"], memory["came"]
    same = {k for k, v in before.items() if canonical.get(k, _ABSENT) == v}
    drop, bring = same & came.keys(), same & came.keys()
    if before.keys() - came.keys() <= same:
        drop |= before.keys() - came.keys()
        bring |= came.keys() - before.keys() - canonical.keys()
    kept = {key: value for key, value in canonical.items() if key not in drop}
    return kept | {key: came[key] for key in bring}


def recall(x: Any) -> Mapping[str, Any] | None:
    """Find the memory of *x*, if it has one."""
    for key, value in (x.extra or {}).items():
        if isinstance(value, dict) and value.keys() == MEMORY and has(x, key):
            return value
    return None


def has(x: Any, name: str) -> bool:
    """Tell whether the field *name* of *x* has a value, and so is encoded."""
    return name != "extra" and getattr(x, name, None) not in (None, UNSET)
