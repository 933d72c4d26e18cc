"""What is broken in a file: all that can be read comes first, then an error."""

import gzip
import json
import random
import tracemalloc
import zlib
from contextlib import suppress

import msgpack
import pytest

from rtmodels import DecodeError
from rtmodels.adapters.archive import read_events
from rtmodels.adapters.archive._files import EventFile

from .event_files import (
    LINES,
    PACKED,
    TEXTS,
    messages_of,
    places_of,
    read_until_error,
    to_array,
    to_zstd,
)

pytestmark = pytest.mark.needs("arrow")

RANDOM = random.Random(7)  # noqa: S311 - noise that no compression gets rid of
NOISE = [
    json.dumps({"type": "x", "audio": RANDOM.randbytes(300).hex()}).encode()
    for _ in range(500)
]
NOISY = b"\n".join(NOISE)


def write(folder, data):
    """Write a file."""
    path = folder / "log"
    path.write_bytes(data)
    return path


def inflate(data):
    """Decompress gzip byte by byte, as far as it goes."""
    decompressor = zlib.decompressobj(31)
    text = []
    with suppress(zlib.error):
        for place in range(len(data)):
            text.append(decompressor.decompress(data[place : place + 1]))  # noqa: PERF401
    return b"".join(text)


def damage(data, place):
    """Change some bytes of *data*."""
    return data[:place] + b"\xff" * 20 + data[place + 20 :]


def test_a_large_window_of_zstd_is_no_damage(tmp_path):
    """The error says how to read the file."""
    frame = bytes.fromhex("28b52ffd 00 a8 010000")  # one empty block, window of 2 GiB
    path = write(tmp_path, frame)

    batches = read_until_error(
        read_events(path), DecodeError, "more than 128 MiB; decompress it first: zstd"
    )

    assert not batches


@pytest.mark.parametrize("cut", [20, 100_000])
def test_a_truncated_gzip_file_is_read_to_its_last_byte(tmp_path, cut):
    """What there is of the last message is a row, and the error tells its line."""
    data = gzip.compress(NOISY)[:-cut]
    lines = inflate(data).split(b"\n")
    path = write(tmp_path, data)

    batches = read_until_error(
        read_events(path), DecodeError, f"^{path}:{len(lines)}: bad gzip data: Trunc"
    )

    assert messages_of(batches) == lines


def test_damaged_gzip_is_read_up_to_the_damage(tmp_path):
    """The damage costs nothing of what comes before it."""
    data = damage(gzip.compress(NOISY), 200_000)
    path = write(tmp_path, data)

    batches = read_until_error(read_events(path), DecodeError, r":\d+: bad gzip data")

    assert messages_of(batches) == inflate(data).split(b"\n")


@pytest.mark.parametrize("broken", [lambda data: data[:-9], lambda data: data + b"xyz"])
def test_broken_zstd_is_read_as_far_as_whole_blocks_go(tmp_path, broken):
    """A block has 128 KiB at most, and comes whole or not at all."""
    path = write(tmp_path, broken(to_zstd(NOISY)))

    batches = read_until_error(read_events(path), DecodeError, r":\d+: bad zstd data")

    *whole, last = messages_of(batches)
    assert whole == NOISE[: len(whole)]
    assert NOISE[len(whole)].startswith(last)
    assert len(b"\n".join([*whole, last])) >= len(NOISY) - (128 << 10)


def test_damaged_zstd_is_read_up_to_the_damage(tmp_path):
    """The frames before it are whole."""
    data = to_zstd(NOISY + b"\n") + to_zstd(LINES)[:-5] + bytes(40)
    path = write(tmp_path, data)

    batches = read_until_error(read_events(path), DecodeError, r":\d+: bad zstd data")

    assert messages_of(batches)[: len(NOISE)] == NOISE


@pytest.mark.parametrize("data", [b"\x1f\x8bnonsense", b"\x28\xb5\x2f\xfdnonsense"])
def test_what_only_looks_compressed_has_no_messages(tmp_path, data):
    """The magic number is a promise."""
    path = write(tmp_path, data)

    assert not read_until_error(
        read_events(path), DecodeError, rf"^{path}:1: bad (gzip|zstd) data"
    )


@pytest.mark.parametrize(
    "messages",
    [NOISE, [msgpack.packb({"type": "x", "noise": text}) for text in NOISE]],
    ids=["array", "MessagePack"],
)
def test_what_breaks_off_in_gzip_has_one_error(tmp_path, messages):
    """That the array or the last message has no end is no wonder."""
    data = to_array(messages) if messages is NOISE else b"".join(messages)
    path = write(tmp_path, gzip.compress(data)[:-1000])
    errors = []

    *whole, last = messages_of(read_events(path, report=errors.append))

    assert 400 < len(whole) < len(messages)
    assert whole == messages[: len(whole)]
    assert messages[len(whole)].startswith(last)
    assert len(errors) == 1
    assert "bad gzip data" in str(errors[0])


def test_a_half_written_last_line_is_a_row(tmp_path):
    """That it is not JSON is found out when it is decoded."""
    path = write(tmp_path, LINES + TEXTS[0][:20])

    assert messages_of(read_events(path)) == [*TEXTS, TEXTS[0][:20]]


@pytest.mark.parametrize(
    ("data", "line", "match", "rows"),
    [
        (b'[{},{"a":nope},{}]', 2, r"Expecting value: byte 9", [b'{"a":nope},{}]']),
        (b"[{},{}", 2, r"expected ',' or '\]' at byte 6", [b"{}"]),
        (b'[{},\n{"a', 2, r"Unterminated string starting at: byte 6", [b'{"a']),
        (b"[{},", 2, r"Expecting value: byte 4", []),
        (b"[", 1, r"Expecting value: byte 1", []),
        (b"[{},]", 2, r"Expecting value: byte 4", [b"]"]),
        (b"[\n{}\n{}]", 1, r"expected ',' or '\]' at byte 4", [b"{}\n{}]"]),
        (b"[{},\nNaN]", 2, r"NaN is not JSON, after byte 5", [b"NaN]"]),
        (b"[\n{}]\n]", 2, r"text after the array", [b"\n]"]),
        (b"[{}," + b"[" * 200_000, 2, r"recursion .*after byte 4", [b"[" * 200_000]),
    ],
)
def test_a_broken_array_is_read_up_to_there(tmp_path, data, line, match, rows):
    """All the rest is one row, and the error tells the place."""
    path = write(tmp_path, data)

    batches = read_until_error(
        read_events(path), DecodeError, f"^{path}:{line}: .*{match}"
    )

    assert messages_of(batches) == [b"{}"] * (line - 1) + rows


@pytest.mark.parametrize(
    ("rest", "match"),
    [
        (PACKED[0][:-1], "unexpected end of file"),
        (b"\xc1" + PACKED[0], "byte 0xc1 does not start a map"),
        (b"\x93\x01\x02\x03" + PACKED[0], "byte 0x93 does not start a map"),
        (b"\n" + PACKED[0], "byte 0x0a does not start a map"),
        (b"\x81\xa1a\xc1", "FormatError"),
        (b"\x81\xa1a" + b"\x91" * 5000 + b"\x01", "StackError"),
    ],
)
def test_broken_messagepack_is_read_up_to_there(tmp_path, rest, match):
    """The rest is one row, since the start of the next message cannot be found."""
    path = write(tmp_path, b"".join(PACKED) + rest)

    batches = read_until_error(
        read_events(path), DecodeError, rf"^{path}:21: not MessagePack maps: {match}"
    )

    assert messages_of(batches) == [*PACKED, rest]
    assert places_of(batches)[-1] == 21


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.mark.parametrize(
    "data",
    [PNG, b"PK\x03\x04\x14\0", b"\x7fELF\2\1\1\0", '{"type":"x"}'.encode("utf-16")],
)
def test_what_is_no_log_has_no_rows(tmp_path, data):
    """Pictures, archives and UTF-16 are told by control characters."""
    path = write(tmp_path, data)

    assert not read_until_error(
        read_events(path), DecodeError, f"^{path}:1: neither JSON nor MessagePack"
    )


LONG = b'{"type":"x","audio":"' + b"A" * 3_000_000 + b'"}'
SMALL = {"max_bytes": 1000, "batch_rows": 2}


@pytest.mark.parametrize("end", [b"\n" + LINES, b"\n", b""])
def test_a_long_line_is_reported_and_skipped(tmp_path, end):
    """It is identified by its number, and uses no memory."""
    path = write(tmp_path, LINES + LONG + end)
    errors = []
    tracemalloc.start()
    with EventFile(
        str(path), max_bytes=1000, chunk_size=10_000, report=errors.append
    ) as file:
        batches = [batch for batch, _ in file]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert messages_of(batches) == TEXTS + (TEXTS if len(end) > 1 else [])
    assert places_of(batches)[20:21] == ([22] if len(end) > 1 else [])
    assert [str(error) for error in errors] == [
        f"{path}:21: the message has 3,000,023 bytes; the limit is 1,000"
    ]
    assert peak < 500_000


@pytest.mark.parametrize("chunk_size", [1, 10, 100, 1000, 10_000])
def test_a_long_line_is_the_same_in_all_chunks(tmp_path, chunk_size):
    """A line of just the length that is allowed is no long one."""
    text = b"1" * 50
    path = write(
        tmp_path, b"\n".join([text, text + b"1", b"", b"2" * 200, b" 3\r", b""])
    )
    errors = []
    with EventFile(
        str(path), max_bytes=50, chunk_size=chunk_size, report=errors.append
    ) as file:
        batches = [batch for batch, _ in file]

    assert messages_of(batches) == [text, b"3"]
    assert places_of(batches) == [1, 5]
    assert [str(error).split(": ")[0] for error in errors] == [f"{path}:2", f"{path}:4"]


def test_a_long_line_is_raised_if_nobody_wants_a_report(tmp_path):
    """What comes before it has been yielded."""
    path = write(tmp_path, LINES + LONG + b"\n" + LINES)

    batches = read_until_error(
        read_events(path, **SMALL), DecodeError, rf"^{path}:21: the message has 3,0"
    )

    assert messages_of(batches) == TEXTS


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (to_array([*TEXTS, LONG, *TEXTS]), r":21: not a JSON array: Unterminated"),
        (b"".join([*PACKED, msgpack.packb({"x": LONG})]), r":21: not MessagePack maps"),
        (b'{\n"type":"x",' + LONG[1:], r":1: the document exceeds 1,000 bytes"),
    ],
)
def test_a_long_message_whose_end_is_far_ends_the_file(tmp_path, data, match):
    """What has no lines cannot be skipped."""
    with EventFile(str(write(tmp_path, data)), max_bytes=1000, chunk_size=100) as file:
        batches = read_until_error((batch for batch, _ in file), DecodeError, match)

    assert messages_of(batches) in (TEXTS, PACKED, [])


@pytest.mark.parametrize(
    ("long", "short", "data"),
    [
        (b'"%s"' % (b"a" * 60), b'"b"', to_array),
        (msgpack.packb({"x": "a" * 60}), msgpack.packb({"y": 1}), b"".join),
    ],
)
def test_a_long_message_whose_end_is_near_is_skipped(tmp_path, long, short, data):
    """It is reported as a line is."""
    path = write(tmp_path, data([short, long, short]))
    errors = []

    batches = list(read_events(path, max_bytes=50, report=errors.append))

    assert messages_of(batches) == [short, short]
    assert places_of(batches) == [1, 3]
    assert str(errors[0]).startswith(f"{path}:2: the message has 6")
