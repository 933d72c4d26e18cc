"""What an instance saves, so that the reverse conversion returns the original.

Most objects survive the round trip unchanged. The others save how the original differs
from what the reverse conversion would return. For a session of the beta with
``["text", "audio"]``, which would come back as ``["audio", "text"]``, that is::

    Saved(canonical={"modalities": ["audio", "text"]}, original={"modalities": [...]})

The instance keeps it in a `SavingExtra`, beside the undeclared keys: it is carried
along by `attrs.evolve`, copied and pickled, but neither shown nor encoded.

`_directions` and `_reshape` import this module.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from rtmodels.converter._values import SavingExtra

__all__ = [
    "Saved",
    "compare",
    "find_saved",
    "own_extra",
    "restore_difference",
    "save",
]

JsonObject: TypeAlias = dict[str, Any]

# `None` would not do: it is the null of JSON.
_ABSENT = object()


@frozen(kw_only=True)
class Saved:
    """How an original differs from what the reverse conversion would return."""

    cls: type | None = None
    """The class of the original, unless the reverse conversion finds it by itself."""

    canonical: Mapping[str, Any] = field(factory=dict)
    """The keys that the reverse conversion would return, where they differ."""

    original: Mapping[str, Any] = field(factory=dict)
    """The keys that the original has in their place."""


def find_saved(x: Any) -> Saved | None:
    """Return what *x* saved, or ``None`` if it saved nothing."""
    extra = x.extra
    return extra.saved if extra.__class__ is SavingExtra else None


def save(x: Any, saved: Saved | None) -> Any:
    """Return a copy of *x* with *saved*, or *x* itself if there is nothing to save."""
    return x if saved is None else evolve(x, extra=SavingExtra(x.extra, saved))


def own_extra(x: Any) -> Any:
    """Return the undeclared keys of *x*, without what it saved."""
    extra = x.extra
    return dict(extra) or None if extra.__class__ is SavingExtra else extra


def compare(canonical: JsonObject, original: JsonObject) -> Saved | None:
    """Return how *original* differs from *canonical*, or ``None`` if it does not."""
    if canonical == original:
        return None
    return Saved(
        canonical=_subtract(canonical, original),
        original=_subtract(original, canonical),
    )


def _subtract(these: JsonObject, those: JsonObject) -> JsonObject:
    """Return the entries of *these* that *those* lack or have another value for."""
    return {
        key: value
        for key, value in these.items()
        if key not in those or those[key] != value
    }


def restore_difference(canonical: JsonObject, saved: Saved | None) -> JsonObject:
    """Return *canonical* with the original values, as far as it did not change.

    A key that is in both halves of the difference is restored by itself. All other keys
    are restored together: one key may have become two.
    """
    if saved is None:
        return canonical

    # A value that was changed in between wins over the saved one.
    before, original = saved.canonical, saved.original
    same = {k for k, v in before.items() if canonical.get(k, _ABSENT) == v}
    drop, bring = same & original.keys(), same & original.keys()
    if before.keys() - original.keys() <= same:
        drop |= before.keys() - original.keys()
        bring |= original.keys() - before.keys() - canonical.keys()

    kept = {key: value for key, value in canonical.items() if key not in drop}
    return kept | {key: original[key] for key in bring}
