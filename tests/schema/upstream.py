"""How our classes would have to look, by upstream's schema alone."""

import json
import re
import types
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import attrs

import rtmodels
from rtmodels import _HOMES as HOMES
from rtmodels import UNSET, Unknown, Unset

SCALARS = {"string": str, "integer": int, "number": float, "boolean": bool}
OPEN_STRING = Annotated[str, "open"]


class Expected(NamedTuple):
    """How a field would have to be written."""

    type: Any
    default: Any


def camel(words: str) -> str:
    """Turn ``server_vad`` or ``response.done`` into CamelCase."""
    return "".join(
        word[:1].upper() + word[1:] for word in re.split("[^0-9A-Za-z]+", words)
    )


def values_of(spec: dict[str, Any]) -> list[Any]:
    """Give the values that *spec* names, or none."""
    return [spec["const"]] if "const" in spec else spec.get("enum", [])


def tag_of(spec: dict[str, Any]) -> str | None:
    """Give the one value that the ``type`` of an object may have."""
    values = values_of(spec.get("properties", {}).get("type", {}))
    return values[0] if len(values) == 1 else None


def is_null(spec: dict[str, Any]) -> bool:
    """Tell whether *spec* is null and nothing else."""
    return spec.get("type") == "null"


def class_name(target: str, spec: dict[str, Any]) -> str:
    """Say what we call upstream's *target*.

    An event of the beta or of translations has a class of its own where it differs.
    """
    match re.match("Realtime(Beta|Translation|)(Client|Server)Event.", target):
        case re.Match() as found if tag_of(spec):
            event = f"{camel(tag_of(spec))}Event"
            twin = f"{found[1]}{event}"
            return twin if twin in HOMES or event not in HOMES else event
    return target.removesuffix("GA")


def split(annotation: Any) -> Iterator[Any]:
    """Yield the members of a union, or the annotation itself."""
    if get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from split(member)
    else:
        yield annotation


def show(annotation: Any) -> str:
    """Write *annotation* as in our files, unions by the name that they have."""
    members = list(split(annotation))
    for name in HOMES:
        union = list(split(getattr(rtmodels, name)))
        if len(union) > 1 and set(union) <= set(members):
            rest = [show(member) for member in members if member not in union]
            return " | ".join([name, *rest])
    return " | ".join(map(show_member, members))


def show_member(member: Any) -> str:
    """Write one member of a union."""
    match get_origin(member), get_args(member):
        case _ if member in (type(None), OPEN_STRING):
            return "None" if member is type(None) else "OpenStr"
        case origin, args if origin is Literal:
            return f"Literal[{', '.join(map(json.dumps, args))}]"
        case origin, args if args:
            inner = ("..." if arg is ... else show(arg) for arg in args)
            return f"{origin.__name__}[{', '.join(inner)}]"
    return member.__name__


def write(name: str, type_: Any, default: Any) -> str:
    """Write the line that declares a field."""
    if default is attrs.NOTHING:
        return f"{name}: {show(type_)}"
    value = json.dumps(default) if isinstance(default, str) else repr(default)
    return f"{name}: {show(type_)} = {value}"


def in_order(obj: dict[str, Any]) -> list[str]:
    """Give the keys of *obj*: required, the tag, then optional; else as upstream."""
    required = obj.get("required", ())
    last = "type" if tag_of(obj) else None

    def rank(key: str) -> int:
        return 2 if key not in required else 1 if key == last else 0

    return sorted(obj["properties"], key=rank)


class Upstream:
    """Upstream's schema, told in our terms."""

    def __init__(
        self, schemas: dict[str, Any], roots: Iterable[str], own_names: dict[str, str]
    ) -> None:
        """Find all that can be reached from *roots*.

        *own_names* gives what we call some inline objects, by how their names by rule
        end.
        """
        self.schemas = schemas
        self.own_names = own_names
        self.objects: dict[str, list[dict[str, Any]]] = {}
        """By class name; more than one where objects of ours stand for several."""
        self.aliases: set[str] = set()
        self.variants: set[str] = set()
        """The classes that are members of some union."""
        self.absent: dict[str, type] = {}
        """Stand-ins for the classes that we do not have."""
        for root in roots:
            self.visit({"$ref": f"#/{root}"}, root)

    def visit(self, spec: dict[str, Any], name: str) -> None:
        """Note what *spec* may be; an inline object would be called *name*."""
        leaves = [leaf for leaf in self.leaves(spec, name) if not is_null(leaf[1])]
        for leaf_name, leaf in leaves:
            if "properties" in leaf:
                if len(leaves) > 1:
                    self.variants.add(leaf_name)
                known = self.objects.setdefault(leaf_name, [])
                if leaf not in known:
                    known.append(leaf)
                    for key, prop in leaf["properties"].items():
                        self.visit(prop, leaf_name + camel(key))
            elif "items" in leaf:
                self.visit(leaf["items"], leaf_name.removesuffix("s"))
            elif isinstance(leaf.get("additionalProperties"), dict):
                self.visit(leaf["additionalProperties"], leaf_name)

    def leaves(
        self, spec: dict[str, Any], name: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what *spec* may be, with the name of each; unions are flattened."""
        variants = spec.get("anyOf") or spec.get("oneOf") or spec.get("allOf")
        if "$ref" in spec:
            target = spec["$ref"].rpartition("/")[2]
            schema = self.schemas[target]
            if "properties" not in schema:
                self.aliases.add(target)
            yield from self.leaves(schema, class_name(target, schema))
        elif variants:
            for variant in variants:
                tag = (tag_of(variant) or "").rpartition("/")[2]
                yield from self.leaves(variant, name + camel(tag))
        elif "properties" in spec:
            own = (ours for end, ours in self.own_names.items() if name.endswith(end))
            yield next(own, name), spec
        else:
            yield name, spec
        if spec.get("nullable"):
            yield name, {"type": "null"}

    def annotation(self, spec: dict[str, Any], name: str) -> Any:
        """Say how *spec* is annotated, whether it may be null or not."""
        leaves = [leaf for leaf in self.leaves(spec, name) if not is_null(leaf[1])]
        members = [self.member(leaf, name) for name, leaf in leaves]
        if any(get_origin(member) is Literal for member in members):
            if str in members:
                members = [OPEN_STRING if m is str else m for m in members]
            elif int not in members:
                members.append(str)
        if len(leaves) > 1 and any(map(tag_of, (leaf for _, leaf in leaves))):
            members.append(Unknown)
        return reduce(or_, members)

    def member(self, leaf: dict[str, Any], name: str) -> Any:
        """Say how one member of a union is annotated."""
        match leaf:
            case {"properties": _}:
                return self.find_class(name)
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
        return SCALARS[leaf["type"]]

    def find_class(self, name: str) -> type:
        """Give the class called *name*, or something to stand in for it."""
        if isinstance(found := getattr(rtmodels, name, None), type):
            return found
        return self.absent.setdefault(name, type(name, (), {}))

    def alias(self, target: str) -> Any:
        """Say what the alias for upstream's *target* stands for."""
        spec = self.schemas[target]
        annotation = self.annotation(spec, target)
        return Literal[tuple(values_of(spec))] if values_of(spec) else annotation

    def expect(self, name: str, obj: dict[str, Any], key: str) -> Expected:
        """Say how the field *key* of the object *obj*, called *name*, is written."""
        spec, required = obj["properties"][key], key in obj.get("required", ())
        if spec.get("type") == "string" and len(values_of(spec)) == 1:
            return self.expect_constant(
                name, key, values_of(spec)[0], required=required
            )
        type_ = self.annotation(spec, name + camel(key))
        speech = key == "delta" and (tag_of(obj) or "").endswith("audio.delta")
        if type_ is str and (key == "audio" or speech):
            type_ = bytes
        null = any(is_null(leaf) for _, leaf in self.leaves(spec, name))
        if required:
            return Expected(type_ | None if null else type_, attrs.NOTHING)
        if null:
            return Expected(type_ | None | Unset, UNSET)
        return Expected(type_ | None, None)

    def expect_constant(
        self, name: str, key: str, value: str, *, required: bool
    ) -> Expected:
        """Say how a field is written that has one value only.

        Nothing but that value will do in what tells the members of a union apart.
        """
        type_ = Literal[value]
        if key not in {"type", "role"} or not (required or name in self.variants):
            type_ |= str
        if required:
            return Expected(type_, value)
        return Expected(type_ | None, value if key == "type" else None)

    def fields(self, name: str, obj: dict[str, Any]) -> dict[str, Expected]:
        """Say how all fields of *obj*, called *name*, are written."""
        return {key: self.expect(name, obj, key) for key in obj["properties"]}
