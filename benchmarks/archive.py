"""Generates archives of voice sessions: ``python -m benchmarks.archive FOLDER``.

Each file is the log of a day in both directions, one call after another: the sessions
of `benchmarks.session` with the client's events in between. No sessions share an id.
The same arguments make the same bytes.
"""

import gzip
import os
import random
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import count, islice
from math import log
from pathlib import Path
from typing import Annotated, Any

import orjson
from attrs import define, field, frozen
from cyclopts import App, Parameter
from cyclopts.validators import Number

from benchmarks.frames import Frame, FrameMaker
from benchmarks.session import SESSIONS, generate_session

AUDIO = {"response.output_audio.delta": "delta", "input_audio_buffer.append": "audio"}
"""The key of the audio in each type of event."""

CHUNK = 9_600
"""Bytes of audio in an ``input_audio_buffer.append``: 200 ms."""

START = 1_767_225_600_000
"""When the first log begins: 2026-01-01, in milliseconds since 1970."""

DAY = 86_400_000

PAUSE = 20_000
"""Milliseconds from one call to the next, on average."""

GAPS = {
    "input_audio_buffer.append": 200,
    "input_audio_buffer.committed": 250,
    "response.created": 120,
    "response.output_item.added": 300,
}
"""Milliseconds from the event before, on average."""

USUAL_GAP = 20

FAILED = {
    "type": "failed",
    "error": {"type": "server_error", "code": "inference_overloaded"},
}

FAILURES = 0.03
"""How many of the responses fail."""

FAULTS = 0.006
"""How many of the lines are faulty, where faults are asked for."""

app = App(name="python -m benchmarks.archive", version_flags=[])


@Parameter(name="*")
@frozen
class Contents:
    """What the lines of an archive look like."""

    audio_bytes: int | None = None
    """Cut the audio of each event to so many bytes, rounded down to a multiple of 3."""

    stamps: bool = False
    """Add ``logged_at``, in milliseconds since 1970, and ``logged_session``."""

    faults: bool = False
    """Make some lines of an unknown type, invalid, or half written."""

    client: bool = True
    """Have what the client sent as well."""


PLAIN = Contents()


@app.default
def make_archive(
    folder: Path,
    *,
    events: Annotated[int, Parameter(validator=Number(gte=0))] = 100_000,
    files: Annotated[int, Parameter(validator=Number(gte=1))] = 4,
    gzip: Annotated[bool, Parameter(negative=())] = False,
    contents: Contents = PLAIN,
) -> None:
    """Write an archive.

    Args:
        folder: Where to put the files; created if it does not exist.
        events: How many lines there are, in all files together.
        files: How many files there are.
        gzip: Compress them.
        contents: What the lines look like.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ending = ".jsonl.gz" if gzip else ".jsonl"
    paths = [folder / f"events-{number:04}{ending}" for number in range(files)]
    sizes = [events // files + (number < events % files) for number in range(files)]
    with ProcessPoolExecutor(min(files, os.cpu_count() or 1)) as pool:
        write = partial(write_log, contents=contents)
        list(pool.map(write, paths, sizes, range(files)))


def write_log(path: Path, events: int, seed: int, contents: Contents = PLAIN) -> None:
    """Write a log with this number of *events*; a name in ``.gz`` compresses it."""
    with ExitStack() as stack:
        file: Any = stack.enter_context(path.open("wb"))
        if path.suffix == ".gz":
            file = gzip.GzipFile("", "wb", compresslevel=1, fileobj=file, mtime=0)
            stack.enter_context(file)
        for line in islice(Log(seed, contents).run(), events):
            file.write(line + b"\n")


@define
class Log:
    """Writes the lines of one log, without end."""

    seed: int
    contents: Contents
    rng: random.Random = field(init=False)
    clock: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 - nothing here is secret
        self.clock = START + self.seed * DAY

    def run(self) -> Iterator[bytes]:
        """Write one call after the other."""
        for number in count():
            self.clock += self.rng.expovariate(1 / PAUSE)

            # Drawn, since consecutive seeds can mean the same to `random`.
            server, client = self.rng.getrandbits(64), self.rng.getrandbits(64)
            session = SESSIONS[number % len(SESSIONS)]
            frames: Iterable[Frame] = generate_session(session, server)
            if self.contents.client:
                frames = add_client(frames, client)

            for frame in frames:
                yield self.write(frame, f"call_{self.seed}_{number}")

    def write(self, frame: Frame, session: str) -> bytes:
        """Write *frame* as a line, with the stamps and faults that are asked for."""
        type_ = frame["type"]
        self.clock += self.rng.lognormvariate(log(GAPS.get(type_, USUAL_GAP)), 0.4)

        if type_ == "response.done" and self.rng.random() < FAILURES:
            frame["response"] |= {
                "status": "failed",
                "status_details": FAILED,
                "usage": None,
            }

        size = self.contents.audio_bytes
        if size is not None and type_ in AUDIO:
            key = AUDIO[type_]
            frame[key] = frame[key][: size // 3 * 4]

        if self.contents.stamps:
            frame |= {"logged_at": int(self.clock), "logged_session": session}
        if self.contents.faults and self.rng.random() < FAULTS:
            return self.spoil(frame)
        return orjson.dumps(frame)

    def spoil(self, frame: Frame) -> bytes:
        """Write *frame* with a fault."""
        match self.rng.randrange(3):
            case 0:
                return orjson.dumps(frame | {"type": "response.thought.delta"})
            case 1:
                return orjson.dumps(frame | {"event_id": 7})

        line = orjson.dumps(frame)
        half = line[: len(line) // 2].decode(errors="ignore")
        return half.encode()


def add_client(frames: Iterable[Frame], seed: int) -> Iterator[Frame]:
    """Iterate over *frames* of a server, and the client's events that cause them."""
    make = FrameMaker(seed)
    typed = False

    for frame in frames:
        match frame:
            case {"type": "session.updated"}:
                session = {"type": "realtime", "instructions": make.text(20)}
                yield make.frame("session.update", session=session)

            case {"type": "input_audio_buffer.speech_started"}:
                typed = False
                yield from speak(make, 2)

            case {"type": "input_audio_buffer.speech_stopped"}:
                yield from speak(make, 14)

            case {
                "type": "conversation.item.added",
                "item": {"role": "user", "content": [{"type": "input_text"}]} as item,
            }:
                typed = True
                keys = ("type", "role", "content")
                sent = {key: item[key] for key in keys}
                yield make.frame("conversation.item.create", item=sent)
            case {"type": "response.created"} if typed:
                yield make.frame("response.create")

        yield frame


def speak(make: FrameMaker, chunks: int) -> Iterator[Frame]:
    """Send this number of chunks of audio."""
    for _ in range(chunks):
        audio = make.audio_delta({}, CHUNK)["delta"]
        yield make.frame("input_audio_buffer.append", audio=audio)


if __name__ == "__main__":
    sys.exit(app())
