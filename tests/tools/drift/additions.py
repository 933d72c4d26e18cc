"""Facts that OpenAI's SDK or its servers have, and the published schema has not yet.

They are added to the schema before it is compared, so that the classes have to follow
both. An addition goes when the schema has caught up.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from ...paths import ROOT
from .differences import LEFT_OUT
from .document import FACTS, complete, read

ADDITIONS = ROOT / "tests" / "data" / "realtime_additions.json"
"""The facts, each with the place in the schema where it belongs."""


class Addition(NamedTuple):
    """One fact that the schema lacks."""

    schema: str
    """The name of the schema."""

    path: str
    """The keys from there on, with dots between them; ``[]`` is any item."""

    fact: dict[str, Any]
    """What is there, or under ``add_member``, what may be there as well."""

    since: str | None
    """The version of openai-python that brought it, if one did."""

    required: bool = False
    """Whether the key is required."""

    @property
    def place(self) -> str:
        """The place in one text."""
        return f"{self.schema}.{self.path}"


def read_additions() -> list[Addition]:
    """Read the facts."""
    return [Addition(**entry) for entry in json.loads(ADDITIONS.read_text("utf-8"))]


def read_facts() -> dict[str, Any]:
    """Read what the classes follow: the published schema, with all additions.

    The Live API is one of them.
    """
    return add_facts(complete(read(FACTS)))


def add_facts(schemas: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of *schemas* with all additions, and without keys left out."""
    added = copy.deepcopy(schemas)
    for addition in read_additions():
        if has_place(added, addition):
            _add(added[addition.schema], addition)
    for spec in added.values():
        leave_out(spec)
    return added


def leave_out(spec: Any) -> None:
    """Remove from *spec* the keys that no field can have as its name."""
    if isinstance(spec, dict) and isinstance(props := spec.get("properties"), dict):
        for key in LEFT_OUT.keys() & props.keys():
            del props[key]
        if required := spec.get("required"):
            spec["required"] = [key for key in required if key not in LEFT_OUT]
    for part in spec.values() if isinstance(spec, dict) else spec:
        if isinstance(part, (dict, list)):
            leave_out(part)


def find_obsolete(schemas: dict[str, Any]) -> Iterator[tuple[Addition, str]]:
    """Yield the additions that make no sense in *schemas*, with the reason."""
    for addition in read_additions():
        if not has_place(schemas, addition):
            yield addition, "for which the schema has no place any more"
            continue
        before = schemas[addition.schema]
        after = copy.deepcopy(before)
        _add(after, addition)
        if after == before:
            yield addition, "which the schema has"


def has_place(schemas: dict[str, Any], addition: Addition) -> bool:
    """Check whether the object or array that *addition* belongs to is there."""
    spec = copy.deepcopy(schemas.get(addition.schema, {}))
    try:
        _add(spec, addition)
    except LookupError:
        return False
    return True


def _add(spec: dict[str, Any], addition: Addition) -> None:
    """Add a fact to the schema *spec* that it belongs to."""
    *steps, last = addition.path.split(".")
    for step in steps:
        spec = _as_object(_as_object(spec)["properties"][step])
    spec = _as_object(spec)

    if "add_member" in addition.fact:
        array = spec["properties"][last.removesuffix("[]")]
        members = array["items"].get("anyOf", [array["items"]])
        member = addition.fact["add_member"]
        array["items"] = {"anyOf": [*members, *[member][: member not in members]]}
        return

    spec["properties"][last] = addition.fact
    if addition.required:
        spec["required"] = sorted({*spec.get("required", []), last})


def _as_object(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the variant of *spec* that is an object, which may be the only one."""
    for variant in [spec, *spec.get("anyOf", []), *spec.get("oneOf", [])]:
        if "properties" in variant:
            return variant
    raise LookupError("no variant is an object")
