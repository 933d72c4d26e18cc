"""Turns OpenAI's schema into JSON Schema for what strict mode accepts.

Nothing here is read off our classes, but for the differences in `drift.differences`.
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, get_args, get_origin

from rtmodels import Unknown, Unset

from ..drift.additions import read_facts
from ..drift.differences import KNOWN
from ..drift.report import compare
from ..drift.upstream import is_audio, is_kept_whole, split, tag_of

Spec: TypeAlias = dict[str, Any]
Step: TypeAlias = Callable[[Spec], Spec]

BASE64 = (
    "^(?:[A-Za-z0-9+/]{4})*"
    "(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$"
)
NO_SPEC = {Unset, Unknown}
VOICE_OBJECT: Spec = {
    "properties": {key: {"type": "string"} for key in ("id", "name", "type")}
}
"""Azure's object for a voice, which OpenAI's schema lacks."""

ANY_OBJECT: Spec = {"type": "object"}

SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}


class Repair(NamedTuple):
    """What OpenAI's schema leaves open or gets wrong, and strict mode does not."""

    name: str
    reason: str
    apply: Callable[[Spec], Spec]
    """Repairs all schemas at once."""

    target: str
    """The schema that the example is for."""

    example: bytes
    """Input that is valid before the repair and not after it, or vice versa."""


def everywhere(step: Step) -> Step:
    """Make of what repairs one object of a schema what repairs all schemas."""

    def visit(spec: Any) -> Any:
        match spec:
            case {"properties": dict(props)}:
                spec = spec | {"properties": {k: visit(v) for k, v in props.items()}}
            case {"items": items}:
                spec = spec | {"items": visit(items)}
            case {"additionalProperties": dict(values)}:
                spec = spec | {"additionalProperties": visit(values)}
        for key in {"anyOf", "oneOf", "allOf"} & spec.keys():
            spec = spec | {key: [visit(variant) for variant in spec[key]]}
        return step(spec)

    return lambda schemas: {name: visit(spec) for name, spec in schemas.items()}


def translate(spec: Spec) -> Spec:
    """Write in JSON Schema what OpenAPI writes otherwise, or leaves to the reader.

    What has items is an array, what has properties has no others, and all of one
    schema is that schema.
    """
    match spec:
        case {"allOf": [only]}:
            return only
    spec = dict(spec)
    if "properties" in spec:
        spec |= {"type": "object", "additionalProperties": False}
    if "items" in spec:
        spec["type"] = "array"
    return {"anyOf": [spec, {"type": "null"}]} if spec.pop("nullable", None) else spec


def unbind(spec: Spec) -> Spec:
    """Leave out what holds the values of a type within bounds."""
    bounds = {"maximum", "minItems", "minimum"}
    return {key: value for key, value in spec.items() if key not in bounds}


def overlap(spec: Spec) -> Spec:
    """Allow several variants of one schema to match."""
    return {"anyOf" if key == "oneOf" else key: value for key, value in spec.items()}


def spell_audio(spec: Spec) -> Spec:
    """Require canonical base64 for audio."""
    props = spec.get("properties", {})
    audio = {key: {"type": "string", "pattern": BASE64} for key in props}
    found = {key: audio[key] for key in props if is_audio(spec, key)}
    return spec | {"properties": props | found} if found else spec


def keep_whole(schemas: Spec) -> Spec:
    """Look into no object of another API; beside known objects it has another type."""

    def step(spec: Spec) -> Spec:
        if is_kept_whole(spec):
            return ANY_OBJECT
        for key in {"anyOf", "oneOf"} & spec.keys():
            targets = [schemas.get(one.get("$ref", "")[21:], one) for one in spec[key]]
            tags = [tag for tag in map(tag_of, targets) if tag is not None]
            if tags:
                types = {"type": {"type": "string", "not": {"enum": tags}}}
                other = {**ANY_OBJECT, "properties": types, "required": ["type"]}
                variants = [other if one == ANY_OBJECT else one for one in spec[key]]
                spec = spec | {key: variants}
        return spec

    return everywhere(step)(schemas)


def keep_floats_out(spec: Spec) -> Spec:
    """Distinguish 12.0 from 12, by a type that JSON Schema does not have."""
    return spec | {"type": "int"} if spec.get("type") == "integer" else spec


def add_known(schemas: Spec) -> Spec:
    """Put in the fields that the wire has otherwise than the schema."""
    changed = copy.deepcopy(schemas)
    upstream = compare(changed)
    whole = {name: objs[0] for name, objs in upstream.objects.items()}
    whole["RealtimeBetaVoiceObject"] = VOICE_OBJECT
    parts = [part for parts in upstream.parts.values() for part in parts]
    for known in KNOWN:
        for obj in (obj for name, obj in parts if name == known.cls):
            obj["properties"][known.field] = write_spec(known.type, whole)
            obj["required"] = sorted({*obj.get("required", ())} - {known.field})
    return changed


def write_spec(annotation: Any, objects: Mapping[str, Spec]) -> Spec:
    """Write as a schema what an optional field may hold."""
    members = [one for one in split(annotation) if one not in NO_SPEC]
    if Unset not in split(annotation):  # then None marks an absent key
        members.remove(NoneType)
    if str in members and any(get_origin(one) is Literal for one in members):
        members.remove(str)  # which is for words of the future
    return {"anyOf": [write_member(one, objects) for one in members]}


def write_member(member: Any, objects: Mapping[str, Spec]) -> Spec:
    """Write as a schema one member of a union."""
    match get_origin(member), get_args(member):
        case origin, words if origin is Literal:
            return {"type": "string", "enum": list(words)}
        case origin, (text, *_) if origin is Annotated:
            return write_member(text, objects)
        case origin, (items, _) if origin is tuple:
            return {"items": write_spec(items | None, objects)}
        case origin, (_, value) if origin is Mapping:
            if value is Any:
                return {"type": "object"}
            return {"additionalProperties": write_spec(value | None, objects)}
    if member is NoneType:
        return {"type": "null"}
    if member in SCALARS:
        return {"type": SCALARS[member]}
    return objects[member.__name__]


REPAIRS = [
    Repair(
        "known additions",
        "the wire has these fields otherwise, by the captures; see drift.differences",
        add_known,
        "RealtimeServerEventResponseTextDelta",
        b'{"type":"response.output_text.delta","event_id":"e","response_id":"r",'
        b'"item_id":"i","output_index":0,"content_index":0,"delta":"","obfuscation":"x"}',
    ),
    Repair(
        "bounds",
        "no class keeps values within bounds, which servers change at will",
        everywhere(unbind),
        "RealtimeTruncation",
        b'{"type":"retention_ratio","retention_ratio":2}',
    ),
    Repair(
        "variants overlap",
        "oneOf refuses what fits two variants, and a union just takes it",
        everywhere(overlap),
        "RealtimeResponseCreateParams",
        b'{"conversation":"auto"}',
    ),
    Repair(
        "other APIs",
        "their objects are kept whole, and have no class to be told apart by",
        keep_whole,
        "LiveResponseItemCreateParam",
        b'{"type":"response.item.create","item":{"type":"message","content":[]}}',
    ),
    Repair(
        "base64",
        "audio is text to the schema, and bytes to those who hear it",
        everywhere(spell_audio),
        "RealtimeClientEventInputAudioBufferAppend",
        b'{"type":"input_audio_buffer.append","audio":"A"}',
    ),
    Repair(
        "whole floats",
        "12.0 is an integer to JSON Schema, and no int in Python, nor to msgspec",
        everywhere(keep_floats_out),
        "RealtimeResponse",
        b'{"max_output_tokens":12.0}',
    ),
]
"""What is done to OpenAI's schema, in this order; `test_schemas` shows each needed."""


def repair(repairs: Iterable[Repair] = REPAIRS) -> Spec:
    """Return all of OpenAI's schemas with *repairs*, as JSON Schema."""
    schemas = read_facts()
    for one in repairs:
        schemas = one.apply(schemas)
    return everywhere(translate)(schemas)
