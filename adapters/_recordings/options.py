"""The options for reading recordings; their docstrings are help texts of the CLI."""

from attrs import frozen

from rtmodels.converter import Mode


@frozen
class ReadOptions:
    """How to find the events in the files, and how to read them."""

    mode: Mode = "tolerant"
    """How much to accept: ``strict``, ``tolerant`` or ``forgiving``."""

    upgrade: bool = False
    """Convert events of the beta to those of the GA."""

    event_key: str | None = None
    """Key of the event in each record of the log."""

    time_key: str | None = None
    """Key of the time when the event was received."""

    session_key: str | None = None
    """Key of the session that the event belongs to."""
