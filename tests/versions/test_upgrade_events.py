"""What becomes of single events, and of the items and objects in them."""

from typing import Literal

import pytest
from attrs import evolve, frozen

from rtmodels import (
    BetaConversationItemInputAudioTranscriptionCompletedEvent,
    BetaOutputAudioBufferAudioClearedEvent,
    BetaOutputAudioBufferAudioStartedEvent,
    BetaOutputAudioBufferAudioStoppedEvent,
    BetaResponseAudioDeltaEvent,
    BetaResponseDoneEvent,
    BetaResponseFunctionCallArgumentsDoneEvent,
    BetaResponseTextDeltaEvent,
    BetaTranscriptionSessionCreatedEvent,
    ConversationItemAddedEvent,
    ConversationItemCreatedEvent,
    ConversationItemCreateEvent,
    ConversationItemDoneEvent,
    ErrorEvent,
    Model,
    OutputAudioBufferClearedEvent,
    OutputAudioBufferStartedEvent,
    OutputAudioBufferStoppedEvent,
    RealtimeAudioFormatsPcm,
    RealtimeBetaResponse,
    RealtimeBetaResponseCreateParams,
    RealtimeBetaTranscriptionSessionCreateResponse,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemWithReference,
    RealtimeResponse,
    RealtimeResponseUsage,
    RealtimeSession,
    RealtimeTranscriptionSessionCreateResponse,
    RealtimeTurnDetectionServerVad,
    ResponseContentPart,
    ResponseContentPartAddedEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputTextDeltaEvent,
    SessionCreatedEvent,
    SessionUpdateEvent,
    Unknown,
    downgrade,
    upgrade,
)
from rtmodels.versions import _directions
from rtmodels.versions._directions import DOWNGRADE, UPGRADE
from rtmodels.versions._table import EVENT_PAIRS, OBJECT_PAIRS, ClassPair

from .messages import USER, assistant, types_of, wire

PLACE = {
    "event_id": "e",
    "response_id": "r",
    "item_id": "i",
    "output_index": 0,
    "content_index": 0,
}
AUDIO_DELTA = BetaResponseAudioDeltaEvent(**PLACE, delta=b"\0\1", extra={"new": 1})


def test_an_event_with_another_name_gets_it():
    """All else stays, what is in ``extra`` too."""
    event = upgrade(AUDIO_DELTA)

    assert event == ResponseOutputAudioDeltaEvent(**PLACE, delta=b"\0\1")
    assert event.extra == {"new": 1}
    assert downgrade(event) == AUDIO_DELTA


@pytest.mark.parametrize(
    "x",
    [
        upgrade(AUDIO_DELTA),
        ConversationItemAddedEvent(event_id="e", item=assistant("text")),
        ConversationItemDoneEvent(event_id="e", item=assistant("output_text")),
        ConversationItemCreateEvent(item=USER),
        Unknown(tag="response.audio.delta", payload={}),
        RealtimeResponseUsage(total_tokens=1),
        RealtimeTurnDetectionServerVad(),
        ResponseContentPart(type="audio"),
        ResponseContentPartAddedEvent(**PLACE, part=ResponseContentPart(type="text")),
        assistant("output_audio", None),
        None,
        "pcm16",
    ],
    ids=lambda x: type(x).__name__,
)
def test_what_the_ga_says_comes_back_as_it_is(x):
    """The same object; an `Unknown` is of neither version."""
    assert upgrade(x) is x


@pytest.mark.parametrize(
    "x",
    [
        AUDIO_DELTA,
        ConversationItemCreatedEvent(event_id="e", item=assistant("output_text")),
        ConversationItemDoneEvent(event_id="e", item=assistant("text")),
        ConversationItemCreateEvent(item=USER),
        Unknown(tag="response.output_audio.delta", payload={}),
        RealtimeResponseUsage(total_tokens=1),
        assistant("audio", None),
    ],
    ids=lambda x: type(x).__name__,
)
def test_what_the_beta_says_comes_back_as_it_is(x):
    """The same object, in the other direction."""
    assert downgrade(x) is x


def test_a_class_of_ones_own_comes_back_as_it_is():
    """A user-defined class has no counterpart."""

    class Delta(BetaResponseAudioDeltaEvent):
        """A delta that can do more."""

    delta = Delta(**PLACE, delta=b"")

    assert upgrade(delta) is delta


def test_an_item_is_created_in_the_beta_and_added_in_the_ga():
    """The beta sends one event in place of the GA's two."""
    created = ConversationItemCreatedEvent(event_id="e", item=USER)

    added = upgrade(created)

    assert added == ConversationItemAddedEvent(event_id="e", item=USER)
    assert added.item is USER
    assert downgrade(added) == created


@pytest.mark.parametrize(
    ("beta", "ga"),
    [
        (["text"], ["output_text"]),
        (["audio"], ["output_audio"]),
        (["audio", "text"], ["output_audio", "output_text"]),
        (["text", None, "else"], ["output_text", None, "else"]),
    ],
)
def test_parts_of_assistant_messages_have_other_types(beta, ga):
    """In items alone, and in the events that hold them."""
    item = upgrade(assistant(*beta))
    event = upgrade(ConversationItemDoneEvent(event_id="e", item=assistant(*beta)))

    assert types_of(item) == types_of(event.item) == ga
    assert types_of(downgrade(item)) == beta
    assert downgrade(event).item == assistant(*beta)


@pytest.mark.parametrize(
    "item",
    [
        USER,
        RealtimeConversationItemFunctionCall(name="f", arguments="{}"),
        Unknown(tag="message", payload={"content": [{"type": "text"}]}),
    ],
    ids=lambda item: type(item).__name__,
)
def test_other_items_are_the_same(item):
    """Only the assistant speaks in either version's words."""
    assert upgrade(item) is item
    assert upgrade(ConversationItemDoneEvent(event_id="e", item=item)).item is item


@pytest.mark.parametrize("types", [["text", "output_text"], ["output_text", "audio"]])
def test_a_message_that_mixes_the_words_comes_back_as_it_was(types):
    """Nothing on the wire shows the saved types."""
    item = assistant(*types)

    counterpart = upgrade(item)

    assert all(kind.startswith("output_") for kind in types_of(counterpart))
    assert all(part.keys() == {"type"} for part in wire(counterpart)["content"])
    assert downgrade(counterpart) == item
    assert all(part.extra is None for part in downgrade(counterpart).content)
    assert not any(part.extra for part in counterpart.content)
    assert upgrade(counterpart) is counterpart


def test_the_words_of_the_ga_in_an_event_of_the_beta_come_back():
    """Even where all of the message says them."""
    created = ConversationItemCreatedEvent(event_id="e", item=assistant("output_text"))

    added = upgrade(created)

    assert types_of(added.item) == ["output_text"]
    assert downgrade(added) == created


def test_an_event_takes_along_what_it_holds():
    """The response, and the items in it."""
    beta = BetaResponseDoneEvent(
        event_id="e",
        response=RealtimeBetaResponse(
            id="r",
            modalities=("audio", "text"),
            output_audio_format="pcm16",
            output=(assistant("audio", id="i"), USER),
            temperature=0.8,
        ),
    )

    event = upgrade(beta)

    assert event.type == "response.done"
    assert type(event.response) is RealtimeResponse
    assert types_of(event.response.output[0]) == ["output_audio"]
    assert event.response.output[1] == USER
    assert downgrade(event) == beta


def test_a_request_for_a_response_takes_along_its_input():
    """Items may be made up for it."""
    params = RealtimeBetaResponseCreateParams(input=(assistant("text"),))

    assert types_of(upgrade(params).input[0]) == ["output_text"]
    assert downgrade(upgrade(params)) == params


def test_transcription_sessions_are_sessions_of_another_type():
    """In the GA, the events are the same."""
    beta = BetaTranscriptionSessionCreatedEvent(
        event_id="e",
        session=RealtimeBetaTranscriptionSessionCreateResponse(
            id="s", input_audio_format="pcm16"
        ),
    )

    event = upgrade(beta)

    assert type(event) is SessionCreatedEvent
    assert type(event.session) is RealtimeTranscriptionSessionCreateResponse
    assert event.session.audio.input.format == RealtimeAudioFormatsPcm(rate=24000)
    assert downgrade(event) == beta


@pytest.mark.parametrize(
    ("beta", "name", "placeholder"),
    [
        (
            BetaConversationItemInputAudioTranscriptionCompletedEvent(
                event_id="e", item_id="i", content_index=0, transcript="Hi"
            ),
            "usage",
            Unknown(tag="unknown", payload={"type": "unknown"}),
        ),
        (
            BetaResponseFunctionCallArgumentsDoneEvent(
                event_id="e",
                response_id="r",
                item_id="i",
                output_index=0,
                call_id="c",
                arguments="{}",
            ),
            "name",
            "",
        ),
        (BetaOutputAudioBufferAudioStartedEvent(event_id="e"), "response_id", ""),
        (RealtimeSession(), "id", ""),
    ],
    ids=["usage", "name", "response_id", "id"],
)
def test_something_stands_in_for_what_the_ga_requires(beta, name, placeholder):
    """The client gets the rest of the event; the way back removes the placeholder."""
    counterpart = upgrade(beta)

    assert getattr(counterpart, name) == placeholder
    assert wire(counterpart)[name] == wire(placeholder)
    assert downgrade(counterpart) == beta


BUFFER_EVENTS = [
    (BetaOutputAudioBufferAudioStartedEvent, OutputAudioBufferStartedEvent),
    (BetaOutputAudioBufferAudioStoppedEvent, OutputAudioBufferStoppedEvent),
    (BetaOutputAudioBufferAudioClearedEvent, OutputAudioBufferClearedEvent),
]


@pytest.mark.parametrize(("older", "newer"), BUFFER_EVENTS)
@pytest.mark.parametrize("extra", [None, {"new": 1}])
def test_both_names_of_a_buffer_event_come_back(older, newer, extra):
    """The beta's servers sent one name at first, and later that of the GA."""
    first = older(event_id="e", response_id="r", extra=extra)
    later = newer(event_id="e", response_id="r", extra=extra)

    assert upgrade(first) == upgrade(later) == later
    assert (upgrade(first).extra or None) == extra
    assert downgrade(upgrade(first)) == first
    assert wire(downgrade(upgrade(first))) == wire(first)
    assert downgrade(upgrade(later)) is later


def test_a_changed_buffer_event_keeps_its_name_in_the_beta():
    """And the change."""
    event = upgrade(BetaOutputAudioBufferAudioStartedEvent(event_id="e"))

    back = downgrade(evolve(event, response_id="r"))

    assert back == BetaOutputAudioBufferAudioStartedEvent(event_id="e", response_id="r")


def arguments_done(**keys):
    """Make an event that needs a placeholder, unless *keys* has a name."""
    place = {key: PLACE[key] for key in ("event_id", "response_id", "item_id")}
    return BetaResponseFunctionCallArgumentsDoneEvent(
        **place, output_index=0, call_id="c", arguments="{}", **keys
    )


@pytest.mark.parametrize(
    "event",
    [
        arguments_done(),
        arguments_done(name=""),
        arguments_done(extra={"name": None}),
        arguments_done(extra={"name": None, "new": 1}),
        arguments_done(name="", extra={"new": 1}),
        BetaOutputAudioBufferAudioClearedEvent(event_id="e", response_id=""),
        BetaConversationItemInputAudioTranscriptionCompletedEvent(
            event_id="e",
            item_id="i",
            content_index=0,
            transcript="Hi",
            usage=Unknown(tag="unknown", payload={"type": "unknown"}),
        ),
    ],
)
def test_absent_null_and_empty_are_told_apart(event):
    """Though each has the same placeholder in the GA."""
    counterpart = upgrade(event)

    assert downgrade(counterpart) == event
    assert wire(downgrade(counterpart)) == wire(event)
    assert set(counterpart.extra or ()) <= {"new"}


def test_a_placeholder_that_was_replaced_is_not_restored():
    """The value of the client counts."""
    counterpart = upgrade(arguments_done(extra={"name": None}))

    assert wire(downgrade(evolve(counterpart, name="f")))["name"] == "f"


def test_an_unknown_session_makes_the_event_unknown():
    """Neither version's classes could hold it; its JSON is what it was."""
    session = Unknown(tag="karaoke", payload={"type": "karaoke", "song": 1})
    event = SessionUpdateEvent(session=session)

    counterpart = downgrade(event)

    assert counterpart == Unknown(tag="session.update", payload=wire(event))
    assert upgrade(counterpart) is counterpart


def test_items_of_one_class_become_those_of_their_type():
    """The class with references has the fields of all."""
    message = RealtimeConversationItemWithReference(
        type="message", role="assistant", content=(), id="i"
    )
    reference = RealtimeConversationItemWithReference(id="i")

    assert upgrade(message) == RealtimeConversationItemMessageAssistant(
        content=(), id="i"
    )
    assert upgrade(reference) == Unknown(tag=None, payload={"id": "i"})


def test_an_error_is_the_same_event_in_both():
    """Most events are."""
    event = ErrorEvent(event_id="e", error=Unknown(tag=None, payload={}))

    assert downgrade(upgrade(event)) is event


@frozen(kw_only=True, repr=False)
class VendorTextDeltaEvent(Model):
    """A server's own class, which has the fields of `ResponseOutputTextDeltaEvent`."""

    event_id: str
    response_id: str
    item_id: str
    output_index: int
    content_index: int
    delta: str
    type: Literal["response.text.text"] = "response.text.text"
    obfuscation: str | None = None


@frozen(kw_only=True, repr=False)
class VendorResponse(RealtimeBetaResponse):
    """A server's own response, with a key more."""

    mood: str | None = None


@pytest.fixture
def with_vendor(monkeypatch):
    """Return both conversions, from tables that have the classes of a vendor too."""
    delta = ClassPair(
        VendorTextDeltaEvent, ResponseOutputTextDeltaEvent, is_default=False
    )
    beta = next(p for p in OBJECT_PAIRS if p.beta is RealtimeBetaResponse)
    response = ClassPair(
        VendorResponse, RealtimeResponse, beta.fields, items="output", is_default=False
    )
    monkeypatch.setattr(_directions, "EVENT_PAIRS", (*EVENT_PAIRS, delta))
    monkeypatch.setattr(_directions, "OBJECT_PAIRS", (*OBJECT_PAIRS, response))
    directions = [evolve(each, conversions={}) for each in (UPGRADE, DOWNGRADE)]
    for direction in directions:
        direction.register()
    return tuple(direction.convert for direction in directions)


def test_classes_of_a_vendor_need_only_a_line_in_the_tables(with_vendor):
    """They come back, and take the place of none of the beta's."""
    up, down = with_vendor
    delta = VendorTextDeltaEvent(**PLACE, delta="Hi", extra={"new": 1})
    response = VendorResponse(
        id="r", modalities=("audio", "text"), mood="good", output=(assistant("text"),)
    )

    assert up(delta) == ResponseOutputTextDeltaEvent(**PLACE, delta="Hi")
    assert down(up(delta)) == delta
    assert down(up(delta)).extra == {"new": 1}
    assert type(down(ResponseOutputTextDeltaEvent(**PLACE, delta="Hi"))) is (
        BetaResponseTextDeltaEvent
    )

    assert up(response).output_modalities == ("audio",)
    assert up(response).extra == {"mood": "good"}
    assert down(up(response)) == response
    assert type(down(RealtimeResponse(id="r"))) is RealtimeBetaResponse
