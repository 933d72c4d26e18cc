"""The texts of JSON values: the usual one, any other one, and what nearly is JSON."""

from collections.abc import Callable
from random import Random
from typing import Any

import orjson

from ...exact_json import dump_exactly

SPACES = ("", "", "", " ", "\n", "\t ", "\r\n  ")

FRAGMENTS = [
    *(bytes([byte]) for byte in b',"\\{}[]: \x00\n-.0x'),
    *(b"\xc3", b"\xff", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xe2\x82\xac"),
    *(
        b"\\u00e9",
        b"\\ud83d\\ude00",
        b"\\ud800",
        b"\\n",
        b"null",
        b"1e5",
        b"-0",
        b"12345" * 4,
    ),
]
"""What a mutant has in the middle of a frame."""

SHORT_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
SHORT_ESCAPES |= {'"': '\\"', "\\": "\\\\", "/": "\\/"}


def dump(value: Any) -> bytes:
    """Return the usual text of *value*, without white space."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return dump_exactly(value)


def spell(value: Any, rng: Random) -> bytes:
    """Return a text of *value* with white space, escapes and other forms of numbers."""
    parts: list[str] = []
    _spell(value, rng, parts.append, rng.choice((0.0, 0.1, 0.5)))
    return "".join(parts).encode(errors="backslashreplace")


def _spell(value: Any, rng: Random, write: Callable[[str], None], often: float) -> None:
    """Write *value*; *often* is how often something is not as usual."""
    write(_space(rng, often))
    match value:
        case dict():
            write("{")
            for number, (key, item) in enumerate(value.items()):
                write("," if number else "")
                write(f"{_space(rng, often)}{_spell_text(key, rng, often)}")
                write(f"{_space(rng, often)}:")
                _spell(item, rng, write, often)
            write("}")
        case list():
            write("[")
            for number, item in enumerate(value):
                write("," if number else "")
                _spell(item, rng, write, often)
            write("]")
        case str():
            write(_spell_text(value, rng, often))
        case _:
            write(_spell_scalar(value, rng, often))
    write(_space(rng, often))


def _space(rng: Random, often: float) -> str:
    """Return white space, or nothing."""
    return rng.choice(SPACES) if rng.random() < often else ""


def _spell_text(text: str, rng: Random, often: float) -> str:
    """Return a JSON string, some of whose characters are escaped without need."""
    written: list[str] = []
    needless = 0.3 if rng.random() < often / 3 else 0.0
    for character in text:
        escape = SHORT_ESCAPES.get(character)
        code = ord(character)
        must = code < 0x20 or character in '"\\'
        if not must and rng.random() >= needless:
            written.append(character)
        elif escape and rng.random() < 0.8:
            written.append(escape)
        else:
            written.append(_escape(code, rng))
    return f'"{"".join(written)}"'


def _escape(code: int, rng: Random) -> str:
    """Return the escape for a character, by its number, in digits of either case."""
    units = [code]
    if code >= 0x10000:
        units = [0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF)]
    return "".join(
        f"\\u{unit:04x}" if rng.random() < 0.5 else f"\\u{unit:04X}" for unit in units
    )


def _spell_scalar(value: Any, rng: Random, often: float) -> str:
    """Return a number in one of its forms, or a word."""
    if rng.random() < often:
        forms = ()
        if isinstance(value, float):
            forms = (f"{value:.17g}", f"{value:.20e}", f"{value:E}", f"{value}00")
        elif isinstance(value, int) and not isinstance(value, bool):
            forms = (f"{value}.0", f"{value}e0", f"{value}E+00", f"-{value}", "-0")
        if forms:
            return rng.choice(forms)
    return dump(value).decode()


UNESCAPED = {b'\\"': b'"', b"\\n": b"\n", b"\\\\": b"\\", b"\\t": b"\t"}


def unescape(frame: bytes, rng: Random) -> bytes:
    """Return *frame* with an escape replaced by what it stands for, if it has one."""
    escape = rng.choice(list(UNESCAPED))
    at = frame.find(escape, rng.randrange(len(frame) + 1))
    if at < 0:
        at = frame.find(escape)
    if at < 0:
        return frame
    return frame[:at] + UNESCAPED[escape] + frame[at + len(escape) :]


def mutate(frame: bytes, rng: Random) -> bytes:
    """Return *frame* with a few bytes changed, removed, repeated or inserted."""
    text = bytearray(frame)
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(text) + 1)
        match rng.randrange(8):
            case 0:
                text[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del text[at : at + rng.choice((1, 1, 2, 9))]
            case 2 | 3:
                text[at:at] = rng.choice(FRAGMENTS)
            case 4:
                text[at:at] = text[max(0, at - rng.randrange(40)) : at]
            case 5:
                text = repeat_key(text, rng)
            case 6:
                text = bytearray(unescape(bytes(text), rng))
            case _:
                del text[at:]
    return bytes(text)


def repeat_key(text: bytearray, rng: Random) -> bytearray:
    """Return *text* with a piece that begins at a key, and ends at a comma, twice."""
    start = text.find(b',"', rng.randrange(len(text) + 1))
    end = text.find(b",", start + 1)
    if start < 0 or end < 0:
        return text
    return text[:end] + text[start:end] + text[end:]
