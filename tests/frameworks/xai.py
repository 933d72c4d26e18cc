"""A server with the accent of xAI, and what it was recorded to send.

Its parts end without content, its sessions and usage look different, and it pings.
"""

import json
from base64 import b64encode

from rtmodels.testing import RealtimeServer

PCM = bytes(range(250)) * 192  # a second

SETTINGS = {
    "instructions": "",
    "voice": "ara",
    "modalities": ["audio"],
    "turn_detection": {"type": "server_vad"},
    "tools": [],
    "model": "grok-voice-latest",
}
RESPONSE = {
    "id": "response-1",
    "object": "realtime.response",
    "output": [],
    "status": "in_progress",
    "status_details": "unimplemented",
    "usage": {},
}
ITEM = {"id": "item-1", "object": "realtime.item", "type": "message"}
PLACE = {
    "response_id": "response-1",
    "item_id": "item-1",
    "output_index": 0,
    "content_index": 0,
}


def make_server(messages):
    """Return a server that sends *messages*, and nothing of its own."""
    return RealtimeServer(*map(json.dumps, messages), greet=False)


def make_turn(transcript):
    """Return what xAI sends when it says *transcript* of its own accord."""
    begun = {**ITEM, "status": "in_progress", "role": "assistant"}
    ended = {**begun, "status": "completed"}
    spoken = {**ended, "content": [{"type": "audio", "transcript": transcript}]}
    messages = [
        {"type": "session.created", "session": {"id": "session-1", **SETTINGS}},
        {"type": "ping", "timestamp": 1785214080296},
        {"type": "session.updated", "session": SETTINGS},
        {"type": "response.created", "response": RESPONSE},
        {"type": "response.output_item.added", "item": begun, **PLACE},
        {"type": "conversation.item.added", "item": {**begun, "content": []}},
        {
            "type": "response.content_part.added",
            "part": {"type": "audio", "transcript": ""},
            **PLACE,
        },
        {
            "type": "response.output_audio.delta",
            "delta": b64encode(PCM).decode(),
            **PLACE,
        },
        {
            "type": "response.output_audio_transcript.delta",
            "delta": transcript,
            **PLACE,
        },
        {
            "type": "response.output_audio_transcript.done",
            "transcript": transcript,
            **PLACE,
        },
        {"type": "response.content_part.done", **PLACE},
        {"type": "response.output_audio.done", **PLACE},
        {"type": "response.output_item.done", "item": ended, **PLACE},
        {
            "type": "response.done",
            "response": {**RESPONSE, "status": "completed", "output": [spoken]},
            "usage": {"input_tokens": 5, "output_tokens": 42, "total_tokens": 47},
        },
    ]
    return [
        {"event_id": f"event-{number}", **message}
        for number, message in enumerate(messages)
    ]


def find_recording(captures, name):
    """Return what xAI sent in the recording *name*, and what was said in it."""
    messages = [
        row["value"]
        for row in captures
        if row["server"] == "xai"
        and row["direction"] == "server"
        and row["source"].endswith(f"/{name}.yaml")
    ]
    said = [
        message["transcript"]
        for message in messages
        if message["type"] == "response.output_audio_transcript.done"
    ]
    return messages, said
