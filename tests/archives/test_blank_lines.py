"""Blank lines between messages: they cost nothing, however many a small file holds."""

import gzip
import tracemalloc
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels.adapters.archive._files import EventFile

from .event_files import messages_of, places_of, read, to_zstd

pytestmark = pytest.mark.needs("arrow")

MIB = 1 << 20
EVENT = b'{"type":"future.event","n":1}'
GAPS = {
    "line breaks": b"\n",
    "of Windows": b"\r\n",
    "spaces": b"  \t\n",
    "all": b"\r \n\v",
}


def list_lines(data):
    """Return the text, the number and the end of each line that is not blank."""
    lines = []
    end = 0
    for number, line in enumerate(BytesIO(data), 1):
        end += len(line)
        if line.strip():
            lines.append((line.strip(), number, end))
    return lines


@given(
    st.lists(
        st.one_of(
            st.sampled_from([EVENT, b"x", b" ", b"\v", b"\n", b"\r\n"]),
            st.integers(1, 40).map(lambda count: b"\n" * count),
            st.integers(1, 20).map(lambda count: b"\r\n" * count),
            st.integers(1, 20).map(lambda count: b" " * count),
        ),
        max_size=30,
    ).map(b"".join),
    st.sampled_from([1, 7, 100, MIB]),
)
def test_lines_keep_their_numbers_and_their_places(tmp_path_factory, data, chunk_size):
    """Those after many blank lines as well, wherever a chunk of text ends."""
    path = tmp_path_factory.mktemp("logs") / "log.jsonl"
    path.write_bytes(EVENT + b"\n" + data)

    with EventFile(str(path), chunk_size=chunk_size, batch_rows=1) as file:
        found = [
            (*messages_of([batch]), position.line, position.offset)
            for batch, position in file
        ]

    assert found == list_lines(path.read_bytes())


@pytest.mark.parametrize("gap", GAPS.values(), ids=GAPS)
@pytest.mark.parametrize("compress", [gzip.compress, to_zstd])
def test_blank_lines_take_no_memory(tmp_path, compress, gap):
    """No object is made for each of them."""
    path = tmp_path / "log.jsonl"
    blank = gap * (4 * MIB)
    path.write_bytes(compress(EVENT + b"\n" + blank + EVENT))
    del blank

    read(path)  # imports what is needed
    tracemalloc.start()
    try:
        batches = read(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert messages_of(batches) == [EVENT] * 2
    assert places_of(batches) == [1, 4 * MIB + 2]
    assert peak < 8 * MIB
