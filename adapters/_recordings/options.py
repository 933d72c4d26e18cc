"""The options for reading recordings; their docstrings are help texts of the CLI."""

from typing import TYPE_CHECKING

from attrs import frozen

from rtmodels.converter import Mode

if TYPE_CHECKING:
    from rtmodels.adapters._recordings.envelope import Envelope


@frozen
class ReadOptions:
    """How to find the events in the files, and how to read them."""

    mode: Mode = "tolerant"
    """What to accept: ``strict``, only what the schema has; ``tolerant``, also new
    types, keys and strings; ``forgiving``, also wrong values."""

    upgrade: bool = False
    """Read the wire format of the beta, and convert its events to those of the GA."""

    event_key: str | None = None
    """Key of the event in each record of the log: an object, or text that holds one."""

    time_key: str | None = None
    """Key of the time when the event was received."""

    session_key: str | None = None
    """Key of the session that the event belongs to."""


def make_envelope(options: ReadOptions) -> "Envelope | None":
    """Build the envelope with the keys in *options*; return None if it has none.

    Raises:
        MissingDependencyError: There is a key, and msgspec is not installed.
    """
    if options.event_key is options.time_key is options.session_key is None:
        return None

    from rtmodels.adapters._recordings.envelope import (  # noqa: PLC0415 - msgspec
        Envelope,
    )

    return Envelope(options.event_key, options.time_key, options.session_key)
