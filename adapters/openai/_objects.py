"""Objects of openai-python as instances of rtmodels, and back."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, overload

from rtmodels import (
    ClientSession,
    Model,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeServerEvent,
    Unknown,
)
from rtmodels._display import truncate
from rtmodels.adapters._base import encode_error
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.adapters.openai._classes import SdkClass, find_model_class, find_sdk_class
from rtmodels.converter._issues import exception_issues
from rtmodels.errors import (
    EncodeError,
    Issue,
    MissingDependencyError,
    ValidationError,
)

try:
    import openai
    import pydantic
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("openai", extra="openai") from _exc

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = ["from_sdk", "to_sdk"]

T = TypeVar("T")

_AnyTyped: TypeAlias = (
    RealtimeClientEvent | RealtimeServerEvent | RealtimeConversationItem | ClientSession
)
"""Everything whose ``type`` alone tells the class."""


def to_sdk(value: Model | Unknown) -> openai.BaseModel:
    """Return the SDK's object for an instance of rtmodels.

    It is what the SDK parses from the same JSON, except for events that the SDK does
    not know and takes for others: those become a plain ``openai.BaseModel``, with all
    keys as attributes. Client events become the SDK's models; their ``to_dict()`` is
    what its ``...Param`` types describe. Audio is base64 text.

    Undeclared keys and nulls are kept. A scalar of the wrong type, which only the
    forgiving mode lets through, is kept as well, except inside a union: there the SDK
    makes a number of ``"12"``.

    Raises:
        EncodeError: *value* holds what JSON cannot, or is no instance of rtmodels.
    """
    cls = type(value)
    if not issubclass(cls, Model | Unknown):
        expected, got = "an instance of a class of rtmodels", truncate(cls.__name__)
        raise EncodeError((Issue((), expected, got),))

    type_: Any = _AnyTyped if cls is Unknown else cls
    wire = _dict_adapter(type_).encode(value)
    return _build_sdk_object(find_sdk_class(cls, wire) or openai.BaseModel, wire)


@overload
def from_sdk(obj: pydantic.BaseModel | Mapping[str, Any]) -> Model | Unknown: ...
@overload
def from_sdk(
    obj: pydantic.BaseModel | Mapping[str, Any], type_: "TypeForm[T]"
) -> T: ...
def from_sdk(obj: Any, type_: Any = None) -> Any:
    """Return the instance for one of the SDK's objects, or for a dict to send with it.

    Fields that are not set are absent, and those set to ``None`` are null. The class is
    the counterpart of the SDK's. For dicts, and for objects whose ``type`` is not that
    of their class, the ``type`` alone decides: an event of the GA, an item or the
    settings of a session; if it is none of these, the result is `Unknown`.

    Args:
        obj: A model or dict of the SDK's; dicts may hold models, tuples and iterators.
        type_: The class or union to read it as instead; needed for dicts with no
            ``type``, and for those of the beta and of translations.

    Raises:
        ValidationError: *obj* does not fit the schema.
    """
    try:
        wire = _sdk_to_builtins(obj)
        type_ = type_ or find_model_class(type(obj), wire) or _AnyTyped
    except Exception as exc:
        raise ValidationError(exception_issues(exc)) from exc
    return _dict_adapter(type_).decode(wire)


@cache
def _dict_adapter(type_: Any) -> DictAdapter[Any]:
    """Return the adapter for *type_*, made once."""
    return DictAdapter(type_)


def _build_sdk_object(cls: SdkClass, wire: dict[str, Any]) -> openai.BaseModel:
    """Build a *cls* as the SDK does, which accepts *wire* even if it is wrong."""
    try:
        return cls.model_validate(wire, strict=True)  # lest "12" become 12
    except pydantic.ValidationError:
        pass
    try:
        return cls.construct(**wire)
    except Exception as exc:  # a key may be a name that pydantic uses itself
        raise encode_error(wire, exc) from exc


def _sdk_to_builtins(value: Any) -> Any:
    """Return *value* as dicts and lists, as the SDK does before it sends."""
    match value:
        case pydantic.BaseModel():
            return _sdk_to_builtins(
                value.model_dump(by_alias=True, exclude_unset=True, warnings=False)
            )
        case Mapping():
            return {
                key: _sdk_to_builtins(item)
                for key, item in value.items()
                if not isinstance(item, openai.NotGiven | openai.Omit)
            }
        case str() | bytes() | bytearray():
            return value
        case Iterable():
            return [_sdk_to_builtins(item) for item in value]
        case _:
            return value
