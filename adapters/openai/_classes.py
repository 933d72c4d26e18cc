"""Pairs of classes: those of rtmodels and their counterparts in openai-python.

A table of names would have to follow every version of the SDK. Instead, a few roots are
listed, and both libraries are walked from there in parallel, field by field. In unions,
members with the same tags are a pair.
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
    from openai.types import realtime, webhooks
    from openai.types.beta import realtime as beta
except ModuleNotFoundError as exc:
    raise MissingDependencyError("openai", extra="openai") from exc

live: Any
try:
    from openai.types import live
except ImportError:  # an older version
    live = None

__all__ = ["SdkClass", "find_model_class", "find_sdk_class"]

SdkClass: TypeAlias = type[openai.BaseModel]

ROOTS = (
    ("RealtimeClientEvent", realtime, "RealtimeClientEvent"),
    ("RealtimeCreateClientSecretResponse", realtime, "ClientSecretCreateResponse"),
    ("RealtimeServerEvent", realtime, "RealtimeServerEvent"),
    ("RealtimeBetaClientEvent", beta, "RealtimeClientEvent"),
    ("RealtimeBetaServerEvent", beta, "RealtimeServerEvent"),
    ("RealtimeTranslationClientEvent", realtime, "RealtimeTranslationClientEvent"),
    ("RealtimeTranslationServerEvent", realtime, "RealtimeTranslationServerEvent"),
    (
        "RealtimeTranslationClientSecretCreateResponse",
        realtime,
        "RealtimeTranslationClientSecretCreateResponse",
    ),
    ("LiveClientEvent", live, "ClientEvent"),
    ("LiveServerEvent", live, "ServerEvent"),
    ("LiveForkClientEvent", live, "ForkClientEvent"),
    ("LiveForkServerEvent", live, "ForkServerEvent"),
    ("LiveSidebandClientEvent", live, "ConnectClientEvent"),
    ("LiveSidebandServerEvent", live, "ConnectServerEvent"),
    ("LiveSessionCreateResponse", live, "LiveCreateResponse"),
    ("LiveSessionForkResponse", live, "SessionForkResponse"),
    ("WebhookRealtimeCallIncoming", webhooks, "RealtimeCallIncomingWebhookEvent"),
    ("WebhookLiveCallIncoming", webhooks, "LiveCallIncomingWebhookEvent"),
    ("WebhookLiveTransportConnected", webhooks, "LiveTransportConnectedWebhookEvent"),
    ("WebhookLiveTransportIncoming", webhooks, "LiveTransportIncomingWebhookEvent"),
)
"""Names in rtmodels, each with the module and the name of its counterpart in the SDK.

If a class has two counterparts, the first one found counts, and so does the first class
for a wire type that several protocols have. Old versions of the SDK lack some of them.
"""


def find_sdk_class(model: type, wire: dict[str, Any]) -> SdkClass | None:
    """Return the SDK's class for *wire*, the wire data of an instance of *model*."""
    pairs = _pair_classes()
    # An `Unknown` may still be an event of the beta, or one that violates the schema:
    # then its type decides.
    return pairs.sdk_classes.get(model) or pairs.events.get(wire.get("type"))


def find_model_class(sdk_class: type, wire: Any) -> type[Model] | None:
    """Return the class of rtmodels for *wire*, the wire data of an *sdk_class*.

    If *sdk_class* declares another ``type``, the SDK chose it by mistake, and the
    result is ``None``.
    """
    found = _pair_classes().models.get(sdk_class)
    types = _literals(_annotations(sdk_class).get("type")) if found else ()

    if len(types) == 1 and wire.get("type") not in (None, *types):
        return None
    return found


class _Pairs:
    """The pairs found so far."""

    def __init__(self) -> None:
        self.sdk_classes: dict[type, SdkClass] = {}
        """The SDK's class for each class of rtmodels."""

        self.models: dict[type, type[Model]] = {}
        """The class of rtmodels for each class of the SDK."""

        self.events: dict[Any, SdkClass] = {}
        """The SDK's class for the wire type of each event."""

    def add_events(self, union: Any) -> None:
        """Record the wire types of the events in *union* that have a counterpart."""
        for model in _classes(union, Model):
            if sdk_class := self.sdk_classes.get(model):
                for wire_type in _literals(_annotations(model).get("type")):
                    self.events.setdefault(wire_type, sdk_class)

    def add_all(self, model_annotation: Any, sdk_annotation: Any) -> None:
        """Pair the classes in two annotations."""
        models = _classes(model_annotation, Model)
        sdk_classes = _classes(sdk_annotation, openai.BaseModel)
        if len(models) == len(sdk_classes) == 1:
            self.add(models[0], sdk_classes[0])
            return

        tagged = {_tag_values(cls): cls for cls in sdk_classes}
        for model in models:
            if partner := tagged.get(_tag_values(model)):
                self.add(model, partner)

    def add(self, model: type[Model], sdk_class: SdkClass) -> None:
        """Record two classes as a pair, and pair the classes in their fields."""
        # Both have a counterpart already, which ends the recursion.
        if sdk_class in self.models and model in self.sdk_classes:
            return
        self.sdk_classes.setdefault(model, sdk_class)
        self.models.setdefault(sdk_class, model)

        fields = _annotations(sdk_class)
        for name, annotation in _annotations(model).items():
            self.add_all(annotation, fields.get(name))


@cache
def _pair_classes() -> _Pairs:
    """Return the pairs under all roots; computed once, in about 10 ms."""
    pairs = _Pairs()
    for name, module, sdk_name in ROOTS:
        root = getattr(rtmodels, name)
        pairs.add_all(root, getattr(module, sdk_name, None))
        pairs.add_events(root)
    return pairs


def _classes(annotation: Any, base: type) -> list[Any]:
    """Return the subclasses of *base* in *annotation*."""
    if isinstance(annotation, type) and issubclass(annotation, base):
        return [annotation]
    return [cls for arg in get_args(annotation) for cls in _classes(arg, base)]


def _annotations(cls: Any) -> dict[str, Any]:
    """Return the annotations of the fields of a class of either library."""
    if issubclass(cls, pydantic.BaseModel):
        return {name: field.annotation for name, field in cls.model_fields.items()}
    return {field.name: field.type for field in attrs.fields(cls)}


def _literals(annotation: Any) -> frozenset[str]:
    """Return the strings that *annotation* names."""
    found = {annotation} if isinstance(annotation, str) else set()
    return frozenset(found.union(*map(_literals, get_args(annotation))))


def _tag_values(cls: type) -> tuple[frozenset[str], ...]:
    """Return the values of the tags by which unions distinguish *cls*."""
    annotations = _annotations(cls)
    return tuple(_literals(annotations.get(key)) for key in ("type", "role"))
