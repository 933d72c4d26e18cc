"""The items of a conversation, in order and as far as they are known."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    ConversationAccumulator,
    ConversationItemCreatedEvent,
    RealtimeConversationItemFunctionCallOutput,
    Unknown,
)

from .streams import (
    SPEECH,
    WORDS,
    Content,
    added,
    answer,
    at,
    calling,
    converse,
    created,
    deleted,
    done,
    ended,
    item_added,
    item_done,
    kinds,
    message,
    retrieved,
    speaking,
    spoken,
    truncated,
    user,
    words,
)

A, B, C = (user(f"item_{name}", type="input_text", text=name) for name in "abc")


def test_a_conversation_starts_empty():
    """Without events there are no items."""
    accumulator = ConversationAccumulator()

    assert accumulator.items == ()
    assert accumulator.item("item_a") is None
    assert accumulator.transcription("item_a") is None


def test_items_stand_where_they_were_put():
    """Null is the start, an id the place behind it, and nothing at all the end."""
    assert converse(added(A, None), added(B, "item_a")).items == (A, B)
    assert converse(added(A, None), added(B, None)).items == (B, A)
    assert converse(added(A, None), added(B)).items == (A, B)
    assert converse(added(A), added(B), added(C, "item_a")).items == (A, C, B)


def test_an_older_server_says_created():
    """That means the same as *added*."""
    event = ConversationItemCreatedEvent(
        event_id="e", item=B, previous_item_id="item_a"
    )

    assert converse(added(A), added(C), event).items == (A, B, C)


def test_done_does_not_move_an_item():
    """It may have null where *added* had an id."""
    accumulator = converse(added(A, None), added(B, "item_a"), done(B, None))

    assert accumulator.items == (A, B)
    assert accumulator.mismatches == ()


def test_an_item_is_what_done_says():
    """What was added was only its beginning."""
    whole = attrs.evolve(B, status="completed")
    accumulator = converse(added(attrs.evolve(B, status="in_progress")), done(whole))

    assert accumulator.items == (whole,)
    assert accumulator.item("item_b") == whole


def test_one_item_is_given_as_all_are():
    """By its id."""
    accumulator = converse(added(A), added(B))

    assert accumulator.item("item_b") is accumulator.items[1]


def test_an_unknown_item_has_its_place():
    """Its id is in the payload."""
    strange = Unknown(tag="future", payload={"type": "future", "id": "item_x"})

    accumulator = converse(added(strange), added(C), added(B, "item_x"), done(strange))

    assert accumulator.items == (strange, B, C)
    assert accumulator.item("item_x") == strange
    assert accumulator.mismatches == ()


@pytest.mark.parametrize("id_", [None, 7])
def test_an_item_without_an_id_has_a_place_too(id_):
    """Nothing can be said of it later."""
    strange = Unknown(tag="future", payload={"type": "future", "id": id_})

    assert converse(added(strange), added(strange), added(A)).items == (
        strange,
        strange,
        A,
    )


def test_an_answer_grows_in_the_conversation():
    """It is the same item as in the response, at every moment."""
    events, whole = answer()
    accumulator = converse(added(A))
    for event in [*events[:2], added(events[1].item, "item_a"), *events[2:]]:
        accumulator.feed(event)
        response = accumulator.response()

        assert accumulator.items[1:] in ((), response.output)

    assert accumulator.items == (A, *whole.output)
    assert accumulator.response() == whole
    assert accumulator.mismatches == ()


@pytest.mark.parametrize("first", ["response", "conversation"])
def test_either_may_mention_an_item_first(first):
    """Response and conversation mean the same item by the same id."""
    events, whole = answer()
    start = added(events[1].item)
    events.insert({"response": 2, "conversation": 1}[first], start)

    accumulator = converse(*events)

    assert accumulator.items == whole.output
    assert accumulator.mismatches == ()


def test_a_call_and_its_output_are_items():
    """So the model sees them."""
    output = RealtimeConversationItemFunctionCallOutput(
        id="item_2", call_id="call_1", output="on time"
    )
    events = calling()
    accumulator = converse(created(), events[0], added(events[0].item), *events[1:])

    accumulator.feed(added(output, "item_1"))

    assert [item.type for item in accumulator.items] == [
        "function_call",
        "function_call_output",
    ]
    assert accumulator.items[0].arguments == '{"train": 721}'


def test_output_out_of_band_is_not_in_the_conversation():
    """No event puts it there."""
    events, whole = answer()

    accumulator = converse(added(A), *events)

    assert accumulator.items == (A,)
    assert accumulator.item("item_1") is None
    assert accumulator.response() == whole


def test_the_items_are_given_as_one_object_until_they_change():
    """Reading `items` after every event costs something only after a change."""
    events, _ = answer()
    accumulator = converse(added(A), *events[:2], added(events[1].item))
    before = accumulator.items

    assert accumulator.items is before

    accumulator.feed(words("Hi"))

    assert accumulator.items is not before
    assert accumulator.items[0] is before[0]
    assert before[1].content == ()


# Deletion


def test_a_deleted_item_is_gone():
    """Its place closes."""
    accumulator = converse(added(A), added(B), added(C), deleted("item_b"))

    assert accumulator.items == (A, C)
    assert accumulator.item("item_b") is None
    assert accumulator.mismatches == ()


def test_a_deleted_item_stays_in_its_response():
    """What the model said, it said."""
    events, whole = answer()

    accumulator = converse(*events, added(events[1].item), deleted("item_1"))

    assert accumulator.items == ()
    assert accumulator.response() == whole


def test_what_comes_after_deletion_is_reported():
    """The item does not come back by accident."""
    accumulator = converse(added(A), deleted("item_a"), done(A), retrieved(A))

    assert accumulator.items == ()
    assert kinds(accumulator) == ["late", "late"]


def test_an_item_may_be_put_back():
    """A client may use an id again."""
    accumulator = converse(added(A), deleted("item_a"), added(A), done(A))

    assert accumulator.items == (A,)
    assert accumulator.mismatches == ()


@given(data=st.data())
def test_items_are_in_the_order_of_a_list(data):
    """Wherever they are inserted, and whichever of them are deleted."""
    accumulator, expected = ConversationAccumulator(), []

    for number in range(data.draw(st.integers(0, 20))):
        item = message(f"item_{number}")
        if expected and data.draw(st.booleans()):
            gone = data.draw(st.sampled_from(expected))
            expected.remove(gone)
            accumulator.feed(deleted(gone.id))

        index = data.draw(st.integers(0, len(expected)))
        previous = expected[index - 1].id if index else None
        expected.insert(index, item)
        accumulator.feed(added(item, previous))

    assert accumulator.items == tuple(expected)
    assert accumulator.mismatches == ()


def test_the_ids_of_deleted_items_are_not_kept_forever():
    """A session that deletes all its items does not grow."""
    accumulator = ConversationAccumulator()
    for number in range(10_001):
        accumulator.feed(added(message(f"item_{number}")))
        accumulator.feed(deleted(f"item_{number}"))

    accumulator.feed(deleted("item_10000"))
    accumulator.feed(deleted("item_0"))

    assert kinds(accumulator) == ["repeated", "unannounced"]


def test_deletion_of_what_is_not_there_is_reported():
    """Once as unknown, and then as repeated."""
    accumulator = converse(deleted("item_a"), deleted("item_a"))

    assert kinds(accumulator) == ["unannounced", "repeated"]


def test_popping_a_response_leaves_the_conversation_alone():
    """Its items are held until they are deleted."""
    events, whole = answer()
    side, _ = answer("resp_2", "item_2")
    accumulator = converse(*events[:2], added(events[1].item), *events[2:], *side)

    assert accumulator.pop("resp_2").id == "resp_2"
    assert accumulator.pop("resp_1") == whole
    assert accumulator.items == whole.output
    assert accumulator.audio("item_1") == b"".join(SPEECH)
    assert accumulator.audio("item_2") == b""

    accumulator.feed(truncated(10))

    assert accumulator.items[0].content == (
        Content(type="output_audio", audio=SPEECH[0]),
    )

    accumulator.feed(deleted("item_1"))

    assert accumulator.items == ()
    assert accumulator.audio("item_1") == b""


# Truncation and retrieval


def test_truncation_shows_in_item_and_response():
    """They are one."""
    events, _ = answer()
    cut = Content(type="output_audio", audio=SPEECH[0])

    accumulator = converse(*events, added(events[1].item), truncated(10))

    assert accumulator.items[0].content == (cut,)
    assert accumulator.response().output == accumulator.items
    assert accumulator.interrupted == ("resp_1",)


def test_an_item_of_the_client_can_be_truncated_too():
    """A client may put words in the model's mouth."""
    seeded = message("item_1", spoken(samples=SPEECH))

    accumulator = converse(added(seeded), truncated(10))

    assert accumulator.items[0].content == (
        Content(type="output_audio", audio=SPEECH[0]),
    )


def test_truncation_of_what_is_not_there_is_reported():
    """It may have been deleted, or never have come."""
    accumulator = converse(
        truncated(10), added(message("item_1")), deleted("item_1"), truncated(10)
    )

    assert kinds(accumulator) == ["unannounced", "late"]


def test_a_retrieved_item_counts():
    """It replaces the item, since the server's copy includes the user's audio."""
    held = user("item_a", type="input_audio", transcript="Hello.", audio=b"1234")

    accumulator = converse(added(user("item_a", type="input_audio")), retrieved(held))

    assert accumulator.items == (held,)
    assert accumulator.mismatches == ()


def test_a_retrieved_answer_keeps_its_audio():
    """The server may leave it out."""
    events, whole = answer()
    bare = events[-1].response.output[0]

    accumulator = converse(*events, added(events[1].item), retrieved(bare))

    assert accumulator.items == whole.output


def test_a_retrieved_answer_that_was_truncated_has_what_the_server_has():
    """Its audio is the part that was heard."""
    events, _ = answer()
    held = message("item_1", Content(type="output_audio", audio=SPEECH[0]))

    accumulator = converse(
        *events, added(events[1].item), truncated(10), retrieved(held)
    )

    assert accumulator.items == (held,)
    assert accumulator.mismatches == ()


def test_an_answer_that_grows_is_not_replaced():
    """A delta may have come since the server looked."""
    events, whole = answer()
    early = message("item_1", spoken(WORDS[:1]), status="in_progress")
    events.insert(6, retrieved(early))
    events.insert(2, added(events[1].item))

    accumulator = converse(*events)

    assert accumulator.items == whole.output
    assert accumulator.mismatches == ()


def test_a_retrieved_item_that_was_missed_is_put_at_the_end():
    """No event tells its position."""
    accumulator = converse(added(A), retrieved(B))

    assert accumulator.items == (A, B)
    assert kinds(accumulator) == ["unannounced"]


# Order


def test_an_item_behind_one_that_was_missed_is_put_at_the_end():
    """That is where most items go."""
    accumulator = converse(added(B, "item_a"), added(C, "item_b"))

    assert accumulator.items == (B, C)
    assert kinds(accumulator) == ["unannounced"]
    assert accumulator.mismatches[0].expected == "the item item_a"


def test_an_item_whose_beginning_was_missed_is_put_in():
    """Behind the item that *done* names, or else at the end."""
    accumulator = converse(added(A), added(C), done(B, "item_a"))

    assert accumulator.items == (A, B, C)
    assert kinds(accumulator) == ["unannounced"]
    assert converse(added(A), done(B, None)).items == (A, B)


def test_an_item_added_twice_is_reported():
    """It stays where it is."""
    accumulator = converse(added(A), added(B), added(B, "item_a"))

    assert accumulator.items == (A, B)
    assert kinds(accumulator) == ["repeated"]


def test_contradictions_are_found_in_the_conversation_too():
    """``conversation.item.done`` is compared with the deltas."""
    other = message("item_1", spoken(["Something else"]))

    accumulator = converse(
        created(),
        item_added("resp_1", message("item_1", status="in_progress")),
        added(message("item_1", status="in_progress")),
        *speaking(at()),
        done(other),
        item_done("resp_1", other),
        ended("resp_1", other),
    )
    (mismatch,) = accumulator.mismatches

    assert mismatch.kind == "transcript"
    assert mismatch.event_type == "conversation.item.done"
    assert (mismatch.item_id, mismatch.content_index) == ("item_1", 0)
