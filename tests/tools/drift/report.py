"""Says in which file to write what, so that the classes say what the schema says."""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import attrs

import rtmodels
from rtmodels import Model
from rtmodels.schema import upstream as find_upstream

from .differences import KNOWN, OWN_NAMES, UNPUBLISHED, Known
from .upstream import (
    HOMES,
    OPEN_STRING,
    Expected,
    Upstream,
    camel,
    in_order,
    is_class,
    split,
    tag_of,
)

CLASSES = [
    value
    for value in (getattr(rtmodels, name) for name in HOMES)
    if isinstance(value, type) and issubclass(value, Model) and value is not Model
]


def compare(schemas: dict[str, Any]) -> Upstream:
    """Read *schemas* with the names and differences of our own."""
    return Upstream(schemas, OWN_NAMES)


def report(upstream: Upstream) -> Iterator[str]:
    """Yield all differences, each once."""
    lines = (
        line for target in upstream.schemas for line in report_schema(upstream, target)
    )
    yield from dict.fromkeys(lines)
    yield from report_leftovers(upstream)


def report_schema(upstream: Upstream, target: str) -> Iterator[str]:
    """Yield the differences in *target* and in the objects that it spells out."""
    for name, obj in reversed(upstream.parts[target]):  # what others hold comes first
        if is_class(name):
            yield from report_fields(upstream, getattr(rtmodels, name), obj)
        else:
            yield write_class(upstream, name, obj)
    if upstream.is_alias(target):
        yield from report_alias(upstream, target)
    yield from report_name(upstream, target)


def report_name(upstream: Upstream, target: str) -> Iterator[str]:
    """Yield a line if ``upstream(target)`` returns something unexpected."""
    name = target if upstream.is_alias(target) else upstream.class_name(target)
    ours = getattr(rtmodels, name, None)
    try:
        found = find_upstream(target)
    except KeyError:
        found = None
    if ours is not None and found != ours:
        yield f'rtmodels.schema._upstream: add `"{target}": {name}` to EXCEPTIONS'


def write_class(upstream: Upstream, name: str, obj: dict[str, Any]) -> str:
    """Write the class *name*, which we do not have, with its fields."""
    fields = fields_of(upstream, name, obj)
    lines = [f"    {write(key, *fields[key])}" for key in in_order(fields)]
    return "\n".join([f"{home_of(name, obj)}: add class {name}", *lines])


def home_of(name: str, obj: dict[str, Any]) -> str:
    """Return the name of the module for the class *name*."""
    tag = tag_of(obj) or ""
    match re.fullmatch(f"(Beta|Translation|){camel(tag)}Event", name):
        case re.Match() as found if found[1] == "Translation":
            return "rtmodels.schema.translation"
        case re.Match() as found:
            family = ".beta" if found[1] else ""
            return f"rtmodels.schema{family}.events.{tag.partition('.')[0]}"
    parents = [parent for parent in HOMES if name.startswith(parent)]
    return HOMES[max(parents, key=len)] if parents else "rtmodels.schema"


def report_fields(upstream: Upstream, cls: type, obj: dict[str, Any]) -> Iterator[str]:
    """Yield the fields of *cls* that are missing, wrong, or not in *obj*."""
    ours = {
        field.name: Expected(field.type, field.default)
        for field in attrs.fields(cls)
        if field.name != "extra"
    }
    theirs = fields_of(upstream, cls.__name__, obj)
    for key in (key for key in theirs if theirs[key] != ours.get(key)):
        line = write(key, *theirs[key])
        if key in ours:
            old = write(key, *ours[key])
            yield f"{cls.__module__}: write `{line}` in {cls.__name__}, not `{old}`"
        else:
            yield f"{cls.__module__}: add `{line}` to {cls.__name__}"
    for key in ours.keys() - theirs:
        yield f"{cls.__module__}: remove `{key}` from {cls.__name__}"


def fields_of(
    upstream: Upstream, name: str, obj: dict[str, Any]
) -> dict[str, Expected]:
    """Return the fields of *obj*, called *name*, as they should be written."""
    return upstream.fields(name, obj) | {
        known.field: Expected(known.type, known.default)
        for known in KNOWN
        if known.cls == name
    }


def report_alias(upstream: Upstream, target: str) -> Iterator[str]:
    """Yield the differences in our *target*, a union or a set of strings."""
    home = HOMES.get(target, "rtmodels.schema")
    theirs = upstream.alias(target)
    if target not in HOMES:
        yield f"{home}: add `{target}: TypeAlias = {show(theirs)}`"
        return
    before = list(split_words(getattr(rtmodels, target)))
    after = list(split_words(theirs))
    for member in after:
        if member not in before:
            yield f"{home}: add `{show_member(member)}` to {target}"
    for member in before:
        name = getattr(member, "__name__", None)
        if member not in after and name not in UNPUBLISHED:
            yield f"{home}: remove `{show_member(member)}` from {target}"


def split_words(annotation: Any) -> Iterator[Any]:
    """Yield the members of a union, each word in a set of words for itself."""
    for member in split(annotation):
        if get_origin(member) is Literal:
            yield from get_args(member)
        else:
            yield member


def report_leftovers(upstream: Upstream) -> Iterator[str]:
    """Yield the classes that correspond to nothing upstream."""
    for cls in CLASSES:
        if cls.__name__ not in {*upstream.objects, *UNPUBLISHED}:
            yield f"{cls.__module__}: remove {cls.__name__}, which upstream has not"


def report_known(upstream: Upstream, pinned: Upstream) -> Iterator[str]:
    """Yield the known differences whose upstream side has changed."""
    for known in KNOWN:
        before, after = (show_theirs(version, known) for version in (pinned, upstream))
        if before != after:
            yield (
                f"tests.tools.drift.differences: look at {known.cls}.{known.field}"
                f" again, which upstream had as {before} and has as {after}"
            )


def show_theirs(upstream: Upstream, known: Known) -> str:
    """Write what upstream itself says of the field of *known*."""
    lines = {
        f"`{write(known.field, *upstream.expect(known.cls, obj, known.field))}`"
        for obj in upstream.objects.get(known.cls, ())
        if known.field in obj["properties"]
    }
    return " and ".join(sorted(lines)) or "nothing"


def is_needed(upstream: Upstream, known: Known) -> bool:
    """Check whether *known* still differs from upstream."""
    return any(
        known.field not in obj["properties"]
        or upstream.expect(known.cls, obj, known.field) != (known.type, known.default)
        for obj in upstream.objects[known.cls]
    )


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
    """Write one member of a union, or one word."""
    match get_origin(member), get_args(member):
        case _ if isinstance(member, (str, int)):
            return json.dumps(member)
        case _ if member in (type(None), OPEN_STRING):
            return "None" if member is type(None) else "OpenStr"
        case origin, args if origin is Literal:
            names = [name for name in HOMES if getattr(rtmodels, name) == member]
            words = f"Literal[{', '.join(map(json.dumps, args))}]"
            return names[0] if names else words
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
