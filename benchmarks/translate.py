"""The cost of translating a frame, beside parsing and writing it with orjson."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter

import orjson
from attrs import frozen

from rtmodels.adapters.translate import Dialect, Translator

__all__ = ["Cost", "measure_translation"]

SOURCES: dict[str, Dialect] = {
    "azure": "ga",
    "azure-voice-live": "voice_live",
    "ga": "ga",
    "xai": "xai",
}
"""What the servers of the recordings speak."""

PAIRS: Sequence[tuple[Dialect, Dialect]] = (
    ("ga", "beta"),
    ("ga", "xai"),
    ("voice_live", "ga"),
    ("xai", "ga"),
)
"""The dialect of the server, and that of the client."""


@frozen
class Cost:
    """What the frames of one pair of dialects cost."""

    source: str
    """What the server speaks."""
    target: str
    """What the client speaks."""
    frames: int
    """How many frames there are."""
    micros: float
    """Microseconds for each frame."""
    ratio: float
    """In terms of ``orjson.dumps(orjson.loads(frame))``."""


def measure_translation(path: Path, repeats: int) -> list[Cost]:
    """Measure the recorded messages of *path*, the fastest of *repeats* runs each."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [_measure(rows, source, target, repeats) for source, target in PAIRS]


def _measure(
    rows: Iterable[dict[str, object]], source: Dialect, target: Dialect, repeats: int
) -> Cost:
    """Measure what the server and the client of a pair send."""
    received = Translator(target, source, on_loss=lambda *_: None)
    sent = Translator(source, target, on_loss=lambda *_: None)
    calls = [
        (
            received.to_client if row["direction"] == "server" else sent.to_server,
            orjson.dumps(row["value"]),
        )
        for row in rows
        if SOURCES.get(str(row["server"])) == source and row["direction"] != "rest"
    ]

    def translate() -> None:
        for function, frame in calls:
            function(frame)

    def parse() -> None:
        for _, frame in calls:
            orjson.dumps(orjson.loads(frame))

    translate()  # compiles the functions of the classes
    seconds, floor = _time(translate, repeats), _time(parse, repeats)
    micros = seconds / len(calls) * 1e6
    return Cost(source, target, len(calls), micros, seconds / floor)


def _time(function: Callable[[], None], repeats: int) -> float:
    """Return the seconds that the fastest of *repeats* calls takes."""
    best = float("inf")
    for _ in range(repeats):
        start = perf_counter()
        function()
        best = min(best, perf_counter() - start)
    return best
