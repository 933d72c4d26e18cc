r"""Forgiving mode keeps half of a character, as in ``"\ud83d"``, and writes it back."""

import json

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    ConversationAccumulator,
    ConversationItemInputAudioTranscriptionCompletedEvent,
    ConversationItemInputAudioTranscriptionDeltaEvent,
    DecodeError,
    EncodeError,
    RealtimeClientEvent,
    RealtimeConversationItemFunctionCall,
    RealtimeServerEvent,
    ResponseAccumulator,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseOutputTextDeltaEvent,
    TranscriptTextUsageDuration,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from ..accumulate.streams import (
    added,
    at,
    created,
    ended,
    item_added,
    item_done,
    message,
    speaking,
    spoken,
    user,
    writing,
    written,
)

UNION = RealtimeClientEvent | RealtimeServerEvent
FORGIVING = JsonAdapter(UNION, mode="forgiving")

PLACE = (
    b'"event_id":"e","response_id":"r","item_id":"i","output_index":0,"content_index":0'
)
DELTA = b'{"type":"response.output_text.delta",%s,"delta":"hi \\ud83d"}' % PLACE
FRAMES = [
    DELTA,
    b'{"type":"x","\\ud83d":[{"\\ude00":"\\ud83d"},{"a":"\xf0\x9f\x98\x80\\ud83d"}]}',
    b'{"type":"\\udfff"}',
    b'{"type":"x","a":"\\ud83d\\ud83d\\n\\"\\\\","b":18446744073709551617,"c":1.5}',
    b'{"type":"error","event_id":"\\ud83d","error":{"type":"t","message":"m"}}',
    b'{"type":"response.done","event_id":"e","response":{"metadata":{"\\ud800":"a"}}}',
]

characters = st.characters() | st.sampled_from("😀🎉é\ud83d\ude00")
texts = st.text(characters, max_size=20)


@pytest.mark.parametrize("frame", FRAMES)
def test_half_of_a_character_comes_back(frame):
    """Byte by byte, from every buffer."""
    for data in (frame, bytearray(frame), memoryview(frame), frame.decode()):
        assert FORGIVING.encode(FORGIVING.decode(data)) == frame


@given(texts, texts)
def test_every_text_comes_back(key, value):
    """Escaped or not, whole or not."""
    payload = {"type": "x", "a": {key: value}}
    for text in (json.dumps(payload), json.dumps(payload, ensure_ascii=False)):
        back = json.loads(FORGIVING.encode(FORGIVING.decode(text)))
        # Two halves side by side are one character for every parser.
        assert back == json.loads(json.dumps(payload))


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("mode", ["strict", "tolerant"])
def test_other_modes_name_it(frame, mode):
    """On the way in, with its place; on the way out, with its path."""
    adapter = JsonAdapter(UNION, mode=mode)
    with pytest.raises(DecodeError, match=r"^not JSON: .* surrogate in string: line 1"):
        adapter.decode(frame)

    event = ResponseOutputTextDeltaEvent(**at(), delta="\ud83d")
    with pytest.raises(EncodeError, match="delta: expected text in UTF-8, got a lone"):
        adapter.encode(event)


@pytest.mark.parametrize(
    "data", [b'"\xed\xa0\xbd"', b'"\xff\\ud83d"', b'"\\ud8"', b'"\\ud83d']
)
def test_bytes_that_are_no_utf8_stay_an_error(data):
    """A surrogate is text only as an escape."""
    with pytest.raises(DecodeError, match=r"^not JSON"):
        FORGIVING.decode(b'{"type":"x","a":%s}' % data)


@pytest.mark.needs("msgpack")
def test_messagepack_names_text_that_it_cannot_hold():
    """Its text is UTF-8. Dicts hold any text."""
    event = FORGIVING.decode(DELTA)

    assert DictAdapter(UNION).decode(DictAdapter(UNION).encode(event)) == event
    with pytest.raises(EncodeError, match="delta: expected text in UTF-8, got a lone"):
        MsgpackAdapter(UNION, mode="forgiving").encode(event)


@st.composite
def cut_texts(draw):
    """Cut a text between any two of its 16-bit units."""
    whole = draw(st.text(st.sampled_from("a 😀🎉é"), min_size=1, max_size=12))
    units = whole.encode("utf-16-le")
    cuts = sorted(draw(st.sets(st.integers(0, len(units) // 2), max_size=6)))
    ends = zip([0, *cuts], [*cuts, len(units) // 2], strict=True)
    parts = [units[2 * a : 2 * b] for a, b in ends]
    return whole, [part.decode("utf-16-le", "surrogatepass") for part in parts]


def receive(event):
    """Return what arrives of *event* from a server that cuts text anywhere."""
    return FORGIVING.decode(json.dumps(DictAdapter(UNION).encode(event)))


def talk(deltas):
    """Make the events of a response with a text, a transcript and a call."""
    said = message("item_1", written(deltas), spoken(deltas))
    place = {"event_id": "e", "response_id": "resp_1", "item_id": "item_2"}
    place |= {"output_index": 1, "call_id": "call_1"}
    call = RealtimeConversationItemFunctionCall(
        id="item_2", call_id="call_1", name="f", arguments=""
    )
    called = evolve(call, arguments="".join(deltas))
    return [
        created(),
        item_added("resp_1", message("item_1", status="in_progress")),
        *writing(at(), deltas),
        *speaking(at(content=1), deltas, ()),
        item_done("resp_1", said),
        item_added("resp_1", call, 1),
        *(ResponseFunctionCallArgumentsDeltaEvent(delta=d, **place) for d in deltas),
        ResponseFunctionCallArgumentsDoneEvent(
            name="f", arguments=called.arguments, **place
        ),
        item_done("resp_1", called, 1),
        ended("resp_1", said, called),
    ]


@given(cut_texts(), st.booleans())
def test_two_halves_make_one_character(cut, read_midway):
    """In a text, a transcript and arguments, and no mismatch is reported."""
    whole, deltas = cut
    for cls in (ResponseAccumulator, ConversationAccumulator):
        accumulator = cls()
        for event in map(receive, talk(deltas)):
            accumulator.feed(event)
            if read_midway:
                accumulator.response("resp_1")

        first, second = accumulator.response("resp_1").output
        assert not accumulator.mismatches
        assert [first.content[0].text, first.content[1].transcript] == [whole, whole]
        assert second.arguments == whole


@given(cut_texts())
def test_deltas_alone_add_up(cut):
    """The response need not have ended."""
    whole, deltas = cut
    events = [
        event for event in talk(deltas) if not event.type.endswith((".done", "_done"))
    ]
    accumulator = ResponseAccumulator()
    for event in map(receive, events):
        accumulator.feed(event)

    first, second = accumulator.response("resp_1").output
    assert [first.content[0].text, first.content[1].transcript] == [whole, whole]
    assert second.arguments == whole


@given(cut_texts(), st.integers(0, 12))
def test_a_stream_joined_inside_a_character_is_no_contradiction(cut, start):
    """The first half is missing, as the text before it is."""
    _, deltas = cut
    accumulator = ResponseAccumulator()
    for event in list(map(receive, talk(deltas)))[start:]:
        accumulator.feed(event)

    assert not [m for m in accumulator.mismatches if m.is_contradiction]


@given(cut_texts(), st.booleans())
def test_a_transcript_of_the_caller_adds_up(cut, announced):
    """It arrives in deltas of its own."""
    whole, deltas = cut
    place = {"event_id": "e", "item_id": "item_a", "content_index": 0}
    usage = TranscriptTextUsageDuration(type="duration", seconds=1.0)
    head = [added(user("item_a", type="input_audio"))] if announced else []
    events = [
        ConversationItemInputAudioTranscriptionDeltaEvent(delta=delta, **place)
        for delta in deltas
    ]
    end = ConversationItemInputAudioTranscriptionCompletedEvent(
        transcript=whole, usage=usage, **place
    )
    accumulator = ConversationAccumulator()
    for event in map(receive, [*head, *events[not announced :], end]):
        accumulator.feed(event)

    assert accumulator.transcript("item_a") == whole
    assert not [m for m in accumulator.mismatches if m.is_contradiction]
