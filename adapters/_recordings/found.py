"""The messages that a splitter finds in a text, and the damage between them."""

from collections.abc import Iterator
from itertools import compress
from typing import TYPE_CHECKING

from attrs import Factory, define, frozen

from rtmodels.errors import DecodeError

if TYPE_CHECKING:
    from rtmodels.adapters._recordings.text import RecordedText


@frozen
class Damage:
    """A part of a file that cannot be read as messages."""

    line: int
    """Its line, or the number of the message, from 1."""

    reason: str
    """Why it cannot be read."""

    def to_error(self, name: str) -> DecodeError:
        """Return the error for this damage in the file called *name*."""
        return DecodeError(f"{name}:{self.line}: {self.reason}")


class HintError(DecodeError):
    """What a file looks like that was read, but probably not as it is meant."""


@frozen
class Hint:
    """What a file looks like, and which option reads it so."""

    reason: str
    """The text of the hint."""

    ends_file: bool
    """Whether no message of the file can be read without that option."""

    def to_error(self, name: str) -> DecodeError:
        """Return the error for this hint about the file called *name*."""
        kind = DecodeError if self.ends_file else HintError
        return kind(f"{name}: {self.reason}")


# Three lists rather than a list of objects: a log has millions of messages, and each
# list becomes a column as it is.
@define
class FoundMessages:
    """Messages, with their numbers and offsets."""

    messages: list[bytes] = Factory(list)
    """The bytes of each message, in the order of the file."""

    lines: list[int] = Factory(list)
    """The number of its line, or else of the message itself, from 1."""

    ends: list[int] = Factory(list)
    """The offset of its end in the text."""

    def __len__(self) -> int:
        """Return the number of messages."""
        return len(self.messages)

    def __getitem__(self, part: slice) -> "FoundMessages":
        """Return a slice of the messages."""
        return FoundMessages(self.messages[part], self.lines[part], self.ends[part])

    def extend(self, other: "FoundMessages") -> None:
        """Append *other*."""
        self.messages += other.messages
        self.lines += other.lines
        self.ends += other.ends

    def drop(self, count: int) -> None:
        """Drop the first *count* messages."""
        del self.messages[:count], self.lines[:count], self.ends[:count]

    def take_all(self) -> Iterator["FoundMessages"]:
        """Remove all messages, and yield them together unless there are none."""
        if self.messages:
            yield self[:]
            self.drop(len(self))


def drop_long(
    found: FoundMessages, max_bytes: int, lost: int = 0
) -> Iterator[FoundMessages | Damage]:
    """Yield the messages of *found* that are not blank, and damage for long ones.

    The first message had *lost* more bytes, which were dropped while it was read.
    """
    sizes = list(map(len, found.messages))
    sizes[0] += lost

    if max(sizes) <= max_bytes:
        yield _drop_blank(found)
        return

    begin = 0
    for index in [i for i, size in enumerate(sizes) if size > max_bytes]:
        yield _drop_blank(found[begin:index])
        yield make_long_damage(found.lines[index], sizes[index], max_bytes)
        begin = index + 1

    yield _drop_blank(found[begin:])


def make_long_damage(line: int, size: int, max_bytes: int) -> Damage:
    """Return the damage for a message of *size* bytes, which exceeds the limit."""
    reason = f"the message has {size:,} bytes; the limit is {max_bytes:,}"
    return Damage(line, reason)


def _drop_blank(found: FoundMessages) -> FoundMessages:
    """Return *found* without empty messages."""
    if all(found.messages):
        return found
    return FoundMessages(
        list(filter(None, found.messages)),
        list(compress(found.lines, found.messages)),
        list(compress(found.ends, found.messages)),
    )


def give_up(
    text: "RecordedText", rest: bytes, number: int, max_bytes: int, problem: str
) -> Iterator[FoundMessages | Damage]:
    """Yield the rest of a damaged text as one message if it fits, then the damage."""
    # The rest is not lost: decoding it fails, and archives keep it as raw bytes.
    rest = read_rest(text, rest, max_bytes)
    if rest.strip() and len(rest) <= max_bytes:
        yield FoundMessages([rest], [number + 1], [text.offset])

    # A read error explains the damage, and is reported instead.
    if not text.is_broken:
        yield Damage(number + 1, problem)


def read_rest(text: "RecordedText", data: bytes, max_bytes: int) -> bytes:
    """Return *data* and the text after it, or enough to exceed *max_bytes*."""
    while len(data) <= max_bytes and (more := read_as_much(text, data)):
        data += more
    return data


def read_as_much(text: "RecordedText", data: bytes) -> bytes:
    """Read more: as many bytes as *data* has, or a chunk if that is more."""
    # Doubling keeps the cost of all copies of a growing message linear.
    return text.read(max(text.chunk_size, len(data)))
