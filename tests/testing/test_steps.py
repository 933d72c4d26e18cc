"""Each step sends what the real server sends, and waits for what it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    ConversationAccumulator,
    ErrorEvent,
    InputAudioBufferCommitEvent,
    RealtimeResponseUsage,
    ResponseCancelEvent,
    ResponseCreateEvent,
    SessionUpdateEvent,
    build,
    upgrade,
)
from rtmodels.testing import (
    MemoryConnection,
    caller_turn,
    error,
    expect,
    expect_audio,
    function_call,
    mcp_call,
    rate_limits,
    repeat,
    respond,
    speech,
    text,
)

from .clients import TRANSCRIBED, open_memory, types_of

pytestmark = pytest.mark.needs("testing")

OUTPUTS = st.one_of(
    st.text(max_size=20),
    st.builds(text, st.text(max_size=20)),
    st.builds(
        speech, st.text(max_size=20), st.binary(max_size=99).map(lambda x: x * 2)
    ),
    st.builds(speech, st.text(max_size=20), milliseconds=st.integers(0, 900)),
    st.builds(function_call, st.text(max_size=9), st.text(max_size=30)),
    st.builds(mcp_call, st.just("docs"), st.just("find"), st.text(max_size=30)),
)

SCRIPTS = st.lists(
    st.one_of(
        st.builds(caller_turn, st.text(max_size=20)),
        st.builds(
            lambda outputs, interrupted: respond(*outputs, interrupted=interrupted),
            st.lists(OUTPUTS, max_size=3),
            st.sampled_from([None, "turn_detected"]),
        ),
        st.builds(error, st.text(max_size=9)),
        st.builds(rate_limits, limit=st.just(9), remaining=st.just(1)),
    ),
    max_size=4,
)


@given(script=SCRIPTS, version=st.sampled_from(["ga", "beta"]))
def test_every_script_is_a_valid_session(script, version):
    """All events decode, those of the GA in strict mode, and add up."""
    client, memory = open_memory(*script, version=version)
    accumulator = ConversationAccumulator()

    for event in client.read_all():
        accumulator.feed(upgrade(event))

    assert accumulator.mismatches == ()
    assert [x.id for x in accumulator.items] == [x.id for x in memory.connection.items]
    memory.check()


def test_a_spoken_response_has_the_order_of_the_real_server():
    """A recording of the GA shows the same types in the same order."""
    client, _ = open_memory(respond(speech("Hello there.", bytes(9600))))

    assert types_of(client.read_all()) == [
        "session.created",
        "response.created",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "response.output_audio_transcript.delta",
        "response.output_audio.delta",
        "response.output_audio_transcript.delta",
        "response.output_audio.delta",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "conversation.item.done",
        "response.output_item.done",
        "response.done",
        "rate_limits.updated",
    ]


def test_the_beta_has_its_own_names():
    """There, the server announces an item once, and sends ``response.text.delta``."""
    client, _ = open_memory(respond("Hello."), version="beta")

    assert types_of(client.read_all()) == [
        "session.created",
        "conversation.created",
        "response.created",
        "response.output_item.added",
        "conversation.item.created",
        "response.content_part.added",
        "response.text.delta",
        "response.text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.done",
        "rate_limits.updated",
    ]


def test_a_function_call_is_answered():
    """Its output is accepted, and the model speaks of it."""
    client, memory = open_memory(
        respond(function_call("get_weather", {"city": "London"}, call_id="call_7")),
        expect(ResponseCreateEvent),
        respond("It is foggy."),
    )
    (call,) = client.read_until("response.done")[-1].response.output
    assert (call.name, call.arguments) == ("get_weather", '{"city":"London"}')

    client.send(*build.function_output(call.call_id, "fog"))

    done = client.read_until("response.done")[-1]
    assert done.response.output[0].content[0].text == "It is foggy."
    memory.check()


def test_a_response_has_the_metadata_of_its_request():
    """Clients find their responses by it."""
    client, _ = open_memory(expect(ResponseCreateEvent), respond("Hello."))
    client.send(build.create_response(metadata={"id": "7"}))
    events = client.read_all()

    responses = [
        x.response
        for x in events
        if x.type.startswith("response.") and hasattr(x, "response")
    ]
    assert [x.metadata for x in responses] == [{"id": "7"}, {"id": "7"}]


def test_a_response_outside_the_conversation_adds_no_items():
    """Neither are its items announced."""
    client, memory = open_memory(expect(ResponseCreateEvent), respond("Hello."))
    client.send(build.create_response(conversation="none"))

    assert "conversation.item.added" not in types_of(client.read_all())
    assert memory.connection.items == ()


def test_the_caller_interrupts():
    """The response stops halfway; the caller's turn is the one that interrupted."""
    client, memory = open_memory(
        respond(speech("One two three four."), interrupted="turn_detected"),
        caller_turn("Stop!"),
    )
    client.send(TRANSCRIBED)
    events = client.read_all()

    started = [x for x in events if x.type == "input_audio_buffer.speech_started"]
    (done,) = [x.response for x in events if x.type == "response.done"]
    assert len(started) == 1
    assert done.status_details.reason == "turn_detected"
    assert done.output[0].status == "incomplete"
    assert done.output[0].content[0].transcript == "One two"
    assert memory.connection.items[-1].id == started[0].item_id


def test_the_caller_interrupts_after_some_audio():
    """The response waits for the microphone of the client."""
    client, memory = open_memory(
        respond(
            speech("One two."), interrupted="turn_detected", after=expect_audio(200)
        )
    )
    assert "response.done" not in types_of(client.read_all())

    client.send(*build.append_audio(bytes(9600), milliseconds=200))

    assert client.read_until("response.done")
    memory.check()


def test_the_client_cancels():
    """The response waits for it, and ends."""
    client, memory = open_memory(
        respond(speech("One two."), interrupted="client_cancelled"),
        expect(ResponseCancelEvent),
    )
    client.read_all()
    client.send(build.cancel_response())

    (done,) = [x for x in client.read_all() if x.type == "response.done"]
    assert done.response.status_details.reason == "client_cancelled"
    memory.check()


def test_a_response_may_fail():
    """Status, reason and usage are what the script says."""
    usage = RealtimeResponseUsage(total_tokens=7)
    client, _ = open_memory(
        respond(status="failed", reason="rate_limit_exceeded", usage=usage)
    )

    response = client.read_until("response.done")[-1].response
    assert response.status == "failed"
    assert response.status_details.error.code == "rate_limit_exceeded"
    assert response.usage == usage


def test_a_turn_of_the_caller_is_transcribed_in_a_session_that_asks_for_it():
    """Otherwise there is no transcript, as the real server does it."""
    turns = []
    for setup in ([], [TRANSCRIBED]):
        client, _ = open_memory(expect(InputAudioBufferCommitEvent), caller_turn("Hi!"))
        client.send(*setup, *build.append_audio(bytes(9600), milliseconds=200))
        client.send(build.commit_audio())
        turns.append(types_of(client.read_all())[-2:])

    assert turns[0] == ["conversation.item.added", "conversation.item.done"]
    assert turns[1][1] == "conversation.item.input_audio_transcription.completed"


def test_without_turn_detection_the_client_ends_the_turn():
    """The step waits for the commit."""
    client, memory = open_memory(expect(SessionUpdateEvent), caller_turn("Hi!"))
    client.send(build.update_session(turn_detection=None, transcription="whisper-1"))
    client.send(*build.append_audio(bytes(9600), milliseconds=200))
    assert memory.connection.waits_for == "InputAudioBufferCommitEvent"

    client.send(build.commit_audio())

    assert client.read_all()[-1].transcript == "Hi!"
    memory.check()


def test_an_error_answers_the_request():
    """It names the request, and the next request is not the second at once."""
    client, memory = open_memory(
        expect(ResponseCreateEvent),
        error("Slow down.", code="rate_limit_exceeded"),
        expect(ResponseCreateEvent),
        respond("Now."),
    )
    client.send(build.create_response(event_id="mine"))
    failed = client.read_until("error")[-1]
    client.send(build.create_response())

    assert isinstance(failed, ErrorEvent)
    assert (failed.error.code, failed.error.event_id) == ("rate_limit_exceeded", "mine")
    assert client.read_until("response.done")
    memory.check()


def test_a_repetition_lasts_as_long_as_the_connection():
    """That it has no end is no problem; to leave in the middle of a round is."""
    script = repeat(expect(ResponseCreateEvent), respond("Yes."))
    client, memory = open_memory(script)
    for _ in range(3):
        client.send(build.create_response())
        client.read_until("response.done")
    memory.check()

    _, memory = open_memory(repeat(expect(SessionUpdateEvent), script))
    memory.send('{"type":"session.update","session":{"type":"realtime"}}')
    memory.check()


def test_a_repetition_has_to_wait_for_something():
    """It would fill the memory otherwise."""
    _, memory = open_memory(repeat(respond("Yes.")))

    assert "repeat() needs a step that waits" in str(memory.problems[0])


@pytest.mark.parametrize(
    ("step", "failure"),
    [
        (expect(SessionUpdateEvent, lambda x: x.session.model == "other"), "False"),
        (expect(SessionUpdateEvent, event_id="other"), "event_id is None, not 'other'"),
    ],
)
def test_a_failed_check_is_a_problem(step, failure):
    """The script continues."""
    client, memory = open_memory(step, respond("All the same."))
    client.send(build.update_session(instructions="Be brief."))
    assert client.read_until("response.done")

    with pytest.raises(AssertionError, match=failure):
        memory.check()


def test_a_check_may_assert():
    """The message of the assertion is in the report."""

    def check(event):
        assert event.session.instructions == "Sing.", "it has to sing"

    client, memory = open_memory(expect(SessionUpdateEvent, check))
    client.send(build.update_session(instructions="Be brief."))

    with pytest.raises(AssertionError, match="it has to sing"):
        memory.check()


def test_an_expected_event_may_have_arrived_before():
    """Order decides, and not the clock."""
    client, memory = open_memory(
        expect(ResponseCreateEvent), respond("One."), expect(SessionUpdateEvent)
    )
    client.send(build.create_response(), TRANSCRIBED)

    memory.check()


def test_a_script_that_still_waits_is_a_problem():
    """The report says for what."""
    memory = MemoryConnection(expect(ResponseCreateEvent))

    with pytest.raises(AssertionError, match="waited for ResponseCreateEvent"):
        memory.check()


def test_ids_are_the_same_each_time():
    """They are counted, so that tests may compare whole sessions."""
    sessions = [open_memory(respond("Hi."))[0].read_all() for _ in range(2)]

    assert sessions[0] == sessions[1]
