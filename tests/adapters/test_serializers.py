"""What serializers that know nothing of rtmodels make of its objects: an error."""

import copy
import pickle
from collections.abc import Callable
from importlib import import_module
from typing import Any

import attrs
import cattrs
import pytest

import rtmodels
from rtmodels import (
    UNSET,
    Model,
    RealtimeConversationItemMessageUser,
    RealtimeResponse,
    RealtimeResponseUsage,
    Unknown,
    Unset,
)

ABSENT = RealtimeResponse(usage=RealtimeResponseUsage(total_tokens=7))
"""An object with an absent field that may be null."""

FULL = RealtimeConversationItemMessageUser(content=())
"""An object without one."""


def serializer(path: str, *extras: str) -> Any:
    """Return the parameter for the function at *path*, which needs *extras*."""
    marks = [pytest.mark.needs(*extras)] if extras else []
    return pytest.param(path, marks=marks, id=path)


ENCODERS = [
    serializer("json.dumps"),
    serializer("orjson.dumps"),
    serializer("fastapi.encoders.jsonable_encoder", "fastapi"),
    serializer("kombu.utils.json.dumps", "kombu"),
    serializer("msgpack.packb", "arrow"),
    serializer("msgspec.json.encode", "msgspec"),
    serializer("msgspec.msgpack.encode", "msgspec"),
    serializer("msgspec.to_builtins", "msgspec"),
    serializer("ormsgpack.packb", "msgpack"),
    serializer("pydantic_core.to_json", "pydantic"),
    serializer("pydantic_core.to_jsonable_python", "pydantic"),
]

PRECONF = [
    serializer("cattrs.preconf.json"),
    serializer("cattrs.preconf.orjson"),
    serializer("cattrs.preconf.msgpack", "arrow"),
    serializer("cattrs.preconf.msgspec", "msgspec"),
]


def find(path: str) -> Callable[[Any], Any]:
    """Import the function at *path*."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


@pytest.mark.parametrize("path", ENCODERS)
@pytest.mark.parametrize("value", [UNSET, [UNSET], {"code": UNSET}])
def test_unset_is_written_by_no_serializer(path, value):
    """Wherever it stands, there is an error in place of a text."""
    with pytest.raises(Exception, match=r"Unset|unsupported"):
        find(path)(value)


@pytest.mark.parametrize("path", ENCODERS)
@pytest.mark.parametrize("convert", [attrs.asdict, cattrs.unstructure])
def test_objects_turned_to_dicts_are_written_by_none(path, convert):
    """``attrs.asdict`` and cattrs leave `UNSET` where it is."""
    plain = convert(ABSENT)

    assert plain["metadata"] is UNSET
    with pytest.raises(Exception, match=r"Unset|unsupported"):
        find(path)(plain)


@pytest.mark.parametrize("path", PRECONF)
def test_a_preconfigured_converter_without_our_hooks_writes_none(path):
    """Those of cattrs, which `rtmodels.configure` has not seen."""
    converter = import_module(path).make_converter()

    with pytest.raises(Exception, match="Unset"):
        converter.dumps(ABSENT)


@pytest.mark.parametrize("path", PRECONF)
def test_a_configured_one_leaves_absent_fields_out(path):
    """As the adapters do."""
    converter = rtmodels.configure(import_module(path).make_converter())

    data = converter.dumps(ABSENT)

    assert converter.loads(data, dict) == {"usage": {"total_tokens": 7}}


@pytest.mark.parametrize("path", ENCODERS)
@pytest.mark.parametrize("value", [ABSENT, FULL, Unknown(tag="x", payload={})])
def test_instances_are_written_by_no_serializer(path, value):
    """Not even by msgspec, which writes other attrs classes."""
    with pytest.raises(Exception, match=type(value).__name__):
        find(path)([value])


def test_attrs_knows_the_fields_all_the_same():
    """Those of a schema class, and of user-defined classes derived from it."""

    @attrs.frozen(kw_only=True)
    class Derived(RealtimeResponse):
        mood: str | None = None

    class Plain(RealtimeResponse):
        pass

    names = list(attrs.fields_dict(RealtimeResponse))

    assert list(attrs.fields_dict(Derived)) == [*names, "mood"]
    assert list(attrs.fields_dict(Plain)) == names
    assert list(attrs.fields_dict(Model)) == ["extra"]
    assert list(attrs.fields_dict(Unknown)) == ["tag", "payload", "expected"]
    assert attrs.evolve(Derived(mood="good"), id="r").mood == "good"


@pytest.mark.needs("msgspec")
@pytest.mark.parametrize("slots", [True, False])
def test_derived_classes_are_written_by_none_either(slots):
    """With slots or without."""

    @attrs.define(kw_only=True, slots=slots, frozen=True)
    class Derived(RealtimeResponse):
        mood: str | None = None

    with pytest.raises(TypeError, match="Derived"):
        find("msgspec.json.encode")(Derived())


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_unset_stays_one_object(protocol):
    """Pickled, copied, or made anew, alone and within an object."""
    again = pickle.loads(pickle.dumps((UNSET, ABSENT), protocol))

    assert again[0] is again[1].metadata is UNSET
    assert copy.copy(UNSET) is copy.deepcopy(UNSET) is Unset() is UNSET
    assert copy.deepcopy(ABSENT).metadata is UNSET


def test_unset_matches():
    """As a value and as a class."""
    match ABSENT.metadata:
        case Unset.UNSET:
            by_value = True
    match ABSENT.metadata:
        case Unset():
            by_class = True

    assert by_value
    assert by_class
    assert {UNSET: 1}[UNSET] == 1
