"""The sessions in some recordings, told apart as the tables of archives do it.

Messages with the same key belong to one session, in one file or in several. Those
without a key belong to one session if they are in the same file. In both cases,
an event that starts a session, such as ``session.created``, ends the session before it,
and so does ``session.updated`` with a new id.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, get_args

from attrs import define, field

from rtmodels import Model
from rtmodels.adapters._recordings.events import (
    read_audio_setting,
    read_settings,
    starts_session,
)
from rtmodels.adapters._recordings.protocols import DEFAULT, Protocol, load_protocol
from rtmodels.adapters.cli._audit import OpenResponses
from rtmodels.adapters.cli._messages import ParsedMessage

Way: TypeAlias = Literal["input", "output"]
"""To the model, or from it."""

WAYS: tuple[Way, ...] = get_args(Way)

DEFAULT_RATE = load_protocol(DEFAULT).bytes_per_second(None)
"""Bytes per second of audio in the default format, which all protocols share."""


@define(eq=False)
class Session:
    """One session."""

    id: str | None = None
    """The id that the server assigned."""

    responses: OpenResponses = field(factory=OpenResponses)
    """Those that are not done yet, and the last that were."""

    rates: dict[str, int | None] = field(
        factory=lambda: {"input": DEFAULT_RATE, "output": DEFAULT_RATE}
    )
    """Bytes per second of the audio to and from the model, if known."""

    usage: Model | None = None
    """The totals that the server has last reported."""

    is_opened: bool = False
    """Whether the client has started it on a recorded connection."""

    has_joined: bool = False
    """Whether a recorded connection has joined it after its start."""

    @property
    def has_begun(self) -> bool:
        """Whether the server has sent any event that tells it from the next one."""
        return self.id is not None or self.usage is not None or self.responses.has_begun

    def follow(self, event: Any, protocol: Protocol) -> None:
        """Take the settings and the totals in *event*, if it has any."""
        settings = read_settings(event, protocol)
        if settings is not None:
            self._take_settings(settings, protocol)
        if event.type in protocol.totals:
            self.usage = event.usage

        if event.type in protocol.starts:
            is_client = event.type in protocol.client_types
            self.is_opened = self.is_opened or is_client
            self.has_joined = not self.is_opened

    def _take_settings(self, settings: Model, protocol: Protocol) -> None:
        """Copy the id and the formats in *settings*, which may be partial."""
        self.id = getattr(settings, "id", None) or self.id
        for way in WAYS:
            audio_format = read_audio_setting(settings, way, "format")
            if audio_format is not None:
                self.rates[way] = protocol.bytes_per_second(audio_format)

    def find_rate(self, event: Any, way: Way, protocol: Protocol) -> int | None:
        """Return the bytes per second of the audio in *event*, if known."""
        if protocol.is_relayed(event, self.has_joined):
            return protocol.bytes_per_second(None)
        return self.rates[way]


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
