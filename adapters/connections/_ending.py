"""The close code and reason, for libraries that do not keep them."""

from rtmodels.adapters.connections._typed import (
    ReceivedT,
    SentT,
    SocketT,
    TypedConnection,
)

__all__ = ["EndingConnection"]


class EndingConnection(TypedConnection[SocketT, ReceivedT, SentT]):
    """A connection that records how it ended."""

    __slots__ = ("_ending",)

    def _prepare(self) -> None:
        """Start as a connection that has not ended."""
        self._ending: tuple[int, str] | None = None

    @property
    def close_code(self) -> int | None:
        """The close code; ``None`` until this side closes or notices the end."""
        return None if self._ending is None else self._ending[0]

    @property
    def close_reason(self) -> str | None:
        """The reason that came with the code, often empty; ``None`` before the end."""
        return None if self._ending is None else self._ending[1]

    def _end(self, code: int, reason: str) -> tuple[int, str]:
        """Record how the connection ended, unless recorded before, and return it."""
        # The first report is the cause; a later one, such as the answer to a close
        # frame, only follows from it.
        if self._ending is None:
            self._ending = code, reason
        return self._ending
