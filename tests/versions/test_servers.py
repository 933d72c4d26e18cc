"""Events of other servers become OpenAI's, as far as OpenAI has them."""

import json
from typing import get_args

import pytest
from hypothesis import given, settings

from rtmodels import (
    BetaResponseAudioDeltaEvent,
    GlmResponseAudioDeltaEvent,
    GlmServerEvent,
    LocalAiServerEvent,
    LocalAiSpeaker,
    Loss,
    QwenServerEvent,
    RealtimeClientEvent,
    RealtimeServerEvent,
    ResponseOutputAudioDeltaEvent,
    SessionCreatedEvent,
    Unknown,
    VllmServerEvent,
    XaiPingEvent,
    XaiServerEvent,
    upgrade,
)
from rtmodels.adapters import JsonAdapter

from ..strategies import MODELS, instances

GA = {*get_args(RealtimeServerEvent), *get_args(RealtimeClientEvent)}
GA_TAGS = {cls.__attrs_attrs__.type.default for cls in GA - {Unknown}}
BETA_NAMES = {"output_text": "text", "output_audio": "audio"}
SERVERS = [
    cls
    for cls in MODELS
    if cls.__module__.startswith("rtmodels.schema.servers.")
    if cls.__name__.endswith("Event")
]
FORGIVING = JsonAdapter(RealtimeServerEvent | RealtimeClientEvent, mode="forgiving")


def upgraded(union, **message):
    """Decode a message of a server, and return OpenAI's event for it."""
    event = JsonAdapter(union).decode(json.dumps({"event_id": "e", **message}))
    return upgrade(event)


@pytest.mark.parametrize("cls", SERVERS)
def test_an_event_becomes_the_one_of_openai_or_stays(cls):
    """Whatever is in it; OpenAI's can be encoded and read again."""

    @settings(max_examples=15)
    @given(instances(cls))
    def check(event):
        result = upgrade(event)

        if type(result) not in GA:
            assert result is event
        else:
            assert FORGIVING.decode(FORGIVING.encode(result)) == result
            assert upgrade(result) is result

    check()


def test_which_events_stay():
    """Those that OpenAI has nothing like."""
    stay = {
        cls.__name__
        for cls in SERVERS
        if "VoiceLive" not in cls.__name__
        if type(upgrade(minimal(cls))) is cls
    }

    assert stay == {
        "GlmHeartbeatEvent",
        "GlmInputAudioBufferAppendVideoFrameEvent",
        "GlmResponseFunctionCallSimpleBrowserEvent",
        "LocalAiClassifierResultEvent",
        "LocalAiConversationItemSoundDetectionEvent",
        "LocalAiConversationItemSpeakerEvent",
        "QwenConversationItemInputAudioTranscriptionTextEvent",
        "QwenInputImageBufferAppendEvent",
        "QwenResponseAudioTranscriptTextEvent",
        "QwenResponseTextTextEvent",
        "QwenSessionFinishEvent",
        "QwenSessionFinishedEvent",
        "VllmErrorEvent",
        "VllmInputAudioBufferCommitEvent",
        "VllmSessionCreatedEvent",
        "VllmSessionUpdateEvent",
        "VllmTranscriptionDeltaEvent",
        "VllmTranscriptionDoneEvent",
        "XaiConversationItemInputAudioTranscriptionUpdatedEvent",
        "XaiPingEvent",
        "XaiPongEvent",
    }


def minimal(cls):
    """Find any instance of *cls*."""
    found = []

    @settings(max_examples=1)
    @given(instances(cls))
    def find(event):
        found.append(event)

    find()
    return found[0]


def test_a_missing_key_is_filled_with_the_value_that_says_least():
    """The text is empty, the number zero, and the cost unknown."""
    event = upgraded(
        XaiServerEvent,
        type="conversation.item.input_audio_transcription.completed",
        item_id="i",
        transcript="Hello",
    )

    assert event.content_index == 0
    assert event.usage == Unknown(tag="unknown", payload={"type": "unknown"})


def test_a_message_without_content_has_none():
    """In a response too."""
    message = {"id": "i", "type": "message", "role": "assistant"}
    added = upgraded(XaiServerEvent, type="conversation.item.added", item=message)
    done = upgraded(
        XaiServerEvent, type="response.done", response={"output": [message]}
    )

    assert added.item.content == ()
    assert done.response.output[0].content == ()


def test_what_a_response_cost_is_where_openai_has_it():
    """XAI and GLM report it beside the response, and Qwen with other names."""
    usage = {"total_tokens": 7}
    xai = upgraded(
        XaiServerEvent, type="response.done", response={"usage": {}}, usage=usage
    )
    glm = upgraded(GlmServerEvent, type="response.done", usage=usage)
    qwen = upgraded(
        QwenServerEvent,
        type="response.done",
        response={"usage": {"output_tokens_details": {"text_tokens": 7}}},
    )

    assert xai.response.usage.total_tokens == 7
    assert glm.response.usage.total_tokens == 7
    assert qwen.response.usage.output_token_details.text_tokens == 7


def test_a_session_of_xai_is_one_of_the_ga():
    """Its keys of the beta move, unless those of the GA are there already."""
    event = upgraded(
        XaiServerEvent,
        type="session.created",
        session={
            "voice": "ara",
            "input_audio_format": "not specified",
            "audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000}}},
        },
    )

    assert isinstance(event, SessionCreatedEvent)
    assert event.session.audio.output.voice == "ara"
    assert event.session.audio.input.format.rate == 16000


def test_an_item_of_xai_follows_those_before_it():
    """XAI sends null for the item before, wherever the item stands."""
    event = upgraded(
        XaiServerEvent,
        type="conversation.item.added",
        previous_item_id=None,
        item={"type": "message", "role": "user"},
    )

    assert not event.previous_item_id
    assert "previous_item_id" not in json.loads(FORGIVING.encode(event))


def test_audio_is_kept():
    """By the names of the beta first, and then by those of the GA."""
    event = GlmResponseAudioDeltaEvent(event_id="e", response_id="r", delta=b"\0\1")

    assert upgrade(event) == ResponseOutputAudioDeltaEvent(
        event_id="e",
        response_id="r",
        item_id="",
        output_index=0,
        content_index=0,
        delta=b"\0\1",
    )
    assert type(event) is not BetaResponseAudioDeltaEvent


def test_what_openai_cannot_hold_is_in_extra():
    """And forgiving mode reads it from there."""
    event = upgraded(
        XaiServerEvent,
        type="response.created",
        response={"id": "r", "status_details": "unimplemented"},
    )

    assert event.response.status_details is None
    assert event.response.extra == {"status_details": "unimplemented"}
    assert FORGIVING.decode(FORGIVING.encode(event)) == event


@pytest.mark.parametrize(
    "event",
    [
        XaiPingEvent(timestamp=1),
        LocalAiSpeaker(name="Ann"),
        JsonAdapter(VllmServerEvent).decode(
            '{"type": "transcription.delta", "delta": ""}'
        ),
        JsonAdapter(LocalAiServerEvent).decode('{"type": "news"}'),
    ],
)
def test_what_openai_has_not_is_returned_as_it_is(event):
    """Also objects that are no events, and unknown events."""
    assert upgrade(event) is event


def test_losses_are_those_of_the_beta():
    """What the beta's names say and the GA cannot is a loss here too."""
    lost: list[Loss] = []
    event = JsonAdapter(QwenServerEvent).decode(
        '{"type": "response.done", "event_id": "e", "response": {"temperature": 0.5}}'
    )
    upgrade(event, lost=lost)

    assert [loss.path for loss in lost] == ["$.response.temperature"]


def test_recorded_messages_of_xai_become_openais(captures):
    """All but the pings and the transcripts that change."""
    adapter = JsonAdapter(XaiServerEvent)
    rows = [
        row["value"]
        for row in captures
        if (row["server"], row["direction"]) == ("xai", "server")
    ]

    others = {
        type(event).__name__
        for event in (upgrade(adapter.decode(json.dumps(row))) for row in rows)
        if type(event) not in GA
    }
    assert others == {
        "XaiPingEvent",
        "XaiConversationItemInputAudioTranscriptionUpdatedEvent",
    }
