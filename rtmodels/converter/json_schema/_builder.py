"""Builds JSON Schemas from the plan; the package's ``__init__`` imports it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import takewhile
from operator import or_
from typing import Any, TypeAlias, assert_never

from rtmodels.converter._issues import shape_text
from rtmodels.converter._options import Mode
from rtmodels.converter._plan import plan_class, plan_type
from rtmodels.converter._shapes import (
    AnyJson,
    Array,
    Base64,
    Custom,
    Discriminator,
    FieldPlan,
    Literals,
    Map,
    Nullable,
    Object,
    Scalar,
    Shape,
    TaggedUnion,
    UntaggedUnion,
    by_class,
)
from rtmodels.converter.json_schema._docstrings import class_doc, field_doc, find_alias
from rtmodels.schema._model import Unknown

Schema: TypeAlias = dict[str, Any]

JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
"""What JSON Schema calls scalars."""

BASE64_PATTERN = (
    "^(?:[A-Za-z0-9+/]{4})*"
    "(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$"
)
"""Base64 in the one spelling that `decode_base64` takes.

There is no lookahead in it: not every library for regular expressions has that.
"""


@dataclass(frozen=True, slots=True)
class SchemaBuilder:
    """Builds the schemas of one document, for one mode.

    *ref* makes a reference of the name that stands for ``{}`` in it. What is referred
    to collects in *definitions*.
    """

    mode: Mode
    ref: str
    definitions: dict[str, Schema] = field(default_factory=dict)
    _names: dict[Any, str] = field(default_factory=dict)

    def build_root(self, type_: Any) -> Schema:
        """Return the schema of *type_* itself, not a reference to it."""
        alias = find_alias(type_)
        head = _head(*alias) if alias else {}
        shape = plan_type(type_)
        if isinstance(shape, Object):
            return self._class(shape.cls)
        if isinstance(shape, TaggedUnion):
            return head | self._union(shape)
        return head | self.build(shape)

    def build(self, shape: Shape) -> Schema:
        """Return the schema of *shape*, as part of something larger."""
        match shape:
            case Scalar(kind):
                return {"type": JSON_TYPES[kind]}
            case Literals():
                return self._literals(shape)
            case Base64():
                return {
                    "type": "string",
                    "contentEncoding": "base64",
                    "pattern": BASE64_PATTERN,
                }
            case AnyJson(kind):
                return {"type": "object"} if kind is dict else {}
            case Nullable(inner):
                return or_null(self.build(inner))
            case Array(item):
                return {"type": "array", "items": self.build(item)}
            case Map(value):
                return {"type": "object", "additionalProperties": self.build(value)}
            case UntaggedUnion(shapes):
                return self._untagged_union(shapes)
            case Object(cls):
                return self._refer(cls, cls.__name__, lambda: self._class(cls))
            case TaggedUnion():
                alias = find_alias(shape.union)
                if alias is None:
                    return self._union(shape)
                return self._refer(
                    shape.union,
                    alias.name,
                    lambda: _head(*alias) | self._union(shape),
                )
            case Custom():
                raise no_schema_error(shape_text(shape))
            case _:
                assert_never(shape)

    def _untagged_union(self, shapes: tuple[Shape, ...]) -> Schema:
        """Return the schema of what fits one of *shapes*."""
        if not shapes:
            raise no_schema_error("null alone")
        table = by_class(shapes)
        table.pop(bytes, None)  # JSON has no such class, and text stands in
        taken = set(table.values())
        return any_of(self.build(shape) for shape in shapes if shape in taken)

    def _refer(self, target: Any, name: str, build: Callable[[], Schema]) -> Schema:
        """Return a reference to *target*, which *build* defines if nothing has.

        It is called *name*, with a number if that means something else already.
        """
        if target not in self._names:
            unique, count = name, 1
            while unique in self.definitions:
                count += 1
                unique = f"{name}{count}"
            self._names[target] = unique
            self.definitions[unique] = {}  # keeps the name while the rest is built
            self.definitions[unique] = build()
        return {"$ref": self.ref.replace("{}", self._names[target])}

    def _literals(self, literals: Literals) -> Schema:
        """Return the schema of a set of literals, and of others if the mode takes them.

        An ``anyOf`` names the known words to editors and code generators, where
        ``type: string`` says alone what is valid.
        """
        type_ = JSON_TYPES[literals.kind]
        if literals.closed == "always" and len(literals.values) == 1:
            return {"type": type_, "const": literals.values[0]}
        known = {"type": type_, "enum": list(literals.values)}
        strict = literals.closed == "strict" and self.mode == "strict"
        if literals.closed == "always" or strict:
            return known
        return any_of([known, {"type": type_}])

    def _class(self, cls: type) -> Schema:
        """Return the schema of the objects that are read as *cls*."""
        plan = plan_class(cls)
        schema = _head(cls.__name__, class_doc(cls)) | object_schema(
            {field.name: self._field(field, cls) for field in plan.wire_fields},
            [field.name for field in plan.wire_fields if field.required],
        )
        if self.mode == "strict":
            schema["additionalProperties"] = False
        return schema

    def _field(self, field: FieldPlan, cls: type) -> Schema:
        """Return the schema of the value of one field of *cls*."""
        try:
            schema = self.build(field.shape)
        except TypeError as exc:
            exc.add_note(f"in {cls.__name__}.{field.name}")
            raise
        if self.mode == "forgiving" and not field.required:
            schema = any_of([schema, {}])  # whatever it is, it is kept
        elif field.nullable or not (field.required or self.mode == "strict"):
            schema = or_null(schema)
        doc = field_doc(cls, field.name)
        return {"description": doc, **schema} if doc else schema

    def _union(self, shape: TaggedUnion) -> Schema:
        """Return the schema of the objects of a union, known and unknown."""
        if not shape.members:
            return unknown_schema()
        choices = [
            self._known_members(shape.discriminator, exclusive=not shape.untagged)
        ]
        catch_all = shape.unknown and self.mode == "forgiving"
        if catch_all:
            choices.append(unknown_schema())
        elif shape.unknown and self.mode == "tolerant":
            choices += unknown_schemas(shape.discriminator, {}, shape.untagged)
        schema = any_of(choices)
        if shape.untagged and not catch_all:
            schema |= self._without_tag(shape)
        return schema

    def _known_members(
        self, discriminator: Discriminator, *, exclusive: bool
    ) -> Schema:
        """Return the schema of the objects whose tag is known.

        If the tag may be missing, several members may fit the same object, and there is
        no discriminator: OpenAPI has it only where every object has the property.
        """
        cases = {value: self._case(case) for value, case in discriminator.cases.items()}
        if not exclusive:
            return {"anyOf": list(cases.values())}
        mapping = {value: case["$ref"] for value, case in cases.items()}
        return {
            "oneOf": list(cases.values()),
            "discriminator": {"propertyName": discriminator.key, "mapping": mapping},
        }

    def _case(self, case: type | Discriminator) -> Schema:
        """Return a reference to what one value of a tag stands for.

        Several classes are defined under the words that begin all their names, since a
        discriminator leads to one definition for each value.
        """
        if not isinstance(case, Discriminator):
            return self.build(Object(case))
        classes = [
            cls for cls in case.cases.values() if not isinstance(cls, Discriminator)
        ]
        name = _common_name([cls.__name__ for cls in classes])
        return self._refer(
            reduce(or_, classes),
            name,
            lambda: _head(name) | self._known_members(case, exclusive=True),
        )

    def _without_tag(self, shape: TaggedUnion) -> Schema:
        """Return the schema of objects without a tag.

        They are of the first member that has all their keys.
        """
        key, cases = shape.discriminator.key, shape.discriminator.cases
        rule: Schema | bool = shape.unknown and self.mode == "tolerant"
        for cls in reversed(shape.untagged):
            keys = [field.name for field in plan_class(cls).fields]
            rule = {
                "if": {"propertyNames": {"enum": keys}},
                "then": self.build(Object(cls)),
                "else": rule,
            }
        schema = {"if": {"properties": {key: {"type": "null"}}}, "then": rule}
        if self.mode == "forgiving":  # in the members themselves any tag will do
            schema["else"] = any_of(
                self._case(case) | {"properties": {key: {"const": tag}}}
                for tag, case in cases.items()
            )
        return schema


def unknown_schemas(
    discriminator: Discriminator, settled: Schema, untagged: tuple[type, ...] = ()
) -> Iterator[Schema]:
    """Return the schema of the objects that tolerant mode reads as `Unknown`.

    The tag that *discriminator* looks at has a value that it does not know, or none if
    the union has *untagged* members. The tags in *settled* have led to it.
    """
    tag: Schema = {
        "type": ["string", "null"] if untagged else "string",
        "not": {"enum": list(discriminator.cases)},
    }
    required = [*settled, *(() if untagged else (discriminator.key,))]
    tags = object_schema({**settled, discriminator.key: tag}, required)
    yield unknown_schema() | tags
    for value, case in discriminator.cases.items():
        if isinstance(case, Discriminator):
            constant = {"type": "string", "const": value}
            yield from unknown_schemas(case, {**settled, discriminator.key: constant})


def unknown_schema() -> Schema:
    """Return the schema of any object."""
    return {
        **_head(Unknown.__name__, class_doc(Unknown)),
        "type": "object",
        "additionalProperties": True,  # has code generators keep the keys
    }


def object_schema(properties: Schema, required: list[str]) -> Schema:
    """Return the schema of an object by its keys."""
    schema = {"type": "object", "properties": properties}
    return {**schema, "required": required} if required else schema


def _common_name(names: list[str]) -> str:
    """Return the words that begin all *names*, or if there are none, the names."""
    words = [re.findall("[A-Z]+[^A-Z]*|.", name) for name in names]
    common = takewhile(lambda column: len({*column}) == 1, zip(*words, strict=False))
    return "".join(column[0] for column in common) or "Or".join(names)


def _head(name: str, doc: str | None = None) -> Schema:
    """Return the title of a schema, and its description if there is one."""
    return {"title": name, "description": doc} if doc else {"title": name}


def no_schema_error(name: str) -> TypeError:
    """Return the error for a type that has no schema."""
    return TypeError(
        f"no JSON Schema for {name}: it is not a class of rtmodels, nor made of such"
    )


def any_of(schemas: Iterable[Schema]) -> Schema:
    """Return the schema of what fits one of *schemas* at least, as flat as can be."""
    choices: list[Schema] = []
    for schema in schemas:
        choices += schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def or_null(schema: Schema) -> Schema:
    """Return the schema of what fits *schema*, or null."""
    if schema.keys() == {"type"}:
        return {"type": [schema["type"], "null"]}
    return any_of([schema, {"type": "null"}])
