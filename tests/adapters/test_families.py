"""Beyond the GA's events: the beta, translations, REST bodies and the webhook."""

from typing import get_args

import attrs
import orjson
import pytest

from rtmodels import (
    UNSET,
    BetaConversationItemInputAudioTranscriptionCompletedEvent,
    BetaOutputAudioBufferAudioStartedEvent,
    BetaResponseAudioDeltaEvent,
    BetaResponseDoneEvent,
    BetaResponseFunctionCallArgumentsDoneEvent,
    BetaSessionCreatedEvent,
    BetaSessionUpdateEvent,
    BetaTranscriptionSessionCreatedEvent,
    ConversationItemCreatedEvent,
    RealtimeBetaClientEvent,
    RealtimeBetaServerEvent,
    RealtimeBetaSessionCreateRequest,
    RealtimeBetaTurnDetection,
    RealtimeBetaVoiceObject,
    RealtimeCreateClientSecretRequest,
    RealtimeCreateClientSecretResponse,
    RealtimeServerEvent,
    RealtimeSessionCreateRequest,
    RealtimeTranslationClientEvent,
    RealtimeTranslationServerEvent,
    ResponseOutputAudioDeltaEvent,
    TranslationSessionCreatedEvent,
    TranslationSessionOutputAudioDeltaEvent,
    Unknown,
    WebhookRealtimeCallIncoming,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

MODES = ("strict", "tolerant", "forgiving")
BETA = {"server": RealtimeBetaServerEvent, "client": RealtimeBetaClientEvent}
DELTA = {
    "event_id": "e",
    "response_id": "r",
    "item_id": "i",
    "output_index": 0,
    "content_index": 0,
    "delta": "AAE=",
}
every_mode = pytest.mark.parametrize("mode", MODES)


def read(type_, payload, mode="strict"):
    """Decode *payload* as *type_*, and check that it encodes back equal."""
    adapter = DictAdapter(type_, mode=mode)
    instance = adapter.decode(payload)
    assert adapter.encode(instance) == payload
    return instance


@pytest.mark.parametrize("mode", MODES[1:])
def test_every_captured_message_of_the_beta_is_known(captures, mode):
    """Each is of the class that its type names, and encodes back to what came."""
    rows = [row for row in captures if row["shape"] == "beta"]
    for row in rows:
        union = BETA[row["direction"]]
        adapter = JsonAdapter(union, mode=mode)
        classes = {
            attrs.fields(cls).type.default: cls
            for cls in get_args(union)
            if cls is not Unknown
        }

        event = adapter.decode(orjson.dumps(row["value"]))

        assert type(event) is classes[row["value"]["type"]]
        assert orjson.loads(adapter.encode(event)) == row["value"]
    assert len(rows) == 232


def test_captured_rest_bodies_have_classes(rest_bodies):
    """Offers of calls carry a session, and client secrets are asked for and given."""
    for row in rest_bodies:
        keys = row["value"].keys()
        cls = RealtimeSessionCreateRequest
        if "value" in keys:
            cls = RealtimeCreateClientSecretResponse
        elif "session" in keys:
            cls = RealtimeCreateClientSecretRequest
        adapter = JsonAdapter(cls)

        body = adapter.decode(orjson.dumps(row["value"]))

        assert type(body) is cls
        assert body.extra is None
        assert orjson.loads(adapter.encode(body)) == row["value"]
    assert len(rest_bodies) == 12


@every_mode
def test_the_beta_goes_by_the_names_on_its_wire(mode):
    """The audio event has another name there, and its delta is bytes too."""
    payload = {"type": "response.audio.delta", **DELTA}

    event = read(RealtimeBetaServerEvent, payload, mode)

    assert type(event) is BetaResponseAudioDeltaEvent
    assert event.delta == b"\x00\x01"


@every_mode
def test_the_beta_also_goes_by_the_names_in_its_schema(mode):
    """They are the GA's, and so is the class."""
    payload = {"type": "response.output_audio.delta", **DELTA}

    event = read(RealtimeBetaServerEvent, payload, mode)

    assert type(event) is ResponseOutputAudioDeltaEvent


def test_the_ga_does_not_know_the_names_of_the_beta():
    """Each protocol has its own."""
    payload = {"type": "response.audio.delta", **DELTA}

    assert type(read(RealtimeServerEvent, payload, "tolerant")) is Unknown


@every_mode
def test_an_event_that_is_the_same_in_the_beta_is_the_gas(mode):
    """They are the same objects, and no copies."""
    item = {"type": "message", "role": "user", "content": []}
    payload = {"type": "conversation.item.created", "event_id": "e", "item": item}

    event = read(RealtimeBetaServerEvent, payload, mode)

    assert type(event) is ConversationItemCreatedEvent


@every_mode
def test_a_transcript_of_the_beta_need_not_say_what_it_cost(mode):
    """The GA's always does."""
    payload = {
        "type": "conversation.item.input_audio_transcription.completed",
        "event_id": "e",
        "item_id": "i",
        "content_index": 0,
        "transcript": "Hi.",
    }

    event = read(RealtimeBetaServerEvent, payload, mode)

    assert type(event) is BetaConversationItemInputAudioTranscriptionCompletedEvent
    assert event.usage is None


@every_mode
def test_arguments_of_the_beta_need_not_say_which_function(mode):
    """The GA's always do."""
    payload = {
        "type": "response.function_call_arguments.done",
        "event_id": "e",
        "response_id": "r",
        "item_id": "i",
        "output_index": 0,
        "call_id": "c",
        "arguments": "{}",
    }

    event = read(RealtimeBetaServerEvent, payload, mode)

    assert type(event) is BetaResponseFunctionCallArgumentsDoneEvent
    assert event.name is None


@every_mode
@pytest.mark.parametrize(
    "voice",
    ["alloy", {"name": "alloy", "type": "openai"}, {"id": "voice_1"}],
    ids=["word", "azure", "custom"],
)
def test_a_voice_of_the_beta_is_a_word_or_an_object(voice, mode):
    """In sessions as well as in responses, and in both directions."""
    types = {str: str, dict: RealtimeBetaVoiceObject}
    created = {"type": "session.created", "event_id": "e", "session": {"voice": voice}}
    done = {"type": "response.done", "event_id": "e", "response": {"voice": voice}}

    session = read(BetaSessionCreatedEvent, created, mode).session
    response = read(BetaResponseDoneEvent, done, mode).response
    request = read(RealtimeBetaSessionCreateRequest, {"voice": voice}, mode)

    assert {type(holder.voice) for holder in (session, response, request)} == {
        types[type(voice)]
    }


@every_mode
def test_the_beta_sends_nulls_that_its_schema_has_not(mode):
    """They are values of their fields, and not extra."""
    response = {"temperature": None, "custom_voice_id": None}
    payload = {"type": "response.done", "event_id": "e", "response": response}

    event = read(RealtimeBetaServerEvent, payload, mode)

    assert event.response.temperature is None
    assert event.response.custom_voice_id is None
    assert event.response.extra is None


@every_mode
@pytest.mark.parametrize(
    "turn_detection",
    [
        None,
        {"type": "server_vad", "create_response": True, "interrupt_response": True},
        {"type": "semantic_vad", "eagerness": "low"},
    ],
)
def test_a_client_of_the_beta_can_set_turn_detection(turn_detection, mode):
    """Switch it off, have it by loudness or by meaning; no secret is asked for."""
    session = {"turn_detection": turn_detection, "modalities": ["text", "audio"]}

    event = read(
        RealtimeBetaClientEvent, {"type": "session.update", "session": session}, mode
    )

    assert type(event) is BetaSessionUpdateEvent
    assert (event.session.turn_detection is None) == (turn_detection is None)
    assert event.session.extra is None


def test_turn_detection_that_is_left_out_is_unset():
    """That leaves it as it is."""
    assert RealtimeBetaSessionCreateRequest().turn_detection is UNSET


def test_turn_detection_of_azures_own_is_kept():
    """Azure has kinds and settings that OpenAI has not."""
    payload = {"type": "azure_semantic_vad", "remove_filler_words": True}

    turn_detection = read(RealtimeBetaTurnDetection, payload, "tolerant")

    assert turn_detection.type == "azure_semantic_vad"
    assert turn_detection.extra == {"remove_filler_words": True}


@every_mode
def test_a_transcription_session_of_the_beta_has_no_secret_in_events(mode):
    """The schema requires it there, since it is that of the REST body."""
    session = {"id": "sess_1", "object": "realtime.transcription_session"}
    payload = {
        "type": "transcription_session.created",
        "event_id": "e",
        "session": session,
    }

    event = read(RealtimeBetaServerEvent, payload, mode)

    assert type(event) is BetaTranscriptionSessionCreatedEvent
    assert event.session.client_secret is UNSET
    assert event.session.id == "sess_1"


@every_mode
@pytest.mark.parametrize("more", [{}, {"response_id": "r"}])
def test_playback_of_the_beta_has_its_first_names(more, mode):
    """No schema says what these events hold."""
    payload = {"type": "output_audio_buffer.audio_started", "event_id": "e", **more}

    event = read(RealtimeBetaServerEvent, payload, mode)

    assert type(event) is BetaOutputAudioBufferAudioStartedEvent
    assert event.response_id == more.get("response_id")


@every_mode
def test_a_translation_session_is_no_other_session(mode):
    """The wire type is the same, and the union decides."""
    session = {
        "id": "sess_1",
        "type": "translation",
        "expires_at": 1,
        "model": "m",
        "audio": {"input": {"noise_reduction": None}, "output": {"language": "es"}},
        "include": None,
    }
    payload = {"type": "session.created", "event_id": "e", "session": session}

    event = read(RealtimeTranslationServerEvent, payload, mode)

    assert type(event) is TranslationSessionCreatedEvent
    assert event.session.audio.output.language == "es"


@every_mode
def test_translated_speech_is_bytes(mode):
    """As all audio is."""
    payload = {"type": "session.output_audio.delta", "event_id": "e", "delta": "AAE="}

    event = read(RealtimeTranslationServerEvent, payload, mode)

    assert type(event) is TranslationSessionOutputAudioDeltaEvent
    assert event.delta == b"\x00\x01"


@every_mode
@pytest.mark.parametrize(
    ("union", "payload", "key"),
    [
        (RealtimeBetaServerEvent, {"type": "response.audio.delta", **DELTA}, "delta"),
        (RealtimeBetaClientEvent, {"type": "input_audio_buffer.append"}, "audio"),
        (
            RealtimeTranslationServerEvent,
            {"type": "session.output_audio.delta", "event_id": "e"},
            "delta",
        ),
        (
            RealtimeTranslationClientEvent,
            {"type": "session.input_audio_buffer.append"},
            "audio",
        ),
    ],
)
def test_long_audio_is_read_alike_from_frames_and_from_dicts(union, payload, key, mode):
    """Of every family: the way past the JSON parser gives the same."""
    payload = payload | {key: "AAEC" * 4000}

    event = JsonAdapter(union, mode=mode).decode(orjson.dumps(payload))

    assert event == read(union, payload, mode)
    assert getattr(event, key) == b"\x00\x01\x02" * 4000


@every_mode
def test_the_webhook_tells_of_a_call(mode):
    """With the headers of the SIP invitation, in order."""
    payload = {
        "object": "event",
        "id": "evt_1",
        "type": "realtime.call.incoming",
        "created_at": 1750287018,
        "data": {
            "call_id": "rtc_1",
            "sip_headers": [
                {"name": "From", "value": "sip:+14155550123@sip.example.com"},
                {"name": "To", "value": "sip:+18005550145@sip.example.com"},
            ],
        },
    }

    call = read(WebhookRealtimeCallIncoming, payload, mode)

    assert call.data.call_id == "rtc_1"
    assert [header.name for header in call.data.sip_headers] == ["From", "To"]
