"""``rtmodels stats`` sums up the rows of Parquet as it does the messages in them."""

import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from rtmodels.adapters._recordings.found import HintError
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters.archive import Tables, tabulate
from rtmodels.adapters.archive._reading import tabulate_files
from rtmodels.adapters.cli import app

from ..recordings import INVALID, MESSAGES, UNKNOWN, append
from .tabulating import audio, created, done, message, placed, server, settings

pytestmark = pytest.mark.needs("arrow", "cli")

ITEM = message("user", {"type": "input_text", "text": "Hi", "detail": None, "n": 3})
BETA = [
    server("response.audio.delta", **{**audio(), "type": "response.audio.delta"}),
    {
        "type": "session.updated",
        "event_id": "event_1",
        "session": {
            "id": "sess_9",
            "object": "realtime.session",
            "modalities": ["audio", "text"],
            "voice": "alloy",
            "output_audio_format": "g711_ulaw",
            "temperature": 1,
        },
    },
]
ODD = [
    UNKNOWN,
    INVALID,
    append(300),
    {"no": "type"},
    {"type": "response.done", "event_id": "event_1", "response": {"output": [7]}},
    {"type": "response.cancel", "response_id": 7},
    settings(voice=None, speed=2),
    settings("session.updated", "sess_2", voice={"id": "voice_1"}, format=None),
    created("resp_7", metadata={"a": "b"}, audio={"output": {"voice": "new"}}),
    placed({**ITEM, "more": {"deep": [1, 2.5, None, 10**30]}}),
    placed({"id": "item_8", "type": "hologram", "size": 4}),
    placed({**ITEM, "id": "item_9", "role": "conductor"}),
    server("conversation.item.retrieved", item={**ITEM, "status": 5}),
    audio(960, response_id="resp_7", item_id="item_7", obfuscation="\ud800"),
    done("resp_7", "failed", usage={"input_tokens": 3.0, "output_tokens": -(2**70)}),
    done("resp_8", "dissolved", status_details={"type": "failed", "error": None}),
    server("error", error={"type": "server_error", "message": "\ud83d", "code": None}),
]
"""Messages that are extended, invalid, unknown, or hard to represent."""

LINES = [
    *map(json.dumps, [*MESSAGES, *ODD, *BETA]),
    "[1]",
    '{"type": "resp',
    '{"type": "response.cancel", "response_id": "a", "response_id": "b"}',
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a log, and its conversions to Parquet in two modes."""
    path = tmp_path_factory.mktemp("parquet")
    records = (
        f'{{"at": {1_767_225_600 + number / 4}, "of": "{number % 3}", "event": {line}}}'
        for number, line in enumerate(LINES)
    )
    (path / "log.jsonl").write_text("".join(f"{record}\n" for record in records))

    for mode in ("tolerant", "forgiving"):
        files = (str(path / "log.jsonl"), str(path / f"{mode}.parquet"))
        keys = ("--event-key=event", "--time-key=at", "--session-key=of")
        with pytest.raises(SystemExit):
            app(["convert", *files, *keys, f"--mode={mode}"])
    return path


def read_tables(path: Path, **options: Any) -> Tables:
    """Return the tables of the file at *path*, as ``rtmodels stats`` makes them."""
    keys = {"event_key": "event", "time_key": "at", "session_key": "of"}
    if path.suffix == ".parquet":
        keys = {}

    read = ReadOptions(**keys, **options)
    told: list[Exception] = []
    tables = tabulate_files([str(path)], read, told.append, lambda *_: None)
    assert all(isinstance(error, HintError) for error in told)
    return tables


def list_errors(tables: Tables) -> list[dict[str, Any]]:
    """Return the errors; where a parser stopped counts the spaces of the log."""
    return [
        {**row, "message": re.sub(r": line \d+ column .*", "", row["message"] or "")}
        for row in tables.errors.to_pylist()
    ]


@pytest.mark.parametrize("upgrade", [False, True])
@pytest.mark.parametrize("mode", ["strict", "tolerant", "forgiving"])
@pytest.mark.parametrize("file", ["tolerant", "forgiving"])
def test_rows_are_summed_up_like_their_messages(folder, file, mode, upgrade):
    """Every table has the same rows, whatever the messages are and the mode is."""
    options = {"mode": mode, "upgrade": upgrade}

    lines = read_tables(folder / "log.jsonl", **options)
    rows = read_tables(folder / f"{file}.parquet", **options)

    assert lines.errors.num_rows > 5
    assert lines.responses.num_rows > 5
    assert rows.responses.equals(lines.responses)
    assert rows.items.equals(lines.items)
    assert list_errors(rows) == list_errors(lines)


def test_rows_that_pyarrow_read_are_summed_up_too(folder):
    """A program may read the file itself, and only some of its rows."""
    path = folder / "tolerant.parquet"
    batches = list(pq.ParquetFile(path).iter_batches(50))

    tables = tabulate(batches)

    assert tables.responses.equals(read_tables(path).responses)
    assert tabulate(batches[:1]).responses.num_rows < tables.responses.num_rows
