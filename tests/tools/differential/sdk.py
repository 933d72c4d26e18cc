"""Reads texts with openai-python's models, and lays both sides' values out alike."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin

import attrs
import openai.types.beta.realtime as beta
from openai._models import construct_type_unchecked
from openai.types import live, realtime
from pydantic import BaseModel, Field, TypeAdapter

import rtmodels
from rtmodels import UNSET, Model, Unknown, Unset

from ..drift.upstream import split


class Difference(NamedTuple):
    """A place where two values differ, without the positions in arrays."""

    path: str
    ours: Any
    theirs: Any


class Family(NamedTuple):
    """The events of one direction, in one version of the protocol."""

    ours: Any
    theirs: Any
    """The union as the SDK has it, for `construct`."""

    adapter: TypeAdapter[Any]
    """The same union, strict, and picked by ``type`` alone."""

    def construct(self, payload: Any) -> Any:
        """Make what the SDK's own connections make of a message, valid or not."""
        return construct_type_unchecked(value=payload, type_=self.theirs)


def pair(ours: str, theirs: Any) -> Family:
    """Put our union called *ours* beside the SDK's."""
    events = Annotated[get_args(theirs)[0], Field(discriminator="type")]
    return Family(getattr(rtmodels, ours), theirs, TypeAdapter(events))


FAMILIES = {
    "GA, server": pair("RealtimeServerEvent", realtime.RealtimeServerEvent),
    "GA, client": pair("RealtimeClientEvent", realtime.RealtimeClientEvent),
    "translation, server": pair(
        "RealtimeTranslationServerEvent", realtime.RealtimeTranslationServerEvent
    ),
    "translation, client": pair(
        "RealtimeTranslationClientEvent", realtime.RealtimeTranslationClientEvent
    ),
    "beta, server": pair("RealtimeBetaServerEvent", beta.RealtimeServerEvent),
    "beta, client": pair("RealtimeBetaClientEvent", beta.RealtimeClientEvent),
    "live, server": pair("LiveServerEvent", live.ServerEvent),
    "live, client": pair("LiveClientEvent", live.ClientEvent),
    "live sideband, server": pair("LiveSidebandServerEvent", live.ConnectServerEvent),
    "live sideband, client": pair("LiveSidebandClientEvent", live.ConnectClientEvent),
    "live fork, server": pair("LiveForkServerEvent", live.ForkServerEvent),
    "live fork, client": pair("LiveForkClientEvent", live.ForkClientEvent),
}


def held(value: Any) -> Any:
    """Lay out what *value* holds, ours or the SDK's, by the keys of the wire."""
    match value:
        case Unknown():
            return held(value.payload)
        case Model():
            return dict(held_by_ours(value))
        case BaseModel():
            return dict(held_by_theirs(value))
        case Mapping():
            return {key: held(item) for key, item in value.items()}
        case list() | tuple():
            return [held(item) for item in value]
        case bytes():
            return b64encode(value).decode()
    return value


def held_by_ours(model: Model) -> Iterator[tuple[str, Any]]:
    """Yield key and value of each attribute that says something."""
    yield from (model.extra or {}).items()
    for field in attrs.fields(type(model)):
        value = getattr(model, field.name)
        takes_null = Unset in split(field.type) or field.default is attrs.NOTHING
        if isinstance(value, Unset) or (value is None and not takes_null):
            continue
        if field.name != "extra":
            yield field.name, held(value)


def held_by_theirs(model: BaseModel) -> Iterator[tuple[str, Any]]:
    """Yield key and value of each attribute that came from the wire."""
    fields = type(model).model_fields
    for key, value in (model.model_extra or {}).items():
        yield key, held(value)
    for name in model.model_fields_set & fields.keys():
        yield fields[name].alias or name, held(getattr(model, name))


def differences(ours: Any, theirs: Any, path: str = "$") -> Iterator[Difference]:
    """Yield where two layouts differ, and what either holds there."""
    match ours, theirs:
        case dict(), dict():
            for key in ours.keys() | theirs.keys():
                values = ours.get(key, UNSET), theirs.get(key, UNSET)
                yield from differences(*values, f"{path}.{key}")
        case list(), list() if len(ours) == len(theirs):
            for one, other in zip(ours, theirs, strict=True):
                yield from differences(one, other, f"{path}[]")
        case _ if type(ours) is not type(theirs) or ours != theirs:
            yield Difference(path, ours, theirs)


def classes(ours: Any, theirs: Any, path: str = "$") -> Iterator[tuple[str, str, str]]:
    """Yield path and classes of each object that both sides have a class for."""
    match ours, theirs:
        case Model(), BaseModel():
            yield path, type(ours).__name__, type(theirs).__name__
            fields = type(theirs).model_fields
            for name in model_names(ours) & fields.keys():
                values = getattr(ours, name), getattr(theirs, name)
                yield from classes(*values, f"{path}.{name}")
        case tuple(), list():
            for one, other in zip(ours, theirs, strict=True):
                yield from classes(one, other, f"{path}[]")


def model_names(model: Model) -> set[str]:
    """Return the names of a model's attributes."""
    return {field.name for field in attrs.fields(type(model))}


def mistaken(model: Any) -> Iterator[tuple[str, str]]:
    """Yield the ``type`` of each object that is in a class for other types.

    The SDK's own connections reject nothing, and pick some class for what fits none.
    """
    match model:
        case BaseModel():
            field, tag = type(model).model_fields.get("type"), held(model).get("type")
            words = [get_args(one) for one in split(field and field.annotation)]
            closed = field and get_origin(field.annotation) is Literal
            if closed and tag not in words[0]:
                yield str(tag), type(model).__name__
            for name in type(model).model_fields:
                yield from mistaken(getattr(model, name, None))
        case list():
            for item in model:
                yield from mistaken(item)
