"""What becomes of single events, items, sessions, responses and requests."""

import copy
import pickle
from typing import Any

import pytest
from attrs import evolve

from rtmodels import (
    BetaConversationItemInputAudioTranscriptionCompletedEvent,
    BetaOutputAudioBufferAudioStartedEvent,
    BetaResponseAudioDeltaEvent,
    BetaResponseDoneEvent,
    BetaResponseFunctionCallArgumentsDoneEvent,
    BetaSessionUpdateEvent,
    BetaTranscriptionSessionCreatedEvent,
    ConversationItemAddedEvent,
    ConversationItemCreatedEvent,
    ConversationItemCreateEvent,
    ConversationItemDoneEvent,
    CustomVoice,
    EncodeError,
    ErrorEvent,
    NoiseReduction,
    RealtimeAudioFormatsPcm,
    RealtimeAudioFormatsPcma,
    RealtimeAudioFormatsPcmu,
    RealtimeBetaClientSecret,
    RealtimeBetaResponse,
    RealtimeBetaResponseCreateParams,
    RealtimeBetaSessionCreateRequest,
    RealtimeBetaSessionCreateResponse,
    RealtimeBetaTranscriptionSessionCreateResponse,
    RealtimeBetaTurnDetection,
    RealtimeBetaVoiceObject,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageUser,
    RealtimeConversationItemMessageUserContent,
    RealtimeConversationItemWithReference,
    RealtimeReasoning,
    RealtimeResponse,
    RealtimeResponseCreateParams,
    RealtimeResponseUsage,
    RealtimeSession,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateRequestAudio,
    RealtimeSessionCreateRequestAudioInput,
    RealtimeSessionCreateRequestAudioOutput,
    RealtimeSessionCreateResponse,
    RealtimeTranscriptionSessionCreateResponse,
    RealtimeTurnDetectionServerVad,
    ResponseContentPart,
    ResponseContentPartAddedEvent,
    ResponseOutputAudioDeltaEvent,
    SessionCreatedEvent,
    SessionUpdateEvent,
    Unknown,
    downgrade,
    make_converter,
    upgrade,
)

CONVERTER = make_converter()
PLACE = {
    "event_id": "e",
    "response_id": "r",
    "item_id": "i",
    "output_index": 0,
    "content_index": 0,
}
AUDIO_DELTA = BetaResponseAudioDeltaEvent(**PLACE, delta=b"\0\1", extra={"new": 1})
USER = RealtimeConversationItemMessageUser(
    content=(RealtimeConversationItemMessageUserContent(type="input_text", text="Hi"),)
)


def wire(x: Any) -> Any:
    """Give the JSON value of *x*."""
    return CONVERTER.unstructure(x)


def assistant(*types: str | None, **keys: Any) -> Any:
    """Make a message of the assistant's with parts of these *types*."""
    parts = [RealtimeConversationItemMessageAssistantContent(type=t) for t in types]
    return RealtimeConversationItemMessageAssistant(content=tuple(parts), **keys)


def types_of(item: Any) -> list[str | None]:
    """Give the types of the parts of *item*."""
    return [part.type for part in item.content]


def request(**keys: Any) -> RealtimeSessionCreateRequest:
    """Make what a request of the beta with these *keys* becomes."""
    return upgrade(RealtimeBetaSessionCreateRequest(**keys))


def test_an_event_with_another_name_gets_it():
    """All else stays, what is in ``extra`` too."""
    event = upgrade(AUDIO_DELTA)

    assert event == ResponseOutputAudioDeltaEvent(**PLACE, delta=b"\0\1")
    assert event.extra == {"new": 1}
    assert downgrade(event) == AUDIO_DELTA


def test_what_was_given_stays_as_it_was():
    """Instances are frozen, and no part of them is changed in secret."""
    session = RealtimeSession(modalities=("audio",), extra={"avatar": None})
    before = copy.deepcopy(session)

    upgrade(session)

    assert session == before
    assert session.extra == before.extra


@pytest.mark.parametrize(
    "x",
    [
        upgrade(AUDIO_DELTA),
        ConversationItemAddedEvent(event_id="e", item=assistant("text")),
        ConversationItemDoneEvent(event_id="e", item=assistant("output_text")),
        ConversationItemCreateEvent(item=USER),
        Unknown(type="response.audio.delta", payload={}),
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
    """The same object; `Unknown` is nobody's."""
    assert upgrade(x) is x


@pytest.mark.parametrize(
    "x",
    [
        AUDIO_DELTA,
        ConversationItemCreatedEvent(event_id="e", item=assistant("output_text")),
        ConversationItemDoneEvent(event_id="e", item=assistant("text")),
        ConversationItemCreateEvent(item=USER),
        Unknown(type="response.output_audio.delta", payload={}),
        RealtimeResponseUsage(total_tokens=1),
        assistant("audio", None),
    ],
    ids=lambda x: type(x).__name__,
)
def test_what_the_beta_says_comes_back_as_it_is(x):
    """The same object, in the other direction."""
    assert downgrade(x) is x


def test_a_class_of_ones_own_comes_back_as_it_is():
    """Nobody knows what its twin should be."""

    class Delta(BetaResponseAudioDeltaEvent):
        """A delta that can do more."""

    delta = Delta(**PLACE, delta=b"")

    assert upgrade(delta) is delta


def test_an_item_is_created_in_the_beta_and_added_in_the_ga():
    """There is one event for the two that the GA sends."""
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
        Unknown(type="message", payload={"content": [{"type": "text"}]}),
    ],
    ids=lambda item: type(item).__name__,
)
def test_other_items_are_the_same(item):
    """Only the assistant speaks in either version's words."""
    assert upgrade(item) is item
    assert upgrade(ConversationItemDoneEvent(event_id="e", item=item)).item is item


@pytest.mark.parametrize("types", [["text", "output_text"], ["output_text", "audio"]])
def test_a_message_that_mixes_the_words_comes_back_as_it_was(types):
    """Nothing on the wire shows that it remembers."""
    item = assistant(*types)

    twin = upgrade(item)

    assert all(kind.startswith("output_") for kind in types_of(twin))
    assert all(part.keys() == {"type"} for part in wire(twin)["content"])
    assert downgrade(twin) == item
    assert all(part.extra is None for part in downgrade(twin).content)


def test_the_words_of_the_ga_in_an_event_of_the_beta_come_back():
    """Even where all of the message says them."""
    created = ConversationItemCreatedEvent(event_id="e", item=assistant("output_text"))

    added = upgrade(created)

    assert types_of(added.item) == ["output_text"]
    assert downgrade(added) == created


def test_flat_settings_move_into_audio():
    """Those for the caller's audio, and those for the model's."""
    session = request(
        input_audio_format="pcm16",
        input_audio_noise_reduction=NoiseReduction(type="near_field"),
        turn_detection=RealtimeBetaTurnDetection(type="server_vad", threshold=0.5),
        output_audio_format="g711_ulaw",
        voice="ash",
        speed=1.5,
    )

    assert session.extra is None
    assert session.audio == RealtimeSessionCreateRequestAudio(
        input=RealtimeSessionCreateRequestAudioInput(
            format=RealtimeAudioFormatsPcm(rate=24000),
            noise_reduction=NoiseReduction(type="near_field"),
            turn_detection=RealtimeTurnDetectionServerVad(threshold=0.5),
        ),
        output=RealtimeSessionCreateRequestAudioOutput(
            format=RealtimeAudioFormatsPcmu(), voice="ash", speed=1.5
        ),
    )


def test_a_session_without_settings_gets_none():
    """What is absent stays absent."""
    assert wire(request()) == {"type": "realtime"}
    assert wire(downgrade(RealtimeSessionCreateRequest())) == {}


@pytest.mark.parametrize(
    ("word", "format_"),
    [
        ("pcm16", RealtimeAudioFormatsPcm(rate=24000)),
        ("g711_ulaw", RealtimeAudioFormatsPcmu()),
        ("g711_alaw", RealtimeAudioFormatsPcma()),
    ],
)
def test_a_format_is_a_word_in_the_beta_and_an_object_in_the_ga(word, format_):
    """Each has one twin."""
    session = request(input_audio_format=word, output_audio_format=word)

    assert session.audio.input.format == session.audio.output.format == format_
    assert downgrade(session).input_audio_format == word
    assert downgrade(session).output_audio_format == word


@pytest.mark.parametrize(
    ("wire_format", "word"),
    [
        ({"type": "audio/pcm"}, "pcm16"),
        ({"type": "audio/pcma", "rate": 8000}, "g711_alaw"),
    ],
)
def test_a_format_says_the_same_in_few_words_and_in_many(wire_format, word):
    """What was said comes back."""
    payload = {"type": "realtime", "audio": {"input": {"format": wire_format}}}
    session = CONVERTER.structure(payload, RealtimeSessionCreateRequest)

    twin = downgrade(session)

    assert wire(twin) == {"input_audio_format": word}
    assert wire(upgrade(twin)) == payload


def test_a_rate_that_the_beta_has_no_word_for_is_kept():
    """To say ``pcm16`` would be wrong by a third."""
    payload = {
        "type": "realtime",
        "audio": {"output": {"format": {"type": "audio/pcm", "rate": 16000}}},
    }
    twin = downgrade(CONVERTER.structure(payload, RealtimeSessionCreateRequest))

    assert twin.output_audio_format is None
    assert twin.extra == {"output_audio_format": {"type": "audio/pcm", "rate": 16000}}
    assert wire(upgrade(twin)) == payload


def test_voice_live_says_the_rate_beside_the_format():
    """The caller's audio may come at 16,000 samples a second."""
    extra = {"input_audio_sampling_rate": 16000}
    session = RealtimeBetaSessionCreateRequest(input_audio_format="pcm16", extra=extra)

    twin = upgrade(session)

    assert twin.audio.input.format == RealtimeAudioFormatsPcm(rate=16000)
    assert wire(downgrade(twin)) == wire(session)


@pytest.mark.parametrize(
    ("beta", "ga"),
    [
        (("text",), ("text",)),
        (("audio", "text"), ("audio",)),
        (("text", "audio"), ("audio",)),
        (("audio",), ("audio",)),
        ((), ()),
    ],
)
def test_speech_has_a_transcript_which_only_the_beta_says(beta, ga):
    """And it comes back in the order that it had."""
    twin = upgrade(RealtimeBetaResponse(modalities=beta))

    assert twin.output_modalities == ga
    assert downgrade(twin).modalities == beta


def test_the_beta_always_says_text_for_speech():
    """Its servers refuse ``["audio"]``."""
    params = RealtimeResponseCreateParams(output_modalities=("audio",))

    assert downgrade(params).modalities == ("audio", "text")
    assert downgrade(params).extra is None


@pytest.mark.parametrize("limit", [1, 4096, "inf"])
def test_the_limit_of_tokens_has_another_name_in_sessions(limit):
    """It has the same in responses."""
    session = request(max_response_output_tokens=limit)
    params = upgrade(RealtimeBetaResponseCreateParams(max_output_tokens=limit))

    assert session.max_output_tokens == params.max_output_tokens == limit
    assert downgrade(session).max_response_output_tokens == limit


def test_a_voice_of_openais_is_a_name():
    """Azure has an object for it, which comes back."""
    voice = RealtimeBetaVoiceObject(name="alloy", type="openai")
    response = RealtimeBetaResponse(voice=voice)

    twin = upgrade(response)

    assert twin.audio.output.voice == "alloy"
    assert wire(twin) == {"audio": {"output": {"voice": "alloy"}}}
    assert downgrade(twin) == response


def test_a_voice_of_azures_own_is_kept():
    """The GA has no field that could hold it."""
    voice = {"name": "en-US-AvaNeural", "type": "azure-standard"}
    response = RealtimeBetaResponse(voice=RealtimeBetaVoiceObject(**voice))

    twin = upgrade(response)

    assert twin.audio.output.voice is None
    assert wire(twin) == {"audio": {"output": {"voice": voice}}}
    assert downgrade(twin) == response


def test_a_custom_voice_is_an_object_in_both():
    """Where a client asks for it."""
    session = request(voice=RealtimeBetaVoiceObject(id="voice_1"))

    assert session.audio.output.voice == CustomVoice(id="voice_1")
    assert downgrade(session).voice == RealtimeBetaVoiceObject(id="voice_1")


def test_null_is_not_absent():
    """A null says that there is none, in both versions."""
    session = request(
        turn_detection=None,
        input_audio_transcription=None,
        extra={"output_audio_format": None},
    )

    assert session.audio.input.turn_detection is None
    assert session.audio.input.transcription is None
    assert wire(session)["audio"]["output"] == {"format": None}
    assert downgrade(session).turn_detection is None
    assert wire(downgrade(session)) == {
        "turn_detection": None,
        "input_audio_transcription": None,
        "output_audio_format": None,
    }


def test_a_null_in_place_of_items_stays():
    """Servers send it where the schema has none."""
    response = RealtimeBetaResponse(id="r", extra={"output": None})

    assert wire(upgrade(response)) == wire(response)
    assert wire(downgrade(upgrade(response))) == wire(response)


def test_turn_detection_of_the_beta_may_leave_out_its_type():
    """The GA's may not."""
    session = RealtimeBetaSessionCreateRequest(
        turn_detection=RealtimeBetaTurnDetection(threshold=0.5)
    )

    twin = upgrade(session)

    assert twin.audio.input.turn_detection.type == "server_vad"
    assert downgrade(twin) == session


def test_turn_detection_of_azures_own_stays_what_it_is():
    """The GA's classes know neither it nor its settings."""
    session = RealtimeBetaSessionCreateRequest(
        turn_detection=RealtimeBetaTurnDetection(type="azure_semantic_vad", threshold=1)
    )

    twin = upgrade(session)

    assert type(twin.audio.input.turn_detection) is Unknown
    assert downgrade(twin) == session


def test_what_has_no_twin_stays_in_extra():
    """And goes back into its field, whatever its type."""
    beta = RealtimeBetaSessionCreateRequest(temperature=0.8)
    ga = RealtimeSessionCreateRequest(reasoning=RealtimeReasoning(effort="low"))

    assert upgrade(beta).extra == {"temperature": 0.8}
    assert downgrade(upgrade(beta)) == beta
    assert downgrade(ga).extra == {"reasoning": {"effort": "low"}}
    assert upgrade(downgrade(ga)) == ga


def test_what_no_version_knows_stays_where_it_is():
    """At the top, and in the depth."""
    session = {
        "type": "realtime",
        "audio": {"input": {"transport": "json", "format": {"type": "audio/pcmu"}}},
        "keep_context": False,
    }
    twin = downgrade(CONVERTER.structure(session, RealtimeSessionCreateRequest))

    assert wire(twin) == {
        "input_audio_format": "g711_ulaw",
        "audio": {"input": {"transport": "json"}},
        "keep_context": False,
    }
    assert wire(upgrade(twin)) == session


def test_a_setting_that_was_said_twice_is_not_overwritten():
    """Servers exist that say it in the words of both versions."""
    session = {
        "voice": "ash",
        "audio": {"output": {"voice": "sage"}},
        "max_output_tokens": 7,
    }
    beta = CONVERTER.structure(session, RealtimeBetaSessionCreateRequest)

    twin = upgrade(beta)

    assert twin.audio.output.voice == "sage"
    assert twin.extra["voice"] == "ash"
    assert wire(downgrade(twin)) == session


def test_a_change_counts_and_the_rest_comes_back():
    """The instance remembers what it was made of, key by key."""
    beta = RealtimeBetaSessionCreateRequest(
        modalities=("text", "audio"),
        voice=RealtimeBetaVoiceObject(name="alloy", type="openai"),
        instructions="Sing.",
    )
    twin = evolve(upgrade(beta), instructions="Speak.", output_modalities=("text",))

    back = downgrade(twin)

    assert back == evolve(beta, instructions="Speak.", modalities=("text",))


def test_what_an_instance_remembers_is_never_encoded():
    """It stands in ``extra`` behind a field, and survives pickling and copying."""
    beta = RealtimeSession(id="s", modalities=("text", "audio"))
    twin = upgrade(beta)

    assert twin.extra == {
        "id": {
            "canonical": {
                "modalities": ["audio", "text"],
                "object": "realtime.session",
            },
            "came": {"modalities": ["text", "audio"]},
        }
    }
    assert wire(twin) == {
        "id": "s",
        "object": "realtime.session",
        "type": "realtime",
        "output_modalities": ["audio"],
    }
    for other in (pickle.loads(pickle.dumps(twin)), copy.deepcopy(twin)):
        assert downgrade(other) == beta


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


def test_a_session_made_over_rest_keeps_its_secret():
    """That tells it from the others on the way back."""
    secret = RealtimeBetaClientSecret(value="ek_1", expires_at=1)
    beta = RealtimeBetaSessionCreateResponse(
        id="s", client_secret=secret, extra={"voice": "ash", "modalities": ["text"]}
    )

    session = upgrade(beta)

    assert type(session) is RealtimeSessionCreateResponse
    assert session.audio.output.voice == "ash"
    assert session.extra["client_secret"] == {"value": "ek_1", "expires_at": 1}
    assert downgrade(session) == beta
    assert wire(downgrade(session)) == wire(beta)


@pytest.mark.parametrize(
    ("beta", "name", "stand_in"),
    [
        (
            BetaConversationItemInputAudioTranscriptionCompletedEvent(
                event_id="e", item_id="i", content_index=0, transcript="Hi"
            ),
            "usage",
            Unknown(type="unknown", payload={"type": "unknown"}),
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
def test_something_stands_in_for_what_the_ga_requires(beta, name, stand_in):
    """So that what did come reaches the client; the way back takes it away."""
    twin = upgrade(beta)

    assert getattr(twin, name) == stand_in
    assert wire(twin)[name] == wire(stand_in)
    assert downgrade(twin) == beta


def test_a_session_that_nobody_knows_makes_the_event_unknown():
    """Neither version's classes could hold it; its JSON is what it was."""
    session = Unknown(type="karaoke", payload={"type": "karaoke", "song": 1})
    event = SessionUpdateEvent(session=session)

    twin = downgrade(event)

    assert twin == Unknown(type="session.update", payload=wire(event))
    assert upgrade(twin) is twin


def test_items_of_one_class_become_those_of_their_type():
    """The class with references has the fields of all."""
    message = RealtimeConversationItemWithReference(
        type="message", role="assistant", content=(), id="i"
    )
    reference = RealtimeConversationItemWithReference(id="i")

    assert upgrade(message) == RealtimeConversationItemMessageAssistant(
        content=(), id="i"
    )
    assert upgrade(reference) == Unknown(type=None, payload={"id": "i"})


def test_what_cannot_be_encoded_cannot_change_its_shape():
    """The error is that of encoding."""
    session = RealtimeBetaSessionCreateRequest(speed="fast")

    with pytest.raises(EncodeError, match=r"\$\.speed: expected number, got str"):
        upgrade(BetaSessionUpdateEvent(session=session))


def test_an_error_is_the_same_event_in_both():
    """Most events are."""
    event = ErrorEvent(event_id="e", error=Unknown(type=None, payload={}))

    assert downgrade(upgrade(event)) is event
