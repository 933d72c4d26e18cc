"""The slow, obvious twin of the converter, which reads annotations as it goes.

It says in one place what DESIGN sections 2 to 4 say, shares no code with the library,
and leaves out limits of depth, user-defined hooks, and values that no parser returns.
"""

import base64
import types
from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import attrs

from rtmodels import UNSET, Model, Unknown, Unset
from rtmodels.schema._foreign import find_foreign_keys
from rtmodels.schema._model import EXPECTED, OpenStr, OpenUnknown


class Refused(Exception):  # noqa: N818 - as Rejected in the library
    """The value is not what the annotation says."""


def is_expected(annotation: Any) -> bool:
    """Check whether only strict mode requires a key of this type."""
    return get_origin(annotation) is Annotated and EXPECTED in get_args(annotation)


def members(annotation: Any) -> list[Any]:
    """List the members of a union; an annotation that is none is its own member."""
    if is_expected(annotation):
        return members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [part for arg in get_args(annotation) for part in members(arg)]
    return [annotation]


def allows(annotation: Any, value: Any, *, closed: bool) -> bool:
    """Check whether *annotation* allows the word *value*, or its type.

    Beside literal words, a plain ``str`` or ``int`` allows newer ones, which a *closed*
    set does not.
    """
    options = members(annotation)
    words = [
        word
        for option in options
        if get_origin(option) is Literal
        for word in get_args(option)
        if type(word) is type(value)
    ]
    if value in words or (type(value) is str and OpenStr in options):
        return True
    return type(value) in options and not (words and closed)


def is_optional(field: Any) -> bool:
    """Check whether *field* may be left out on the wire.

    A default alone is no proof: that of a constant only spares the caller.
    """
    options = members(field.type)
    return field.default is not attrs.NOTHING and (
        type(None) in options or Unset in options
    )


def absent(field: Any) -> Any:
    """Return the value of *field* when its key is absent."""
    return UNSET if Unset in members(field.type) else None


def fields_of(cls: type) -> dict[str, Any]:
    """Return the fields of *cls* that are keys on the wire."""
    return {field.name: field for field in attrs.fields(cls) if field.name != "extra"}


def find(annotation: Any, origin: type) -> Any:
    """Return the one member of *annotation* made from *origin*, or ``None``."""
    found = [part for part in members(annotation) if get_origin(part) is origin]
    return get_args(found[0]) if found else None


def classes_of(annotation: Any) -> list[type]:
    """List the schema classes in *annotation*."""
    parts = [Unknown if part == OpenUnknown else part for part in members(annotation)]
    return [
        part
        for part in parts
        if isinstance(part, type) and issubclass(part, (Model, Unknown))
    ]


def check_finite(value: Any) -> None:
    """Reject numbers that JSON cannot express."""
    match value:
        case float() if not isfinite(value):
            raise Refused
        case dict():
            check_finite(list(value.values()))
        case list():
            for item in value:
                check_finite(item)


def is_finite(value: Any) -> bool:
    """Check whether JSON can express the numbers in *value*."""
    try:
        check_finite(value)
    except Refused:
        return False
    return True


def structure(annotation: Any, value: Any, mode: str) -> Any:
    """Read *value*, which a parser gave, as *annotation* says."""
    options = members(annotation)
    if value is None and type(None) in options:
        return None
    if Any in options:
        check_finite(value)
        return value
    match value:
        case bool() | int() | str() if allows(
            annotation, value, closed=mode == "strict"
        ):
            return value
        case str() | bytes() if bytes in options:
            return value if isinstance(value, bytes) else from_base64(value)
        case int() | float() if float in options and not isinstance(value, bool):
            check_finite(value)
            return value
        case float() if int in options and mode != "strict":
            return from_whole(value)
        case list() if find(annotation, tuple):
            item_type, _ = find(annotation, tuple)
            return tuple(structure(item_type, item, mode) for item in value)
        case dict() if find(annotation, Mapping):
            _, item_type = find(annotation, Mapping)
            return {
                key: structure(item_type, item, mode) for key, item in value.items()
            }
        case dict() if classes_of(annotation):
            is_open = mode != "strict" or OpenUnknown in options
            return structure_member(classes_of(annotation), value, mode, is_open)
    raise Refused


def from_base64(text: str) -> bytes:
    """Decode base64 that encodes back to the same text."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused from None
    if base64.b64encode(data).decode() != text:
        raise Refused
    return data


def from_whole(number: float) -> int:
    """Accept a whole float for an int, where floats still tell all ints apart."""
    if not number.is_integer() or abs(number) > 2**53:
        raise Refused
    return int(number)


def structure_member(
    classes: list[type],
    obj: dict[str, Any],
    mode: str,
    is_open: bool,  # noqa: FBT001
) -> Any:
    """Read *obj* as one of *classes*; an *is_open* union keeps what has no class."""
    if classes == [Unknown]:
        if mode != "forgiving":
            check_finite(obj)
        return keep(obj)
    if len(classes) == 1:
        return structure_object(classes[0], obj, mode)
    try:
        return structure_tagged(classes, obj, mode, is_open)
    except Refused as exc:
        if mode != "forgiving" or Unknown not in classes:
            raise
        return keep(obj, *exc.args)


def structure_tagged(
    classes: list[type],
    obj: dict[str, Any],
    mode: str,
    is_open: bool,  # noqa: FBT001
) -> Any:
    """Read *obj* as the one of *classes* that its tags name."""
    cls = pick([cls for cls in classes if cls is not Unknown], obj)
    if cls is not Unknown:
        try:
            return structure_object(cls, obj, mode)
        except Refused:
            raise Refused(cls) from None
    if not is_open or Unknown not in classes:
        raise Refused
    if mode != "forgiving":
        check_finite(obj)
    return keep(obj)


def keep(obj: dict[str, Any], expected: Any = None) -> Unknown:
    """Keep *obj*, which *expected* refused, as it is."""
    tag = obj.get("type")
    tag = tag if isinstance(tag, str) else None
    return Unknown(tag=tag, payload=obj, expected=expected)


def pick(known: list[type], obj: dict[str, Any]) -> type:
    """Pick the class that the tags of *obj* name, or `Unknown`."""
    if obj.get("type") is None:
        untagged = [cls for cls in known if is_optional(attrs.fields(cls).type)]
        if not untagged:
            raise Refused
        fitting = [cls for cls in untagged if may_be(cls, obj)]
        return next(iter(fitting), Unknown)
    fitting = known
    for key in ("type", "role"):
        if key == "type" or len(fitting) > 1:
            if not isinstance(obj.get(key), str):
                raise Refused
            fitting = [
                cls for cls in fitting if fields_of(cls)[key].default == obj[key]
            ]
    return next(iter(fitting), Unknown)


def may_be(cls: type, obj: dict[str, Any]) -> bool:
    """Check whether *obj*, which has no ``type``, is of *cls*."""
    role = fields_of(cls).get("role")
    if role is not None:
        return obj.get("role") == role.default
    return obj.keys() <= fields_of(cls).keys()


def structure_object(cls: type, obj: dict[str, Any], mode: str) -> Any:
    """Read *obj* as *cls*, and keep in ``extra`` what no field can hold."""
    fields = fields_of(cls)
    values = {}
    extra = {key: item for key, item in obj.items() if key not in fields}
    if extra.keys() & find_foreign_keys(cls.__name__).keys():
        raise Refused
    for name, field in fields.items():
        values[name] = absent(field)
        if name not in obj:
            if not is_optional(field) or (mode == "strict" and is_expected(field.type)):
                raise Refused
            continue
        try:
            values[name] = structure(field.type, obj[name], mode)
        except Refused:
            if mode != "forgiving" or not is_optional(field):
                raise
            extra[name] = obj[name]
        if obj[name] is None and off_schema(field):
            extra[name] = None
    if mode == "strict" and extra:
        raise Refused
    if mode == "tolerant":
        check_finite(extra)
    return cls(**values, extra=extra or None)


def off_schema(field: Any) -> bool:
    """Check whether *field* accepts a null that the schema does not allow."""
    return is_optional(field) and Unset not in members(field.type)


def unstructure(annotation: Any, value: Any, *, binary: bool) -> Any:
    """Turn *value* into what the wire holds, if it is what *annotation* says."""
    options = members(annotation)
    if value is None and type(None) in options:
        return None
    if Any in options:
        return plain(value, binary=binary)
    match value:
        case bool() | int() | str() if allows(annotation, value, closed=False):
            return value
        case bytes() if bytes in options:
            return plain(value, binary=binary)
        case int() | float() if float in options and not isinstance(value, bool):
            check_finite(value)
            return value
        case tuple() | list() if find(annotation, tuple):
            item_type, _ = find(annotation, tuple)
            return [unstructure(item_type, item, binary=binary) for item in value]
        case dict() if find(annotation, Mapping):
            _, item_type = find(annotation, Mapping)
            return {
                key: unstructure(item_type, item, binary=binary)
                for key, item in value.items()
            }
        case Unknown() if Unknown in options or OpenUnknown in options:
            return plain(value.payload, binary=binary)
        case Model() if type(value) in options:
            return unstructure_object(value, binary=binary)
    raise Refused


def unstructure_object(instance: Any, *, binary: bool) -> dict[str, Any]:
    """Turn *instance* into an object; ``extra`` fills what the fields leave."""
    out = {}
    for name, field in fields_of(type(instance)).items():
        value = getattr(instance, name)
        if not (is_optional(field) and value is absent(field)):
            out[name] = unstructure(field.type, value, binary=binary)
    rest = {key: item for key, item in (instance.extra or {}).items() if key not in out}
    return out | plain(rest, binary=binary)


def plain(value: Any, *, binary: bool) -> Any:
    """Copy a value of unknown shape."""
    match value:
        case dict():
            return {key: plain(item, binary=binary) for key, item in value.items()}
        case list() | tuple():
            return [plain(item, binary=binary) for item in value]
        case bytes():
            return value if binary else base64.b64encode(value).decode()
        case None | bool() | int() | str() | float():
            check_finite(value)
            return value
    raise Refused


def spell(value: Any) -> Any:
    """Write down *value* so that equality tells 1 from 1.0 and sees ``extra``."""
    match value:
        case Model() | Unknown():
            parts = [
                (f.name, getattr(value, f.name)) for f in attrs.fields(type(value))
            ]
            return type(value), [(name, spell(part)) for name, part in parts]
        case dict():
            return {key: spell(item) for key, item in value.items()}
        case list() | tuple():
            return type(value), [spell(item) for item in value]
    return type(value), repr(value)
