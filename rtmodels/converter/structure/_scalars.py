"""The functions that structure scalars; generated code has the frequent cases in line.

``_codegen`` and ``_factory`` import it.
"""

from typing import Any

from rtmodels.converter._shapes import Base64, Literals, Scalar
from rtmodels.converter._values import Rejected, check_float, to_bytes, to_int
from rtmodels.converter.codegen import Function

__all__ = ["accepted_class", "coerce_to", "scalar_function"]


def accepted_class(
    shape: Scalar | Literals | Base64, *, strict: bool
) -> type[str | int | bool | bytes] | None:
    """Return the class whose instances *shape* takes as they are, if there is one."""
    match shape:
        case Scalar(kind):
            return None if kind is float else kind
        case Literals(kind, _, closed):
            is_open = closed == "never" or (closed == "strict" and not strict)
            return kind if is_open else None
        case Base64():
            return bytes


def coerce_to(cls: type, *, strict: bool) -> Function:
    """Return what takes a value that is no *cls*, but may stand for one."""
    if cls is bytes:
        return to_bytes
    return to_int if cls is int and not strict else reject


def reject(_: object) -> Any:
    """Reject every value."""
    raise Rejected


def scalar_function(shape: Scalar | Literals | Base64, *, strict: bool) -> Function:
    """Return the function that structures values of *shape*."""
    cls = accepted_class(shape, strict=strict)
    if cls is not None:
        coerce = coerce_to(cls, strict=strict)
        return lambda value: value if value.__class__ is cls else coerce(value)
    if isinstance(shape, Literals):
        kind, values = shape.kind, frozenset(shape.values)
        return lambda value: (
            value if value.__class__ is kind and value in values else reject(value)
        )
    return check_float
