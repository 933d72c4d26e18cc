"""Bounds are exact: the last thing within one passes, and the next one does not."""

import pytest

from rtmodels import (
    EncodeError,
    ErrorEvent,
    Issue,
    RealtimeAudioFormatsPcm,
    RealtimeResponse,
    ResponseCreatedEvent,
    ResponseDoneEvent,
    SessionCreatedEvent,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

pytestmark = pytest.mark.needs("msgpack")

MOST = 2**53
"""A float beyond this may have been another integer on the wire."""


def issues_of(type_, payload, mode="tolerant"):
    """List what is wrong with a payload."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(type_, mode=mode).decode(payload)
    return caught.value.issues


def nest(levels, innermost):
    """Put a value into so many lists."""
    for _ in range(levels):
        innermost = [innermost]
    return innermost


@pytest.mark.parametrize(
    ("levels", "path"),
    [
        (18, "$.new" + "[0]" * 18),
        (19, "$.new" + "[0]" * 19),
        (20, "$.new" + "[0]" * 9 + "..." + "[0]" * 10),
    ],
)
def test_a_way_of_twenty_steps_is_shown_in_full(levels, path):
    """Dots replace steps that are left out, and appear nowhere else."""
    (issue,) = issues_of(RealtimeResponse, {"new": nest(levels, object())})

    assert issue.path == path


@pytest.mark.parametrize(
    ("key", "step"),
    [
        ("k " * 20, "['" + "k " * 20 + "']"),
        ("k " * 20 + "k", "['" + "k " * 19 + "k…']"),
    ],
)
def test_forty_characters_of_a_key_are_shown(key, step):
    """The ellipsis is one of them."""
    (issue,) = issues_of(RealtimeResponse, {"metadata": {key: 5}})

    assert issue.path == "$.metadata" + step


@pytest.mark.parametrize(
    ("rate", "got"),
    [
        (2**64 - 1, "18446744073709551615"),
        (-(2**64) + 1, "-18446744073709551615"),
        (2**64, "int"),
        (-(2**64), "int"),
    ],
)
def test_integers_of_64_bits_are_shown(rate, got):
    """Longer ones may be very long."""
    payload = {"type": "audio/pcm", "rate": rate}
    (issue,) = issues_of(RealtimeAudioFormatsPcm, payload, "strict")

    assert issue == Issue(("rate",), "24000", got)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_whole_float_is_an_integer_as_far_as_floats_are_exact(sign):
    """On both sides of zero."""
    adapter = DictAdapter(RealtimeResponse)
    response = adapter.decode({"max_output_tokens": float(sign * MOST)})

    assert response.max_output_tokens == sign * MOST
    assert type(response.max_output_tokens) is int
    issues_of(RealtimeResponse, {"max_output_tokens": float(sign * (MOST + 2))})


@pytest.mark.parametrize(
    ("union", "expected"),
    [
        (
            ErrorEvent | ResponseDoneEvent | SessionCreatedEvent | Unknown,
            "ErrorEvent or ResponseDoneEvent or SessionCreatedEvent or Unknown",
        ),
        (
            ErrorEvent
            | ResponseDoneEvent
            | SessionCreatedEvent
            | ResponseCreatedEvent
            | Unknown,
            "ErrorEvent or ResponseDoneEvent or SessionCreatedEvent or ... or Unknown",
        ),
    ],
)
def test_four_classes_of_a_union_are_named(union, expected):
    """Dots replace classes that are left out, and appear nowhere else."""
    with pytest.raises(EncodeError) as caught:
        DictAdapter(union).encode(5)

    assert caught.value.issues == (Issue((), expected, "int"),)


LONE = (
    Issue(("first",), "text in UTF-8", "a lone surrogate"),
    Issue(("last",), "text in UTF-8", "a lone surrogate"),
)
HUGE = Issue(("huge",), "int of up to 308 digits", "1025 bits")
LONG = tuple(
    Issue((key,), "64-bit int", f"{bits} bits")
    for key, bits in (("below", 64), ("above", 65), ("huge", 1025))
)


@pytest.mark.parametrize(
    ("adapter", "issues"), [(JsonAdapter, (*LONE, HUGE)), (MsgpackAdapter, LONE + LONG)]
)
def test_what_a_wire_refuses_is_told_from_what_it_takes(adapter, issues):
    """The outermost integers and characters that go over a wire are no issue."""
    extra = {
        "least": -(2**63),
        "most": 2**64 - 1,
        "around": "\ud7ff\ue000",
        "first": "\ud800",
        "last": "\udfff",
        "below": -(2**63) - 1,
        "above": 2**64,
        "huge": 2**1024,
    }
    with pytest.raises(EncodeError) as caught:
        adapter(RealtimeResponse).encode(RealtimeResponse(extra=extra))

    assert caught.value.issues == issues


@pytest.mark.parametrize("head", [{}, {"id": 5}])
def test_forgiving_mode_keeps_as_many_levels_as_the_others(head):
    """That also holds if another field of the object is recovered."""
    adapter = DictAdapter(RealtimeResponse, mode="forgiving")
    response = adapter.decode({**head, "usage": 5, "new": nest(99, [])})

    assert response.extra["new"] == nest(99, [])
    issues_of(RealtimeResponse, {**head, "usage": 5, "new": nest(100, [])}, "forgiving")


def test_tuples_nest_as_deep_as_lists():
    """What is no JSON as it stands meets the same limit once it is."""
    value = ()
    for _ in range(99):
        value = (value,)
    response = DictAdapter(RealtimeResponse).decode({"new": value})

    assert response.extra == {"new": nest(99, [])}
    (issue,) = issues_of(RealtimeResponse, {"new": (value,)})
    assert issue.expected == "no more than 100 levels"
