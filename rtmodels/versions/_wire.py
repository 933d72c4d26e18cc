"""Reading events of both versions as the GA's classes, and writing these as the beta's.

The two versions share most types on the wire. Where an event may be of either one, its
keys decide: a session of the GA has a ``type``, a response of the beta has
``modalities``.

Only the adapters import this module, for their options *upgrade* and *downgrade*.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

import attrs
from attrs import evolve, frozen
from cattrs import Converter

from rtmodels.converter._binding import (
    find_hook,
    find_options,
    unstructure_function,
    without_hooks,
)
from rtmodels.converter._dispatch import TagDispatch
from rtmodels.converter._hook import Hook
from rtmodels.converter._issues import exception_issues, preview
from rtmodels.converter._options import MAX_DEPTH_WRITTEN
from rtmodels.converter._plan import plan_class
from rtmodels.converter._values import to_builtins
from rtmodels.errors import EncodeError, Issue, ValidationError
from rtmodels.native._compile import CasePlan, Restriction
from rtmodels.schema._model import Model, Unknown
from rtmodels.versions._directions import DOWNGRADE, UPGRADE, make_item_replacement
from rtmodels.versions._reshape import Convert
from rtmodels.versions._table import (
    EVENT_PAIRS,
    UNION_PAIRS,
    ClassPair,
    classes_by_tag,
    field_defaults,
    find_nested,
    tag_of,
)

__all__ = ["beta_union", "make_downgrading_writer", "make_upgrading_pair"]

VersionTest: TypeAlias = Callable[[Any], bool]
BetaKeys: TypeAlias = tuple[str, frozenset[str]]
"""The field with an object whose keys move, and its keys that only the beta has."""

NO_KEYS: BetaKeys = "", frozenset()


def _find_beta_keys() -> dict[type, BetaKeys]:
    """Return the keys that an upgrade keeps, by the class of the GA's event."""
    found: dict[type, BetaKeys] = {}
    for pair in EVENT_PAIRS:
        if nested := find_nested(pair):
            key, objects = nested
            beta, ga = field_defaults(objects.beta), field_defaults(objects.ga)
            _, others = found.get(pair.ga, NO_KEYS)
            found[pair.ga] = key, others | (beta.keys() - ga.keys())
    return found


BETA_KEYS = _find_beta_keys()
BETA_KEYS_BY_TAG = {tag_of(cls): keys for cls, keys in BETA_KEYS.items()}


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
        event = None
        with suppress(Exception):  # any, since attributes may hold any object
            event = DOWNGRADE.convert(value)
        if event is not None:
            try:
                return write_beta(event)
            except EncodeError:
                write_ga(value)  # raises the error with the paths of the GA
                raise
        return write_ga(value)  # as above

    return write


@frozen(eq=False)
class UpgradingPair:
    """The functions for events of either version, which become the GA's."""

    hook: Hook
    """Reads them; its errors describe the event in its own version."""

    write: Convert
    """Writes events of the GA, with the keys that an upgrade keeps."""

    cases: Mapping[str, CasePlan]
    """Which events the native program reads as the hook does, by tag."""


def make_upgrading_pair(union: Any, converter: Converter) -> UpgradingPair:
    """Make the functions for events of *union*, the GA's, and their counterparts.

    Raises:
        TypeError: *union* is not a union of events, or a user-defined hook reads it.
    """
    beta, ga = find_hook(beta_union(union), converter), find_hook(union, converter)
    if beta is None or ga is None or not isinstance(ga.fast_pass, TagDispatch):
        raise TypeError(
            "upgrade= requires a union of events without a user-defined hook"
        )

    plain = without_hooks(converter)
    wire, plain_wire = (GaWire.of(union, each, plain) for each in (converter, plain))
    plain_beta: Any = find_hook(beta_union(union), plain)
    forgiving = find_options(plain).forgiving
    reader = EventReader(beta, ga.fast_pass, wire, plain_wire, plain_beta, forgiving)
    beta_classes, ga_classes = (
        classes_by_tag(beta_union(union)),
        classes_by_tag(union),
    )

    # An event of the GA may still hold an item with the beta's types of parts.
    for tag, cls in ga_classes.items():
        has_conversion = cls in UPGRADE.conversions
        convert_item = UPGRADE.parts.convert_item if has_conversion else None
        reader.add_ga(tag, cls, convert_item)

    for pair in EVENT_PAIRS:
        tag = tag_of(pair.beta)
        if beta_classes.get(tag) is not pair.beta:
            continue
        only_beta = ga_classes.get(tag, pair.beta) is pair.beta
        reader.add_beta(tag, _always if only_beta else _make_version_test(pair))
        if not only_beta:
            reader.cases[tag] = _plan_case(ga_classes[tag], pair)

        # If only the type and the item differ, the frame can be read as the GA's event
        # at once. That saves the instance of the beta's class.
        differs = pair.placeholders or not pair.is_default or find_nested(pair)
        if only_beta and not differs and find_hook(pair.beta, converter):
            reader.add_ga(tag, pair.ga, UPGRADE.parts.convert_source_item)

    dispatch = TagDispatch("type", reader.readers, ga.fast_pass.unknown)
    hook = Hook(f"{ga.title}, of both versions", dispatch, reader.read_slowly)
    return UpgradingPair(hook, wire.write_upgraded, reader.cases)


@frozen(eq=False)
class EventReader:
    """Reads events of either version, which it tells apart by tag and keys."""

    beta: Hook
    dispatch: TagDispatch
    """The dispatch of the GA's hook."""

    wire: "GaWire"
    """Reads and writes events of the GA, with keys of the beta."""

    # User-defined hooks are called once for each value, so that a check of the result
    # has to do without them.
    plain_wire: "GaWire"
    """The same, without user-defined hooks."""

    plain_beta: Hook
    """The hook of the beta's union, without user-defined hooks."""

    forgiving: bool
    """Whether everything that can be encoded can be read."""

    readers: dict[Any, Convert] = attrs.field(factory=dict)
    """The function that reads the events with each tag."""

    tests: dict[Any, VersionTest] = attrs.field(factory=dict)
    """The test for each tag that the beta uses; events with other tags are the GA's."""

    cases: dict[str, CasePlan] = attrs.field(factory=dict)
    """What the native program does with the events with each tag."""

    def add_ga(self, tag: str, cls: type, convert_item: Convert | None) -> None:
        """Read events with *tag* as *cls*, a class of the GA.

        The item of the event, if it has one, is converted by *convert_item*.
        """
        find, unknown = self.dispatch.table.get, self.dispatch.unknown
        readers = self.readers
        name = tag_of(cls)

        # The dispatch has the final function for a tag only after a first call. That
        # function then replaces this one, and is called without any look-up.
        def read_first(obj: Any) -> Any:
            event = find(name, unknown)(obj)
            readers[tag] = find(name, unknown)
            return event

        readers[tag] = read_first
        self.cases[tag] = CasePlan(cls)

        # Here the look-up stays, as the item has to be converted after it.
        if convert_item is not None and "item" in field_defaults(cls):
            convert = make_item_replacement(cls, convert_item)
            readers[tag] = lambda obj: convert(find(name, unknown)(obj))
            self.cases[tag] = CasePlan(cls, finish=convert)

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
        self.cases[tag] = CasePlan(None)

    def read_slowly(self, obj: Any, *, parsed: bool = False) -> Any:
        """Recover an event that the fast function rejected, or raise its errors.

        *parsed* is as for `Hook.fall_back`.
        """
        # The input may be anything here: no fast pass has accepted it.
        try:
            if self._is_beta(obj):
                event = _read(self.beta, obj, parsed=parsed)
            else:
                event = self.wire.read_upgraded(obj, parsed=parsed)
            return self._upgrade(event, obj)
        except ValidationError:
            raise
        except Exception as exc:
            raise ValidationError(exception_issues(exc)) from exc

    def _is_beta(self, obj: Any) -> bool:
        """Return whether *obj* is an event of the beta."""
        tag = obj.get("type") if isinstance(obj, Mapping) else None
        test: VersionTest = (
            self.tests.get(tag, _never) if isinstance(tag, str) else _never
        )
        return test(obj)

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
            return self._keep(obj)

        if counterpart is event or type(counterpart) not in BETA_KEYS:
            return counterpart

        # The beta has no rule for the keys that only the GA declares, and other words
        # than the GA in some closed sets. What is returned here has to be encoded to a
        # frame that is read again as the same event.
        try:
            frame = self.plain_wire.write_upgraded(counterpart)
        except EncodeError:
            # Strict mode cannot encode it, or a user-defined hook has to.
            return counterpart
        return counterpart if self._reads_as(frame, counterpart) else self._keep(obj)

    def _keep(self, obj: Mapping[str, Any]) -> Unknown:
        """Return a copy of *obj*, an event that no class of the GA can hold.

        Raises:
            ValidationError: The mode is strict, and so allows no unknown events.
        """
        if self.wire.strict:
            text = preview(obj["type"])
            raise ValidationError((Issue((), "an event that the GA can hold", text),))

        # The levels of the schema come on top of those of its values.
        payload = to_builtins(obj, 2 * MAX_DEPTH_WRITTEN)
        return Unknown(tag=payload["type"], payload=payload)

    def _reads_as(self, frame: Any, event: Any) -> bool:
        """Return whether *frame*, written for *event*, is read as an equal event."""
        if self._is_beta(frame):
            with suppress(ValidationError, EncodeError):
                beta = _read(self.plain_beta, frame, parsed=True)
                return bool(UPGRADE.convert(beta) == event)
            return False
        return self.forgiving or bool(self.plain_wire.read_upgraded(frame) == event)


@frozen(eq=False)
class GaWire:
    """Reads and writes events of the GA, with the keys of the beta that they keep.

    Strict mode rejects undeclared keys, but the beta declares these.
    """

    hook: Hook
    write: Convert
    write_beta: Convert
    strict: bool

    @classmethod
    def of(cls, union: Any, converter: Converter, plain: Converter) -> "GaWire":
        """Bind *union* to *converter*, and its counterpart in the beta to *plain*."""
        hook: Any = find_hook(union, converter)
        return cls(
            hook,
            unstructure_function(union, converter),
            unstructure_function(beta_union(union), plain),
            find_options(plain).strict,
        )

    def read_upgraded(self, obj: Any, *, parsed: bool = True) -> Any:
        """Read an event of the GA, which may have been upgraded and encoded before.

        Raises:
            ValidationError: The event is not valid, or a key of the beta in it is not.
        """
        tag = obj.get("type") if self.strict and isinstance(obj, Mapping) else None
        key, names = BETA_KEYS_BY_TAG.get(tag if isinstance(tag, str) else "", NO_KEYS)
        nested = obj.get(key) if names else None
        if not isinstance(nested, Mapping) or names.isdisjoint(nested):
            return _read(self.hook, obj, parsed=parsed)

        own, kept = _split(nested, names)
        event = _read(self.hook, {**obj, key: own}, parsed=parsed)
        try:
            event = evolve(event, **{key: evolve(getattr(event, key), extra=kept)})
            # Only the classes of the beta can tell whether its keys are valid.
            self.write_beta(DOWNGRADE.convert(event))
        except EncodeError as exc:
            raise ValidationError(exc.issues) from None
        return event

    def write_upgraded(self, event: Any) -> Any:
        """Write an event of the GA, with those keys of the beta that an upgrade keeps.

        Raises:
            EncodeError: The mode does not allow a value of the event.
        """
        key, names = BETA_KEYS.get(type(event), NO_KEYS) if self.strict else NO_KEYS
        nested: Any = getattr(event, key, None) if names else None
        extra = nested.extra if isinstance(nested, Model) else None
        if not isinstance(extra, Mapping) or names.isdisjoint(extra):
            return self.write(event)

        other, kept = _split(extra, names)
        out = self.write(evolve(event, **{key: evolve(nested, extra=other or None)}))
        beta = self.write_beta(DOWNGRADE.convert(event))[key]
        out[key].update((name, beta[name]) for name in kept if name in beta)
        return out


def _read(hook: Hook, obj: Any, *, parsed: bool) -> Any:
    """Read *obj* with *hook*; *parsed* is as for `Hook.fall_back`."""
    with suppress(Exception):  # any, since reading the input may raise anything
        return hook.fast(obj)
    return hook.fall_back(obj, parsed=parsed)


def _split(
    obj: Mapping[str, Any], names: frozenset[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the entries of *obj* that are not in *names*, and those that are."""
    return (
        {name: obj[name] for name in obj if name not in names},
        {name: obj[name] for name in obj if name in names},
    )


def _always(_: Mapping[str, Any]) -> bool:
    """Test for a tag that only the beta has."""
    return True


def _never(_: Mapping[str, Any]) -> bool:
    """Test for a tag whose events are always read as the GA's."""
    return False


def _plan_case(cls: type, pair: ClassPair) -> CasePlan:
    """Return which events of *cls*, the GA's, the test for *pair* always accepts.

    These are the events whose object has no key that only the beta has, and is valid in
    the GA, so that it has the keys that the GA requires.
    """
    key, nested = find_nested(pair) or ("", pair)
    required = _required_keys(nested)
    fields = {field.name for field in plan_class(nested.ga).fields if field.required}
    if not required <= fields:
        return CasePlan(None)
    return CasePlan(cls, Restriction(nested.ga, key))


def _required_keys(pair: ClassPair) -> AbstractSet[str]:
    """Return the keys of which the beta's objects lack one."""
    beta = field_defaults(pair.beta).keys()
    return (pair.constants.keys() - beta) or pair.placeholders.keys()


def _make_version_test(pair: ClassPair) -> VersionTest:
    """Make the function that checks, by its keys, whether an event is the beta's.

    It is the beta's if it lacks a key that only the GA requires. Where the GA requires
    none, it is the beta's if it has keys of the beta, and none that exist only in the
    GA. So an event that was upgraded and encoded is the GA's, whichever keys of the
    beta it has kept.
    """
    # Computed once: the function runs for each event with this tag.
    key, nested = find_nested(pair) or ("", pair)
    beta, ga = field_defaults(nested.beta).keys(), field_defaults(nested.ga).keys()
    only_beta, only_ga = beta - ga, ga - beta
    required = _required_keys(nested)

    def is_beta(obj: Mapping[str, Any]) -> bool:
        place = obj.get(key) if key else obj
        if not isinstance(place, Mapping):
            return False

        keys = place.keys()
        if required:
            return not keys >= required
        return not only_beta.isdisjoint(keys) and only_ga.isdisjoint(keys)

    return is_beta
