"""Twins of the library's classes for other libraries, so no field is listed twice."""

import dataclasses
from collections.abc import Callable, Mapping
from functools import cached_property
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import attrs
from attrs import field, frozen

from rtmodels import RealtimeServerEvent, Unknown, Unset

ClassMaker: TypeAlias = Callable[["Twin"], type]


@frozen
class TwinField:
    """One field of a twin."""

    name: str
    annotation: Any
    required: bool
    """Whether the key is required; if not, null is a value as well."""


@frozen
class Twin:
    """The description from which another library makes its class."""

    name: str
    tag: str | None
    """The constant ``type``, if all mirrored classes share one."""

    fields: tuple[TwinField, ...]

    def make_dataclass(self, absent: object, **namespace: Any) -> type:
        """Build it as a dataclass, with *absent* as the default of optional keys."""
        fields = [
            (
                item.name,
                item.annotation,
                dataclasses.field()
                if item.required
                else dataclasses.field(default=absent),
            )
            for item in self.fields
        ]
        return dataclasses.make_dataclass(
            self.name, fields, kw_only=True, slots=True, namespace=namespace
        )


@frozen
class Mirror:
    """Makes twins of our classes.

    Closed sets of strings become ``str``, as in tolerant mode. Classes that a union
    cannot tell apart by ``type`` are merged into one with all their fields. Unless
    *tagged*, so are all unions except that of the events.
    """

    make_class: ClassMaker
    absent: Any
    """The annotation for the value of a field whose key is missing."""

    tagged: bool = True
    join: Callable[[tuple[type, ...]], Any] = lambda classes: Union[classes]
    """Makes a tagged union of twins."""

    _made: dict[tuple[type, ...], type] = field(factory=dict)

    @cached_property
    def events(self) -> dict[str, type]:
        """The twins of all events that a server sends, by their type."""
        classes = [cls for cls in get_args(RealtimeServerEvent) if cls is not Unknown]
        return {_find_tag(cls): self.reflect_classes((cls,)) for cls in classes}

    def reflect(self, annotation: Any) -> Any:
        """Translate *annotation*, leaving out `Unset` and `Unknown`."""
        members = list(dict.fromkeys(_flatten(annotation)))
        kinds: list[Any] = []
        classes = tuple(member for member in members if attrs.has(member))
        if classes:
            kinds.append(self._unite(classes))

        items = [get_args(item)[0] for item in members if get_origin(item) is tuple]
        if items:
            kinds.append(tuple[self.reflect(Union[tuple(items)]), ...])

        for member in members:
            if get_origin(member) is Mapping:
                kinds.append(dict[str, self.reflect(get_args(member)[1])])
            elif not (member in classes or get_origin(member) is tuple):
                kinds.append(member)
        return Union[tuple(kinds)]

    def _unite(self, classes: tuple[type, ...]) -> Any:
        """Make one annotation for *classes*."""
        tags = {_find_tag(cls) for cls in classes} - {None}
        if len(classes) == 1 or not self.tagged or len(tags) < len(classes):
            return self.reflect_classes(classes)
        return self.join(tuple(self.reflect_classes((cls,)) for cls in classes))

    def reflect_classes(self, classes: tuple[type, ...]) -> type:
        """Make the one twin of *classes*."""
        if classes not in self._made:
            names = dict.fromkeys(
                field.name for cls in classes for field in attrs.fields(cls)
            )
            fields = [self._merge(name, classes) for name in names if name != "extra"]
            fields.sort(key=lambda field: not field.required)

            tag = _find_tag(classes[0]) if len(classes) == 1 else None
            title = "Or".join(cls.__name__ for cls in classes)
            twin = Twin(title, tag, tuple(fields))
            self._made[classes] = self.make_class(twin)

        return self._made[classes]

    def _merge(self, name: str, classes: tuple[type, ...]) -> TwinField:
        """Make the field *name* of the twin of *classes*."""
        owners = [
            getattr(attrs.fields(cls), name)
            for cls in classes
            if hasattr(attrs.fields(cls), name)
        ]

        required = len(owners) == len(classes) and all(
            owner.default is attrs.NOTHING for owner in owners
        )
        annotation = self.reflect(Union[tuple(owner.type for owner in owners)])
        if not required:
            annotation = Union[annotation, None, self.absent]
        return TwinField(name, annotation, required)


def _flatten(annotation: Any) -> list[Any]:
    """List the members of a union, with words of a set and `str` as one."""
    if get_origin(annotation) is Annotated:
        return [get_args(annotation)[0]]
    if get_origin(annotation) not in (Union, UnionType):
        return [] if annotation in (Unset, Unknown) else [annotation]

    members = [item for part in get_args(annotation) for item in _flatten(part)]
    return [
        member
        for member in members
        if get_origin(member) is not Literal or type(get_args(member)[0]) not in members
    ]


def _find_tag(cls: type) -> str | None:
    """Return the constant ``type`` of *cls*, if it has one."""
    type_ = getattr(attrs.fields(cls), "type", None)
    members = [item for item in _flatten(type_ and type_.type) if item is not NoneType]
    match members:
        case [literal] if get_origin(literal) is Literal:
            words = get_args(literal)
            return words[0] if len(words) == 1 else None
    return None
