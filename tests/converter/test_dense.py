"""Objects that have as many keys as their class has fields, though not always those."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import RealtimeResponseUsage, ResponseDoneEvent, ValidationError
from rtmodels.adapters import DictAdapter

NAMES = [
    field.name for field in attrs.fields(RealtimeResponseUsage) if field.name != "extra"
]
COUNTS = [name for name in NAMES if name.endswith("_tokens")]
DETAILS = {"input_token_details": {}, "output_token_details": {}}

usages = st.tuples(st.sets(st.sampled_from(COUNTS)), st.booleans()).map(
    lambda drawn: dict.fromkeys(drawn[0], 1) | (DETAILS if drawn[1] else {})
)


def fill_up(usage):
    """Add unknown keys, up to the number of the fields."""
    missing = len(NAMES) - len(usage)
    return usage | {f"x_{index}": index for index in range(missing)}


@given(usages.map(fill_up))
def test_the_number_of_keys_decides_nothing(usage):
    """Unknown keys in place of known ones are kept, on their own and deep inside."""
    event = {"type": "response.done", "event_id": "e", "response": {"usage": usage}}

    alone = DictAdapter(RealtimeResponseUsage).decode(usage)
    inside = DictAdapter(ResponseDoneEvent).decode(event).response.usage

    unknown = {key: value for key, value in usage.items() if key not in NAMES}
    assert alone == inside
    assert alone.extra == inside.extra == (unknown or None)
    assert DictAdapter(RealtimeResponseUsage).encode(alone) == usage


def test_an_unknown_key_in_place_of_a_required_one_is_told():
    """Three keys are as many as the event has fields."""
    event = {"type": "response.done", "response": {}, "x": 1}

    with pytest.raises(ValidationError) as caught:
        DictAdapter(ResponseDoneEvent).decode(event)

    assert [issue.path for issue in caught.value.issues] == ["$.event_id"]


def test_strict_mode_tells_each_unknown_key():
    """Though there are as many as fields."""
    usage = fill_up({"total_tokens": 1})

    with pytest.raises(ValidationError) as caught:
        DictAdapter(RealtimeResponseUsage, mode="strict").decode(usage)

    assert {issue.expected for issue in caught.value.issues} == {"no such key"}
    assert len(caught.value.issues) == len(NAMES) - 1
