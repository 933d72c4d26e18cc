"""The parts of recovery that generated code calls, in forgiving mode.

A value that does not fit is dropped at the nearest level that can do without it. An
optional field stays absent, and its value is kept in ``extra``. An object in a union
becomes `Unknown`. Without such a level, the whole value is rejected.

``_codegen`` writes this for fields, and this module has it for unions. ``_factory``
imports it.
"""

from collections.abc import Callable
from typing import Any

from rtmodels.converter._dispatch import TagDispatch, wrap_unknown
from rtmodels.converter._options import Options
from rtmodels.converter._source import Function
from rtmodels.converter._values import LEAVES, REJECTIONS, Rejected, ensure_lax_json

__all__ = ["make_keeper", "make_recovering_dispatch"]


def make_keeper(options: Options) -> Callable[..., Any]:
    """Return the function that keeps an object that fits no class of a union."""
    max_depth, nan = options.max_depth, options.nan

    def keep(obj: Any, expected: type | None = None) -> Any:
        if obj.__class__ is not dict:
            raise Rejected

        # Most are small and flat, and cost less here than there.
        for key, value in obj.items():
            if key.__class__ is not str or value.__class__ not in LEAVES:
                ensure_lax_json(obj, max_depth, nan=nan)
                break
        return wrap_unknown(obj, expected)

    return keep


def make_recovering_dispatch(
    dispatch: TagDispatch,
    keep: Callable[..., Any],
    keep_empty: Callable[[Any], Any],
    find: Callable[[Any], type | None],
) -> Callable[[], Function]:
    """Return what makes the function for a union that has `Unknown`.

    Args:
        dispatch: Picks the class of an object by its tag.
        keep: Converts an object without a class, or one that its class rejects; the
            second argument is that class.
        keep_empty: Does the same for an empty object.
        find: Returns the class for an object, or None if it has no tag.
    """
    find_member, key = dispatch.table.get, dispatch.key
    needs_tag = find_member(None) is None

    def recover(obj: Any) -> Any:
        if obj.__class__ is not dict:
            raise Rejected

        # Small objects with a tag that is missing or wrong are the cheapest to send, so
        # no exception is raised for them, and the empty ones are kept at once.
        if not obj and needs_tag:
            return keep_empty(obj)
        tag = obj.get(key)
        member = find_member(tag) if tag is None or tag.__class__ is str else None
        if member is None:
            return keep(obj)
        try:
            return member(obj)
        except REJECTIONS:
            pass
        return keep(obj, find(obj))

    return lambda: recover
