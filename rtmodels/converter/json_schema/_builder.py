"""The builder of JSON Schemas from the plan.

The ``__init__`` of the package imports this module.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import takewhile
from operator import or_
from typing import Any, TypeAlias, assert_never

from rtmodels.converter._options import Mode
from rtmodels.converter._plan import (
    find_constant,
    is_builtin_shape,
    plan_class,
    plan_type,
)
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
from rtmodels.converter.json_schema._docstrings import class_doc, find_alias
from rtmodels.converter.json_schema._python_types import (
    JSON_TYPES,
    Field,
    PythonTypes,
    no_schema_error,
)
from rtmodels.schema._docstrings import field_doc
from rtmodels.schema._model import Unknown

__all__ = ["SchemaBuilder", "describe_fields"]

Schema: TypeAlias = dict[str, Any]

BASE64_PATTERN = (
    "^(?:[A-Za-z0-9+/]{4})*"
    "(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$"
)
"""Base64 in the only spelling that `decode_base64` accepts.

The pattern has no lookahead, which some libraries for regular expressions lack.
"""


@dataclass(frozen=True, slots=True)
class SchemaBuilder:
    """Builds the schemas of one document, for one mode.

    References have the form *ref*, with the name of the definition for ``{}``. The
    definitions collect in *definitions*.
    """

    mode: Mode
    ref: str
    definitions: dict[str, Schema] = field(default_factory=dict)
    _names: dict[Any, str] = field(default_factory=dict)

    def build_root(self, type_: Any) -> Schema:
        """Return the schema of *type_* itself, instead of a reference to it."""
        alias = find_alias(type_)
        head = _head(*alias) if alias else {}
        shape = plan_type(type_)

        if isinstance(shape, Object):
            return self._class(shape.cls)
        if isinstance(shape, TaggedUnion):
            return head | self._union(shape)
        if isinstance(shape, Custom):
            return self.python_types().describe_root(type_)
        return head | self.build(shape)

    def build(self, shape: Shape) -> Schema:
        """Return the schema of *shape* as part of a larger schema."""
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
                return self.refer(cls, cls.__name__, lambda: self._class(cls))
            case TaggedUnion():
                alias = find_alias(shape.union)
                if alias is None:
                    return self._union(shape)
                return self.refer(
                    shape.union,
                    alias.name,
                    lambda: _head(*alias) | self._union(shape),
                )

            case Custom(type_):
                return self.python_types().describe(type_)
            case _:
                assert_never(shape)

    def python_types(self, *, closed: bool = False) -> PythonTypes:
        """Return what describes types that are not of rtmodels."""
        return PythonTypes(self.refer, self._builtin, closed)

    def _builtin(self, type_: Any) -> Schema | None:
        """Return the schema of *type_* if a built-in hook converts it, or None."""
        shape = plan_type(type_)
        return self.build(shape) if is_builtin_shape(shape) else None

    def _untagged_union(self, shapes: tuple[Shape, ...]) -> Schema:
        """Return the schema of the values that fit one of *shapes*."""
        if not shapes:
            raise no_schema_error("null alone")

        # JSON has text in place of bytes. If the union has a str as well, all text is
        # that str, and base64 text needs no schema.
        table = by_class(shapes)
        table.pop(bytes, None)
        taken = set(table.values())
        return any_of(self.build(shape) for shape in shapes if shape in taken)

    def refer(self, target: Any, name: str, build: Callable[[], Schema]) -> Schema:
        """Return a reference to *target*, and let *build* define it on first use.

        The definition is called *name*, with a number if another one has that name.
        """
        if target not in self._names:
            unique, count = name, 1
            while unique in self.definitions:
                count += 1
                unique = f"{name}{count}"

            # Reserved before it is built: recursive classes refer to themselves, and no
            # other definition must take the name meanwhile.
            self._names[target] = unique
            self.definitions[unique] = {}
            self.definitions[unique] = build()

        return {"$ref": self.ref.replace("{}", self._names[target])}

    def _literals(self, literals: Literals) -> Schema:
        """Return the schema of a set of literals, which may be open in the mode.

        In an open set, ``type: string`` alone decides what is valid. The ``anyOf`` also
        lists the known values, for editors and code generators.
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
        """Return the schema of the objects that decode to *cls*."""
        plan = plan_class(cls, strict=self.mode == "strict")
        schema = _head(cls.__name__, class_doc(cls)) | object_schema(
            {field.name: self._field(field, cls) for field in plan.wire_fields},
            [field.name for field in plan.wire_fields if field.required],
        )
        if self.mode == "strict":
            schema["additionalProperties"] = False
        elif plan.foreign:
            schema["propertyNames"] = {"not": {"enum": list(plan.foreign)}}
        return schema

    def _field(self, field: FieldPlan, cls: type) -> Schema:
        """Return the schema of the value of one field of *cls*."""
        try:
            schema = self.build(field.shape)
        except TypeError as exc:
            exc.add_note(f"in {cls.__name__}.{field.name}")
            raise

        if self.mode == "forgiving" and not field.required:
            # Any value is valid, since forgiving mode keeps the ones that do not fit.
            schema = any_of([schema, {}])
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
        takes_unknown = shape.takes_unknown(strict=self.mode == "strict")
        catch_all = takes_unknown and self.mode == "forgiving"
        if catch_all:
            choices.append(unknown_schema())
        elif takes_unknown:
            choices += unknown_schemas(shape.discriminator, {}, shape.untagged)

        schema = any_of(choices)
        if shape.untagged and not catch_all:
            schema |= self._without_tag(shape)
        return schema

    def _known_members(
        self, discriminator: Discriminator, *, exclusive: bool
    ) -> Schema:
        """Return the schema of the objects whose tag is known.

        If the tag may be missing, one object may fit several members. The schema then
        has no discriminator, which OpenAPI allows only for a required property.
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
        """Return a reference to the schema for one value of a tag.

        A discriminator maps each value to one definition. If several classes share the
        value, their definition is named after the words that begin all their names.
        """
        if not isinstance(case, Discriminator):
            return self.build(Object(case))

        classes = [
            cls for cls in case.cases.values() if not isinstance(cls, Discriminator)
        ]
        name = _common_name([cls.__name__ for cls in classes])
        return self.refer(
            reduce(or_, classes),
            name,
            lambda: _head(name) | self._known_members(case, exclusive=True),
        )

    def _without_tag(self, shape: TaggedUnion) -> Schema:
        """Return the schema of objects without a tag.

        Such an object belongs to the member that has its role, or to the first one that
        has all its keys.
        """
        # From the last member to the first, so that the first ends up outermost and is
        # tried first. An object that fits none of them is valid only as `Unknown`.
        key, cases = shape.discriminator.key, shape.discriminator.cases
        rule: Schema | bool = shape.takes_unknown(strict=self.mode == "strict")
        for cls in reversed(shape.untagged):
            keys = [field.name for field in plan_class(cls).fields]
            condition: Schema = {"propertyNames": {"enum": keys}}
            if (role := find_constant(cls, "role")) is not None:
                condition = object_schema({"role": {"const": role}}, ["role"])
            rule = {
                "if": condition,
                "then": self.build(Object(cls)),
                "else": rule,
            }

        schema = {"if": {"properties": {key: {"type": "null"}}}, "then": rule}
        if self.mode == "forgiving":
            # In this mode, the schemas of the members accept any tag.
            schema["else"] = any_of(
                self._case(case) | {"properties": {key: {"const": tag}}}
                for tag, case in cases.items()
            )
        return schema


def describe_fields(fields: Iterable[Field]) -> Schema:
    """Return the schema of an object with these keys and no others, in strict mode."""
    builder = SchemaBuilder("strict", "#/$defs/{}")
    schema = builder.python_types(closed=True).describe_fields(fields)
    return {**schema, "$defs": builder.definitions} if builder.definitions else schema


def unknown_schemas(
    discriminator: Discriminator, settled: Schema, untagged: tuple[type, ...] = ()
) -> Iterator[Schema]:
    """Iterate over the schemas of objects that tolerant mode decodes to `Unknown`.

    The value of their tag is not a case of *discriminator*. The tag may be missing only
    if the union has *untagged* members. *settled* has the tags that led here.
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
        "additionalProperties": True,  # so that code generators keep the keys
    }


def object_schema(properties: Schema, required: list[str]) -> Schema:
    """Return the schema of an object with these keys."""
    schema = {"type": "object", "properties": properties}
    return {**schema, "required": required} if required else schema


def _common_name(names: list[str]) -> str:
    """Return the words that begin all *names*, or else the names joined by ``Or``."""
    words = [re.findall("[A-Z]+[^A-Z]*|.", name) for name in names]
    common = takewhile(lambda column: len({*column}) == 1, zip(*words, strict=False))
    return "".join(column[0] for column in common) or "Or".join(names)


def _head(name: str, doc: str | None = None) -> Schema:
    """Return the title of a schema, and the description if *doc* is given."""
    return {"title": name, "description": doc} if doc else {"title": name}


def any_of(schemas: Iterable[Schema]) -> Schema:
    """Return the schema of values that fit one of *schemas*, as flat as possible."""
    choices: list[Schema] = []
    for schema in schemas:
        choices += schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def or_null(schema: Schema) -> Schema:
    """Return the schema of null, and of the values that fit *schema*."""
    if schema.keys() == {"type"}:
        return {"type": [schema["type"], "null"]}
    return any_of([schema, {"type": "null"}])
