"""Compares the classes of Voice Live with those of Microsoft's package for it.

OpenAI's schema knows nothing of Voice Live: azure-ai-voicelive is the source instead.
It is read in both directions, since our classes for Voice Live have no other source
than it and the sessions that were recorded.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from fnmatch import fnmatchcase
from importlib.metadata import version
from inspect import getattr_static
from typing import (
    Any,
    Literal,
    NamedTuple,
    TypeAlias,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs
from azure.ai.voicelive import _unions, models

import rtmodels
from rtmodels import Model, Unknown, VoiceLiveClientEvent, VoiceLiveServerEvent

from ...strategies import is_model
from .upstream import HOMES, OPEN_STRING, split

SdkClass: TypeAlias = type[Any]
"""A class of Microsoft's package, whose base is private."""

BASE = models.ServerEvent.__base__
"""The base of Microsoft's classes, which has no public name."""

PACKAGE = f"azure-ai-voicelive {version('azure-ai-voicelive')}"
TAGS = ("type", "role")
ARRAYS: set[Any] = {list, tuple}
TABLES: set[Any] = {dict, Mapping}

OURS = [
    getattr(rtmodels, name)
    for name, module in HOMES.items()
    if module.startswith("rtmodels.schema.servers.voice_live")
    if is_model(getattr(rtmodels, name))
]
"""The classes that are Voice Live's alone, and so have to say what it says."""

ROOTS = {
    "VoiceLiveServerEvent": (
        VoiceLiveServerEvent,
        models.ServerEvent,
        models.ServerEventType,
    ),
    "VoiceLiveClientEvent": (
        VoiceLiveClientEvent,
        models.ClientEvent,
        models.ClientEventType,
    ),
}
"""Our unions, each with the base of Microsoft's classes and all types that it names."""

RECORDED = "recorded sessions have it"
STAMPED = "every recorded event has one"
REFERENCE = "Microsoft's reference has it"
LEFT_OUT = "Microsoft's reference leaves it out"
ALWAYS_THERE = "what an event is about is there in every recorded session"
ONE_CLASS = "one class for all pieces, told apart by their type"
ONE_ROLE = "the messages of each role have content of their own"
OLD_SPELLING = "older versions of the service write hyphens, which the package accepts"

KNOWN_VOICE_LIVE = {
    "*Event.event_id": STAMPED,
    "VoiceLive*Event.item": ALWAYS_THERE,
    "VoiceLiveConversationItem*AddedEvent": "it comes along with the done event",
    "VoiceLiveConversationItemDoneEvent": RECORDED,
    "VoiceLiveMcpApprovalResponseEvent": "the package has its type, and no class",
    "VoiceLiveOutputAudioBufferClearedEvent.response_id": "OpenAI's servers send it",
    "VoiceLiveInputText*Event.id": LEFT_OUT,
    "ResponseContentPart*Event.part": "a response has no pieces of the user's",
    "RealtimeConversationItemMessageSystem.content": ONE_ROLE,
    "VoiceLive*MessageItem.content": ONE_ROLE,
    "VoiceLive*ContentPart.type": f"{ONE_CLASS}; clients write output_text",
    "VoiceLive*ContentPart.text": ONE_CLASS,
    "VoiceLive*ContentPart.audio": f"{ONE_CLASS}; retrieved items have it",
    "VoiceLiveMCPListToolItem.tools": LEFT_OUT,
    "VoiceLiveAudioInputTranscriptionOptions.prompt": RECORDED,
    "VoiceLiveAvatarConfig.customized": "clients leave it out",
    "VoiceLiveEouDetection.model": REFERENCE,
    "VoiceLiveServerVad.idle_timeout_ms": RECORDED,
    "VoiceLiveServerVad.speech_duration_ms": RECORDED,
    "VoiceLive*Vad*.appended_text_after_truncation": f"{RECORDED}, and the reference",
    "VoiceLive*.output_audio_format": OLD_SPELLING,
    "VoiceLiveResponseCreateParams.conversation": REFERENCE,
    "VoiceLiveResponseCreateParams.max_response_output_tokens": REFERENCE,
    "VoiceLiveResponseSession.greeting": RECORDED,
    "VoiceLiveResponseSession.handoff": RECORDED,
    "VoiceLiveResponseSession.object": RECORDED,
    "VoiceLiveResponseSession.truncation_strategy": RECORDED,
}
"""Where we are meant to differ from Microsoft's package, by pattern, and why."""


class Difference(NamedTuple):
    """A place where the two sides say different things."""

    place: str
    """Our class and the key, or our class or union alone."""

    text: str
    """Which side says what."""

    def __str__(self) -> str:
        """Return the line to print."""
        return f"{self.place}: {self.text}"


def report_voice_live() -> Iterator[str]:
    """Yield the differences, and the known ones that are none any more."""
    found = compare_voice_live()
    for difference in sorted(found):
        if not any(fnmatchcase(difference.place, known) for known in KNOWN_VOICE_LIVE):
            yield f"{difference} ({PACKAGE})"
    for known in KNOWN_VOICE_LIVE:
        if not any(fnmatchcase(difference.place, known) for difference in found):
            yield f"tests.tools.drift.voice_live: remove {known} from KNOWN_VOICE_LIVE"


def compare_voice_live() -> set[Difference]:
    """Return all differences, each once."""
    comparison = Comparison()
    for name, (union, base, types) in ROOTS.items():
        comparison.compare_types(name, union, base)
        ours = {attrs.fields(cls).type.default for cls in classes_of(union)}
        for word in {item.value for item in types} - ours:
            comparison.add(name, f"the SDK has the type {word!r}")
    comparison.finish()
    return comparison.found


class Comparison:
    """Compares our classes with Microsoft's, from the events down."""

    def __init__(self) -> None:
        self.found: set[Difference] = set()
        self._seen: set[tuple[Any, ...]] = set()
        self._keys: dict[type, dict[str, list[Any]]] = defaultdict(
            lambda: defaultdict(list)
        )
        """What Microsoft's counterparts of our class have, key by key."""

    def add(self, place: str, text: str) -> None:
        """Note a difference."""
        self.found.add(Difference(place, text))

    def compare_types(self, place: str, ours: Any, theirs: Any) -> None:
        """Compare the classes in two annotations at *place*, by their tags."""
        mine = classes_of(ours)
        for other in (leaf for part in find_parts(theirs) for leaf in leaves_of(part)):
            matching = [cls for cls in mine if may_be(cls, other)]
            if matching:
                self.compare_classes(place, matching, other)
            else:
                self.add(place, f"the SDK has the class {other.__name__}")

    def compare_classes(
        self, place: str, ours: list[type[Model]], theirs: SdkClass
    ) -> None:
        """Compare one class of Microsoft's with ours that stand for it."""
        if (*ours, theirs) in self._seen:
            return
        self._seen.add((*ours, theirs))

        owner = ours[0].__name__ if len(ours) == 1 else f"{place}.{theirs.__name__}"
        for key, annotation in keys_of(theirs).items():
            mine = [keys_of(cls)[key] for cls in ours if key in keys_of(cls)]
            for cls in ours:
                self._keys[cls][key].append(annotation)
            if not mine:
                self.add(f"{owner}.{key}", "the SDK has the key")
                continue

            self._compare_values(f"{owner}.{key}", mine, annotation)
            self._compare_presence(f"{owner}.{key}", ours, key, annotation)

    def _compare_values(self, place: str, mine: list[Any], theirs: Any) -> None:
        """Compare the words, the kinds of JSON and the classes at *place*."""
        known = {word for ours in mine for word in words_of(ours)}
        words = words_of(theirs) - known
        if words:
            self.add(place, f"the SDK has {', '.join(sorted(map(repr, words)))}")

        kinds = {kind for ours in mine for kind in kinds_of(ours)}
        for kind in kinds_of(theirs):
            if not is_among(kind, kinds):
                self.add(place, f"the SDK has a value that is {kind}")

        members = tuple(member for ours in mine for member in split(ours))
        self.compare_types(place, members, theirs)

    def _compare_presence(
        self, place: str, ours: list[type[Model]], key: str, theirs: Any
    ) -> None:
        """Compare whether the key may be absent."""
        fields = [attrs.fields_dict(cls)[key] for cls in ours if key in keys_of(cls)]
        is_required = all(field.default is attrs.NOTHING for field in fields)
        is_optional = any(field.default in (None, rtmodels.UNSET) for field in fields)
        may_lack = type(None) in get_args(theirs)
        if may_lack and is_required:
            self.add(place, "the SDK has it optional")
        if not may_lack and is_optional and set(ours) <= set(OURS):
            self.add(place, "the SDK has it required")

    def finish(self) -> None:
        """Note what only our classes for Voice Live have."""
        for cls in OURS:
            if cls not in self._keys:
                self.add(cls.__name__, "the SDK has no such class")
                continue
            for key, annotation in keys_of(cls).items():
                place = f"{cls.__name__}.{key}"
                theirs = self._keys[cls].get(key)
                if theirs is None:
                    self.add(place, "only we have the key")
                    continue

                words = {word for part in theirs for word in words_of(part)}
                for word in words_of(annotation) - words if words else ():
                    self.add(place, f"only we have {word!r}")


def classes_of(annotation: Any) -> list[type[Model]]:
    """Return our classes in *annotation*, also in collections."""
    return [part for part in find_parts(annotation) if is_model(part)]


def find_parts(annotation: Any) -> Iterator[Any]:
    """Yield what unions and collections in *annotation* are made of."""
    members = annotation if isinstance(annotation, tuple) else split(annotation)
    for member in members:
        match get_origin(member), get_args(member):
            case (origin, (item, *_)) if origin in ARRAYS:
                yield from find_parts(item)
            case (origin, (_, item)) if origin in TABLES:
                yield from find_parts(item)
            case _:
                yield member


def leaves_of(part: Any) -> Iterator[SdkClass]:
    """Yield the classes that a class of Microsoft's may turn out to be."""
    if not is_sdk_class(part):
        return

    kinds = vars(part).get("__mapping__")
    if not kinds:
        yield part
    for kind in (kinds or {}).values():
        yield from leaves_of(kind)


def is_sdk_class(part: Any) -> bool:
    """Check whether *part* is a class of Microsoft's for an object."""
    return isinstance(part, type) and issubclass(part, BASE)


def keys_of(cls: Any) -> dict[str, Any]:
    """Return the keys on the wire of a class of either side, with their annotations."""
    if is_model(cls):
        return {f.name: f.type for f in attrs.fields(cls) if f.name != "extra"}

    names = {"_models": models, "_unions": _unions}
    keys = {}
    for attribute, annotation in get_type_hints(cls, localns=names).items():
        # Fields are descriptors, with the key in a private place if it differs.
        field = getattr_static(cls, attribute, None)
        key = getattr(field, "_rest_name_input", "")
        if key != "":
            keys[key or attribute] = annotation
    return keys


def may_be(ours: type[Model], theirs: SdkClass) -> bool:
    """Check whether the tags of *theirs* are among the words of our tags."""
    mine, others = keys_of(ours), keys_of(theirs)
    for tag in TAGS:
        words = words_of(others.get(tag))
        if words and tag in mine and not words & words_of(mine[tag]):
            return False
    return True


def words_of(annotation: Any) -> set[Any]:
    """Return the words that *annotation* lists, by literals or an enum."""
    words: set[Any] = set()
    for part in find_parts(annotation):
        if get_origin(part) is Literal:
            # The hash of an enum's member is not that of its value.
            words |= {getattr(word, "value", word) for word in get_args(part)}
        elif isinstance(part, type) and issubclass(part, Enum):
            words |= {member.value for member in part}
    return words


def kinds_of(annotation: Any) -> set[str]:
    """Return the kinds of JSON values that *annotation* of either side allows."""
    return {kind for member in split(annotation) for kind in kinds_of_member(member)}


def kinds_of_member(member: Any) -> set[str]:
    """Return the kinds of JSON values that one member of a union allows."""
    match get_origin(member), get_args(member):
        case (origin, args) if origin is Literal:
            return {kinds_of_value(word) for word in args}
        case (origin, (item, *_)) if origin in ARRAYS:
            return {f"an array of {kind}" for kind in kinds_of(item)}
        case (origin, (_, item)) if origin in TABLES:
            return {f"a table of {kind}" for kind in kinds_of(item)}
    if member is OPEN_STRING:
        return {"text"}
    if member is Any:
        return {"anything"}
    if member in (type(None), rtmodels.Unset):
        return set()
    if is_model(member) or is_sdk_class(member) or member is Unknown:
        return {"an object"}
    return {KINDS.get(member, "text")}


KINDS = {bool: "a bool", int: "an int", float: "a float", bytes: "base64"} | {
    datetime: "an int"
}
"""The kinds of scalars; all others, enums included, are text."""


def kinds_of_value(word: Any) -> str:
    """Return the kind of one word."""
    return KINDS.get(type(word), "text")


def is_among(kind: str, ours: set[str]) -> bool:
    """Check whether we take values of a *kind*."""
    wider = {"an int": "a float", "text": "base64"}
    start, of, item = kind.rpartition(" of ")
    options = {item, wider.get(item, item), "anything"}
    return (
        item == "anything"
        or any(f"{start}{of}{option}" in ours for option in options)
        or (start == "a table" and "an object" in ours)
    )
