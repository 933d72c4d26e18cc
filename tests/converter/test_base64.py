"""Each run of bytes has one spelling in base64, and no other text is accepted."""

import base64
import string

import pytest

from rtmodels.converter._values import decode_base64

ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


def encode_view(text):
    """Return the characters of *text* as a memoryview."""
    return memoryview(text.encode())


@pytest.mark.parametrize("form", [str, str.encode, encode_view])
@pytest.mark.parametrize("text", ["AAA{}", "AA{}=", "A{}=="])
def test_what_is_taken_encodes_back_to_the_same_text(text, form):
    """Of the 64 last characters, 16 may stand before one ``=``, and 4 before two."""
    for last in ALPHABET:
        spelling = text.format(last)
        data = base64.b64decode(spelling)

        if base64.b64encode(data).decode() == spelling:
            assert decode_base64(form(spelling)) == data
        else:
            with pytest.raises(ValueError, match="unused bits"):
                decode_base64(form(spelling))


@pytest.mark.parametrize(
    "text",
    ["A", "AA", "AAA", "AA=", "AA==AAAA", "AA-_", "AA A", "AAA\n", "====", "ÄAA="],
)
def test_anything_else_is_no_base64(text):
    """No other alphabet is guessed, and nothing is skipped or filled in."""
    with pytest.raises(ValueError):  # noqa: PT011 - pybase64 has its own words
        decode_base64(text)


def test_no_text_is_no_bytes():
    """An audio event may come without audio in it."""
    assert decode_base64("") == b""
