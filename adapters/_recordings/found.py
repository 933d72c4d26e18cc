"""The messages of a text as they are found, and what of it is no message."""

from collections.abc import Iterator
from itertools import compress
from typing import TYPE_CHECKING

from attrs import Factory, define, frozen

from rtmodels.errors import DecodeError

if TYPE_CHECKING:
    from rtmodels.adapters._recordings.text import RecordedText


@frozen
class Damage:
    """A place in a file that cannot be read as messages."""

    line: int
    """Its line, or the number of the message, from 1."""

    reason: str
    """What is wrong there."""

    def to_error(self, name: str) -> DecodeError:
        """Return the error for this place in the file called *name*."""
        return DecodeError(f"{name}:{self.line}: {self.reason}")


@define
class FoundMessages:
    """Messages, and for each where it stands."""

    messages: list[bytes] = Factory(list)
    """The text of each, in the order of the file."""

    lines: list[int] = Factory(list)
    """The number of each, from 1: of its line, or else of the message itself."""

    ends: list[int] = Factory(list)
    """The offset in the text behind each."""

    def __len__(self) -> int:
        """Count the messages."""
        return len(self.messages)

    def __getitem__(self, part: slice) -> "FoundMessages":
        """Return some of them."""
        return FoundMessages(self.messages[part], self.lines[part], self.ends[part])

    def extend(self, other: "FoundMessages") -> None:
        """Append *other*."""
        self.messages += other.messages
        self.lines += other.lines
        self.ends += other.ends

    def drop(self, count: int) -> None:
        """Drop the first *count* of them."""
        del self.messages[:count], self.lines[:count], self.ends[:count]

    def take_all(self) -> Iterator["FoundMessages"]:
        """Yield all of them, if there are any, and keep none."""
        if self.messages:
            yield self[:]
            self.drop(len(self))


def drop_long(
    found: FoundMessages, max_bytes: int, lost: int = 0
) -> Iterator[FoundMessages | Damage]:
    """Yield what is not blank in *found*, and damage for what is too long.

    The first message once had *lost* bytes more.
    """
    sizes = list(map(len, found.messages))
    sizes[0] += lost
    if max(sizes) <= max_bytes:
        yield _drop_blank(found)
        return

    begin = 0
    for index in [i for i, size in enumerate(sizes) if size > max_bytes]:
        yield _drop_blank(found[begin:index])
        yield Damage(
            found.lines[index],
            f"the message has {sizes[index]:,} bytes, and {max_bytes:,} are allowed",
        )
        begin = index + 1
    yield _drop_blank(found[begin:])


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
    """Yield all that is left as one message, if it may be so long, and the damage."""
    rest = read_rest(text, rest, max_bytes)
    if rest.strip() and len(rest) <= max_bytes:
        yield FoundMessages([rest], [number + 1], [text.offset])
    if not text.is_broken:  # or else that is the reason
        yield Damage(number + 1, problem)


def read_rest(text: "RecordedText", data: bytes, max_bytes: int) -> bytes:
    """Return *data* and what follows it, or enough of it to be too long."""
    while len(data) <= max_bytes and (more := read_as_much(text, data)):
        data += more
    return data


def read_as_much(text: "RecordedText", data: bytes) -> bytes:
    """Read as much as *data* has, so that few reads make it as long as it gets."""
    return text.read(max(text.chunk_size, len(data)))
