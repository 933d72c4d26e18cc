"""Values without a place or a word in the other version survive a round trip."""

import copy
import pickle

import pytest
from attrs import evolve

from rtmodels import (
    BetaSessionUpdateEvent,
    EncodeError,
    RealtimeBetaClientSecret,
    RealtimeBetaSessionCreateRequest,
    RealtimeBetaSessionCreateResponse,
    RealtimeBetaVoiceObject,
    RealtimeReasoning,
    RealtimeSession,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateResponse,
    downgrade,
    upgrade,
)

from .messages import CONVERTER, wire


def test_what_has_no_counterpart_stays_in_extra():
    """And goes back into its field, of any type."""
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
    counterpart = downgrade(CONVERTER.structure(session, RealtimeSessionCreateRequest))

    assert wire(counterpart) == {
        "input_audio_format": "g711_ulaw",
        "audio": {"input": {"transport": "json"}},
        "keep_context": False,
    }
    assert wire(upgrade(counterpart)) == session


def test_a_setting_that_was_said_twice_is_not_overwritten():
    """Servers exist that say it in the words of both versions."""
    session = {
        "voice": "ash",
        "audio": {"output": {"voice": "sage"}},
        "max_output_tokens": 7,
    }
    beta = CONVERTER.structure(session, RealtimeBetaSessionCreateRequest)

    counterpart = upgrade(beta)

    assert counterpart.audio.output.voice == "sage"
    assert counterpart.extra["voice"] == "ash"
    assert wire(downgrade(counterpart)) == session


def test_a_change_counts_and_the_rest_comes_back():
    """The instance saves what it was made of, key by key."""
    beta = RealtimeBetaSessionCreateRequest(
        modalities=("text", "audio"),
        voice=RealtimeBetaVoiceObject(name="alloy", type="openai"),
        instructions="Sing.",
    )
    counterpart = evolve(
        upgrade(beta), instructions="Speak.", output_modalities=("text",)
    )

    back = downgrade(counterpart)

    assert back == evolve(beta, instructions="Speak.", modalities=("text",))


def test_a_saved_difference_is_never_encoded():
    """It stands in ``extra`` behind a field, and survives pickling and copying."""
    beta = RealtimeSession(id="s", modalities=("text", "audio"))
    counterpart = upgrade(beta)

    assert counterpart.extra == {
        "id": {
            "canonical": {
                "modalities": ["audio", "text"],
                "object": "realtime.session",
            },
            "original": {"modalities": ["text", "audio"]},
        }
    }
    assert wire(counterpart) == {
        "id": "s",
        "object": "realtime.session",
        "type": "realtime",
        "output_modalities": ["audio"],
    }
    for other in (pickle.loads(pickle.dumps(counterpart)), copy.deepcopy(counterpart)):
        assert downgrade(other) == beta


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


def test_what_cannot_be_encoded_cannot_change_its_shape():
    """The error is that of encoding."""
    session = RealtimeBetaSessionCreateRequest(speed="fast")

    with pytest.raises(EncodeError, match=r"\$\.speed: expected number, got str"):
        upgrade(BetaSessionUpdateEvent(session=session))


def test_what_was_given_stays_as_it_was():
    """Instances are frozen, and no part of them is changed in secret."""
    session = RealtimeSession(modalities=("audio",), extra={"avatar": None})
    before = copy.deepcopy(session)

    upgrade(session)

    assert session == before
    assert session.extra == before.extra
