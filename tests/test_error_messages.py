"""The catalogue of error messages quotes what the package raises."""

import re

import pytest

from rtmodels import RealtimeResponse, RtmodelsError, make_converter
from rtmodels.adapters import JsonAdapter

from .paths import ROOT

CATALOGUE = (ROOT / "docs" / "error-messages.md").read_text()
PATTERNS = [
    ".*".join(map(re.escape, entry.split("…")))
    for entry in re.findall(r"^\| `(.*?)` \|", CATALOGUE, re.MULTILINE)
]

DEEP = '{"x":' + "[" * 120 + "]" * 120 + "}"
CALLS = {
    "not JSON": lambda: JsonAdapter(RealtimeResponse).decode("<html>"),
    "parsed": lambda: JsonAdapter(RealtimeResponse).decode({}),
    "size": lambda: JsonAdapter(RealtimeResponse, max_bytes=1).decode("{}  "),
    "type": lambda: JsonAdapter(RealtimeResponse).decode('{"id":5}'),
    "depth": lambda: JsonAdapter(RealtimeResponse).decode(DEEP),
    "key": lambda: JsonAdapter(RealtimeResponse, mode="strict").decode('{"x":5}'),
    "name": lambda: JsonAdapter("RealtimeResponse"),
    "mode": lambda: make_converter(mode="lax"),
}


@pytest.mark.parametrize("name", CALLS)
def test_message_is_in_the_catalogue(name):
    """The text of the error is that of an entry, but for what is left open there."""
    with pytest.raises((RtmodelsError, TypeError, ValueError)) as caught:
        CALLS[name]()

    text = str(caught.value)
    assert any(re.search(pattern, text) for pattern in PATTERNS), text
