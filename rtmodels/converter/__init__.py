"""Turns parsed data into our classes and back, as hooks for cattrs."""

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from cattrs import Converter

from rtmodels.converter._explain import explain_unwritable
from rtmodels.converter._register import Hook, Reading, configure
from rtmodels.converter._report import FullError, Report
from rtmodels.errors import EncodeError, ValidationError

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = [
    "Reading",
    "configure",
    "explain_unwritable",
    "make_converter",
    "make_reader",
    "make_writer",
]

T = TypeVar("T")


def make_converter(*, reading: Reading = "tolerant", binary: bool = False) -> Converter:
    """Make a fresh cattrs converter that knows our types.

    Args:
        reading: How much to put up with: ``strict``, ``tolerant`` or ``forgiving``.
        binary: Unstructure audio to bytes, as MessagePack has them, not to base64 text.
    """
    converter = Converter()
    configure(converter, reading=reading, binary=binary)
    return converter


def make_reader(type_: "TypeForm[T]", converter: Converter) -> Callable[[Any], T]:
    """Make the function that turns parsed data into a *type_*.

    It raises `ValidationError` and nothing else, whatever hooks are behind it.

    Args:
        type_: One of our classes, a union or tuple of them, or whatever else
            *converter* knows.
        converter: A converter that `configure` has taught our types.
    """
    hook = converter.get_structure_hook(type_)
    if isinstance(hook, Hook):
        return hook

    def read(value: Any) -> T:
        try:
            instance: T = hook(value, type_)
        except ValidationError:
            raise
        except Exception as exc:
            raise ValidationError(_issues(exc, type_)) from exc
        return instance

    return read


def make_writer(type_: "TypeForm[T]", converter: Converter) -> Callable[[T], Any]:
    """Make the function that turns a *type_* into data for a wire.

    It raises `EncodeError` and nothing else; inside a class of your own, its paths
    begin at our object, since cattrs does not say where that is. The arguments are
    those of `make_reader`.
    """
    hook = converter.get_unstructure_hook(type_)
    if isinstance(hook, Hook):
        return hook

    def write(value: T) -> Any:
        try:
            return hook(value)
        except EncodeError:
            raise
        except Exception as exc:
            raise EncodeError(_issues(exc, type_)) from exc

    return write


def _issues(exc: Exception, type_: Any) -> tuple[Any, ...]:
    """Read the issues off what a hook of the user's raised."""
    report = Report()
    with contextlib.suppress(FullError):
        report.add_exception(exc, None, type_)
    return tuple(report.issues)
