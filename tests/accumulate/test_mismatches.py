"""What is reported where events do not agree, and that the last word counts."""

import pickle

import attrs
import pytest

from rtmodels import (
    Mismatch,
    RealtimeConversationItemFunctionCall,
    ResponseOutputAudioTranscriptDoneEvent,
    ResponseOutputTextDoneEvent,
    Unknown,
)

from streams import (
    SPEECH,
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
    part_done,
    speaking,
    spoken,
    text,
    words,
    writing,
    written,
)

OPEN = (
    created(),
    item_added("resp_1", message("item_1", status="in_progress")),
    part_added(at(), type="text", text=""),
)
"""What comes before the first delta."""


def test_a_text_that_does_not_add_up_is_reported():
    """The record says what is wrong, where, and shows both texts."""
    accumulator = feed(
        *OPEN, text("Hello"), ResponseOutputTextDoneEvent(text="Hallo", **at())
    )

    assert accumulator.mismatches == (
        Mismatch(
            kind="text",
            event_type="response.output_text.done",
            event_id="event_1",
            response_id="resp_1",
            item_id="item_1",
            output_index=0,
            content_index=0,
            expected="'Hallo'",
            got="'Hello'",
        ),
    )
    assert accumulator.text("item_1") == "Hallo"


def test_a_missing_delta_is_reported():
    """The text of the *done* event is what counts."""
    events = [*OPEN[:2], *writing(at())]
    del events[4]

    accumulator = feed(*events)

    assert kinds(accumulator) == ["text"]
    assert accumulator.text("item_1") == "".join(WORDS)


def test_a_delta_that_comes_twice_is_reported():
    """It counts twice until the *done* event sets that right."""
    accumulator = feed(*OPEN, text("a"), text("a"))

    assert accumulator.text("item_1") == "aa"

    accumulator.feed(ResponseOutputTextDoneEvent(text="a", **at()))

    assert kinds(accumulator) == ["text"]
    assert accumulator.text("item_1") == "a"


def test_a_text_without_deltas_is_reported():
    """The event about the text itself says that there should have been some."""
    accumulator = feed(*OPEN, ResponseOutputTextDoneEvent(text="Hello", **at()))

    assert kinds(accumulator) == ["text"]


def test_a_transcript_that_does_not_add_up_is_reported():
    """It is compared as texts are."""
    last = ResponseOutputAudioTranscriptDoneEvent(transcript="Bye", **at())

    accumulator = feed(*OPEN, words("By"), last)

    assert kinds(accumulator) == ["transcript"]
    assert accumulator.transcript("item_1") == "Bye"


def test_arguments_that_do_not_add_up_are_reported():
    """A program that runs a tool has to know."""
    events = calling()
    del events[2]

    accumulator = feed(created(), *events)
    (mismatch,) = accumulator.mismatches

    assert mismatch.kind == "arguments"
    assert mismatch.content_index is None
    assert accumulator.arguments("item_1") == '{"train": 721}'


@pytest.mark.parametrize("step", ["part", "item", "response"])
def test_each_larger_event_is_compared_too(step):
    """Parts, items and responses say again what their texts are; the last one wins."""
    other = message("item_1", written(["Good day"]))
    last = {
        "part": part_done(at(), type="text", text="Good day"),
        "item": item_done("resp_1", other),
        "response": ended("resp_1", other),
    }[step]

    accumulator = feed(*OPEN[:2], *writing(at(), ["Good", " night"])[:-1], last)
    (mismatch,) = accumulator.mismatches

    assert (mismatch.kind, mismatch.event_type) == ("text", last.type)
    assert (mismatch.response_id, mismatch.item_id) == ("resp_1", "item_1")
    assert (mismatch.output_index, mismatch.content_index) == (0, 0)
    assert (mismatch.expected, mismatch.got) == ("'Good day'", "'Good night'")
    assert accumulator.text("item_1") == "Good day"
    assert accumulator.response().output[0].content[0].text == "Good day"


def test_arguments_are_compared_with_those_of_the_item():
    """Also where no event of their own ended them."""
    call = RealtimeConversationItemFunctionCall(
        id="item_1", call_id="call_1", name="look_up", arguments="{}"
    )

    accumulator = feed(created(), *calling()[:-1], item_done("resp_1", call))

    assert kinds(accumulator) == ["arguments"]
    assert accumulator.response().output == (call,)


def test_audio_is_compared_if_the_server_repeats_it():
    """Sizes are shown, and no bytes."""
    whole = b"".join(SPEECH)
    said = message("item_1", spoken(samples=[whole[:-2]]))

    accumulator = feed(
        *OPEN[:2], *speaking(at()), item_done("resp_1", said), ended("resp_1", said)
    )
    (mismatch,) = accumulator.mismatches

    assert mismatch.kind == "audio"
    assert mismatch.expected == f"{len(whole) - 2} bytes"
    assert mismatch.got == f"{len(whole)} bytes"
    assert accumulator.response() == ended("resp_1", said).response


def test_what_larger_events_leave_out_is_no_mismatch():
    """Some servers do not repeat texts; what was gathered stays in their place."""
    bare = message("item_1", Content(type="output_audio"))

    accumulator = feed(
        *OPEN[:2], *speaking(at()), item_done("resp_1", bare), ended("resp_1", bare)
    )

    assert accumulator.mismatches == ()
    assert accumulator.response().output[0].content == (spoken(samples=SPEECH),)


def test_output_that_is_left_out_is_no_mismatch():
    """Then it is what was gathered."""
    last = ended("resp_1", message("item_1"))
    last = attrs.evolve(last, response=attrs.evolve(last.response, output=None))

    accumulator = feed(*OPEN[:2], *writing(at()), last)

    assert accumulator.mismatches == ()
    assert accumulator.response().status == "completed"
    assert accumulator.response().output[0].content == (written(),)


def test_what_only_larger_events_say_is_no_mismatch():
    """A server need not stream; where nothing came, there is nothing to add up."""
    said = message("item_1", written(), spoken())

    accumulator = feed(
        *OPEN[:2], part_added(at(), type="text", text=""), ended("resp_1", said)
    )

    assert accumulator.mismatches == ()
    assert accumulator.response().output == (said,)


def test_a_part_that_the_item_has_not_is_reported():
    """The item's word counts: the part is gone."""
    accumulator = feed(
        *OPEN[:2],
        *writing(at()),
        *writing(at(content=1)),
        item_done("resp_1", message("item_1", written())),
    )
    (mismatch,) = accumulator.mismatches

    assert mismatch.kind == "content"
    assert (mismatch.expected, mismatch.got) == ("'1 parts'", "'2 parts'")
    assert accumulator.response().output[0].content == (written(),)


def test_an_item_of_another_kind_is_reported():
    """What was a message cannot end as a call."""
    call = RealtimeConversationItemFunctionCall(id="item_1", name="f", arguments="{}")

    accumulator = feed(*OPEN[:2], item_done("resp_1", call))

    assert kinds(accumulator) == ["content"]
    assert accumulator.response().output == (call,)


@pytest.mark.parametrize("output", [(), (message("item_2"),)])
def test_other_items_than_those_that_came_are_reported(output):
    """The output that ``response.done`` lists is the output."""
    accumulator = feed(*OPEN, text("Hello"), ended("resp_1", *output))

    assert kinds(accumulator)[-1] == "output"
    assert accumulator.response().output == output


def test_items_in_another_order_are_reported():
    """The order that ``response.done`` has is the order."""
    one, two = message("item_1"), message("item_2")

    accumulator = feed(
        created(),
        item_added("resp_1", one, 0),
        item_added("resp_1", two, 1),
        ended("resp_1", two, one),
    )

    assert kinds(accumulator) == ["output"]
    assert accumulator.response().output == (two, one)


def test_an_item_that_cannot_be_read_contradicts_nothing():
    """In the forgiving reading, it is set aside."""
    strange = Unknown(type="message", payload={"type": "message", "id": "item_1"})

    accumulator = feed(*OPEN[:2], *writing(at()), item_done("resp_1", strange))

    assert accumulator.mismatches == ()
    assert accumulator.response().output[0].content == (written(),)


def test_an_item_that_could_not_be_read_grows_all_the_same():
    """It must be a message if there is text in it."""
    strange = Unknown(type="message", payload={"type": "message", "id": "item_1"})
    said = message("item_1", written())

    accumulator = feed(created(), item_added("resp_1", strange), *writing(at()))

    assert accumulator.response().output[0].content == (written(),)
    assert accumulator.feed(ended("resp_1", said)).response.output == (said,)
    assert accumulator.response().output == (said,)
    assert accumulator.mismatches == ()


def test_an_item_of_an_unknown_kind_is_taken_as_it_is():
    """The protocol moves on."""
    first = Unknown(type="future", payload={"type": "future", "id": "item_1"})
    last = Unknown(type="future", payload={**first.payload, "more": 1})

    accumulator = feed(created(), item_added("resp_1", first))

    assert accumulator.response().output == (first,)

    accumulator.feed(item_done("resp_1", last))
    accumulator.feed(ended("resp_1", last))

    assert accumulator.response().output == (last,)
    assert accumulator.mismatches == ()


def test_long_texts_are_cut_around_the_first_difference():
    """A record stays small, and shows what matters."""
    shared = "x" * 500
    last = ResponseOutputTextDoneEvent(text=shared + "right" + shared, **at())

    accumulator = feed(*OPEN, text(shared + "wrong" + shared), last)
    (mismatch,) = accumulator.mismatches

    assert mismatch.expected == repr("..." + "x" * 10 + "right" + "x" * 25 + "...")
    assert mismatch.got == repr("..." + "x" * 10 + "wrong" + "x" * 25 + "...")


def test_a_mismatch_is_one_line():
    """It says what, where and how."""
    (mismatch,) = feed(
        *OPEN, text("a\n"), ResponseOutputTextDoneEvent(text="b\n", **at())
    ).mismatches

    assert str(mismatch) == (
        "response.output_text.done (resp_1, item_1, content 0): text: "
        r"expected 'b\n', got 'a\n'"
    )
    assert pickle.loads(pickle.dumps(mismatch)) == mismatch
    assert mismatch.is_contradiction


def test_mismatches_can_be_taken_out():
    """Whoever logs them need not hold them."""
    accumulator = feed(*OPEN, text("a"), ResponseOutputTextDoneEvent(text="b", **at()))

    assert [mismatch.kind for mismatch in accumulator.pop_mismatches()] == ["text"]
    assert accumulator.mismatches == accumulator.pop_mismatches() == ()


# Order: what comes without its beginning, twice, or after its end


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
    """Then it replaces what had to be guessed."""
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
