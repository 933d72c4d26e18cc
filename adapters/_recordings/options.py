"""How the events of recordings are found and read; part of the command line."""

from attrs import frozen

from rtmodels.converter import Mode


@frozen
class ReadOptions:
    """How to find the events in the files, and how to read them."""

    mode: Mode = "tolerant"
    """The mode: ``strict``, ``tolerant`` or ``forgiving``."""

    upgrade: bool = False
    """Convert events of the beta to those of the GA."""

    event_key: str | None = None
    """The key under which the records of a log have their event."""

    time_key: str | None = None
    """The key under which they have the time when it was received."""

    session_key: str | None = None
    """The key under which they have its session."""
