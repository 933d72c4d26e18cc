"""What becomes of the settings of sessions and responses."""

from typing import Any

import pytest

from rtmodels import (
    CustomVoice,
    NoiseReduction,
    RealtimeAudioFormatsPcm,
    RealtimeAudioFormatsPcma,
    RealtimeAudioFormatsPcmu,
    RealtimeBetaResponse,
    RealtimeBetaResponseCreateParams,
    RealtimeBetaSessionCreateRequest,
    RealtimeBetaTurnDetection,
    RealtimeBetaVoiceObject,
    RealtimeResponseCreateParams,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateRequestAudio,
    RealtimeSessionCreateRequestAudioInput,
    RealtimeSessionCreateRequestAudioOutput,
    RealtimeTurnDetectionServerVad,
    Unknown,
    downgrade,
    upgrade,
)

from .messages import CONVERTER, wire


def request(**keys: Any) -> RealtimeSessionCreateRequest:
    """Make what a request of the beta with these *keys* becomes."""
    return upgrade(RealtimeBetaSessionCreateRequest(**keys))


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
    """Each has one counterpart."""
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

    counterpart = downgrade(session)

    assert wire(counterpart) == {"input_audio_format": word}
    assert wire(upgrade(counterpart)) == payload


def test_a_rate_that_the_beta_has_no_word_for_is_kept():
    """To say ``pcm16`` would be wrong by a third."""
    payload = {
        "type": "realtime",
        "audio": {"output": {"format": {"type": "audio/pcm", "rate": 16000}}},
    }
    counterpart = downgrade(CONVERTER.structure(payload, RealtimeSessionCreateRequest))

    assert counterpart.output_audio_format is None
    assert counterpart.extra == {"audio": payload["audio"]}
    assert wire(upgrade(counterpart)) == payload


def test_voice_live_says_the_rate_beside_the_format():
    """The caller's audio may come at 16,000 samples a second."""
    extra = {"input_audio_sampling_rate": 16000}
    session = RealtimeBetaSessionCreateRequest(input_audio_format="pcm16", extra=extra)

    counterpart = upgrade(session)

    assert counterpart.audio.input.format == RealtimeAudioFormatsPcm(rate=16000)
    assert wire(downgrade(counterpart)) == wire(session)


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
    counterpart = upgrade(RealtimeBetaResponse(modalities=beta))

    assert counterpart.output_modalities == ga
    assert downgrade(counterpart).modalities == beta


def test_the_beta_always_says_text_for_speech():
    """The beta's servers reject ``["audio"]``."""
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

    counterpart = upgrade(response)

    assert counterpart.audio.output.voice == "alloy"
    assert wire(counterpart) == {"audio": {"output": {"voice": "alloy"}}}
    assert downgrade(counterpart) == response


@pytest.mark.parametrize("voice", ["alloy", "ash"])
def test_a_voice_by_name_has_the_same_name_in_the_beta(voice):
    """Only what came as an object goes back as one."""
    session = downgrade(
        RealtimeSessionCreateRequest(
            audio=RealtimeSessionCreateRequestAudio(
                output=RealtimeSessionCreateRequestAudioOutput(voice=voice)
            )
        )
    )

    assert session.voice == voice


def test_a_voice_of_azures_own_is_kept():
    """The GA has no field that could hold it."""
    voice = {"name": "en-US-AvaNeural", "type": "azure-standard"}
    response = RealtimeBetaResponse(voice=RealtimeBetaVoiceObject(**voice))

    counterpart = upgrade(response)

    assert counterpart.audio is None
    assert wire(counterpart) == {"voice": voice}
    assert downgrade(counterpart) == response


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

    counterpart = upgrade(session)

    assert counterpart.audio.input.turn_detection.type == "server_vad"
    assert downgrade(counterpart) == session


def test_turn_detection_of_azures_own_stays_what_it_is():
    """The GA's classes have neither the type nor its settings."""
    session = RealtimeBetaSessionCreateRequest(
        turn_detection=RealtimeBetaTurnDetection(type="azure_semantic_vad", threshold=1)
    )

    counterpart = upgrade(session)

    assert type(counterpart.audio.input.turn_detection) is Unknown
    assert downgrade(counterpart) == session
