"""Conversion of sessions, responses and requests, whose keys move between versions.

Values that are the same in both versions are taken over as they are, so that the cost
does not depend on their size. The others are unstructured, their keys are moved as the
table says, and the result is structured. A key without a field in the target class ends
up in ``extra`` and is encoded from there; the reverse conversion moves it back.

At last, the keys are moved back, to see whether the reverse conversion would return the
original. If not, the instance saves the difference; `_saved` says how.

`_directions`, `_losses` and `_wire` import this module.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, cached_property, partial
from typing import Any, TypeAlias

import attrs
from attrs import evolve, frozen
from cattrs import Converter

from rtmodels.converter import make_converter
from rtmodels.converter._binding import structure_function, unstructure_function
from rtmodels.converter._options import MAX_DEPTH_WRITTEN
from rtmodels.converter._values import REJECTIONS, Rejected, check_json
from rtmodels.errors import ValidationError
from rtmodels.schema._model import UNSET, Model
from rtmodels.versions._saved import (
    Saved,
    compare,
    find_saved,
    own_extra,
    restore_difference,
    save,
)
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
    moves = partial(upgrade_keys, pair), partial(downgrade_keys, pair)
    reshape = Reshape(pair, pair.beta, pair.ga, *moves, convert_item)

    def upgrade_object(x: Any) -> Any:
        counterpart, saved = reshape.convert(x)
        if not (pair.is_default and _has_marker(counterpart, pair.marker)):
            saved = evolve(saved or Saved(), cls=pair.beta)
        return save(counterpart, saved)

    return upgrade_object


def make_object_downgrade(*candidates: ClassPair, convert_item: Convert) -> Convert:
    """Make the function that converts an instance of the GA's class to the beta's.

    It uses that one of *candidates* whose class the instance has saved, or else the
    first one whose marker the instance has, or that has none.
    """
    reshapes = {}
    for pair in candidates:
        moves = partial(downgrade_keys, pair), partial(upgrade_keys, pair)
        reshapes[pair] = Reshape(pair, pair.ga, pair.beta, *moves, convert_item)
    return lambda x: save(*reshapes[_choose(candidates, x)].convert(x))


@frozen(eq=False)
class Reshape:
    """Converts the objects of one pair in one direction."""

    pair: ClassPair
    source: type
    target: type
    move: Callable[..., JsonObject]
    """Moves the keys of an object, except to places that cannot hold the values."""

    move_back: Callable[..., JsonObject]
    """Moves the keys of an object of the target, likewise."""

    convert_item: Convert

    @cached_property
    def _write(self) -> Convert:
        """The function that unstructures the source."""
        function: Convert = unstructure_function(self.source, forgiving_converter())
        return function

    @cached_property
    def _read(self) -> Reader:
        """The function that structures the target."""
        return _make_reader(self.target)

    @cached_property
    def _read_back(self) -> Reader:
        """The function that structures the source."""
        return _make_reader(self.source)

    @cached_property
    def _moving_fields(self) -> tuple[str, ...]:
        """The fields of the source whose values move, or hold values that do."""
        names = {name for f in self.pair.fields for name in (f.beta, f.ga_path[0])}
        return tuple(names & field_defaults(self.source).keys())

    def convert(self, x: Any) -> tuple[Any, Saved | None]:
        """Return the counterpart of *x*, and what it has to save, if anything."""
        shared = _share_values(self.pair, x, self.convert_item)
        original = _write_others(self._write, x, shared)

        def move(misfits: Locs) -> JsonObject:
            return restore_difference(self.move(original, misfits), find_saved(x))

        moved, counterpart = self._read(move)
        if self._has_misfits(x):
            # The reverse conversion will find the same values not to fit.
            canonical, _ = self._read_back(partial(self.move_back, moved))
        else:
            canonical = self.move_back(moved)
        return evolve(counterpart, **shared), compare(canonical, original)

    def _has_misfits(self, x: Any) -> bool:
        """Check whether *x* has values in ``extra`` that its fields rejected.

        Forgiving mode keeps them there. They may fit their place in the target.
        """
        return _has_rejected(x, self._moving_fields)


def _has_rejected(x: Any, names: Iterable[str]) -> bool:
    """Check whether *x* keeps a value in ``extra`` that one of its fields rejected.

    The instances in its fields *names* count too.
    """
    extra, defaults = x.extra, field_defaults(x.__class__)
    if extra is not None and isinstance(extra, Mapping):
        for key, item in extra.items():
            if item is not None and key in defaults:
                return True

    # A loop, and no call for each field: most values are no instances.
    for name in names:
        value = getattr(x, name)
        if isinstance(value, Model):
            cls: Any = value.__class__
            if _has_rejected(value, field_defaults(cls)):
                return True
    return False


def _choose(candidates: tuple[ClassPair, ...], x: Any) -> ClassPair:
    """Return that one of *candidates* whose class of the beta *x* is converted to."""
    saved = find_saved(x)
    if saved is not None:
        for pair in candidates:
            if pair.beta is saved.cls:
                return pair
    return next(
        pair for pair in candidates if pair.is_default and _has_marker(x, pair.marker)
    )


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
    if not misfits or field.beta == field.ga:
        return False
    return any(loc[: len(target)] == target for loc in misfits)


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
    extra = own_extra(x)
    if extra is None or not _is_json(extra):
        written = write(evolve(x, **absent))
        return {key: value for key, value in written.items() if key not in shared}

    written = write(evolve(x, extra=None, **absent))
    others = {
        key: value
        for key, value in extra.items()
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
