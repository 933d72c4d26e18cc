"""The state of one recorded session that its audio and its usage depend on."""

from typing import Any, Literal, TypeAlias, get_args

from attrs import define, field

from rtmodels import Model
from rtmodels.adapters._recordings.events import read_audio_setting, read_settings
from rtmodels.adapters._recordings.protocol import (
    Protocol,
)
from rtmodels.adapters._recordings.protocols import (
    DEFAULT,
    load_protocol,
)

Way: TypeAlias = Literal["input", "output"]
"""To the model, or from it."""

WAYS: tuple[Way, ...] = get_args(Way)
"""Both ways."""

DEFAULT_RATE = load_protocol(DEFAULT).bytes_per_second(None)
"""Bytes per second of audio in the default format, which all protocols share."""


@define(eq=False)
class RecordedSession:
    """One session."""

    id: str | None = None
    """The id that the server assigned."""

    rates: dict[str, int | None] = field(
        factory=lambda: {"input": DEFAULT_RATE, "output": DEFAULT_RATE}
    )
    """Bytes per second of the audio to and from the model, if known."""

    usage: Any = None
    """The totals that the server has reported, if any."""

    is_opened: bool = False
    """Whether the client has started it on a recorded connection."""

    has_joined: bool = False
    """Whether a recorded connection has joined it after its start."""

    def follow(self, event: Any, protocol: Protocol) -> None:
        """Take the settings and the totals in *event*, if it has any."""
        settings = read_settings(event, protocol)
        if settings is not None:
            self._take_settings(settings, protocol)
        if event.type in protocol.totals:
            self.usage = find_latest(self.usage, event.usage)

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


def find_latest(one: Any, other: Any) -> Any:
    """Return the later of two reports of totals, the first of which may be ``None``."""
    # Totals only grow. Logs of several connections are not read in the order of time.
    return other if one is None or other.seconds >= one.seconds else one
