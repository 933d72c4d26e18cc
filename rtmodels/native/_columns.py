"""Arrow columns described for the extension, which fills them.

================  ==================================================================
column            ``(kind, argument, columns inside)``; the argument is the function
                  that writes JSON, the key of an object column, or None
class             ``(fields, name of extra or None, number of its column)``
field             ``(name, number of its column, whether it is nullable, whether
                  integers go to extra as well)``
================  ==================================================================

The adapter for Arrow imports this module, and describes its columns so.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from rtmodels.native import available
from rtmodels.schema._model import UNSET

if TYPE_CHECKING or available:
    from rtmodels.native._extension import Layout, Rows

__all__ = ["ColumnKind", "ColumnSpec", "Layout", "RecordSpec", "Rows", "make_layout"]

ColumnSpec: TypeAlias = tuple[int, Any, tuple[Any, ...]]
"""The description of a column, as the table above has it."""

RecordSpec: TypeAlias = tuple[tuple[tuple[str, int, bool, bool], ...], str | None, int]
"""The description of a class in an object column."""


class ColumnKind(IntEnum):
    """The kinds of columns, in the order of ``ColumnKind`` in ``c/columns.c``."""

    STRING = 0
    BINARY = 1
    INTEGER = 2
    NUMBER = 3
    BOOLEAN = 4
    UNLIMITED = 5
    """True in place of the string ``inf``."""

    JSON = 6
    OBJECT = 7
    ARRAY = 8
    """The only column inside is that of the items."""

    MAP = 9
    """The only column inside is that of the entries: objects without any class."""

    VARIANTS = 10
    """There is a column inside for each kind of value."""


def make_layout(
    root: ColumnSpec, describe: Callable[[Any, type], RecordSpec | None]
) -> "Layout":
    """Build the layout of an object column.

    *describe* gets the key of a column and a class, and returns None if the column does
    not hold its instances.
    """
    return Layout(root, describe, UNSET)
