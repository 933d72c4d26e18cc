"""Describes in JSON Schema what a mode takes."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import takewhile
from operator import or_
from typing import Any, TypeAlias

from rtmodels.converter._docstrings import class_doc, field_doc, find_alias
from rtmodels.converter._register import Mode
from rtmodels.converter._report import show_shape
from rtmodels.converter.plan import (
    Anything,
    Array,
    Base64,
    Branch,
    Either,
    FieldPlan,
    Maybe,
    Object,
    Scalar,
    Shape,
    Table,
    Tagged,
    Words,
    by_class,
    plan_class,
    plan_type,
)
from rtmodels.schema._model import Unknown

Schema: TypeAlias = dict[str, Any]

TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
"""What JSON Schema calls our scalars."""

BASE64 = (
    "^(?:[A-Za-z0-9+/]{4})*"
    "(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$"
)
"""Base64 in the one spelling that `decode_base64` takes.

There is no lookahead in it: not every library for regular expressions has that.
"""


@dataclass(frozen=True, slots=True)
class Describer:
    """Describes for one mode, in one document.

    *ref* makes a reference of the name that stands for ``{}`` in it. What is referred
    to collects in *definitions*.
    """

    mode: Mode
    ref: str
    definitions: dict[str, Schema] = field(default_factory=dict)
    _names: dict[Any, str] = field(default_factory=dict)

    def describe_root(self, type_: Any) -> Schema:
        """Describe *type_* itself, not by reference."""
        alias = find_alias(type_)
        head = _head(*alias) if alias else {}
        match plan_type(type_):
            case Object(cls):
                return self._describe_class(cls)
            case Tagged() as shape:
                return head | self._describe_union(shape)
            case shape:
                return head | self.describe(shape)

    def describe(self, shape: Shape) -> Schema:
        """Describe *shape*, as part of something larger."""
        match shape:
            case Scalar(kind):
                return {"type": TYPES[kind]}
            case Words():
                return self._describe_words(shape)
            case Base64():
                return {
                    "type": "string",
                    "contentEncoding": "base64",
                    "pattern": BASE64,
                }
            case Anything(kind):
                return {"type": "object"} if kind is dict else {}
            case Maybe(inner):
                return or_null(self.describe(inner))
            case Array(item):
                return {"type": "array", "items": self.describe(item)}
            case Table(value):
                return {"type": "object", "additionalProperties": self.describe(value)}
            case Either(shapes) if shapes:
                table = by_class(shapes)
                table.pop(bytes, None)  # JSON has no such class, and text stands in
                taken = set(table.values())
                return any_of(
                    self.describe(shape) for shape in shapes if shape in taken
                )
            case Object(cls):
                return self._refer(cls, cls.__name__, lambda: self._describe_class(cls))
            case Tagged():
                alias = find_alias(shape.union)
                if alias is None:
                    return self._describe_union(shape)
                return self._refer(
                    shape.union,
                    alias.name,
                    lambda: _head(*alias) | self._describe_union(shape),
                )
            case _:
                raise refusal(show_shape(shape) or "null alone")

    def _refer(self, target: Any, name: str, build: Callable[[], Schema]) -> Schema:
        """Refer to the definition of *target*, which *build* makes when it is missing.

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

    def _describe_words(self, words: Words) -> Schema:
        """Describe a set of words, and the words outside that the mode takes.

        An ``anyOf`` names the known words to editors and code generators, where
        ``type: string`` says alone what is valid.
        """
        type_ = TYPES[words.kind]
        if words.outside == "never" and len(words.values) == 1:
            return {"type": type_, "const": words.values[0]}
        known = {"type": type_, "enum": list(words.values)}
        strict = words.outside == "tolerant" and self.mode == "strict"
        if words.outside == "never" or strict:
            return known
        return any_of([known, {"type": type_}])

    def _describe_class(self, cls: type) -> Schema:
        """Describe the objects that are read as *cls*."""
        plan = plan_class(cls)
        schema = _head(cls.__name__, class_doc(cls)) | _describe_object(
            {
                field.name: self._describe_field(field, cls)
                for field in plan.wire_fields
            },
            [field.name for field in plan.wire_fields if field.required],
        )
        if self.mode == "strict":
            schema["additionalProperties"] = False
        return schema

    def _describe_field(self, field: FieldPlan, cls: type) -> Schema:
        """Describe the value of one field of *cls*."""
        try:
            schema = self.describe(field.shape)
        except TypeError as exc:
            exc.add_note(f"in {cls.__name__}.{field.name}")
            raise
        if self.mode == "forgiving" and not field.required:
            schema = any_of([schema, {}])  # whatever it is, it is kept
        elif field.nullable or not (field.required or self.mode == "strict"):
            schema = or_null(schema)
        doc = field_doc(cls, field.name)
        return {"description": doc, **schema} if doc else schema

    def _describe_union(self, shape: Tagged) -> Schema:
        """Describe the objects of a union, known and unknown."""
        if not shape.members:
            return _describe_unknown()
        choices = [self._describe_known(shape.branch, exclusive=not shape.untagged)]
        catch_all = shape.unknown and self.mode == "forgiving"
        if catch_all:
            choices.append(_describe_unknown())
        elif shape.unknown and self.mode == "tolerant":
            choices += _describe_unknowns(shape.branch, {}, shape.untagged)
        schema = any_of(choices)
        if shape.untagged and not catch_all:
            schema |= self._describe_untagged(shape)
        return schema

    def _describe_known(self, branch: Branch, *, exclusive: bool) -> Schema:
        """Describe the objects whose tag is known.

        If the tag may be missing, several members may fit the same object, and there is
        no discriminator: OpenAPI has it only where every object has the property.
        """
        cases = {
            value: self._describe_case(case) for value, case in branch.cases.items()
        }
        if not exclusive:
            return {"anyOf": list(cases.values())}
        mapping = {value: case["$ref"] for value, case in cases.items()}
        return {
            "oneOf": list(cases.values()),
            "discriminator": {"propertyName": branch.key, "mapping": mapping},
        }

    def _describe_case(self, case: type | Branch) -> Schema:
        """Refer to what one value of a tag stands for.

        Several classes are defined under the words that begin all their names, since a
        discriminator leads to one definition for each value.
        """
        if not isinstance(case, Branch):
            return self.describe(Object(case))
        classes = [cls for cls in case.cases.values() if not isinstance(cls, Branch)]
        name = _common_name([cls.__name__ for cls in classes])
        return self._refer(
            reduce(or_, classes),
            name,
            lambda: _head(name) | self._describe_known(case, exclusive=True),
        )

    def _describe_untagged(self, shape: Tagged) -> Schema:
        """Describe objects without a tag: the first member with all the keys counts."""
        key, cases = shape.branch.key, shape.branch.cases
        rule: Schema | bool = shape.unknown and self.mode == "tolerant"
        for cls in reversed(shape.untagged):
            keys = [field.name for field in plan_class(cls).fields]
            rule = {
                "if": {"propertyNames": {"enum": keys}},
                "then": self.describe(Object(cls)),
                "else": rule,
            }
        schema = {"if": {"properties": {key: {"type": "null"}}}, "then": rule}
        if self.mode == "forgiving":  # in the members themselves any tag will do
            schema["else"] = any_of(
                self._describe_case(case) | {"properties": {key: {"const": tag}}}
                for tag, case in cases.items()
            )
        return schema


def _describe_unknowns(
    branch: Branch, settled: Schema, untagged: tuple[type, ...] = ()
) -> Iterator[Schema]:
    """Describe the objects that tolerant mode reads as `Unknown`.

    The tag that *branch* looks at has a value that it does not know, or none if the
    union has *untagged* members. The tags in *settled* have led to it.
    """
    tag: Schema = {
        "type": ["string", "null"] if untagged else "string",
        "not": {"enum": list(branch.cases)},
    }
    required = [*settled, *(() if untagged else (branch.key,))]
    tags = _describe_object({**settled, branch.key: tag}, required)
    yield _describe_unknown() | tags
    for value, case in branch.cases.items():
        if isinstance(case, Branch):
            constant = {"type": "string", "const": value}
            yield from _describe_unknowns(case, {**settled, branch.key: constant})


def _describe_unknown() -> Schema:
    """Describe any object."""
    return {
        **_head(Unknown.__name__, class_doc(Unknown)),
        "type": "object",
        "additionalProperties": True,  # has code generators keep the keys
    }


def _describe_object(properties: Schema, required: list[str]) -> Schema:
    """Describe an object by its keys."""
    schema = {"type": "object", "properties": properties}
    return {**schema, "required": required} if required else schema


def _common_name(names: list[str]) -> str:
    """Join the words that begin all *names*, or if there are none, the names."""
    words = [re.findall("[A-Z]+[^A-Z]*|.", name) for name in names]
    common = takewhile(lambda column: len({*column}) == 1, zip(*words, strict=False))
    return "".join(column[0] for column in common) or "Or".join(names)


def _head(name: str, doc: str | None = None) -> Schema:
    """Begin a schema with a name, and with a docstring if there is one."""
    return {"title": name, "description": doc} if doc else {"title": name}


def refusal(name: str) -> TypeError:
    """Make the error for a type that has no schema."""
    return TypeError(
        f"no JSON Schema for {name}: it is not one of our classes, nor made of them"
    )


def any_of(schemas: Iterable[Schema]) -> Schema:
    """Describe what fits one of *schemas* at least, as flat as can be."""
    choices: list[Schema] = []
    for schema in schemas:
        choices += schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def or_null(schema: Schema) -> Schema:
    """Describe what fits *schema*, or null."""
    if schema.keys() == {"type"}:
        return {"type": [schema["type"], "null"]}
    return any_of([schema, {"type": "null"}])
