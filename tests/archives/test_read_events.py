"""``read_events``: every form of a file gives the same messages, in bounded memory."""

import gzip
import json
import os
import tracemalloc
from itertools import pairwise
from pathlib import Path

import msgpack
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels.adapters.archive import read_events
from rtmodels.adapters.archive._files import RAW_SCHEMA, EventFile

from ..strategies import json_objects
from .event_files import (
    COMPRESSIONS,
    EVENTS,
    LINES,
    PACKED,
    TEXTS,
    messages_of,
    places_of,
    read,
    to_array,
    to_zstd,
)

pytestmark = pytest.mark.needs("arrow")

DOCUMENT = json.dumps(EVENTS[0], indent=2).encode()
FORMS = {
    "JSON Lines": (LINES, TEXTS),
    "JSON Lines from Windows": (b"\xef\xbb\xbf" + LINES.replace(b"\n", b"\r\n"), TEXTS),
    "JSON Lines without an end": (LINES[:-1], TEXTS),
    "a compact array": (to_array(TEXTS), TEXTS),
    "an array of lines": (to_array(TEXTS, b"\n", b",\n"), TEXTS),
    "an array after a BOM": (b"\xef\xbb\xbf" + to_array(TEXTS, b" "), TEXTS),
    "a document": (DOCUMENT, [DOCUMENT]),
    "MessagePack": (b"".join(PACKED), PACKED),
    "nothing": (b"", []),
    "an empty array": (b"[ ]\n", []),
}
sizes = st.sampled_from([1, 2, 3, 7, 64, 1000]) | st.integers(1, 2000)
styles = st.fixed_dictionaries(
    {
        "ensure_ascii": st.booleans(),
        "indent": st.none() | st.integers(0, 2),
        "gap": st.text(" \t\r\n", max_size=3).map(str.encode),
    }
)
compressions = st.sampled_from(list(COMPRESSIONS.values()))
limits = st.fixed_dictionaries(
    {"chunk_size": sizes, "batch_rows": st.integers(1, 20), "batch_bytes": sizes}
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return one folder for all the examples of Hypothesis."""
    return tmp_path_factory.mktemp("files")


def write(folder, data):
    """Write the one file that is there at a time."""
    path = folder / "events.log"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("compress", COMPRESSIONS.values(), ids=COMPRESSIONS)
@pytest.mark.parametrize(("data", "expected"), FORMS.values(), ids=FORMS)
def test_the_first_bytes_tell_the_form(tmp_path, data, expected, compress):
    """What a file is called makes no difference."""
    path = write(tmp_path, compress(data))

    batches = list(read_events(path))

    assert messages_of(batches) == expected
    assert places_of(batches) == list(range(1, len(expected) + 1))
    assert set(places_of(batches, "file")) <= {str(path)}


@given(
    events=st.lists(json_objects, max_size=12),
    style=styles,
    compress=compressions,
    options=limits,
)
def test_any_array_gives_its_elements(folder, events, style, compress, options):
    """Each is the text that stands there, wherever chunks end."""
    gap = style.pop("gap")
    texts = [json.dumps(event, **style).encode() for event in events]
    path = write(folder, compress(to_array(texts, gap, gap + b"," + gap)))

    batches = read(path, **options)

    assert messages_of(batches) == texts


@given(
    lines=st.lists(
        st.sampled_from([*TEXTS[:5], b"", b" \t", b"\r", b"{", b'"', b"\xff\xfe"])
        | st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")),
        max_size=12,
    ),
    compress=compressions,
    options=limits,
)
def test_any_lines_are_what_splitting_the_whole_text_gives(
    folder, lines, compress, options
):
    """Blank lines are counted but are no messages; other lines are not inspected."""
    text = b"\n".join([TEXTS[0], *lines])
    path = write(folder, compress(text))
    twin = [
        (number, line.strip())
        for number, line in enumerate(text.split(b"\n"), start=1)
        if line.strip()
    ]

    batches = read(path, **options)

    assert list(zip(places_of(batches), messages_of(batches), strict=True)) == twin


@given(
    events=st.lists(json_objects, max_size=12),
    compress=compressions,
    options=limits,
)
def test_any_maps_are_told_apart(folder, events, compress, options):
    """Messages of MessagePack have no mark between them."""
    packed = [msgpack.packb({"type": "x", **event}) for event in events]
    path = write(folder, compress(b"".join(packed)))

    batches = read(path, **options)

    assert messages_of(batches) == packed


@pytest.mark.parametrize("compress", [bytes, gzip.compress, to_zstd])
@pytest.mark.parametrize(("data", "expected"), FORMS.values(), ids=FORMS)
def test_reading_resumes_behind_any_batch(tmp_path, data, expected, compress):
    """What another read finds there is the rest, with the same lines."""
    path = write(tmp_path, compress(data))
    with EventFile(str(path), batch_rows=3) as file:
        positions = [position for _, position in file]

    for done, position in enumerate(positions, start=1):
        rest = read(path, start=position, chunk_size=100)

        assert messages_of(rest) == expected[3 * done :]
        assert places_of(rest) == list(range(1, len(expected) + 1))[3 * done :]


@given(data=st.sampled_from([data for data, _ in FORMS.values()]), size=sizes)
def test_a_batch_has_no_more_than_it_may(folder, data, size):
    """It ends at whichever limit comes first; a longer message is alone."""
    batches = read(write(folder, data), batch_rows=4, batch_bytes=size)

    # Of what stands between messages, no more than three bytes.
    lengths = [[len(text) for text in messages_of([batch])] for batch in batches]
    assert all(len(batch) <= 4 for batch in lengths)
    assert all(sum(batch) <= size or len(batch) == 1 for batch in lengths)
    assert all(
        len(batch) == 4 or sum(batch) + following[0] + 3 * len(batch) > size
        for batch, following in pairwise(lengths)
    )


def test_white_space_may_follow_an_array(tmp_path):
    """However much there is of it."""
    path = write(tmp_path, to_array(TEXTS) + b" \n" * 1000)

    assert messages_of(read(path, chunk_size=100)) == TEXTS


def test_a_batch_is_what_arrow_says_it_is(tmp_path):
    """Engines ask for the schema before they see a batch."""
    (batch,) = read_events(write(tmp_path, LINES))

    batch.validate(full=True)
    assert batch.schema == RAW_SCHEMA
    assert batch.schema.names == ["source", "message"]
    assert batch["source"].type.field("received_at").type == pa.timestamp("us", "UTC")


def test_files_come_in_order(tmp_path):
    """Patterns are sorted, and lines are counted in each file."""
    for name in ("c.jsonl", "b.jsonl.gz", "a.jsonl"):
        data = b"{}\n" if name.endswith("l") else gzip.compress(b"{}\n{}\n")
        (tmp_path / name).write_bytes(data)

    batches = list(read_events([tmp_path / "c.jsonl", f"{tmp_path}/[ab].*"]))

    names = [Path(name).name for name in places_of(batches, "file")]
    assert names == ["c.jsonl", "a.jsonl", "b.jsonl.gz", "b.jsonl.gz"]
    assert places_of(batches) == [1, 1, 1, 2]


def test_a_file_may_be_called_like_a_pattern(tmp_path):
    """What exists is not searched for."""
    (tmp_path / "log[1].jsonl").write_bytes(b"{}\n")

    assert messages_of(read_events(tmp_path / "log[1].jsonl")) == [b"{}"]


def test_a_name_need_not_be_text(tmp_path):
    """Bytes that are not UTF-8 are shown as what they are."""
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jsonl")
    Path(path).write_bytes(b"{}\n")

    (name,) = places_of(read_events(path), "file")

    assert name.endswith("\\udcff.jsonl")


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_a_pipe_can_be_read(compress):
    """What a shell's ``<(...)`` names can neither be measured nor read twice."""
    reading, writing = os.pipe()
    os.write(writing, b"\xef\xbb\xbf" + LINES if compress is bytes else compress(LINES))
    os.close(writing)
    path = Path(f"/dev/fd/{reading}")

    assert messages_of(read(path)) == TEXTS
    os.close(reading)


def test_the_use_of_a_file_can_be_watched(tmp_path):
    """A progress bar counts the bytes on disk, and not those of the text."""
    path = write(tmp_path, gzip.compress(LINES * 50))
    with EventFile(str(path), batch_rows=100) as file:
        used = [file.position for _ in file]

        assert file.length == path.stat().st_size
    assert used == sorted(used)
    assert used[0] > 0
    assert used[-1] == path.stat().st_size


def measure(path):
    """Read a file in small batches; return the peak of the memory in use."""
    before = pa.total_allocated_bytes()
    arrow = 0
    tracemalloc.start()
    with EventFile(str(path), batch_bytes=5000, chunk_size=5000) as file:
        for _ in file:
            arrow = max(arrow, pa.total_allocated_bytes() - before)
    _, python = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return python + arrow


@pytest.mark.parametrize("compress", [bytes, gzip.compress, to_zstd])
@pytest.mark.parametrize(
    "repeat",
    [
        lambda times: LINES * times,
        lambda times: to_array(TEXTS * times),
        lambda times: b"".join(PACKED) * times,
    ],
    ids=["lines", "array", "MessagePack"],
)
def test_memory_does_not_grow_with_the_file(tmp_path, repeat, compress):
    """A few chunks and batches are all there is, in Python's memory and in Arrow's."""
    short = measure(write(tmp_path, compress(repeat(80))))
    long = measure(write(tmp_path, compress(repeat(400))))

    assert len(repeat(320)) > 450_000  # are more in the longer file
    assert long < short + 100_000
