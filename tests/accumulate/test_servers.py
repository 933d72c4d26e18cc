"""Conversations with other servers, whose events are upgraded first."""

import json

import pytest

from rtmodels import ConversationAccumulator, QwenServerEvent, XaiServerEvent, upgrade
from rtmodels.adapters import JsonAdapter

TRANSCRIPTION = "conversation.item.input_audio_transcription"


def feed(union, messages):
    """Feed *messages* of a server to a new accumulator."""
    adapter, accumulator = JsonAdapter(union), ConversationAccumulator()
    for message in messages:
        event = adapter.decode(json.dumps({"event_id": "e", **message}))
        accumulator.feed(upgrade(event))
    return accumulator


def read(accumulator):
    """Return the words of the conversation."""
    return [
        [part.transcript or part.text for part in getattr(item, "content", ())]
        for item in accumulator.items
    ]


def xai_turn():
    """Return a turn in which the caller and Grok speak."""
    call = {"id": "u", "type": "message", "role": "user", "status": "in_progress"}
    answer = {"id": "a", "type": "message", "role": "assistant"}
    place = {
        "response_id": "r",
        "item_id": "a",
        "output_index": 0,
        "content_index": 0,
        "previous_item_id": None,
    }
    item = {"response_id": "r", "output_index": 0}
    return [
        {
            "type": "conversation.item.added",
            "item": {**call, "content": [{"type": "input_audio", "transcript": ""}]},
            "previous_item_id": None,
        },
        {"type": f"{TRANSCRIPTION}.updated", "item_id": "u", "transcript": "Hallo"},
        {"type": f"{TRANSCRIPTION}.updated", "item_id": "u", "transcript": "Hello, I"},
        {"type": f"{TRANSCRIPTION}.completed", "item_id": "u", "transcript": "Hello."},
        {
            "type": f"{TRANSCRIPTION}.updated",
            "item_id": "u",
            "transcript": "Hello. I'm",
        },
        {
            "type": f"{TRANSCRIPTION}.completed",
            "item_id": "u",
            "transcript": "Hello. I'm Ann.",
        },
        {
            "type": "response.created",
            "response": {"id": "r", "status_details": "unimplemented", "output": []},
        },
        {
            "type": "conversation.item.added",
            "item": {**answer, "status": "in_progress"},
            "previous_item_id": None,
        },
        {
            "type": "response.output_item.added",
            **item,
            "item": {**answer, "status": "in_progress"},
        },
        {
            "type": "response.content_part.added",
            **place,
            "part": {"type": "audio", "transcript": ""},
        },
        {"type": "response.output_audio_transcript.delta", **place, "delta": "Hi, "},
        {"type": "response.output_audio_transcript.delta", **place, "delta": "Ann!"},
        {"type": "response.output_audio.delta", **place, "delta": "AAECAw=="},
        {
            "type": "response.output_audio_transcript.done",
            **place,
            "transcript": "Hi, Ann!",
        },
        {"type": "response.content_part.done", **place},
        {
            "type": "response.output_item.done",
            **item,
            "item": {**answer, "status": "completed"},
        },
        {
            "type": "response.done",
            "response": {
                "id": "r",
                "status": "completed",
                "output": [{**answer, "status": "completed"}],
            },
            "usage": {"total_tokens": 9},
        },
    ]


def test_xai_is_heard_while_the_caller_speaks():
    """Each transcript replaces the one before it."""
    turn = xai_turn()

    assert read(feed(XaiServerEvent, turn[:2])) == [["Hallo"]]
    assert read(feed(XaiServerEvent, turn[:3])) == [["Hello, I"]]
    assert feed(XaiServerEvent, turn[:3]).transcription("u").status == "in_progress"
    assert feed(XaiServerEvent, turn[:4]).transcription("u").status == "completed"


def test_a_transcript_of_xai_goes_on_after_a_pause():
    """What was complete changes again."""
    accumulator = feed(XaiServerEvent, xai_turn()[:5])

    assert read(accumulator) == [["Hello. I'm"]]
    assert accumulator.transcription("u").status == "in_progress"


def test_a_turn_of_xai_is_whole():
    """Messages whose content is not repeated keep it, in the order of events."""
    accumulator = feed(XaiServerEvent, xai_turn())

    assert read(accumulator) == [["Hello. I'm Ann."], ["Hi, Ann!"]]
    assert accumulator.audio("a") == bytes(range(4))
    assert accumulator.response("r").usage.total_tokens == 9
    assert accumulator.mismatches == ()


@pytest.mark.parametrize("stash", [{"stash": " morning"}, {}])
def test_qwen_is_heard_while_the_caller_speaks(stash):
    """What probably follows is part of the transcript."""
    accumulator = feed(
        QwenServerEvent,
        [
            {"type": f"{TRANSCRIPTION}.text", "item_id": "u", "text": "Wood", **stash},
            {"type": f"{TRANSCRIPTION}.text", "item_id": "u", "text": "Good", **stash},
        ],
    )

    assert accumulator.transcript("u") == "Good" + stash.get("stash", "")
    assert accumulator.transcription("u").status == "in_progress"


def test_recorded_conversations_with_xai_are_whole(captures):
    """Each transcript of the caller and of Grok, and no contradiction."""
    recordings = {}
    for row in captures:
        if (row["server"], row["direction"]) == ("xai", "server"):
            recordings.setdefault(row["source"], []).append(row["value"])

    said, heard = 0, 0
    for messages in recordings.values():
        accumulator = feed(XaiServerEvent, messages)
        words = [words for parts in read(accumulator) for words in parts]
        assert accumulator.mismatches == ()
        for message in messages:
            if message["type"] == "response.output_audio_transcript.done":
                assert message["transcript"] in words
                said += 1
        finals = {
            message["item_id"]: message["transcript"]
            for message in messages
            if message["type"] == f"{TRANSCRIPTION}.completed"
        }
        assert set(finals.values()) <= set(words)
        heard += len(finals)
    assert said
    assert heard


def test_a_call_and_its_output_follow_the_question():
    """With xAI, null stands for the item before them, and not for the start."""
    question = {"id": "u", "type": "message", "role": "user", "status": "completed"}
    call = {"id": "c", "type": "function_call", "call_id": "call_1", "name": "look_up"}
    call["arguments"] = "{}"
    output = {"id": "o", "type": "function_call_output", "call_id": "call_1"}
    content = [{"type": "input_text", "text": "When?"}]
    accumulator = ConversationAccumulator()
    accumulator.feed(
        {
            "type": "response.output_item.added",
            "event_id": "event_0",
            "response_id": "r",
            "output_index": 0,
            "item": call,
        }
    )
    for item in ({**question, "content": content}, call, {**output, "output": "9"}):
        event = {"type": "conversation.item.added", "event_id": item["id"]}
        accumulator.feed({**event, "item": item, "previous_item_id": None})

    assert [item.id for item in accumulator.items] == ["u", "c", "o"]
