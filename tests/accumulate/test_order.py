"""Events that come without a beginning, twice, or after the end."""

import attrs
import pytest

from rtmodels import RealtimeConversationItemFunctionCall

from .streams import (
    OPEN,
    WORDS,
    Content,
    answer,
    at,
    audio,
    calling,
    created,
    ended,
    feed,
    item_added,
    item_done,
    kinds,
    message,
    part_added,
    text,
    words,
    writing,
    written,
)


def test_a_stream_may_be_joined_midway():
    """What is missing is reported once, and what came is the end of the whole."""
    events, whole = answer()
    accumulator = feed(*events[5:9])

    assert kinds(accumulator) == ["unannounced"]
    assert accumulator.mismatches[0].expected == "response.created"
    assert not accumulator.mismatches[0].is_contradiction
    assert accumulator.transcript("item_1") == "".join(WORDS[2:])
    assert accumulator.response().status == "in_progress"
    assert accumulator.running == ("resp_1",)

    for event in events[9:]:
        accumulator.feed(event)

    assert kinds(accumulator) == ["unannounced"]
    assert accumulator.response() == whole


def test_the_end_alone_gives_the_whole():
    """All but the audio is in it."""
    events, _ = answer()

    accumulator = feed(events[-1])

    assert accumulator.response() is events[-1].response
    assert kinds(accumulator) == ["unannounced"]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_an_event_that_announces_something_may_be_missing(index):
    """The rest is the same, and one thing is reported."""
    events, whole = answer()
    missing = events.pop(index)

    accumulator = feed(*events)
    (mismatch,) = accumulator.mismatches

    assert mismatch.kind == "unannounced"
    assert mismatch.expected == missing.type
    assert accumulator.response() == whole


def test_whoever_joins_midway_can_still_be_contradicted():
    """The end of one text is not the end of another."""
    events, whole = answer()
    events[7] = words(" noon")

    accumulator = feed(*events[5:])

    assert kinds(accumulator) == ["unannounced", "transcript"]
    assert accumulator.response() == whole


def test_a_call_may_be_joined_midway():
    """What its events tell is there, and no more."""
    events = calling()
    accumulator = feed(events[2])
    (call,) = accumulator.response().output

    assert (call.id, call.call_id, call.name) == ("item_1", "call_1", "")
    assert call.arguments == ": "

    accumulator.feed(events[-1])

    assert accumulator.arguments("item_1") == '{"train": 721}'
    assert feed(events[-1]).response().output[0].name == "look_up"


def test_an_announcement_may_come_late():
    """Then it replaces the placeholder."""
    events, whole = answer()
    shuffled = [events[5], *events[:5], *events[6:]]
    accumulator = feed(*shuffled[:4])

    assert accumulator.response().output[0].status == "in_progress"
    assert accumulator.response().output[0].content[0].type == "output_audio"

    for event in shuffled[4:]:
        accumulator.feed(event)

    assert kinds(accumulator) == ["unannounced", "transcript"]
    assert accumulator.response() == whole


def test_the_end_of_an_item_may_be_all_there_is():
    """It is the whole item."""
    accumulator = feed(created(), item_done("resp_1", message("item_1", written())))

    assert kinds(accumulator) == ["unannounced"]
    assert accumulator.response().output == (message("item_1", written()),)


def test_a_response_may_begin_after_its_end():
    """In a stream that is out of order; the end is what counts."""
    accumulator = feed(ended("resp_1", message("item_1")), created())

    assert kinds(accumulator) == ["unannounced", "late"]
    assert accumulator.response() == ended("resp_1", message("item_1")).response


@pytest.mark.parametrize("index", [0, 1, 2, -1])
def test_what_happens_once_may_be_said_twice(index):
    """That is reported, and changes nothing."""
    events, whole = answer()
    events.insert(index, events[index]) if index >= 0 else events.append(events[index])

    accumulator = feed(*events)

    assert kinds(accumulator) == ["repeated"]
    assert accumulator.response() == whole


@pytest.mark.parametrize("position", range(2, 18))
def test_what_comes_after_the_end_is_reported(position):
    """It changes nothing: the end is the end."""
    events, whole = answer()

    accumulator = feed(*events, events[position])

    assert kinds(accumulator) in (["late"], ["repeated"])
    assert accumulator.response() == whole


def test_deltas_after_the_end_are_reported_once():
    """A thousand of them would say no more."""
    events, whole = answer()

    accumulator = feed(*events, *[words("x"), audio(b"xx")] * 50)

    assert kinds(accumulator) == ["late", "late"]
    assert accumulator.response() == whole


def test_an_item_after_the_end_of_its_response_is_reported():
    """It is not part of it, and neither are its arguments."""
    accumulator = feed(created(), ended("resp_1"), *calling())

    assert set(kinds(accumulator)) == {"late"}
    assert accumulator.response().output == ()


@pytest.mark.parametrize("make", [created, ended])
def test_a_response_without_an_id_is_reported(make):
    """No event could name it."""
    event = make()
    nameless = attrs.evolve(event.response, id=None)

    accumulator = feed(attrs.evolve(event, response=nameless))

    assert kinds(accumulator) == ["unannounced"]
    assert accumulator.response_ids == ()


def test_an_item_without_an_id_has_a_place():
    """The protocol makes ids optional in items; deltas cannot be about such a one."""
    call = RealtimeConversationItemFunctionCall(name="f", arguments="{}")
    first = attrs.evolve(call, arguments="")

    accumulator = feed(
        created(), item_added("resp_1", first), item_done("resp_1", call)
    )

    assert accumulator.response().output == (call,)

    accumulator.feed(ended("resp_1", call))

    assert accumulator.response().output == (call,)
    assert accumulator.mismatches == ()


def test_a_part_that_its_item_announced_may_be_announced_again():
    """An item may begin with an empty part, of which an event tells then."""
    begun = message("item_1", Content(type="output_text", text=""))

    accumulator = feed(created(), item_added("resp_1", begun), *writing(at()))

    assert accumulator.mismatches == ()
    assert accumulator.response().output[0].content == (written(),)


def test_the_content_that_a_part_begins_with_is_the_first_of_it():
    """A server may send some of it before the first delta."""
    accumulator = feed(
        *OPEN[:2], part_added(at(), type="text", text="Good"), text(" day")
    )

    assert accumulator.text("item_1") == "Good day"
    assert accumulator.response().output[0].content == (written(["Good day"]),)
