"""The table of items: one row for each that got into a conversation."""

import json
from datetime import UTC, datetime

import pytest

from rtmodels import ConversationItemDoneEvent

from ..paths import SAMPLE
from .tabulating import (
    START,
    audio,
    created,
    decode,
    done,
    message,
    only,
    placed,
    server,
    settings,
    speech,
    tabulate,
    words,
)

pytestmark = pytest.mark.needs("arrow")

TEXT = {"type": "input_text", "text": "Two"}
SPEECH = {"type": "input_audio", "transcript": None}
TRANSCRIPTION = "conversation.item.input_audio_transcription"


def begun(item, response="resp_1", step="added"):
    """Build the event with which *response* adds *item*."""
    type_ = f"response.output_item.{step}"
    return server(type_, response_id=response, output_index=0, item=item)


def transcribed(transcript, index=0):
    """Bring the words of the caller."""
    return server(
        f"{TRANSCRIPTION}.completed",
        item_id="item_1",
        content_index=index,
        transcript=transcript,
        usage={"type": "duration", "seconds": 1},
    )


def test_every_column_of_an_answer():
    """A message has all columns but those of calls."""
    opened = message("assistant", status="in_progress")
    said = {"type": "output_audio", "transcript": "Grüezi!"}
    closed = message("assistant", said, status="completed")
    tables = tabulate(
        settings(),
        created(),
        (7, begun(opened)),
        (8, placed(opened)),
        words(),
        audio(24_000),
        placed(closed, "done"),
        begun(closed, step="done"),
        done(output=[closed]),
    )
    time = datetime.fromtimestamp(START / 1_000_000, UTC).replace(microsecond=7000)

    assert only(tables.items) == {
        "file": "a.jsonl",
        "line": 3,
        "session": "sess_1",
        "received_at": time,
        "item_id": "item_1",
        "response_id": "resp_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "text": "Grüezi!",
        "audio_seconds": 0.5,
    }


@pytest.mark.parametrize(
    ("item", "columns"),
    [
        (
            {"type": "function_call", "name": "f", "call_id": "c", "arguments": "{}"},
            {"name": "f", "call_id": "c", "text": "{}"},
        ),
        (
            {"type": "function_call_output", "call_id": "c", "output": "done"},
            {"call_id": "c", "text": "done"},
        ),
        (
            {"type": "mcp_call", "server_label": "s", "name": "f", "arguments": "{1}"},
            {"name": "f", "text": "{1}"},
        ),
        ({"type": "mcp_list_tools", "server_label": "s", "tools": []}, {}),
        (message("system", TEXT), {"role": "system", "text": "Two"}),
        (message("user", TEXT, SPEECH, TEXT), {"role": "user", "text": "Two\nTwo"}),
        ({"type": "hologram", "shape": "cube"}, {}),
    ],
    ids=lambda value: value.get("type"),
)
def test_each_type_of_item_has_its_words(item, columns):
    """Arguments and outputs are the words of calls; an unknown type has none."""
    row = only(tabulate(placed({**item, "id": "item_9"})).items)

    assert row == {
        "file": "a.jsonl",
        "line": 1,
        "item_id": "item_9",
        "type": item["type"],
        **columns,
    }


@pytest.mark.parametrize("step", ["added", "created", "done"])
def test_an_item_is_in_the_conversation_if_the_server_says_so(step):
    """One of the three events is enough."""
    assert tabulate(placed(message("user"), step)).items.num_rows == 1


def test_what_the_client_wants_in_the_conversation_is_not_there_yet():
    """The server may reject it."""
    asked = {"type": "conversation.item.create", "item": message("user", TEXT)}

    assert tabulate(asked).items.num_rows == 0


@pytest.mark.parametrize(
    ("conversation", "count"), [("conv_1", 1), (None, 0)], ids=["in", "out of band"]
)
def test_output_is_in_the_conversation_of_its_response(conversation, count):
    """An end alone tells that, as in a log of the beta; out of band there is none."""
    item = message("assistant")
    ended = done(conversation_id=conversation, output=[item])

    assert tabulate(begun(item), ended).items.num_rows == count


def test_a_transcript_comes_into_its_place():
    """It may come before the item, or after, and beside other parts."""
    item = message("user", SPEECH, TEXT)
    before = tabulate(transcribed("One"), placed(item)).items
    after = tabulate(placed(item), placed(item, "done"), transcribed("One")).items

    assert only(before)["text"] == only(after)["text"] == "One\nTwo"


def test_a_transcript_alone_tells_of_an_item():
    """Only what is in the conversation is transcribed."""
    row = only(tabulate(transcribed("Hello?", 1)).items)

    assert (row["type"], row["role"], row["text"]) == ("message", "user", "Hello?")


def test_the_caller_spoke_as_long_as_was_heard():
    """Turn detection says where in the audio that was."""
    heard = [speech("started", "item_1", 200), speech("stopped", "item_1", 1450)]
    row = only(tabulate(*heard, placed(message("user", SPEECH))).items)

    assert (row["line"], row["audio_seconds"]) == (1, 1.25)


def test_speech_that_was_not_committed_is_no_item():
    """It was only heard."""
    assert tabulate(speech("started"), speech("stopped")).items.num_rows == 0


@pytest.mark.parametrize("last", [[], [done(output=[message("assistant")])]])
def test_what_was_truncated_is_as_long_as_what_is_left(last):
    """The response still has all its audio, and the item all its words."""
    said = {"type": "output_audio", "transcript": "Grüezi!"}
    cut = server(
        "conversation.item.truncated",
        item_id="item_1",
        content_index=0,
        audio_end_ms=300,
    )
    tables = tabulate(placed(message("assistant", said)), audio(), cut, *last)

    assert only(tables.items)["audio_seconds"] == 0.3
    assert only(tables.items)["text"] == "Grüezi!"
    assert only(tables.responses)["audio_seconds"] == 1.0


def test_an_item_of_a_response_that_never_ended_has_its_audio():
    """What the log has of it counts."""
    tables = tabulate(
        begun(message("assistant")), placed(message("assistant")), audio()
    )

    assert only(tables.items)["audio_seconds"] == 1.0


def test_a_deleted_item_has_a_row():
    """It was in the conversation."""
    deleted = server("conversation.item.deleted", item_id="item_1")

    assert tabulate(placed(message("user")), deleted).items.num_rows == 1


def test_an_item_without_an_id_has_no_row():
    """Servers send none; nothing could tell it from others."""
    item = message("user", id=None)

    assert tabulate(placed(item), begun(item), done(output=[item])).items.num_rows == 0


def test_the_sample_session_has_each_item_once():
    """All that is said to be done in it, and nothing else."""
    messages = [json.loads(line) for line in SAMPLE.read_bytes().splitlines()]
    events = [decode(each) for each in messages]
    ids = [
        each.item.id for each in events if isinstance(each, ConversationItemDoneEvent)
    ]

    assert sorted(tabulate(*messages).items["item_id"].to_pylist()) == sorted(ids)
