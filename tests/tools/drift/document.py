"""Reads an OpenAPI document, and extracts what concerns the Realtime API."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import yaml

from ...paths import ROOT
from .merging import merge_all

FACTS = ROOT / "tests" / "data" / "realtime_schema.json"
"""The version that the classes follow, without its descriptions."""

LIVE_FACTS = ROOT / "tests" / "data" / "live_schema.json"
"""What openai-python has of the Live API, which OpenAI's document does not have yet."""

ROOTS = "(Webhook)?(Realtime|Live)"
"""How the names begin of schemas that are ours, along with all that they refer to."""

PATHS = "/(realtime|live)(/|$)"
"""How the paths begin whose bodies are ours, whatever their schemas are called."""

OTHER_APIS = {
    "Decision": "a decision of the Decisions API, which events of the Live API report",
    "ResponsesInputItem": "an item of the Responses API, which tasks are delegated to",
    "ResponsesStreamEvent": "an event of the Responses API",
    "ResponsesTool": "a tool of the Responses API",
    "ResponsesToolChoice": "a choice of tools of the Responses API",
}
"""Schemas of other APIs that ours refer to, which have no classes, and what they are.

Where the facts say no more than that they have a ``type``, `Unknown` keeps them whole.
"""

NO_JSON = {
    "LiveSidebandConnectQuery": "the query of a sideband connection's address",
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

METHODS = {"delete", "get", "patch", "post", "put"}

TEXTS = {"description", "example", "examples", "externalDocs", "title"}
"""The keywords that say nothing about an instance."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path) -> dict[str, Any]:
    """Read the schemas that classes are for from the YAML or JSON file at *path*.

    Raises:
        ValueError: There are none in it, or one that they refer to is missing.
    """
    document = load(path)
    schemas, others = find_schemas(document), find_others(document)
    selected = select(schemas, others)
    if not selected:
        raise ValueError(f"{path} has no schema of the Realtime API")
    ours = {name: spec for name, spec in selected.items() if name not in OTHER_APIS}
    return merge_all(rename(put_in_place(ours, selected)))


def complete(schemas: dict[str, Any]) -> dict[str, Any]:
    """Add to *schemas* those of the Live API that are missing."""
    return schemas | {
        name: spec for name, spec in read(LIVE_FACTS).items() if name not in schemas
    }


def load(path: Path) -> Any:
    """Parse the YAML or JSON file at *path*."""
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("{"):
        return json.loads(text)
    return yaml.load(text, LOADER)  # noqa: S506 - a safe loader, in C


def find_schemas(document: Any) -> dict[str, Any]:
    """Return the schemas in *document*, which may be a part of OpenAI's."""
    schemas = document
    for key in ("components", "schemas"):
        schemas = schemas.get(key, schemas) if isinstance(schemas, dict) else {}
    return schemas


def extract(document: dict[str, Any]) -> dict[str, Any]:
    """Return the facts that `FACTS` holds of *document*: no text, and nothing else.

    ``upstream`` is the version, and ``others`` are schemas of other names that a
    path or webhook of the Realtime API refers to.
    """
    schemas, others = find_schemas(document), find_others(document)
    selected = select(schemas, others)
    info = document.get("info", {})
    return {
        "upstream": document.get("upstream", {"version": info.get("version")}),
        "paths": dict(sorted(find_paths(document))),
        "webhooks": dict(sorted(find_webhooks(schemas))),
        "others": others,
        "components": {
            "schemas": {name: leave_out_text(schemas[name]) for name in selected}
        },
    }


def find_paths(document: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield the paths of our APIs with their methods, and a mark on deprecated ones."""
    for path, methods in document.get("paths", {}).items():
        if re.match(PATHS, path):
            yield (
                path,
                sorted(
                    f"{method} (deprecated)"
                    if is_deprecated(methods, method)
                    else method
                    for method in methods
                    if method.partition(" ")[0] in METHODS
                ),
            )


def is_deprecated(methods: Any, method: str) -> bool:
    """Check whether an operation has the mark; facts only list the operations."""
    return isinstance(methods, dict) and methods[method].get("deprecated", False)


def find_webhooks(schemas: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the types of our webhooks with their schemas."""
    for name, spec in schemas.items():
        if re.match(ROOTS, name) and name.startswith("Webhook"):
            tag = spec.get("properties", {}).get("type", {})
            yield tag.get("const", *tag.get("enum", [name])[:1]), name


def find_others(document: Any) -> list[str]:
    """Return the schemas that our paths and webhooks refer to, named otherwise.

    Facts list them, since they do not have the references.
    """
    if not isinstance(document, dict):
        return []
    if "upstream" in document:
        return document.get("others", [])
    waiting = [
        spec
        for path, spec in document.get("paths", {}).items()
        if re.match(PATHS, path)
    ]
    waiting += [
        hook
        for name, hook in document.get("webhooks", {}).items()
        if re.match("(realtime|live)[._]", name)
    ]
    return sorted(name for name in follow(document, waiting) if not is_ours(name))


def follow(document: dict[str, Any], waiting: list[Any]) -> set[str]:
    """Return the schemas that *waiting* refers to, also by way of parameters."""
    found: set[str] = set()
    seen: set[str] = set()
    while waiting:
        for ref in refs(waiting.pop()):
            steps = ref.removeprefix("#/").split("/")
            if steps[:2] == ["components", "schemas"]:
                found.add(steps[-1])
            elif ref not in seen:
                seen.add(ref)
                waiting.append(reduce(lambda part, step: part[step], steps, document))
    return found


def is_ours(name: str) -> bool:
    """Check whether a schema is ours by its name, or known to be none."""
    return re.match(ROOTS, name) is not None or name in NO_JSON


def leave_out_text(spec: Any, *, of_names: bool = False) -> Any:
    """Return *spec* without texts and examples.

    *of_names* is whether the keys of *spec* are names and no keywords.
    """
    match spec:
        case dict():
            return {
                key: leave_out_text(
                    value, of_names=key == "properties" and not of_names
                )
                for key, value in spec.items()
                if of_names or not (key in TEXTS or key.startswith("x-"))
            }
        case list():
            return [leave_out_text(item) for item in spec]
        case _:
            return spec


def select(schemas: dict[str, Any], others: Iterable[str] = ()) -> dict[str, Any]:
    """Return the schemas that classes are for, with all that they refer to.

    *others* are ours as well, whatever they are called.
    """
    waiting = [name for name in schemas if is_ours(name) and name not in NO_JSON]
    waiting = [name for name in {*waiting, *others} if name not in OTHER_APIS]
    selected: dict[str, Any] = {}
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            raise ValueError(f"something refers to {name}, which is missing")
        if name not in selected:
            selected[name] = strip(schemas[name])
            waiting.extend(targets(selected[name]))
    return {name: selected[name] for name in sorted(selected)}


def put_in_place(spec: Any, schemas: dict[str, Any]) -> Any:
    """Return *spec* with schemas of other APIs in place of references to them."""
    match spec:
        case {"$ref": str(ref)} if ref.rpartition("/")[2] in OTHER_APIS:
            return schemas[ref.rpartition("/")[2]]
        case dict():
            return {key: put_in_place(value, schemas) for key, value in spec.items()}
        case list():
            return [put_in_place(item, schemas) for item in spec]
    return spec


def rename(schemas: dict[str, Any]) -> dict[str, Any]:
    """Rename the schemas whose names Python does not allow."""
    return {python_name(name): rename_refs(spec) for name, spec in schemas.items()}


def rename_refs(spec: Any) -> Any:
    """Return *spec* with the names of `rename` in its references."""
    match spec:
        case {"$ref": str(ref), **rest}:
            base, _, name = ref.rpartition("/")
            return {"$ref": f"{base}/{python_name(name)}", **rest}
        case dict():
            return {key: rename_refs(value) for key, value in spec.items()}
        case list():
            return [rename_refs(item) for item in spec]
    return spec


def python_name(name: str) -> str:
    """Return *name* without the signs that Python does not allow in it."""
    first, *rest = re.split("[^0-9A-Za-z_]+", name)
    joined = "".join([first, *(word[:1].upper() + word[1:] for word in rest)])
    return f"N{joined}" if joined[:1].isdigit() else joined


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
    for ref in refs(spec):
        yield ref.rpartition("/")[2]


def refs(spec: Any) -> Iterator[str]:
    """Yield the references in *spec*."""
    match spec:
        case {"$ref": str(ref)}:
            yield ref
        case dict():
            for value in spec.values():
                yield from refs(value)
        case list():
            for value in spec:
                yield from refs(value)
