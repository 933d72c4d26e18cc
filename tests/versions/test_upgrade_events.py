"""What becomes of single events, and of the items and objects in them."""

import pytest

from rtmodels import (
    BetaConversationItemInputAudioTranscriptionCompletedEvent,
    BetaOutputAudioBufferAudioStartedEvent,
    BetaResponseAudioDeltaEvent,
    BetaResponseDoneEvent,
    BetaResponseFunctionCallArgumentsDoneEvent,
    BetaTranscriptionSessionCreatedEvent,
    ConversationItemAddedEvent,
    ConversationItemCreatedEvent,
    ConversationItemCreateEvent,
    ConversationItemDoneEvent,
    ErrorEvent,
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
    SessionCreatedEvent,
    SessionUpdateEvent,
    Unknown,
    downgrade,
    upgrade,
)

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
