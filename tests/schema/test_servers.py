"""What other servers send and accept: each union takes its own server's messages."""

import json

import pytest

from rtmodels import (
    GlmClientEvent,
    GlmServerEvent,
    LocalAiServerEvent,
    QwenClientEvent,
    QwenServerEvent,
    RealtimeBetaServerEvent,
    RealtimeServerEvent,
    ValidationError,
    VllmClientEvent,
    VllmServerEvent,
    XaiClientEvent,
    XaiServerEvent,
)
from rtmodels.adapters import JsonAdapter

from ..parts import find_unknown

UNIONS = {
    "GLM's client": GlmClientEvent,
    "GLM": GlmServerEvent,
    "LocalAI": LocalAiServerEvent,
    "Qwen's client": QwenClientEvent,
    "Qwen": QwenServerEvent,
    "vLLM's client": VllmClientEvent,
    "vLLM": VllmServerEvent,
    "xAI's client": XaiClientEvent,
    "xAI": XaiServerEvent,
}
IN_RESPONSE = {"event_id": "e", "response_id": "r"}
IN_ITEM = {"event_id": "e", "item_id": "i"}
TRANSCRIPTION = "conversation.item.input_audio_transcription"
ANNOUNCED = {"id": "i", "type": "message", "role": "assistant", "status": "in_progress"}

OWN = {
    "GLM's client": [
        {
            "type": "input_audio_buffer.append_video_frame",
            "video_frame": "/9j/",
            "client_timestamp": 1737454096061,
        },
    ],
    "GLM": [
        {"type": "heartbeat"},
        {"type": "error", "error": {"type": "server_error", "message": "m"}},
        {"type": "input_audio_buffer.speech_started", "event_id": "e"},
        {"type": "input_audio_buffer.speech_stopped", "event_id": "e"},
        {"type": f"{TRANSCRIPTION}.completed", "event_id": "e", "transcript": "Hi"},
        {"type": "response.audio.delta", **IN_RESPONSE, "delta": "AAA="},
        {"type": "response.audio.done", **IN_RESPONSE},
        {"type": "response.audio_transcript.delta", **IN_RESPONSE, "delta": "Hi"},
        {"type": "response.audio_transcript.done", **IN_RESPONSE, "transcript": "Hi"},
        {"type": "response.text.delta", **IN_RESPONSE, "delta": "Hi"},
        {"type": "response.text.done", **IN_RESPONSE, "text": "Hi"},
        {
            "type": "response.function_call_arguments.done",
            **IN_RESPONSE,
            "arguments": "{}",
            "client_timestamp": 1737454330410,
        },
        {"type": "response.function_call.simple_browser", "event_id": "e", "name": "n"},
        {"type": "response.done", "event_id": "e", "usage": {"total_tokens": 1}},
    ],
    "LocalAI": [
        {"type": "error", "error": {"type": "server_error", "message": "m"}},
        {"type": f"{TRANSCRIPTION}.completed", **IN_ITEM, "transcript": "Hi"},
        {
            "type": f"{TRANSCRIPTION}.delta",
            **IN_ITEM,
            "delta": "Hi",
            "logprobs": [{"bytes": "SGk="}, {"token": "i", "bytes": [105]}],
        },
        {"type": f"{TRANSCRIPTION}.segment", **IN_ITEM, "speaker_name": "Ann"},
        {
            "type": "conversation.item.speaker",
            **IN_ITEM,
            "speaker": {"name": "Ann", "labels": {"team": "a"}, "confidence": 97.5},
        },
        {
            "type": "conversation.item.sound_detection",
            **IN_ITEM,
            "detections": [{"label": "Speech", "score": 0.5, "index": 0}],
        },
        {
            "type": "localai.classifier.result",
            **IN_RESPONSE,
            "scores": [{"id": "up", "score": 1.0}],
            "threshold": 0.5,
            "latency_ms": 20,
        },
        {"type": "conversation.item.added", "event_id": "e", "item": ANNOUNCED},
        {"type": "conversation.item.done", "event_id": "e", "item": ANNOUNCED},
        {"type": "conversation.item.retrieved", "event_id": "e", "item": ANNOUNCED},
        {
            "type": "response.output_item.added",
            **IN_RESPONSE,
            "output_index": 0,
            "item": {"type": "function_call", "name": "f", "call_id": "c"},
        },
        {
            "type": "response.output_item.done",
            **IN_RESPONSE,
            "output_index": 0,
            "item": {"type": "function_call_output", "call_id": "c"},
        },
        {"type": "response.created", "event_id": "e", "response": {"id": "r"}},
        {"type": "response.done", "event_id": "e", "response": {"output": [ANNOUNCED]}},
    ],
    "Qwen's client": [
        {"type": "session.finish", "event_id": "e"},
        {"type": "input_image_buffer.append", "image": "/9j/"},
    ],
    "Qwen": [
        {
            "type": f"{TRANSCRIPTION}.text",
            **IN_ITEM,
            "text": "Good",
            "stash": " morning",
            "language": "en",
            "emotion": "neutral",
        },
        {"type": f"{TRANSCRIPTION}.delta", **IN_ITEM, "text": "Good", "stash": ""},
        {"type": f"{TRANSCRIPTION}.completed", **IN_ITEM, "transcript": "Good morning"},
        {
            "type": "response.text.text",
            **IN_RESPONSE,
            **IN_ITEM,
            "text": "",
            "stash": "A",
        },
        {
            "type": "response.audio_transcript.text",
            **IN_RESPONSE,
            **IN_ITEM,
            "text": "A",
        },
        {
            "type": "response.created",
            "event_id": "e",
            "response": {
                "id": "r",
                "conversation_id": "",
                "output_audio_format": "pcm",
            },
        },
        {
            "type": "response.done",
            "event_id": "e",
            "response": {
                "usage": {
                    "total_tokens": 3,
                    "input_tokens_details": {"text_tokens": 1},
                    "output_tokens_details": {"text_tokens": 2},
                },
            },
        },
        {"type": "session.finished", "event_id": "e"},
    ],
    "vLLM's client": [
        {"type": "session.update", "model": "m"},
        {"type": "input_audio_buffer.commit", "final": True},
    ],
    "vLLM": [
        {"type": "session.created", "id": "sess-1", "created": 1764633600},
        {"type": "transcription.delta", "delta": "Hi"},
        {
            "type": "transcription.done",
            "text": "Hi",
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        },
        {"type": "error", "error": "no such model", "code": "model_not_found"},
    ],
    "xAI's client": [
        {"type": "pong", "ping_timestamp": 1785214081855},
        {
            "type": "session.update",
            "session": {"voice": "ara", "turn_detection": {"type": None}},
        },
    ],
    "xAI": [
        {"type": "ping", "event_id": "e", "timestamp": 1785214081855},
        {"type": f"{TRANSCRIPTION}.updated", **IN_ITEM, "transcript": "Hel"},
        {"type": f"{TRANSCRIPTION}.completed", **IN_ITEM, "transcript": "Hello"},
        {
            "type": "input_audio_buffer.dtmf_event_received",
            "event_id": "e",
            "event": "5",
            "received_at": 1785214081,
        },
        {"type": "conversation.item.added", "event_id": "e", "item": ANNOUNCED},
        {
            "type": "conversation.item.created",
            "event_id": "e",
            "item": {"type": "message", "role": "user"},
        },
        {
            "type": "response.created",
            "event_id": "e",
            "response": {"id": "r", "status_details": "unimplemented", "usage": {}},
        },
        {
            "type": "response.done",
            "event_id": "e",
            "response": {"id": "r", "output": [ANNOUNCED]},
            "usage": {
                "output_token_details": {"grok_tokens": 5},
                "billable_audio_seconds": 2,
            },
        },
        {
            "type": "response.output_item.added",
            **IN_RESPONSE,
            "output_index": 0,
            "item": ANNOUNCED,
        },
        {
            "type": "response.output_item.done",
            **IN_RESPONSE,
            "output_index": 0,
            "item": ANNOUNCED,
        },
        {
            "type": "response.content_part.done",
            **IN_RESPONSE,
            **IN_ITEM,
            "output_index": 0,
            "content_index": 0,
        },
        {
            "type": "response.function_call_arguments.delta",
            **IN_RESPONSE,
            **IN_ITEM,
            "call_id": "c",
            "delta": "{}",
        },
        {
            "type": "session.created",
            "event_id": "e",
            "session": {"id": "s", "turn_detection": {"type": None}},
        },
        {
            "type": "session.updated",
            "event_id": "e",
            "session": {
                "tools": [{"type": "function", "function": {"name": "f"}}],
                "audio": {"input": {"transport": "json"}},
                "resumption": {"enabled": True},
            },
        },
    ],
}
MESSAGES = [
    pytest.param(server, message, id=f"{server}: {message['type']}")
    for server, messages in OWN.items()
    for message in messages
]
OPTIONAL_AT_HOME = [
    pytest.param(message, id=f"{server}: {message['type']}")
    for server, messages in OWN.items()
    if not server.endswith("client")
    for message in messages
]


@pytest.mark.parametrize("mode", ["strict", "tolerant"])
@pytest.mark.parametrize(("server", "message"), MESSAGES)
def test_a_server_is_understood(server, message, mode):
    """Each message of its own has a class, with a field for each key."""
    adapter = JsonAdapter(UNIONS[server], mode=mode)
    event = adapter.decode(json.dumps(message))

    assert not find_unknown(event)
    assert type(event).__module__.startswith("rtmodels.schema.servers.")
    assert json.loads(adapter.encode(event)) == message


@pytest.mark.parametrize("server", UNIONS)
def test_each_class_of_a_server_is_tested(server):
    """The messages here are of all the classes that only this server's union has."""
    own = {
        cls.__name__
        for cls in UNIONS[server].__args__
        if cls.__module__.startswith("rtmodels.schema.servers.")
    }
    adapter = JsonAdapter(UNIONS[server])
    decoded = {type(adapter.decode(json.dumps(m))).__name__ for m in OWN[server]}

    assert decoded == own


@pytest.mark.parametrize("union", [RealtimeServerEvent, RealtimeBetaServerEvent])
@pytest.mark.parametrize("message", OPTIONAL_AT_HOME)
def test_what_one_server_does_is_no_rule_for_others(message, union):
    """OpenAI's unions refuse the message, or have it in no class of another server."""
    try:
        event = JsonAdapter(union).decode(json.dumps(message))
    except ValidationError:
        return

    assert not type(event).__module__.startswith("rtmodels.schema.servers.")


def test_messages_of_xai_are_understood(captures):
    """All that was recorded, where OpenAI's union refuses much of it."""
    adapters = {
        "client": JsonAdapter(XaiClientEvent),
        "server": JsonAdapter(XaiServerEvent),
    }
    rows = [row for row in captures if row["server"] == "xai"]

    for row in rows:
        adapter, value = adapters[row["direction"]], row["value"]
        event = adapter.decode(json.dumps(value))
        assert not find_unknown(event)
        assert json.loads(adapter.encode(event)) == value
    assert rows
