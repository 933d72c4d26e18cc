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
from matplotlib import pyplot as plt
from matplotlib.ticker import FuncFormatter

from benchmarks.chart import FLOOR, OURS, THEIRS, save
from benchmarks.frames import FrameMaker
from benchmarks.measure import Effort, Progress
from benchmarks.scaling import POWER_TOLERANCE, Growth, Series, find_power
from rtmodels import RealtimeServerEvent, RtmodelsError, downgrade
from rtmodels.adapters import JsonAdapter, MsgpackAdapter

INPUT_SIZES = (10_000, 100_000, 1_000_000)
SMALL_SIZES = (10_000, 40_000, 160_000, 640_000)
SAMPLES = 3

MAX_SECONDS = 0.3
"""Allowed CPU time for 1 MB of input, on the machine of the README."""

Mode = Literal["strict", "tolerant", "forgiving"]
Operation = Literal["decode", "upgrade", "encode", "downgrade", "losses"]


OPERATIONS: tuple[Operation, ...] = (
    "upgrade",
    "encode",
    "downgrade",
    "losses",
)


@frozen
class Attack:
    """An input that is made to be expensive."""

    title: str
    make: Callable[[int], bytes]
    """Builds an input of about this number of bytes."""

    mode: Mode = "tolerant"
    packed: bool = False
    """Whether it is MessagePack."""

    operation: Operation = "decode"
    """What is done with the input; all but decoding begin with the decoded event."""

    sizes: Sequence[int] = INPUT_SIZES

    @property
    def decode(self) -> Callable[[bytes], Any]:
        """The function that accepts or rejects it."""
        make = MsgpackAdapter if self.packed else JsonAdapter
        return make(RealtimeServerEvent, mode=self.mode).decode

    @property
    def run(self) -> Callable[[Any], Any]:
        """The function that is measured."""
        adapter = JsonAdapter(RealtimeServerEvent, downgrade=True)
        match self.operation:
            case "decode":
                return self.decode
            case "upgrade":
                return JsonAdapter(
                    RealtimeServerEvent, mode=self.mode, upgrade=True
                ).decode
            case "encode":
                return JsonAdapter(RealtimeServerEvent).encode
            case "downgrade":
                return adapter.encode
            case "losses":
                return lambda event: downgrade(event, lost=[])

    def prepare(self, size: int) -> Any:
        """Make what `run` accepts, from an input of about *size* bytes."""
        data = self.make(size)
        return data if self.operation in {"decode", "upgrade"} else self.decode(data)


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
    def seconds(self) -> float:
        """CPU time for 1 MB of the largest input."""
        return self.time.ours[-1] / self.attack.sizes[-1] * 1e6

    @property
    def multiple(self) -> float:
        """Peak memory for each byte of the largest input."""
        return self.peaks[-1] / self.attack.sizes[-1]

    @property
    def linear(self) -> bool:
        """Whether time and memory grow linearly at most."""
        return self.time.linear and self.power <= 1 + POWER_TOLERANCE

    @property
    def verdict(self) -> str:
        """Whether the cost is linear and low, as a word."""
        if not self.linear:
            return "NOT LINEAR"
        return "linear" if self.seconds <= MAX_SECONDS else "SLOW"


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

CONTENT = (
    '{"type":"conversation.item.added","event_id":"e",'
    '"item":{"type":"message","role":"user","content":['
)
SESSION = (
    '{"type":"session.created","event_id":"e","session":'
    '{"type":"realtime","id":"s","object":"realtime.session","tools":['
)


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
    *(
        Attack(
            title,
            partial(fill, head, repeat_piece(piece), "]}}"),
            "forgiving",
        )
        for title, head, piece in (
            ("empty parts", CONTENT, "{}"),
            ("parts with one unknown key", CONTENT, '{"":0}'),
            ("parts whose text is a number", CONTENT, '{"text":1}'),
            ("tools without a type", SESSION, "{}"),
            ("tools with one unknown key", SESSION, '{"":0}'),
            ("items without a type", DONE + '"output":[', "{}"),
            ("items that are lists", DONE + '"output":[', "[]"),
        )
    ),
    *(
        Attack(
            f"items without a type: {operation}",
            partial(fill, DONE + '"output":[', repeat_piece("{}"), "]}}"),
            "forgiving",
            operation=operation,
        )
        for operation in OPERATIONS
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
        "colliding keys, MessagePack",
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
    inputs = [(attack.prepare(size), attack.make(size)) for size in attack.sizes]
    run = attack.run
    parse = msgspec.msgpack.decode if attack.packed else orjson.loads

    series = Series(
        attack.title,
        "bytes",
        attack.sizes,
        inputs,
        ours=lambda pair: attempt(run, pair[0]),
        floor=lambda pair: attempt(parse, pair[1]),
    )
    outcome = attempt(run, inputs[-1][0])
    peaks = [find_peak(partial(attempt, run, subject)) for subject, _ in inputs]
    return AttackCost(attack, series.measure(effort), peaks, outcome)


def attempt(run: Callable[[Any], Any], subject: Any) -> str:
    """Call *run*, and return the outcome."""
    try:
        run(subject)
    except RtmodelsError as exc:
        return type(exc).__name__
    except ValueError:  # of a parser
        return "rejected"
    return "accepted"


def find_peak(function: Callable[[], object]) -> int:
    """Return the peak memory of *function*."""
    tracemalloc.start()
    function()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def draw_attacks(costs: Sequence[AttackCost], stem: Path) -> None:
    """Draw the time and the memory of each attack for 1 byte, in a row of its own.

    A dot stands for a size, and the largest is the darkest: where costs are linear, the
    dots of a row lie together.
    """
    rows = sorted(costs, key=lambda cost: cost.seconds)
    titles = [cost.attack.title for cost in rows]
    figure, (times, memory) = plt.subplots(
        1, 2, sharey=True, figsize=(9, 1.2 + 0.19 * len(rows))
    )

    for row, cost in enumerate(rows):
        last = len(cost.attack.sizes) - 1
        for index, size in enumerate(cost.attack.sizes):
            style = {"color": OURS, "s": 16, "zorder": 2, "linewidths": 0}
            style["alpha"] = 1 if index == last else 0.15 + 0.15 * index
            times.scatter(cost.time.ours[index] / size * 1e6, row, **style)
            memory.scatter(cost.peaks[index] / size, row, **style)
        floor = cost.time.floor[last] / cost.attack.sizes[last] * 1e6
        times.scatter(floor, row, color=THEIRS, marker="|", s=30, zorder=1)

    times.axvline(MAX_SECONDS, color="#999999", linewidth=0.8, linestyle=":")
    times.set_yticks(range(len(rows)), titles, fontsize=7.5)
    times.set_title("CPU time for 1 MB", fontsize=9)
    times.set_xlabel("seconds; | parser alone, dotted: limit")
    memory.set_title("Peak memory, beside the input", fontsize=9)
    memory.set_xlabel("bytes for 1 byte; pale dots are smaller inputs")

    for axis in (times, memory):
        axis.set_xscale("log")
        axis.minorticks_off()
        axis.grid(axis="y", color=FLOOR, linewidth=0.4)
        axis.tick_params(axis="y", length=0)
        axis.xaxis.label.set_size(8)
        axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    save(figure, stem)
