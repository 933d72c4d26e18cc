"""What other servers send, as the classes of the GA or the beta.

An event of a server's own dialect is written, completed with the keys that OpenAI
requires, and read as OpenAI's event of that ``type``. Keys without a field there end up
in ``extra``. Only the package itself imports this module, and only for such events.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias, assert_never

from rtmodels.converter._binding import structure_function, unstructure_function
from rtmodels.converter._plan import plan_class
from rtmodels.converter._shapes import (
    AnyJson,
    Array,
    Base64,
    Custom,
    Discriminator,
    FieldPlan,
    Literals,
    Map,
    Nullable,
    Object,
    Scalar,
    Shape,
    TaggedUnion,
    UntaggedUnion,
)
from rtmodels.schema.beta import RealtimeBetaClientEvent, RealtimeBetaServerEvent
from rtmodels.schema.beta.events.session import (
    BetaSessionCreatedEvent,
    BetaSessionUpdatedEvent,
    BetaSessionUpdateEvent,
)
from rtmodels.schema.events import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.versions._reshape import Convert, forgiving_converter
from rtmodels.versions._table import classes_by_tag, tag_of

__all__ = ["to_openai"]

JsonObject: TypeAlias = dict[str, Any]


_GA = classes_by_tag(RealtimeServerEvent | RealtimeClientEvent)
_BETA = classes_by_tag(RealtimeBetaServerEvent | RealtimeBetaClientEvent)
_BETA_SESSIONS = classes_by_tag(
    BetaSessionCreatedEvent | BetaSessionUpdatedEvent | BetaSessionUpdateEvent
)

DIALECTS: Mapping[str, Mapping[str, type]] = {
    "glm": _BETA,
    "localai": _GA,
    "qwen": _BETA,
    "voice_live": _BETA,
    # The keys of its sessions are mostly the beta's, without the GA's `type`.
    "xai": {**_GA, **_BETA_SESSIONS},
}
"""The classes that each server's events become, by ``type``.

vLLM is missing, since its events share nothing but their types with OpenAI's.
"""


def to_openai(event: Any) -> Any:
    """Return OpenAI's event for *event* of another server, or *event* if it has none.

    It is one of the GA or of the beta, whose names the server uses.

    Raises:
        EncodeError: A value of the event cannot be encoded.
    """
    convert = _make_conversion(event.__class__)
    return event if convert is None else convert(event)


@cache
def _make_conversion(cls: type) -> Convert | None:
    """Make the function that converts events of *cls*, unless they stay the same."""
    server = cls.__module__.split(".")[3]
    counterpart = DIALECTS.get(server, {}).get(tag_of(cls))
    if counterpart is None:
        return None

    write: Convert = unstructure_function(cls, forgiving_converter())
    read: Convert = structure_function(counterpart, forgiving_converter(), parsed=True)
    move = _MOVES.get(cls.__name__)

    def convert(event: Any) -> Any:
        written = write(event)
        moved = written if move is None else move(written)
        return read(_complete_object(counterpart, moved))

    return convert


def _complete(shape: Shape, value: Any) -> Any:
    """Return *value* with all keys that *shape* requires, in every object in it."""
    match shape:
        case Object(cls) if isinstance(value, dict):
            return _complete_object(cls, value)
        case TaggedUnion(discriminator) if isinstance(value, dict):
            member = _find_class(discriminator, value)
            return value if member is None else _complete_object(member, value)
        case Array(item) if isinstance(value, list):
            return [_complete(item, each) for each in value]
        case Map(inner) if isinstance(value, dict):
            return {key: _complete(inner, each) for key, each in value.items()}
        case Nullable(inner):
            return value if value is None else _complete(inner, value)
        case UntaggedUnion(shapes):
            # At most one of them is for objects, and one for arrays.
            for each in shapes:
                value = _complete(each, value)
            return value
    return value


def _complete_object(cls: type, value: JsonObject) -> JsonObject:
    """Return the object *value* with all keys that *cls* requires."""
    completed = dict(value)
    for field in _find_completed(cls):
        if field.name in value:
            completed[field.name] = _complete(field.shape, value[field.name])
        elif field.required:
            completed[field.name] = None if field.nullable else _empty(field.shape)
    return completed


@cache
def _find_completed(cls: type) -> list[FieldPlan]:
    """Return the fields of *cls* that are required, or whose values hold others."""
    scalars = Scalar | Literals | Base64 | AnyJson
    fields = plan_class(cls).fields
    return [f for f in fields if f.required or not isinstance(f.shape, scalars)]


def _find_class(discriminator: Discriminator, value: JsonObject) -> type | None:
    """Return the class for *value*; the first one if it has no tag at all."""
    cases = discriminator.cases
    tag = value.get(discriminator.key, next(iter(cases)))
    found = cases.get(tag) if isinstance(tag, str) else None
    return _find_class(found, value) if isinstance(found, Discriminator) else found


def _empty(shape: Shape) -> Any:
    """Return the value that says least in *shape*: an empty text, zero, no items."""
    match shape:
        case Scalar(kind):
            return kind()
        case Literals(values=values):
            return values[0]
        case Base64():
            return b""
        case Object(cls):
            return _complete_object(cls, {})
        # An unknown kind is less of a lie than any known one.
        case TaggedUnion(discriminator):
            return {discriminator.key: "unknown"}
        case Array():
            return []
        case AnyJson() | Map():
            return {}
        case Nullable() | Custom():
            return None
        case UntaggedUnion(shapes):
            return _empty(shapes[0])
        case _:
            assert_never(shape)


# Keys that mean the same as one of OpenAI's in another place, or by another name.


def _move_usage(event: JsonObject) -> JsonObject:
    """Move what a response cost into the response."""
    usage, response = event.get("usage"), event.get("response") or {}
    if not usage or response.get("usage"):
        return event
    rest = {key: value for key, value in event.items() if key != "usage"}
    return {**rest, "response": {**response, "usage": usage}}


def _drop_null_place(event: JsonObject) -> JsonObject:
    """Drop a null for the item before, which xAI sends for items at any place.

    From OpenAI it means that the item is the first one.
    """
    if event.get("previous_item_id", "") is None:
        return {key: value for key, value in event.items() if key != "previous_item_id"}
    return event


_DETAILS = {
    "input_tokens_details": "input_token_details",
    "output_tokens_details": "output_token_details",
}


def _rename_details(event: JsonObject) -> JsonObject:
    """Rename the details of what a response cost."""
    response = event["response"]
    usage = response.get("usage")
    if not usage:
        return event
    renamed = {_DETAILS.get(key, key): value for key, value in usage.items()}
    return {**event, "response": {**response, "usage": renamed}}


_MOVES: Mapping[str, Callable[[JsonObject], JsonObject]] = {
    "GlmResponseDoneEvent": _move_usage,
    "QwenResponseDoneEvent": _rename_details,
    "XaiConversationItemAddedEvent": _drop_null_place,
    "XaiConversationItemCreatedEvent": _drop_null_place,
    "XaiResponseDoneEvent": _move_usage,
}
"""The events with such keys; by name, so that no server's classes are loaded."""
