"""Reading events of both versions as the GA's classes, and writing these as the beta's.

The two versions share most types on the wire. Where an event may be of either one, its
keys decide: a session of the GA has a ``type``, a response of the beta has
``modalities``.

Only the adapters import this module, for their options *upgrade* and *downgrade*.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from typing import Any, TypeAlias, get_args

import attrs
from attrs import frozen
from cattrs import Converter

from rtmodels.converter._binding import find_hook, unstructure_function
from rtmodels.converter._dispatch import TagDispatch
from rtmodels.converter._hook import Hook
from rtmodels.converter._options import MAX_DEPTH_WRITTEN
from rtmodels.converter._values import REJECTIONS, to_builtins
from rtmodels.errors import EncodeError
from rtmodels.schema._model import Unknown
from rtmodels.versions._directions import DOWNGRADE, UPGRADE, make_item_replacement
from rtmodels.versions._reshape import Convert
from rtmodels.versions._table import (
    EVENT_PAIRS,
    UNION_PAIRS,
    ClassPair,
    field_defaults,
    find_nested,
)

__all__ = ["beta_union", "make_downgrading_writer", "make_upgrading_hook"]

VersionTest: TypeAlias = Callable[[Any], bool]

RESHAPED = frozenset(pair.ga for pair in EVENT_PAIRS if find_nested(pair))
"""The events of the GA with an object whose keys move."""


def beta_union(union: Any) -> Any:
    """Return the union of the beta for *union*, a union of events of the GA.

    Raises:
        TypeError: *union* is anything else.
    """
    # The events of servers and clients together are a union that users may ask for.
    betas, gas = zip(*UNION_PAIRS, strict=True)
    for beta, ga in (*UNION_PAIRS, (reduce(or_, betas), reduce(or_, gas))):
        if union == ga:
            return beta
    raise TypeError(
        "upgrade= and downgrade= require RealtimeServerEvent, RealtimeClientEvent,"
        " or the union of both"
    )


def make_downgrading_writer(union: Any, converter: Converter) -> Convert:
    """Make the function that writes events of *union*, the GA's, as the beta's.

    Its errors describe the event of the GA, since that is what the caller passed.

    Raises:
        TypeError: *union* is not a union of events.
    """
    write_beta = unstructure_function(beta_union(union), converter)
    write_ga = unstructure_function(union, converter)

    def write(value: Any) -> Any:
        try:
            event = DOWNGRADE.convert(value)
        except (EncodeError, *REJECTIONS):
            return write_ga(value)  # raises the error with the paths of the GA
        return write_beta(event)

    return write


def make_upgrading_hook(union: Any, converter: Converter) -> Hook:
    """Make the hook that reads events of either version as *union*, the GA's.

    Its errors describe the event in its own version.

    Raises:
        TypeError: *union* is not a union of events, or a user-defined hook reads it.
    """
    beta, ga = find_hook(beta_union(union), converter), find_hook(union, converter)
    if beta is None or ga is None or not isinstance(ga.fast_pass, TagDispatch):
        raise TypeError(
            "upgrade= requires a union of events without a user-defined hook"
        )

    write = unstructure_function(union, converter)
    reader = EventReader(beta, ga, ga.fast_pass, write)
    beta_classes, ga_classes = (
        _classes_by_tag(beta_union(union)),
        _classes_by_tag(union),
    )

    # An event of the GA may still hold an item with the beta's types of parts.
    for tag, cls in ga_classes.items():
        has_conversion = cls in UPGRADE.conversions
        convert_item = UPGRADE.parts.convert_item if has_conversion else None
        reader.add_ga(tag, cls, convert_item)

    for pair in EVENT_PAIRS:
        tag = _tag_of(pair.beta)
        if beta_classes.get(tag) is not pair.beta:
            continue
        only_beta = ga_classes.get(tag, pair.beta) is pair.beta
        reader.add_beta(tag, _always if only_beta else _make_version_test(pair))

        # If only the type and the item differ, the frame can be read as the GA's event
        # at once. That saves the instance of the beta's class.
        differs = pair.placeholders or find_nested(pair)
        if only_beta and not differs and find_hook(pair.beta, converter):
            reader.add_ga(tag, pair.ga, UPGRADE.parts.convert_source_item)

    dispatch = TagDispatch("type", reader.readers, ga.fast_pass.unknown)
    return Hook(f"{ga.title}, of both versions", dispatch, reader.read_slowly)


@frozen(eq=False)
class EventReader:
    """Reads events of either version, which it tells apart by tag and keys."""

    beta: Hook
    ga: Hook
    dispatch: TagDispatch
    """The dispatch of the GA's hook."""

    write: Convert
    """The function that writes events of the GA."""

    readers: dict[Any, Convert] = attrs.field(factory=dict)
    """The function that reads the events with each tag."""

    tests: dict[Any, VersionTest] = attrs.field(factory=dict)
    """The test for each tag that the beta uses; events with other tags are the GA's."""

    def add_ga(self, tag: str, cls: type, convert_item: Convert | None) -> None:
        """Read events with *tag* as *cls*, a class of the GA.

        The item of the event, if it has one, is converted by *convert_item*.
        """
        find, unknown = self.dispatch.table.get, self.dispatch.unknown
        readers = self.readers
        name = _tag_of(cls)

        # The dispatch has the final function for a tag only after a first call. That
        # function then replaces this one, and is called without any look-up.
        def read_first(obj: Any) -> Any:
            event = find(name, unknown)(obj)
            readers[tag] = find(name, unknown)
            return event

        readers[tag] = read_first

        # Here the look-up stays, as the item has to be converted after it.
        if convert_item is not None and "item" in field_defaults(cls):
            convert = make_item_replacement(cls, convert_item)
            readers[tag] = lambda obj: convert(find(name, unknown)(obj))

    def add_beta(self, tag: str, is_beta: VersionTest) -> None:
        """Read events with *tag* as those of the beta if *is_beta* returns true."""
        self.tests[tag] = is_beta
        find, unknown = self.dispatch.table.get, self.dispatch.unknown
        read_beta = self.beta.fast

        def read(obj: Any) -> Any:
            # An exception leaves the fast pass; `read_slowly` then decides anew.
            if is_beta(obj):
                return self._upgrade(read_beta(obj), obj)
            return find(tag, unknown)(obj)

        self.readers[tag] = read

    def read_slowly(self, obj: Any, **_options: bool) -> Any:
        """Recover an event that the fast function rejected, or raise its errors.

        The hook of the event's version applies *_options* itself.
        """
        # The input may be anything here: no fast pass has accepted it.
        tag = obj.get("type") if isinstance(obj, Mapping) else None
        is_beta = self.tests.get(tag, _never) if isinstance(tag, str) else _never
        return self._upgrade((self.beta if is_beta(obj) else self.ga)(obj), obj)

    def _upgrade(self, event: Any, obj: Any) -> Any:
        """Upgrade *event*, which was read from *obj*.

        Raises:
            ValidationError: *obj* has a key of the GA, with a value that does not fit.
        """
        # Sessions and responses are encoded on the way. That can fail, for example for
        # input nested so deep that only forgiving mode reads it.
        try:
            counterpart = UPGRADE.convert(event)
        except EncodeError:
            return _keep_whole(obj)

        if counterpart is event or counterpart.__class__ not in RESHAPED:
            return counterpart

        # The beta has no rule for the keys that only the GA declares. What is returned
        # here has to be encoded to a frame that is read again as the same event.
        try:
            reread = self.ga(self.write(counterpart))
        except EncodeError:
            return counterpart  # strict mode does not write keys that only the beta has
        return counterpart if reread == counterpart else _keep_whole(obj)


def _keep_whole(obj: Any) -> Unknown:
    """Return *obj* as an unknown event."""
    # A copy, as in every mode. The levels of the schema count here as well.
    payload = to_builtins(obj, 2 * MAX_DEPTH_WRITTEN)
    return Unknown(type=payload["type"], payload=payload)


def _classes_by_tag(union: Any) -> dict[str, type]:
    """Return the class for each tag of *union*."""
    return {_tag_of(cls): cls for cls in get_args(union) if cls is not Unknown}


def _tag_of(cls: type) -> str:
    """Return the ``type`` of a class of events."""
    return str(field_defaults(cls)["type"])


def _always(_: Mapping[str, Any]) -> bool:
    """Test for a tag that only the beta has."""
    return True


def _never(_: Mapping[str, Any]) -> bool:
    """Test for a tag whose events are always read as the GA's."""
    return False


def _make_version_test(pair: ClassPair) -> VersionTest:
    """Make the function that checks, by its keys, whether an event is the beta's.

    It is the beta's if it lacks a key that only the GA requires, or has more keys that
    exist only in the beta than keys that exist only in the GA. They are counted because
    servers of one version may send some keys of the other.
    """
    # Computed once: the function runs for each event with this tag.
    key, nested = find_nested(pair) or ("", pair)
    beta, ga = field_defaults(nested.beta).keys(), field_defaults(nested.ga).keys()
    only_beta, only_ga = beta - ga, ga - beta
    required = (nested.constants.keys() - beta) or nested.placeholders.keys()

    def is_beta(obj: Mapping[str, Any]) -> bool:
        place = obj.get(key) if key else obj
        if not isinstance(place, Mapping):
            return False
        keys = place.keys()
        return not keys >= required or len(keys & only_beta) > len(keys & only_ga)

    return is_beta
