"""Conversion of sessions, responses and requests, whose keys move between versions.

Values that are the same in both versions are taken over as they are, so that the cost
does not depend on their size. The others are unstructured, their keys are moved as the
table says, and the result is structured. A key without a field in the target class ends
up in ``extra`` and is encoded from there; the reverse conversion moves it back.

Most objects survive the round trip unchanged. The others keep a *saved difference*: an
object with ``["text", "audio"]`` would come back with ``["audio", "text"]``, so its
counterpart saves both the keys that the reverse conversion gives and the originals::

    {"canonical": {"modalities": ["audio", "text"]}, "original": {"modalities": [...]}}

This is stored in ``extra`` too, but under the name of a field that has a value, and so
it is never encoded.

`_directions`, `_losses` and `_wire` import this module.
"""

from collections.abc import Callable, Collection, Mapping
from functools import cache, partial
from typing import Any, TypeAlias

import attrs
from attrs import evolve
from cattrs import Converter

from rtmodels.converter import make_converter
from rtmodels.converter._binding import structure_function, unstructure_function
from rtmodels.converter._options import MAX_DEPTH_WRITTEN
from rtmodels.converter._values import REJECTIONS, Rejected, check_json
from rtmodels.errors import ValidationError
from rtmodels.schema._model import UNSET
from rtmodels.versions._table import ClassPair, FieldMap, field_defaults

__all__ = [
    "Convert",
    "forgiving_converter",
    "is_encoded",
    "make_object_downgrade",
    "make_object_upgrade",
]

Convert: TypeAlias = Callable[[Any], Any]
JsonObject: TypeAlias = dict[str, Any]
Loc: TypeAlias = tuple[str | int, ...]
Locs: TypeAlias = Collection[Loc]
Move: TypeAlias = Callable[[Locs], JsonObject]
"""A function that moves the keys of one object, except for values at some places."""

Reader: TypeAlias = Callable[[Move], tuple[JsonObject, Any]]
"""A function that calls a move, and returns its result as JSON and as an instance."""

SAVED_KEYS = {"canonical", "original"}
"""The keys of a saved difference."""

# `None` would not do: it is the null of JSON.
_ABSENT = object()


@cache
def forgiving_converter() -> Converter:
    """Return the converter for all objects whose keys move.

    The data was decoded once, with the mode and limits of the caller. So this converter
    accepts everything that can be encoded.
    """
    return make_converter(mode="forgiving", binary=True, max_depth=MAX_DEPTH_WRITTEN)


@cache
def tolerant_converter() -> Converter:
    """Return the converter that tells which values fit their new place."""
    return make_converter(max_depth=MAX_DEPTH_WRITTEN)


def make_object_upgrade(pair: ClassPair, *, convert_item: Convert) -> Convert:
    """Make the function that converts an instance of the beta's class to the GA's.

    *convert_item* converts the items that the instance holds.
    """
    write: Convert = unstructure_function(pair.beta, forgiving_converter())
    read = _make_reader(pair.ga)

    def upgrade_object(x: Any) -> Any:
        shared = _share_values(pair, x, convert_item)
        moves = partial(upgrade_keys, pair), partial(downgrade_keys, pair)
        return _convert(x, shared, write, read, moves)

    return upgrade_object


def make_object_downgrade(*candidates: ClassPair, convert_item: Convert) -> Convert:
    """Make the function that converts an instance of the GA's class to the beta's.

    It uses the first of *candidates* whose marker the instance has, or that has none.
    """
    write: Convert = unstructure_function(candidates[0].ga, forgiving_converter())
    readers = [(pair, _make_reader(pair.beta)) for pair in candidates]

    def downgrade_object(x: Any) -> Any:
        pair, read = next(
            (pair, read) for pair, read in readers if _has_marker(x, pair.marker)
        )
        shared = _share_values(pair, x, convert_item)
        moves = partial(downgrade_keys, pair), partial(upgrade_keys, pair)
        return _convert(x, shared, write, read, moves)

    return downgrade_object


def _convert(
    x: Any,
    shared: dict[str, Any],
    write: Convert,
    read: Reader,
    moves: tuple[Callable[..., JsonObject], Callable[..., JsonObject]],
) -> Any:
    """Return the counterpart of *x*; *moves* move its keys, and move them back."""
    move_there, move_back = moves
    original = _write_others(write, x, shared)

    def move(misfits: Locs) -> JsonObject:
        return _restore_difference(move_there(original, misfits), x)

    # The keys are moved back at once, to see whether anything has to be saved.
    moved, counterpart = read(move)
    counterpart = evolve(counterpart, **shared)
    return _save_difference(counterpart, move_back(moved), original)


def _has_marker(x: Any, marker: str) -> bool:
    """Check whether *x* has the undeclared key *marker*, or needs none."""
    return not marker or (isinstance(x.extra, Mapping) and marker in x.extra)


def _make_reader(cls: type) -> Reader:
    """Make the function that calls a move, and structures the result as *cls*."""
    # What `_write_others` returns has the classes that a parser uses, and no others.
    read_valid: Convert = structure_function(cls, tolerant_converter(), parsed=True)
    read_any: Convert = structure_function(cls, forgiving_converter(), parsed=True)

    def read(move: Move) -> tuple[JsonObject, Any]:
        moved = move(())
        try:
            return moved, read_valid(moved)
        except ValidationError as exc:
            misfits = [issue.loc for issue in exc.issues]

        # *cls* cannot hold some of the values, such as an audio format that only one
        # version has. These stay where they are, and so in `extra`.
        moved = move(misfits)
        return moved, read_any(moved)

    return read


def _is_misfit(field: FieldMap, target: Loc, misfits: Locs) -> bool:
    """Return whether *field* moves to *target*, and a misfit is there or below."""
    moves = field.beta != field.ga
    return moves and any(loc[: len(target)] == target for loc in misfits)


def _share_values(pair: ClassPair, x: Any, convert: Convert) -> dict[str, Any]:
    """Return the attributes that the counterpart of *x* can have as they are.

    They need no detour through JSON. Items are converted one by one, by *convert*.
    """
    defaults = field_defaults(x.__class__)
    shared: dict[str, Any] = {}
    for name, classes in pair.shared_fields.items():
        value = getattr(x, name)
        if value is defaults[name]:
            continue
        try:
            if classes is None or all(_is_shared(item, classes) for item in value):
                is_items = name == pair.items
                shared[name] = _convert_items(value, convert) if is_items else value
        except REJECTIONS:
            pass  # a value that is no array of instances; writing it says so
    return shared


def _convert_items(items: tuple[Any, ...], convert: Convert) -> tuple[Any, ...]:
    """Return *items* as *convert* converts each, or *items* itself if none changes."""
    converted = tuple(map(convert, items))
    is_same = all(one is other for one, other in zip(converted, items, strict=True))
    return items if is_same else converted


def _is_shared(item: Any, classes: frozenset[type]) -> bool:
    """Check whether both versions read *item* as the same one of *classes*."""
    # Without a tag, the keys decide, and not in the same way in both.
    has_class: bool = item.__class__ in classes
    return has_class and (not item.extra or item.type is not None)


def _write_others(write: Convert, x: Any, shared: dict[str, Any]) -> JsonObject:
    """Return *x* as JSON, but without the attributes in *shared*.

    Values in ``extra`` are not copied, unless they need a conversion.
    """
    defaults = field_defaults(x.__class__)
    absent = {name: defaults[name] for name in shared}
    if x.extra is None or not _is_json(x.extra):
        written = write(evolve(x, **absent))
        return {key: value for key, value in written.items() if key not in shared}

    written = write(evolve(x, extra=None, **absent))
    others = {
        key: value
        for key, value in x.extra.items()
        if key not in written and key not in shared
    }
    return {**written, **others}


def _is_json(extra: Any) -> bool:
    """Check whether *extra* consists of the classes that a parser uses."""
    try:
        check_json(extra, MAX_DEPTH_WRITTEN + 1)
    except Rejected:
        return False
    return extra.__class__ is dict


def upgrade_keys(pair: ClassPair, beta: JsonObject, misfits: Locs = ()) -> JsonObject:
    """Return a copy of *beta* whose keys are where the GA has them.

    Values that would end up at or around *misfits* stay where they are.
    """
    ga = dict(beta)
    for parent_path, fields in pair.fields_by_parent:
        present = [field for field in fields if field.beta in beta]
        for field in present:
            del ga[field.beta]

        # No empty objects are made: only for keys that the beta has, and that move.
        moving = [f for f in present if not _is_misfit(f, f.ga_path, misfits)]
        parent = _copy_path(ga, parent_path, {}) if moving else None
        for field in present:
            value = beta[field.beta]
            if parent is None or field not in moving or field.ga_key in parent:
                ga[field.beta] = value  # its place is taken, or cannot hold it
            else:
                parent[field.ga_key] = field.values.upgrade(value, beta)

    # Where the beta has such a field too, and a value in it, that is kept.
    names = field_defaults(pair.beta)
    for key, value in pair.additions:
        if key not in names or not isinstance(ga.get(key), str):
            ga[key] = value
    return ga


def downgrade_keys(pair: ClassPair, ga: JsonObject, misfits: Locs = ()) -> JsonObject:
    """Return a copy of *ga* whose keys are where the beta has them.

    Values that would end up at or around *misfits* stay where they are.
    """
    beta = dict(ga)

    # The upgrade adds the constants again, so that they need no place in `extra`.
    names = field_defaults(pair.beta)
    for key in pair.constants:
        if key not in names:
            beta.pop(key, None)

    for parent_path, fields in pair.fields_by_parent:
        parent = _copy_path(beta, parent_path, None)
        if not parent:
            continue
        for field in fields:
            # An undeclared key may have taken the place. The value then stays where it
            # is in the GA, and is encoded from `extra`.
            key = field.ga_key
            is_free = key == field.beta or field.beta not in beta
            if (
                key in parent
                and is_free
                and not _is_misfit(field, (field.beta,), misfits)
            ):
                beta[field.beta] = field.values.downgrade(parent.pop(key), ga)
        if not parent:
            _prune(beta, parent_path)
    return beta


def _copy_path(
    parent: JsonObject, path: tuple[str, ...], absent: JsonObject | None
) -> JsonObject | None:
    """Copy the objects along *path* in place, and return the copy of the last.

    *absent* replaces an object that is missing. Return ``None`` if any of them is not
    an object.
    """
    for key in path:
        child = parent.get(key, absent)
        if not isinstance(child, dict):
            return None

        # Python assigns from left to right: first into the parent, which is next.
        parent[key] = parent = dict(child)
    return parent


def _prune(parent: JsonObject, path: tuple[str, ...]) -> None:
    """Delete the empty object at the end of *path*, and parents that are empty then."""
    key, *rest = path
    if rest:
        _prune(parent[key], tuple(rest))
    if not parent[key]:
        del parent[key]


def _save_difference(
    counterpart: Any, canonical: JsonObject, original: JsonObject
) -> Any:
    """Save in *counterpart* the difference between *original* and *canonical*.

    The reverse conversion would give *canonical*. Nothing is saved if the two are
    equal, or if the counterpart has no field with a value that could hide the entry in
    ``extra``.
    """
    if canonical != original:
        difference = {
            "canonical": _subtract(canonical, original),
            "original": _subtract(original, canonical),
        }

        names = field_defaults(counterpart.__class__)
        name = next((name for name in names if is_encoded(counterpart, name)), None)
        if name:
            extra = {**(counterpart.extra or {}), name: difference}
            # The instance is new and not yet shared, so changing it is safe.
            object.__setattr__(counterpart, "extra", extra)
    return counterpart


def _subtract(these: JsonObject, those: JsonObject) -> JsonObject:
    """Return the entries of *these* that *those* lack or have another value for."""
    return {
        key: value
        for key, value in these.items()
        if key not in those or those[key] != value
    }


def _restore_difference(canonical: JsonObject, x: Any) -> JsonObject:
    """Return *canonical* with the original values that *x* saved and did not change.

    A key that is in both halves of the saved difference is restored by itself. All
    other keys are restored together: one key may have become two.
    """
    saved = _find_saved(x)
    if saved is None:
        return canonical

    # A value that was changed in between wins over the saved one.
    before, original = saved["canonical"], saved["original"]
    same = {k for k, v in before.items() if canonical.get(k, _ABSENT) == v}
    drop, bring = same & original.keys(), same & original.keys()
    if before.keys() - original.keys() <= same:
        drop |= before.keys() - original.keys()
        bring |= original.keys() - before.keys() - canonical.keys()

    kept = {key: value for key, value in canonical.items() if key not in drop}
    return kept | {key: original[key] for key in bring}


def _find_saved(x: Any) -> Mapping[str, Any] | None:
    """Return the saved difference of *x*, or ``None`` if it has none."""
    for key, value in (x.extra or {}).items():
        if not isinstance(value, dict) or value.keys() != SAVED_KEYS:
            continue
        if is_encoded(x, key):
            return value
    return None


def is_encoded(x: Any, name: str) -> bool:
    """Check whether *x* has a field *name* that is encoded, null or not."""
    defaults = field_defaults(x.__class__)
    if name not in defaults:
        return False

    value = getattr(x, name)
    # `None` is an explicit null, unless it is the default: then the key is absent.
    if value is None:
        return defaults[name] in (UNSET, attrs.NOTHING)
    return value is not UNSET
