"""Tagged unions: how the class is picked, in ours and in those of a user's choice."""

from enum import StrEnum
from typing import Any, Literal, get_args

import attrs
import pytest

import rtmodels
from rtmodels import (
    Model,
    RealtimeAudioFormats,
    RealtimeConversationItem,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageSystem,
    RealtimeConversationItemMessageUser,
    RealtimeServerEvent,
    RealtimeTool,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import DictAdapter

from .places import CALL, LAX, MODES, USER, added, done

ALIASES = {name: getattr(rtmodels, name) for name in rtmodels.__all__}
UNIONS = {name: alias for name, alias in ALIASES.items() if Unknown in get_args(alias)}
MEMBERS = [
    (name, member)
    for name, alias in UNIONS.items()
    for member in get_args(alias)
    if isinstance(member, type) and issubclass(member, Model)
]
ERROR = {"type": "error", "event_id": "e", "error": {"type": "t", "message": "m"}}


class Kind(StrEnum):
    """Tags that are strings only by descent."""

    DONE = "response.done"
    MESSAGE = "message"
    USER = "user"


def tags(cls: type) -> dict[str, Any]:
    """Return the constants of a class."""
    return {
        field.name: field.default
        for field in attrs.fields(cls)
        if field.name in {"type", "role"} and isinstance(field.default, str)
    }


def test_the_schema_has_the_unions_that_are_tested_here():
    """So that a new one does not go untested."""
    assert sorted(UNIONS) == [
        "ClientSession",
        "GlmClientEvent",
        "GlmServerEvent",
        "LiveAudioFormat",
        "LiveClientEvent",
        "LiveDecisionAssistantPart",
        "LiveDecisionInputPart",
        "LiveDecisionItem",
        "LiveDecisionOutputPart",
        "LiveDecisionQuestion",
        "LiveDecisionStoredItem",
        "LiveDelegation",
        "LiveDelegationUpdate",
        "LiveForkClientEvent",
        "LiveForkServerEvent",
        "LiveInitialItem",
        "LiveServerEvent",
        "LiveSidebandClientEvent",
        "LiveSidebandServerEvent",
        "LocalAiRealtimeConversationItem",
        "LocalAiServerEvent",
        "QwenClientEvent",
        "QwenServerEvent",
        "RealtimeAudioFormats",
        "RealtimeBetaClientEvent",
        "RealtimeBetaServerEvent",
        "RealtimeBetaToolChoice",
        "RealtimeClientEvent",
        "RealtimeConversationItem",
        "RealtimeMCPError",
        "RealtimeServerEvent",
        "RealtimeTool",
        "RealtimeTranslationClientEvent",
        "RealtimeTranslationServerEvent",
        "RealtimeTruncation",
        "RealtimeTurnDetection",
        "ServerSession",
        "ToolChoice",
        "TranscriptTextUsage",
        "VllmClientEvent",
        "VllmServerEvent",
        "VoiceLiveClientEvent",
        "VoiceLiveConversationItem",
        "VoiceLiveInterimResponseConfig",
        "VoiceLiveServerEvent",
        "VoiceLiveTool",
        "VoiceLiveTurnDetection",
        "VoiceLiveVoice",
        "XaiClientEvent",
        "XaiRealtimeConversationItem",
        "XaiRealtimeTool",
        "XaiServerEvent",
    ]


@pytest.mark.parametrize("mode", LAX)
@pytest.mark.parametrize("union", UNIONS.values(), ids=UNIONS)
def test_every_union_keeps_an_unknown_tag(union, mode):
    """The object is not looked at, and comes back as it was."""
    adapter = DictAdapter(union, mode=mode)
    payload = {"type": "new", "role": 5, "event_id": None, "a": [{"b": 1.5}]}

    assert adapter.decode(payload) == Unknown(tag="new", payload=payload)
    assert adapter.encode(adapter.decode(payload)) == payload


@pytest.mark.parametrize("union", UNIONS.values(), ids=UNIONS)
def test_every_union_refuses_an_unknown_tag_in_strict_mode(union):
    """The issue shows the tag."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(union, mode="strict").decode({"type": "new"})

    assert str(caught.value) == "$.type: expected a known type, got 'new'"


@pytest.mark.parametrize(("name", "cls"), MEMBERS)
def test_a_tag_picks_its_class(name, cls):
    """What is wrong with a payload of tags alone is wrong with that very class."""
    union, alone = (DictAdapter(type_, mode="strict") for type_ in (UNIONS[name], cls))
    outcomes = []
    for adapter in (union, alone):
        try:
            outcomes.append(adapter.decode(tags(cls)))
        except ValidationError as exc:
            outcomes.append(exc.issues)

    assert outcomes[0] == outcomes[1]
    assert type(outcomes[0]) in {cls, tuple}


@pytest.mark.parametrize(
    ("role", "cls"),
    [
        ("system", RealtimeConversationItemMessageSystem),
        ("user", RealtimeConversationItemMessageUser),
        ("assistant", RealtimeConversationItemMessageAssistant),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_messages_are_told_apart_by_role(role, cls, mode):
    """They share one type."""
    item = {"type": "message", "role": role, "content": []}

    assert type(DictAdapter(RealtimeConversationItem, mode=mode).decode(item)) is cls


@pytest.mark.parametrize("mode", LAX)
def test_an_unknown_role_is_an_unknown_item(mode):
    """Its type is told, its role is in the payload."""
    item = {"type": "message", "role": "tool", "content": 5}
    adapter = DictAdapter(RealtimeServerEvent, mode=mode)
    event = adapter.decode(added(item))

    assert event.item == Unknown(tag="message", payload=item)
    assert adapter.encode(event) == added(item)


@pytest.mark.parametrize("mode", ["strict", "tolerant"])
@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ({}, "$.item.type: expected str, got nothing"),
        ({"type": None}, "$.item.type: expected str, got null"),
        ({"type": 5}, "$.item.type: expected str, got int"),
        ({"type": True}, "$.item.type: expected str, got bool"),
        ({"type": ["message"]}, "$.item.type: expected str, got array"),
        ({"type": {"a": 1}}, "$.item.type: expected str, got object"),
        ({"type": "message"}, "$.item.role: expected str, got nothing"),
        ({**USER, "role": None}, "$.item.role: expected str, got null"),
        ({**USER, "role": 5}, "$.item.role: expected str, got int"),
        ({**USER, "role": ["user"]}, "$.item.role: expected str, got array"),
        ({**USER, "role": {}}, "$.item.role: expected str, got object"),
        (None, "$.item: expected object, got null"),
        ([CALL], "$.item: expected object, got array"),
        ("message", "$.item: expected object, got str"),
    ],
)
def test_a_tag_that_is_missing_or_no_string_is_an_error(payload, text, mode):
    """Unhashable ones too: a look-up must not trip over them."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(RealtimeServerEvent, mode=mode).decode(added(payload))

    assert str(caught.value) == text


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("union", "payload", "name"),
    [
        (RealtimeAudioFormats, {}, "RealtimeAudioFormatsPcm"),
        (RealtimeAudioFormats, {"rate": 24000}, "RealtimeAudioFormatsPcm"),
        (RealtimeTool, {}, "RealtimeFunctionTool"),
        (RealtimeTool, {"name": "f", "parameters": {}}, "RealtimeFunctionTool"),
    ],
)
def test_a_missing_optional_tag_picks_the_first_class_with_all_keys(
    union, payload, name, mode
):
    """The instance remembers that there was none."""
    adapter = DictAdapter(union, mode=mode)
    instance = adapter.decode(payload)

    assert type(instance).__name__ == name
    assert instance.type is None
    assert adapter.encode(instance) == payload


@pytest.mark.parametrize("mode", LAX)
def test_a_tag_that_is_null_is_a_missing_one(mode):
    """All keys of the class may be there beside it."""
    payload = {"type": None, "name": "f", "description": "d", "parameters": {}}
    adapter = DictAdapter(RealtimeTool, mode=mode)
    tool = adapter.decode(payload)

    assert type(tool).__name__ == "RealtimeFunctionTool"
    assert tool.extra == {"type": None}
    assert adapter.encode(tool) == payload


@pytest.mark.parametrize("mode", LAX)
@pytest.mark.parametrize(
    ("union", "payload"),
    [
        (RealtimeAudioFormats, {"rate": 24000, "new": 1}),
        (RealtimeTool, {"name": "f", "server_label": "s"}),
        (RealtimeTool, {"server_label": "s"}),
    ],
)
def test_without_a_tag_and_with_other_keys_it_is_unknown(union, payload, mode):
    """No class has all the keys, so none is guessed."""
    adapter = DictAdapter(union, mode=mode)

    assert adapter.decode(payload) == Unknown(tag=None, payload=payload)
    assert adapter.encode(adapter.decode(payload)) == payload


@pytest.mark.parametrize(
    ("union", "payload"),
    [
        (RealtimeAudioFormats, {"rate": 24000, "new": 1}),
        (RealtimeTool, {"server_label": "s"}),
        (RealtimeConversationItem, {"name": "f", "arguments": "{}"}),
    ],
)
def test_strict_mode_wants_the_tag_then(union, payload):
    """It does not guess either, and says what it misses."""
    with pytest.raises(ValidationError, match=r"^\$\.type: expected str, got nothing$"):
        DictAdapter(union, mode="strict").decode(payload)


def test_the_first_class_with_all_keys_is_not_left_for_a_wrong_value():
    """A bad value is reported, and not mistaken for another class."""
    with pytest.raises(ValidationError, match=r"^\$\.rate: expected int, got str$"):
        DictAdapter(RealtimeAudioFormats).decode({"rate": "24000"})


@pytest.mark.parametrize(
    ("union", "odd", "plain"),
    [
        (RealtimeServerEvent, {**done(), "type": Kind.DONE}, done()),
        (RealtimeConversationItem, {**USER, "type": Kind.MESSAGE}, USER),
        (RealtimeConversationItem, {**USER, "role": Kind.USER}, USER),
    ],
)
def test_a_tag_that_is_a_string_by_descent_picks_its_class(union, odd, plain):
    """And leaves the converter able to read the plain tag afterwards."""
    adapter = DictAdapter(union)
    first, second = adapter.decode(odd), adapter.decode(plain)

    assert first == second == DictAdapter(union).decode(plain)


def test_a_call_is_the_same_class_wherever_it_stands():
    """In a response, in an event, and alone."""
    types = [
        type(DictAdapter(RealtimeServerEvent).decode(added(CALL)).item),
        type(
            DictAdapter(RealtimeServerEvent)
            .decode(done(output=[CALL]))
            .response.output[0]
        ),
        type(DictAdapter(RealtimeConversationItem).decode(CALL)),
    ]

    assert set(types) == {RealtimeConversationItemFunctionCall}


@attrs.frozen(kw_only=True)
class Caller(Model):
    """A message whose ``type`` may be missing."""

    role: Literal["caller"] = "caller"
    type: Literal["message"] | None = "message"
    text: str | None = None


@attrs.frozen(kw_only=True)
class Agent(Model):
    """The other side's, with the same keys."""

    role: Literal["agent"] = "agent"
    type: Literal["message"] | None = "message"
    text: str | None = None


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("type_", [{}, {"type": "message"}], ids=["without", "with"])
def test_a_role_picks_the_class_whether_there_is_a_type_or_not(type_, mode):
    """The keys of both classes are the same."""
    adapter = DictAdapter(Caller | Agent | Unknown, mode=mode)
    payload = {**type_, "role": "agent", "text": "Hi."}

    message = adapter.decode(payload)

    assert message == Agent(text="Hi.", type=type_.get("type"))
    assert adapter.encode(message) == payload


def test_a_role_picks_the_class_of_an_object_with_undeclared_keys():
    """Without roles, all keys have to be the class's."""
    adapter = DictAdapter(Caller | Agent | Unknown)
    payload = {"role": "agent", "name": "Ann"}

    assert adapter.decode(payload) == Agent(type=None)
    assert adapter.encode(adapter.decode(payload)) == payload


@pytest.mark.parametrize("payload", [{}, {"role": "bot"}, {"role": 5}, {"text": ""}])
def test_without_a_type_or_a_known_role_it_is_unknown(payload):
    """None of the classes fits."""
    adapter = DictAdapter(Caller | Agent | Unknown)

    assert adapter.decode(payload) == Unknown(tag=None, payload=payload)
