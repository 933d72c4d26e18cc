"""The worst inputs, and the cost to accept or reject them."""

import struct
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
import orjson
from attrs import evolve, frozen

from benchmarks.chart import OURS, THEIRS, plt, save
from benchmarks.frames import FrameMaker
from benchmarks.measure import Effort, Progress
from benchmarks.scaling import POWER_TOLERANCE, Growth, Series, find_power
from rtmodels import RealtimeServerEvent, RtmodelsError
from rtmodels.adapters import JsonAdapter, MsgpackAdapter

INPUT_SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
SMALL_SIZES = (10_000, 40_000, 160_000, 640_000)
SAMPLES = 3

Mode = Literal["strict", "tolerant", "forgiving"]


@frozen
class Attack:
    """An input that is made to be expensive."""

    title: str
    make: Callable[[int], bytes]
    """Builds an input of about this number of bytes."""

    mode: Mode = "tolerant"
    packed: bool = False
    """Whether it is MessagePack."""

    sizes: Sequence[int] = INPUT_SIZES

    @property
    def decode(self) -> Callable[[bytes], Any]:
        """The function that accepts or rejects it."""
        make = MsgpackAdapter if self.packed else JsonAdapter
        return make(RealtimeServerEvent, mode=self.mode).decode


@frozen
class AttackCost:
    """The cost of an attack."""

    attack: Attack
    time: Growth
    peaks: list[int]
    """Peak memory for each size in bytes, without the input."""

    outcome: str
    """The result for the largest input: decoded, or the name of the error."""

    @property
    def power(self) -> float:
        """The power that memory grows with."""
        return find_power(self.attack.sizes, self.peaks)

    @property
    def linear(self) -> bool:
        """Whether time and memory grow linearly at most."""
        return self.time.linear and self.power <= 1 + POWER_TOLERANCE


def fill(head: str, pieces: Callable[[int], str], tail: str, size: int) -> bytes:
    """Join pieces of *size* bytes in total by commas, between *head* and *tail*."""
    length = len(pieces(0)) + 1
    return f"{head}{','.join(map(pieces, range(size // length)))}{tail}".encode()


def repeat_piece(piece: str) -> Callable[[int], str]:
    """Return a function that returns the same piece each time."""
    return lambda _: piece


NEW = '{"type":"x","v":['
"""The beginning of an event of an unknown type."""

DONE = '{"type":"response.done","event_id":"e","response":{"id":"r",'
ITEM = '{"type":"message","role":"user","content":[]}'


def make_late_issue(size: int) -> bytes:
    """Make a list of items with an invalid one at its end."""
    return fill(DONE + '"output":[', repeat_piece(ITEM), ",5]}}", size)


def make_late_audio(size: int) -> bytes:
    """Make a valid frame of audio, but for the end of its base64."""
    make = FrameMaker()
    frame = orjson.dumps(make.audio_delta(make.place(), size * 3 // 4))
    return frame[:-3] + b'!"}'


def make_look_alikes(size: int) -> bytes:
    """Make a frame of audio with many strings that look like the key of its payload."""
    make = FrameMaker()
    frame = make.audio_delta(make.place(), 4_000) | {"x": ['"delta":"'] * (size // 16)}
    return orjson.dumps(frame)


def make_colliding_keys(size: int) -> bytes:
    """Make a map of MessagePack with keys that collide in a Python dict.

    A dict looks for a key in slots that depend on its hash, and an integer is its own
    hash. One half of the keys lie in a row, as a dict walks through its slots when it
    has used up the hash; the other half are those whose first slots are all taken, and
    that then get into the row.
    """
    total = (size - 20) // 10
    slots = 1 << (total * 3 // 2).bit_length()

    row = list(islice(_walk(slots), total // 2))
    taken = np.zeros(slots, bool)
    taken[row] = True

    random, found = np.random.default_rng(0), np.array([], np.int64)
    while len(found) < total - len(row):
        keys = random.integers(slots, slots << 12, 1_000_000)
        slot, rest = keys & (slots - 1), keys

        # Ends after a few rounds: each shifts the rest of the hash by five bits.
        while True:
            kept = taken[slot]
            keys, slot, rest = keys[kept], slot[kept], rest[kept] >> 5
            if not rest.any():
                break
            slot = (slot * 5 + rest + 1) & (slots - 1)
        found = np.union1d(found, keys)

    every = [*row, *found[: total - len(row)].tolist()]
    body = b"".join(b"\xd3%b\xc0" % struct.pack(">q", key) for key in every)
    return b"\x82\xa4type\xa1x\xa1v\xdf" + struct.pack(">I", len(every)) + body


def _walk(slots: int) -> Any:
    """Iterate over slots as a dict does when it has used up the hash."""
    slot = 0
    while True:
        yield slot
        slot = (slot * 5 + 1) % slots


ATTACKS = (
    Attack(
        "unknown keys in an unknown event",
        partial(fill, '{"type":"x",', lambda i: f'"k{i:07}":0', "}"),
    ),
    Attack(
        "unknown keys in a known object",
        partial(fill, DONE, lambda i: f'"k{i:07}":[]', "}}"),
    ),
    Attack(
        "one key, again and again",
        partial(fill, DONE, repeat_piece('"status":"x"'), "}}"),
    ),
    Attack("issues", partial(fill, DONE + '"output":[', repeat_piece("1"), "]}}")),
    Attack("an issue behind a long list", make_late_issue),
    Attack(
        "objects that are recovered",
        partial(fill, DONE + '"output":[', repeat_piece('{"type":"message"}'), "]}}"),
        "forgiving",
    ),
    Attack(
        "unknown tags",
        partial(fill, DONE + '"output":[', lambda i: f'{{"type":"t{i:07}"}}', "]}}"),
    ),
    Attack(
        "a hundred levels, many times",
        partial(fill, NEW, repeat_piece("[" * 98 + "]" * 98), "]}"),
    ),
    Attack(
        "a thousand levels, many times",
        partial(fill, NEW, repeat_piece("[" * 1_000 + "]" * 1_000), "]}"),
        "forgiving",
    ),
    Attack("brackets that are never closed", lambda size: NEW.encode() + b"[" * size),
    Attack("empty objects", partial(fill, NEW, repeat_piece("{}"), "]}")),
    Attack("a huge integer", lambda size: NEW.encode() + b"9" * size + b"]}"),
    Attack("integers of 20 digits", partial(fill, NEW, repeat_piece("9" * 20), "]}")),
    Attack(
        "a float of many digits",
        lambda size: NEW.encode() + b"0." + b"123456789" * (size // 9) + b"]}",
    ),
    Attack(
        "nothing but escapes",
        lambda size: NEW.encode() + b'"' + b"\\u00e9" * (size // 6) + b'"]}',
    ),
    Attack(
        "nothing but surrogates",
        lambda size: NEW.encode() + b'"' + b"\\ud83d" * (size // 6) + b'"]}',
    ),
    Attack("audio that is wrong at its end", make_late_audio),
    Attack("look-alikes of audio", make_look_alikes),
    Attack(
        "keys whose hashes collide, MessagePack",
        make_colliding_keys,
        packed=True,
        sizes=SMALL_SIZES,
    ),
)


def measure_attacks(
    attacks: Iterable[Attack], effort: Effort, progress: Progress
) -> list[AttackCost]:
    """Measure each attack in all its sizes."""
    effort = evolve(effort, samples=min(effort.samples, SAMPLES))
    return [measure_attack(attack, effort, progress) for attack in attacks]


def measure_attack(attack: Attack, effort: Effort, progress: Progress) -> AttackCost:
    """Measure one attack in all its sizes."""
    progress(attack.title)
    inputs = [attack.make(size) for size in attack.sizes]
    decode = attack.decode
    parse = msgspec.msgpack.decode if attack.packed else orjson.loads

    series = Series(
        attack.title,
        "bytes",
        attack.sizes,
        inputs,
        ours=partial(attempt, decode),
        floor=partial(attempt, parse),
    )
    outcome = attempt(decode, inputs[-1])
    peaks = [find_peak(partial(attempt, decode, data)) for data in inputs]
    return AttackCost(attack, series.measure(effort), peaks, outcome)


def attempt(decode: Callable[[bytes], Any], data: bytes) -> str:
    """Decode *data*, and return the outcome."""
    try:
        decode(data)
    except RtmodelsError as exc:
        return type(exc).__name__
    except ValueError:  # of a parser
        return "rejected"
    return "decoded"


def find_peak(function: Callable[[], object]) -> int:
    """Return the peak memory of *function*."""
    tracemalloc.start()
    function()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def draw_attacks(costs: Sequence[AttackCost], stem: Path) -> None:
    """Draw the time and the memory of all attacks, beside linear growth."""
    figure, (times, memory) = plt.subplots(1, 2, figsize=(8.4, 3.6))
    for cost in costs:
        sizes = cost.attack.sizes
        times.plot(sizes, cost.time.ours, color=OURS, linewidth=0.8)
        memory.plot(sizes, cost.peaks, color=OURS, linewidth=0.8)
        if cost.attack.packed:
            label = "colliding keys, msgspec alone"
            times.plot(sizes, cost.time.floor, color=THEIRS, label=label)

    for axis, title, unit in (
        (times, "Time to accept or reject", "seconds"),
        (memory, "The most memory, beside the input", "bytes"),
    ):
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.minorticks_off()

        bottom = axis.get_ylim()[0]
        guide = [bottom * size / INPUT_SIZES[0] for size in INPUT_SIZES]
        axis.plot(INPUT_SIZES, guide, color="#999999", linestyle=":", label="linear")
        axis.plot([], [], color=OURS, label=f"rtmodels, {len(costs)} inputs")

        axis.set_title(title)
        axis.set_xlabel("bytes of input")
        axis.set_ylabel(unit)
        axis.legend(fontsize=7, frameon=False)
    save(figure, stem)
