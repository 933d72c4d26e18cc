"""Finds out which class of ours and which of openai-python's stand for the same.

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
"""Our name, and where the SDK has the same under which name.

Where a class has two partners, the first one counts. Old versions of the SDK have no
translations.
"""


def find_theirs(ours: type, wire: dict[str, Any]) -> SdkClass | None:
    """Find the SDK's class for *wire*, which an instance of *ours* has become.

    What is `Unknown` here may still be an event of the beta, or one that broke the
    schema: then its ``type`` tells the class.
    """
    pairs = _pair_classes()
    return pairs.theirs.get(ours) or pairs.events.get(wire.get("type"))


def find_ours(theirs: type, wire: Any) -> type[Model] | None:
    """Find our class for *wire*, which an instance of *theirs* has become.

    There is none if *theirs* declares another ``type``: the SDK was mistaken then.
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
        """Note the wire types of all events that have a partner."""
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
        tagged = {_tag(cls): cls for cls in theirs}
        for cls in ours:
            if partner := tagged.get(_tag(cls)):
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
    """Walk all roots, once; it takes some 10 ms."""
    pairs = _Pairs()
    for name, package, sdk_name in ROOTS:
        pairs.add_all(getattr(rtmodels, name), getattr(package, sdk_name, None))
    pairs.add_events()
    return pairs


def _classes(annotation: Any, base: type) -> list[Any]:
    """List the subclasses of *base* in *annotation*."""
    if isinstance(annotation, type) and issubclass(annotation, base):
        return [annotation]
    return [cls for arg in get_args(annotation) for cls in _classes(arg, base)]


def _annotations(cls: Any) -> dict[str, Any]:
    """Give the annotations of the fields of *cls*, ours or the SDK's."""
    if issubclass(cls, pydantic.BaseModel):
        return {name: field.annotation for name, field in cls.model_fields.items()}
    return {field.name: field.type for field in attrs.fields(cls)}


def _literals(annotation: Any) -> frozenset[str]:
    """Collect the strings that *annotation* names."""
    found = {annotation} if isinstance(annotation, str) else set()
    return frozenset(found.union(*map(_literals, get_args(annotation))))


def _tag(cls: type) -> tuple[frozenset[str], ...]:
    """Say what tells *cls* from the other members of a union."""
    annotations = _annotations(cls)
    return tuple(_literals(annotations.get(key)) for key in ("type", "role"))
