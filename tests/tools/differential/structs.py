"""Makes msgspec types out of JSON Schema, for msgspec's verdict on a text."""

import re
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct

from .facts import Spec

SCALARS = {
    "string": str,
    "int": int,
    "number": float,
    "boolean": bool,
    "null": None,
    "object": dict[str, Any],
}


class Choice:
    """A placeholder for several types that msgspec cannot have in one union."""

    types: tuple[Any, ...]


def choose(cls: type, value: Any) -> Choice:
    """Make a choice, if one of its types accepts *value*."""
    if not issubclass(cls, Choice):
        raise NotImplementedError
    for type_ in cls.types:
        try:
            msgspec.convert(value, type_, dec_hook=choose)
        except msgspec.ValidationError:
            continue
        return cls()
    raise ValueError(f"none of {len(cls.types)} types")


class Structs:
    """The types for some schemas."""

    def __init__(self, schemas: Spec) -> None:
        """Make types of *schemas* as they are asked for."""
        self.schemas = schemas
        self.named = cache(lambda name: self.make(schemas[name]))

    @cache  # noqa: B019 - lives as long as the tests
    def decoder(self, target: str) -> msgspec.json.Decoder[Any]:
        """Make the decoder for the schema called *target*."""
        return msgspec.json.Decoder(self.named(target), dec_hook=choose)

    def is_valid(self, target: str, text: bytes) -> bool:
        """Check whether msgspec accepts *text* as a *target*."""
        try:
            self.decoder(target).decode(text)
        except msgspec.ValidationError:
            return False
        return True

    def make(self, spec: Spec) -> Any:
        """Make the type that *spec* describes."""
        match spec:
            case {"$ref": ref}:
                return self.named(ref.rpartition("/")[2])
            case {"anyOf": _}:
                return self.unite(list(self.variants(spec)))
            case {"enum": words}:
                return Literal[tuple(words)]
            case {"const": word}:
                return Literal[word]
            case {"properties": _}:
                return self.make_struct(spec)
            case {"items": items}:
                return list[self.make(items)]
            case {"additionalProperties": dict(values)}:
                return dict[str, self.make(values)]
            case {"pattern": pattern}:
                return Annotated[str, Meta(pattern=re.sub(r"\$$", r"\\Z", pattern))]
        return SCALARS[spec["type"]]

    def make_struct(self, spec: Spec, tag: str | None = None) -> type[Struct]:
        """Make a Struct; msgspec keeps its *tag*, if it has one."""
        required = spec.get("required", ())
        fields = [
            (key, self.make(prop), *(() if key in required else (UNSET,)))
            for key, prop in spec["properties"].items()
            if not (tag and key == "type")
        ]
        return msgspec.defstruct(
            "Object",
            fields,
            kw_only=True,
            forbid_unknown_fields=True,
            tag=tag,
            tag_field=tag and "type",
        )

    def variants(self, spec: Spec) -> Any:
        """Yield what *spec* may be, with nested unions and references resolved."""
        match spec:
            case {"$ref": ref}:
                yield from self.variants(self.schemas[ref.rpartition("/")[2]])
            case {"anyOf": variants}:
                for variant in variants:
                    yield from self.variants(variant)
            case _:
                yield spec

    def unite(self, variants: list[Spec]) -> Any:
        """Make one type of several, in a tagged union where there can be one."""
        objects = [spec for spec in variants if "properties" in spec]
        tags = [tag_of(spec) for spec in objects]
        if len(objects) > 1 and None not in tags and len({*tags}) == len(tags):
            pairs = zip(objects, tags, strict=True)
            types = [self.make_struct(spec, tag) for spec, tag in pairs]
        else:
            types = [self.make(spec) for spec in objects]
        types += [self.make(spec) for spec in variants if spec not in objects]
        union = reduce(or_, types)
        try:
            msgspec.json.Decoder(union)
        except TypeError:
            some = tuple(type_ for type_ in types if type_ is not None)
            choice = type("Choice", (Choice,), {"types": some})
            return choice | None if None in types else choice
        return union


def tag_of(spec: Spec) -> str | None:
    """Return the one ``type`` that an object must have."""
    match spec:
        case {"properties": {"type": {"enum": [tag]} | {"const": tag}}}:
            return tag if "type" in spec.get("required", ()) else None
    return None
