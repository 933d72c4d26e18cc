"""Azure Voice Live: its own events and settings, and where it leaves keys out."""

from typing import Any, get_args, get_origin

import attrs
import orjson
import pytest

import rtmodels
from rtmodels import (
    BetaResponseAudioDeltaEvent,
    InputAudioBufferAppendEvent,
    Model,
    RealtimeBetaClientEvent,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeFunctionTool,
    RealtimeServerEvent,
    RealtimeTranslationClientEvent,
    RealtimeTranslationServerEvent,
    RealtimeTurnDetectionSemanticVad,
    Unknown,
    ValidationError,
    VoiceLiveAvatarConfig,
    VoiceLiveClientEvent,
    VoiceLiveConversationItem,
    VoiceLiveMCPServer,
    VoiceLiveRequestSession,
    VoiceLiveResponseSession,
    VoiceLiveServerEvent,
    VoiceLiveTool,
    VoiceLiveTurnDetection,
    VoiceLiveVoice,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from ..parts import find_undeclared

MODES = ("strict", "tolerant", "forgiving")
UNIONS = {"server": VoiceLiveServerEvent, "client": VoiceLiveClientEvent}
OTHERS = {
    "GA server": RealtimeServerEvent,
    "GA client": RealtimeClientEvent,
    "beta server": RealtimeBetaServerEvent,
    "beta client": RealtimeBetaClientEvent,
    "translation server": RealtimeTranslationServerEvent,
    "translation client": RealtimeTranslationClientEvent,
}

SESSION = {"voice": "alloy", "modalities": ["text", "audio", "avatar", "animation"]}
MESSAGE = {
    "type": "message",
    "role": "assistant",
    "object": "realtime.item",
    "content": [{"type": "audio", "transcript": None}],
}
RESPONSE = {
    "id": "r",
    "object": "realtime.response",
    "status": "in_progress",
    "status_details": None,
    "output": [MESSAGE],
    "usage": None,
    "voice": {"type": "azure-standard", "name": "en-US-AvaNeural"},
    "modalities": ["text", "audio", "animation"],
    "output_audio_format": "pcm16_16000hz",
    "temperature": None,
    "metadata": None,
}
OUTPUT = {"response_id": "r", "output_index": 0}
PLACE = {**OUTPUT, "item_id": "i"}
PART = {**PLACE, "content_index": 0}
SEARCH = {**PLACE, "sequence_number": 3}
TRANSCRIPT = {"item_id": "i", "content_index": 0}
PHRASE = {
    "offset_milliseconds": 40,
    "duration_milliseconds": 900,
    "text": "Hi there.",
    "words": [{"text": "Hi", "offset_milliseconds": 40, "duration_milliseconds": 300}],
    "locale": "en-US",
    "confidence": 0.9,
}

SERVER_EVENTS = {
    "session.created": {"session": SESSION},
    "session.updated": {"session": SESSION},
    "session.avatar.connecting": {"server_sdp": "c2Rw"},
    "session.avatar.switch_to_speaking": {"turn_id": "t"},
    "session.avatar.switch_to_idle": {"turn_id": "t"},
    "warning": {"warning": {"message": "Slow.", "code": None, "param": "session"}},
    "conversation.item.added": {"item": MESSAGE, "previous_item_id": None},
    "conversation.item.done": {"item": MESSAGE, "previous_item_id": None},
    "conversation.item.created": {"item": MESSAGE, "previous_item_id": None},
    "conversation.item.retrieved": {"item": MESSAGE},
    "conversation.item.input_audio_transcription.completed": {
        **TRANSCRIPT,
        "transcript": "Hi there.",
        "phrases": [PHRASE],
    },
    "conversation.item.input_audio_transcription.failed": {
        **TRANSCRIPT,
        "error": {"message": "No speech.", "code": None, "event_id": "e"},
    },
    "output_audio_buffer.cleared": {},
    "response.created": {"response": RESPONSE},
    "response.done": {"response": RESPONSE},
    "response.output_item.added": {**OUTPUT, "item": MESSAGE},
    "response.output_item.done": {**OUTPUT, "item": MESSAGE},
    "response.mcp_call_arguments.done": PLACE,
    "response.animation_blendshapes.delta": {
        **PART,
        "frames": [[0.0, 0.5], [1.0, 0.25]],
        "frame_index": 0,
    },
    "response.animation_blendshapes.done": PLACE,
    "response.animation_viseme.delta": {**PART, "audio_offset_ms": 50, "viseme_id": 7},
    "response.animation_viseme.done": PART,
    "response.audio_timestamp.delta": {
        **PART,
        "audio_offset_ms": 50,
        "audio_duration_ms": 300,
        "text": "Hi",
        "timestamp_type": "word",
    },
    "response.audio_timestamp.done": PART,
    "response.audio_transcript.annotation.added": {
        **PART,
        "annotation_index": 0,
        "annotation": {"type": "url_citation", "url": "https://example.com"},
    },
    "response.video.delta": {"output_index": 0, "codec": "h264", "delta": "AAE="},
    "response.invocation.delta": {"delta": {"event": "step", "data": [1, None]}},
    "response.web_search_call.in_progress": SEARCH,
    "response.web_search_call.searching": SEARCH,
    "response.web_search_call.completed": SEARCH,
    "response.file_search_call.in_progress": SEARCH,
    "response.file_search_call.searching": SEARCH,
    "response.file_search_call.completed": SEARCH,
}
CLIENT_EVENTS = {
    "session.update": {"session": SESSION},
    "session.avatar.connect": {"client_sdp": "c2Rw"},
    "conversation.item.create": {"item": MESSAGE},
    "response.create": {
        "additional_instructions": "Be brief.",
        "response": {
            "commit": False,
            "cancel_previous": True,
            "input_items": [],
            "append_input_items": [MESSAGE],
            "pre_generated_assistant_message": {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "text", "text": "Welcome!"}],
            },
            "reasoning_effort": "none",
            "interim_response": {
                "type": "static_interim_response",
                "triggers": ["latency", "tool"],
                "latency_threshold_ms": 2000,
                "texts": ["One moment."],
            },
            "invoke_input": {"question": 1},
        },
    },
    "input_audio.turn.start": {"turn_id": "t"},
    "input_audio.turn.append": {"turn_id": "t", "audio": "AAE="},
    "input_audio.turn.end": {"turn_id": "t"},
    "input_audio.turn.cancel": {"turn_id": "t"},
    "input_audio.clear": {},
    "input_text.delta": {"id": "i", "delta": "Hel", "content_index": 0},
    "input_text.done": {"id": "i"},
    "mcp_approval_response": {"approval_request_id": "a", "approve": True},
}
EVENTS = [
    *(
        ("server", {"type": type_, "event_id": "e", **rest})
        for type_, rest in SERVER_EVENTS.items()
    ),
    *(("client", {"type": type_, **rest}) for type_, rest in CLIENT_EVENTS.items()),
]

every_mode = pytest.mark.parametrize("mode", MODES)


def classes_of(union):
    """Return the classes of the events in *union* by their types."""
    return {
        attrs.fields(cls).type.default: cls
        for cls in get_args(union)
        if cls is not Unknown
    }


def read(type_, payload, mode="strict"):
    """Decode *payload* as *type_*, and check that it encodes back equal."""
    adapter = DictAdapter(type_, mode=mode)
    instance = adapter.decode(payload)
    assert adapter.encode(instance) == payload
    return instance


@every_mode
def test_every_captured_message_is_known(captures, mode):
    """Each fits the class of its type, and so does all that is in there."""
    rows = [row for row in captures if row["server"] == "azure-voice-live"]
    for row in rows:
        union = UNIONS[row["direction"]]
        adapter = JsonAdapter(union, mode=mode)

        event = adapter.decode(orjson.dumps(row["value"]))

        assert type(event) is classes_of(union)[row["value"]["type"]]
        assert not find_undeclared(event)
        assert orjson.loads(adapter.encode(event)) == row["value"]
    assert len(rows) == 232


@every_mode
@pytest.mark.parametrize(
    ("direction", "payload"), EVENTS, ids=[payload["type"] for _, payload in EVENTS]
)
def test_an_event_of_its_own_is_known(direction, payload, mode):
    """Each decodes as its class, with a place for every key."""
    event = read(UNIONS[direction], payload, mode)

    assert type(event) is classes_of(UNIONS[direction])[payload["type"]]
    assert not find_undeclared(event)


def test_every_class_of_an_event_is_tried():
    """The events above are all that Voice Live has alone or otherwise."""
    own = {
        type_
        for union in UNIONS.values()
        for type_, cls in classes_of(union).items()
        if cls.__name__.startswith("VoiceLive")
    }

    assert own == {payload["type"] for _, payload in EVENTS}


def test_what_is_the_same_is_the_class_of_the_beta_or_the_ga():
    """They are the same objects, and no copies."""
    assert classes_of(VoiceLiveServerEvent)["response.audio.delta"] is (
        BetaResponseAudioDeltaEvent
    )
    assert classes_of(VoiceLiveClientEvent)["input_audio_buffer.append"] is (
        InputAudioBufferAppendEvent
    )


def find_classes(annotation: Any, found: set[type]) -> set[type]:
    """Add to *found* every class in *annotation*, at any depth, and return it."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        if annotation not in found:
            found.add(annotation)
            for field in attrs.fields(annotation):
                find_classes(field.type, found)
    elif get_origin(annotation) is not None:
        for part in get_args(annotation):
            find_classes(part, found)
    return found


@pytest.mark.parametrize("union", OTHERS.values(), ids=OTHERS)
def test_no_other_protocol_has_a_class_of_voice_live(union):
    """What Voice Live leaves out or adds loosens no other server's check."""
    classes = find_classes(union, set())

    assert classes
    assert not {cls for cls in classes if "servers" in cls.__module__}


@pytest.mark.parametrize(
    ("key", "payload"),
    [
        ("response_id", {"type": "output_audio_buffer.cleared", "event_id": "e"}),
        (
            "arguments",
            {"type": "response.mcp_call_arguments.done", "event_id": "e", **PLACE},
        ),
        (
            "item.id",
            {
                "type": "conversation.item.created",
                "event_id": "e",
                "item": {
                    "type": "mcp_approval_request",
                    "server_label": "s",
                    "name": "n",
                    "arguments": "{}",
                },
            },
        ),
        (
            "item.arguments",
            {
                "type": "conversation.item.created",
                "event_id": "e",
                "item": {
                    "type": "mcp_approval_request",
                    "id": "i",
                    "server_label": "s",
                    "name": "n",
                },
            },
        ),
    ],
)
def test_only_voice_live_may_leave_a_key_out(key, payload):
    """The GA and the beta require it as before."""
    assert not find_undeclared(read(VoiceLiveServerEvent, payload))
    for union in (RealtimeServerEvent, RealtimeBetaServerEvent):
        with pytest.raises(ValidationError) as caught:
            DictAdapter(union).decode(payload)
        assert [issue.path for issue in caught.value.issues] == [f"$.{key}"]


@pytest.mark.parametrize(
    "item",
    [
        {"type": "web_search_call", "id": "i", "status": "searching"},
        {
            "type": "file_search_call",
            "id": "i",
            "status": "completed",
            "queries": ["rooms"],
            "results": [
                {"file_id": "f", "filename": "a.pdf", "score": 0.5, "text": "…"}
                | {"attributes": {"year": 2026}}
            ],
        },
        {"type": "mcp_list_tools", "id": "i", "server_label": "s"},
        {
            "type": "mcp_call",
            "server_label": "s",
            "name": "n",
            "arguments": "{}",
            "error": {"code": 1},
        },
        {"type": "mcp_approval_response", "approval_request_id": "a", "approve": False},
        {
            "type": "message",
            "role": "user",
            "content": [{"type": "input_audio", "audio": None, "transcript": None}],
        },
        {
            "type": "message",
            "role": "system",
            "content": [{"type": "input_text", "text": "Be brief."}],
        },
    ],
    ids=lambda item: item.get("role", item["type"]),
)
def test_an_item_is_known(item):
    """The two searches, and the MCP items with what they may leave out."""
    assert not find_undeclared(read(VoiceLiveConversationItem, item))


@pytest.mark.parametrize(
    "voice",
    [
        {"type": "openai", "name": "alloy"},
        {"type": "azure-standard", "name": "en-US-AvaNeural", "rate": "1.2"},
        {"type": "azure-custom", "name": "mine", "endpoint_id": "x", "locale": "en-GB"},
        {"type": "azure-personal", "name": "me", "model": "DragonLatestNeural"},
        {"type": "avatar-voice-sync", "model": "PhoenixV2Neural", "temperature": 0.5},
        {"type": "azure-realtime-native", "name": "ava"},
    ],
    ids=lambda voice: voice["type"],
)
def test_a_voice_is_an_object(voice):
    """Its type says which kind it is."""
    assert read(VoiceLiveVoice, voice).type == voice["type"]


def test_a_voice_of_openai_may_be_a_name():
    """Clients send it as they do to OpenAI."""
    assert read(VoiceLiveVoice, "alloy") == "alloy"


@pytest.mark.parametrize(
    "type_",
    [
        "server_vad",
        "azure_semantic_vad",
        "azure_semantic_vad_en",
        "azure_semantic_vad_multilingual",
    ],
)
def test_turns_are_found_in_azures_ways(type_):
    """A second model may judge whether a pause ends the turn."""
    eou = {
        "model": "semantic_detection_v1",
        "threshold_level": "low",
        "timeout_ms": 900,
    }
    payload = {
        "type": type_,
        "threshold": 0.5,
        "prefix_padding_ms": 300,
        "silence_duration_ms": 200,
        "speech_duration_ms": None,
        "auto_truncate": True,
        "appended_text_after_truncation": " [cut off]",
        "end_of_utterance_detection": eou,
    }

    turn_detection = read(VoiceLiveTurnDetection, payload)

    assert turn_detection.end_of_utterance_detection.timeout_ms == 900
    assert not find_undeclared(turn_detection)


def test_turns_may_be_found_in_openais_way():
    """That kind is the GA's class."""
    turn_detection = read(VoiceLiveTurnDetection, {"type": "semantic_vad"})

    assert type(turn_detection) is RealtimeTurnDetectionSemanticVad


def test_a_tool_may_be_an_mcp_server():
    """Approval can depend on the tool, by names where OpenAI has filters."""
    payload = {
        "type": "mcp",
        "server_label": "s",
        "server_url": "https://example.com/mcp",
        "require_approval": {"always": ["delete"], "never": ["read"]},
    }

    server = read(VoiceLiveTool, payload)

    assert type(server) is VoiceLiveMCPServer
    assert server.require_approval == {"always": ("delete",), "never": ("read",)}
    assert type(read(VoiceLiveTool, {"type": "function"})) is RealtimeFunctionTool


def test_secrets_are_not_shown():
    """Neither those for MCP servers nor those for the avatar's connection."""
    server = VoiceLiveMCPServer(
        server_label="s",
        server_url="u",
        authorization="S3CRET",
        headers={"key": "S3CRET"},
    )
    avatar = read(
        VoiceLiveAvatarConfig,
        {
            "character": "lisa",
            "ice_servers": [{"urls": ["turn:a"], "credential": "S3CRET"}],
        },
    )

    assert "S3CRET" not in repr(server) + repr(avatar)


def test_a_client_may_set_all_there_is():
    """Avatar, animation, echo cancellation and the rest have fields."""
    payload = {
        "model": "gpt-realtime",
        "modalities": ["text", "audio", "avatar", "animation"],
        "animation": {"model_name": "default", "outputs": ["blendshapes", "viseme_id"]},
        "input_audio_sampling_rate": 16000,
        "output_audio_format": "pcm16_8000hz",
        "turn_detection": None,
        "input_audio_noise_reduction": {"type": "azure_deep_noise_suppression"},
        "input_audio_echo_cancellation": {
            "type": "server_echo_cancellation",
            "reference_source": "client",
            "channels": 2,
        },
        "avatar": {
            "character": "lisa",
            "style": "casual-sitting",
            "customized": False,
            "type": "photo-avatar",
            "model": "vasa-1",
            "video": {
                "bitrate": 2000000,
                "codec": "h264",
                "crop": {"top_left": [0, 0], "bottom_right": [100, 100]},
                "resolution": {"width": 1920, "height": 1080},
                "background": {"color": "#00FF00FF"},
                "gop_size": 10,
            },
            "scene": {"zoom": 1.0, "position_x": 0.5, "amplitude": 0.2},
            "output_protocol": "websocket",
            "output_audit_audio": True,
        },
        "input_audio_transcription": {
            "model": "azure-speech",
            "language": "en,de",
            "custom_speech": {"en": "model-id"},
            "phrase_list": ["rtmodels"],
        },
        "output_audio_timestamp_types": ["word"],
        "parallel_tool_calls": False,
        "reasoning_effort": "xhigh",
        "interim_response": {
            "type": "llm_interim_response",
            "model": "gpt-4.1-mini",
            "instructions": "Bridge the wait.",
            "max_completion_tokens": 30,
        },
        "include": ["item.input_audio_transcription.phrases"],
        "metadata": {"call": "1"},
    }

    assert not find_undeclared(read(VoiceLiveRequestSession, payload))


def test_a_session_may_be_an_agents():
    """It answers in place of a model."""
    agent = {"type": "agent", "name": "a", "agent_id": "1", "thread_id": "t"}

    session = read(VoiceLiveResponseSession, {"id": "s", "agent": agent})

    assert session.agent.thread_id == "t"


@pytest.mark.parametrize(
    ("direction", "type_", "key"),
    [
        ("client", "input_audio.turn.append", "audio"),
        ("server", "response.video.delta", "delta"),
    ],
)
def test_base64_is_bytes(direction, type_, key):
    """The caller's audio of a turn, and the avatar's video."""
    (payload,) = (payload for _, payload in EVENTS if payload["type"] == type_)

    assert getattr(read(UNIONS[direction], payload), key) == b"\x00\x01"


def test_frames_may_be_numbers_or_text():
    """A face is described by rows of weights, or by one text for all of them."""
    payload = {"type": "response.animation_blendshapes.delta", "event_id": "e"}
    payload |= SERVER_EVENTS["response.animation_blendshapes.delta"]

    rows = read(VoiceLiveServerEvent, payload)
    text = read(VoiceLiveServerEvent, payload | {"frames": "AAAA"})

    assert rows.frames == ((0.0, 0.5), (1.0, 0.25))
    assert text.frames == "AAAA"


def test_every_public_class_is_an_independent_one():
    """A class that shares code with another server's would change with that."""
    own = [
        value
        for name in rtmodels.__all__
        if isinstance(value := getattr(rtmodels, name), type)
        and name.startswith("VoiceLive")
    ]

    assert own
    assert all(cls.__bases__ == (Model,) for cls in own)
    assert all("servers.voice_live" in cls.__module__ for cls in own)
