"""Makes the JSON texts that all readers get: whole ones, damaged ones, spoiled ones."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtmodels.adapters import DictAdapter

from ...exact_json import dump_exactly
from ...paths import CAPTURES, SAMPLE
from ...strategies import damaged, spoiled, values

KINDS = ("whole", "open", "damaged", "spoiled")
"""What the schema names; with new keys and types as well; and two ways to go wrong."""


@cache
def inputs_for(type_: Any) -> st.SearchStrategy[tuple[str, bytes]]:
    """Make texts that are meant for *type_*, along with their kind."""
    encode = DictAdapter(type_).encode
    whole = values(type_, closed=True).map(encode)
    opened = values(type_).map(encode)
    payloads = (whole, opened, damaged(whole), spoiled(opened))
    return st.one_of(
        *(
            st.tuples(st.just(kind), made.map(write))
            for kind, made in zip(KINDS, payloads, strict=True)
        )
    )


def write(payload: Any) -> bytes:
    """Write *payload* as JSON, with null for NaN and words for what JSON lacks."""
    try:
        return orjson.dumps(payload, default=repr)
    except TypeError:  # a long integer, or half a character
        return dump_exactly(payload)


def generate(type_: Any, take: Callable[[str, bytes], None], examples: int) -> None:
    """Have *take* see so many texts for *type_*."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,  # a text not seen before must not stop a release
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs_for(type_))
    def run(example: tuple[str, bytes]) -> None:
        take(*example)

    run()


def captured() -> Iterator[tuple[str, str, bytes]]:
    """Yield the direction and shape of recorded messages, where there are any."""
    if CAPTURES.exists():
        for row in map(json.loads, CAPTURES.read_text().splitlines()):
            if row["direction"] != "rest":
                yield row["direction"], row["shape"], write(row["value"])


def sample() -> list[bytes]:
    """Return the messages of the sample session."""
    return SAMPLE.read_bytes().splitlines()
