"""Laws that hold for every stream, as Hypothesis makes them up."""

from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    ConversationAccumulator,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseAccumulator,
    Unknown,
)
from rtmodels.adapters import JsonAdapter

from ..strategies import values
from .streams import (
    added,
    answer,
    at,
    calling,
    converse,
    created,
    done,
    ended,
    feed,
    item_added,
    item_done,
    message,
    speaking,
    spoken,
    truncated,
    writing,
    written,
)

JSON = JsonAdapter(RealtimeServerEvent)
RESPONSE = JsonAdapter(RealtimeResponse)
ITEMS = JsonAdapter(tuple[RealtimeConversationItem, ...])

texts = st.text(max_size=40)
samples = st.binary(max_size=200)
ids = st.sampled_from(["resp_1", "resp_2", "item_1", "item_2", ""])
places = st.integers(-1, 3)


@st.composite
def splits(draw, wholes):
    """Cut a text, or audio, anywhere, also into nothing."""
    whole = draw(wholes)
    cuts = draw(st.lists(st.integers(0, len(whole)), max_size=8).map(sorted))
    return [whole[a:b] for a, b in pairwise([0, *cuts, len(whole)])]


@st.composite
def merges(draw, *streams):
    """Interleave *streams*, each of which stays in order."""
    waiting = [list(stream) for stream in streams if stream]
    merged = []
    while waiting:
        stream = draw(st.sampled_from(waiting))
        merged.append(stream.pop(0))
        waiting = [stream for stream in waiting if stream]
    return merged


@st.composite
def events(draw):
    """Make any event at all, which is often about what others are about."""
    event = draw(values(RealtimeServerEvent))
    if isinstance(event, Unknown):
        return event
    names = {field.name for field in attrs.fields(type(event))}
    changes = {
        name: draw(ids)
        for name in names & {"response_id", "item_id", "previous_item_id"}
    }
    changes |= {
        name: draw(places) for name in names & {"output_index", "content_index"}
    }
    for name in names & {"item", "response"}:
        inner = getattr(event, name)
        if not isinstance(inner, Unknown):
            changes[name] = attrs.evolve(inner, id=draw(ids))
    return attrs.evolve(event, **changes)


def look(accumulator):
    """Look at everything that there is to see."""
    responses = [accumulator.response(id_) for id_ in accumulator.response_ids]
    items = getattr(accumulator, "items", ())
    return responses, items, accumulator.running, accumulator.interrupted


@given(splits(texts), splits(samples))
def test_it_does_not_matter_how_speech_is_split(deltas, pieces):
    """Any deltas that add up to the same give the same."""
    one, _ = answer(deltas=["".join(deltas)], samples=[b"".join(pieces)])
    many, whole = answer(deltas=deltas, samples=pieces)
    accumulator = feed(*many)

    assert accumulator.response() == feed(*one).response() == whole
    assert accumulator.mismatches == ()


@given(splits(texts))
def test_it_does_not_matter_how_text_is_split(deltas):
    """The result is the same, whether or not the text is read between two deltas."""
    start = created(), item_added("resp_1", message("item_1"))
    accumulator = feed(*start)
    for count, event in enumerate(writing(at(), deltas)[1:-2], 1):
        accumulator.feed(event)

        assert accumulator.text("item_1") == "".join(deltas[:count])

    plain = feed(*start, *writing(at(), ["".join(deltas)])[:-2])

    assert (accumulator.response().output[0].content[0].text or "") == "".join(deltas)
    assert plain.text("item_1") == accumulator.text("item_1")


@given(st.data())
def test_it_does_not_matter_how_responses_are_interleaved(data):
    """Together they are what each is alone."""
    streams, wholes = [], {}
    for name in ("1", "2", "3"):
        deltas, pieces = data.draw(splits(texts)), data.draw(splits(samples))
        stream, whole = answer(
            f"resp_{name}", f"item_{name}", deltas=deltas, samples=pieces
        )
        streams.append(stream)
        wholes[f"resp_{name}"] = whole

    accumulator = feed(*data.draw(merges(*streams)))

    assert {id_: accumulator.response(id_) for id_ in wholes} == wholes
    assert accumulator.mismatches == ()


@given(st.data())
def test_it_does_not_matter_how_parts_and_items_are_interleaved(data):
    """Two parts of a message and a call grow at once in one response."""
    parts = spoken(["Hi"], [b"12", b"34"]), written(["Ho"])
    streams = (
        speaking(at(), ["H", "i"], [b"12", b"34"]),
        writing(at(content=1), ["H", "o"]),
        calling(item="item_2"),
    )
    start = created(), item_added("resp_1", message("item_1"))

    accumulator = feed(*start, *data.draw(merges(*streams)))
    one, two = accumulator.response().output
    if one.id != "item_1":
        one, two = two, one

    assert one.content == parts
    assert two.arguments == '{"train": 721}'
    assert accumulator.mismatches == ()


@given(splits(texts), splits(samples))
def test_the_wire_makes_no_difference(deltas, pieces):
    """Events add up to the same after they were encoded and decoded."""
    stream, _ = answer(deltas=deltas, samples=pieces)
    decoded = map(JSON.decode, map(JSON.encode, stream))

    assert look(feed(*decoded)) == look(feed(*stream))


@given(st.lists(events(), max_size=25))
def test_no_sequence_of_events_raises(sequence):
    """Events may arrive in any order, and every result can be encoded."""
    accumulator, other = ConversationAccumulator(), ResponseAccumulator(audio=False)
    for event in sequence:
        assert accumulator.feed(event) is event

        other.feed(event)
        responses, items, *_ = look(accumulator)
        look(other)

        assert all(RESPONSE.encode(response) for response in responses)
        assert ITEMS.encode(items)


def session():
    """Make a session with several turns."""
    first, _ = answer("resp_1", "item_1")
    second, _ = answer("resp_2", "item_2")
    call = calling("resp_3", "item_3")
    return [
        *first[:2],
        added(first[1].item, None),
        *first[2:],
        truncated(20),
        *second[:2],
        added(second[1].item, "item_1"),
        *second[2:-1],
        done(second[-1].response.output[0]),
        second[-1],
        created("resp_3"),
        *call,
        item_done("resp_3", call[0].item),
        ended("resp_3", call[0].item, status="cancelled"),
    ]


@given(st.data())
def test_no_disorder_raises_or_changes_what_was_given(data):
    """Events are shuffled, dropped and repeated; snapshots stay what they were."""
    accumulator, seen = ConversationAccumulator(), []
    for event in data.draw(st.lists(st.sampled_from(session()), max_size=60)):
        accumulator.feed(event)
        view = look(accumulator)
        seen.append((view, repr(view)))

    assert all(repr(view) == text for view, text in seen)


@given(st.data())
def test_looking_changes_nothing(data):
    """An accumulator that is watched ends up like one that is not."""
    sequence = data.draw(st.lists(st.sampled_from(session()), max_size=60))
    watched = ConversationAccumulator()
    for event in sequence:
        watched.feed(event)
        if data.draw(st.booleans()):
            look(watched)
            watched.transcript("item_1")
            watched.audio("item_2")
    alone = converse(*sequence)

    assert look(watched) == look(alone)
    assert watched.mismatches == alone.mismatches


@pytest.mark.parametrize("audio", [True, False])
def test_the_session_of_these_laws_adds_up(audio):
    """In order, that is."""
    accumulator = converse(*session(), audio=audio)

    assert [item.id for item in accumulator.items] == ["item_1", "item_2"]
    assert {mismatch.kind for mismatch in accumulator.mismatches} == {"arguments"}
