"""Pairs the classes of rtmodels with their counterparts in openai-python.

There is no table of names: a few roots are known, and the two are walked side by side,
field by field. The members of a union are told apart by the tags that both declare.
"""

from functools import cache
from typing import Any, TypeAlias, get_args

import attrs

import rtmodels
from rtmodels import Model
from rtmodels.errors import MissingDependencyError

try:
    import openai
    import pydantic
    from openai.types import realtime as sdk
    from openai.types.beta import realtime as beta_sdk
except ModuleNotFoundError as exc:
    raise MissingDependencyError("openai", extra="openai") from exc

__all__ = ["SdkClass", "find_ours", "find_theirs"]

SdkClass: TypeAlias = type[openai.BaseModel]

ROOTS = (
    ("RealtimeClientEvent", sdk, "RealtimeClientEvent"),
    ("RealtimeCreateClientSecretResponse", sdk, "ClientSecretCreateResponse"),
    ("RealtimeServerEvent", sdk, "RealtimeServerEvent"),
    ("RealtimeBetaClientEvent", beta_sdk, "RealtimeClientEvent"),
    ("RealtimeBetaServerEvent", beta_sdk, "RealtimeServerEvent"),
    ("RealtimeTranslationClientEvent", sdk, "RealtimeTranslationClientEvent"),
    ("RealtimeTranslationServerEvent", sdk, "RealtimeTranslationServerEvent"),
    (
        "RealtimeTranslationClientSecretCreateResponse",
        sdk,
        "RealtimeTranslationClientSecretCreateResponse",
    ),
)
"""The name in rtmodels, and the module and the name of the same in the SDK.

Where a class has two partners, the first one counts. Old versions of the SDK have no
translations.
"""


def find_theirs(ours: type, wire: dict[str, Any]) -> SdkClass | None:
    """Return the SDK's class for *wire*, the wire data of an instance of *ours*.

    An `Unknown` may still be an event of the beta, or one that broke the schema: then
    its ``type`` tells the class.
    """
    pairs = _pair_classes()
    return pairs.theirs.get(ours) or pairs.events.get(wire.get("type"))


def find_ours(theirs: type, wire: Any) -> type[Model] | None:
    """Return the class of rtmodels for *wire*, the wire data of a *theirs*.

    There is none if *theirs* declares another ``type``: then the SDK was mistaken.
    """
    found = _pair_classes().ours.get(theirs)
    types = _literals(_annotations(theirs).get("type")) if found else ()
    if len(types) == 1 and wire.get("type") not in (None, *types):
        return None
    return found


class _Pairs:
    """The classes found so far."""

    def __init__(self) -> None:
        self.theirs: dict[type, SdkClass] = {}
        self.ours: dict[type, type[Model]] = {}
        self.events: dict[Any, SdkClass] = {}

    def add_events(self) -> None:
        """Collect the wire types of all events that have a partner."""
        for ours, theirs in self.theirs.items():
            if ours.__name__.endswith("Event"):
                (wire_type,) = _literals(_annotations(ours)["type"])
                self.events.setdefault(wire_type, theirs)

    def add_all(self, our_annotation: Any, sdk_annotation: Any) -> None:
        """Pair the classes in two annotations."""
        ours = _classes(our_annotation, Model)
        theirs = _classes(sdk_annotation, openai.BaseModel)
        if len(ours) == len(theirs) == 1:
            self.add(ours[0], theirs[0])
            return
        tagged = {_tag_values(cls): cls for cls in theirs}
        for cls in ours:
            if partner := tagged.get(_tag_values(cls)):
                self.add(cls, partner)

    def add(self, ours: type[Model], theirs: SdkClass) -> None:
        """Pair two classes, and those in their fields."""
        if theirs in self.ours and ours in self.theirs:
            return
        self.theirs.setdefault(ours, theirs)
        self.ours.setdefault(theirs, ours)
        fields = _annotations(theirs)
        for name, annotation in _annotations(ours).items():
            self.add_all(annotation, fields.get(name))


@cache
def _pair_classes() -> _Pairs:
    """Return the pairs under all roots; made once, in some 10 ms."""
    pairs = _Pairs()
    for name, package, sdk_name in ROOTS:
        pairs.add_all(getattr(rtmodels, name), getattr(package, sdk_name, None))
    pairs.add_events()
    return pairs


def _classes(annotation: Any, base: type) -> list[Any]:
    """Return the subclasses of *base* in *annotation*."""
    if isinstance(annotation, type) and issubclass(annotation, base):
        return [annotation]
    return [cls for arg in get_args(annotation) for cls in _classes(arg, base)]


def _annotations(cls: Any) -> dict[str, Any]:
    """Return the annotations of the fields of *cls*, a class of either library."""
    if issubclass(cls, pydantic.BaseModel):
        return {name: field.annotation for name, field in cls.model_fields.items()}
    return {field.name: field.type for field in attrs.fields(cls)}


def _literals(annotation: Any) -> frozenset[str]:
    """Return the strings that *annotation* names."""
    found = {annotation} if isinstance(annotation, str) else set()
    return frozenset(found.union(*map(_literals, get_args(annotation))))


def _tag_values(cls: type) -> tuple[frozenset[str], ...]:
    """Return the values of the keys that tell *cls* from other members of a union."""
    annotations = _annotations(cls)
    return tuple(_literals(annotations.get(key)) for key in ("type", "role"))
