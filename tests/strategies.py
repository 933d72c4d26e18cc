"""Hypothesis strategies for any of our classes, derived from ``attrs.fields``."""

import copy
import types
from collections.abc import Mapping
from functools import cache, reduce
from math import inf, nan
from operator import or_
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import attrs
from hypothesis import settings
from hypothesis import strategies as st

import rtmodels
from rtmodels import UNSET, Model, Unknown, Unset
from rtmodels.schema._model import EXPECTED

MODELS = [
    value
    for value in (getattr(rtmodels, name) for name in rtmodels.__all__)
    if isinstance(value, type) and issubclass(value, Model) and value is not Model
]
ALIASES = {
    name: getattr(rtmodels, name)
    for name in rtmodels.__all__
    if get_origin(getattr(rtmodels, name)) is not None and name != "Price"
}
"""The aliases of types that the wire has; a price is the user's own number."""

UNIONS = {
    name: alias
    for name, alias in ALIASES.items()
    if not set(MODELS).isdisjoint(get_args(alias))
}
"""The aliases that contain schema classes."""

texts = st.text(max_size=8)
integers = st.integers(-(2**63), 2**64 - 1)
numbers = st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | integers | numbers | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=6,
)
json_objects = st.dictionaries(texts, json_values, max_size=3)
new_keys = texts.map("x_{}".format)
"""Keys that no class has."""

EACH = settings(max_examples=min(15, settings().max_examples))
"""How often to try each class, where a test goes through all of them."""

unknowns = st.builds(
    lambda tag, rest: Unknown(tag=tag, payload={**rest, "type": tag}),
    texts.map("x.{}".format),
    json_objects,
)

SCALARS = {
    str: texts,
    int: integers,
    float: numbers,
    bool: st.booleans(),
    bytes: st.binary(max_size=20),
    Any: json_values,
    type(None): st.none(),
    Unset: st.just(UNSET),
    Unknown: unknowns,
}


@cache
def instances(
    cls: type, *, tagged: bool = False, closed: bool = False
) -> st.SearchStrategy[Any]:
    """Make instances of a class.

    Args:
        cls: The class.
        tagged: Whether they say their type, optional or not.
        closed: Whether they hold only what the schema names: no new keys, types, words.
    """
    fields = {
        field.name: values(field.type, closed=closed)
        for field in attrs.fields(cls)
        if field.name != "extra" and not (tagged and field.name == "type")
    }
    extra = st.none() | st.dictionaries(new_keys, json_values, min_size=1, max_size=2)
    return st.builds(cls, **fields, extra=st.none() if closed else extra)


@cache
def values(annotation: Any, *, closed: bool = False) -> st.SearchStrategy[Any]:
    """Make values that an annotation allows; *closed* is as for `instances`."""
    origin, args = get_origin(annotation), get_args(annotation)
    if annotation in SCALARS:
        return SCALARS[annotation]
    if origin is Literal:
        return st.sampled_from(args)
    if origin is Annotated:
        inner = args[0]
        if closed and EXPECTED in args:  # strict mode requires it
            members = [arg for arg in get_args(inner) if arg is not type(None)]
            inner = reduce(or_, members)
        return values(inner, closed=closed)
    if origin is tuple:
        return st.lists(values(args[0], closed=closed), max_size=2).map(tuple)
    if origin is Mapping:
        return st.dictionaries(texts, values(args[1], closed=closed), max_size=2)
    if origin in (Union, types.UnionType):
        several = sum(isinstance(arg, type) and attrs.has(arg) for arg in args) > 1
        return reduce(
            or_,
            (
                instances(arg, tagged=several, closed=closed)
                if is_model(arg)
                else values(arg, closed=closed)
                for arg in (close(args) if closed else args)
            ),
        )
    return instances(annotation, closed=closed)


def close(members: tuple[Any, ...]) -> list[Any]:
    """Leave out of a union what keeps it open: `Unknown`, and ``str`` beside words."""
    words = [arg for member in members for arg in get_args(member)]
    kinds = {type(word) for word in words}
    return [member for member in members if member not in {Unknown, *kinds}]


def is_model(annotation: Any) -> bool:
    """Check whether *annotation* is a schema class for objects."""
    return isinstance(annotation, type) and issubclass(annotation, Model)


@st.composite
def damaged(draw: st.DrawFn, payloads: st.SearchStrategy[Any]) -> Any:
    """Change one place in a JSON payload: drop it, replace it, or add to it."""
    payload = draw(payloads)
    places = list(_places(payload)) or [({}, "")]
    place, key = places[draw(st.integers(0, len(places) - 1))]
    match draw(st.sampled_from(["drop", "replace", "add"])):
        case "drop" if isinstance(place, dict):
            place.pop(key, None)
        case "add" if isinstance(place, dict):
            place[draw(texts)] = draw(json_values)
        case _:
            place[key] = draw(json_values)
    return payload


def _places(payload: Any) -> Any:
    """Yield every container and key in *payload*."""
    match payload:
        case dict():
            steps = payload.items()
        case list():
            steps = enumerate(payload)
        case _:
            return
    for key, item in steps:
        yield payload, key
        yield from _places(item)


KEYS = sorted({field.name for cls in MODELS for field in attrs.fields(cls)})
TAGS = sorted(
    {
        field.default
        for cls in MODELS
        for field in attrs.fields(cls)
        if isinstance(field.default, str)
    }
)
NUMBERS = [
    2**64 + 1,
    12,
    0,
    True,
    12.0,
    -0.0,
    12.5,
    2.0**53,
    2.0**53 + 2,
    1e300,
    24000.0,
    16000,
]
BASE64 = ["AA==", "AB==", "AAA=", "AAB=", "AAAA", "AA", "A===", "A-_=", "AA==\n", "é"]
WORDS = ["", "inf", "Inf", "message", "user", "tool", "completed", "x"]
OBJECTS = [{}, {"type": None}, {"type": 5}, {"type": "x"}, {"type": "x", "a": nan}]
ARRAYS = [[], [None], [5], ["x"], ["inf"], [{}], [{"type": "message"}], [OBJECTS]]
ODD = [None, nan, -inf, {"a": [nan]}, b"x", *NUMBERS, *BASE64, *WORDS]
"""Values that only just fit somewhere, or only just do not."""

odd_values = st.sampled_from([*ODD, *OBJECTS, *ARRAYS, *TAGS]) | json_values


@st.composite
def spoiled(draw: st.DrawFn, payloads: st.SearchStrategy[Any]) -> Any:
    """Put values that only just fit, or do not, into a few objects of a payload."""
    payload = draw(payloads)
    for _ in range(draw(st.integers(1, 3))):
        found = list(objects(payload)) or [{}]
        obj = found[draw(st.integers(0, len(found) - 1))]  # a large repr is slow
        key = draw(st.sampled_from(sorted(obj) or [""]) | st.sampled_from(KEYS))
        obj[key] = copy.deepcopy(draw(odd_values))
    return payload


def objects(payload: Any) -> Any:
    """Yield every object in *payload*."""
    match payload:
        case dict():
            yield payload
            for item in payload.values():
                yield from objects(item)
        case list():
            for item in payload:
                yield from objects(item)
