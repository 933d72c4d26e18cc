"""Writes annotations, fields and classes as they stand in the files of the schema."""

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, get_args, get_origin

import attrs

from rtmodels.schema._model import EXPECTED

from .sources import HOMES, is_imported
from .upstream import OPEN_STRING, OPEN_UNKNOWN, Declaration, split

Aliases = Mapping[str, Any]
"""Unions and sets of words, by the names that annotations use for them."""

IMPORTS = {
    "frozen": "attrs",
    "field": "attrs",
    "Mapping": "collections.abc",
    "Model": "rtmodels.schema._model",
    "OpenStr": "rtmodels.schema._model",
    "OpenUnknown": "rtmodels.schema._model",
    "Expected": "rtmodels.schema._model",
    **dict.fromkeys(["Any", "Literal", "TypeAlias"], "typing"),
}
"""Where names come from that are not public, or not ours."""

DOCSTRING = '"""..."""'
EVENT_KEYS = {"event_id", "type"}
"""Fields of events that have no docstring of their own."""


def split_words(annotation: Any) -> Iterator[Any]:
    """Yield the members of a union, each word in a set of words for itself."""
    for member in split(annotation):
        if get_origin(member) is Literal:
            yield from get_args(member)
        else:
            yield member


def join_words(members: Iterable[Any]) -> Any:
    """Return the union of *members*, which `split_words` would yield."""
    members = list(members)
    words = tuple(member for member in members if is_word(member))
    others = [member for member in members if not is_word(member)]
    return reduce(or_, [*([Literal[words]] if words else []), *others])


def is_word(member: Any) -> bool:
    """Check whether *member* is one word of a set of words."""
    return isinstance(member, (str, int))


def show(annotation: Any, aliases: Aliases) -> str:
    """Write *annotation* as in our files, unions by the name that they have."""
    members = list(split(annotation))
    for name, value in aliases.items():
        union = list(split(value))
        if len(union) > 1 and set(union) <= set(members):
            rest = [show(member, aliases) for member in members if member not in union]
            return " | ".join([name, *rest])
    return " | ".join(show_member(member, aliases) for member in members)


def show_member(member: Any, aliases: Aliases) -> str:
    """Write one member of a union, or one word."""
    match get_origin(member), get_args(member):
        case _ if is_word(member):
            return json.dumps(member)
        case _ if member in (type(None), OPEN_STRING):
            return "None" if member is type(None) else "OpenStr"
        case _ if member == OPEN_UNKNOWN:
            return "OpenUnknown"
        case origin, args if origin is Literal:
            names = [name for name, value in aliases.items() if value == member]
            words = f"Literal[{', '.join(map(json.dumps, args))}]"
            return names[0] if names else words
        case origin, (optional, mark) if origin is Annotated and mark == EXPECTED:
            return f"Expected[{show(optional, aliases).removesuffix(' | None')}]"
        case origin, args if args:
            inner = ("..." if arg is ... else show(arg, aliases) for arg in args)
            return f"{origin.__name__}[{', '.join(inner)}]"
    return member.__name__


def write(name: str, expected: Declaration, aliases: Aliases) -> str:
    """Write the line that declares a field."""
    type_, default = expected
    value = json.dumps(default) if isinstance(default, str) else repr(default)
    if has_mapping(type_):  # a mapping has no hash
        given = "" if default is attrs.NOTHING else f"default={value}, "
        value = f"field({given}hash=False)"
    elif default is attrs.NOTHING:
        return f"{name}: {show(type_, aliases)}"
    return f"{name}: {show(type_, aliases)} = {value}"


def has_mapping(annotation: Any) -> bool:
    """Check whether there is a mapping in *annotation*, at any depth."""
    if get_origin(annotation) is Literal:
        return False
    is_mapping = getattr(get_origin(annotation), "__name__", "") == "Mapping"
    return is_mapping or any(map(has_mapping, get_args(annotation)))


def write_class(
    name: str, fields: Mapping[str, Declaration], order: Iterable[str], aliases: Aliases
) -> list[str]:
    """Write the class *name*, with dots for what only a person can say."""
    lines = ["@frozen(kw_only=True, repr=False)", f"class {name}(Model):"]
    lines += [f"    {DOCSTRING}"]
    for key in order:
        lines += ["", f"    {write(key, fields[key], aliases)}"]
        if not (name.endswith("Event") and key in EVENT_KEYS):
            lines.append(f"    {DOCSTRING}")
    return lines


def write_imports(module: str, lines: Iterable[str], new: str = "") -> Iterator[str]:
    """Yield the imports that *module* still needs for *lines*.

    *new* is a class that they define.
    """
    code = "\n".join(lines)
    tree = ast.parse(code)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for name in sorted(names - {new}):
        home = IMPORTS.get(name, HOMES.get(name))
        if home and home != module and not is_imported(module, name):
            yield f"from {home} import {name}"
