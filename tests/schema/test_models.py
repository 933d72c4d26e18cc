"""What instances do: compare, hash, copy, pickle, match and print."""

import copy
import inspect
import pickle
import pydoc
import re
import types
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import attrs
import pytest
from attrs import frozen

import rtmodels
from rtmodels import (
    UNSET,
    ErrorEvent,
    ErrorEventError,
    InputAudioBufferAppendEvent,
    MCPTool,
    Model,
    RealtimeAudioFormatsPcm,
    RealtimeConversationItemMessageUser,
    RealtimeConversationItemMessageUserContent,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSessionCreateRequestAudioInput,
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    Unknown,
    Unset,
)

from ..strategies import MODELS

SCALARS = {
    str: "text",
    int: 7,
    float: 0.5,
    bool: True,
    bytes: b"\x00\x01",
    Any: {"any": ["thing", None]},
}
EXTRA = {"new_key": [1, {"deep": None}]}
PROTOCOLS = [2, pickle.HIGHEST_PROTOCOL]


def build(annotation: Any) -> Any:
    """Make a value of *annotation*, the same one every time.

    Instances have a value in every field, and of a union the first member.
    """
    origin, args = get_origin(annotation), get_args(annotation)
    if annotation in SCALARS:
        return SCALARS[annotation]
    if annotation is Unknown:
        return Unknown(tag="new", payload={"type": "new", "key": 1})
    if origin is Literal:
        return args[0]
    if origin in (Annotated, Union, types.UnionType):
        return build(args[0])
    if origin is tuple:
        return (build(args[0]), build(args[0]))
    if origin is Mapping:
        return {"key": build(args[1])}
    return build_model(annotation)


def build_model(cls: type[Model], **changes: Any) -> Any:
    """Make an instance of *cls* with a value in every field but those in *changes*."""
    fields = (field for field in attrs.fields(cls) if field.name != "extra")
    return cls(**{field.name: build(field.type) for field in fields} | changes)


def required_of(cls: type) -> dict[str, Any]:
    """Make values for the fields of *cls* that have no default."""
    fields = (f for f in attrs.fields(cls) if f.default is attrs.NOTHING)
    return {field.name: build(field.type) for field in fields}


def own_values(instance: Any) -> dict[str, Any]:
    """Return the values of the fields of *instance*, unconverted."""
    return {f.name: getattr(instance, f.name) for f in attrs.fields(type(instance))}


INSTANCES = [build_model(cls, extra=EXTRA) for cls in MODELS]
instances = pytest.mark.parametrize(
    "instance",
    [*INSTANCES, build(Unknown)],
    ids=lambda instance: type(instance).__name__,
)
classes = pytest.mark.parametrize("cls", MODELS)


@instances
def test_instances_are_frozen(instance):
    """No attribute can be set, deleted or added."""
    for name in [*own_values(instance), "nonsense"]:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(instance, name, None)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            delattr(instance, name)


@classes
def test_positions_are_refused(cls):
    """Every field has to be named."""
    with pytest.raises(TypeError, match="positional argument"):
        cls("text")


@classes
def test_required_fields_are_enough(cls):
    """Whatever is not given has its default, and ``extra`` is empty."""
    given = required_of(cls)

    instance = cls(**given)

    assert own_values(instance) == {
        field.name: given.get(field.name, field.default) for field in attrs.fields(cls)
    }
    assert instance.extra is None


@classes
def test_a_missing_required_field_is_refused(cls):
    """Python says which argument is missing."""
    for name in required_of(cls):
        given = {k: v for k, v in required_of(cls).items() if k != name}
        with pytest.raises(TypeError, match=f"argument: '{name}'"):
            cls(**given)


@classes
def test_evolve_changes_one_field(cls):
    """All other fields, ``extra`` among them, are carried along."""
    before = build_model(cls, extra=EXTRA)
    for name in own_values(before):
        after = attrs.evolve(before, **{name: "changed"})

        assert own_values(after) == own_values(before) | {name: "changed"}


@classes
def test_equal_fields_make_equal_instances(cls):
    """Two instances built alike are equal, and so are their hashes."""
    one, other = build_model(cls), build_model(cls)

    assert one is not other
    assert one == other
    assert hash(one) == hash(other)


@classes
def test_every_field_counts_in_equality(cls):
    """A difference in any one field makes instances differ."""
    before = build_model(cls)
    for field in attrs.fields(cls):
        if field.name != "extra":
            assert attrs.evolve(before, **{field.name: "changed"}) != before


@classes
def test_extra_is_no_part_of_equality(cls):
    """Unknown keys make no difference, nor to the hash."""
    plain, more = build_model(cls), build_model(cls, extra=EXTRA)

    assert plain == more
    assert hash(plain) == hash(more)


def test_instances_of_different_classes_differ():
    """Equal keys are not enough: what the object is counts too."""
    same = [cls() for cls in MODELS if not required_of(cls)]

    assert len(set(same)) == len(same)
    assert build_model(ErrorEventError) != build(Unknown)


@instances
def test_instances_can_be_members_of_sets(instance):
    """Also those that hold mappings, which are not hashable themselves."""
    assert {instance, copy.copy(instance)} == {instance}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@instances
def test_instances_pickle(instance, protocol):
    """What comes out of a pickle has the same values, ``extra`` among them."""
    back = pickle.loads(pickle.dumps(instance, protocol))

    assert type(back) is type(instance)
    assert own_values(back) == own_values(instance)


@pytest.mark.parametrize("copier", [copy.copy, copy.deepcopy])
@instances
def test_instances_can_be_copied(instance, copier):
    """A copy has the same values, ``extra`` among them."""
    back = copier(instance)

    assert back is not instance
    assert own_values(back) == own_values(instance)


def test_a_deep_copy_shares_nothing_mutable():
    """Changing a copy's mappings leaves the original alone."""
    original = build_model(MCPTool, extra={"list": []})

    back = copy.deepcopy(original)

    assert back.headers is not original.headers
    assert back.extra["list"] is not original.extra["list"]


@instances
def test_repr_is_the_call_that_makes_the_instance(instance):
    """It has the fields that are set, and nothing else."""
    names = [name for name, _ in instance.__rich_repr__()]
    unset = [
        field.name
        for field in attrs.fields(type(instance))
        if getattr(instance, field.name) == field.default
    ]
    assert sorted([*names, *unset]) == sorted(attrs.fields_dict(type(instance)))
    if "***" not in repr(instance) and " bytes>" not in repr(instance):
        made = eval(repr(instance), vars(rtmodels))  # noqa: S307 - our own repr
        assert made == instance


@classes
def test_the_repr_of_audio_is_its_size(cls):
    """No class prints the bytes of any audio."""
    fields = [f.name for f in attrs.fields(cls) if bytes in (*get_args(f.type), f.type)]
    for name in fields:
        text = repr(build_model(cls, **{name: bytes(4800)}))

        assert f"{name}=<4,800 bytes>" in text
        assert len(text) < len(repr(bytes(4800)))


def test_the_repr_of_no_audio_says_so():
    """Absent audio and empty audio do not look like audio, nor like each other."""
    make = RealtimeConversationItemMessageUserContent

    assert "audio" not in repr(make(audio=None))
    assert repr(make(audio=b"")).endswith("(audio=b'')")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a" * 200, repr("a" * 200)),
        ("a" * 201, f"<201 characters: '{'a' * 59}…'>"),
    ],
)
def test_the_repr_of_long_text_is_cut(text, shown):
    """What is cut cannot be taken for the value."""
    part = RealtimeConversationItemMessageUserContent(text=text)
    item = RealtimeConversationItemMessageUser(content=(part,))

    assert f"text={shown})" in repr(item)


def test_the_repr_ends_with_what_is_undeclared():
    """A long dict is cut, and the rest is still shown."""
    response = RealtimeResponse(id="r", extra={str(key): key for key in range(100)})

    assert repr(response).startswith("RealtimeResponse(id='r', extra={'0': 0, ")
    assert repr(response).endswith(", ...})")


def test_rich_and_ipython_show_the_same_fields():
    """Both print a tree when a line is too short."""
    pretty = pytest.importorskip("IPython.lib.pretty").pretty
    event = ResponseDoneEvent(
        event_id="event_1", response=RealtimeResponse(id="resp_1", status="failed")
    )

    assert dict(event.__rich_repr__()) == {
        "event_id": "event_1",
        "response": event.response,
    }
    assert pretty(event, max_width=40).splitlines() == [
        "ResponseDoneEvent(",
        "    event_id='event_1',",
        "    response=RealtimeResponse(",
        "        id='resp_1',",
        "        status='failed'))",
    ]


def test_the_repr_of_an_event_shows_nested_objects():
    """Logs say what an event carries, at every depth."""
    event = ResponseDoneEvent(
        event_id="event_1", response=RealtimeResponse(id="resp_1", status="failed")
    )

    assert "response=RealtimeResponse(" in repr(event)
    assert "status='failed'" in repr(event)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("MCPTool", "authorization"),
        ("MCPTool", "headers"),
        ("RealtimeCreateClientSecretResponse", "value"),
        ("RealtimeTranslationClientSecretCreateResponse", "value"),
        ("RealtimeBetaClientSecret", "value"),
    ],
)
def test_secrets_are_not_printed(name, field):
    """Neither tokens nor HTTP headers nor client secrets get into a log."""
    text = repr(build_model(getattr(rtmodels, name), **{field: "s3cret"}))

    assert "s3cret" not in text
    assert f"{field}='***'" in text


@pytest.mark.parametrize(
    ("headers", "shown"), [(UNSET, ""), (None, ", headers=None"), ({}, ", headers={}")]
)
def test_the_repr_of_no_secret_says_so(headers, shown):
    """Where there is nothing to hide, the log says that there is nothing."""
    tool = MCPTool(server_label="crm", headers=headers)

    assert repr(tool) == f"MCPTool(server_label='crm'{shown})"


def test_events_match_by_class_and_field():
    """A ``match`` statement reads events as they are written."""
    event = ResponseDoneEvent(
        event_id="event_1", response=RealtimeResponse(status="completed")
    )
    match event:
        case (
            ErrorEvent() | ResponseDoneEvent(response=RealtimeResponse(status="failed"))
        ):
            seen = "failure"
        case ResponseDoneEvent(response=RealtimeResponse(status=status)):
            seen = status

    assert seen == "completed"


@pytest.mark.parametrize("cls", [*MODELS, Model, Unknown])
def test_fields_do_not_match_by_position(cls):
    """A new field of upstream's never shifts the meaning of a pattern."""
    assert cls.__match_args__ == ()


@pytest.mark.parametrize("cls", get_args(RealtimeServerEvent))
def test_an_event_matches_no_other_class(cls):
    """Every event takes its own branch of a ``match`` statement, and no second one."""
    event = build(cls)

    assert [c for c in get_args(RealtimeServerEvent) if isinstance(event, c)] == [cls]


def test_unset_is_false_and_not_none():
    """``if x.turn_detection`` treats absent like null, and ``is`` tells them apart."""
    assert not UNSET
    assert UNSET is not None
    assert UNSET != None  # noqa: E711 - equality is what is asked here


def test_unset_prints_as_its_name():
    """Logs show the name that code imports."""
    assert repr(UNSET) == str(UNSET) == f"{UNSET}" == "UNSET"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_unset_pickles_as_itself(protocol):
    """A process has only one UNSET."""
    assert pickle.loads(pickle.dumps(UNSET, protocol)) is UNSET


@pytest.mark.parametrize(
    "again",
    [copy.copy(UNSET), copy.deepcopy(UNSET), Unset.UNSET, Unset()],
)
def test_unset_is_a_singleton(again):
    """However one gets hold of it, it is the same object."""
    assert again is UNSET


def test_absent_null_and_set_are_three_things():
    """Turn detection that is switched off differs from that left as it is."""
    absent = RealtimeSessionCreateRequestAudioInput()
    null = RealtimeSessionCreateRequestAudioInput(turn_detection=None)

    assert absent.turn_detection is UNSET
    assert null.turn_detection is None
    assert absent != null


def test_a_constant_needs_no_writing():
    """The class says which event it is."""
    event = InputAudioBufferAppendEvent(audio=b"\x00\x00")

    assert event.type == "input_audio_buffer.append"


def test_audio_takes_part_in_equality():
    """That it is not printed does not mean that it is ignored."""
    one = build_model(ResponseOutputAudioDeltaEvent, delta=b"\x00\x01")
    other = build_model(ResponseOutputAudioDeltaEvent, delta=b"\x00\x02")

    assert one != other


def test_a_tag_that_may_be_absent_can_be_left_out():
    """``None`` marks an optional ``type`` that is not on the wire."""
    assert RealtimeAudioFormatsPcm().type == "audio/pcm"
    assert RealtimeAudioFormatsPcm(type=None) != RealtimeAudioFormatsPcm()


def test_unknown_keeps_the_whole_payload():
    """The user can read what the library does not recognise."""
    payload = {"type": "ping", "at": 1}

    unknown = Unknown(tag="ping", payload=payload)

    assert unknown.tag == "ping"
    assert unknown.payload is payload


def test_unknowns_compare_by_payload():
    """Two objects of an unknown type are equal if all their keys are."""
    one = Unknown(tag="ping", payload={"type": "ping", "at": 1})
    other = Unknown(tag="ping", payload={"type": "ping", "at": 2})

    assert one == copy.deepcopy(one)
    assert one != other


def test_unknowns_with_different_payloads_may_share_a_set():
    """The hash leaves the payload out, and equality does not."""
    one = Unknown(tag=None, payload={"at": 1})
    other = Unknown(tag=None, payload={"at": 2})

    assert hash(one) == hash(other)
    assert len({one, other}) == 2


def test_unknown_is_no_model():
    """It has no fields, and so nothing is extra to it."""
    names = [field.name for field in attrs.fields(Unknown)]

    assert not issubclass(Unknown, Model)
    assert names == ["tag", "payload", "expected"]


@frozen(kw_only=True)
class Reminder(ResponseDoneEvent):
    """A subclass of a user."""

    at: int = 0
    """When it is due."""


def test_help_has_the_docs_of_the_fields():
    """Python keeps no docstrings of fields; yet ``help`` shows them."""
    text = pydoc.render_doc(ResponseDoneEvent, renderer=pydoc.plaintext)
    summary, _, rest = inspect.getdoc(ResponseDoneEvent).partition("\n")
    fields = rest[: text.find("Method")]

    assert summary == "The response is over, whatever way it ended: its status says."
    assert "\nFields:\n    event_id: " in fields
    assert "\n    response: The response in its final state" in fields
    assert fields.index("    type: ") < fields.index("    extra: ")
    assert text.index("response: The response in its") < text.index("Methods")


def test_help_has_the_docs_of_a_subclass():
    """Its own fields come first, with those of the class that it derives from."""
    text = Reminder.__doc__

    assert text.startswith("A subclass of a user.\n\nFields:\n")
    assert "    at: When it is due.\n" in text
    assert "    response: The response in its final state" in text


@pytest.mark.parametrize("cls", [*MODELS, Unknown])
def test_every_field_has_its_line(cls):
    """In the order of the class."""
    _, _, lines = cls.__doc__.partition("\nFields:\n")
    names = re.findall(r"^    (\w+): \S", lines, re.MULTILINE)

    assert sorted(names) == sorted(field.name for field in attrs.fields(cls))


def test_a_signature_begins_with_what_is_needed():
    """Editors show it: ``extra``, which all classes have, comes last."""
    names = list(inspect.signature(ResponseDoneEvent).parameters)

    assert names == ["event_id", "response", "type", "extra"]
