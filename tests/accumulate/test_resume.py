"""A conversation that is rebuilt in a new session."""

from collections import Counter
from itertools import groupby

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    ConversationAccumulator,
    ConversationItemInputAudioTranscriptionCompletedEvent,
    ConversationItemInputAudioTranscriptionDeltaEvent,
    LeftOut,
    RealtimeClientEvent,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemFunctionCallOutput,
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageSystem,
    RealtimeConversationItemMessageSystemContent,
    RealtimeConversationItemMessageUser,
    RealtimeConversationItemMessageUserContent,
    RealtimeMCPListTools,
    RealtimeMCPToolCall,
    TranscriptTextUsageDuration,
    Unknown,
    build,
)
from rtmodels.adapters import JsonAdapter

from .streams import added, answer, converse, done, message, spoken, truncated, user

STRICT = JsonAdapter(RealtimeClientEvent, mode="strict")
SERVER_ID = "x" * 33
"""An id that only a server may give."""

UserContent = RealtimeConversationItemMessageUserContent
AssistantContent = RealtimeConversationItemMessageAssistantContent


def call(item="item_call", call_id="call_1", **fields):
    """Build a function call."""
    return RealtimeConversationItemFunctionCall(
        **{"id": item, "call_id": call_id, "name": "look_up", "arguments": "{}"}
        | fields
    )


def output(item="item_output", call_id="call_1"):
    """Build the output of a function call."""
    return RealtimeConversationItemFunctionCallOutput(
        id=item, call_id=call_id, output="9 o'clock"
    )


def hold(*items):
    """Return an accumulator whose conversation has *items*."""
    return converse(*(make(item) for item in items for make in (added, done)))


def acknowledge(resumption):
    """Return an accumulator for the new session, whose server accepts all events."""
    items = []
    for number, event in enumerate(resumption.events):
        assert STRICT.decode(STRICT.encode(event)) == event
        id_ = event.item.id or f"{SERVER_ID}_{number}"
        items.append(attrs.evolve(event.item, id=id_, status="completed"))
    return hold(*items)


def content_of(item):
    """Return what an item says: words and pictures, or a call, and who says it."""
    match item:
        case RealtimeConversationItemFunctionCall():
            return "call", item.call_id, item.name, item.arguments
        case RealtimeConversationItemFunctionCallOutput():
            return "output", item.call_id, item.output
        case _:
            parts = [
                part.image_url
                if part.type == "input_image"
                else part.text or getattr(part, "transcript", None)
                for part in item.content
            ]
            return item.role, [part for part in parts if part and part.strip()]


def check(accumulator):
    """Compare a conversation with the resumed one, and that with its own."""
    resumption = accumulator.resume()
    resumed = acknowledge(resumption)
    left_out = {each.item_id for each in resumption.left_out}
    kept = {event.item.id for event in resumption.events}

    whole = [item for item in accumulator.items if item_id(item) not in left_out]
    partly = [item for item in accumulator.items if item_id(item) in left_out & kept]
    said = [content_of(item) for item in accumulator.items if item in [*whole, *partly]]
    assert [content_of(item) for item in resumed.items] == said
    assert len(whole) + len(partly) == len(resumption.events)

    assert resumed.resume().events == resumption.events
    assert resumed.resume().left_out == ()
    return resumption


def item_id(item):
    """Return the id of any item."""
    return item.payload["id"] if isinstance(item, Unknown) else item.id


def reasons(accumulator):
    """Return what is left out: item, part and reason."""
    return [
        (each.item_id, each.content_index, each.reason)
        for each in accumulator.resume().left_out
    ]


def test_a_conversation_is_resumed():
    """Speech becomes text, and the rest stays as it is, in order."""
    picture = build.image(b"\x89PNG\r\n\x1a\n", detail="low")
    system = RealtimeConversationItemMessageSystem(
        id="item_s", content=(RealtimeConversationItemMessageSystemContent(text="Go"),)
    )
    asked = RealtimeConversationItemMessageUser(
        id="item_u",
        content=(
            UserContent(type="input_audio", audio=b"12", transcript="When?"),
            picture,
            UserContent(type="input_text", text="Please."),
        ),
    )
    resumption = check(
        hold(system, asked, call(), output(), message("item_a", spoken()))
    )

    assert resumption.left_out == ()
    assert [event.item for event in resumption.events] == [
        system,
        attrs.evolve(
            asked,
            content=(
                UserContent(type="input_text", text="When?"),
                picture,
                UserContent(type="input_text", text="Please."),
            ),
        ),
        call(),
        output(),
        RealtimeConversationItemMessageAssistant(
            id="item_a",
            content=(
                AssistantContent(type="output_text", text="Take the train at nine."),
            ),
        ),
    ]


def test_an_empty_conversation_needs_no_events():
    """Nor is anything left out."""
    resumption = ConversationAccumulator().resume()

    assert resumption.events == resumption.left_out == ()


def test_deltas_and_transcriptions_are_in_it():
    """The words need not be in the item itself."""
    events, _ = answer()
    accumulator = converse(
        added(user("user_1", type="input_audio")),
        ConversationItemInputAudioTranscriptionDeltaEvent(
            event_id="event_2", item_id="user_1", content_index=0, delta="When"
        ),
    )
    (event,) = accumulator.resume().events
    assert event.item.content[0].text == "When"

    accumulator.feed(
        ConversationItemInputAudioTranscriptionCompletedEvent(
            event_id="event_3",
            item_id="user_1",
            content_index=0,
            transcript="When?",
            usage=TranscriptTextUsageDuration(seconds=1),
        )
    )
    for event in [*events[:2], added(message("item_1", status="in_progress"))]:
        accumulator.feed(event)
    for event in events[2:]:
        accumulator.feed(event)
    words = [event.item.content[0].text for event in check(accumulator).events]

    assert words == ["When?", "Take the train at nine."]


def test_a_truncated_answer_has_no_words():
    """The server drops its transcript, since which words were heard is unknown."""
    events, _ = answer()
    accumulator = converse(
        *events[:2], added(message("item_1")), *events[2:], truncated(30)
    )

    assert accumulator.resume().events == ()
    assert reasons(accumulator) == [("item_1", 0, "audio without a transcript")]


@pytest.mark.parametrize(("length", "kept"), [(32, True), (33, False)])
def test_ids_are_kept_if_a_client_may_choose_them(length, kept):
    """The API rejects longer ones."""
    item = "i" * length
    (event,) = hold(message(item, spoken())).resume().events

    assert event.item.id == (item if kept else None)


@pytest.mark.parametrize(
    ("item", "index", "reason"),
    [
        (user("i", type="input_audio", audio=b"12"), 0, "audio without a transcript"),
        (user("i", type="input_audio", transcript=" "), 0, "audio without a transcr"),
        (user("i", type="input_text", text=""), 0, "a part without text"),
        (user("i", type="input_image"), 0, "an image without its data"),
        (message("i"), None, "a message without content"),
        (message("i", spoken(), status="in_progress"), None, "an item in progress"),
        (call("i"), None, "a function call without an output"),
        (call("i", status="in_progress"), None, "an item in progress"),
        (output("i"), None, "the output of a function call that is left out or missi"),
        (
            RealtimeMCPListTools(id="i", server_label="s", tools=()),
            None,
            "an item of M",
        ),
        (
            RealtimeMCPToolCall(id="i", server_label="s", name="n", arguments="{}"),
            None,
            "an item of MCP, which only the server makes",
        ),
        (Unknown(tag="new", payload={"type": "new", "id": "i"}), None, "an item of an"),
    ],
)
def test_what_is_left_out_is_told(item, index, reason):
    """By item and part, with a reason that people can read."""
    accumulator = hold(item)
    (left_out,) = accumulator.resume().left_out

    assert accumulator.resume().events == ()
    assert left_out == LeftOut(item_id="i", content_index=index, reason=left_out.reason)
    assert left_out.reason.startswith(reason)


def test_the_other_parts_of_a_message_are_kept():
    """Only the part without words is missing."""
    accumulator = hold(message("i", spoken(), AssistantContent(type="output_audio")))
    (event,) = accumulator.resume().events

    assert len(event.item.content) == 1
    assert reasons(accumulator) == [("i", 1, "audio without a transcript")]


@pytest.mark.parametrize(
    ("items", "kept"),
    [
        ([call("a"), output("b"), output("c")], "ab"),
        ([call("a"), call("b"), output("c")], "bc"),
        ([call("a"), call("b", "call_2"), output("c", "call_2")], "bc"),
        ([call("a"), output("b"), call("c"), output("d")], "abcd"),
        ([call("a", name=""), output("b")], ""),
        ([call("a", call_id=None), output("b", "")], ""),
        ([output("a"), call("b")], ""),
    ],
)
def test_calls_and_outputs_come_in_pairs(items, kept):
    """One without the other would make the model wait, or be an error."""
    accumulator = hold(*items)
    resumption = accumulator.resume()
    others = {item.id for item in items} - set(kept)

    assert "".join(event.item.id for event in resumption.events) == kept
    assert {each.item_id for each in resumption.left_out} == others


WORDS = st.one_of(st.none(), st.text(max_size=5))
USER_PARTS = st.builds(
    UserContent,
    type=st.sampled_from(["input_text", "input_audio", "input_image", None]),
    text=WORDS,
    transcript=WORDS,
    audio=st.one_of(st.none(), st.just(b"12")),
    image_url=st.one_of(st.none(), st.just("data:image/png;base64,")),
)
ASSISTANT_PARTS = st.builds(
    AssistantContent,
    type=st.sampled_from(["output_text", "output_audio", "audio", None]),
    text=WORDS,
    transcript=WORDS,
)
SYSTEM_PARTS = st.builds(RealtimeConversationItemMessageSystemContent, text=WORDS)
STATUS = st.sampled_from(["completed", "incomplete", "in_progress", None])
CALL_IDS = st.sampled_from(["call_1", "call_2"])
ITEMS = st.one_of(
    st.builds(
        RealtimeConversationItemMessageUser,
        content=st.lists(USER_PARTS, max_size=3).map(tuple),
        status=STATUS,
    ),
    st.builds(
        RealtimeConversationItemMessageAssistant,
        content=st.lists(ASSISTANT_PARTS, max_size=3).map(tuple),
        status=STATUS,
    ),
    st.builds(
        RealtimeConversationItemMessageSystem,
        content=st.lists(SYSTEM_PARTS, max_size=2).map(tuple),
    ),
    st.builds(call, call_id=CALL_IDS, status=STATUS),
    st.builds(output, call_id=CALL_IDS),
    st.just(RealtimeMCPListTools(server_label="s", tools=())),
)


@given(st.lists(st.tuples(ITEMS, st.booleans()), max_size=8))
def test_every_item_is_resumed_or_told(drawn):
    """What is resumed twice is the same, and no item is lost silently."""
    items = [
        attrs.evolve(item, id=f"{SERVER_ID if is_long else 'item'}_{number}")
        for number, (item, is_long) in enumerate(drawn)
    ]
    resumption = hold(*items).resume()
    resumed = acknowledge(resumption)

    assert resumed.resume().events == resumption.events
    assert resumed.resume().left_out == ()
    whole = {item.id for item in items} - {each.item_id for each in resumption.left_out}
    assert len(whole) <= len(resumption.events) <= len(items)
    said = [content_of(item) for item in items if item.id in whole]
    found = iter([content_of(item) for item in resumed.items])
    assert all(each in found for each in said)  # in this order


def test_recorded_conversations_are_resumed(captures):
    """Each of every server, with its words and calls."""
    rows = [row for row in captures if row["direction"] == "server"]
    found = Counter()
    for _, group in groupby(rows, key=lambda row: row["source"]):
        accumulator = ConversationAccumulator()
        for row in group:
            accumulator.feed(row["value"])
        resumption = check(accumulator)
        found["items"] += len(accumulator.items)
        found["events"] += len(resumption.events)
        found.update(each.reason for each in resumption.left_out)

    assert found == {"items": 76, "events": 75, "audio without a transcript": 1}
