"""What is fuzzed: for each target its seeds, how to mutate them, and what must hold."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
import orjson
from cattrs import Converter

from rtmodels import (
    RealtimeBetaClientEvent,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemMessageUserContent,
    RealtimeResponseUsage,
    RealtimeServerEvent,
    RealtimeSessionCreateRequestAudio,
    RealtimeTool,
    RealtimeTracing,
    RtmodelsError,
    ToolChoice,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from ...exact_json import load_as
from ...strategies import UNIONS, objects
from .laws import (
    MODES,
    alike,
    attempt,
    check_error,
    check_order,
    demand,
    holds_nan,
    is_plain,
    make_modes,
    parse,
    portray,
    unpack,
)
from .mutators import TreeMutator
from .odd import build, flatten
from .seeds import make_seeds

Check = Callable[[bytes], None]
Mutator = Callable[[bytes, int, int], bytes]
Mutate = Callable[[bytes, int], bytes]

EVENTS = RealtimeServerEvent | RealtimeClientEvent
BETA = RealtimeBetaServerEvent | RealtimeBetaClientEvent

LONG = "@"
"""A placeholder for base64 text so long that the audio path handles the frame."""
AUDIO = ("UklGRiQAAABXQVZF" * 256)[:4000]


@dataclass(frozen=True)
class Target:
    """One thing to fuzz."""

    make_seeds: Callable[[], list[bytes]]
    """Makes the inputs to begin with."""

    make_check: Callable[[], Check]
    """Makes what raises where an input breaks a law; makes its adapters first."""

    mutator: Callable[[list[bytes], Mutate], Mutator] = TreeMutator
    """Makes the function that changes inputs, from the seeds and one for bytes."""


def check_union(union: Any, *, open_: bool = False, **options: Any) -> Check:
    """Make the check of JSON documents as *union*, in all modes on all wires."""
    modes = make_modes(union, **options)

    def check(data: bytes) -> None:
        payload = parse(data)
        values = {mode: wires.check(data, payload) for mode, wires in modes.items()}
        check_order(values, open_=open_, payload=payload)

    return check


def check_upgrade() -> Check:
    """Make the check of events of either version, read as the GA's."""
    modes = make_modes(EVENTS, upgrade=True)
    down = JsonAdapter(EVENTS, downgrade=True)

    def check(data: bytes) -> None:
        payload = parse(data)
        values = {mode: wires.check(data, payload) for mode, wires in modes.items()}
        check_order(values, open_=True, payload=payload)
        for value in values.values():
            if not isinstance(value, RtmodelsError):
                attempt(down.encode, value)

    return check


def check_hooks() -> Check:
    """Make the check that user-defined hooks see each object once, and change nothing.

    They wrap the built-in hooks, count, and empty their arguments.
    """
    # Strict mode would reject the numbers of the objects.
    modes = ("tolerant", "forgiving")
    plain = {mode: JsonAdapter(EVENTS, mode=mode) for mode in modes}
    seen: list[int] = []
    hooked = {
        mode: JsonAdapter(EVENTS, converter=_make_hooked(mode, seen)) for mode in modes
    }

    def check(data: bytes) -> None:
        payload = parse(data)
        if isinstance(payload, Exception):
            return
        try:
            for number, obj in enumerate(objects(payload)):
                obj["x_number"] = number
            marked = orjson.dumps(payload)
        except (RecursionError, TypeError):
            return  # too deep, or with values that orjson does not write

        for mode in modes:
            seen.clear()
            value = attempt(hooked[mode].decode, marked)
            expected = attempt(plain[mode].decode, marked)
            failed = isinstance(value, RtmodelsError)
            if failed and mode == "forgiving":
                # What the wrapped hooks forgive is not among the issues.
                same = isinstance(expected, RtmodelsError)
            else:
                same = portray(value) == portray(expected)

            demand(same, "hooks change nothing", value, expected)
            once = failed or len(seen) == len(set(seen))
            demand(once, "a hook sees each value once", seen)

    return check


def _make_hooked(mode: Any, seen: list[int]) -> Converter:
    """Make a converter with hooks that append the numbers of their arguments."""
    converter = make_converter(mode=mode)
    for type_ in (
        RealtimeConversationItemFunctionCall,
        RealtimeConversationItemMessageUserContent,
        RealtimeResponseUsage,
        RealtimeSessionCreateRequestAudio,
        RealtimeTool,
        RealtimeTracing,
        ToolChoice,
    ):
        structure = converter.get_structure_hook(type_)

        def hook(value: Any, type_: Any, structure: Any = structure) -> Any:
            if not isinstance(value, dict):
                return structure(value, type_)
            seen.append(value["x_number"])
            try:
                return structure(dict(value), type_)
            finally:
                value.clear()

        converter.register_structure_hook(type_, hook)

    return converter


def check_buffers() -> Check:
    """Make the check that bytes are read alike in every buffer, JSON or not."""
    adapters = [JsonAdapter(EVENTS, mode=mode) for mode in MODES]

    def check(data: bytes) -> None:
        payload = parse(data)
        text = data.decode() if is_utf8(data) else data
        for adapter in adapters:
            seen = attempt(adapter.decode, data)
            if isinstance(seen, RtmodelsError):
                check_error(seen, payload)
            for buffer in (bytearray(data), memoryview(data), text):
                other = portray(attempt(adapter.decode, buffer))
                demand(other == portray(seen), "any buffer is read alike", other, seen)

    return check


def is_utf8(data: bytes) -> bool:
    """Check whether *data* is UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def check_msgpack() -> Check:
    """Make the check of MessagePack, its own types and NaN included."""
    adapters = {
        mode: (
            MsgpackAdapter(EVENTS, mode=mode),
            DictAdapter(EVENTS, mode=mode, binary=True),
        )
        for mode in MODES
    }

    def check(data: bytes) -> None:
        payload = unpack(data)
        values = {}
        for mode, (adapter, plain) in adapters.items():
            value = values[mode] = attempt(adapter.decode, data)
            again = portray(attempt(adapter.decode, data))
            demand(again == portray(value), "twice gives the same", again, value)
            if isinstance(value, RtmodelsError):
                check_error(value, payload)
                continue
            read = portray(attempt(plain.decode, payload))
            demand(read == portray(value), "a dict reads as MessagePack", read, value)
            packed = attempt(adapter.encode, value)
            demand(isinstance(packed, bytes), "what decodes encodes", packed)
            if is_plain(payload, nan=True):
                back = unpack(packed)
                demand(alike(back, payload), "MessagePack comes back", back, payload)
        check_order(values, open_=True, payload=payload)

    return check


def check_dict() -> Check:
    """Make the check of dicts with odd values in them."""
    modes = {
        mode: [
            DictAdapter(EVENTS, mode=mode, binary=binary) for binary in (False, True)
        ]
        for mode in MODES
    }
    others = [JsonAdapter(EVENTS), MsgpackAdapter(EVENTS)]

    def check(data: bytes) -> None:
        tree = parse(data)
        values = {}
        for mode, (adapter, binary) in modes.items():
            flat = flatten(build(tree))
            value = values[mode] = attempt(adapter.decode, build(tree))
            # Only what is binary on the way out may have NaN in it, in forgiving mode.
            if mode != "forgiving" or not holds_nan(flat):
                again = portray(attempt(binary.decode, build(tree)))
                demand(again == portray(value), "twice gives the same", again, value)
            if isinstance(value, RtmodelsError):
                check_error(value, flat, paths=is_plain(flat))
                continue
            out = attempt(adapter.encode, value)
            raw = attempt(binary.encode, value)
            demand(isinstance(out, dict), "what decodes encodes", out)
            for other in others:
                attempt(other.encode, value)
            if is_plain(flat):
                demand(alike(out, flat), "a dict comes back", out, flat)
                demand(alike(raw, flat), "a dict with bytes comes back", raw, flat)
        check_order(values, open_=False, payload=None)

    return check


def check_audio() -> Check:
    """Make the check that the shortcut for audio frames does not show."""
    pairs = [
        (
            JsonAdapter(union, mode=mode, **options),
            JsonAdapter(union, mode=mode, loads=partial(load_as, mode), **options),
        )
        for union, options in ((EVENTS, {}), (EVENTS, {"upgrade": True}), (BETA, {}))
        for mode in MODES
    ]
    exact = pairs[: len(MODES)]

    def check(data: bytes) -> None:
        frame = data.replace(LONG.encode(), AUDIO.encode())
        payload = parse(frame)
        for fast, plain in pairs:
            value = attempt(fast.decode, frame)
            seen, expected = portray(value), portray(attempt(plain.decode, frame))
            demand(seen == expected, "the audio path is plain", seen, expected)
            if isinstance(value, RtmodelsError):
                check_error(value, payload)
            elif is_utf8(frame):
                text = portray(attempt(fast.decode, frame.decode()))
                demand(text == expected, "text is read as bytes", text, expected)
        for fast, _ in exact:
            value = attempt(fast.decode, frame)
            if not isinstance(value, RtmodelsError) and is_plain(payload):
                back = parse(attempt(fast.encode, value))
                demand(alike(back, payload), "JSON comes back", back, payload)

    return check


def audio_seeds() -> list[bytes]:
    """Make audio frames of each type, with long payloads here and there."""
    frames = [
        b'{"type":"%s","event_id":"e","response_id":"r","item_id":"i",'
        b'"output_index":0,"content_index":0,"delta":"%s"}' % (tag, payload)
        for tag in (b"response.output_audio.delta", b"response.audio.delta")
        for payload in (b"@", b"@AA==", b"AAAA", b"@AB==", b"@@A", b"A\\n@")
    ]
    frames += [
        b'{"type":"input_audio_buffer.append","audio":"%s"}' % payload
        for payload in (b"@", b"@AAA=", b"@AAB=", b"")
    ]
    frames += [
        b'{"type":"input_audio_buffer.append", "audio": "@", "event_id": "e"}',
        b'{"audio":"@","event_id":"e","type":"input_audio_buffer.append"}',
        b'{"audio":"@","audio":"AAAA","type":"input_audio_buffer.append"}',
        b'{"type":"input_audio_buffer.append","x":{"audio":"@"},"audio":"@"}',
        b'{"type":"input_audio_buffer.append","a\\u0075dio":"@","audio":"@"}',
        (
            b'{"type":"response.output_text.delta","event_id":"e","response_id":"r",'
            b'"item_id":"i","output_index":0,"content_index":0,"delta":"@"}'
        ),
        b'{"type":"input_audio_buffer.append","audio":"@","audio":"AAAA","x":1}',
        b'{"type":"input_audio_buffer.append","audio":"@","a\\u0075dio":"","x":1}',
        b'{"type":"input_audio_buffer.append","audio" : "","x\\"audio":"@"}',
        b'{"type":"x","delta":"@","x":"\\"audio\\":\\"@"}',
    ]
    return frames


HARD_SEEDS = [
    rb'{"type":"x","\ud83d":["\ud83d","\ude00a"],"n":[18446744073709551617,1e400]}',
    b'{"type":"x","n":[-9223372036854775809,1e30,18446744073709551616.0,%d]}' % 10**320,
    b'{"type":"error","event_id":18446744073709551617,"error":{}}',
    (
        b'{"type":"rate_limits.updated","event_id":"e","rate_limits":[{"limit":'
        b'18446744073709551617,"reset_seconds":9300000000000000000000}]}'
    ),
    (
        b'{"type":"response.output_text.delta","event_id":"e","response_id":"r",'
        b'"item_id":"i","output_index":0,"content_index":0,"delta":"hi \\ud83d",'
        b'"x":"\\udfff"}'
    ),
]
"""Events whose integers or text orjson cannot hold."""


def event_seeds() -> list[bytes]:
    """Make events of the GA, from either side."""
    return make_seeds(EVENTS)


def hard_event_seeds() -> list[bytes]:
    """Make the same, and events that are hard on parsers."""
    return event_seeds() + HARD_SEEDS


def seeds_of_both() -> list[bytes]:
    """Make events of the GA and of the beta, from either side, and hard ones."""
    return make_seeds(EVENTS) + make_seeds(BETA) + HARD_SEEDS


def seeds_of_union(union: Any, *, open_: bool) -> list[bytes]:
    """Make payloads of *union*, and hard ones if it accepts all events."""
    return make_seeds(union) + (HARD_SEEDS if open_ else [])


def packed_seeds() -> list[bytes]:
    """Make events of the GA in MessagePack, with audio as it is there."""
    adapter, plain = MsgpackAdapter(EVENTS), JsonAdapter(EVENTS, mode="forgiving")
    return [adapter.encode(plain.decode(seed)) for seed in event_seeds()]


def odd_seeds() -> list[bytes]:
    """Make events, and some whose payload is odd as a whole."""
    return [
        *event_seeds(),
        b'{"~user":{"type":"x","v":{"~tuple":[1,{"~nan":0}]}}}',
        b'{"type":"input_audio_buffer.append","audio":{"~bytes":"AAAA"}}',
        b'{"type":"input_audio_buffer.append","audio":{"~released":"AAAA"}}',
        b'{"~proxy":{"~keys":{"type":"x"}}}',
    ]


TARGETS = {
    "json": Target(hard_event_seeds, check_buffers),
    "msgpack": Target(
        packed_seeds,
        check_msgpack,
        partial(
            TreeMutator, loads=msgspec.msgpack.decode, dumps=msgspec.msgpack.encode
        ),
    ),
    "dict": Target(odd_seeds, check_dict, partial(TreeMutator, odd=True)),
    "audio": Target(audio_seeds, check_audio),
    "upgrade": Target(seeds_of_both, check_upgrade),
    "hooks": Target(event_seeds, check_hooks),
    **{
        name: Target(
            partial(seeds_of_union, union, open_=name.endswith("Event")),
            partial(check_union, union, open_=name.endswith("Event")),
        )
        for name, union in UNIONS.items()
    },
}
"""The first few go by wire or option, the others by union."""
