"""Text and audio that grow by deltas."""

from typing import Any, AnyStr, Generic

from attrs import define, field


@define(eq=False)
class Growth(Generic[AnyStr]):
    """A text, or audio, that grows until an event says that it is complete.

    Deltas are only lined up, and joined when somebody asks: each byte is copied once,
    however many deltas there are.
    """

    empty: AnyStr

    whole: AnyStr | None = None
    """What is joined already; ``None`` as long as nobody said anything."""

    pending: list[AnyStr] = field(factory=list)
    """The deltas that came since."""

    closed: bool = False
    """Whether it is complete."""

    quiet: bool = False
    """Whether further deltas are no news: one was reported, or they are expected."""

    @property
    def value(self) -> AnyStr | None:
        """All there is so far; ``None`` as long as nobody said anything."""
        if self.pending:
            pieces: list[Any] = [self.whole or self.empty, *self.pending]
            self.whole = self.empty.join(pieces)
            self.pending.clear()
        return self.whole

    @property
    def gathered(self) -> AnyStr:
        """All there is so far; empty if that is nothing."""
        value = self.value
        return self.empty if value is None else value

    def close(self, said: AnyStr | None, *, quiet: bool = False) -> None:
        """Let *said* be the whole for good; *quiet* if more deltas are expected."""
        self.pending.clear()
        self.whole = said
        self.closed = True
        self.quiet = quiet
