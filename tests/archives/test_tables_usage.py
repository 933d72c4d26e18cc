"""The usage that an archive adds up to."""

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import TokenUsage

from .tabulating import decode, done, tabulate

COUNTS = st.none() | st.integers(0, 10**9)
CACHED = st.fixed_dictionaries(
    {}, optional={f"{kind}_tokens": COUNTS for kind in ("text", "audio", "image")}
)
INPUT = st.fixed_dictionaries(
    {},
    optional={
        "text_tokens": COUNTS,
        "audio_tokens": COUNTS,
        "image_tokens": COUNTS,
        "cached_tokens": COUNTS,
        "cached_tokens_details": CACHED,
    },
)
OUTPUT = st.fixed_dictionaries(
    {},
    optional={
        "text_tokens": COUNTS,
        "audio_tokens": COUNTS,
        "reasoning_tokens": COUNTS,
    },
)
USAGE = st.fixed_dictionaries(
    {},
    optional={
        "total_tokens": COUNTS,
        "input_tokens": COUNTS,
        "output_tokens": COUNTS,
        "input_token_details": INPUT,
        "output_token_details": OUTPUT,
    },
)


@given(st.lists(USAGE, max_size=5))
def test_tables_and_streams_have_the_same_usage(usages):
    """The sum over the rows is the sum over the events."""
    messages = [done(f"resp_{n}", usage=usage) for n, usage in enumerate(usages)]
    tables = tabulate(*enumerate(messages))

    assert tables.usage() == TokenUsage.of_all(map(decode, messages))


def test_a_part_of_an_archive_has_its_own_usage():
    """The responses can be filtered before they are added up."""
    ends = [done(f"resp_{n}", usage={"input_tokens": n}) for n in (1, 2)]
    tables = tabulate(*enumerate(ends))
    part = evolve(tables, responses=tables.responses.slice(1))

    assert part.usage() == TokenUsage(responses=1, input_other_tokens=2)
