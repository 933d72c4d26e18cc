"""Responses from their first event to their last, and at every moment between."""

import attrs
import pytest

from rtmodels import (
    ConversationItemAddedEvent,
    ErrorEvent,
    ErrorEventError,
    RealtimeConversationItemFunctionCall,
    RealtimeMCPToolCall,
    RealtimeResponse,
    RealtimeResponseStatusDetails,
    ResponseAccumulator,
    ResponseCancelEvent,
    ResponseMcpCallArgumentsDeltaEvent,
    ResponseMcpCallArgumentsDoneEvent,
    Unknown,
)

from .streams import (
    SPEECH,
    WORDS,
    answer,
    at,
    audio,
    calling,
    created,
    ended,
    feed,
    item_added,
    item_done,
    message,
    part_added,
    speaking,
    spoken,
    text,
    words,
    writing,
    written,
)


def test_an_accumulator_starts_empty():
    """Without events there is no response, and nothing in any."""
    accumulator = ResponseAccumulator()

    assert accumulator.response() is None
    assert accumulator.response("resp_1") is None
    assert accumulator.pop() is None
    assert accumulator.response_ids == accumulator.running == ()
    assert accumulator.text("item_1") == accumulator.transcript("item_1") == ""
    assert accumulator.arguments("item_1") == ""
    assert accumulator.audio("item_1") == b""


def test_feeding_returns_the_event():
    """It is the same object, so that it can be matched at once."""
    event = created()

    assert ResponseAccumulator().feed(event) is event


@pytest.mark.parametrize(
    "event",
    [
        Unknown(tag="future.event", payload={"type": "future.event"}),
        ErrorEvent(event_id="e", error=ErrorEventError(type="x", message="y")),
        ConversationItemAddedEvent(event_id="e", item=message("item_1")),
        ResponseCancelEvent(),
    ],
)
def test_other_events_go_by(event):
    """Events about something else, unknown ones and the client's have no effect."""
    accumulator = feed(event)

    assert accumulator.response_ids == ()
    assert accumulator.mismatches == ()


def test_text_grows():
    """After each delta, the accessor and the response have all of it so far."""
    accumulator = feed(
        created(), item_added("resp_1", message("item_1", status="in_progress"))
    )
    for count, event in enumerate(writing(at())[: 1 + len(WORDS)]):
        accumulator.feed(event)
        (item,) = accumulator.response().output

        assert accumulator.text("item_1") == "".join(WORDS[:count])
        assert item.content == (written(WORDS[:count]),)
        assert item.status == accumulator.response().status == "in_progress"


def test_speech_grows():
    """Transcript and audio come as they please, and each is in order."""
    accumulator = feed(created(), item_added("resp_1", message("item_1")))
    accumulator.feed(part_added(at(), type="audio", transcript=""))
    for count, (word, samples) in enumerate(zip(WORDS, SPEECH, strict=True), 1):
        accumulator.feed(audio(samples))
        accumulator.feed(words(word))
        (item,) = accumulator.response().output

        assert accumulator.transcript("item_1") == "".join(WORDS[:count])
        assert accumulator.audio("item_1") == b"".join(SPEECH[:count])
        assert item.content == (spoken(WORDS[:count], SPEECH[:count]),)


def test_arguments_grow():
    """The call has as much of its arguments as has come."""
    accumulator = feed(created())
    seen = []
    for event in calling():
        accumulator.feed(event)
        (call,) = accumulator.response().output
        seen.append(call.arguments)

        assert call.arguments == accumulator.arguments("item_1")
        assert (call.name, call.call_id) == ("look_up", "call_1")

    assert seen == ["", '{"train"', '{"train": ', *['{"train": 721}'] * 2]


def test_arguments_of_an_mcp_call_grow():
    """They are told apart by nothing but the class of the item."""
    place = {"event_id": "e", "response_id": "resp_1", "item_id": "mcp_1"}
    call = RealtimeMCPToolCall(
        id="mcp_1", server_label="rail", name="book", arguments=""
    )
    accumulator = feed(
        created(),
        item_added("resp_1", call),
        ResponseMcpCallArgumentsDeltaEvent(output_index=0, delta='{"a"', **place),
        ResponseMcpCallArgumentsDeltaEvent(output_index=0, delta=":1}", **place),
    )
    whole = attrs.evolve(call, arguments='{"a":1}')

    assert accumulator.response().output == (whole,)

    accumulator.feed(
        ResponseMcpCallArgumentsDoneEvent(output_index=0, arguments='{"a":1}', **place)
    )
    booked = attrs.evolve(whole, output="seat 42A")
    accumulator.feed(item_done("resp_1", booked))

    assert accumulator.response().output == (booked,)
    assert accumulator.mismatches == ()


def test_parts_and_items_are_in_order():
    """Content and output are sorted by their indices, whichever came first."""
    events = [
        created(),
        item_added("resp_1", message("item_2", status="in_progress"), 1),
        item_added("resp_1", message("item_1", status="in_progress"), 0),
        *writing(at(content=1), ["second"]),
        *speaking(at(content=0), ["first"], [b"1"]),
    ]

    one, two = feed(*events).response().output

    assert one.content == (spoken(["first"], [b"1"]), written(["second"]))
    assert (two.id, two.content) == ("item_2", ())


def test_a_response_ends_as_the_server_says_and_has_its_audio():
    """Nothing but the audio is added to what ``response.done`` says."""
    events, whole = answer()

    accumulator = feed(*events)

    assert accumulator.response() == whole
    assert accumulator.running == accumulator.interrupted == ()
    assert accumulator.mismatches == ()


def test_a_response_without_audio_is_that_of_the_event():
    """It is the very object, with all that is extra in it."""
    last = ended("resp_1", message("item_1", written()))

    accumulator = feed(
        created(), item_added("resp_1", message("item_1")), *writing(at()), last
    )

    assert accumulator.response() is last.response


def test_audio_can_be_turned_off():
    """Then no audio is held, and all else is the same."""
    events, _ = answer()

    accumulator = feed(*events, audio=False)

    assert accumulator.audio("item_1") == b""
    assert accumulator.response() is events[-1].response
    assert accumulator.mismatches == ()


def test_a_snapshot_never_changes():
    """What was given out stays as it was."""
    events, _ = answer()
    accumulator, snapshots = ResponseAccumulator(), []
    for event in events:
        accumulator.feed(event)
        snapshots.append((accumulator.response(), repr(accumulator.response())))

    assert all(repr(snapshot) == text for snapshot, text in snapshots)


def test_a_snapshot_is_made_once():
    """As long as nothing changes, the same object is given."""
    events, _ = answer()
    accumulator = feed(*events[:6])

    assert accumulator.response() is accumulator.response()


def test_an_item_that_does_not_change_is_frozen_once():
    """A new snapshot shares with the last whatever is the same in both."""
    first, _ = answer()
    accumulator = feed(*first[:-1])
    (before,) = accumulator.response().output
    accumulator.feed(item_added("resp_1", message("item_2"), 1))
    for event in writing(at(item="item_2")):
        accumulator.feed(event)

    assert accumulator.response().output[0] is before


@pytest.mark.parametrize(
    ("status", "reason", "interrupted"),
    [
        ("cancelled", "turn_detected", ("resp_1",)),
        ("cancelled", "client_cancelled", ("resp_1",)),
        ("incomplete", "max_output_tokens", ()),
        ("incomplete", "content_filter", ()),
        ("failed", None, ()),
    ],
)
def test_a_response_may_end_early(status, reason, interrupted):
    """What came until then is kept, and the status says why there is no more."""
    details = RealtimeResponseStatusDetails(type=status, reason=reason)
    half, samples = WORDS[:3], SPEECH[:2]
    said = message("item_1", spoken(half), status="incomplete")

    accumulator = feed(
        created(),
        item_added("resp_1", message("item_1", status="in_progress")),
        *speaking(at(), half, samples),
        item_done("resp_1", said),
        ended("resp_1", said, status=status, status_details=details),
    )
    response = accumulator.response()

    assert (response.status, response.status_details) == (status, details)
    assert response.output[0].content == (spoken(half, samples),)
    assert accumulator.interrupted == interrupted
    assert accumulator.running == accumulator.mismatches == ()


def test_a_response_may_fail_at_once():
    """It is empty, and that is no mismatch."""
    accumulator = feed(created(), ended("resp_1", status="failed"))

    assert accumulator.response().status == "failed"
    assert accumulator.response().output == ()
    assert accumulator.mismatches == ()


def test_several_responses_may_run_at_once():
    """Each grows on its own; the one that began last is the default."""
    one, first = answer("resp_1", "item_1", deltas=["one"])
    two, second = answer("resp_2", "item_2", deltas=["two"])
    accumulator = feed(one[0], two[0], one[1], two[1], two[2], one[2], one[3], two[3])

    assert accumulator.running == accumulator.response_ids == ("resp_1", "resp_2")
    assert accumulator.response() is accumulator.response("resp_2")
    assert accumulator.transcript("item_1") == "one"
    assert accumulator.transcript("item_2") == "two"

    for event in two[4:]:
        accumulator.feed(event)

    assert accumulator.running == ("resp_1",)
    assert accumulator.response() == second

    for event in one[4:]:
        accumulator.feed(event)

    assert accumulator.response("resp_1") == first
    assert accumulator.mismatches == ()


def test_responses_may_use_the_same_item_ids():
    """Small servers count their items anew in each response."""
    one, first = answer("resp_1", deltas=["one"])
    two, second = answer("resp_2", deltas=["two"])

    accumulator = feed(*one, *two)

    assert accumulator.response("resp_1") == first
    assert accumulator.response("resp_2") == second
    assert accumulator.transcript("item_1") == "two"


def test_a_response_out_of_band_is_like_any_other():
    """It belongs to no conversation, and is accumulated like any other."""
    events, whole = answer("resp_side")

    accumulator = feed(created("resp_main", conversation_id="conv_1"), *events)

    assert accumulator.response("resp_side") == whole
    assert accumulator.response("resp_side").conversation_id is None
    assert accumulator.response("resp_main").conversation_id == "conv_1"


def test_a_popped_response_is_gone():
    """It is given once more, and then neither it nor its items are held."""
    events, whole = answer()
    accumulator = feed(*events)

    assert accumulator.pop("resp_1") == whole
    assert accumulator.response_ids == ()
    assert accumulator.audio("item_1") == b""
    assert accumulator.pop("resp_1") is None


def test_the_response_that_began_last_is_popped_by_default():
    """That is what a client with one response at a time wants."""
    accumulator = feed(created("resp_1"), created("resp_2"))

    assert accumulator.pop().id == "resp_2"
    assert accumulator.response_ids == ("resp_1",)


def test_settings_of_the_response_are_there_from_the_beginning():
    """What ``response.created`` says, and the output has not yet changed."""
    first = created("resp_1", metadata={"turn": "1"}, extra={"mood": "good"})

    accumulator = feed(first, item_added("resp_1", message("item_1")))
    response = accumulator.response()

    assert response == attrs.evolve(first.response, output=(message("item_1"),))
    assert response.extra == {"mood": "good"}


def test_output_that_a_response_begins_with_is_kept():
    """A server may have an item ready when it announces the response."""
    call = RealtimeConversationItemFunctionCall(id="item_1", name="f", arguments="{}")
    first = created()
    ready = attrs.evolve(first.response, output=(call,))

    accumulator = feed(attrs.evolve(first, response=ready), text("x", at(item="b")))

    assert accumulator.response().output[0] == call
    assert accumulator.arguments("item_1") == "{}"
    assert isinstance(accumulator.response(), RealtimeResponse)
