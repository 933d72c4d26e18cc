"""The functions for scalars, in both directions.

Generated code checks most scalars inline. These functions serve scalars that stand
alone, or that need a conversion. The factories and the code generator of structuring
import them.
"""

from functools import partial
from typing import Any

from rtmodels.converter._shapes import Base64, Literals, Scalar
from rtmodels.converter._source import Function
from rtmodels.converter._values import (
    Rejected,
    check_float,
    reject,
    to_base64,
    to_bytes,
    to_int,
)

__all__ = [
    "accepted_class",
    "coerce_to",
    "structure_scalar",
    "unstructure_scalar",
]


def accepted_class(
    shape: Scalar | Literals | Base64, *, strict: bool
) -> type[str | int | bool | bytes] | None:
    """Return the class whose instances *shape* accepts unchanged, or None."""
    match shape:
        case Scalar(kind):
            return None if kind is float else kind
        case Literals(kind, _, closed):
            is_open = closed == "never" or (closed == "strict" and not strict)
            return kind if is_open else None
        case Base64():
            return bytes


def coerce_to(cls: type, *, strict: bool) -> Function:
    """Return the function that converts to *cls*, or rejects, other values."""
    if cls is bytes:
        return to_bytes
    return to_int if cls is int and not strict else reject


def structure_scalar(shape: Scalar | Literals | Base64, *, strict: bool) -> Function:
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


def unstructure_scalar(
    shape: Scalar | Literals | Base64, *, strict: bool, binary: bool
) -> Function:
    """Return the function that unstructures values of *shape*."""
    if isinstance(shape, Base64):
        return partial(_unstructure_bytes, binary=binary)

    # Output needs the same checks as input, without its conversions. *strict* decides
    # which sets are enforced; the scalars of strict mode are never converted.
    if accepted_class(shape, strict=strict) is None:
        return structure_scalar(shape, strict=strict)
    return structure_scalar(Scalar(shape.kind), strict=True)


def _unstructure_bytes(value: Any, *, binary: bool) -> bytes | str:
    """Return bytes in the form of the wire."""
    if value.__class__ is not bytes:
        raise Rejected
    return value if binary else to_base64(value)
