"""The two directions, each with the function that converts the instances of each class.

Sessions, responses and requests are converted by `_reshape`. Most events only have
another name, and are copied by generated functions. This is the one for a class that
has another name in the GA and holds an item::

    def rename_ConversationItemCreatedEvent(x):
        self = ConversationItemAddedEventDraft()
        self.extra = x.extra
        self.event_id = x.event_id
        self.item = convert_item(x.item)
        self.type = 'conversation.item.added'
        self.previous_item_id = x.previous_item_id
        self.__class__ = ConversationItemAddedEvent
        return self

The package itself, `_losses` and `_wire` import this module.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, Literal, TypeAlias, get_args

import attrs
from attrs import evolve, frozen

from rtmodels.converter._binding import structure_function, unstructure_function
from rtmodels.converter._plan import HAS_GIL, plan_class
from rtmodels.converter._source import Source, draft_of, on_first_call
from rtmodels.schema._model import Unknown
from rtmodels.schema.beta.response import RealtimeConversationItemWithReference
from rtmodels.schema.content import RealtimeConversationItemMessageAssistantContent
from rtmodels.schema.items import (
    RealtimeConversationItem,
    RealtimeConversationItemMessageAssistant,
)
from rtmodels.versions._reshape import (
    Convert,
    forgiving_converter,
    make_object_downgrade,
    make_object_upgrade,
)
from rtmodels.versions._saved import Saved, find_saved, own_extra, save
from rtmodels.versions._table import (
    EVENT_PAIRS,
    OBJECT_PAIRS,
    PART_TYPES,
    UNION_PAIRS,
    ClassPair,
    field_defaults,
    find_nested,
)

__all__ = ["DOWNGRADE", "UPGRADE", "Direction", "Version", "make_item_replacement"]

Version: TypeAlias = Literal["beta", "ga"]

AssistantMessage = RealtimeConversationItemMessageAssistant
AssistantPart = RealtimeConversationItemMessageAssistantContent


def make_rename(
    before: type, after: type, conversions: Mapping[str, Convert]
) -> Convert:
    """Make the function that copies an instance of *before* into a new *after*.

    Args:
        before: The class of the argument.
        after: The class of the result, with the same fields.
        conversions: How to convert the values of some of the fields.
    """
    src = Source()
    name = f"rename_{before.__name__}"

    with src.block(f"def {name}(x):"):
        cls = src.bind(after, after.__name__)
        values = _write_values(src, after, conversions)
        # Without the GIL, all threads stop while an object changes its class.
        if not HAS_GIL:
            arguments = (f"{key}={value}" for key, value in values.items())
            src.line(f"return {cls}({', '.join(arguments)})")
        else:
            # Assigning to a draft is faster than the `__init__` of a frozen class.
            src.line(f"self = {src.bind(draft_of(after), f'{after.__name__}Draft')}()")
            for attribute, value in values.items():
                src.line(f"self.{attribute} = {value}")
            src.line(f"self.__class__ = {cls}")
            src.line("return self")

    return src.compile(name, f"rename {before.__name__}")


def _write_values(
    src: Source, after: type, conversions: Mapping[str, Convert]
) -> dict[str, str]:
    """Return the expression for each attribute of the instance of *after*."""
    # The type of an event is written as a literal: *x* has that of its own version.
    constants = {f.name: f.constant for f in plan_class(after).fields if f.constant}
    values: dict[str, str] = {}

    for field in attrs.fields(after):
        values[field.name] = f"x.{field.name}"
        if field.name in conversions:
            function = src.bind(conversions[field.name], f"convert_{field.name}")
            values[field.name] = f"{function}(x.{field.name})"
        elif field.name in constants:
            values[field.name] = repr(constants[field.name])
    return values


@frozen(eq=False)
class PartRenamer:
    """Renames the types of parts of assistant messages, in one direction.

    In a message with parts of both versions, a part may have the target's type already.
    It saves that type, so that the reverse conversion leaves it as it is.
    """

    types: Mapping[Any, str]
    """The types of the source, and those of the target."""

    @cached_property
    def _rename(self) -> Convert:
        """The function that gives a part another type."""
        return make_rename(
            AssistantPart, AssistantPart, {"type": self.types.__getitem__}
        )

    @cached_property
    def _rename_all(self) -> Convert:
        """The function that gives the parts of a message other types."""
        return make_rename(
            AssistantMessage, AssistantMessage, {"content": self._convert_content}
        )

    def convert_part(self, part: Any) -> Any:
        """Return *part* with its type in the target version."""
        if part.type not in self.types:
            return part
        if _has_saved_type(part):
            return evolve(part, extra=own_extra(part))
        return self._rename(part)

    def convert_item(self, item: Any) -> Any:
        """Convert the parts of *item*, if any has a type that only the source has."""
        # Most items need no change, and looking is cheaper than copying.
        if item.__class__ is AssistantMessage:
            for part in item.content:
                if part.type in self.types:
                    return self._rename_all(item)
        return item

    def convert_source_item(self, item: Any) -> Any:
        """Convert the parts of *item*, which is known to be of the source version.

        Parts that have the target's type already save it.
        """
        if item.__class__ is AssistantMessage and item.content:
            return self._rename_all(item)
        return item

    def _convert_content(self, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        """Convert all of *parts*, or save that they had the target's type already."""
        return tuple(
            [
                part if part.type is None else self._convert_or_save(part)
                for part in parts
            ]
        )

    def _convert_or_save(self, part: Any) -> Any:
        """Convert *part*, or save that it had the target's type already."""
        renamed = self.convert_part(part)
        if renamed is part and part.type in self.types.values():
            return save(part, Saved(original={"type": part.type}))
        return renamed


def _has_saved_type(part: Any) -> bool:
    """Check whether *part* saved its type, which it then keeps."""
    saved = find_saved(part)
    return saved is not None and saved.original == {"type": part.type}


def make_item_replacement(cls: type, convert: Convert) -> Convert:
    """Make the function that converts the item of an event with *convert*.

    It returns the event itself where the item stays the same.
    """
    rename = make_rename(cls, cls, {"item": convert})

    def replace_item(x: Any) -> Any:
        return x if convert(x.item) is x.item else rename(x)

    return replace_item


@frozen(eq=False)
class Direction:
    """One of the two directions: from classes of one version to their counterparts."""

    source: Version
    target: Version
    parts: PartRenamer
    make_object_conversion: Callable[..., Convert]
    """Makes the function for a class of `OBJECT_PAIRS`."""

    conversions: dict[type, Convert] = attrs.field(factory=dict)
    """The function for each class that has a counterpart."""

    def convert(self, x: Any) -> Any:
        """Return the counterpart of *x*, or *x* itself if it has none."""
        convert = self.conversions.get(x.__class__)
        return x if convert is None else convert(x)

    @property
    def opposite(self) -> "Direction":
        """The other direction."""
        return DOWNGRADE if self is UPGRADE else UPGRADE

    def classes(self, pair: ClassPair) -> tuple[type, type]:
        """Return the classes of *pair*: that of the source, and that of the target."""
        return getattr(pair, self.source), getattr(pair, self.target)

    def register(self) -> None:
        """Fill `conversions` for all classes that differ between the versions."""
        self.conversions[AssistantPart] = self.parts.convert_part
        self.conversions[AssistantMessage] = self.parts.convert_item

        # The GA has no such class: its items have a class for each type.
        if self.source == "beta":
            self._register(
                RealtimeConversationItemWithReference, self._make_reference_conversion
            )

        # An event may be in both versions and still be the counterpart of another one.
        counterparts = {self.classes(pair)[1] for pair in EVENT_PAIRS}
        for cls in _find_shared_events_with_item():
            if cls not in counterparts:
                make = partial(make_item_replacement, cls, self.parts.convert_item)
                self._register(cls, make)
        for cls, pairs in self._group_by_source(EVENT_PAIRS).items():
            self._register(cls, partial(self._make_event_conversion, pairs))
        for cls, pairs in self._group_by_source(OBJECT_PAIRS).items():
            self._register(cls, partial(self._convert_objects, *pairs))

    def _convert_objects(self, *pairs: ClassPair) -> Convert:
        """Make the function for the class of objects that *pairs* share."""
        convert_item = self.parts.convert_source_item
        return self.make_object_conversion(*pairs, convert_item=convert_item)

    def _register(self, cls: type, make: Callable[[], Convert]) -> None:
        """Register the function for *cls*, which *make* makes on its first call."""
        # A program meets few of these classes. Compiling all of them would make the
        # import slow.
        store = partial(self.conversions.__setitem__, cls)
        self.conversions[cls] = on_first_call(make, store)

    def _group_by_source(
        self, pairs: tuple[ClassPair, ...]
    ) -> dict[type, list[ClassPair]]:
        """Group *pairs* by their class of the source; those with a marker are first."""
        groups: dict[type, list[ClassPair]] = {}
        for pair in sorted(pairs, key=lambda pair: not pair.marker):
            groups.setdefault(self.classes(pair)[0], []).append(pair)
        return groups

    def _make_event_conversion(self, pairs: list[ClassPair]) -> Convert:
        """Make the function for the class of events that *pairs* share in the source.

        Of several pairs, the one decides whose class the event has saved.
        """
        if self.target == "ga":
            return self._make_default_conversion(pairs)

        defaults = [pair for pair in pairs if pair.is_default]
        others: dict[type | None, Convert] = {
            pair.beta: self._make_default_conversion([pair])
            for pair in pairs
            if not pair.is_default
        }
        convert = self._make_default_conversion(defaults) if defaults else _keep
        if not others:
            return convert

        def convert_by_saved_class(x: Any) -> Any:
            saved = find_saved(x)
            cls = None if saved is None else saved.cls
            return others.get(cls, convert)(x)

        return convert_by_saved_class

    def _make_default_conversion(self, pairs: list[ClassPair]) -> Convert:
        """Make the function for events that have saved no class.

        Of several pairs, the class of the nested object decides. An event becomes an
        `Unknown` if that object is of none of these classes.
        """
        renames: dict[type, Convert] = {}
        key = ""
        for pair in pairs:
            conversions = self._field_conversions(pair)
            found = find_nested(pair)
            if found is None:
                rename = make_rename(*self.classes(pair), conversions)
                return self._add_saving(pair, rename)

            # Only `response.create` may lack its object, and no other pair shares its
            # class: so no function for `None` replaces that of another pair.
            key, nested = found
            conversions[key] = _unless_none(self._convert_objects(nested))
            rename = make_rename(*self.classes(pair), conversions)
            rename = self._add_saving(pair, rename)
            renames |= {self.classes(nested)[0]: rename, type(None): rename}

        def rename_by_nested(x: Any) -> Any:
            rename = renames.get(getattr(x, key).__class__)
            if rename is None:
                return Unknown(tag=x.type, payload=forgiving_converter().unstructure(x))
            return rename(x)

        return rename_by_nested

    def _add_saving(self, pair: ClassPair, rename: Convert) -> Convert:
        """Make *rename* also save or restore what it would lose."""
        if pair.is_default and not pair.placeholders:
            return rename
        if self.target == "ga":
            return partial(_rename_and_save, pair, rename)
        return partial(_rename_and_restore, pair, rename)

    def _field_conversions(self, pair: ClassPair) -> dict[str, Convert]:
        """Return the conversion of each field of an event, except a nested object."""
        change = _fill_placeholder if self.target == "ga" else _drop_placeholder
        conversions: dict[str, Convert] = {
            name: partial(change, placeholder)
            for name, placeholder in pair.placeholders.items()
        }

        # The event has another type, so the whole of it is of the source version.
        if "item" in field_defaults(pair.beta):
            conversions["item"] = self.parts.convert_source_item
        return conversions

    def _make_reference_conversion(self) -> Convert:
        """Make the function for the beta's one class for items of all kinds."""
        # The class has the fields of all kinds of items, and the GA has a class for
        # each kind. Going through the wire form saves a table of fields here.
        converter = forgiving_converter()
        write = unstructure_function(RealtimeConversationItemWithReference, converter)
        read = structure_function(RealtimeConversationItem, converter)
        return lambda x: self.parts.convert_source_item(read(write(x)))


def _keep(x: Any) -> Any:
    """Return *x* as it is."""
    return x


def _rename_and_save(pair: ClassPair, rename: Convert, x: Any) -> Any:
    """Rename *x*, an event of the beta, and save what the reverse would not restore."""
    extra = x.extra
    original = {}
    for key, placeholder in pair.placeholders.items():
        value = getattr(x, key)
        # A null in `extra` is one that the beta's schema does not allow.
        is_null = value is None and isinstance(extra, Mapping) and key in extra
        if value == placeholder or (is_null and extra[key] is None):
            original[key] = value

    cls = None if pair.is_default else pair.beta
    if not original and cls is None:
        return rename(x)

    # The counterpart has a value in place of the null, which `extra` would contradict.
    nulls = {key for key, value in original.items() if value is None}
    if nulls:
        others = {key: value for key, value in extra.items() if key not in nulls}
        x = evolve(x, extra=others or None)
    return save(rename(x), Saved(cls=cls, original=original))


def _rename_and_restore(pair: ClassPair, rename: Convert, x: Any) -> Any:
    """Rename *x*, an event of the GA, and restore what `_rename_and_save` saved."""
    saved = find_saved(x)
    if saved is None:
        return rename(x)

    # A value that was changed in between wins over the saved one.
    original = {
        key: value
        for key, value in saved.original.items()
        if key in pair.placeholders and getattr(x, key) == pair.placeholders[key]
    }
    nulls = {key: None for key, value in original.items() if value is None}
    extra = {**nulls, **x.extra}
    return evolve(rename(x), **original, extra=extra or None)


def _unless_none(convert: Convert) -> Convert:
    """Make the function that converts all values but ``None``."""
    return lambda value: None if value is None else convert(value)


def _fill_placeholder(placeholder: Any, value: Any) -> Any:
    """Return *placeholder* for a value that the GA requires and the beta omitted."""
    return placeholder if value is None else value


def _drop_placeholder(placeholder: Any, value: Any) -> Any:
    """Return ``None`` for a value that `_fill_placeholder` filled in."""
    return None if value == placeholder else value


def _find_shared_events_with_item() -> Iterator[type]:
    """Iterate over the events with an item whose class is in both versions."""
    for beta, ga in UNION_PAIRS:
        for cls in get_args(ga):
            if cls in get_args(beta) and "item" in field_defaults(cls):
                yield cls


UPGRADE = Direction("beta", "ga", PartRenamer(dict(PART_TYPES)), make_object_upgrade)
DOWNGRADE = Direction(
    "ga",
    "beta",
    PartRenamer({ga: beta for beta, ga in PART_TYPES}),
    make_object_downgrade,
)
for _direction in (UPGRADE, DOWNGRADE):
    _direction.register()
