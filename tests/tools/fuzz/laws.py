"""What must hold of any input, whatever it is: the targets check it on each."""

import base64
import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import attrs
import msgspec
import orjson

from rtmodels import (
    DecodeError,
    EncodeError,
    Issue,
    Model,
    RtmodelsError,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from ...exact_json import load_as, load_exactly

MODES = ("strict", "tolerant", "forgiving")
SHALLOW = 90
"""No mode has limits for what nests less deep, on no wire."""

MAX_ISSUES = 100
MAX_PATH = 1000
"""Twenty steps of no more than 42 characters, and the gap between them."""
MAX_EXPECTED = 1000
"""The longest comes from the schema, and lists the words of a closed set."""
MAX_QUOTED = 40
MAX_GOT = 100
"""As many characters of a payload, and the name of an exception."""
MAX_REFUSAL = 200
"""What a parser says, with positions and without the data."""


class BrokenLawError(Exception):
    """An input does not do what every input must."""


def demand(holds: object, law: str, *details: object) -> None:
    """Raise the error for *law*, unless it *holds*."""
    if not holds:
        raise BrokenLawError(law, *details)


def attempt(function: Callable[[Any], Any], value: Any) -> Any:
    """Return the result of *function*, or the `RtmodelsError` that it raises."""
    try:
        return function(value)
    except RtmodelsError as exc:
        return exc


def portray(value: Any) -> Any:
    """Write down all of *value*, also what equality does not look at.

    That is ``extra``, and the difference between 1, 1.0 and True.
    """
    match value:
        case ValidationError():
            return value.issues
        case RtmodelsError():
            return type(value)
        case Model() | Unknown():
            fields = attrs.fields(type(value))
            return type(value), [portray(getattr(value, f.name)) for f in fields]
        case Mapping():
            return {key: portray(item) for key, item in value.items()}
        case tuple() | list():
            return type(value), [portray(item) for item in value]
        case float():
            return repr(value)  # tells 0.0 from -0.0, and NaN is equal to itself
        case _:
            return type(value), value


def alike(one: Any, other: Any) -> bool:
    """Check whether two values are the same JSON, with bytes as base64 text."""
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(
                alike(item, other[key]) for key, item in one.items()
            )
        case list(), list():
            return len(one) == len(other) and all(map(alike, one, other))
        case bytes(), str():
            return base64.b64encode(one).decode() == other
        case str(), bytes():
            return alike(other, one)
        case (bool(), _) | (_, bool()):
            return one is other
        case float(), float():
            return repr(one) == repr(other) or one == other
    return bool(one == other)


def is_plain(value: Any, *, json: bool = False, nan: bool = False) -> bool:
    """Check whether every wire format can carry *value*.

    If *json*, check whether JSON can in forgiving mode, which keeps long integers and
    lone surrogates. If *nan*, NaN and infinity are good too, as in MessagePack.
    """
    level = [value]
    for _ in range(SHALLOW):
        inner: list[Any] = []
        for item in level:
            match item:
                case dict():
                    if not all(is_text(key, lone=json) for key in item):
                        return False
                    inner += item.values()
                case list():
                    inner += item
                case str():
                    if not is_text(item, lone=json):
                        return False
                case None | bool() | bytes():
                    pass
                case int():
                    if not (json or -(2**63) <= item < 2**64):
                        return False
                case float():
                    if not (nan or math.isfinite(item)):
                        return False
                case _:
                    return False
        if not inner:
            return True
        level = inner
    return False


def holds_nan(value: Any) -> bool:
    """Check whether there is NaN or infinity in *value*."""
    match value:
        case dict():
            return any(map(holds_nan, value.values()))
        case list():
            return any(map(holds_nan, value))
        case float():
            return not math.isfinite(value)
    return False


def is_text(value: Any, *, lone: bool) -> bool:
    """Check whether *value* is text that UTF-8 can encode; or any text, if *lone*."""
    if not isinstance(value, str):
        return False
    is_whole = value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)
    return lone or is_whole


def check_error(error: RtmodelsError, payload: Any, *, paths: bool = True) -> None:
    """Make sure that *error* says where *payload* is wrong, in few words.

    Unless *paths*, the payload is too odd to follow the paths in it.
    """
    if isinstance(error, DecodeError):
        demand(len(str(error)) <= MAX_REFUSAL, "a refusal is short", str(error))
        return
    demand(isinstance(error, ValidationError), "decoding says what it is", error)
    demand(0 < len(error.issues) <= MAX_ISSUES, "some issues, not too many")
    for issue in error.issues:
        short = (
            len(issue.path) <= MAX_PATH
            and len(issue.expected) <= MAX_EXPECTED
            and len(issue.got) <= (MAX_QUOTED if issue.got[0] in "'\"" else MAX_GOT)
        )
        demand(short, "an issue is short", issue)
        demand(issue.got != "another value", "fast and slow pass agree", issue)
        demand(not paths or is_place(issue, payload), "a path leads somewhere", issue)


def is_place(issue: Issue, payload: Any) -> bool:
    """Check whether the path of *issue* leads to a place in *payload*."""
    if "…" in issue.path or "..." in issue.path:
        return True  # long keys and long ways are cut
    *way, last = issue.loc or ("",)
    for step in way:
        try:
            payload = payload[step]
        except (KeyError, IndexError, TypeError):
            return False
    match payload:
        case _ if issue.path == "$":
            return True
        case list():
            return isinstance(last, int) and last < len(payload)
        case dict():
            return (last in payload) != (issue.got == "nothing")
    return False


class Wires:
    """Decodes one value as JSON, as MessagePack and as a dict, in one mode."""

    def __init__(self, type_: Any, **options: Any) -> None:
        """Make the adapters."""
        self.type = type_
        self.json = JsonAdapter(type_, **options)
        loads = partial(load_as, options.get("mode", "tolerant"))
        self.whole = JsonAdapter(type_, loads=loads, **options)
        self.msgpack = MsgpackAdapter(type_, **options)
        self.dict = DictAdapter(type_, **options)
        self.upgrades = bool(options.get("upgrade"))
        self.strict = options.get("mode") == "strict"
        # What the beta lacks and the GA requires becomes an `Unknown`, and a format
        # that is unknown stays a word, where the GA has an object.
        self.stays = options.get("mode") == "forgiving"

    def check(self, data: Any, payload: Any) -> Any:
        """Decode *data*, which is the JSON of *payload*, in all ways."""
        value = attempt(self.json.decode, data)
        seen = portray(value)
        again = portray(attempt(self.json.decode, data))
        demand(again == seen, "twice gives the same", again, seen)
        whole = portray(attempt(self.whole.decode, data))
        demand(whole == seen, "what parses it does not matter", whole, seen)
        # The first value of a repeated key may be odd, although the last is plain.
        is_odd = isinstance(parse(data, orjson.loads), Exception)
        if is_plain(payload) and not is_odd:
            self._compare(seen, payload)
        if isinstance(value, RtmodelsError):
            check_error(value, payload)
        else:
            self.check_return(value, payload)
        return value

    def _compare(self, seen: Any, payload: Any) -> None:
        """Make sure that the other wires give the same, and leave *payload* alone."""
        packed = msgspec.msgpack.encode(payload)
        unpacked = portray(attempt(self.msgpack.decode, packed))
        demand(unpacked == seen, "MessagePack reads as JSON does", unpacked, seen)
        read = portray(attempt(self.dict.decode, payload))
        demand(read == seen, "a dict reads as JSON does", read, seen)
        demand(msgspec.msgpack.encode(payload) == packed, "decoding changes no input")

    def check_return(self, value: Any, payload: Any) -> None:
        """Make sure that *value* encodes to *payload*, from which it was decoded."""
        text, packed, out = (
            attempt(adapter.encode, value)
            for adapter in (self.json, self.msgpack, self.dict)
        )
        if not is_plain(payload, json=True):
            return
        plain = is_plain(payload)
        for result in (text, out, *([packed] if plain else ())):
            if isinstance(result, EncodeError) and self.upgrades and self.strict:
                return  # the GA has no value for it
            if isinstance(result, RtmodelsError):
                raise BrokenLawError("what decodes encodes", str(result)) from result
        if self.upgrades:
            self._check_upgraded(text)
            return
        parsed = load_exactly(text)
        demand(alike(parsed, payload), "JSON comes back", parsed, payload)
        demand(alike(out, payload), "a dict comes back", out, payload)
        back = portray(attempt(self.json.decode, text))
        demand(back == portray(value), "JSON decodes again", back, value)
        if not plain:
            return
        unpacked = msgspec.msgpack.decode(packed)
        demand(alike(unpacked, payload), "MessagePack comes back", unpacked, payload)
        back = portray(attempt(self.msgpack.decode, packed))
        demand(back == portray(value), "MessagePack decodes again", back, value)

    def _check_upgraded(self, text: bytes) -> None:
        """Make sure that the GA's event in *text* is not changed once more."""
        value = attempt(self.json.decode, text)
        if isinstance(value, RtmodelsError):
            demand(not self.stays, "what was upgraded decodes", str(value), text)
            return
        again = attempt(self.json.encode, value)
        demand(alike(parse(again), parse(text)), "what was upgraded stays", again, text)


def check_order(values: Mapping[str, Any], *, open_: bool, payload: Any) -> None:
    """Check that a laxer mode accepts what a stricter one does, with equal values.

    Args:
        values: The result of each mode, from the strictest on.
        open_: Whether it is a union that accepts unknown objects.
        payload: What was read.
    """
    taken = [v for v in values.values() if not isinstance(v, RtmodelsError)]
    last = list(values.values())[len(values) - len(taken) :]
    demand(
        all(one is other for one, other in zip(taken, last, strict=True)),
        "a laxer mode accepts more",
        list(map(portray, values.values())),
    )
    seen = list(map(portray, taken))
    demand(all(one == seen[0] for one in seen), "all modes give equal values", seen)
    if open_ and isinstance(payload, dict) and isinstance(payload.get("type"), str):
        odd = not is_plain(payload, json=True)
        demand(taken or odd, "no event with a type ends a forgiving session", payload)


def make_modes(type_: Any, **options: Any) -> dict[str, Wires]:
    """Make the adapters of every mode."""
    return {mode: Wires(type_, mode=mode, **options) for mode in MODES}


def parse(data: Any, loads: Callable[[Any], Any] = load_exactly) -> Any:
    """Parse *data*, with all digits of its integers.

    What cannot be parsed is given as the exception.
    """
    try:
        return loads(data)
    except Exception as exc:  # noqa: BLE001 - whatever the parser raises
        return exc


unpack = partial(parse, loads=msgspec.msgpack.decode)
