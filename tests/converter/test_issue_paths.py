"""Bounds of an error: how many issues, how long a path, and through which keys."""

import msgspec
import pytest

from rtmodels import (
    DecodeError,
    EncodeError,
    Issue,
    RealtimeResponse,
    RealtimeServerEvent,
    ValidationError,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from .places import LAX, done

pytestmark = pytest.mark.needs("msgpack")


def error_of(type_, payload, mode="tolerant"):
    """Return the error that decoding *payload* raises."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(type_, mode=mode).decode(payload)
    return caught.value


@pytest.mark.parametrize("count", [99, 100, 101, 1000])
def test_there_are_at_most_a_hundred_issues(count):
    """However much is wrong."""
    error = error_of(RealtimeResponse, {"output": [5] * count})

    assert len(error.issues) == min(count, 100)
    assert error.issues[98].path == "$.output[98]"


def test_a_hundred_issues_is_the_limit_across_the_parts_of_a_payload():
    """Objects, arrays and tuples share it."""
    response = {"output": [{"type": "function_call"}] * 30, "usage": 5}
    error = error_of(tuple[RealtimeServerEvent, ...], [done(**response)] * 50)

    assert len(error.issues) == 100


def test_a_hundred_issues_is_the_limit_for_encoding_too():
    """As for decoding."""
    response = RealtimeResponse(output=(5,) * 1000, extra={1: 2})
    with pytest.raises(EncodeError) as caught:
        DictAdapter(RealtimeResponse).encode(response)

    assert len(caught.value.issues) == 100


def test_a_hundred_issues_is_the_limit_with_classes_of_the_users():
    """Where cattrs gathers several of our errors."""
    response = {"output": [{"type": "function_call"}] * 30}

    assert len(error_of(list[RealtimeResponse], [response] * 50).issues) == 100


@pytest.mark.parametrize(
    ("key", "step"),
    [
        ("plain", ".plain"),
        ("snake_case2", ".snake_case2"),
        ("ünï", ".ünï"),
        ("a b", "['a b']"),
        ("a.b", "['a.b']"),
        ("", "['']"),
        ("0", "['0']"),
        ("2x", "['2x']"),
        ("[0]", "['[0]']"),
        ("it's", '["it\'s"]'),
        ("new\nline", r"['new\nline']"),
        ("nul\0", r"['nul\x00']"),
        ("😀", "['😀']"),
        ("k" * 40, "." + "k" * 40),
        ("k" * 41, "['" + "k" * 39 + "…']"),
    ],
)
def test_a_strange_key_is_quoted_in_a_path(key, step):
    """One line for each issue, and no doubt about where a key ends."""
    error = error_of(RealtimeResponse, {"metadata": {key: 5}})

    assert str(error) == f"$.metadata{step}: expected str, got int"


@pytest.mark.parametrize(
    "key",
    ["plain", "ünï", "a b", "a.b", "", "0", "[0]", "']", "it's", "a\nb", "\0", "…"],
)
def test_loc_has_the_keys_as_they_are(key):
    """Frameworks report places as tuples, and get the very keys of the payload."""
    (issue,) = error_of(RealtimeResponse, {"metadata": {key: 5}}).issues

    assert issue.loc == ("metadata", key)


def test_an_issue_can_be_put_under_a_parent():
    """As a payload may be part of a larger one."""
    (issue,) = error_of(RealtimeResponse, {"metadata": {"a b": 5}}).issues
    inside = issue.under("response").under("events", 3)

    assert inside.loc == ("events", 3, "response", "metadata", "a b")
    assert inside.path == "$.events[3].response.metadata['a b']"
    assert (inside.expected, inside.got) == (issue.expected, issue.got)
    assert issue.under() == issue


def test_the_root_has_no_steps():
    """Its path is the dollar sign alone."""
    assert Issue((), "a", "b").path == "$"


def test_loc_has_the_beginning_of_a_long_key():
    """A key may be a secret as any value may be."""
    (issue,) = error_of(RealtimeResponse, {"metadata": {"k" * 41: 5}}).issues

    assert issue.loc == ("metadata", "k" * 39 + "…")


def test_a_long_way_down_is_shown_without_its_middle():
    """Twenty steps are enough to find a place."""
    deep = object()
    for _ in range(60):
        deep = [deep]
    error = error_of(RealtimeResponse, {"new": deep})
    (issue,) = error.issues

    assert issue.path == "$.new" + "[0]" * 9 + "..." + "[0]" * 10
    assert (issue.expected, issue.got) == ("JSON value", "object")


@pytest.mark.parametrize("levels", [100, 254, 300, 900])
@pytest.mark.parametrize(
    "key", ["output", "usage", "metadata", "id", "status", "audio", "new"]
)
@pytest.mark.parametrize(("left", "right"), [("[", "]"), ('{"a":', "}")])
def test_deep_json_is_refused_like_any_other(key, levels, left, right):
    """No recursion gets out of hand, whatever field it stands in."""
    text = f'{{"{key}":{left * levels}1{right * levels}}}'
    with pytest.raises(ValidationError) as caught:
        JsonAdapter(RealtimeResponse, mode="strict").decode(text)

    assert "another value" not in str(caught.value)


def test_keys_that_are_no_strings_are_told():
    """A dict may hold them, and no JSON does."""
    error = error_of(
        RealtimeResponse,
        {
            5: 1,
            "metadata": {6: "a"},
            "usage": {7: 1},
            "new": {None: 1, (1,): 2},
        },
    )

    assert str(error).splitlines() == [
        "$.metadata: expected string keys, got 6",
        "$.usage: expected string keys, got 7",
        "$: expected string keys, got 5",
        "$.new: expected string keys, got null",
        "$.new: expected string keys, got tuple",
    ]


@pytest.mark.parametrize("mode", LAX)
@pytest.mark.parametrize("key", [5, None, b"k", (1,)])
def test_a_key_that_is_no_string_is_told_where_nothing_else_is_wrong(key, mode):
    """A value that cannot be encoded again is rejected."""
    error = error_of(RealtimeServerEvent, done(id="r") | {key: 1}, mode)

    assert str(error).startswith("$: expected string keys, got ")


@pytest.mark.parametrize("mode", LAX)
def test_messagepack_with_a_key_that_is_no_string_is_no_messagepack(mode):
    """Of our kind, as the adapter promises."""
    with pytest.raises(
        DecodeError, match=r"^not MessagePack of JSON's types, with text keys: "
    ):
        MsgpackAdapter(RealtimeResponse, mode=mode).decode(
            msgspec.msgpack.encode({"id": "r", 5: 1})
        )
