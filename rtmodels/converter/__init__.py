"""Turns parsed data into our classes and back, as hooks for cattrs."""

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from cattrs import Converter

from rtmodels.converter._explain import explain_unwritable
from rtmodels.converter._register import Hook, Mode, configure
from rtmodels.converter._report import FullError, Report, explain_failure
from rtmodels.converter._values import (
    MAX_DEPTH,
    MAX_DEPTH_WRITTEN,
    MISFITS,
    decode_base64,
)
from rtmodels.converter.plan import Base64, Object, Tagged, plan_class, plan_type
from rtmodels.errors import EncodeError, ValidationError

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = [
    "MAX_DEPTH",
    "MAX_DEPTH_WRITTEN",
    "MISFITS",
    "Mode",
    "base64_fields",
    "configure",
    "decode_base64",
    "explain_failure",
    "explain_unwritable",
    "find_hook",
    "make_converter",
    "make_reader",
    "make_writer",
]

T = TypeVar("T")


def make_converter(
    *,
    mode: Mode = "tolerant",
    binary: bool = False,
    max_depth: int = MAX_DEPTH,
) -> Converter:
    """Make a fresh cattrs converter that knows our types.

    Args:
        mode: How much to put up with: ``strict``, ``tolerant`` or ``forgiving``.
        binary: Unstructure audio to bytes, as MessagePack has them, not to base64 text.
        max_depth: How many arrays and objects may stand in one another where no class
            says what comes: from 1 to 200.

    Raises:
        ValueError: There is no such *mode*, or *max_depth* is out of range.
    """
    converter = Converter()
    configure(converter, mode=mode, binary=binary, max_depth=max_depth)
    return converter


def make_reader(type_: "TypeForm[T]", converter: Converter) -> Callable[[Any], T]:
    """Make the function that turns parsed data into a *type_*.

    It raises `ValidationError` and nothing else, whatever hooks are behind it.

    Args:
        type_: One of our classes, a union or tuple of them, or whatever else
            *converter* knows.
        converter: A converter that `configure` has taught our types.
    """
    if ours := find_hook(type_, converter):
        return ours.bind()
    hook = converter.get_structure_hook(type_)

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
        return hook.bind()

    def write(value: T) -> Any:
        try:
            return hook(value)
        except EncodeError:
            raise
        except Exception as exc:
            raise EncodeError(_issues(exc, type_)) from exc

    return write


def find_hook(type_: Any, converter: Converter) -> Hook | None:
    """Find our hook for *type_*, unless a hook of the user's reads it.

    An adapter may then call the functions in it itself, for speed. What does not fit
    makes them raise one of `MISFITS`, and it is for `make_reader` to say why.
    """
    hook = converter.get_structure_hook(type_)
    return hook if isinstance(hook, Hook) else None


def base64_fields(type_: Any, converter: Converter) -> dict[str, str]:
    """Find the required base64 field of each class of *type_*, by its ``type``.

    These are the audio events. Classes that a hook of the user's reads are left out.
    """
    if find_hook(type_, converter) is None:
        return {}
    match plan_type(type_):
        case Object(cls):
            classes: tuple[type, ...] = (cls,)
        case Tagged(members=members):
            classes = members
        case _:
            classes = ()
    found = {}
    for cls in classes:
        fields = {
            field.name: field for field in plan_class(cls).fields if field.required
        }
        tag = fields["type"].constant if "type" in fields else None
        keys = [name for name, field in fields.items() if field.shape == Base64()]
        if tag and len(keys) == 1 and find_hook(cls, converter):
            found[tag] = keys[0]
    return found


def _issues(exc: Exception, type_: Any) -> tuple[Any, ...]:
    """Read the issues off what a hook of the user's raised."""
    report = Report()
    with contextlib.suppress(FullError):
        report.add_exception(exc, None, type_)
    return tuple(report.issues)
