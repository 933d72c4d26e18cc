"""The sessions in some recordings, told apart as the tables of archives do it.

Messages with the same key belong to one session, in one file or in several. Those
without a key belong to one session if they are in the same file. In both cases,
an event that starts a session, such as ``session.created``, ends the session before it,
and so does ``session.updated`` with a new id.
"""

from collections.abc import Callable
from typing import Any

from attrs import define, field

from rtmodels.adapters._recordings.events import starts_session
from rtmodels.adapters._recordings.protocol import (
    Protocol,
)
from rtmodels.adapters._recordings.session import RecordedSession
from rtmodels.adapters.cli._audit import OpenResponses
from rtmodels.adapters.cli._messages import ParsedMessage


@define(eq=False)
class Session(RecordedSession):
    """One session, with its responses."""

    responses: OpenResponses = field(factory=OpenResponses)
    """Those that are not done yet, and the last that were."""

    @property
    def has_begun(self) -> bool:
        """Whether the server has sent any event that tells it from the next one."""
        is_known = self.id is not None or self.usage is not None
        return is_known or self.responses.has_begun


@define
class Sessions:
    """The sessions that are open."""

    end: Callable[[Session], None]
    """Called with each session that ends."""

    _open: dict[tuple[str | None, str], Session] = field(factory=dict)

    def find(self, message: ParsedMessage) -> Session:
        """Return the session that *message* belongs to."""
        place = _locate(message.file, message.session)
        session = self._open.get(place)
        if session is None:
            session = self._open[place] = Session()
        return session

    def follow(self, message: ParsedMessage, event: Any, protocol: Protocol) -> Session:
        """Return the session of *message*, which may begin with its *event*."""
        session = self.find(message)
        if starts_session(event, protocol, session.id, has_begun=session.has_begun):
            self._end(_locate(message.file, message.session))
            session = self.find(message)
        session.follow(event, protocol)
        return session

    def end_file(self, file: str) -> None:
        """End the session without a key in *file*, which has been read."""
        self._end(_locate(file, None))

    def end_all(self) -> None:
        """End all sessions."""
        for place in [*self._open]:
            self._end(place)

    def _end(self, place: tuple[str | None, str]) -> None:
        """End the session at *place*, if there is one."""
        session = self._open.pop(place, None)
        if session is not None:
            self.end(session)


def _locate(file: str, key: str | None) -> tuple[str | None, str]:
    """Return what all messages of a session have in common."""
    return (None, file) if key is None else (key, "")
