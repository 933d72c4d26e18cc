"""The messages of the command ``rtmodels``, each in a folder of its own."""

import gc
import gzip
import re
from collections.abc import Generator, Mapping
from contextlib import (
    chdir,
    contextmanager,
    redirect_stderr,
    redirect_stdout,
    suppress,
)
from importlib import import_module
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..recordings import SERVER, to_lines
from . import Calls

LOG = to_lines([SERVER])
RECORDS = to_lines([{"at": 1, "who": {}, "event": SERVER}])
LIVE = to_lines([{"type": "session.start", "event_id": "event_1"}])
BEGUN = to_lines([{"type": "session.created", "event_id": "event_1"}])
BETA = {"type": "response.text.delta", "event_id": "event_1"}


@contextmanager
def folder(**logs: bytes) -> Generator[None]:
    """Work in a new folder with some recordings, ``a`` for ``a.jsonl``."""
    with TemporaryDirectory() as path, chdir(path):
        for name, data in {"a": LOG, **logs}.items():
            Path(f"{name}.jsonl").write_bytes(data)
        yield


def call(*args: str, status: int = 2) -> str:
    """Run the command, which must fail, and return what it printed."""
    app = import_module("rtmodels.adapters.cli").app
    output = StringIO()
    with redirect_stdout(output), redirect_stderr(output):
        try:
            app(args)
        except SystemExit as exc:
            assert exc.code == status, output.getvalue()
        finally:
            # A command takes what is imported out of the collector's sight. Hypothesis
            # needs it there, and warns otherwise.
            gc.unfreeze()

    # Errors of arguments are printed in a box, in lines of its width.
    text = output.getvalue()
    return f"{text}\n{' '.join(re.findall('│ (.*?) *│', text))}"


def run(*args: str, **logs: bytes) -> str:
    """Run the command on recordings, as `folder` and `call` do."""
    with folder(**logs):
        return call(*args)


def check(log: bytes, *options: str, status: int = 2) -> str:
    """Check one recording."""
    with folder(b=log):
        return call("check", "b.jsonl", *options, status=status)


def convert(*args: str, **logs: bytes) -> str:
    """Convert recordings where there are some files that may be in the way."""
    with folder(**logs):
        Path("folder.jsonl").mkdir()
        Path("old.jsonl").touch()
        Path("linked.jsonl.partial").symlink_to("old.jsonl")
        return call("convert", *args)


def convert_twice() -> str:
    """Convert to an output that another run is writing."""
    partial = import_module("rtmodels.adapters.archive._partial").PartialFile
    with folder(), partial(Path("out.jsonl")).open_locked():
        return call("convert", "a.jsonl", "out.jsonl")


def write_parquet(columns: Mapping[str, list[Any]], name: str) -> None:
    """Write a Parquet file that ``rtmodels convert`` did not write."""
    pa = import_module("pyarrow")
    import_module("pyarrow.parquet").write_table(pa.table(columns), name)


def check_other_parquet() -> str:
    """Check a Parquet file without the columns of an archive."""
    with folder():
        write_parquet({"id": ["resp_1"]}, "b.parquet")
        return call("check", "b.parquet")


def check_damaged_parquet() -> str:
    """Check a Parquet file whose first page was overwritten."""
    with folder():
        app = import_module("rtmodels.adapters.cli").app
        with redirect_stderr(StringIO()), suppress(SystemExit):
            app(["convert", "a.jsonl", "b.parquet"])
        with Path("b.parquet").open("r+b") as file:
            file.seek(4)
            file.write(b"\xff" * 16)
        return call("check", "b.parquet")


def check_empty_folder() -> str:
    """Check a folder without recordings."""
    with folder():
        Path("empty").mkdir()
        return call("check", "empty")


ARGUMENTS: Calls = {
    "Unknown option …; for a file, write ./….": lambda: run("check", "--odd"),
    "the keys of the event, its time and its session must differ": (
        lambda: check(LOG, "--event-key", "a", "--time-key", "a")
    ),
    "--upgrade reads the beta of the Realtime API; …": (
        lambda: check(LOG, "--upgrade", "--protocol", "live")
    ),
    "No type named …": lambda: run("schema", "Respons"),
}

FILES: Calls = {
    "expected JSON, got … at column …": lambda: check(b'{"type":', status=1),
    "expected UTF-8, got byte … at column …": lambda: check(b"\xff", status=1),
    "No such file or directory": lambda: run("check", "missing.jsonl"),
    "No file matches": lambda: run("check", "*.none"),
    "No recording in this directory; names end in …": check_empty_folder,
    "looks like a log whose records hold the event under …; read it with …": (
        lambda: check(RECORDS)
    ),
    "looks like a log of the beta (…); read it with --upgrade": (
        lambda: check(to_lines([BETA]))
    ),
    "looks like a log of …; read it with --protocol …": (
        lambda: check(LIVE, "--protocol", "realtime")
    ),
    "looks like a log of …, which has no beta; omit --upgrade": (
        lambda: check(LIVE, "--upgrade")
    ),
    "also has events of … (…); to read these, use --protocol …": (
        lambda: check(LIVE + BEGUN)
    ),
    "looks like a document that holds its records in a list; …": (
        lambda: check(to_lines([{"events": [SERVER]}]))
    ),
    "looks like text without JSON objects: …": lambda: check(b"some text\n" * 3),
    "neither JSON nor MessagePack: …": lambda: check(b"RIFF\0\0"),
    "not a JSON array: …": lambda: check(b'[\n{"type":'),
    "text after the array": lambda: check(b"[\n{}]\n5"),
    "bad … data: …": lambda: check(gzip.compress(LOG * 99)[:-9]),
    "the message has … bytes; the limit is …": (
        lambda: check(b'{"type":"' + b"x" * (33 << 20) + b'"}\n' + LOG)
    ),
    "the document exceeds … bytes": (
        lambda: check(b'{\n  "type": "' + b"x" * (33 << 20))
    ),
}

LARGE_WINDOW = b"\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"
"""A file of zstd that needs a window of 2 GiB, and holds nothing."""

ARCHIVES: Calls = {
    "no output file; …": lambda: convert("a.jsonl"),
    "unsupported file type; use one of …": lambda: convert("a.jsonl", "b.csv"),
    "is a URL; the output has to be a local path": (
        lambda: convert("a.jsonl", "s3://logs/b.jsonl")
    ),
    "is the output, and cannot be read too": lambda: convert("a.jsonl", "a.jsonl"),
    "no other file to read": lambda: convert("o*.jsonl", "old.jsonl"),
    "already exists; use --overwrite to replace it": (
        lambda: convert("a.jsonl", "old.jsonl")
    ),
    "is a directory": lambda: convert("a.jsonl", "folder.jsonl"),
    "is a symbolic link; remove it": lambda: convert("a.jsonl", "linked.jsonl"),
    "another run is writing this file": convert_twice,
    "…; run the same command again to resume": (
        lambda: convert("a.jsonl", "missing/b.jsonl")
    ),
    "no event has a time; name its key with --time-key": (
        lambda: run("stats", "a.jsonl", "--per", "day")
    ),
    "--…-key …: no record has this key; the first has …": (
        lambda: check(RECORDS, "--event-key", "event", "--time-key", "time")
    ),
    "--…-key …: no record has …": (
        lambda: check(RECORDS, "--event-key", "event", "--session-key", "who")
    ),
    "not MessagePack maps: …": lambda: check(b"\x81\xa4type\xc1"),
    "needs a window of more than 128 MiB; …": lambda: check(LARGE_WINDOW),
    "not written by rtmodels convert; missing columns: …": check_other_parquet,
    "rows … to … are damaged: …": check_damaged_parquet,
}

PLOT: Calls = {
    "the name of a plot must end in …": (
        lambda: run("stats", "a.jsonl", "--plot", "b.gif")
    ),
}

CHECK: Calls = {**ARGUMENTS, **FILES}
