"""What the commands know of a protocol: `Protocol`.

`realtime` and `live` each have one, and `protocols` loads them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, Literal, NamedTuple, get_args

import attrs
from attrs import Factory, field, frozen

from rtmodels import Unknown
from rtmodels.adapters._recordings.options import ProtocolName


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

    return tuple(reduce(or_, [*layer.values(), Unknown]) for layer in merged)


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
    """The types of the events whose ``usage`` has the *seconds* of a session so far."""

    has_connections: bool
    """Whether several connections of one session may each say that it has started."""

    has_responses: bool
    """Whether it has events of responses that can be audited."""

    unions: Mapping[str, tuple[Any, ...]] = field(
        init=False,
        default=Factory(
            lambda self: _merge_sides(self.client, self.server), takes_self=True
        ),
    )
    """The unions for ``client``, ``server`` and ``auto``, which is either of them.

    A message is decoded by the first. The further ones have other classes for some of
    its types: see `rtmodels.adapters._recordings.decoding`.
    """

    classes: Mapping[str, Sequence[type]] = field(
        init=False,
        default=Factory(
            lambda self: group_classes(self.unions["auto"]), takes_self=True
        ),
    )
    """The classes of all events, by type."""

    client_types: frozenset[str] = field(
        init=False,
        default=Factory(lambda self: _list_types(self.client), takes_self=True),
    )
    """The types of what clients send."""

    server_types: frozenset[str] = field(
        init=False,
        default=Factory(lambda self: _list_types(self.server), takes_self=True),
    )
    """The types of what servers send, of which a few may be `client_types` as well."""

    def find_sender(self, type_: str) -> str:
        """Return which side sends events of this type; of both, ``either``."""
        if type_ not in self.server_types:
            return "client"
        return "either" if type_ in self.client_types else "server"


def _merge_sides(
    client: tuple[Any, ...], server: tuple[Any, ...]
) -> Mapping[str, tuple[Any, ...]]:
    """Return the value of `Protocol.unions`."""
    return {
        "client": _merge_unions(client),
        "server": _merge_unions(server),
        "auto": _merge_unions([*client, *server]),
    }


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
