"""The messages of a text as they are found, and what is left when no more can be."""

from collections.abc import Iterator
from itertools import compress

from attrs import Factory, define

from rtmodels.adapters.archive._text import Text
from rtmodels.errors import DecodeError


@define
class Rows:
    """Messages, and for each where it stands."""

    messages: list[bytes] = Factory(list)

    lines: list[int] = Factory(list)
    """The number of each, from 1: of its line, or else of the message itself."""

    ends: list[int] = Factory(list)
    """The offset in the text behind each."""

    def __len__(self) -> int:
        """Count the messages."""
        return len(self.messages)

    def __getitem__(self, part: slice) -> "Rows":
        """Give some of them."""
        return Rows(self.messages[part], self.lines[part], self.ends[part])

    def extend(self, rows: "Rows") -> None:
        """Put *rows* behind."""
        self.messages += rows.messages
        self.lines += rows.lines
        self.ends += rows.ends

    def drop(self, count: int) -> None:
        """Drop the first *count* of them."""
        del self.messages[:count], self.lines[:count], self.ends[:count]

    def take_all(self) -> Iterator["Rows"]:
        """Yield what there is, unless there is nothing, and keep nothing."""
        if self.messages:
            yield self[:]
            self.drop(len(self))


def drop_long(
    text: Text, rows: Rows, max_bytes: int, lost: int = 0
) -> Iterator[Rows | DecodeError]:
    """Yield what is not blank in *rows*, and an error for what is too long.

    The first message once had *lost* bytes more.
    """
    sizes = list(map(len, rows.messages))
    sizes[0] += lost
    if max(sizes) <= max_bytes:
        yield _drop_blank(rows)
        return
    begin = 0
    for index in [i for i, size in enumerate(sizes) if size > max_bytes]:
        yield _drop_blank(rows[begin:index])
        yield text.refuse(
            rows.lines[index],
            f"the message has {sizes[index]:,} bytes, and {max_bytes:,} are allowed",
        )
        begin = index + 1
    yield _drop_blank(rows[begin:])


def _drop_blank(rows: Rows) -> Rows:
    """Leave out empty messages."""
    if all(rows.messages):
        return rows
    return Rows(
        list(filter(None, rows.messages)),
        list(compress(rows.lines, rows.messages)),
        list(compress(rows.ends, rows.messages)),
    )


def give_up(
    text: Text, rest: bytes, number: int, max_bytes: int, problem: str
) -> Iterator[Rows]:
    """Yield all that is left as one message, if it may be so long, and say why."""
    rest = read_rest(text, rest, max_bytes)
    if rest.strip() and len(rest) <= max_bytes:
        yield Rows([rest], [number + 1], [text.offset])
    if not text.is_broken:  # or else that is the reason
        raise text.refuse(number + 1, problem)


def read_rest(text: Text, data: bytes, max_bytes: int) -> bytes:
    """Read what comes behind *data*, until all of it is too long."""
    while len(data) <= max_bytes and (more := read_as_much(text, data)):
        data += more
    return data


def read_as_much(text: Text, data: bytes) -> bytes:
    """Read as much as *data* has, so that few reads make it as long as it gets."""
    return text.read(max(text.chunk_size, len(data)))
