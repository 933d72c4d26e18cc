"""The operations: each is a race between a contender and its floor."""

from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from time import perf_counter
from typing import Any, TypeAlias

import orjson
from attrs import frozen

from benchmarks.cases import Case, drop_undeclared, make_invalid
from benchmarks.contenders import (
    FLOOR,
    LIBRARIES,
    NATIVE_LIBRARY,
    PURE,
    PURE_LIBRARY,
    STRICT,
    load_contender,
)
from benchmarks.measure import (
    Effort,
    Race,
    Samples,
    make_loop,
    measure_memory,
    run_cold_race,
    run_race,
)
from benchmarks.wires import AUDIO, Contender, extract_pcm
from rtmodels import (
    ConversationAccumulator,
    RealtimeBetaServerEvent,
    RealtimeServerEvent,
)
from rtmodels.adapters import JsonAdapter


class NotApplicableError(Exception):
    """The operation does not apply to this contender, for the reason given."""


Measure: TypeAlias = Callable[[Contender, list[bytes], Effort], Samples]


@frozen
class Operation:
    """One thing to do with frames."""

    title: str
    floor: str
    """The operation that the ratios are relative to."""

    measure: Measure
    kinds: tuple[str, ...] = ("deltas", "response.done", "session", "audio", "mix")
    contenders: tuple[str, ...] | None = None
    """The contenders; ``None`` is all but strict mode."""

    prepare: Callable[[bytes], bytes] | None = None
    """Changes the frames beforehand."""

    def includes(self, contender: str) -> bool:
        """Return whether *contender* takes part."""
        if self.contenders is None:
            return contender not in STRICT
        return contender in self.contenders

    def frames(self, case: Case) -> list[bytes]:
        """Return the frames of *case* as they are used."""
        return list(map(self.prepare, case.frames)) if self.prepare else case.frames


def decode(contender: Contender, frames: list[bytes], effort: Effort) -> Samples:
    """Time decoding, against parsing."""
    inputs = contender.to_wire(frames)
    floor, rival = (
        make_loop(orjson.loads, frames),
        make_loop(contender.module.decode, inputs),
    )
    return run_race(Race(floor, rival, len(frames)), effort)


def decode_cold(contender: Contender, frames: list[bytes], effort: Effort) -> Samples:
    """Time decoding where each frame comes after other work, against parsing."""
    pairs = list(zip(frames, contender.to_wire(frames), strict=True))
    return run_cold_race(orjson.loads, contender.module.decode, pairs, effort)


def decode_strict(contender: Contender, frames: list[bytes], effort: Effort) -> Samples:
    """Time strict mode, compared with tolerant mode."""
    library = PURE_LIBRARY if contender.name.endswith(PURE) else NATIVE_LIBRARY
    floor = make_loop(load_contender(library).decode, frames)
    rival = make_loop(contender.module.decode, frames)
    return run_race(Race(floor, rival, len(frames)), effort)


def decode_pcm(contender: Contender, frames: list[bytes], effort: Effort) -> Samples:
    """Time decoding down to the bytes of the audio, against parsing."""

    def to_pcm(data: Any, decode: Any = contender.module.decode) -> bytes:
        return extract_pcm(decode(data))

    floor, rival = (
        make_loop(orjson.loads, frames),
        make_loop(to_pcm, contender.to_wire(frames)),
    )
    return run_race(Race(floor, rival, len(frames)), effort)


def encode(contender: Contender, frames: list[bytes], effort: Effort) -> Samples:
    """Time encoding, against writing the equal dicts."""
    events = [contender.module.decode(data) for data in contender.to_wire(frames)]
    floor = make_loop(orjson.dumps, map(orjson.loads, frames))
    return run_race(
        Race(floor, make_loop(contender.module.encode, events), len(frames)), effort
    )


def encode_audio(contender: Contender, frames: list[bytes], effort: Effort) -> Samples:
    """Time encoding from PCM, against the standard library's base64 and orjson."""
    events = [contender.module.decode(data) for data in contender.to_wire(frames)]
    if not isinstance(getattr(events[0], "delta", None), bytes):
        raise NotApplicableError("holds base64 text")
    if contender.wire != "json":
        raise NotApplicableError("writes no base64 as JSON text")

    def write(value: dict[str, Any]) -> bytes:
        return orjson.dumps(value | {"delta": b64encode(value["delta"]).decode()})

    values = [
        value | {"delta": extract_pcm(value)} for value in map(orjson.loads, frames)
    ]
    return run_race(
        Race(
            make_loop(write, values),
            make_loop(contender.module.encode, events),
            len(frames),
        ),
        effort,
    )


def accumulate(contender: Contender, frames: list[bytes], effort: Effort) -> Samples:
    """Time feeding events to an accumulator, against decoding them."""
    events = list(map(contender.module.decode, frames))

    def gather() -> None:
        make_loop(ConversationAccumulator().feed, events)()

    floor = make_loop(contender.module.decode, frames)
    return run_race(Race(floor, gather, len(frames)), effort)


def upgrade(contender: Contender, frames: list[bytes], effort: Effort) -> Samples:
    """Time decoding the beta's frames as the GA's, against their own classes."""
    downgrade = JsonAdapter(RealtimeServerEvent, downgrade=True).encode
    frames = [downgrade(contender.module.decode(frame)) for frame in frames]
    floor = make_loop(JsonAdapter(RealtimeBetaServerEvent).decode, frames)
    rival = make_loop(JsonAdapter(RealtimeServerEvent, upgrade=True).decode, frames)
    return run_race(Race(floor, rival, len(frames)), effort)


def is_accepted(decode: Callable[[Any], object], data: Any) -> bool:
    """Return whether *decode* raises nothing."""
    with suppress(Exception):
        decode(data)
        return True
    return False


def reject(contender: Contender, frames: list[bytes], effort: Effort) -> Samples:
    """Time frames with one wrong field, against the same frames without it."""
    decode = contender.module.decode
    invalid = {frame: make_invalid(frame) for frame in frames}
    good = contender.to_wire([frame for frame, bad in invalid.items() if bad])
    bad = contender.to_wire([bad for bad in invalid.values() if bad])
    if any(map(partial(is_accepted, decode), bad)):
        raise NotApplicableError("accepts a frame with a wrong field")

    attempt = partial(is_accepted, decode)
    return run_race(
        Race(make_loop(decode, good), make_loop(attempt, bad), len(bad)), effort
    )


def measure_event_memory(
    contender: Contender, frames: list[bytes], _: Effort
) -> Samples:
    """Measure the memory of decoded events, against parsed dicts; audio is left out."""
    if contender.wire == "dict":
        raise NotApplicableError("shares its strings with the dict that it is given")
    frames = [frame for frame in frames if orjson.loads(frame)["type"] != AUDIO]
    return Samples(
        values=[measure_memory(contender.module.decode, contender.to_wire(frames))],
        floors=[measure_memory(orjson.loads, frames)],
    )


def decode_in_threads(count: int) -> Measure:
    """Make the measure of *count* threads at once, against as much work in one."""

    def measure(contender: Contender, frames: list[bytes], effort: Effort) -> Samples:
        loop = make_loop(contender.module.decode, contender.to_wire(frames))

        def one_by_one() -> None:
            for _ in range(count):
                loop()

        def at_once() -> None:
            threads = [Thread(target=loop) for _ in range(count)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        return run_race(
            Race(one_by_one, at_once, len(frames) * count, perf_counter), effort
        )

    return measure


TEXT = ("deltas", "response.done", "session")

OPERATIONS = {
    "decode": Operation("Decode", "orjson.loads", decode),
    "cold": Operation(
        "Decode a frame after other work, by the clock",
        "orjson.loads after the same work",
        decode_cold,
        kinds=("deltas", "mix"),
        contenders=(*LIBRARIES, "openai_pydantic", "msgspec_structs"),
    ),
    "strict": Operation(
        "Decode in strict mode, frames without anything off the schema",
        "tolerant mode",
        decode_strict,
        contenders=STRICT,
        prepare=drop_undeclared,
    ),
    "pcm": Operation("Decode to PCM", "orjson.loads", decode_pcm, kinds=("audio",)),
    "encode": Operation("Encode", "orjson.dumps of the equal dict", encode),
    "encode_audio": Operation(
        "Encode audio from PCM",
        "base64 of the standard library and orjson.dumps",
        encode_audio,
        kinds=("audio",),
    ),
    "accumulate": Operation(
        "Feed decoded events to an accumulator",
        "decoding them",
        accumulate,
        kinds=("deltas", "mix"),
        contenders=LIBRARIES,
    ),
    "upgrade": Operation(
        "Decode frames of the beta into the GA's classes",
        "decoding them into the beta's",
        upgrade,
        contenders=LIBRARIES,
    ),
    "errors": Operation(
        "Reject a frame with one wrong field", "decoding its good twin", reject, TEXT
    ),
    "memory": Operation(
        "Memory of a decoded event",
        "the parsed dict",
        measure_event_memory,
        kinds=(*TEXT, "mix"),
    ),
    **{
        f"threads_{count}": Operation(
            f"Decode in {count} thread{'s' if count > 1 else ''} at once",
            "as much work in one thread",
            decode_in_threads(count),
            kinds=("mix",),
            contenders=(*LIBRARIES, FLOOR),
        )
        for count in (1, 2, 4, 8)
    },
}
