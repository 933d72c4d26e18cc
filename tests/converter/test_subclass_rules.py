"""Subclasses with rules of their own: validators, converters, odd names."""

from enum import StrEnum
from typing import Annotated, Literal

import attrs
import pytest
from attrs import define, field, frozen
from attrs.validators import ge

from rtmodels import (
    EncodeError,
    Model,
    RealtimeFunctionTool,
    RealtimeResponse,
    ValidationError,
)
from rtmodels.adapters import DictAdapter

from .places import LAX, MODES


class Mood(StrEnum):
    """A type that cattrs can read."""

    GOOD = "good"


@frozen(kw_only=True)
class Guarded(RealtimeResponse):
    """A response whose own field has a rule."""

    stars: int = field(default=3, validator=ge(0))


@frozen(kw_only=True)
class Converted(RealtimeResponse):
    """A response whose own field is converted."""

    label: str = field(default="", converter=str.upper)


@frozen(kw_only=True)
class Lucky(RealtimeResponse):
    """A response that looks itself over."""

    number: int | None = None

    def __attrs_post_init__(self):
        """Reject thirteen."""
        if self.number == 13:
            raise ValueError("unlucky")


@frozen(kw_only=True)
class Early(RealtimeResponse):
    """A response that looks over what it is made of, before it is made."""

    number: int | None = None

    def __attrs_pre_init__(self, number=None, **_):
        """Reject thirteen."""
        if number == 13:
            raise ValueError("unlucky")


@frozen(kw_only=True)
class Private(RealtimeResponse):
    """Fields whose names are not those of their arguments."""

    _hidden: int | None = None
    shown: int | None = field(default=None, alias="argument")


@frozen(kw_only=True)
class Derived(RealtimeResponse):
    """A field that ``__init__`` does not accept."""

    version: int = field(init=False, default=1)


@frozen(kw_only=True)
class Annotations(Model):
    """Annotations that ours do not have."""

    noted: Annotated[int, "in stars"] | None = None
    mood: Literal[Mood.GOOD] | None = None
    word: Literal["a", None] = "a"  # noqa: PYI061 - people write it


@pytest.mark.parametrize(
    ("cls", "payload", "value"),
    [
        (Guarded, {"stars": 4}, ("stars", 4)),
        (Converted, {"label": "loud"}, ("label", "LOUD")),
        (Lucky, {"number": 7}, ("number", 7)),
        (Early, {"number": 7}, ("number", 7)),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_the_users_rules_run(cls, payload, value, mode):
    """Validators, converters and hooks of attrs, in every mode."""
    instance = DictAdapter(cls, mode=mode).decode(payload)

    assert type(instance) is cls
    assert getattr(instance, value[0]) == value[1]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("cls", "payload"),
    [(Guarded, {"stars": -1}), (Lucky, {"number": 13}), (Early, {"number": 13})],
)
def test_a_broken_rule_is_a_validation_error(cls, payload, mode):
    """`ValidationError` and nothing else leaves an adapter."""
    with pytest.raises(ValidationError, match=r"^\$.*, got ValueError: "):
        DictAdapter(cls, mode=mode).decode(payload)


def test_a_broken_rule_has_a_path():
    """So has one in a subclass that is a field of a user-defined class."""

    @define
    class Holder:
        best: tuple[Guarded, ...]

    with pytest.raises(ValidationError, match=r"^\$\[0\].*, got ValueError: "):
        DictAdapter(tuple[Guarded, ...]).decode([{"stars": -1}])
    with pytest.raises(ValidationError, match=r"^\$\.best\[0\].*, got ValueError: "):
        DictAdapter(Holder).decode({"best": [{"stars": -1}]})


@pytest.mark.parametrize("mode", LAX)
@pytest.mark.parametrize(
    ("cls", "name", "default"), [(Guarded, "stars", 3), (Converted, "label", "")]
)
def test_a_null_for_a_default_that_is_not_none(cls, name, default, mode):
    """The default stands, as for an absent key, and ``extra`` has the null."""
    instance = DictAdapter(cls, mode=mode).decode({name: None})

    assert (getattr(instance, name), instance.extra) == (default, {name: None})


PRIVATE = {"_hidden": 1, "shown": 2}
BY_ARGUMENT = ()


@pytest.mark.parametrize(
    ("mode", "more"),
    [
        ("strict", {}),
        ("tolerant", {"new": 1}),
        pytest.param("forgiving", {"id": 5}, marks=BY_ARGUMENT),
    ],
)
def test_an_attribute_is_its_key_whatever_the_argument_is_called(mode, more):
    """So it is for all other classes."""
    adapter = DictAdapter(Private, mode=mode)
    instance = adapter.decode(PRIVATE | more)

    assert instance == Private(hidden=1, argument=2)
    assert adapter.encode(instance) == PRIVATE | more


def test_a_field_that_init_does_not_take_comes_back():
    """What encodes ought to decode."""
    adapter = DictAdapter(Derived)

    assert adapter.decode(adapter.encode(Derived())) == Derived()


@pytest.mark.parametrize(
    ("payload", "name", "value"),
    [
        pytest.param(
            {"noted": 5},
            "noted",
            5,
            marks=(),
        ),
        pytest.param(
            {"mood": "good"},
            "mood",
            Mood.GOOD,
            marks=(),
        ),
        ({"word": "a"}, "word", "a"),
    ],
)
def test_annotations_that_ours_do_not_have_are_read(payload, name, value):
    """Fields of such types are decoded, by rtmodels or by the converter."""
    instance = DictAdapter(Annotations).decode(payload)

    assert getattr(instance, name) == value


@pytest.mark.parametrize(
    ("name", "default"),
    [("value", None), ("obj", None), ("known", None), ("self", None), ("values", 3)],
)
def test_a_class_may_have_any_name(name, default):
    """Generated code has its own names, and must keep them apart."""
    annotation = int | None if default is None else int
    cls = make_model(name, number=attrs.field(type=annotation, default=default))

    assert DictAdapter(cls).decode({"number": 5}) == cls(number=5)


@frozen(kw_only=True)
class Priced(RealtimeFunctionTool):
    """A tool with a rule, whose ``type`` is a constant that the wire may leave out."""

    cents: int = field(default=0, validator=ge(0))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("type_", [{}, {"type": None}, {"type": 5}, {"type": "x"}])
def test_a_rule_does_not_put_a_constant_where_none_came(type_, mode):
    """What comes back is what came, as of the class without the rule."""
    payload = {"name": "pay", **type_}
    plain, ruled = (
        DictAdapter(cls, mode=mode) for cls in (RealtimeFunctionTool, Priced)
    )
    try:
        expected = plain.decode(payload)
    except ValidationError as exc:
        with pytest.raises(ValidationError) as caught:
            ruled.decode(payload)
        assert caught.value.issues == exc.issues
    else:
        tool = ruled.decode(payload)
        assert tool.type is None
        assert tool.extra == expected.extra
        assert plain.encode(expected) == payload
        assert ruled.encode(tool) == {**payload, "cents": 0}


@pytest.mark.parametrize(
    "name", ["obj1", "self1", "extra1", "out1", "value1", "number_", "number_1"]
)
def test_a_class_inside_another_may_have_any_name(name):
    """Both ways, whether its own fields are required or not."""
    inner = make_model(
        name, number=attrs.field(type=int), word=attrs.field(type=str, default=None)
    )
    outer = make_model(
        "Outer",
        first=attrs.field(type=inner),
        second=attrs.field(type=inner | None, default=None),
    )
    instance = outer(first=inner(number=5, word="x"), second=inner(number=6, word="y"))
    payload = {
        "first": {"number": 5, "word": "x"},
        "second": {"number": 6, "word": "y"},
    }

    for cls, value, wire in [
        (outer, instance, payload),
        (inner, instance.first, payload["first"]),
    ]:
        adapter = DictAdapter(cls)
        assert adapter.encode(value) == wire
        assert adapter.decode(wire) == value


def test_a_field_may_be_called_like_what_checks_another():
    """Each value is checked against the words of its own field."""
    chosen = make_model(
        "Chosen",
        words=attrs.field(type=Literal["one", "two"]),
        other=attrs.field(type=Literal["red", "blue"]),
    )
    middle = make_model("Middle", inner=attrs.field(type=chosen))
    outer = make_model("Outer", inner=attrs.field(type=middle))
    wrong = outer(inner=middle(inner=chosen(words="one", other="on")))

    with pytest.raises(EncodeError, match=r"^\$\.inner\.inner\.other: expected one of"):
        DictAdapter(outer).encode(wrong)


def make_model(name, **fields):
    """Make a class like ours."""
    return attrs.make_class(
        name, fields, bases=(Model,), frozen=True, kw_only=True, slots=True
    )
