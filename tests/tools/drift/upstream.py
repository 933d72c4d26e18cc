"""How our classes would have to look, by OpenAI's schema alone."""

import json
import keyword
import re
import types
from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import takewhile
from operator import or_
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import attrs

import rtmodels
from rtmodels import UNSET, Model, Unknown, Unset

from .sources import HOMES

SCALARS = {"string": str, "integer": int, "number": float, "boolean": bool}
OPEN_STRING = Annotated[str, "open"]
OPEN_UNKNOWN = Annotated[Unknown, "open"]
SHAPING = {"$ref", "items", "nullable", "properties", "required", "type"}
"""The keywords that objects of one class agree in, besides values and unions."""


class Declaration(NamedTuple):
    """How a field would have to be written."""

    type: Any
    default: Any


class Part(NamedTuple):
    """An object that a schema spells out."""

    name: str
    """The class that it belongs to."""

    obj: dict[str, Any]
    """The object."""

    rule: str
    """What its class would be called by rule."""

    owner: tuple[str, str] | None
    """The class and the key that hold it, if it is a part of another."""


def camel(words: str) -> str:
    """Turn ``server_vad`` or ``response.done`` into CamelCase."""
    return "".join(
        word[:1].upper() + word[1:] for word in re.split("[^0-9A-Za-z]+", words)
    )


def event_class(tag: str) -> str:
    """Return the name of the class for the events of one type."""
    name = f"{camel(tag)}Event"
    return f"N{name}" if name[:1].isdigit() else name


def module_name(tag: str) -> str:
    """Return the name of the file for the events whose types begin like *tag*."""
    name = re.sub("[^0-9A-Za-z]+", "_", tag.partition(".")[0])
    name = f"n{name}" if name[:1].isdigit() else name
    return f"{name}_" if keyword.iskeyword(name) else name


def is_name(key: str) -> bool:
    """Check whether a field can be called *key*."""
    is_private = key.startswith("_") or keyword.iskeyword(key)
    return key.isidentifier() and not is_private and not hasattr(Model, key)


def values_of(spec: dict[str, Any]) -> list[Any]:
    """Return the values that *spec* names, or none."""
    return [spec["const"]] if "const" in spec else spec.get("enum", [])


def variants_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the variants of *spec*, or none."""
    return spec.get("anyOf") or spec.get("oneOf") or []


def tag_of(spec: dict[str, Any]) -> str | None:
    """Return the one value that the ``type`` of an object may have."""
    return constant_of(spec, "type")


def constant_of(spec: dict[str, Any], key: str) -> str | None:
    """Return the one value that *key* of an object may have."""
    values = values_of(spec.get("properties", {}).get(key, {}))
    return values[0] if len(values) == 1 else None


def names_of_variants(variants: list[dict[str, Any]]) -> list[str]:
    """Return what tells each variant of a union apart, in CamelCase; some have nothing.

    It is the tag, and the role as well where several variants have the same tag.
    """
    tags = [(tag_of(variant) or "").rpartition("/")[2] for variant in variants]
    roles = [(constant_of(variant, "role") or "") for variant in variants]
    return [
        camel(tag) + (camel(role) if tags.count(tag) > 1 else "")
        for tag, role in zip(tags, roles, strict=True)
    ]


def is_kept_whole(spec: dict[str, Any]) -> bool:
    """Check whether *spec* is an object of another API, which we keep whole.

    The facts say nothing but that it has a ``type``.
    """
    return spec.get("properties") == {"type": {"type": "string"}}


def event_home(name: str, tag: str) -> str | None:
    """Return the module for the class *name*, if it is that of an event."""
    if name.startswith("Live") and "." in tag:
        return f"rtmodels.schema.live.events.{module_name(tag)}"
    match re.fullmatch(f"(Beta|Translation|){event_class(tag)}", name):
        case re.Match() as found if found[1] == "Translation":
            return "rtmodels.schema.translation"
        case re.Match() as found:
            family = ".beta" if found[1] else ""
            return f"rtmodels.schema{family}.events.{module_name(tag)}"
    return None


def count_common(name: str, other: str) -> int:
    """Count the words that two names have in common at their beginning."""
    words = [re.findall("[A-Z]+[^A-Z]*", one) for one in (name, other)]
    same = (one == two for one, two in zip(*words, strict=False))
    return sum(1 for _ in takewhile(bool, same))


def is_audio(obj: dict[str, Any], key: str) -> bool:
    """Check whether *key* of *obj* holds base64, which the schema does not tell."""
    speech = key == "delta" and (tag_of(obj) or "").endswith("audio.delta")
    return obj["properties"][key] == {"type": "string"} and (speech or key == "audio")


def is_null(spec: dict[str, Any]) -> bool:
    """Check whether *spec* is null and nothing else."""
    return spec.get("type") == "null"


def shape_of(spec: Any) -> str:
    """Write what *spec* demands, so that equal demands read alike."""
    return json.dumps(shaping_of(spec), sort_keys=True)


def shaping_of(spec: Any) -> Any:
    """Leave out of *spec* what makes no difference to a class."""
    if not isinstance(spec, dict):
        return spec
    shaping = {key: value for key, value in spec.items() if key in SHAPING}
    if isinstance(spec.get("properties"), dict):
        shaping["properties"] = {
            key: shaping_of(prop) for key, prop in spec["properties"].items()
        }
    shaping["required"] = sorted(spec.get("required", ()))
    shaping["values"] = sorted(values_of(spec), key=str)
    shaping["variants"] = [shaping_of(variant) for variant in variants_of(spec)]
    for key in ("items", "additionalProperties"):
        shaping[key] = shaping_of(spec.get(key))
    return shaping


def is_class(name: str) -> bool:
    """Check whether we have a class called *name*."""
    return isinstance(getattr(rtmodels, name, None), type)


def split(annotation: Any) -> Iterator[Any]:
    """Yield the members of a union, or the annotation itself."""
    if get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from split(member)
    else:
        yield annotation


def is_optional(expected: Declaration) -> bool:
    """Check whether a field can be left out."""
    members = set(split(expected.type))
    return expected.default is not attrs.NOTHING and bool(members & {type(None), Unset})


def in_order(fields: Mapping[str, Declaration]) -> list[str]:
    """Return the names of *fields*: required ones, the tag, then optional ones."""

    def rank(key: str) -> int:
        is_tag = key == "type" and isinstance(fields[key].default, str)
        return 2 if is_optional(fields[key]) else 1 if is_tag else 0

    return sorted(fields, key=rank)


class Upstream:
    """OpenAI's schema, told in our terms."""

    def __init__(self, schemas: dict[str, Any], own_names: dict[str, str]) -> None:
        """Look through all *schemas*.

        *own_names* gives what we call some inline objects, by a pattern of their names
        by rule.
        """
        self.schemas = schemas
        self.own_names = own_names
        self.named = {id(spec) for spec in schemas.values()}
        self.equals: dict[str, str] = {}
        """The classes that we have, by the shape of their schemas."""
        self.parts: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        """The objects in each schema, with the names of their classes."""
        self.objects: dict[str, list[dict[str, Any]]] = {}
        """By class name; more than one where our class covers several."""
        self.uses: dict[str, list[Part]] = {}
        """The same, each time that one is spelled out."""
        self.variants: set[str] = set()
        """The classes that are members of some union."""
        self.absent: dict[str, type] = {}
        """Stand-ins for the classes that we do not have."""
        for target, spec in schemas.items():
            for part in self.walk(spec, self.class_name(target)):
                if is_class(part.name):
                    self.equals.setdefault(shape_of(part.obj), part.name)
        for target, spec in schemas.items():
            parts = list(self.walk(spec, self.class_name(target), named=True))
            self.parts[target] = [(part.name, part.obj) for part in parts]
            for part in parts:
                self.uses.setdefault(part.name, []).append(part)
                known = self.objects.setdefault(part.name, [])
                if part.obj not in known:
                    known.append(part.obj)

    def walk(
        self,
        spec: dict[str, Any],
        name: str,
        owner: tuple[str, str] | None = None,
        *,
        named: bool = False,
    ) -> Iterator[Part]:
        """Yield the objects that *spec*, called *name*, spells out, but for references.

        They go by their names by rule, or if *named* by those of their classes.
        """
        leaves = [leaf for leaf in self.leaves(spec, name) if not is_null(leaf[1])]
        for rule, leaf in leaves:
            leaf_name = self.name_object(rule, leaf) if named else rule
            if is_kept_whole(leaf):
                continue
            if "properties" in leaf:
                if len(leaves) > 1:
                    self.variants.add(leaf_name)
                if self.is_spelled_out(spec, leaf):
                    yield Part(leaf_name, leaf, rule, owner)
                    for key, prop in leaf["properties"].items():
                        prop_name, holder = leaf_name + camel(key), (leaf_name, key)
                        yield from self.walk(prop, prop_name, holder, named=named)
            elif "items" in leaf and self.is_spelled_out(spec, leaf):
                items, item_name = leaf["items"], leaf_name.removesuffix("s")
                yield from self.walk(items, item_name, owner, named=named)
            elif isinstance(values := leaf.get("additionalProperties"), dict):
                yield from self.walk(values, leaf_name, owner, named=named)

    def is_spelled_out(self, spec: dict[str, Any], leaf: dict[str, Any]) -> bool:
        """Check whether *leaf* is in *spec* itself, and not in what it refers to."""
        return spec is leaf or any(
            self.is_spelled_out(variant, leaf) for variant in variants_of(spec)
        )

    def leaves(
        self, spec: dict[str, Any], name: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what *spec* may be, with the name by rule; unions are flattened."""
        if "$ref" in spec:
            target = spec["$ref"].rpartition("/")[2]
            yield from self.leaves(self.schemas[target], self.class_name(target))
        elif variants := variants_of(spec):
            names = names_of_variants(variants)
            for variant, own in zip(variants, names, strict=True):
                yield from self.leaves(variant, name + own)
        else:
            yield name, spec
        if spec.get("nullable"):
            yield name, {"type": "null"}

    def class_name(self, target: str) -> str:
        """Return our name for OpenAI's *target*, unless it is no class.

        With us the short name is the GA's, and with OpenAI it is the beta's. An event
        of the Live API that both sides send has two classes there as well: with us the
        short name is that of the client's.
        """
        if f"{target}Param" in self.schemas:
            return target.replace("Live", "LiveServer", 1)
        if re.match("Realtime.*(Client|Server)Event.", target):
            return self.event_name(target)
        if f"{target}GA" in self.schemas:
            return target.replace("Realtime", "RealtimeBeta")
        return target.removesuffix("GA").removesuffix("Param")

    def event_name(self, target: str) -> str:
        """Return our name for the event *target*.

        An event of the beta or of translations is the GA's if both are the same.
        """
        spec = self.schemas[target]
        family = re.match("Realtime(Beta|Translation|)", target)[1]
        event = event_class(tag_of(spec) or target)
        original = self.schemas.get(target.replace(family, "", 1))
        if family and f"{family}{event}" not in HOMES:
            same = original and shape_of(original) == shape_of(spec)
            return event if same else f"{family}{event}"
        if not family and event not in HOMES and f"Beta{event}" in HOMES:
            return f"Beta{event}"
        return f"{family}{event}"

    def home_of(self, name: str, part: Part | None = None) -> str | None:
        """Return the module for the class or alias *name*, if a rule says which."""
        if part and (home := event_home(name, tag_of(part.obj) or "")):
            return home
        parents = [parent for parent in HOMES if name.startswith(parent)]
        if parents:
            return HOMES[max(parents, key=len)]
        for owner in self.find_owners(name, part):
            return HOMES.get(owner) or self.home_of(owner, self.uses[owner][0])
        near = max(HOMES, key=lambda other: count_common(name, other))
        return HOMES[near] if count_common(name, near) > 1 else None

    def find_owners(self, name: str, part: Part | None) -> Iterator[str]:
        """Yield the classes that hold *part*, or refer to the schema called *name*."""
        if part and part.owner:
            yield part.owner[0]
        reference = f'/{name}"'
        for user, parts in self.uses.items():
            if user != name and any(reference in json.dumps(p.obj) for p in parts):
                yield user

    def name_object(self, name: str, leaf: dict[str, Any]) -> str:
        """Return the class for *leaf*, which by rule would be called *name*."""
        if is_class(name) or "properties" not in leaf or id(leaf) in self.named:
            return name
        for pattern, ours in self.own_names.items():
            if re.fullmatch(pattern, name):
                return ours
        return self.equals.get(shape_of(leaf), name)

    def annotation(self, spec: dict[str, Any], name: str) -> Any:
        """Return the annotation for *spec*, without regard to null."""
        leaves = [leaf for leaf in self.leaves(spec, name) if not is_null(leaf[1])]
        members = [self.member(leaf, name) for name, leaf in leaves]
        if any(get_origin(member) is Literal for member in members):
            if str in members:
                members = [OPEN_STRING if m is str else m for m in members]
            elif int not in members:
                members.append(str)
        if len(leaves) > 1 and any(map(tag_of, (leaf for _, leaf in leaves))):
            if Unknown in members:
                members.remove(Unknown)
                members.append(OPEN_UNKNOWN)
            else:
                members.append(Unknown)
        return reduce(or_, members)

    def member(self, leaf: dict[str, Any], name: str) -> Any:
        """Return the annotation for one member of a union."""
        match leaf:
            case {"properties": _} if is_kept_whole(leaf):
                return Unknown
            case {"properties": _}:
                return self.find_class(self.name_object(name, leaf))
            case {"items": items}:
                return tuple[self.annotation(items, name.removesuffix("s")), ...]
            case {"additionalProperties": dict(values)}:
                return Mapping[str, self.annotation(values, name)]
            case {"type": "object"}:
                return Mapping[str, Any]
            case {"type": "string"} if values_of(leaf):
                return Literal[tuple(values_of(leaf))]
            case {"type": "integer"} if values_of(leaf):
                return Literal[tuple(values_of(leaf))] | int
        return SCALARS.get(leaf.get("type"), Any)

    def find_class(self, name: str) -> type:
        """Return the class called *name*, or a placeholder for it."""
        if isinstance(found := getattr(rtmodels, name, None), type):
            return found
        return self.absent.setdefault(name, type(name, (), {}))

    def is_alias(self, target: str) -> bool:
        """Check whether *target* is a union or a set of words, and so no class."""
        leaves = self.leaves(self.schemas[target], self.class_name(target))
        objects = [leaf for _, leaf in leaves if not is_null(leaf)]
        return len(objects) != 1 or "properties" not in objects[0]

    def alias(self, target: str) -> Any:
        """Return the type that the alias for *target* should have."""
        spec = self.schemas[target]
        if values_of(spec):
            return Literal[tuple(values_of(spec))]
        return self.annotation(spec, target)

    def fields(self, name: str, obj: dict[str, Any]) -> dict[str, Declaration]:
        """Return how all fields of *obj*, called *name*, should be written."""
        keys = filter(is_name, obj["properties"])
        return {key: self.expect(name, obj, key) for key in keys}

    def expect(self, name: str, obj: dict[str, Any], key: str) -> Declaration:
        """Return how the field *key* of *obj*, called *name*, should be written."""
        spec, required = obj["properties"][key], key in obj.get("required", ())
        if spec.get("type") == "string" and len(values_of(spec)) == 1:
            return self.expect_constant(
                name, key, values_of(spec)[0], required=required
            )
        type_ = self.annotation(spec, name + camel(key))
        if is_audio(obj, key):
            type_ = bytes
        null = any(is_null(leaf) for _, leaf in self.leaves(spec, name))
        if required:
            return Declaration(type_ | None if null else type_, attrs.NOTHING)
        if null:
            return Declaration(type_ | None | Unset, UNSET)
        return Declaration(type_ | None, None)

    def expect_constant(
        self, name: str, key: str, value: str, *, required: bool
    ) -> Declaration:
        """Return how a field with only one value should be written.

        A field that tells the members of a union apart allows nothing but that value.
        """
        type_ = Literal[value]
        if key not in {"type", "role"} or not (required or name in self.variants):
            type_ |= str
        if required:
            return Declaration(type_, value)
        return Declaration(type_ | None, value if key == "type" else None)
