"""The sessions in some recordings, told apart as the tables of archives do it.

Messages with the same key belong to one session, in one file or in several. Those
without a key belong to one session if they are in the same file. In both cases,
``session.created`` ends the session before it, and so does ``session.updated`` with a
new id.
"""

from collections.abc import Callable

from attrs import define, field

from rtmodels import (
    SessionCreatedEvent,
    SessionUpdatedEvent,
    SessionUpdateEvent,
    bytes_per_second,
)
from rtmodels.adapters._recordings.events import (
    Event,
    read_audio_setting,
    starts_session,
)
from rtmodels.adapters.cli._audit import OpenResponses
from rtmodels.adapters.cli._messages import ParsedMessage

SETTINGS_EVENTS = (SessionCreatedEvent, SessionUpdatedEvent, SessionUpdateEvent)
"""The events that have settings of a session."""


@define(eq=False)
class Session:
    """One session."""

    id: str | None = None
    """The id that the server assigned."""

    responses: OpenResponses = field(factory=OpenResponses)
    """Those that are not done yet, and the last that were."""

    heard_rate: int | None = bytes_per_second(None)
    """Bytes per second of the audio sent to the model, if known."""

    spoken_rate: int | None = bytes_per_second(None)
    """Bytes per second of the audio received from the model, if known."""

    @property
    def has_begun(self) -> bool:
        """Whether the server has sent any event that tells it from the next one."""
        return self.id is not None or self.responses.has_begun

    def follow(self, settings: object) -> None:
        """Copy the id and the formats in *settings*, which may be partial."""
        self.id = getattr(settings, "id", None) or self.id

        heard = read_audio_setting(settings, "input", "format")
        spoken = read_audio_setting(settings, "output", "format")
        if heard is not None:
            self.heard_rate = bytes_per_second(heard)
        if spoken is not None:
            self.spoken_rate = bytes_per_second(spoken)


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

    def follow(self, message: ParsedMessage, event: Event) -> Session:
        """Return the session of *message*, which may begin with its *event*."""
        session = self.find(message)
        if isinstance(event, SETTINGS_EVENTS):
            if starts_session(event, session.id, has_begun=session.has_begun):
                self._end(_locate(message.file, message.session))
                session = self.find(message)
            session.follow(event.session)
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
