"""What the fuzzer has found: each fault, in the fewest words that show it."""

import pytest

from rtmodels import (
    DecodeError,
    EncodeError,
    ErrorEvent,
    ErrorEventError,
    RealtimeServerEvent,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

ERROR = ErrorEvent(event_id="e", error=ErrorEventError(type="t", message="m"))


@pytest.fixture(scope="module")
def released():
    """Return a view of bytes that can no longer be read."""
    view = memoryview(b"abc")
    view.release()
    return view


@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
def test_a_released_view_is_named_on_the_way_in(released, mode):
    """The error said no more than that the event was "another value"."""
    adapter = DictAdapter(Unknown, mode=mode)

    with pytest.raises(ValidationError, match=r"^\$\.v\[0\]: expected readable data"):
        adapter.decode({"type": "x", "v": [released]})


@pytest.mark.parametrize("adapter", [DictAdapter, JsonAdapter, MsgpackAdapter])
def test_a_released_view_is_refused_on_the_way_out(released, adapter):
    """It was written as null, and with it the whole of an unknown event."""
    encode = adapter(RealtimeServerEvent).encode
    unknown = Unknown(tag="x", payload={"type": "x", "v": released})
    extra = ErrorEvent(event_id="e", error=ERROR.error, extra={"v": released})

    for event in (unknown, extra):
        with pytest.raises(EncodeError, match=r"^\$\.v: expected readable data"):
            encode(event)


def test_a_whole_number_beyond_floats_may_have_zeros_behind_its_point():
    """It is kept as ``1e400`` is; before, it counted as a fraction."""
    decode = JsonAdapter(RealtimeServerEvent, mode="forgiving").decode
    digits = "1" + "0" * 320

    assert decode(f'{{"type": "x", "n": {digits}.00}}').payload["n"] == int(digits)
    with pytest.raises(DecodeError, match="a fraction beyond the range of a float"):
        decode(f'{{"type": "x", "n": {digits}.5}}')


@pytest.mark.parametrize("key", ["x·", "\u2118", "a\u0387b"])
def test_loc_has_all_of_an_identifier(key):
    """Python's identifiers have characters that regular expressions call no word."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(ErrorEvent, mode="strict").decode(
            {"event_id": "e", "type": "error", key: 1, "error": {}}
        )

    assert (key,) in [issue.loc for issue in caught.value.issues]
