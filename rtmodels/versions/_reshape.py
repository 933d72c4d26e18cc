"""Turns sessions, responses and requests of one version into the other's.

That happens to JSON: the instance is unstructured, its keys are moved as the table
says, and what comes of it is structured again, in forgiving mode. So whatever
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

from rtmodels.converter import (
    MAX_DEPTH_WRITTEN,
    make_converter,
    make_reader,
    make_writer,
)
from rtmodels.converter.plan import plan_class
from rtmodels.schema._model import UNSET
from rtmodels.versions._rename import Convert
from rtmodels.versions._table import Move, Twins

Json: TypeAlias = dict[str, Any]
Steps: TypeAlias = tuple[str, ...]

MEMORY = {"canonical", "came"}
"""The keys of a memory."""

_ABSENT = object()


@cache
def converter() -> Converter:
    """Make the converter that what changes its shape goes through.

    It has been read once, with the limits of whoever has read it.
    """
    return make_converter(mode="forgiving", binary=True, max_depth=MAX_DEPTH_WRITTEN)


@cache
def routes(twins: Twins) -> list[tuple[Steps, list[Move]]]:
    """Give the moves by the way to the object of the GA that they lead into."""
    ways = dict.fromkeys(move.way for move in twins.moves)
    return [(way, [move for move in twins.moves if move.way == way]) for way in ways]


def upgrade_keys(twins: Twins, beta: Json) -> Json:
    """Move the keys of *beta* to where the GA has them."""
    ga = dict(beta)
    for way, moves in routes(twins):
        said = [move for move in moves if move.beta in beta]
        for move in said:
            del ga[move.beta]
        place = _enter(ga, way, {}) if said else None
        for move in said:
            value = beta[move.beta]
            if place is None or move.name in place:
                ga[move.beta] = value  # there is no room for it
            else:
                place[move.name] = move.words.upgrade(value, beta)
    names = plan_class(twins.beta).names
    for key, value in twins.needed:
        if key not in names or not isinstance(ga.get(key), str):
            ga[key] = value
    return ga


def downgrade_keys(twins: Twins, ga: Json) -> Json:
    """Move the keys of *ga* to where the beta has them."""
    beta = dict(ga)
    for key in twins.implied.keys() - plan_class(twins.beta).names:
        beta.pop(key, None)
    for way, moves in routes(twins):
        place = _enter(beta, way, None)
        if not place:
            continue
        for move in moves:
            if move.name in place and (move.name == move.beta or move.beta not in beta):
                value = place.pop(move.name)
                beta[move.beta] = move.words.downgrade(value, ga)
        if not place:
            _prune(beta, way)
    return beta


def _enter(place: Json, way: Steps, absent: Json | None) -> Json | None:
    """Copy what is on the *way*, and give what is at its end.

    It is *absent* where there is nothing, and ``None`` where there is something else.
    """
    for step in way:
        inner = place.get(step, absent)
        if not isinstance(inner, dict):
            return None
        place[step] = place = dict(inner)
    return place


def _prune(place: Json, way: Steps) -> None:
    """Take away what is at the end of the *way*, and what is empty then."""
    step, *rest = way
    if rest:
        _prune(place[step], tuple(rest))
    if not place[step]:
        del place[step]


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
    readers: list[tuple[Twins, Convert]] = [
        (twins, make_reader(twins.beta, converter())) for twins in candidates
    ]

    def downgrade(x: Any) -> Any:
        ga = write(x)
        twins, read = next(r for r in readers if r[0].mark in ga or not r[0].mark)
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
        names = _defaults(twin.__class__)
        name = next((name for name in names if has(twin, name)), None)
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
    """Tell whether *x* has a field *name* that is encoded, null or not."""
    defaults = _defaults(x.__class__)
    if name not in defaults:
        return False
    value = getattr(x, name)
    if value is None:  # that is absent, where null would mean nothing
        return defaults[name] in (UNSET, attrs.NOTHING)
    return value is not UNSET


@cache
def _defaults(cls: type) -> dict[str, Any]:
    """Give the defaults of the fields of *cls*."""
    return {f.name: f.default for f in attrs.fields(cls) if f.name != "extra"}
