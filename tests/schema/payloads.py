"""Payloads made from OpenAI's schema alone, and validators for it.

The package hypothesis-jsonschema would make them as well, had its last release not been
left behind by Hypothesis.
"""

import base64
import copy
from functools import cache, reduce
from operator import or_
from typing import Any, get_args

import attrs
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import rtmodels

from ..strategies import integers, json_objects, numbers, texts
from ..tools.drift.additions import read_facts
from ..tools.drift.differences import KNOWN, UNPUBLISHED
from ..tools.drift.report import compare
from ..tools.drift.upstream import (
    is_audio,
    is_kept_whole,
    is_null,
    tag_of,
    values_of,
    variants_of,
)

SCHEMAS = read_facts()
SCALARS = {
    "string": texts,
    "integer": integers,
    "number": numbers,
    "boolean": st.booleans(),
    "null": st.none(),
    "object": json_objects,
}
audio = st.binary(max_size=8).map(base64.b64encode).map(bytes.decode)
BOUNDS = {"maximum", "minItems", "minimum"}
"""Keywords that hold the values of a type within bounds, which no class does."""


@cache
def payloads_of(target: str) -> st.SearchStrategy[Any]:
    """Build payloads of the schema called *target*; an alias is never null."""
    variants = [spec for spec in variants_of(SCHEMAS[target]) if not is_null(spec)]
    if variants:
        return reduce(or_, map(payloads, variants))
    return payloads(SCHEMAS[target])


def payloads(spec: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Make what *spec* allows, as far as it says."""
    null = st.none() if spec.get("nullable") else st.nothing()
    if "$ref" in spec:
        return make_payloads(SCHEMAS[name_of(spec)]) | null
    return make_payloads(spec) | null


def name_of(reference: dict[str, Any]) -> str:
    """Return the name of the schema that *reference* is for."""
    name: str = reference["$ref"].rpartition("/")[2]
    return name


def make_payloads(spec: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Make what *spec* allows, unless it refers to another schema."""
    if values_of(spec):
        return st.sampled_from(values_of(spec))
    if variants_of(spec):
        return reduce(or_, map(payloads, leave_tags(variants_of(spec))))
    match spec:
        case {"properties": _}:
            return make_objects(spec)
        case {"items": items}:
            size = {"min_size": spec.get("minItems", 0), "max_size": 2}
            return st.lists(payloads(items), **size)
        case {"additionalProperties": dict(values)}:
            return st.dictionaries(texts, payloads(values), max_size=2)
    return SCALARS[spec["type"]]


def leave_tags(variants: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave the tags of the objects among *variants* to these.

    Beside them there may be any object of another API, which has another type.
    """
    specs = [SCHEMAS[name_of(one)] if "$ref" in one else one for one in variants]
    tags = [tag for tag in map(tag_of, specs) if tag is not None]
    return [
        {"not_tags": tags, **spec} if tags and is_kept_whole(spec) else variant
        for variant, spec in zip(variants, specs, strict=True)
    ]


def make_objects(spec: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Make objects with all required keys of *spec*, and any of the others."""
    values = {
        key: audio
        if is_audio(spec, key)
        else st.deferred(lambda prop=prop: payloads(prop))
        for key, prop in spec["properties"].items()
    }
    required = {key: values.pop(key) for key in spec.get("required", ())}
    objects = st.fixed_dictionaries(required, optional=values)
    if is_kept_whole(spec):
        tags = spec.get("not_tags", ())
        foreign = objects.filter(lambda obj: obj["type"] not in tags)
        return st.builds(or_, json_objects, foreign)
    return objects


def make_validator(target: str) -> Draft202012Validator:
    """Make a validator of the schema called *target*."""
    reference = {"$ref": f"#/components/schemas/{target}"}
    return Draft202012Validator(reference | {"components": {"schemas": REPAIRED}})


def allow_differences(schemas: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of the schemas that allows any value in fields that we changed."""
    changed = copy.deepcopy(schemas)
    parts = [part for parts in compare(changed).parts.values() for part in parts]
    for known in KNOWN:
        for obj in (obj for name, obj in parts if name == known.cls):
            obj["properties"][known.field] = {}
            obj["required"] = sorted({*obj.get("required", ())} - {known.field})
    return changed


def repair(spec: Any) -> Any:
    """Write *spec* in JSON Schema, and take it at its word.

    OpenAI writes ``oneOf`` also where two variants fit, forgets that what has items is
    an array, and does not say that it means an object to have no other keys. Only an
    object of another API, of which the facts have no more than its type, has others.
    """
    if not isinstance(spec, dict):
        return spec
    repaired = {key: value for key, value in spec.items() if key not in BOUNDS}
    for key in ("anyOf", "oneOf"):
        if key in spec:
            del repaired[key]
            repaired["anyOf"] = [repair(variant) for variant in spec[key]]
    if "properties" in spec:
        props = spec["properties"].items()
        repaired["properties"] = {key: repair(prop) for key, prop in props}
        repaired["additionalProperties"] = is_kept_whole(spec)
    if "items" in spec:
        repaired |= {"type": "array", "items": repair(spec["items"])}
    if isinstance(spec.get("additionalProperties"), dict):
        repaired["additionalProperties"] = repair(spec["additionalProperties"])
    return {"anyOf": [repaired, {"type": "null"}]} if spec.get("nullable") else repaired


def allow_unpublished(schemas: dict[str, Any]) -> dict[str, Any]:
    """Add to each union our classes that OpenAI's schema lacks, by their tag alone."""
    for target, spec in schemas.items():
        for cls in get_args(getattr(rtmodels, target, None)):
            if getattr(cls, "__name__", None) in UNPUBLISHED:
                tag = attrs.fields(cls).type.default
                variant = {"required": ["type"], "properties": {"type": {"const": tag}}}
                spec["anyOf"].append(variant)
    return schemas


REPAIRED = allow_unpublished(
    {name: repair(spec) for name, spec in allow_differences(SCHEMAS).items()}
)
