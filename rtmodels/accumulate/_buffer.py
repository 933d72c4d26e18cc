"""Buffers: text or audio that grows by deltas.

Any module of `rtmodels.accumulate` may import it; it imports none of them.
"""

import re
from typing import Any, AnyStr, Final, Generic

from attrs import define, field

UTF16: Final = "utf-16-le", "surrogatepass"
"""An encoding in which a character beyond 16 bits is the two halves of its pair."""

_find_half = re.compile("[\ud800-\udfff]").search


@define(eq=False)
class Buffer(Generic[AnyStr]):
    """Text or audio that grows by deltas, until an event says that it is complete.

    Deltas are collected, and joined when the value is read. So each byte is copied
    once, however many deltas there are.
    """

    empty: AnyStr

    whole: AnyStr | None = None
    """The value joined so far; ``None`` if nothing has arrived."""

    pending: list[AnyStr] = field(factory=list)
    """The deltas received since then."""

    last_id: str | None = None
    """The id of the event with the last delta."""

    closed: bool = False
    """Whether it is complete."""

    quiet: bool = False
    """Whether not to report further deltas: one was reported, or they are expected."""

    @property
    def value(self) -> AnyStr | None:
        """The value so far; ``None`` if nothing has arrived."""
        # Appending to a text delta by delta would copy it each time.
        if self.pending:
            pieces: list[Any] = [self.whole or self.empty, *self.pending]
            self.whole = join_halves(self.empty.join(pieces))
            self.pending.clear()
        return self.whole

    @property
    def gathered(self) -> AnyStr:
        """The value so far; empty if nothing has arrived."""
        value = self.value
        return self.empty if value is None else value

    def ends_with(self, delta: AnyStr) -> bool:
        """Check whether *delta* is the last that was added."""
        if self.pending:
            return self.pending[-1] == delta
        return self.gathered.endswith(delta)

    def close(self, final: AnyStr | None, *, quiet: bool = False) -> None:
        """Replace the value with *final*; if *quiet*, more deltas are expected."""
        self.pending.clear()
        self.whole = final
        self.closed = True
        self.quiet = quiet


def join_halves(value: AnyStr) -> AnyStr:
    """Join the surrogate pairs in a text whose deltas were cut inside a character."""
    if isinstance(value, bytes) or value.isascii() or not _find_half(value):
        return value
    return value.encode(*UTF16).decode(*UTF16)
