"""The protocols that recordings are made of, and which one a message shows."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, get_args

from rtmodels.adapters._recordings.options import ProtocolName
from rtmodels.adapters._recordings.protocol import Protocol, group_classes
from rtmodels.converter._plan import plan_class

SHARED_TYPES = frozenset(
    {"error", "response.create", "session.update", "session.updated"}
)
"""The types of events that more than one protocol has.

They are listed, so that a log of one protocol loads no classes of another.
"""


NAMES: tuple[ProtocolName, ...] = get_args(ProtocolName)
"""The names of all protocols, of which the first is the default."""

DEFAULT: ProtocolName = NAMES[0]
"""The protocol of a recording that shows none."""


@cache
def load_protocol(name: ProtocolName) -> Protocol:
    """Return a protocol, whose classes are loaded on the first call."""
    match name:
        case "realtime":
            from rtmodels.adapters._recordings.realtime import (  # noqa: PLC0415
                REALTIME,
            )

            return REALTIME
        case "live":
            from rtmodels.adapters._recordings.live import LIVE  # noqa: PLC0415

            return LIVE


def find_protocol(event: Mapping[str, Any]) -> Protocol | None:
    """Return the only protocol that *event* can be of; None if it does not tell."""
    type_ = event.get("type")
    if not isinstance(type_, str) or type_ in SHARED_TYPES:
        return None

    protocol = _find_by_type(type_)
    if protocol is None or not _fits(protocol.classes[type_], event):
        return None
    if protocol.name == DEFAULT:
        return protocol

    # Sessions of translations, which no command reads, share types with the Live API.
    translations = _group_translations().get(type_)
    return None if translations and _fits(translations, event) else protocol


def is_event_type(type_: str) -> bool:
    """Check whether any protocol has events of *type_*."""
    return _find_by_type(type_) is not None


def _find_by_type(type_: str) -> Protocol | None:
    """Return the first protocol that has events of *type_*."""
    # The order matters: the classes of the later ones are loaded only if it takes them.
    loaded = map(load_protocol, NAMES)
    return next((each for each in loaded if type_ in each.classes), None)


def _fits(classes: Iterable[type], event: Mapping[str, Any]) -> bool:
    """Check that *event* has no key by which it is one of another protocol."""
    return not any(plan_class(cls).foreign.keys() & event.keys() for cls in classes)


@cache
def _group_translations() -> Mapping[str, Sequence[type]]:
    """Return the classes of the events of translations, by type."""
    # Imported late: logs of the default protocol need none of them.
    from rtmodels import (  # noqa: PLC0415
        RealtimeTranslationClientEvent,
        RealtimeTranslationServerEvent,
    )

    return group_classes(
        [RealtimeTranslationClientEvent, RealtimeTranslationServerEvent]
    )
