"""Values without a place or a word in the other version survive a round trip."""

import copy
import pickle
from collections import UserDict

import pytest
from attrs import evolve

from rtmodels import (
    BetaOutputAudioBufferAudioStartedEvent,
    BetaSessionUpdatedEvent,
    BetaSessionUpdateEvent,
    EncodeError,
    RealtimeBetaClientSecret,
    RealtimeBetaSessionCreateRequest,
    RealtimeBetaSessionCreateResponse,
    RealtimeBetaSessionCreateResponseAudio,
    RealtimeBetaSessionCreateResponseAudioInput,
    RealtimeBetaTurnDetection,
    RealtimeBetaVoiceObject,
    RealtimeReasoning,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSession,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateResponse,
    ResponseFunctionCallArgumentsDoneEvent,
    downgrade,
    upgrade,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from ..native.twins import counting, needs_extension, pure
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


def test_a_saved_difference_is_not_seen():
    """Neither in ``extra`` nor in the repr, and it is never encoded."""
    beta = RealtimeSession(id="s", modalities=("text", "audio"), extra={"new": 1})
    counterpart = upgrade(beta)

    assert counterpart.extra == {"new": 1}
    assert repr(counterpart).endswith("extra={'new': 1})")
    assert wire(counterpart) == {
        "id": "s",
        "object": "realtime.session",
        "type": "realtime",
        "output_modalities": ["audio"],
        "new": 1,
    }
    assert wire(downgrade(counterpart)) == wire(beta)


def test_an_instance_without_undeclared_keys_has_none_to_see():
    """Its ``extra`` is empty, and left out of the repr."""
    counterpart = upgrade(RealtimeSession(id="s", modalities=("text", "audio")))

    assert not counterpart.extra
    assert "extra" not in repr(counterpart)


@pytest.mark.parametrize(
    "copied",
    [
        *(
            lambda x, protocol=protocol: pickle.loads(pickle.dumps(x, protocol))
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
        ),
        copy.copy,
        copy.deepcopy,
        evolve,
    ],
)
@pytest.mark.parametrize("extra", [None, {"new": [1]}])
def test_a_copy_saves_the_difference_too(copied, extra):
    """However the copy is made."""
    session = RealtimeSession(id="s", modalities=("text", "audio"), extra=extra)
    beta = BetaSessionUpdatedEvent(event_id="e", session=session)

    counterpart = copied(upgrade(beta))

    assert counterpart == upgrade(beta)
    assert counterpart.session.extra == upgrade(beta).session.extra
    assert downgrade(counterpart) == beta
    assert wire(downgrade(counterpart)) == wire(beta)


@pytest.mark.parametrize(
    "x",
    [
        RealtimeSession(modalities=("text", "audio")),
        RealtimeSession(modalities=("text", "audio"), extra={"new": [{}]}),
        RealtimeSession(extra={"id": None}),
        RealtimeSession(modalities=("text", "audio"), extra={"new": UserDict(a=())}),
    ],
)
def test_every_adapter_encodes_it_as_without_the_difference(x):
    """The native program, the generated code, and the slow pass for mappings."""
    counterpart = upgrade(BetaSessionUpdatedEvent(event_id="e", session=x))
    session = counterpart.session
    plain = evolve(
        counterpart, session=evolve(session, extra=dict(session.extra) or None)
    )
    adapter = JsonAdapter(RealtimeServerEvent)

    assert adapter.encode(counterpart) == adapter.encode(plain)
    assert pure(JsonAdapter.encode)(adapter, counterpart) == adapter.encode(plain)
    assert DictAdapter(RealtimeServerEvent).encode(counterpart) == wire(plain)
    assert wire(counterpart) == wire(plain)


@needs_extension
def test_the_native_program_encodes_it():
    """It need not give up."""
    session = RealtimeSession(modalities=("text", "audio"), extra={"new": 1})
    counterpart = upgrade(BetaSessionUpdatedEvent(event_id="e", session=session))

    with counting() as counter:
        JsonAdapter(RealtimeServerEvent).encode(counterpart)
        DictAdapter(RealtimeServerEvent).encode(counterpart)

    assert type(counterpart.session.extra) is not dict
    assert counter.give_ups == 0


def test_an_extra_of_another_class_restores_nothing():
    """A user may move it there; the values of the instance count."""
    extra = upgrade(RealtimeSession(modalities=("text", "audio"))).extra
    buffer = upgrade(BetaOutputAudioBufferAudioStartedEvent(event_id="e")).extra
    response = RealtimeResponse(output_modalities=("text",), extra=extra)
    done = ResponseFunctionCallArgumentsDoneEvent(
        event_id="e",
        response_id="r",
        item_id="i",
        output_index=0,
        call_id="c",
        arguments="",
        name="f",
        extra=buffer,
    )

    assert downgrade(response).modalities == ("text",)
    assert downgrade(done).name == "f"


def test_a_new_extra_drops_the_difference():
    """The reverse conversion then returns what it returns for any such instance."""
    counterpart = upgrade(RealtimeSession(id="s", modalities=("text", "audio")))

    back = downgrade(evolve(counterpart, extra=None))

    assert back.modalities == ("audio", "text")


def test_a_session_made_over_rest_needs_no_secret_to_come_back():
    """Servers leave it out when they report the session later."""
    detection = RealtimeBetaTurnDetection(threshold=0.5)
    audio = RealtimeBetaSessionCreateResponseAudio(
        input=RealtimeBetaSessionCreateResponseAudioInput(turn_detection=detection)
    )
    beta = RealtimeBetaSessionCreateResponse(id="s", audio=audio)

    session = upgrade(beta)

    assert session.audio.input.turn_detection.type == "server_vad"
    assert CONVERTER.structure(wire(session), RealtimeSessionCreateResponse) == session
    assert downgrade(session) == beta


def test_a_session_made_over_rest_keeps_its_secret():
    """That tells it from the others on the way back."""
    secret = RealtimeBetaClientSecret(value="ek_1", expires_at=1)
    beta = RealtimeBetaSessionCreateResponse(
        id="s", client_secret=secret, voice="ash", modalities=("text",)
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
