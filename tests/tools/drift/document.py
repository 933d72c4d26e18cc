"""Reads an OpenAPI document, and extracts what concerns the Realtime API."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from ...paths import ROOT

FACTS = ROOT / "tests" / "data" / "realtime_schema.json"
"""The version that the classes follow, without its descriptions."""

ROOTS = "(Webhook)?Realtime"
"""How the names begin of schemas that are ours, along with all that they refer to."""

NO_JSON = {
    "RealtimeConnectParams": "the query of the connection's address",
}
"""Schemas of the Realtime API that describe no JSON, and what they describe."""

KEYWORDS = {
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "default",
    "enum",
    "items",
    "maximum",
    "minItems",
    "minimum",
    "nullable",
    "oneOf",
    "properties",
    "required",
    "type",
}
"""The keywords that say what an instance is like."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path) -> dict[str, Any]:
    """Read the schemas of the Realtime API from the YAML or JSON file at *path*.

    Raises:
        ValueError: There are none in it, or one that they refer to is missing.
    """
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("{"):
        document = json.loads(text)
    else:
        document = yaml.load(text, LOADER)  # noqa: S506 - a safe loader, in C
    schemas = document
    for key in ("components", "schemas"):  # or a part of the document
        schemas = schemas.get(key, schemas) if isinstance(schemas, dict) else {}
    selected = select(schemas)
    if not selected:
        raise ValueError(f"{path} has no schema of the Realtime API")
    return selected


def select(schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the Realtime API's part of *schemas*, with all that it refers to."""
    waiting = [
        name for name in schemas if re.match(ROOTS, name) and name not in NO_JSON
    ]
    selected: dict[str, Any] = {}
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            raise ValueError(f"something refers to {name}, which is missing")
        if name not in selected:
            selected[name] = strip(schemas[name])
            waiting.extend(targets(selected[name]))
    return {name: selected[name] for name in sorted(selected)}


def strip(spec: Any) -> Any:
    """Leave out descriptions, examples, and whatever else is no fact."""
    if not isinstance(spec, dict):
        return spec
    facts = {key: strip_value(key, spec[key]) for key in spec if key in KEYWORDS}
    for key in ("allOf", "anyOf", "oneOf"):
        if key in facts:
            facts[key] = [variant for variant in facts[key] if variant]
    if isinstance(facts.get("type"), list):
        types = facts.pop("type")
        facts = {"anyOf": [{**facts, "type": type_} for type_ in types]}
    return facts


def strip_value(key: str, value: Any) -> Any:
    """Strip the *value* of the keyword *key*."""
    match key:
        case "properties":
            return {name: strip(spec) for name, spec in value.items()}
        case "allOf" | "anyOf" | "oneOf":
            return [strip(spec) for spec in value]
        case "items" | "additionalProperties":
            return strip(value)
    return value


def targets(spec: Any) -> Iterator[str]:
    """Yield the names that *spec* refers to."""
    match spec:
        case {"$ref": str(ref)}:
            yield ref.rpartition("/")[2]
        case dict():
            for value in spec.values():
                yield from targets(value)
        case list():
            for value in spec:
                yield from targets(value)
