"""Compares what no class shows: paths, webhooks, defaults, bounds and marks."""

import json
from collections.abc import Iterator
from typing import Any

from .document import python_name
from .sources import place_of
from .upstream import Upstream, camel

STRUCTURE = {
    *("$ref", "additionalProperties", "allOf", "anyOf", "const", "discriminator"),
    *("enum", "items", "nullable", "oneOf", "properties", "required", "type"),
}
"""The keywords that decide what a class looks like."""

Remarks = dict[str, list[Any]]
"""The other keywords of one place with their values, such as bounds."""


def compare_facts(
    before: dict[str, Any], after: dict[str, Any], upstream: Upstream
) -> Iterator[str]:
    """Yield what has changed between two versions of the facts."""
    yield from compare_paths(before, after)
    yield from compare_names(before, after)
    old, new = (facts["components"]["schemas"] for facts in (before, after))
    yield from dict.fromkeys(compare_remarks(old, new, upstream))


def compare_paths(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Yield the operations and webhooks that are new, gone or altered.

    A document that has no paths at all says nothing about them.
    """
    if after["paths"]:
        for path, (old, new) in pair(before["paths"], after["paths"]):
            for method in without(new, old):
                yield f"paths: {path} has {method} now"
            for method in without(old, new):
                yield f"paths: {path} has {method} no longer"
    for tag, (name, later) in pair(before["webhooks"], after["webhooks"]):
        yield f"webhooks: {tag} had schema {name or 'none'} and has {later or 'none'}"


def compare_names(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Yield the schemas of other names that are new or gone."""
    what = "our paths or webhooks refer to (OTHER_APIS is for those of other APIs)"
    if new := without(after["others"], before["others"]):
        yield f"schemas: new are {', '.join(new)}, which {what}"
    if gone := without(before["others"], after["others"]):
        yield f"schemas: gone are {', '.join(gone)}, which {what}"


def pair(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the keys whose values differ, with both; a key that is missing has none."""
    for key in sorted({*before, *after}):
        values = before.get(key), after.get(key)
        if values[0] != values[1]:
            yield key, values


def without(names: list[str] | None, others: list[str] | None) -> list[str]:
    """Return the *names* that are not among the *others*."""
    return [name for name in names or () if name not in (others or ())]


def compare_remarks(
    before: dict[str, Any], after: dict[str, Any], upstream: Upstream
) -> Iterator[str]:
    """Yield the defaults, bounds and marks that are new, gone or altered.

    A place that only one version has is left to the comparison of classes.
    """
    for target in sorted(before.keys() & after.keys()):
        old, new = (dict(find_remarks(spec[target], ())) for spec in (before, after))
        for steps in (steps for steps in new if steps in old):
            for keyword, (was, now) in pair(old[steps], new[steps]):
                where = find_place(upstream, target, steps)
                yield f"{where}: {keyword} {show_change(was, now)}; check its docstring"


def show_change(was: list[Any] | None, now: list[Any] | None) -> str:
    """Write how the value of a keyword has changed."""
    old, new = (
        " or ".join(json.dumps(value) for value in values or ())
        for values in (was, now)
    )
    if not old:
        return f"is new: {new}"
    return f"was {old} and is {new}" if new else f"was {old} and is gone"


def find_remarks(
    spec: Any, steps: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Remarks]]:
    """Yield the places in *spec* with their remarks; the variants of one share it."""
    found: dict[tuple[str, ...], Remarks] = {}
    for place, keyword, value in walk_remarks(spec, steps):
        remarks = found.setdefault(place, {})
        if keyword and value not in remarks.setdefault(keyword, []):
            remarks[keyword].append(value)
    yield from found.items()


def walk_remarks(
    spec: Any, steps: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Yield each remark with its place, and each place once without any."""
    if not isinstance(spec, dict):
        return
    yield steps, "", None
    for keyword, value in spec.items():
        match keyword:
            case "properties":
                for key, prop in value.items():
                    yield from walk_remarks(prop, (*steps, key))
            case "items":
                yield from walk_remarks(value, (*steps, "[]"))
            case "additionalProperties":
                yield from walk_remarks(value, (*steps, "{}"))
            case "allOf" | "anyOf" | "oneOf":
                for variant in value:
                    yield from walk_remarks(variant, steps)
            case _ if keyword not in STRUCTURE:
                yield steps, keyword, value


def find_place(upstream: Upstream, target: str, steps: tuple[str, ...]) -> str:
    """Return the line and the field that *steps* in the schema *target* lead to."""
    target = python_name(target)
    spec = upstream.schemas[target]
    name = target if upstream.is_alias(target) else upstream.class_name(target)
    field = ""
    for step in steps:
        found = step_into(upstream, spec, name, step)
        if found is None:
            break
        owner, spec, name = found
        if step not in ("[]", "{}"):
            field = f"{owner}.{step}"
    owner, _, member = (field or name).partition(".")
    return f"{place_of(owner, member=member or None)}: {field or name}"


def step_into(
    upstream: Upstream, spec: dict[str, Any], name: str, step: str
) -> tuple[str, dict[str, Any], str] | None:
    """Follow one step from *spec*, called *name*: the owner, the value, its name."""
    for rule, leaf in upstream.leaves(spec, name):
        if step == "[]" and "items" in leaf:
            return name, leaf["items"], rule.removesuffix("s")
        if step == "{}" and isinstance(leaf.get("additionalProperties"), dict):
            return name, leaf["additionalProperties"], rule
        if step in leaf.get("properties", ()):
            owner = upstream.name_object(rule, leaf)
            return owner, leaf["properties"][step], owner + camel(step)
    return None
