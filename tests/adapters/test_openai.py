"""openai-python's realtime objects, from and to ours."""

import inspect
import json
import typing
from types import SimpleNamespace

import openai
import pydantic
import pytest
from openai.resources.realtime.realtime import RealtimeConnection
from openai.types import realtime as sdk
from openai.types.beta import realtime as beta_sdk

import rtmodels
from rtmodels import (
    UNSET,
    BetaResponseAudioDeltaEvent,
    ConversationItemCreateEvent,
    EncodeError,
    InputAudioBufferAppendEvent,
    Model,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeConversationItemMessageUser,
    RealtimeCreateClientSecretResponse,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeResponseCreateParams,
    RealtimeServerEvent,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateRequestAudio,
    RealtimeSessionCreateRequestAudioInput,
    ResponseDoneEvent,
    SessionUpdateEvent,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import DictAdapter
from rtmodels.adapters.openai import from_sdk, to_sdk
from rtmodels.adapters.openai._classes import find_model_class

from ..recordings import MESSAGES, UNKNOWN
from .openai_clients import SENT, SESSION

pytestmark = pytest.mark.needs("openai")

EVENTS = DictAdapter(RealtimeClientEvent | RealtimeServerEvent)
FORGIVING = DictAdapter(RealtimeServerEvent, mode="forgiving")

AUDIO_DELTA = {
    "type": "response.audio.delta",
    "event_id": "event_1",
    "response_id": "resp_1",
    "item_id": "item_1",
    "output_index": 0,
    "content_index": 0,
    "delta": "AAAA",
}
"""An event of the beta."""

SETTINGS = {"type": "realtime", "id": "sess_1", "object": "realtime.session"}

NO_PARTNER = {"RealtimeSessionClientSecret", "ResponseItemReference"}
"""What the SDK has, or had in version 2, and the GA's part of OpenAI's schema has not.

It is no part of an event either.
"""


def parse(message):
    """Parse *message* as the SDK does."""
    parser = SimpleNamespace()  # it uses nothing of the connection
    return RealtimeConnection.parse_event(parser, json.dumps(message))


def declared(cls):
    """Return the ``type`` of the objects of *cls*, if it has just one."""
    field = cls.model_fields.get("type")
    args = typing.get_args(field.annotation) if field else ()
    names = [a for arg in args for a in (arg, *typing.get_args(arg))]
    names = [name for name in names if isinstance(name, str)]
    return names[0] if len(names) == 1 else None


def wrong_types(obj):
    """Find the objects in *obj* that have another ``type`` than their class."""
    if isinstance(obj, list):
        return [wrong for item in obj for wrong in wrong_types(item)]
    if not isinstance(obj, pydantic.BaseModel):
        return []
    name = declared(type(obj))
    wrong = [obj] if name and obj.type not in (name, None) else []
    values = [getattr(obj, name) for name in type(obj).model_fields]
    return wrong + [w for value in values for w in wrong_types(value)]


def test_server_events_are_what_the_sdk_parses():
    """Class, values and the fields that are set are those of the SDK's own parsing."""
    made = [to_sdk(EVENTS.decode(message)) for message in SESSION]
    parsed = [parse(message) for message in SESSION]

    assert len(made) > 200
    assert made == parsed
    assert [type(x) for x in made] == [type(x) for x in parsed]
    assert [x.to_dict(warnings=False) for x in made] == SESSION


def test_client_events_are_the_models_of_the_sdk():
    """They have the class that the SDK declares for their ``type``."""
    made = [to_sdk(EVENTS.decode(message)) for message in SENT]

    assert len(made) > 20
    assert {type(x) for x in made} <= {
        *typing.get_args(typing.get_args(sdk.RealtimeClientEvent)[0])
    }
    assert not wrong_types(made)
    assert [x.to_dict(warnings=False) for x in made] == SENT


def test_captured_events_lose_nothing(captures):
    """Whatever servers really send, its object dumps to it and has the right class."""
    values = [row["value"] for row in captures if row["direction"] == "server"]
    made = [to_sdk(FORGIVING.decode(value)) for value in values]

    assert [x.to_dict(warnings=False) for x in made] == values
    assert not wrong_types(made)


@pytest.mark.parametrize("message", [*MESSAGES[:40:3], UNKNOWN])
def test_there_and_back_is_the_same(message):
    """`from_sdk` undoes `to_sdk`."""
    event = EVENTS.decode(message)

    back = from_sdk(to_sdk(event))

    assert back == event
    assert EVENTS.encode(back) == message


def test_an_unknown_event_is_a_plain_object():
    """The SDK parses it as a ``ConversationCreatedEvent``; here it has no class."""
    made = to_sdk(EVENTS.decode(UNKNOWN))

    assert type(made) is openai.BaseModel
    assert (made.type, made.news) == ("future.event", 1)
    assert made.to_dict() == UNKNOWN


def test_an_event_of_the_beta_has_the_class_of_the_beta():
    """So it is also where it was read as an unknown event of the GA."""
    known = to_sdk(DictAdapter(RealtimeBetaServerEvent).decode(AUDIO_DELTA))
    unknown = to_sdk(EVENTS.decode(AUDIO_DELTA))

    assert type(known) is type(unknown) is beta_sdk.ResponseAudioDeltaEvent
    assert known == unknown
    assert isinstance(from_sdk(known), BetaResponseAudioDeltaEvent)


def test_parts_have_their_class_too():
    """Whatever stands inside of an event can be turned on its own."""
    made = to_sdk(RealtimeResponse(id="resp_1", max_output_tokens="inf"))
    item = to_sdk(RealtimeConversationItemMessageUser(content=()))

    assert type(made) is sdk.RealtimeResponse
    assert made.to_dict() == {"id": "resp_1", "max_output_tokens": "inf"}
    assert type(item) is sdk.RealtimeConversationItemUserMessage
    assert type(from_sdk(item)) is RealtimeConversationItemMessageUser


def test_every_class_of_the_sdk_has_a_partner():
    """A model that the SDK adds is found by walking, or shows up here."""
    models = [
        cls
        for _, cls in inspect.getmembers(sdk, inspect.isclass)
        if issubclass(cls, pydantic.BaseModel)
    ]

    lonely = {
        c.__name__ for c in models if not find_model_class(c, {"type": declared(c)})
    }

    assert len(models) > 80
    assert lonely <= NO_PARTNER


def test_null_is_not_absent_on_the_way_there():
    """An explicit null is a field that is set."""
    made = to_sdk(update(turn_detection=None))

    assert made.session.audio.input.to_dict() == {"turn_detection": None}
    assert "format" not in made.session.audio.input.model_fields_set


def test_null_is_not_absent_on_the_way_back():
    """``None`` becomes null if it was set, and nothing if it is a default."""
    audio = sdk.RealtimeAudioConfigInput(turn_detection=None)
    session = sdk.RealtimeSessionCreateRequest(
        type="realtime", audio=sdk.RealtimeAudioConfig(input=audio)
    )

    back = from_sdk(sdk.SessionUpdateEvent(type="session.update", session=session))

    assert back == update(turn_detection=None)
    assert from_sdk(sdk.RealtimeAudioConfigInput()).turn_detection is UNSET


def update(**settings):
    """Make the event that changes the *settings* of what is heard."""
    audio = RealtimeSessionCreateRequestAudio(
        input=RealtimeSessionCreateRequestAudioInput(**settings)
    )
    return SessionUpdateEvent(session=RealtimeSessionCreateRequest(audio=audio))


def test_undeclared_keys_are_attributes_there_and_extra_here():
    """Keys newer than either library go both ways."""
    message = {"type": "input_audio_buffer.cleared", "event_id": "event_1", "new": [1]}

    made = to_sdk(EVENTS.decode(message))

    assert made.new == [1]
    assert from_sdk(made).extra == {"new": [1]}


def test_nothing_is_coerced():
    """What the SDK's own checks would turn into a number stays a string."""
    message = {
        "type": "input_audio_buffer.speech_started",
        "event_id": "event_1",
        "item_id": "item_1",
        "audio_start_ms": "12",
    }

    made = to_sdk(FORGIVING.decode(message))

    assert type(made) is sdk.InputAudioBufferSpeechStartedEvent
    assert made.to_dict(warnings=False) == message


def test_params_are_read_as_the_sdk_sends_them():
    """Iterators and models may stand in dicts; what is not given is left out."""
    content = iter([{"type": "input_text", "text": "Hi"}])
    item = {"type": "message", "role": "user", "content": content, "id": openai.omit}
    part = sdk.RealtimeConversationItemUserMessage(
        type="message", role="user", content=[{"type": "input_text", "text": "Hi"}]
    )

    by_dict = from_sdk({"type": "conversation.item.create", "item": item})
    by_model = from_sdk({"type": "conversation.item.create", "item": part})

    assert isinstance(by_dict, ConversationItemCreateEvent)
    assert by_dict == by_model
    assert by_dict.item.content[0].text == "Hi"
    assert by_dict.item.id is None


def test_params_with_no_type_need_to_be_told():
    """The second argument says what a dict is."""
    params = from_sdk({"tools": [{"type": "function"}]}, RealtimeResponseCreateParams)

    assert params.tools == (RealtimeFunctionTool(type="function"),)


def test_the_type_counts_where_the_sdk_was_mistaken():
    """What it parses into the wrong class still is what its ``type`` says."""
    mistaken = parse(AUDIO_DELTA)

    assert isinstance(mistaken, sdk.ConversationCreatedEvent)
    assert from_sdk(mistaken) == Unknown(tag=AUDIO_DELTA["type"], payload=AUDIO_DELTA)
    assert from_sdk(mistaken, RealtimeBetaServerEvent).delta == bytes(3)


def test_the_same_settings_are_a_request_or_a_reply():
    """The SDK has one class for both in events, and another for REST."""
    reply = parse(
        {"type": "session.created", "event_id": "event_1", "session": SETTINGS}
    )
    rest = sdk.ClientSecretCreateResponse.construct(
        value="ek_1", expires_at=1, session=SETTINGS
    )

    assert type(reply.session) is sdk.RealtimeSessionCreateRequest
    assert type(from_sdk(reply).session) is rtmodels.RealtimeSessionCreateResponse
    assert type(from_sdk(reply.session)) is RealtimeSessionCreateRequest
    assert type(from_sdk(rest)) is RealtimeCreateClientSecretResponse
    assert to_sdk(from_sdk(rest)) == rest


def test_every_problem_is_told_with_its_path():
    """The SDK constructs anything; reading it says what is wrong."""
    done = parse(
        {"type": "response.done", "event_id": 1, "response": {"output": [{"type": 5}]}}
    )

    with pytest.raises(ValidationError) as info:
        from_sdk(done)

    assert isinstance(done, sdk.ResponseDoneEvent)
    assert [issue.path for issue in info.value.issues] == [
        "$.event_id",
        "$.response.output[0].type",
    ]


@pytest.mark.parametrize("value", [None, 5, "text", [], [{}], b"{}", object()])
def test_what_is_no_object_is_refused(value):
    """Anything else is one of our errors, not one of pydantic's or Python's."""
    with pytest.raises(ValidationError, match="expected"):
        from_sdk(value)


def test_a_dict_in_itself_is_refused():
    """What never ends is an error as well."""
    value = {"type": "response.create"}
    value["response"] = value

    with pytest.raises(ValidationError, match="RecursionError"):
        from_sdk(value)


@pytest.mark.parametrize("value", [None, 5, {"type": "response.done"}, ()])
def test_only_instances_of_ours_become_objects(value):
    """A dict that is the SDK's already needs no turning."""
    with pytest.raises(EncodeError, match="an instance of a class of rtmodels"):
        to_sdk(value)


def test_what_json_cannot_hold_is_refused():
    """The issue has the path."""
    event = ResponseDoneEvent(
        event_id="event_1", response=RealtimeResponse(extra={"x": float("nan")})
    )

    with pytest.raises(EncodeError, match=r"\$\.response\.x"):
        to_sdk(event)


def test_a_key_that_pydantic_uses_itself_raises_nothing_strange():
    """``construct`` has a parameter of that name, so such a key does not always go."""
    good = {"type": "input_audio_buffer.cleared", "event_id": "e", "_fields_set": 1}
    bad = {**good, "event_id": 1}

    assert to_sdk(FORGIVING.decode(good)).to_dict() == good
    with pytest.raises(EncodeError, match="'int' object"):
        to_sdk(FORGIVING.decode(bad))


def test_audio_is_text_there_and_bytes_here():
    """The adapter converts base64 both ways, and accepts bytes in SDK data."""
    event = InputAudioBufferAppendEvent(audio=b"\x00\x01\x02")
    made = to_sdk(event)

    assert made.audio == "AAEC"
    assert from_sdk(made) == event
    assert from_sdk({"type": event.type, "audio": b"\x00\x01\x02"}) == event


def test_a_model_of_ours_has_no_partner_where_the_sdk_has_none():
    """Then its object is a plain one, and nothing is lost."""
    refer = rtmodels.RealtimeCallReferRequest(target_uri="tel:+1")

    assert isinstance(refer, Model)
    assert type(to_sdk(refer)) is openai.BaseModel
    assert to_sdk(refer).to_dict() == {"target_uri": "tel:+1"}
