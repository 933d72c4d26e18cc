"""Merges the parts of ``allOf``, so that what remains is objects and unions of them."""

from collections.abc import Iterator
from functools import reduce
from typing import Any

Spec = dict[str, Any]

UNIONS = ("anyOf", "oneOf")


def merge_all(schemas: dict[str, Spec]) -> dict[str, Spec]:
    """Return *schemas* without ``allOf``."""
    merging = Merging(schemas)
    return {name: merging.merge(spec) for name, spec in schemas.items()}


class Merging:
    """Merges schemas, which may refer to one another."""

    def __init__(self, schemas: dict[str, Spec]) -> None:
        self._schemas = schemas
        self._open: list[str] = []
        """The schemas that are being resolved, which may refer to themselves."""

    def merge(self, spec: Any) -> Any:
        """Return *spec* without ``allOf``, at any depth."""
        if not isinstance(spec, dict):
            return spec
        merged = {key: self._merge_value(key, spec[key]) for key in spec}
        parts = [part for part in merged.pop("allOf", []) if part]
        unions = [key for key in UNIONS if is_split(merged, key)]

        if not parts and not unions:
            return merged
        if len(parts) == 1 and not merged.keys() - {"default", "nullable", "type"}:
            # A reference that only a default or a null stands beside remains one, so
            # that the class it refers to is found.
            return {**merged, **parts[0]}
        rest = {key: value for key, value in merged.items() if key not in unions}
        parts += [{key: merged[key]} for key in unions]
        return reduce(self._join, map(self._resolve, [rest, *parts]))

    def _merge_value(self, key: str, value: Any) -> Any:
        """Merge inside the *value* of the keyword *key*."""
        match key:
            case "properties":
                return {name: self.merge(spec) for name, spec in value.items()}
            case "allOf" | "anyOf" | "oneOf":
                return [self.merge(variant) for variant in value]
            case "items" | "additionalProperties":
                return self.merge(value)
        return value

    def _resolve(self, spec: Spec) -> Spec:
        """Replace a reference by what it refers to."""
        name = spec.get("$ref", "").rpartition("/")[2]
        if not name or name in self._open:
            return spec

        self._open.append(name)
        target = self._resolve(self.merge(self._schemas[name]))
        self._open.pop()
        return {**target, **{key: spec[key] for key in spec if key != "$ref"}}

    def _join(self, one: Spec, other: Spec) -> Spec:
        """Return what both demand; a union is joined variant by variant."""
        for spec, rest in ((one, other), (other, one)):
            for key in UNIONS:
                if key in spec and rest:
                    beside = {name: spec[name] for name in spec if name != key}
                    variants = [self._resolve(variant) for variant in spec[key]]
                    joined = [
                        variant if is_null(variant) else self._join(rest, variant)
                        for variant in variants
                    ]
                    return {**beside, key: joined}

        both = {**one, **other}
        if "properties" in one and "properties" in other:
            both["properties"] = dict(self._join_properties(one, other))
        if "required" in one and "required" in other:
            both["required"] = list(dict.fromkeys(one["required"] + other["required"]))
        if "enum" in one and "enum" in other:
            both["enum"] = [word for word in one["enum"] if word in other["enum"]]
        return both

    def _join_properties(self, one: Spec, other: Spec) -> Iterator[tuple[str, Spec]]:
        """Yield the properties of both; where both have one, it is what both demand."""
        mine, theirs = one["properties"], other["properties"]
        for key in {**mine, **theirs}:
            specs = [props[key] for props in (mine, theirs) if key in props]
            same = all(spec == specs[0] for spec in specs)
            joined = specs[0] if same else reduce(self._join, map(self._resolve, specs))
            yield key, joined


def is_split(spec: Spec, key: str) -> bool:
    """Check whether properties stand beside a union, and so belong to each variant."""
    variants = spec.get(key, ())
    return "properties" in spec and any(
        "$ref" in v or "properties" in v for v in variants
    )


def is_null(spec: Spec) -> bool:
    """Check whether *spec* is null and nothing else."""
    return spec.get("type") == "null"
