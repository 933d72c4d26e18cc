"""Dicts and JSON in place of events."""

import json
from collections import UserDict
from types import MappingProxyType, SimpleNamespace

import pytest

from rtmodels import (
    ConversationAccumulator,
    DecodeError,
    LiveAccumulator,
    LiveServerEvent,
    RealtimeBetaServerEvent,
    RealtimeServerEvent,
    ResponseAccumulator,
    ResponseCreatedEvent,
    ResponseDoneEvent,
    Unknown,
    ValidationError,
    downgrade,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from .streams import added, answer, converse, done, message, text

JSON = JsonAdapter(RealtimeServerEvent)
BETA = JsonAdapter(RealtimeBetaServerEvent)
UPGRADING = JsonAdapter(RealtimeServerEvent, mode="forgiving", upgrade=True)

EVENTS, _ = answer()
FORMS = {
    "bytes": lambda frame: frame,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "str": bytes.decode,
    "dict": json.loads,
    "mapping": lambda frame: MappingProxyType(json.loads(frame)),
    "user-defined mapping": lambda frame: UserDict(json.loads(frame)),
}
CLASSES = [ResponseAccumulator, ConversationAccumulator, LiveAccumulator]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_raw_events_add_up_like_decoded_ones(form):
    """Each is decoded, added and returned."""
    accumulator = ConversationAccumulator()
    fed = [accumulator.feed(form(JSON.encode(event))) for event in EVENTS]

    assert fed == EVENTS
    assert accumulator.response() == converse(*EVENTS).response()
    assert accumulator.mismatches == ()


def test_raw_events_of_the_beta_are_upgraded():
    """They do not have to pass through `upgrade` first."""
    accumulator = ConversationAccumulator()
    fed = [accumulator.feed(BETA.encode(downgrade(event))) for event in EVENTS]

    assert [type(event) for event in fed] == [type(event) for event in EVENTS]
    assert accumulator.transcript("item_1") == "Take the train at nine."
    assert accumulator.mismatches == ()


def test_a_dict_may_be_changed_afterwards():
    """The event shares nothing with it."""
    frame = json.loads(JSON.encode(EVENTS[0]))
    frame["response"]["news"] = {"from": "later"}
    event = ResponseAccumulator().feed(frame)
    frame["response"]["news"].clear()

    assert isinstance(event, ResponseCreatedEvent)
    assert event.response.extra == {"news": {"from": "later"}}


def test_a_delta_may_end_inside_a_character():
    """Its two halves are one character again."""
    accumulator = converse(*EVENTS[:2])
    for half in (r"\ud83d", r"\ude80"):
        frame = JSON.encode(text("half")).replace(b"half", half.encode())
        accumulator.feed(frame)

    assert accumulator.text("item_1") == "\N{ROCKET}"


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize(
    "frame", [b"", b"{", "{'type': 1}", b'{"a": NaN}', b"\xff", b"[" * 10**5]
)
def test_what_is_no_json_is_an_error(cls, frame):
    """It is the one that an adapter raises, and holds nothing of the frame's rest."""
    with pytest.raises(DecodeError, match="not JSON") as caught:
        cls().feed(frame)

    assert len(str(caught.value)) < 200
    assert caught.value.__context__ is None


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("frame", ["1", "null", "[]", b'"text"'])
def test_what_is_no_object_is_an_error(cls, frame):
    """Forgiving mode accepts any object, and nothing else."""
    with pytest.raises(ValidationError):
        cls().feed(frame)


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize(
    "frame",
    [
        {"type": "response.cancel"},
        {"type": "session.update", "session": {"type": "realtime"}},
        {"type": "future.event"},
    ],
)
def test_raw_events_of_a_client_have_no_effect(cls, frame):
    """To a server's accumulator they are unknown."""
    accumulator = cls()

    assert isinstance(accumulator.feed(frame), Unknown)
    assert getattr(accumulator, "mismatches", ()) == ()


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("value", [None, 1, [{}], ResponseDoneEvent, SimpleNamespace()])
def test_anything_else_is_a_mistake(cls, value):
    """The error says what is accepted."""
    with pytest.raises(
        TypeError, match="accepts an event, a dict or JSON, not"
    ) as caught:
        cls().feed(value)

    assert str(caught.value).endswith(type(value).__name__)


@pytest.mark.needs("pydantic")
def test_the_error_for_a_pydantic_model_says_what_to_pass():
    """The model itself is not a mapping."""
    from pydantic import BaseModel  # noqa: PLC0415 - may be missing

    class Event(BaseModel):
        type: str

    event = Event(type="response.cancel")
    with pytest.raises(TypeError, match=r"not Event: .*exclude_unset=True"):
        ResponseAccumulator().feed(event)

    dumped = event.model_dump(mode="json", exclude_unset=True)
    assert isinstance(ResponseAccumulator().feed(dumped), Unknown)


@pytest.mark.needs("openai")
def test_the_error_for_an_object_of_the_sdk_says_how_to_convert_it():
    """What it names returns what `feed` accepts."""
    from openai.types.realtime import ResponseTextDeltaEvent  # noqa: PLC0415 - likewise

    from rtmodels.adapters.openai import from_sdk  # noqa: PLC0415 - likewise

    event = ResponseTextDeltaEvent(
        **json.loads(JSON.encode(text("Hello!"))),
    )
    with pytest.raises(TypeError, match=r"rtmodels\.adapters\.openai\.from_sdk"):
        ResponseAccumulator().feed(event)

    assert ResponseAccumulator().feed(from_sdk(event)) == text("Hello!")


def test_dicts_and_events_may_be_mixed():
    """Each is added as it comes."""
    accumulator = ConversationAccumulator()
    accumulator.feed(added(message("item_1", status="in_progress")))
    accumulator.feed(json.loads(JSON.encode(done(message("item_1")))))

    assert accumulator.items == (message("item_1"),)
    assert accumulator.mismatches == ()


@pytest.mark.parametrize("form", [lambda value: value, json.dumps])
def test_recorded_frames_are_decoded_as_an_adapter_does(captures, form):
    """Those of every server, the beta's included."""
    count = 0
    for row in captures:
        if row["direction"] == "server":
            expected = UPGRADING.decode(json.dumps(row["value"]))
            event = ConversationAccumulator().feed(form(row["value"]))
            count += 1

            assert event == expected
            assert type(event) is type(expected)
    assert count > 0


@pytest.mark.parametrize("form", [lambda value: value, json.dumps])
def test_live_frames_are_decoded_as_an_adapter_does(form):
    """The union is that of the Live API."""
    frame = {"type": "session.output_audio.delta", "delta": "AAAA", "news": 1}
    accumulator = LiveAccumulator()
    event = accumulator.feed(form(frame))

    assert event == DictAdapter(LiveServerEvent).decode(frame)
    assert event.extra == {"news": 1}
    assert accumulator.audio == bytes(3)
