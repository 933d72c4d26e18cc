"""What the server acknowledges by itself, and what it refuses."""

import pytest

from rtmodels import (
    ConversationItemCreateEvent,
    ConversationItemDeleteEvent,
    ConversationItemRetrieveEvent,
    ConversationItemTruncateEvent,
    RealtimeConversationItemFunctionCallOutput,
    ResponseCreateEvent,
    build,
)
from rtmodels.testing import expect, respond, speech

from .clients import open_memory, types_of

pytestmark = pytest.mark.needs("testing")

UNKNOWN_CALL = ConversationItemCreateEvent(
    item=RealtimeConversationItemFunctionCallOutput(call_id="call_0", output="1")
)


def message(item_id, after=None):
    """Return an event that adds a message."""
    event = build.user_message("Hi.")
    item = type(event.item)(id=item_id, content=event.item.content)
    return ConversationItemCreateEvent(item=item, previous_item_id=after)


def truncate(item_id, milliseconds):
    """Return an event that truncates an item."""
    return ConversationItemTruncateEvent(
        item_id=item_id, content_index=0, audio_end_ms=milliseconds
    )


@pytest.mark.parametrize(
    ("event", "code", "param"),
    [
        (ConversationItemRetrieveEvent(item_id="x"), "item_retrieve_invalid_item_id",
         "item_id"),
        (ConversationItemDeleteEvent(item_id="x"), "item_delete_invalid_item_id",
         "item_id"),
        (truncate("x", 1), "item_truncate_invalid_item_id", "item_id"),
        (message("new", after="x"), "item_create_invalid_item_id", "previous_item_id"),
        (message("item_1"), "item_create_duplicate_item_id", "item.id"),
        (truncate("item_1", 1), None, None),
        (truncate("item_001000001", 1000), "invalid_value", "audio_end_ms"),
        (UNKNOWN_CALL, "invalid_tool_call_id", "item.call_id"),
        (build.commit_audio(), "input_audio_buffer_commit_empty", None),
        (build.cancel_response(), "response_cancel_not_active", None),
    ],
)  # fmt: skip
def test_the_server_refuses(event, code, param):
    """The error names the event; it is no problem, since the frame is valid."""
    client, memory = open_memory(respond(speech("Hello.")))
    client.send(message("item_1"))
    client.read_all()

    client.send(type(event)(**{**as_fields(event), "event_id": "mine"}))

    (refusal,) = client.read_all()
    assert refusal.error.type == "invalid_request_error"
    assert (refusal.error.code, refusal.error.param) == (code, param)
    assert refusal.error.event_id == "mine"
    assert memory.connection.refusals == (refusal,)
    memory.check()


def as_fields(event):
    """Return the fields of *event* by name."""
    return {x.name: getattr(event, x.name) for x in event.__attrs_attrs__}


def test_one_response_at_a_time():
    """The second request is refused while the script has not answered the first."""
    client, memory = open_memory(
        expect(ResponseCreateEvent),
        respond(speech("One two."), interrupted="client_cancelled"),
    )
    client.send(build.create_response(), build.create_response())
    refusal = client.read_all()[-1]
    client.send(build.cancel_response())

    assert refusal.error.code == "conversation_already_has_active_response"
    assert types_of(client.read_all())[-2] == "response.done"
    memory.check()


def test_a_request_after_the_script_is_a_problem():
    """The client gets an error, so that it does not wait for ever."""
    client, memory = open_memory()
    client.send(build.create_response(event_id="mine"))

    assert client.read_until("error")[-1].error.event_id == "mine"
    with pytest.raises(AssertionError, match="no response to this"):
        memory.check()


def test_a_request_that_the_script_never_took_is_a_problem():
    """It came before the end, and no step answered it."""
    client, memory = open_memory(expect(type(build.clear_audio())))
    client.send(build.create_response(), build.clear_audio())

    assert client.read_until("error")
    assert len(memory.problems) == 1


@pytest.mark.parametrize(
    ("frame", "code", "text"),
    [
        ("{not JSON", "invalid_json", "not JSON|JSON"),
        ('{"type":"foo"}', "invalid_value", "expected a known type, got 'foo'"),
        ('{"type":"conversation.item.retrieve"}', "missing_required_parameter",
         r"\$.item_id: expected str, got nothing"),
        ('{"type":"conversation.item.retrieve","item_id":7}', "invalid_value",
         r"\$.item_id: expected str, got"),
    ],
)  # fmt: skip
def test_an_invalid_frame_is_refused_and_a_problem(frame, code, text):
    """The report has the number of the frame, and the path."""
    client, memory = open_memory()
    client.send(build.clear_audio(), frame)

    assert client.read_all()[-1].error.code == code
    with pytest.raises(AssertionError, match=f"(?s)connection 1, frame 2.*{text}"):
        memory.check()


def test_what_only_strict_mode_rejects_is_a_problem_and_no_refusal():
    """The server acknowledges it, as the real one does."""
    client, memory = open_memory()
    client.send({"type": "input_audio_buffer.clear", "note": "mine"})

    assert client.read_all()[-1].type == "input_audio_buffer.cleared"
    (problem,) = memory.problems
    assert problem.type == "input_audio_buffer.clear"
    assert problem.issues[0].path == "$.note"


def test_the_beta_takes_its_own_events():
    """Events of the GA are problems there, and the beta's names of parts are none."""
    client, memory = open_memory(version="beta")
    part = {"type": "text", "text": "Hi."}
    item = {"type": "message", "role": "assistant", "content": [part]}
    client.send({"type": "session.update", "session": {"modalities": ["text"]}})
    client.send({"type": "conversation.item.create", "item": item})
    assert types_of(client.read_all())[2:] == [
        "session.updated",
        "conversation.item.created",
    ]
    assert memory.connection.session.output_modalities == ("text",)
    assert not memory.problems

    client.send({"type": "session.update", "session": {"output_modalities": ["text"]}})
    assert memory.problems[0].issues[0].path == "$.session.output_modalities"


def test_settings_are_merged():
    """What an update does not name stays as it was."""
    client, memory = open_memory()
    client.send(build.update_session(transcription="whisper-1"))
    client.send(build.update_session(voice="marin", turn_detection="semantic_vad"))

    session = client.read_all()[-1].session
    assert session == memory.connection.session
    assert session.audio.input.transcription.model == "whisper-1"
    assert session.audio.input.turn_detection.eagerness == "auto"
    assert session.audio.output.voice == "marin"
    assert session.model == "gpt-realtime"


def test_items_have_their_order():
    """A message may go to the beginning, or between others."""
    client, memory = open_memory()
    client.send(message("b"), message("c"), message("a", "root"), message("d", "b"))

    added = [x for x in client.read_all() if x.type == "conversation.item.added"]
    assert [x.previous_item_id for x in added] == [None, "b", None, "b"]
    assert [x.id for x in memory.connection.items] == ["a", "b", "d", "c"]


def test_items_are_retrieved_truncated_and_deleted():
    """Each has its own acknowledgement."""
    client, memory = open_memory(respond(speech("Hello.", milliseconds=500)))
    (item,) = memory.connection.items
    client.read_all()
    client.send(
        ConversationItemRetrieveEvent(item_id=item.id),
        truncate(item.id, 500),
        ConversationItemDeleteEvent(item_id=item.id),
    )

    assert types_of(client.read_all()) == [
        "conversation.item.retrieved",
        "conversation.item.truncated",
        "conversation.item.deleted",
    ]
    assert memory.connection.items == ()
    memory.check()


def test_audio_is_committed():
    """It becomes an item, and the buffer is empty then."""
    client, memory = open_memory()
    client.send(*build.append_audio(bytes(9600), milliseconds=50))
    client.send(build.commit_audio(), build.commit_audio())

    assert types_of(client.read_all())[1:] == [
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "error",
    ]
    memory.check()
