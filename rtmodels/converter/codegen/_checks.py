"""Writes the checks of scalars, which are the same in both directions."""

from math import inf

from rtmodels.converter._values import Rejected
from rtmodels.converter.codegen._source import Source

__all__ = ["write_class_check", "write_rejection", "write_scalar_check"]


def write_scalar_check(src: Source, kind: type) -> None:
    """Write the check that ``value`` is a str, an int, a float or a bool."""
    if kind is not float:
        write_class_check(src, "value", kind)
        return

    low, high = src.bind(-inf, "minus_inf"), src.bind(inf, "inf")
    with src.block("if value.__class__ is float:"):
        with src.block(f"if not {low} < value < {high}:"):
            write_rejection(src)
    with src.block("elif value.__class__ is not int:"):
        write_rejection(src)


def write_class_check(src: Source, name: str, cls: type) -> None:
    """Write the check that *name* is a *cls*, and none of its subclasses."""
    with src.block(f"if {name}.__class__ is not {src.bind(cls, cls.__name__)}:"):
        write_rejection(src)


def write_rejection(src: Source) -> None:
    """Write the line that gives up."""
    src.line(f"raise {src.bind(Rejected, 'Rejected')}")
