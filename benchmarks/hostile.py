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

from benchmarks.chart import FLOOR, NATIVE, PURE, THEIRS, save
from benchmarks.frames import FrameMaker
from benchmarks.measure import Effort, Progress
from benchmarks.scaling import (
    POWER_TOLERANCE,
    Growth,
    Series,
    find_decoders,
    find_encoders,
    find_power,
)
from rtmodels import RealtimeServerEvent, RtmodelsError, downgrade
from rtmodels.adapters import JsonAdapter, MsgpackAdapter

INPUT_SIZES = (10_000, 100_000, 1_000_000)
SMALL_SIZES = (10_000, 40_000, 160_000, 640_000)
SAMPLES = 3

TRIES = 3
"""An attack is too expensive only if it is so in all tries."""

MAX_SECONDS = 0.2
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
    def runs(self) -> dict[str, Callable[[Any], Any]]:
        """The functions to measure: ``native``, where there is one, and ``pure``.

        The extension gives up on most attacks, and the Python code then begins anew.
        """
        make = MsgpackAdapter if self.packed else JsonAdapter
        match self.operation:
            case "decode":
                return find_decoders(make(RealtimeServerEvent, mode=self.mode))
            case "upgrade":
                return find_decoders(
                    JsonAdapter(RealtimeServerEvent, mode=self.mode, upgrade=True)
                )
            case "encode":
                return find_encoders(JsonAdapter(RealtimeServerEvent))
            case "downgrade":
                return find_encoders(JsonAdapter(RealtimeServerEvent, downgrade=True))
            case "losses":
                return {"pure": lambda event: downgrade(event, lost=[])}

    def prepare(self, size: int) -> Any:
        """Make what `runs` accept, from an input of about *size* bytes."""
        data = self.make(size)
        if self.operation in {"decode", "upgrade"}:
            return data
        return JsonAdapter(RealtimeServerEvent, mode=self.mode).decode(data)


@frozen
class AttackCost:
    """The cost of an attack."""

    attack: Attack
    times: dict[str, Growth]
    """By the name of the function: ``native`` or ``pure``."""

    peaks: list[int]
    """Peak memory for each size in bytes, without the input: the higher of both."""

    outcomes: frozenset[str]
    """The results for the largest input: accepted, or the name of the error."""

    @property
    def power(self) -> float:
        """The power that memory grows with."""
        return find_power(self.attack.sizes, self.peaks)

    @property
    def time_power(self) -> float:
        """The power that time grows with."""
        return max(time.slope(time.ours) for time in self.times.values())

    @property
    def floor(self) -> list[float]:
        """The time of the parser for each size."""
        return next(iter(self.times.values())).floor

    @property
    def multiple(self) -> float:
        """Peak memory for each byte of the largest input."""
        return self.peaks[-1] / self.attack.sizes[-1]

    @property
    def linear(self) -> bool:
        """Whether time and memory grow linearly at most."""
        is_linear = all(time.linear for time in self.times.values())
        return is_linear and self.power <= 1 + POWER_TOLERANCE

    @property
    def verdict(self) -> str:
        """Whether the cost is linear and low, as a word."""
        if len(self.outcomes) > 1:
            return "NOT THE SAME"
        if not self.linear:
            return "NOT LINEAR"
        return "linear" if max(map(self.seconds, self.times)) <= MAX_SECONDS else "SLOW"

    @property
    def fails(self) -> bool:
        """Whether *verdict* is a bad one."""
        return self.verdict != "linear"

    def seconds(self, name: str) -> float:
        """Return the CPU time for 1 MB of the largest input, by one function."""
        return self.times[name].ours[-1] / self.attack.sizes[-1] * 1e6

    def best(self, other: "AttackCost") -> "AttackCost":
        """Return this cost with the lower of both times."""
        times = {
            name: time.best(other.times[name]) for name, time in self.times.items()
        }
        return evolve(self, times=times)


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
    """Measure each attack in all its sizes, and again if it seems too expensive."""
    effort = evolve(effort, samples=min(effort.samples, SAMPLES))
    costs = [measure_attack(attack, effort, progress) for attack in attacks]

    # After all others, so that a short disturbance cannot spoil all tries.
    for _ in range(TRIES - 1 if effort.seconds else 0):
        costs = [
            cost.best(measure_attack(cost.attack, effort, progress))
            if cost.fails
            else cost
            for cost in costs
        ]
    return costs


def measure_attack(attack: Attack, effort: Effort, progress: Progress) -> AttackCost:
    """Measure one attack in all its sizes."""
    progress(attack.title)
    inputs = [(attack.prepare(size), attack.make(size)) for size in attack.sizes]
    runs = attack.runs
    parse = msgspec.msgpack.decode if attack.packed else orjson.loads

    series = Series(
        attack.title,
        "bytes",
        attack.sizes,
        inputs,
        ours={
            name: lambda pair, run=run: attempt(run, pair[0])
            for name, run in runs.items()
        },
        floor=lambda pair: attempt(parse, pair[1]),
    )
    outcomes = frozenset(attempt(run, inputs[-1][0]) for run in runs.values())
    peaks = [
        max(find_peak(partial(attempt, run, subject)) for run in runs.values())
        for subject, _ in inputs
    ]
    times = {growth.name: growth for growth in series.measure(effort)}
    return AttackCost(attack, times, peaks, outcomes)


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
    dots of a row lie together. Those of the extension are a little higher.
    """
    rows = sorted(costs, key=lambda cost: cost.seconds("pure"))
    titles = [cost.attack.title for cost in rows]
    figure, (times, memory) = plt.subplots(
        1, 2, sharey=True, figsize=(9, 1.4 + 0.23 * len(rows))
    )

    for row, cost in enumerate(rows):
        sizes = cost.attack.sizes
        for name, time in cost.times.items():
            y, color = (row + 0.16, NATIVE) if name == "native" else (row - 0.16, PURE)
            _draw_dots(
                times,
                y,
                color,
                [t / s * 1e6 for t, s in zip(time.ours, sizes, strict=True)],
            )
        _draw_dots(
            memory, row, THEIRS, [p / s for p, s in zip(cost.peaks, sizes, strict=True)]
        )

        floor = cost.floor[-1] / sizes[-1] * 1e6
        times.scatter(floor, row, color=THEIRS, marker="|", s=40, zorder=1)

    times.axvline(MAX_SECONDS, color="#999999", linewidth=0.8, linestyle=":")
    times.set_yticks(range(len(rows)), titles, fontsize=7.5)
    times.set_ylim(-0.7, len(rows) - 0.3)
    times.set_title("CPU time for 1 MB", fontsize=9)
    times.set_xlabel("seconds; dotted: limit")
    memory.set_title("Peak memory, beside the input", fontsize=9)
    memory.set_xlabel("bytes for 1 byte; pale dots are smaller inputs")

    marks = {"native": (NATIVE, "o"), "pure Python": (PURE, "o")}
    for label, (color, marker) in (marks | {"parser alone": (THEIRS, "|")}).items():
        times.scatter([], [], color=color, marker=marker, s=20, label=label)
    figure.legend(loc="lower left", fontsize=7.5, frameon=False)

    for axis in (times, memory):
        axis.set_xscale("log")
        axis.minorticks_off()
        axis.grid(axis="y", color=FLOOR, linewidth=0.4)
        axis.tick_params(axis="y", length=0)
        axis.xaxis.label.set_size(8)
        axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    save(figure, stem)


def _draw_dots(axis: Any, y: float, color: str, values: Sequence[float]) -> None:
    """Draw one dot for each value, the last of them opaque."""
    for index, value in enumerate(values):
        alpha = 1 if index == len(values) - 1 else 0.15 + 0.15 * index
        axis.scatter(value, y, color=color, s=16, zorder=2, linewidths=0, alpha=alpha)
