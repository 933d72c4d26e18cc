"""The options for reading recordings; their docstrings are help texts of the CLI."""

from typing import TYPE_CHECKING, Literal, TypeAlias

from attrs import frozen

from rtmodels.converter import Mode

if TYPE_CHECKING:
    from rtmodels.adapters._recordings.envelope import Envelope


ProtocolName: TypeAlias = Literal["realtime", "live"]
"""The name of a protocol on the command line."""


@frozen
class ReadOptions:
    """How to find the events in the files, and how to read them."""

    mode: Mode = "tolerant"
    """How much to accept: only the schema, also what is new, or wrong values too."""

    protocol: ProtocolName | None = None
    """The protocol of the files; by default, their first messages show it."""

    upgrade: bool = False
    """Read the wire format of the beta, and convert its events to those of the GA."""

    event_key: str | None = None
    """Key of the event in each record of the log: an object, or text that holds one."""

    time_key: str | None = None
    """Key of the time when the event was received."""

    session_key: str | None = None
    """Key of the session that the event belongs to."""

    @property
    def only(self) -> ProtocolName | None:
        """The only protocol that files may be of; None if each may be of any."""
        return "realtime" if self.upgrade else self.protocol


def check_keys(options: ReadOptions) -> None:
    """Raise `ValueError` if two of the keys in *options* are the same."""
    keys = [options.event_key, options.time_key, options.session_key]
    given = [key for key in keys if key is not None]
    if len(set(given)) < len(given):
        raise ValueError("the keys of the event, its time and its session must differ")


def check_protocol(options: ReadOptions) -> None:
    """Raise `ValueError` if the protocol in *options* has no beta to upgrade from."""
    if options.upgrade and options.protocol not in (None, "realtime"):
        raise ValueError(
            "--upgrade reads the beta of the Realtime API;"
            f" --protocol {options.protocol} has no beta"
        )


def make_envelope(options: ReadOptions) -> "Envelope | None":
    """Build the envelope with the keys in *options*; return None if it has none.

    Raises:
        MissingDependencyError: There is a key, and msgspec is not installed.
        ValueError: Two keys are the same.
    """
    check_keys(options)
    if options.event_key is options.time_key is options.session_key is None:
        return None

    from rtmodels.adapters._recordings.envelope import (  # noqa: PLC0415 - msgspec
        Envelope,
    )

    return Envelope(options.event_key, options.time_key, options.session_key)
