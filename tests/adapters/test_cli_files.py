"""What ``rtmodels check`` reads: every form of a log, and what is broken in one."""

import gzip
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from ..recordings import (
    COMMAND,
    INVALID,
    MESSAGES,
    SAMPLE,
    SERVER,
    check,
    run,
    settings,
    tell,
    to_lines,
)

pytestmark = pytest.mark.needs("cli")

CLEARED = "input_audio_buffer.cleared"
NOISE = random.Random(7).randbytes(3000).hex().encode()  # noqa: S311 - incompressible


def to_array(*more):
    """Write an array of two good messages, and of *more* texts."""
    text = json.dumps(SERVER).encode()
    return b"[" + b", ".join([text, text, *more]) + b"]"


@pytest.fixture(scope="module")
def sample():
    """Return the output of the command for the sample session."""
    return check(SAMPLE.read_bytes())[1]


LINES = to_lines(MESSAGES)
INDENTED = json.dumps(MESSAGES, indent=2).encode()
FORMS = {
    "JSON Lines": LINES,
    "JSON Lines from Windows": b"\xef\xbb\xbf" + LINES.replace(b"\n", b"\r\n\r\n"),
    "JSON Lines without an end": b"\n\n" + LINES.rstrip(),
    "an array on one line": json.dumps(MESSAGES).encode(),
    "an array on many lines": b"\n" + INDENTED + b"\n",
    "an array of lines": b"[\n" + LINES.rstrip().replace(b"\n", b",\n") + b"\n]",
    "JSON Lines in gzip": gzip.compress(LINES),
    "JSON Lines in gzip members": gzip.compress(LINES[:7]) + gzip.compress(LINES[7:]),
    "JSON Lines in padded gzip": gzip.compress(LINES) + bytes(100_000),
    "an array in gzip": gzip.compress(INDENTED),
}


@pytest.mark.parametrize("log", FORMS.values(), ids=FORMS.keys())
def test_every_form_gives_the_same(log, sample):
    """How messages are written makes no difference; the name of a file says nothing."""
    status, summary = check(log)

    assert status == 0
    for key in ("frames", "events", "usage", "audio"):
        assert summary[key] == sample[key]


def test_the_size_of_gzip_is_that_of_the_text():
    """Speeds compare, compressed or not."""
    assert check(gzip.compress(LINES))[1]["bytes"] == len(LINES)


@pytest.mark.parametrize("indent", [None, 0, 2, "\t"])
def test_one_document_is_one_message(indent):
    """It may take one line or many."""
    document = json.dumps(settings("session.created"), indent=indent).encode()

    assert check(document)[1]["events"] == {"session.created": 1}


@pytest.mark.parametrize("log", [LINES, gzip.compress(LINES)], ids=["plain", "in gzip"])
def test_a_dash_is_standard_input(log, sample):
    """A log can be piped in, compressed or not."""
    result = run("check", "-", "--json", stdin=log)
    summary = json.loads(result.stdout)

    assert result.returncode == 0
    assert summary["files"] == ["-"]
    assert summary["events"] == sample["events"]


def test_files_are_summed(sample):
    """Files add up, wherever they stand among the options."""
    status, summary = check(
        LINES, str(SAMPLE), "--mode", "tolerant", str(SAMPLE), "--direction", "auto"
    )

    assert status == 0
    assert summary["files"][1:] == [str(SAMPLE)] * 2
    assert summary["frames"] == 3 * sample["frames"]
    assert summary["usage"]["total_tokens"] == 3 * 4729


@pytest.mark.parametrize("log", [b"", b"\n \n", b"\xef\xbb\xbf", b"[]"])
def test_nothing_is_clean(log):
    """A file without messages has no issues."""
    status, summary = check(log)

    assert status == summary["frames"] == summary["issue_count"] == 0


def test_memory_does_not_grow_with_the_file(tmp_path):
    """JSON Lines are streamed."""
    program = (
        "import resource, sys; from rtmodels.adapters.cli import app\n"
        "try: app(['check', sys.argv[1]])\n"
        "except SystemExit: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )

    def peak(copies):
        path = tmp_path / "long.jsonl"
        path.write_bytes(LINES * copies)
        result = subprocess.run(
            [sys.executable, "-c", program, path], check=True, stdout=subprocess.PIPE
        )
        return int(result.stdout.split()[-1])

    assert peak(40) < peak(1) + 6000  # kilobytes; the file has 18,000 more


BAD_LINES = {
    b'{"type":"response.do': ("$", "JSON", "unexpected end of data at column 21"),
    b'{"type":"\xff"}': ("$", "UTF-8", "byte 0xff at column 10"),
    b"\x81\xa1x\x01": ("$", "UTF-8", "byte 0x81 at column 1"),
    b"42": ("$", "object", "int"),
    b"null": ("$", "object", "null"),
    b'["array"]': ("$", "object", "array"),
    b"{}": ("$.type", "str", "nothing"),
    b'{"type":["list"]}': ("$.type", "str", "array"),
    json.dumps(INVALID).encode(): ("$.event_id", "str", "int"),
}


@pytest.fixture(scope="module")
def bad():
    """Return the output of the command for bad lines with good ones between them."""
    return check(b"".join(to_lines([line, SERVER]) for line in BAD_LINES))


def test_a_bad_line_is_an_issue(bad):
    """Each has its line, counted from 1, its path and what is wrong there."""
    status, summary = bad

    assert status == 1
    assert [
        (issue["line"], (issue["path"], issue["expected"], issue["got"]))
        for issue in summary["issues"]
    ] == list(zip(range(1, 99, 2), BAD_LINES.values(), strict=False))


def test_a_bad_line_stops_no_other(bad):
    """All good messages are counted, and all frames are either good or bad."""
    _, summary = bad

    assert summary["events"] == {CLEARED: len(BAD_LINES)}
    assert summary["invalid"] == len(BAD_LINES)
    assert summary["frames"] == 2 * len(BAD_LINES)


@pytest.mark.parametrize("second", [b"", b"\xff", b"{", b'"text"', b"7"])
def test_a_bad_first_line_is_not_taken_for_a_document(second):
    """A log that begins with a broken message is still a log."""
    log = to_lines([b'{"type":"resp', second, SERVER])

    assert check(log)[1]["events"] == {CLEARED: 1}


def test_an_array_on_a_line_of_its_own_is_not_the_whole_file():
    """What follows it is read."""
    assert check(to_lines([b"[1, 2]", SERVER]))[1]["events"] == {CLEARED: 1}


def test_blank_lines_count_as_lines():
    """The number is that which an editor shows."""
    _, summary = check(b"\n\n" + to_lines([INVALID]))

    assert summary["issues"][0]["line"] == 3


def test_an_element_of_an_array_has_an_index():
    """It is in the path, and there is no line."""
    _, summary = check(json.dumps([SERVER, 42, SERVER, INVALID]).encode())

    assert [(issue["line"], issue["path"]) for issue in summary["issues"]] == [
        (None, "$[1]"),
        (None, "$[3].event_id"),
    ]


@pytest.mark.parametrize(
    ("log", "line", "got"),
    [
        (b'{\n "type": "x",\n "y": "\xfe"\n}', 3, "byte 0xfe at column 8"),
        (b'{\n "type": "x",\n', 2, "unexpected end"),
    ],
)
def test_a_broken_document_is_one_issue(log, line, got):
    """It is on the line where the parser gave up."""
    status, summary = check(log)
    (issue,) = summary["issues"]

    assert status == summary["frames"] == 1
    assert issue["line"] == line
    assert got in issue["got"]


@pytest.mark.parametrize(
    ("log", "frames", "reason"),
    [
        (b'[\n{"type": nope}\n]', 0, "not a JSON array: Expecting value: byte 11"),
        (to_array(b"nope"), 2, "not a JSON array: Expecting value: byte 127"),
        (to_array() + b" and more", 2, "text after the array"),
        (to_array()[:-20], 1, "not a JSON array: Unterminated string"),
        (b"[" * 5000, 0, "not a JSON array: "),
    ],
)
def test_a_broken_array_counts_as_far_as_it_goes(log, frames, reason):
    """The rest is no message, and the file cannot be read to its end."""
    status, summary = check(log)
    (unreadable,) = summary["unreadable"]

    assert status == 2
    assert summary["frames"] == summary["events"].get(CLEARED, 0) == frames
    assert summary["issue_count"] == 0
    assert unreadable["reason"].startswith(reason)
    assert unreadable["line"] is None


def test_a_document_is_on_the_line_where_it_begins():
    """As the one message of a line is."""
    document = json.dumps(INVALID, indent=2).encode()

    (issue,) = check(b"\n\n" + document)[1]["issues"]

    assert (issue["line"], issue["path"]) == (3, "$.event_id")


@pytest.mark.parametrize("log", [b"\x89PNG\r\n\x1a\n\0\0", b"\0\0PAR1"])
def test_what_is_no_log_is_unreadable(log):
    """It is not mistaken for lines that are all wrong."""
    status, summary = check(log)
    (unreadable,) = summary["unreadable"]

    assert (status, summary["frames"]) == (2, 0)
    assert unreadable["line"] == 1
    assert unreadable["reason"].startswith("neither JSON nor MessagePack: starts with")


def test_a_line_that_is_too_long_is_skipped():
    """It is named, and the lines after it count."""
    log = to_lines([SERVER, b'"' + b"A" * (33 << 20) + b'"', SERVER])

    status, summary = check(log)
    (unreadable,) = summary["unreadable"]

    assert (status, summary["frames"]) == (2, 2)
    assert unreadable["line"] == 2
    assert unreadable["reason"].startswith(
        "the message has 34,603,010 bytes; the limit"
    )


def test_a_pattern_names_several_files(tmp_path):
    """It is expanded as other commands do it, sorted by name."""
    for name in ("b.jsonl", "a.jsonl", "c.txt"):
        (tmp_path / name).write_bytes(to_lines([SERVER]))

    _, summary = check(b"", f"{tmp_path}/*.jsonl")

    assert [Path(file).name for file in summary["files"][1:]] == ["a.jsonl", "b.jsonl"]
    assert summary["frames"] == 2


def test_a_pattern_that_matches_nothing_is_unreadable(tmp_path):
    """It is more likely a mistake than nothing to check."""
    status, summary = check(b"", f"{tmp_path}/*.jsonl")

    assert status == 2
    assert summary["unreadable"] == [
        {"file": f"{tmp_path}/*.jsonl", "line": None, "reason": "No file matches"}
    ]


@pytest.mark.needs("arrow")
@pytest.mark.parametrize("form", ["zstd", "MessagePack"])
def test_with_another_extra_check_reads_what_archives_hold(form, sample):
    """It reads as `rtmodels convert` does."""
    import pyarrow as pa  # noqa: PLC0415 - the other tests do without

    from rtmodels.adapters._msgpack import dump_msgpack  # noqa: PLC0415

    log = b"".join(map(dump_msgpack, MESSAGES))
    if form == "zstd":
        log = pa.Codec("zstd").compress(LINES, asbytes=True)

    status, summary = check(log)

    assert status == 0
    assert summary["events"] == sample["events"]
    assert summary["audio"] == sample["audio"]


@pytest.mark.needs("arrow")
def test_an_issue_in_messagepack_has_an_index():
    """The stream has no lines."""
    from rtmodels.adapters._msgpack import dump_msgpack  # noqa: PLC0415

    log = b"".join(map(dump_msgpack, [SERVER, INVALID]))

    (issue,) = check(log)[1]["issues"]

    assert (issue["line"], issue["path"]) == (None, "$[1].event_id")


@pytest.mark.parametrize(
    ("log", "library"),
    [(b"\x28\xb5\x2f\xfd", "pyarrow"), (b"\x81\xa4type\xa1x", "msgpack")],
)
def test_what_needs_another_extra_says_so(monkeypatch, log, library):
    """The command itself needs only its own."""
    monkeypatch.setitem(sys.modules, library, None)
    for module in ("maps", "zstd"):
        name = f"rtmodels.adapters._recordings.{module}"
        monkeypatch.delitem(sys.modules, name, raising=False)

    status, summary = check(log)
    (unreadable,) = summary["unreadable"]

    assert status == 2
    assert unreadable["reason"] == (
        f"{library} is not installed; get it with `pip install 'rtmodels[arrow]'`"
    )


def test_check_loads_no_library_of_another_extra():
    """JSON and gzip are read by what is there without them."""
    program = (
        "import sys; from rtmodels.adapters.cli import app\n"
        "try: app(['check', '-'])\n"
        "except SystemExit: pass\n"
        "names = {'pyarrow', 'msgpack', 'msgspec', 'ormsgpack', 'fsspec'}\n"
        "sys.exit(str(names & set(sys.modules)) if names & set(sys.modules) else 0)"
    )

    result = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        input=gzip.compress(LINES),
    )

    assert result.stderr == b""
    assert b"306 frames" in result.stdout


def test_every_issue_of_a_frame_counts():
    """One message may have several."""
    _, summary = check(to_lines([{"type": "response.done"}]))

    assert (summary["issue_count"], summary["invalid"]) == (2, 1)


def test_the_first_ten_issues_are_shown():
    """The rest are counted."""
    log = to_lines([INVALID] * 14)
    _, summary = check(log)
    _, report = tell(log)

    assert [issue["line"] for issue in summary["issues"]] == list(range(1, 11))
    assert summary["issue_count"] == 14
    assert report.count("$.event_id: expected str, got int") == 10
    assert "... and 4 more.\n14 issues in 14 frames.\n" in report


def test_an_issue_names_its_file(tmp_path):
    """Files are named as they were on the command line."""
    path = tmp_path / "other.jsonl"
    path.write_bytes(to_lines([INVALID]))

    status, report = tell(LINES, str(path))

    assert status == 1
    assert (
        f"{path}:1: input_audio_buffer.cleared: $.event_id: expected str, got int\n"
        "1 issue in 1 frame."
    ) in report


def test_a_missing_file_does_not_stop_the_others(sample):
    """It is named on standard error, and the status is 2."""
    result = run("check", "--json", "missing.jsonl", SAMPLE)
    summary = json.loads(result.stdout)

    assert result.returncode == 2
    assert result.stderr == b"rtmodels: missing.jsonl: No such file or directory\n"
    assert summary["unreadable"] == [
        {"file": "missing.jsonl", "line": None, "reason": "No such file or directory"}
    ]
    assert summary["events"] == sample["events"]


def test_an_unreadable_file_outweighs_issues(tmp_path):
    """A folder is no file, whatever else is wrong."""
    status, summary = check(to_lines([INVALID]), str(tmp_path))

    assert status == 2
    assert summary["issue_count"] == 1


def test_a_truncated_gzip_file_counts_as_far_as_it_goes():
    """What came before the end is not thrown away."""
    status, summary = check(gzip.compress(LINES)[:-20_000])

    assert status == 2
    assert 100 < summary["frames"] < len(MESSAGES)
    assert summary["issues"] == []


def test_a_gzip_file_cut_in_its_second_line_counts_as_far_as_it_goes():
    """A single message is enough."""
    text = to_lines([SERVER]) + os.urandom(5000).hex().encode()

    status, summary = check(gzip.compress(text)[:-2000])

    assert status == 2
    assert summary["frames"] == 1


def test_a_truncated_document_in_gzip_has_no_issue():
    """That it is not JSON is no wonder."""
    status, summary = check(gzip.compress(INDENTED)[:-20_000])

    assert status == 2
    assert summary["issue_count"] == 0


@pytest.mark.parametrize("log", [b"\x1f\x8b\x08" + bytes(50), b"\x1f\x8bnonsense"])
def test_what_only_looks_like_gzip_is_unreadable(log):
    """The magic number is a promise."""
    status, summary = check(log)

    assert status == 2
    assert len(summary["unreadable"]) == 1


def test_what_follows_gzip_is_reported(sample):
    """What comes before it has been read."""
    status, summary = check(gzip.compress(LINES) + b"more")
    (unreadable,) = summary["unreadable"]

    assert status == 2
    assert summary["events"] == sample["events"]
    assert unreadable["reason"].startswith("bad gzip data: ")


def test_damaged_gzip_counts_as_far_as_it_goes():
    """The damage is no issue of a message."""
    noise = to_lines([SERVER] * 1000 + [NOISE])
    data = bytearray(gzip.compress(noise))
    data[-1000:-900] = bytes(100)

    status, summary = check(bytes(data))

    assert status == 2
    assert summary["events"] == {CLEARED: 1000}
    assert summary["frames"] == 1000


def test_closed_standard_input_is_unreadable():
    """There may be nothing at the other end."""
    result = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, "check", "-"],
        check=False,
        capture_output=True,
    )

    assert result.returncode == 2
    assert result.stderr == b"rtmodels: -: Bad file descriptor\n"
