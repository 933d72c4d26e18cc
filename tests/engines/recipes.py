"""The recipes of docs/engines.md, run on an archive, and what must come out."""

import gzip
import json
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from benchmarks.archive import Contents, write_log
from rtmodels import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.adapters.arrow import ArrowAdapter

from ..paths import ROOT

TEXT = (ROOT / "docs" / "engines.md").read_text()
ADAPTER = ArrowAdapter(RealtimeClientEvent | RealtimeServerEvent)
TIME = pa.timestamp("us", tz="UTC")
NAMES = ("events-0.jsonl", "events-1.jsonl.gz", "events-2.jsonl.gz")
EVENTS = 1200


@frozen
class Archive:
    """The events of a folder, decoded in this process."""

    lines: list[bytes]
    """The lines of all files."""

    table: pa.Table
    """What becomes of them, with the name of the file, the line and the time."""

    days: dict[date, tuple[int, int, int]]
    """Responses of each day, how many of them failed, and the tokens they took."""

    @property
    def items(self) -> dict[str, int]:
        """The types of the items in responses that are done."""
        return Counter(
            item["type"]
            for event in self.valid_events
            if event["type"] == "response.done"
            for item in event["response"]["output"]
        )

    @property
    def audio(self) -> int:
        """The bytes of audio that came."""
        return sum(
            len(b64decode(event["delta"]))
            for event in self.valid_events
            if event["type"] == "response.output_audio.delta"
        )

    @property
    def last(self) -> int:
        """The time of the last event whose columns are filled."""
        return max(
            event["logged_at"]
            for event in self.valid_events
            if event["type"] != "response.thought.delta"
        )

    @property
    def valid_events(self) -> Iterator[Any]:
        """The events that decode."""
        events = filter(None, map(parse, self.lines))
        return (event for event in events if event["event_id"] != 7)


def write_archive(folder: Path) -> Archive:
    """Write ``logs`` into *folder*, some of them compressed."""
    logs = folder / "logs"
    logs.mkdir()
    lines, files, numbers = [], [], []
    for seed, name in enumerate(NAMES):
        contents = Contents(audio_bytes=480, stamps=True, faults=True)
        write_log(logs / name, EVENTS, seed, contents)
        data = (logs / name).read_bytes()
        text = gzip.decompress(data) if name.endswith(".gz") else data
        found = text.splitlines()
        lines += found
        files += [name] * len(found)
        numbers += range(1, len(found) + 1)
    decoded = ADAPTER.decode(lines)
    places = {"file": files, "line": numbers, "at": pa.array(read_times(lines), TIME)}
    columns = dict(zip(decoded.schema.names, decoded.columns, strict=True))
    return Archive(lines, pa.table(places | columns), count_responses(lines))


def parse(line: bytes) -> Any:
    """Parse *line*, or return None where that is impossible."""
    try:
        return orjson.loads(line)
    except ValueError:
        return None


def read_times(lines: list[bytes]) -> list[datetime | None]:
    """Return when each event was received."""
    events = map(parse, lines)
    return [
        event and datetime.fromtimestamp(event["logged_at"] / 1000, UTC)
        for event in events
    ]


def count_responses(lines: list[bytes]) -> dict[date, tuple[int, int, int]]:
    """Answer the question of the recipes from what is valid of the JSON."""
    counts: dict[str, Counter[date]] = {
        key: Counter() for key in ("responses", "failed", "tokens")
    }
    for line, at in zip(lines, read_times(lines), strict=True):
        event = parse(line)
        if at and event["type"] == "response.done" and event["event_id"] != 7:
            response = event["response"]
            counts["responses"][at.date()] += 1
            counts["failed"][at.date()] += response["status"] == "failed"
            counts["tokens"][at.date()] += (response["usage"] or {}).get(
                "total_tokens", 0
            )
    return {
        day: tuple(count[day] for count in counts.values())
        for day in counts["responses"]
    }


def run_recipe(title: str, folder: Path, names: dict[str, Any] | None = None) -> Any:
    """Run the code of the section *title* in *folder*; return its variables."""
    section = re.split(rf"^## {title}\n", TEXT, flags=re.MULTILINE)[1]
    section = re.split(r"^## ", section, flags=re.MULTILINE)[0]
    blocks = re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    names = {"__name__": "__main__"} if names is None else names
    with chdir(folder):
        for block in blocks:
            exec(block, names)  # noqa: S102 - the recipe is what is tested
    return names


def check_same(table: pa.Table, archive: Archive) -> None:
    """Compare an engine's whole table with that of *archive*, whatever its order."""
    source = table["source"]
    files = pc.struct_field(source, "file").cast(pa.string())
    places = {
        "file": pc.replace_substring_regex(files, ".*/", ""),
        "line": pc.struct_field(source, "line"),
        "at": pc.struct_field(source, "received_at").cast(TIME),
    }
    events = table.drop_columns("source").cast(ADAPTER.schema)
    columns = dict(zip(events.schema.names, events.columns, strict=True))
    found = pa.table(places | columns).sort_by(
        [("file", "ascending"), ("line", "ascending")]
    )

    assert found.schema.names == archive.table.schema.names
    for name in found.schema.names:
        assert found[name].combine_chunks() == archive.table[name].combine_chunks(), (
            name
        )


def check_lines(table: pa.Table, archive: Archive) -> None:
    """Compare a table whose file and line are lost with that of *archive*."""
    found = group_by_message(table.select(ADAPTER.schema.names))
    expected = group_by_message(archive.table.select(ADAPTER.schema.names))

    assert found.keys() == expected.keys()
    assert found == expected


def group_by_message(table: pa.Table) -> dict[bytes, Any]:
    """Return the rows of *table* by the JSON value that each encodes to."""
    messages = map(normalize, ADAPTER.encode(table).to_pylist())
    rows = [row | {"raw": None} for row in table.to_pylist()]
    return dict(zip(messages, rows, strict=True))


def check_encoded(table: pa.Table, archive: Archive) -> None:
    """Encode an engine's table, and compare the JSON values with the lines."""
    encoded = ADAPTER.encode(table).to_pylist()
    expected = Counter(map(normalize, archive.lines))

    assert Counter(map(normalize, encoded)) == expected
    assert len(encoded) == len(archive.lines)


def normalize(line: bytes) -> bytes:
    """Write the JSON value of *line* in the one way that equal values share."""
    try:
        value = json.loads(line, parse_int=float)  # 3 and 3.0 are the same number
    except ValueError:
        return line.strip()
    return json.dumps(value, sort_keys=True).encode()
