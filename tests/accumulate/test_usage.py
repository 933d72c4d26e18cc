"""What responses and transcriptions used adds up, and has a cost."""

from decimal import Decimal

import orjson
import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    RealtimeResponse,
    RealtimeServerEvent,
    TokenUsage,
    Unknown,
    XaiServerEvent,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

decode = DictAdapter(RealtimeServerEvent).decode

COUNTS = st.integers(0, 10**9)
SECONDS = st.decimals(0, 10**6, places=3)
USAGES = st.builds(
    TokenUsage,
    **{
        each.name: SECONDS if each.name == "transcription_seconds" else COUNTS
        for each in fields(TokenUsage)
    },
)
COUNTED = {"responses", "transcriptions", "reasoning_tokens"}
PRICED = [each.name for each in fields(TokenUsage) if each.name not in COUNTED]
PRICES = st.fixed_dictionaries(
    dict.fromkeys(PRICED, st.decimals(0, 1000, places=2) | st.integers(0, 1000))
)

USAGE = {
    "total_tokens": 180,
    "input_tokens": 130,
    "output_tokens": 50,
    "input_token_details": {
        "text_tokens": 100,
        "audio_tokens": 20,
        "cached_tokens": 64,
        "cached_tokens_details": {"text_tokens": 60, "audio_tokens": 4},
    },
    "output_token_details": {"text_tokens": 10, "audio_tokens": 40},
}


def done(id_="resp_1", usage=USAGE):
    """End a response."""
    response = {"id": id_, "object": "realtime.response", "usage": usage}
    return decode({"type": "response.done", "event_id": "e", "response": response})


def transcribed(usage, item="item_1"):
    """End a transcription."""
    return decode(
        {
            "type": "conversation.item.input_audio_transcription.completed",
            "event_id": "e",
            "item_id": item,
            "content_index": 0,
            "transcript": "Hi",
            "usage": usage,
        }
    )


@given(USAGES, USAGES, USAGES)
def test_addition_has_the_laws_of_numbers(a, b, c):
    """The order does not matter, nor how sums are grouped; zero changes nothing."""
    assert a + b == b + a
    assert (a + b) + c == a + (b + c) == sum([a, b, c])
    assert a + TokenUsage() == a
    assert (a + b).total_tokens == a.total_tokens + b.total_tokens


@given(USAGES, USAGES, PRICES)
def test_the_cost_of_a_sum_is_the_sum_of_the_costs(a, b, prices):
    """It makes no difference whether usage or cost is added up."""
    difference = (a + b).cost(prices) - a.cost(prices) - b.cost(prices)

    assert abs(difference) < Decimal("1e-9")


def test_a_response_is_counted_by_modality_and_cache():
    """What the details leave of a total has no modality."""
    used = TokenUsage.of(done())

    assert used == TokenUsage(
        responses=1,
        input_text_tokens=100,
        input_audio_tokens=20,
        input_other_tokens=10,
        cached_text_tokens=60,
        cached_audio_tokens=4,
        output_text_tokens=10,
        output_audio_tokens=40,
    )
    assert (used.input_tokens, used.output_tokens, used.total_tokens) == (130, 50, 180)
    assert used.cached_tokens == 64


def test_events_responses_and_usage_objects_have_the_same_usage():
    """The usage may be passed in any of its wrappers."""
    event = done()
    response = event.response

    assert TokenUsage.of(event) == TokenUsage.of(response)
    assert TokenUsage.of(event) == TokenUsage.of(response.usage)


def test_xai_reports_usage_beside_an_empty_one():
    """The empty object in the response does not hide the usage of the event."""
    event = DictAdapter(XaiServerEvent).decode(
        {
            "type": "response.done",
            "event_id": "e",
            "response": {"id": "resp_1", "usage": {}},
            "usage": {"input_tokens": 5, "input_token_details": {"audio_tokens": 5}},
        }
    )

    assert TokenUsage.of(event) == TokenUsage(responses=1, input_audio_tokens=5)


def test_transcriptions_are_counted_in_tokens_or_seconds():
    """They are billed apart from responses, by tokens or by time."""
    tokens = {"type": "tokens", "input_tokens": 9, "output_tokens": 4}
    details = {"text_tokens": 2, "audio_tokens": 6}
    told = tokens | {"total_tokens": 13, "input_token_details": details}
    by_tokens = transcribed(told)
    by_time = transcribed({"type": "duration", "seconds": 0.1}, "item_2")

    assert TokenUsage.of_all([by_tokens, by_time]) == TokenUsage(
        transcriptions=2,
        transcription_text_tokens=2,
        transcription_audio_tokens=6,
        transcription_other_tokens=1,
        transcription_output_tokens=4,
        transcription_seconds=Decimal("0.1"),
    )
    assert TokenUsage.of(by_time.usage) == TokenUsage.of(by_time)


@pytest.mark.parametrize(
    "source",
    [
        None,
        RealtimeResponse(id="resp_1"),
        done(usage=None),
        done(usage={}),
        transcribed({"type": "unknown"}),
        Unknown(tag="x", payload={"type": "x"}),
        decode({"type": "input_audio_buffer.cleared", "event_id": "e"}),
    ],
)
def test_what_reports_no_usage_is_zero(source):
    """Other events can be passed as well."""
    assert TokenUsage.of(source) == TokenUsage()


def test_a_repeated_response_counts_once():
    """A log that was written twice does not double the bill."""
    once = TokenUsage.of_all([done(), done("resp_2")])

    assert once.responses == 2
    assert TokenUsage.of_all([done(), done("resp_2"), done()]) == once


def test_only_usage_can_be_added():
    """A number other than the zero of `sum` is refused."""
    with pytest.raises(TypeError):
        TokenUsage() + 1
    with pytest.raises(TypeError):
        1 + TokenUsage()


def test_cached_tokens_have_a_price_of_their_own():
    """Prices are for a million tokens, and for a minute of speech."""
    used = TokenUsage(
        input_text_tokens=3_000_000,
        cached_text_tokens=1_000_000,
        transcription_seconds=Decimal(90),
    )
    prices = {
        "input_text_tokens": 7,
        "cached_text_tokens": "0.5",
        "transcription_seconds": 0.1,
    }

    assert used.cost(prices) == Decimal("14.65")


def test_cached_tokens_without_modality_are_a_discount():
    """They were read as tokens of another price; the user's prices say of which."""
    used = TokenUsage(input_text_tokens=3_000_000, cached_other_tokens=1_000_000)
    prices = {
        "input_text_tokens": 7,
        "input_other_tokens": 7,
        "cached_other_tokens": "0.5",
    }

    assert used.cost(prices) == Decimal("14.5")


@pytest.mark.parametrize(
    ("prices", "message"),
    [
        ({}, "no price for input_text_tokens"),
        ({"input_tokens": 1}, "no such price: input_tokens"),
        ({"responses": 1}, "no such price: responses"),
        ({"input_text_tokens": "cheap"}, "the price of input_text_tokens is not a"),
        ({"input_text_tokens": float("inf")}, "the price of input_text_tokens is not"),
    ],
)
def test_a_wrong_price_list_is_refused(prices, message):
    """The error names the price."""
    with pytest.raises(ValueError, match=message):
        TokenUsage(input_text_tokens=1).cost(prices)


def test_what_was_not_used_needs_no_price():
    """Only what occurs is looked up."""
    assert TokenUsage(responses=1).cost({}) == 0
    assert evolve(TokenUsage(), output_text_tokens=1).cost({"output_text_tokens": 1})


def test_recorded_totals_are_kept(captures):
    """Sums equal the totals that real servers report."""
    forgiving = JsonAdapter(RealtimeServerEvent, mode="forgiving")
    rows = [row for row in captures if row["direction"] == "server"]
    ends = [row["value"] for row in rows if row["value"].get("type") == "response.done"]
    checked = 0
    for value in ends:
        event = forgiving.decode(orjson.dumps(value))
        usage = (value.get("response") or {}).get("usage") or {}
        if event.type is None or not {"input_tokens", "output_tokens"} <= usage.keys():
            continue

        used = TokenUsage.of(event)
        assert used.input_tokens == usage["input_tokens"]
        assert used.output_tokens == usage["output_tokens"]
        assert used.total_tokens == usage["total_tokens"]
        checked += 1
    assert checked
