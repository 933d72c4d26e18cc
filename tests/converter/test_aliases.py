"""Every exported alias and class as a field of user-defined classes of any kind."""

from collections.abc import Mapping, Sequence
from dataclasses import make_dataclass
from typing import Annotated, Any, NamedTuple, TypedDict

import attrs
import pytest
from cattrs import Converter
from cattrs.errors import StructureHandlerNotFoundError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn
from cattrs.preconf import json, msgpack, msgspec, orjson, pyyaml
from hypothesis import given

from rtmodels import (
    RealtimeResponse,
    RealtimeServerEvent,
    Unknown,
    ValidationError,
    VoiceIdsShared,
    configure,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from ..strategies import ALIASES, EACH, MODELS, values
from .places import done

pytestmark = pytest.mark.needs("msgpack")

TYPES = {
    **ALIASES,
    "Unknown": Unknown,
    **{cls.__name__: cls for cls in MODELS[::20]},  # classes have one kind of hook
}
OF_EACH_KIND = (
    "MaxOutputTokens",
    "Metadata",
    "RealtimeClientEvent",
    "ResponseStatus",
    "ToolChoice",
    "VoiceIdsOrCustomVoice",
    "VoiceIdsShared",
)


def has_named_tuples():
    """Check whether this version of cattrs structures named tuples."""
    try:
        Converter().structure([1], NamedTuple("Named", [("number", int)]))
    except StructureHandlerNotFoundError:
        return False
    return True


HAS_NAMED_TUPLES = has_named_tuples()

CONVERTERS = {
    "Converter": Converter,
    "without details": lambda: Converter(detailed_validation=False),
    "json": json.make_converter,
    "msgpack": msgpack.make_converter,
    "msgspec": msgspec.make_converter,
    "orjson": orjson.make_converter,
    "pyyaml": pyyaml.make_converter,
}
if not HAS_NAMED_TUPLES:
    # That version of cattrs also leaves whole classes to msgspec, which rejects ours.
    del CONVERTERS["msgspec"]


def holders(type_):
    """Make types that hold *type_*, each with the function that puts a value in."""
    fields = {
        "itself": (type_, lambda value: value),
        "optional": (type_ | None, lambda value: value),
        "annotated": (Annotated[type_, "note"], lambda value: value),
        "list": (list[type_], lambda value: [value]),
        "tuple": (tuple[type_, ...], lambda value: (value, value)),
        "pair": (tuple[type_, int], lambda value: (value, 1)),
        "sequence": (Sequence[type_], lambda value: (value,)),
        "dict": (dict[str, type_], lambda value: {"k": value}),
        "mapping": (Mapping[str, type_], lambda value: {"k": value}),
    }
    classes = {
        "attrs": attrs.make_class(
            "Attrs", {name: attrs.field(type=t) for name, (t, _) in fields.items()}
        ),
        "dataclass": make_dataclass(
            "Data", [(name, t) for name, (t, _) in fields.items()]
        ),
        "named tuple": NamedTuple("Named", [(n, t) for n, (t, _) in fields.items()]),
        "typed dict": TypedDict("Typed", {n: t for n, (t, _) in fields.items()}),
    }

    if not HAS_NAMED_TUPLES:
        del classes["named tuple"]

    def fill(cls, value):
        return cls(**{name: put(value) for name, (_, put) in fields.items()})

    return classes, fill


CASES = [(name, "Converter") for name in TYPES]
CASES += [(name, kind) for name in OF_EACH_KIND for kind in list(CONVERTERS)[1:]]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_every_alias_serves_in_fields_of_any_class(name, kind):
    """It unstructures to the same data as alone, and structures again, equal."""
    type_ = TYPES[name]
    converter, alone = configure(CONVERTERS[kind]()), make_converter()
    classes, fill = holders(type_)

    @EACH
    @given(values(type_))
    def check(value):
        data = alone.unstructure(value, type_)
        for cls in classes.values():
            wire = converter.unstructure(fill(cls, value), cls)

            first = wire[0] if isinstance(wire, (list, tuple)) else wire["itself"]
            assert first == data
            assert converter.structure(wire, cls) == fill(cls, value)

    check()


@pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)
def test_every_alias_serves_alone_in_an_adapter(type_):
    """Aliases of strings too."""
    adapter = JsonAdapter(type_)

    @EACH
    @given(values(type_))
    def check(value):
        assert adapter.decode(adapter.encode(value)) == value

    check()


def test_an_open_set_in_a_field_rejects_other_types():
    """The issue has the path, as for a class."""
    cls = attrs.make_class("Call", {"voice": attrs.field(type=VoiceIdsShared)})

    with pytest.raises(ValidationError, match=r"^\$\.voice: expected str, got int$"):
        DictAdapter(cls).decode({"voice": 5})


@pytest.mark.parametrize(
    "make_function", [make_dict_structure_fn, make_dict_unstructure_fn]
)
@pytest.mark.parametrize("cls", [RealtimeResponse, *MODELS[::20]])
def test_functions_of_cattrs_that_lose_keys_are_refused(make_function, cls):
    """The error says how to change a built-in hook."""
    with pytest.raises(TypeError, match=r"would lose undeclared keys.*wrap the built"):
        make_function(cls, make_converter())


def test_a_factory_for_all_attrs_classes_is_refused_too():
    """The error is the cause of the one that adapters raise."""
    converter = make_converter()
    converter.register_structure_hook_factory(
        attrs.has, lambda cls: make_dict_structure_fn(cls, converter)
    )

    with pytest.raises(ValidationError, match="would lose") as caught:
        DictAdapter(RealtimeServerEvent, converter=converter).decode(done())
    assert isinstance(caught.value.__cause__, TypeError)


def test_a_wrapped_hook_keeps_undeclared_keys():
    """As the error advises."""
    converter = make_converter()
    structure = converter.get_structure_hook(RealtimeResponse)
    unstructure = converter.get_unstructure_hook(RealtimeResponse)

    def rename(value: dict[str, Any], old: str, new: str) -> dict[str, Any]:
        return {new if key == old else key: item for key, item in value.items()}

    converter.register_structure_hook(
        RealtimeResponse,
        lambda value, type_: structure(rename(value, "responseId", "id"), type_),
    )
    converter.register_unstructure_hook(
        RealtimeResponse, lambda value: rename(unstructure(value), "id", "responseId")
    )
    adapter = DictAdapter(RealtimeServerEvent, converter=converter)
    event = adapter.decode(done(responseId="r", mood="good"))

    assert (event.response.id, event.response.extra) == ("r", {"mood": "good"})
    assert adapter.encode(event)["response"] == {"responseId": "r", "mood": "good"}
