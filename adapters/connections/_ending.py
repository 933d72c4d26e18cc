"""How a connection ended, for libraries that do not keep it themselves."""

from rtmodels.adapters.connections._typed import (
    ReceivedT,
    SentT,
    SocketT,
    TypedConnection,
)

__all__ = ["EndingConnection"]


class EndingConnection(TypedConnection[SocketT, ReceivedT, SentT]):
    """A connection that keeps its own close code and reason."""

    __slots__ = ("_ending",)

    def _prepare(self) -> None:
        """Start without an ending."""
        self._ending: tuple[int, str] | None = None

    @property
    def close_code(self) -> int | None:
        """The close code; ``None`` until this side closes or learns of the end."""
        return None if self._ending is None else self._ending[0]

    @property
    def close_reason(self) -> str | None:
        """The reason that came with the code, often empty; ``None`` before the end."""
        return None if self._ending is None else self._ending[1]

    def _end(self, code: int, reason: str) -> tuple[int, str]:
        """Return how the connection ended; the first call decides."""
        if self._ending is None:
            self._ending = code, reason
        return self._ending
