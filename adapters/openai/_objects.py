"""Conversion between the objects of openai-python and instances of rtmodels."""

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
"""The types whose members are identified by their ``type`` alone."""


def to_sdk(value: Model | Unknown) -> openai.BaseModel:
    """Return the SDK's object for an instance of rtmodels.

    The result equals the object that the SDK parses from the same JSON. One kind of
    event is an exception: where the SDK has no class for it and would choose a wrong
    one, the result is a plain ``openai.BaseModel`` with all keys as attributes. Client
    events become the SDK's models, whose ``to_dict()`` fits its ``...Param`` types.
    Audio is base64 text.

    Undeclared keys and nulls are kept. So is a scalar of the wrong type, which only
    forgiving mode accepts; but inside a union, the SDK converts ``"12"`` to a number.

    Raises:
        EncodeError: *value* holds a value that JSON cannot represent, or is not an
            instance of rtmodels.
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
    """Return the instance for an object of the SDK, or for a dict that it can send.

    Fields that are not set are absent, and fields set to ``None`` are null. An object
    becomes an instance of the counterpart of its class. For dicts, and for objects
    whose ``type`` is not that of their class, the ``type`` alone decides: the result is
    a GA event, an item, the settings of a session or, for any other type, `Unknown`.

    Args:
        obj: A model of the SDK, or a dict, which may hold models, tuples and iterators.
        type_: The class or union to use instead. Dicts need it if they have no
            ``type``, or belong to the beta, to translations or to the Live API.

    Raises:
        ValidationError: *obj* does not fit the schema.
    """
    try:
        wire = _sdk_to_builtins(obj)
        type_ = type_ or find_model_class(type(obj), wire) or _AnyTyped
    except Exception as exc:  # iterators in *obj* run user code
        raise ValidationError(exception_issues(exc)) from exc

    return _dict_adapter(type_).decode(wire)


@cache
def _dict_adapter(type_: Any) -> DictAdapter[Any]:
    """Return the adapter for *type_*, which is made once."""
    return DictAdapter(type_)


def _build_sdk_object(cls: SdkClass, wire: dict[str, Any]) -> openai.BaseModel:
    """Build a *cls* as the SDK does, even if *wire* does not fit it."""
    # Not strict, pydantic would convert "12" to 12.
    try:
        return cls.model_validate(wire, strict=True)
    except pydantic.ValidationError:
        pass

    try:
        return cls.construct(**wire)
    except Exception as exc:  # a key may have a name that pydantic uses itself
        raise encode_error(wire, exc) from exc


def _sdk_to_builtins(value: Any) -> Any:
    """Convert *value* to dicts and lists, as the SDK does before it sends."""
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
