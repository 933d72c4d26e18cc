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

from .streams import (
    OPEN,
    SPEECH,
    WORDS,
    Content,
    added,
    at,
    calling,
    converse,
    created,
    deleted,
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


@pytest.mark.parametrize(
    ("begin", "end", "read"),
    [
        (OPEN, ResponseOutputTextDoneEvent(text="Hello", **at()), "text"),
        (
            OPEN,
            ResponseOutputAudioTranscriptDoneEvent(transcript="Hello", **at()),
            "transcript",
        ),
        ([created(), calling()[0]], calling()[-1], "arguments"),
    ],
    ids=["text", "transcript", "arguments"],
)
def test_a_whole_without_deltas_contradicts_nothing(begin, end, read):
    """Logs may leave deltas out; the *done* event has all that there is."""
    accumulator = feed(*begin, end)

    assert kinds(accumulator) == []
    assert getattr(accumulator, read)("item_1") == getattr(end, read)


def test_a_transcript_that_does_not_add_up_is_reported():
    """It is compared as texts are."""
    last = ResponseOutputAudioTranscriptDoneEvent(transcript="Bye", **at())

    accumulator = feed(*OPEN, words("By"), last)

    assert kinds(accumulator) == ["transcript"]
    assert accumulator.transcript("item_1") == "Bye"


def test_arguments_that_do_not_add_up_are_reported():
    """A program that runs a tool depends on it."""
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
    """In forgiving mode, it is kept as `Unknown`."""
    strange = Unknown(tag="message", payload={"type": "message", "id": "item_1"})

    accumulator = feed(*OPEN[:2], *writing(at()), item_done("resp_1", strange))

    assert accumulator.mismatches == ()
    assert accumulator.response().output[0].content == (written(),)


def test_an_item_that_could_not_be_read_grows_all_the_same():
    """It must be a message if there is text in it."""
    strange = Unknown(tag="message", payload={"type": "message", "id": "item_1"})
    said = message("item_1", written())

    accumulator = feed(created(), item_added("resp_1", strange), *writing(at()))

    assert accumulator.response().output[0].content == (written(),)
    assert accumulator.feed(ended("resp_1", said)).response.output == (said,)
    assert accumulator.response().output == (said,)
    assert accumulator.mismatches == ()


def test_an_item_of_an_unknown_kind_is_taken_as_it_is():
    """The protocol moves on."""
    first = Unknown(tag="future", payload={"type": "future", "id": "item_1"})
    last = Unknown(tag="future", payload={**first.payload, "more": 1})

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
    """An application that logs them can empty the list."""
    accumulator = feed(*OPEN, text("a"), ResponseOutputTextDoneEvent(text="b", **at()))

    assert [mismatch.kind for mismatch in accumulator.pop_mismatches()] == ["text"]
    assert accumulator.mismatches == accumulator.pop_mismatches() == ()


def test_only_the_first_mismatches_are_kept():
    """A server that repeats itself forever fills no memory, and is still counted."""
    accumulator = feed(created(), *[ended()] * 1500)

    assert len(accumulator.mismatches) == 1000
    assert accumulator.mismatch_count == 1499
    assert len(accumulator.pop_mismatches()) == 1000
    assert accumulator.mismatch_count == 0

    accumulator.feed(ended())
    assert accumulator.mismatch_count == len(accumulator.mismatches) == 1


def test_long_ids_are_cut():
    """The ids come from the wire, and may have any length."""
    long = "i" * 3_000_000
    late = added(message("item_1"), "p" + long)

    accumulator = converse(
        ended(long), added(message(long)), added(message(long)), late, deleted("x")
    )

    assert accumulator.item(long) == message(long)
    assert kinds(accumulator) == ["unannounced", "repeated", *["unannounced"] * 2]
    for mismatch in accumulator.mismatches:
        assert len(repr(mismatch)) < 1000
        assert len(str(mismatch)) < 500


def test_parts_that_the_item_has_not_are_counted_once():
    """The end of an item may be reported twice, the loss of a part only once."""
    one = message("item_1", written())
    events = [part_added(at(content=i), type="text", text="x") for i in range(1, 4)]

    accumulator = feed(*OPEN, *events, item_done("resp_1", one))
    accumulator.feed(item_done("resp_1", one))

    assert [(m.kind, m.got) for m in accumulator.mismatches] == [
        ("content", "'4 parts'")
    ]
