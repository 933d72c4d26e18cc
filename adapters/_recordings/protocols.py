"""The protocols that recordings are made of, and which one a recording shows.

This is the one place that knows them: a `Protocol` says what its events are, which of
them start a session, and where the settings, the audio and the usage are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import attrs
from attrs import field, frozen

from rtmodels import Unknown
from rtmodels.converter._plan import plan_class

ProtocolName: TypeAlias = Literal["realtime", "live"]
"""The name of a protocol on the command line."""

Side: TypeAlias = Literal["client", "server"]
"""An end of the wire."""

SHARED_TYPES = frozenset(
    {"error", "response.create", "session.update", "session.updated"}
)
"""The types of events that more than one protocol has.

They are listed, so that a log of one protocol loads no classes of another.
"""


class Sound(NamedTuple):
    """Where an event has audio, and which way the audio goes."""

    way: Literal["input", "output"]
    """``input`` for the user's audio, ``output`` for the model's."""

    key: str
    """The field with the audio."""


def _merge_unions(unions: Iterable[Any]) -> tuple[Any, ...]:
    """Return unions with the classes of all *unions*, each with one class of a type.

    The first has a class for every type. Those after it have the further classes of the
    same types.
    """
    merged: list[dict[str, type]] = []
    for union in unions:
        for cls in list_classes(union):
            layers = (layer for layer in merged if layer.get(type_of(cls), cls) is cls)
            layer = next(layers, None)
            if layer is None:
                merged.append(layer := {})
            layer[type_of(cls)] = cls

    return tuple(_join([*layer.values(), Unknown]) for layer in merged)


def _join(classes: Iterable[type]) -> Any:
    """Return the union of *classes*."""
    first, *rest = classes
    union: Any = first
    for cls in rest:
        union |= cls
    return union


def list_classes(union: Any) -> list[type]:
    """Return the classes of events in *union*."""
    return [cls for cls in get_args(union) if cls is not Unknown]


def type_of(cls: type) -> str:
    """Return the wire type of a class of events."""
    return str(attrs.fields_dict(cls)["type"].default)


@frozen(eq=False, kw_only=True)
class Protocol:
    """What the commands know of a protocol."""

    name: ProtocolName
    """Its name on the command line."""

    title: str
    """Its name in sentences."""

    client: tuple[Any, ...]
    """The unions of what clients send, one for each kind of connection."""

    server: tuple[Any, ...]
    """The unions of what servers send."""

    starts: frozenset[str]
    """The types of the events that start a session."""

    settings: frozenset[str]
    """The types of the events with settings of a session, those of `starts` among them.

    The settings are in ``session``, and may be partial.
    """

    sounds: Mapping[str, Sound]
    """The events with audio, by type."""

    bytes_per_second: Callable[[Any], int | None]
    """Measures an audio format; ``None`` is the default one."""

    is_relayed: Callable[[Any, bool], bool]
    """Checks whether the audio of an event is a copy for a connection that has joined.

    Copies are in the default format, whatever the settings say. The second argument is
    whether the log is of such a connection, as far as it is known.
    """

    totals: frozenset[str]
    """The types of the events whose ``usage`` has the totals of the session so far."""

    has_connections: bool
    """Whether several connections of one session may each say that it has started."""

    has_responses: bool
    """Whether it has events of responses that can be audited."""

    unions: Mapping[str, tuple[Any, ...]] = field(init=False)
    """The unions for ``client``, ``server`` and ``auto``, which is either of them.

    A message is decoded by the first. The further ones have other classes for some of
    its types: see `rtmodels.adapters._recordings.decoding`.
    """

    classes: Mapping[str, Sequence[type]] = field(init=False)
    """The classes of all events, by type."""

    client_types: frozenset[str] = field(init=False)
    """The types of what clients send."""

    server_types: frozenset[str] = field(init=False)
    """The types of what servers send. A few may be among `client_types` as well."""

    @unions.default
    def _merge(self) -> Mapping[str, tuple[Any, ...]]:
        return {
            "client": _merge_unions(self.client),
            "server": _merge_unions(self.server),
            "auto": _merge_unions([*self.client, *self.server]),
        }

    @classes.default
    def _group_classes(self) -> Mapping[str, Sequence[type]]:
        return group_classes(self.unions["auto"])

    @client_types.default
    def _list_client_types(self) -> frozenset[str]:
        return _list_types(self.client)

    @server_types.default
    def _list_server_types(self) -> frozenset[str]:
        return _list_types(self.server)

    def find_sender(self, type_: str) -> str:
        """Return which side sends events of this type; of both, ``either``."""
        if type_ not in self.server_types:
            return "client"
        return "either" if type_ in self.client_types else "server"


def _list_types(unions: Iterable[Any]) -> frozenset[str]:
    """Return the wire types of the classes in *unions*."""
    return frozenset(group_classes(unions))


def group_classes(unions: Iterable[Any]) -> dict[str, list[type]]:
    """Return the classes of the events in *unions*, by type."""
    groups: dict[str, list[type]] = {}
    for union in unions:
        for cls in list_classes(union):
            groups.setdefault(type_of(cls), []).append(cls)
    return groups


NAMES: tuple[ProtocolName, ...] = get_args(ProtocolName)
"""The names of all protocols. The first is the default."""

DEFAULT = NAMES[0]
"""The protocol of a recording that shows none."""


@cache
def load_protocol(name: ProtocolName) -> Protocol:
    """Return a protocol, whose classes are loaded on the first call."""
    module = import_module(f"rtmodels.adapters._recordings.{name}")
    protocol: Protocol = module.PROTOCOL
    return protocol


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
