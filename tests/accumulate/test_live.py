"""What the events of a Live session add up to."""

import json
from itertools import groupby, pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    LiveAccumulator,
    LiveClientEvent,
    LiveDecisionEvent,
    LiveDecisionEventEvent,
    LiveDelegatedCall,
    LiveDelegationCreated,
    LiveDelegationCreatedDelegation,
    LiveForkServerEvent,
    LiveInputTranscriptDelta,
    LiveOutputAudioDelta,
    LiveOutputTranscriptDelta,
    LiveResponseEvent,
    LiveServerEvent,
    LiveSessionClosed,
    LiveSessionResource,
    LiveSessionStarted,
    LiveSessionUpdated,
    LiveSessionUsage,
    LiveSessionUsageUpdated,
    LiveSessionUsageUpdatedContextWindow,
    LiveSidebandServerEvent,
    LiveTurn,
    Unknown,
)
from rtmodels.adapters import JsonAdapter

from ..paths import CAPTURES
from ..strategies import values
from .test_costs import count_steps
from .test_examples import run

JSON = JsonAdapter(LiveServerEvent)
ID = {"event_id": "event_1"}
UNIONS = (LiveServerEvent, LiveForkServerEvent, LiveSidebandServerEvent)


def feed(*events, **options):
    """Feed *events* to a new accumulator."""
    accumulator = LiveAccumulator(**options)
    for event in events:
        assert accumulator.feed(event) is event
    return accumulator


def heard(delta, start=0, end=200):
    """Make a delta of what the user says."""
    return LiveInputTranscriptDelta(delta=delta, start_ms=start, end_ms=end, **ID)


def said(delta, start=0, end=200):
    """Make a delta of what the model says."""
    return LiveOutputTranscriptDelta(delta=delta, start_ms=start, end_ms=end, **ID)


def audio(delta, start=None, end=None):
    """Make a delta of the model's audio."""
    return LiveOutputAudioDelta(delta=delta, start_ms=start, end_ms=end)


def session(**fields):
    """Make a session."""
    fields = {"id": "live_1", "expires_at": 1, "model": "gpt-live-1", **fields}
    return LiveSessionResource(status="active", **fields)


def used(seconds, ratio=None):
    """Report the usage."""
    return LiveSessionUsageUpdated(
        usage=LiveSessionUsage(seconds=seconds),
        context_window=ratio
        and LiveSessionUsageUpdatedContextWindow(usage_ratio=ratio),
        **ID,
    )


def closed(seconds=9.5, **fields):
    """End the session."""
    usage = LiveSessionUsage(seconds=seconds)
    return LiveSessionClosed(reason="close_requested", usage=usage, **fields, **ID)


def delegated(id_="item_1", target="responses", response_id="resp_1"):
    """Delegate a task."""
    delegation = LiveDelegationCreatedDelegation(
        id=id_, target=target, response_id=response_id
    )
    return LiveDelegationCreated(delegation=delegation, offset_ms=3800, **ID)


def nested(type_, delegation_id="item_1", **payload):
    """Make an event of the Responses API."""
    event = Unknown(tag=type_, payload={"type": type_, **payload})
    return LiveResponseEvent(event=event, delegation_id=delegation_id, **ID)


def lifecycle(kind, id_="resp_1", delegation_id="item_1", **fields):
    """Report the state of a response."""
    status = "in_progress" if kind == "created" else kind
    response = {"id": id_, "status": status, "output": [], **fields}
    return nested(f"response.{kind}", delegation_id, response=response)


def written(delta, item="msg_1", content=0):
    """Make a delta of the text of a response."""
    place = {"item_id": item, "output_index": 0, "content_index": content}
    return nested("response.output_text.delta", delta=delta, **place)


def calling(number="1", arguments='{"city":"Amsterdam"}'):
    """Make the events of a function call."""
    item = {
        "id": f"fc_{number}",
        "type": "function_call",
        "call_id": f"call_{number}",
        "name": "forecast",
        "arguments": "",
    }
    done = "response.function_call_arguments.done"
    return [
        nested("response.output_item.added", item=item, output_index=0),
        nested(done, item_id=item["id"], output_index=0, arguments=arguments),
    ]


def call(number="1", arguments='{"city":"Amsterdam"}'):
    """Make the call that `calling` adds up to."""
    id_ = f"call_{number}"
    return LiveDelegatedCall(call_id=id_, name="forecast", arguments=arguments)


def look(accumulator):
    """Read everything."""
    names = (
        *("session", "close_reason", "usage", "context_window", "turns", "turn"),
        *("audio", "audio_offset", "audio_deltas", "delegations", "decisions"),
    )
    return [getattr(accumulator, name) for name in names]


@pytest.fixture(scope="module")
def recordings():
    """Return the events of each recorded session, from both directions."""
    path = CAPTURES.with_name("live.jsonl")
    if not path.exists():
        pytest.skip("no ../shared/vectors/live.jsonl beside this checkout")
    unions = {"client": LiveClientEvent, "server": LiveServerEvent}
    adapters = {side: JsonAdapter(union) for side, union in unions.items()}
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return {
        source.split("/")[-1].split(".")[0]: [
            adapters[row["direction"]].decode(json.dumps(row["value"])) for row in group
        ]
        for source, group in groupby(rows, key=lambda row: row["source"])
    }


# The session


def test_a_new_accumulator_is_empty():
    """Before the first event there is nothing."""
    nothing = [None, None, None, None, (), None, b"", 0, (), (), ()]

    assert look(LiveAccumulator()) == nothing


def test_the_session_is_the_last_one_reported():
    """Its start, its updates and its end report all of it."""
    first, second, third = session(), session(store=True), session(store=False)
    accumulator = feed(LiveSessionStarted(session=first, **ID))

    assert accumulator.session is first
    assert accumulator.feed(LiveSessionUpdated(session=second, **ID))
    assert accumulator.session is second
    assert accumulator.close_reason is None

    accumulator.feed(closed(session=third))

    assert accumulator.session is third
    assert accumulator.close_reason == "close_requested"


def test_a_server_may_leave_the_session_out_at_the_end():
    """The last one reported stays."""
    first = session()

    assert feed(LiveSessionStarted(session=first), closed()).session is first


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_usage_is_the_last_report_and_no_sum(seconds):
    """Each report has the totals."""
    accumulator = feed(*map(used, seconds))

    assert accumulator.usage == LiveSessionUsage(seconds=seconds[-1])


def test_the_usage_of_the_end_is_final():
    """A report that comes too late does not replace it."""
    accumulator = feed(used(8.0, 0.25), closed(9.5), used(8.5, 0.5))

    assert accumulator.usage == LiveSessionUsage(seconds=9.5)
    assert accumulator.context_window.usage_ratio == 0.25


def test_the_context_window_stays_if_a_report_has_none():
    """Its share is what the last report with one says."""
    accumulator = feed(used(1.0, 0.25), used(2.0))

    assert accumulator.context_window.usage_ratio == 0.25
    assert accumulator.usage.seconds == 2.0


# Turns


def test_deltas_of_one_side_are_one_turn():
    """It ends when the other side says something."""
    accumulator = feed(
        heard("What is", 600, 800),
        heard(" the weather?", 800, 1400),
        said("Sure,", 4000, 4200),
        said(" one moment.", 4200, 4800),
        heard("Thanks.", 5000, 5200),
    )

    assert accumulator.turns == (
        LiveTurn(
            role="user", transcript="What is the weather?", start_ms=600, end_ms=1400
        ),
        LiveTurn(
            role="assistant",
            transcript="Sure, one moment.",
            start_ms=4000,
            end_ms=4800,
        ),
        LiveTurn(role="user", transcript="Thanks.", start_ms=5000, end_ms=5200),
    )
    assert accumulator.turn == accumulator.turns[-1]


def test_both_sides_at_once_are_turns_that_overlap():
    """Each change of sides begins a turn; the times show that they overlap."""
    accumulator = feed(
        said("It will", 1000, 1400),
        heard("Wait,", 1200, 1600),
        said(" rain", 1400, 1600),
        heard(" where?", 1600, 1800),
    )

    assert [turn.transcript for turn in accumulator.turns] == [
        "It will",
        "Wait,",
        " rain",
        " where?",
    ]
    assert all(a.end_ms >= b.start_ms for a, b in pairwise(accumulator.turns))


def test_an_empty_delta_interrupts_nothing():
    """It neither begins a turn nor ends one."""
    accumulator = feed(heard(""), said("It will"), heard(""), said(" rain."))

    assert [turn.transcript for turn in accumulator.turns] == ["It will rain."]


def test_a_character_may_be_cut_in_two():
    """The halves of a surrogate pair are joined within a turn."""
    halves = json.loads('["\\ud83d", "\\ude00"]')

    assert feed(*map(said, halves)).turn.transcript == "\N{GRINNING FACE}"


def test_each_turn_is_popped_once_when_it_has_ended():
    """The turn that grows is not; the end of the session ends it."""
    accumulator, popped = LiveAccumulator(), []
    events = [heard("Hi"), said("Hel"), said("lo"), heard("Bye"), closed()]
    for event in events:
        accumulator.feed(event)
        popped.append([turn.transcript for turn in accumulator.pop_turns()])

    assert popped == [[], ["Hi"], [], ["Hello"], ["Bye"]]
    assert accumulator.turns == ()
    assert accumulator.turn is None


def test_a_turn_that_was_returned_does_not_change():
    """It is a snapshot, which is made anew only if there is more."""
    accumulator = feed(said("It will", 0, 200))
    first = accumulator.turn

    assert accumulator.turn is first

    accumulator.feed(said(" rain.", 200, 400))

    assert first.transcript == "It will"
    assert accumulator.turn.transcript == "It will rain."
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        first.transcript = ""


@given(st.lists(st.tuples(st.booleans(), st.text(max_size=5), st.integers(0, 999))))
def test_turns_alternate_and_lose_no_word(deltas):
    """Each side's turns together are all that it said, in order."""
    events = [
        heard(text, time, time + 200) if is_user else said(text, time, time + 200)
        for is_user, text, time in deltas
    ]
    turns = feed(*events).turns

    assert all(a.role != b.role for a, b in pairwise(turns))
    for role in ("user", "assistant"):
        spoken = [turn.transcript for turn in turns if turn.role == role]

        assert "".join(spoken) == "".join(
            text for is_user, text, _ in deltas if is_user is (role == "user")
        )
    for turn in turns:
        assert 0 <= turn.start_ms < turn.end_ms <= 1199


@given(st.text(), st.data())
def test_it_does_not_matter_how_speech_is_split(whole, data):
    """Any deltas that add up to the same are the same turn."""
    places = st.lists(st.integers(0, len(whole)), max_size=8).map(sorted)
    cuts = [0, *data.draw(places), len(whole)]
    pieces = [whole[a:b] for a, b in pairwise(cuts)]

    assert feed(*map(said, pieces)).turns == feed(said(whole)).turns


def test_only_the_last_turns_are_kept():
    """The oldest are dropped, so that memory is bounded."""
    pairs = [(heard(f"{n}?"), said(f"{n}.")) for n in range(6000)]
    turns = feed(*(event for pair in pairs for event in pair)).turns

    assert len(turns) == 10_001  # with the one that still grows
    assert turns[-1].transcript == "5999."


# Audio


def test_audio_is_gathered_with_its_positions():
    """The events tell where a piece is on the timeline, if the server does."""
    events = audio(b"12", 0, 200), audio(b"34", 400, 600)
    accumulator = feed(*events)

    assert accumulator.audio == b"1234"
    assert accumulator.audio_deltas == events
    assert accumulator.audio_offset == 0


def test_audio_that_is_popped_is_dropped():
    """What comes next begins where that ended."""
    accumulator = feed(audio(b"12"), audio(b"34"))

    assert accumulator.pop_audio() == b"1234"
    assert accumulator.pop_audio() == accumulator.audio == b""

    accumulator.feed(audio(b"56"))

    assert (accumulator.audio, accumulator.audio_offset) == (b"56", 4)


def test_audio_need_not_be_kept():
    """Turns do not need it."""
    accumulator = feed(audio(b"12"), said("Hi"), audio=False)

    assert accumulator.audio == b""
    assert accumulator.turn.transcript == "Hi"


@given(st.lists(st.binary(max_size=400)), st.integers(-1, 1000))
def test_audio_is_kept_up_to_a_limit(pieces, limit):
    """What is left is the end of the whole, and the offset says where it begins."""
    accumulator = feed(*map(audio, pieces), max_audio_bytes=limit)
    kept, whole = accumulator.audio, b"".join(pieces)

    assert len(kept) <= max(limit, 0)
    assert whole[accumulator.audio_offset :] == kept
    if sum(max(128, len(piece)) for piece in pieces) <= limit:
        assert kept == whole


def test_a_delta_counts_for_the_memory_that_it_takes():
    """A server cannot fill the memory with tiny deltas, or with empty ones."""
    tiny = feed(*[audio(b"1")] * 100, *[audio(b"")] * 100, max_audio_bytes=1280)

    assert len(tiny.audio_deltas) == 10


# Delegations


def test_a_delegation_from_its_beginning_to_its_text():
    """The text grows by deltas, and the status is that of the response."""
    accumulator = feed(delegated())
    first = accumulator.delegation("item_1")

    assert (first.target, first.offset_ms, first.response_id) == (
        "responses",
        3800,
        "resp_1",
    )
    assert (first.status, first.text, first.calls) == (None, "", ())

    for event in (lifecycle("created"), written("14 "), written("degrees")):
        accumulator.feed(event)
    second = accumulator.delegation("item_1")

    assert (second.status, second.text) == ("in_progress", "14 degrees")

    usage = {"total_tokens": 824}
    accumulator.feed(lifecycle("completed", usage=usage))
    third = accumulator.delegation("item_1")

    assert (third.status, third.text) == ("completed", "14 degrees")
    assert third.response["usage"] == usage
    assert (first.text, second.status) == ("", "in_progress")  # as they were


@given(st.lists(st.text(max_size=5)))
def test_the_text_of_a_response_is_the_sum_of_its_deltas(deltas):
    """However it is split."""
    text = feed(delegated(), *map(written, deltas)).delegation("item_1").text

    assert text == "".join(deltas)


def test_a_done_event_has_the_last_word():
    """The text of a *done* event replaces what the deltas add up to."""
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    done = nested("response.output_text.done", text="15 degrees", **place)
    accumulator = feed(delegated(), written("14"), done, written("late"))

    assert accumulator.delegation("item_1").text == "15 degrees"


def test_a_message_may_come_as_a_whole():
    """Its texts count if there were no deltas."""
    parts = [
        {"type": "output_text", "text": "14 "},
        {"type": "refusal", "refusal": "No."},
        {"type": "output_text", "text": "degrees"},
    ]
    item = {"id": "msg_1", "type": "message", "content": parts}
    done = nested("response.output_item.done", item=item, output_index=0)

    assert feed(delegated(), done).delegation("item_1").text == "14 degrees"


def test_several_texts_are_joined():
    """They are in the order in which they began."""
    texts = written("a"), written("b", "msg_2"), written("c"), written("d", "msg_2", 1)

    assert feed(delegated(), *texts).delegation("item_1").text == "acbd"


def test_a_call_appears_when_its_arguments_are_complete():
    """Before that, it cannot be answered."""
    begin, end = calling()
    accumulator = feed(delegated(), begin)

    assert accumulator.delegation("item_1").calls == ()

    accumulator.feed(end)

    assert accumulator.delegation("item_1").calls == (call(),)


def test_a_call_may_come_as_a_whole():
    """The *done* event of the item has all of it."""
    item = {
        "id": "fc_1",
        "type": "function_call",
        "call_id": "call_1",
        "name": "forecast",
        "arguments": "{}",
    }
    done = nested("response.output_item.done", item=item, output_index=0)

    assert feed(done).delegation("item_1").calls == (call(arguments="{}"),)


def test_several_calls_are_answered_together():
    """They are in the order in which they began."""
    one, two = calling("1"), calling("2", "{}")
    accumulator = feed(delegated(), one[0], two[0], two[1], one[1])

    assert accumulator.delegation("item_1").calls == (call("1"), call("2", "{}"))


@pytest.mark.parametrize(
    "resumed", [[lifecycle("created", "resp_2"), written("Rain")], [written("Rain")]]
)
def test_the_next_response_replaces_the_last_one(resumed):
    """The calls are answered then, whether or not its beginning was seen."""
    start = [delegated(), lifecycle("created"), written("Wait."), *calling()]
    accumulator = feed(*start, lifecycle("completed"))
    before = accumulator.delegation("item_1")

    assert (before.text, before.calls) == ("Wait.", (call(),))

    for event in (*resumed, lifecycle("completed", "resp_2")):
        accumulator.feed(event)
    after = accumulator.delegation("item_1")

    assert (after.text, after.calls) == ("Rain", ())
    assert (after.response_id, after.status) == ("resp_2", "completed")
    assert (after.target, after.offset_ms) == ("responses", 3800)


@pytest.mark.parametrize("kind", ["queued", "in_progress", "failed", "incomplete"])
def test_the_status_is_what_the_response_says(kind):
    """The type of the event says it if the response has none."""
    bare = nested(f"response.{kind}", response={"id": "resp_1"})

    assert feed(delegated(), lifecycle(kind)).delegation("item_1").status == kind
    assert feed(delegated(), bare).delegation("item_1").status == kind


def test_an_error_ends_a_response():
    """Its event names no response, and no status."""
    failed = nested("error", message="The server had an error.")
    accumulator = feed(delegated(), lifecycle("created"), failed)

    assert accumulator.delegation("item_1").status == "failed"


def test_events_without_a_delegation_are_matched_by_the_response():
    """If they name neither, or one that is unknown, they have no effect."""
    accumulator = feed(
        delegated(),
        delegated("item_2", response_id="resp_2"),
        lifecycle("completed", "resp_2", None),
        lifecycle("completed", "resp_3", None),
        nested("response.output_text.delta", None, delta="lost"),
    )

    assert [task.status for task in accumulator.delegations] == [None, "completed"]
    assert [task.text for task in accumulator.delegations] == ["", ""]


def test_a_stream_may_be_joined_midway():
    """The announcement of a delegation may be missing, or late."""
    accumulator = feed(written("14"))

    assert accumulator.delegation("item_1").target is None
    assert accumulator.delegation("item_1").text == "14"

    accumulator.feed(delegated())

    assert accumulator.delegation("item_1").target == "responses"
    assert accumulator.delegation("item_1").text == "14"


def test_delegations_do_not_mix():
    """Their events may alternate."""
    other = lifecycle("created", "resp_2", "item_2")
    accumulator = feed(delegated(), delegated("item_2"), written("14"), other)

    assert [task.id for task in accumulator.delegations] == ["item_1", "item_2"]
    assert [task.text for task in accumulator.delegations] == ["14", ""]
    assert accumulator.pop_delegation("item_1").text == "14"
    assert [task.id for task in accumulator.delegations] == ["item_2"]
    assert accumulator.pop_delegation("item_1") is None
    assert accumulator.delegation("item_1") is None


def test_only_the_last_delegations_are_kept():
    """The oldest are dropped, so that memory is bounded."""
    accumulator = feed(*(delegated(f"item_{n}") for n in range(1001)))

    assert len(accumulator.delegations) == 1000
    assert accumulator.delegation("item_0") is None


def decided(delegation_id=None, trigger_id=None, answer="yes"):
    """Make a decision."""
    return LiveDecisionEvent(
        delegation_id=delegation_id,
        trigger_id=trigger_id,
        source_event_id=None,
        source_event_type=None,
        event=LiveDecisionEventEvent(decision={"answer": answer}),
        **ID,
    )


def test_a_decision_belongs_to_its_delegation():
    """It is complete when it arrives."""
    accumulator = feed(delegated(target="decisions"), decided("item_1"))
    task = accumulator.delegation("item_1")

    assert (task.status, task.decision) == ("completed", {"answer": "yes"})
    assert accumulator.decisions == ()


def test_decisions_of_triggers_are_kept_in_order():
    """They belong to no delegation."""
    events = [decided(trigger_id=f"trigger_{n}") for n in range(1001)]
    accumulator = feed(*events)

    assert accumulator.delegations == ()
    assert accumulator.pop_decisions() == tuple(events[1:])
    assert accumulator.decisions == ()


# Any events at all

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)
nested_types = st.sampled_from(
    [
        "error",
        *(
            f"response.{name}"
            for name in (
                *("created", "completed", "output_item.added", "output_item.done"),
                *("output_text.delta", "output_text.done", "future.event"),
                "function_call_arguments.done",
            )
        ),
    ]
)
keys = st.sampled_from(
    [
        *("id", "type", "status", "text", "delta", "name", "call_id", "arguments"),
        *("item_id", "content_index", "output_index", "content", "item", "response"),
    ]
)
raw_objects = st.recursive(
    st.dictionaries(keys, json_values | st.just("function_call"), max_size=6),
    lambda inner: st.dictionaries(keys, inner | json_values, max_size=6),
    max_leaves=6,
)


@given(st.lists(st.tuples(nested_types, raw_objects), max_size=20))
def test_no_nested_event_raises(events):
    """Raw objects may have anything at each key, or nothing."""
    accumulator = LiveAccumulator()
    for type_, payload in events:
        event = Unknown(tag=type_, payload=payload)
        accumulator.feed(LiveResponseEvent(event=event, delegation_id="item_1"))
        (task,) = accumulator.delegations

        assert isinstance(task.text, str)
        assert all(
            isinstance(value, str) for c in task.calls for value in attrs.astuple(c)
        )


@pytest.mark.parametrize("union", UNIONS)
def test_no_sequence_of_events_raises(union):
    """Events of any Live socket may come in any order."""

    @given(st.lists(values(union), max_size=20))
    def check(events):
        look(feed(*events))

    check()


SESSION = [
    *(heard("a"), said("b"), audio(b"12", 0, 200), used(1.0, 0.5), delegated()),
    *(lifecycle("created"), written("c"), *calling(), lifecycle("completed", "resp_2")),
    *(decided("item_1"), decided(trigger_id="trigger_1"), closed(session=session())),
]


@pytest.mark.parametrize("union", UNIONS)
def test_the_wire_and_the_socket_make_no_difference(union):
    """Events add up to the same after they were encoded and decoded."""
    adapter = JsonAdapter(union)
    decoded = [adapter.decode(adapter.encode(event)) for event in SESSION]

    assert decoded == SESSION
    assert look(feed(*decoded)) == look(feed(*SESSION))


@given(st.data())
def test_reading_changes_nothing(data):
    """An accumulator that is read ends up like one that is not."""
    sequence = data.draw(st.lists(st.sampled_from(SESSION), max_size=40))
    watched, seen = LiveAccumulator(), []
    for event in sequence:
        watched.feed(event)
        if data.draw(st.booleans()):
            view = look(watched)
            seen.append((view, repr(view)))

    assert look(watched) == look(feed(*sequence))
    assert all(repr(view) == text for view, text in seen)


@pytest.mark.parametrize("event", [said("word"), audio(b"12"), written("word")])
def test_an_event_takes_the_same_steps_however_many_came_before(event):
    """The thousandth is as cheap as the third."""
    accumulator = feed(delegated(), event, event)
    early = count_steps(accumulator.feed, event)
    for _ in range(1000):
        accumulator.feed(event)

    assert count_steps(accumulator.feed, event) == early < 30


# Recorded sessions


def test_a_recorded_session_with_a_delegation(recordings):
    """A function call is there to be answered, and the last usage counts."""
    accumulator = feed(*recordings["test_audio_in_delegated_tool_round"])
    (task,) = accumulator.delegations

    assert [(turn.role, turn.transcript) for turn in accumulator.turns] == [
        ("user", "What? Please look"),
        ("assistant", "Sure,"),
    ]
    assert (task.target, task.status, task.text) == ("responses", "completed", "")
    assert [(c.name, c.arguments) for c in task.calls] == [
        ("lookup_forecast", '{"city":"Amsterdam"}')
    ]
    assert task.response["usage"]["total_tokens"] == 824
    assert accumulator.usage.seconds == 14.0
    assert accumulator.context_window.usage_ratio == 0.0103203125
    assert accumulator.session.model == "gpt-live-1"
    assert accumulator.audio == accumulator.audio_deltas[0].delta != b""


def test_a_recorded_session_that_was_closed(recordings):
    """Its end has the reason and the usage."""
    accumulator = feed(*recordings["test_text_reaches_the_model_as_context"])

    assert accumulator.close_reason == "close_requested"
    assert accumulator.usage.seconds == 15.0
    assert accumulator.session.status == "active"  # as the server says


def test_the_example_for_live():
    """Captions grow as the model speaks, and the turns are saved at the end."""
    events = [heard("Hi."), said("Hel"), said("lo."), closed(session=session())]
    shown, saved, _ = run(LiveAccumulator, map(JSON.encode, events))

    assert shown == ["Hel", "Hello."]
    assert [[turn.transcript for turn in turns] for turns in saved] == [
        ["Hi.", "Hello."]
    ]
