"""The classes say what upstream's schema says, but for one list of differences.

The test works out, from upstream's schema alone, how every field would have to be
written, and compares that with how it is. A failure prints the lines to add or change.
To cover more of the schema, add to `ROOTS`.
"""

import copy
import json
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import pytest

import rtmodels
from rtmodels import _HOMES as HOMES
from rtmodels import UNSET, AudioTranscription, ItemPhase, NoiseReduction, Unset

from strategies import MODELS
from upstream import (
    Expected,
    Upstream,
    camel,
    in_order,
    show,
    show_member,
    split,
    tag_of,
    write,
)

SCHEMA = Path(__file__).parents[3] / "shared" / "schema" / "realtime_schema.json"
pytestmark = pytest.mark.skipif(
    not SCHEMA.exists(),
    reason="no ../shared/schema/realtime_schema.json beside this checkout",
)

ROOTS = ("RealtimeServerEvent", "RealtimeClientEvent")
"""Where to begin; whatever these refer to is checked as well."""

OWN_NAMES = {
    "EventPart": "ResponseContentPart",
    "NoiseReduction": "NoiseReduction",
    "Tracing": "RealtimeTracingConfiguration",
    "VoiceIdsOrCustomVoice": "CustomVoice",
}
"""Inline objects that we name in our own way, by how their name by rule ends."""

SENT = "OpenAI's server sends it"
SWITCH_OFF = "null is how a client switches it off"


class Known(NamedTuple):
    """A field that is meant to differ from upstream's schema."""

    cls: str
    field: str
    type: Any
    reason: str


KNOWN = [
    Known("ResponseOutputTextDeltaEvent", "obfuscation", str | None, SENT),
    Known("ResponseOutputAudioTranscriptDeltaEvent", "obfuscation", str | None, SENT),
    Known("ResponseFunctionCallArgumentsDeltaEvent", "obfuscation", str | None, SENT),
    Known(
        "ConversationItemInputAudioTranscriptionDeltaEvent",
        "obfuscation",
        str | None,
        SENT,
    ),
    Known(
        "RealtimeConversationItemMessageAssistant",
        "phase",
        ItemPhase | str | None,
        SENT,
    ),
    Known(
        "RealtimeResponseUsageOutputTokenDetails",
        "reasoning_tokens",
        int | None,
        SENT,
    ),
    Known("RealtimeResponseStatusDetailsError", "message", str | None, SENT),
    *(
        Known(f"{session}AudioInput", field, type_ | None | Unset, SWITCH_OFF)
        for session in (
            "RealtimeSessionCreateRequest",
            "RealtimeTranscriptionSessionCreateRequest",
        )
        for field, type_ in (
            ("noise_reduction", NoiseReduction),
            ("transcription", AudioTranscription),
        )
    ),
]


def fields_of(
    upstream: Upstream, name: str, obj: dict[str, Any]
) -> dict[str, Expected]:
    """Say how the fields of *obj*, called *name*, are meant to be written."""
    return upstream.fields(name, obj) | {
        known.field: Expected(known.type, UNSET if Unset in split(known.type) else None)
        for known in KNOWN
        if known.cls == name
    }


def find_pairs(upstream: Upstream) -> Iterator[tuple[type, dict[str, Any]]]:
    """Yield our classes, each with the objects that it stands for."""
    for name, objects in upstream.objects.items():
        if isinstance(cls := getattr(rtmodels, name, None), type):
            yield from ((cls, obj) for obj in objects)


def report_classes(upstream: Upstream) -> Iterator[str]:
    """Say which classes are missing, and which stand for nothing."""
    for name, (obj, *_) in upstream.objects.items():
        if not isinstance(getattr(rtmodels, name, None), type):
            tag = tag_of(obj) or ""
            is_event = name == f"{camel(tag)}Event"
            file = f".events.{tag.partition('.')[0]}" if is_event else ""
            fields = fields_of(upstream, name, obj)
            yield f"rtmodels.schema{file}: add class {name}"
            yield from (f"    {write(key, *fields[key])}" for key in in_order(obj))
    for cls in MODELS:
        if cls.__name__ not in upstream.objects:
            yield f"{cls.__module__}: remove {cls.__name__}, which upstream has not"


def report_fields(upstream: Upstream) -> Iterator[str]:
    """Say which fields are missing, wrong, or unknown to upstream."""
    for cls, obj in find_pairs(upstream):
        ours = {
            field.name: Expected(field.type, field.default)
            for field in attrs.fields(cls)
            if field.name != "extra"
        }
        theirs = fields_of(upstream, cls.__name__, obj)
        for key, expected in theirs.items():
            line = write(key, *expected)
            if key not in ours:
                yield f"{cls.__module__}: add `{line}` to {cls.__name__}"
            elif ours[key] != expected:
                old = write(key, *ours[key])
                yield f"{cls.__module__}: write `{line}` in {cls.__name__}, not `{old}`"
        for key in ours.keys() - theirs:
            yield f"{cls.__module__}: remove `{key}` from {cls.__name__}"


def report_aliases(upstream: Upstream) -> Iterator[str]:
    """Say which unions and sets of strings differ, and in what."""
    for target in sorted(upstream.aliases - upstream.objects.keys()):
        home = HOMES.get(target, "rtmodels.schema")
        theirs = upstream.alias(target)
        if target not in HOMES:
            yield f"{home}: add `{target}: TypeAlias = {show(theirs)}`"
            continue
        before, after = set(split(getattr(rtmodels, target))), set(split(theirs))
        for member in after - before:
            yield f"{home}: add `{show_member(member)}` to {target}"
        for member in before - after:
            yield f"{home}: remove `{show_member(member)}` from {target}"


@pytest.fixture(scope="module")
def schemas():
    """Give upstream's schemas."""
    return json.loads(SCHEMA.read_text())["components"]["schemas"]


@pytest.fixture(scope="module")
def upstream(schemas):
    """Give what the schemas say, in our terms."""
    return Upstream(schemas, ROOTS, OWN_NAMES)


def test_objects_and_classes_pair_up(upstream):
    """Every object of upstream's has a class, and every class has such an object."""
    report = "\n".join(report_classes(upstream))

    assert not report


def test_properties_and_fields_pair_up(upstream):
    """Each property has a field: its type, null, absence and constant are the same."""
    report = "\n".join(report_fields(upstream))

    assert not report


def test_unions_and_words_are_the_same(upstream):
    """Whatever upstream names and is no object, we name too, with the same members."""
    report = "\n".join(report_aliases(upstream))

    assert not report


def test_fields_stand_in_upstreams_order(upstream):
    """Required fields come first, then the tag, then optional fields."""
    wrong = [
        f"{cls.__module__}: {cls.__name__} wants the order {', '.join(in_order(obj))}"
        for cls, obj in find_pairs(upstream)
        if [f.name for f in attrs.fields(cls) if f.name in obj["properties"]]
        != in_order(obj)
    ]

    assert not wrong


def is_needed(upstream: Upstream, known: Known) -> bool:
    """Tell whether *known* still says something that upstream does not say."""
    return all(
        known.field not in obj["properties"]
        or upstream.expect(known.cls, obj, known.field).type != known.type
        for obj in upstream.objects[known.cls]
    )


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: f"{known.cls}.{known.field}")
def test_every_known_difference_is_one(upstream, known):
    """An entry goes when upstream has caught up, or the object is gone."""
    assert known.cls in upstream.objects
    assert is_needed(upstream, known)
    assert known.reason


@pytest.mark.parametrize("end", OWN_NAMES)
def test_every_name_of_our_own_is_used(upstream, end):
    """An entry goes when the object is gone."""
    assert OWN_NAMES[end] in upstream.objects


def change(schemas: dict[str, Any], path: str, value: Any) -> Upstream:
    """Read the schemas with *value* in place of what is at *path*."""
    changed = copy.deepcopy(schemas)
    *steps, last = path.split("/")
    place = reduce(lambda part, step: part[step], steps, changed)
    place[last] = value
    return Upstream(changed, ROOTS, OWN_NAMES)


def test_a_difference_that_upstream_has_made_up_for_is_reported(schemas):
    """The list cannot go stale."""
    known = next(known for known in KNOWN if known.field == "reasoning_tokens")
    path = "RealtimeResponse/properties/usage/properties/output_token_details"

    upstream = change(
        schemas, f"{path}/properties/reasoning_tokens", {"type": "integer"}
    )

    assert not is_needed(upstream, known)


CHANGES = {
    "property added": (
        "RealtimeResponse/properties/mood",
        {"$ref": "#/components/schemas/VoiceIdsShared"},
        "response: add `mood: VoiceIdsShared | None = None` to RealtimeResponse",
    ),
    "property removed": (
        "TranscriptionLanguage/properties",
        {},
        "usage: remove `code` from TranscriptionLanguage",
    ),
    "now required": (
        "RealtimeMCPListTools/required",
        ["type", "server_label", "tools", "id"],
        "mcp: write `id: str` in RealtimeMCPListTools, not `id: str | None = None`",
    ),
    "null allowed": (
        "LogProbProperties/properties/logprob",
        {"anyOf": [{"type": "number"}, {"type": "null"}]},
        (
            "usage: write `logprob: float | None` in LogProbProperties,"
            " not `logprob: float`"
        ),
    ),
    "null and absence allowed": (
        "RealtimeResponse/properties/id",
        {"type": "string", "nullable": True},
        (
            "response: write `id: str | None | Unset = UNSET` in RealtimeResponse,"
            " not `id: str | None = None`"
        ),
    ),
    "other type": (
        "LogProbProperties/properties/bytes/items/type",
        "string",
        (
            "usage: write `bytes: tuple[str, ...]` in LogProbProperties,"
            " not `bytes: tuple[int, ...]`"
        ),
    ),
    "other constant": (
        "ToolChoiceFunction/properties/type/enum",
        ["tool"],
        (
            'tools: write `type: Literal["tool"] = "tool"` in ToolChoiceFunction,'
            ' not `type: Literal["function"] = "function"`'
        ),
    ),
    "closed set changed": (
        "NoiseReductionType/enum",
        ["near_field"],
        'audio: add `Literal["near_field"]` to NoiseReductionType',
    ),
    "open set closed": (
        "VoiceIdsShared",
        {"anyOf": [{"type": "string", "enum": ["alloy"]}]},
        "audio: remove `OpenStr` from VoiceIdsShared",
    ),
    "event added": (
        "RealtimeServerEventResponseDone/properties/type/enum",
        ["response.over"],
        "events.response: add class ResponseOverEvent",
    ),
    "event removed from a union": (
        "RealtimeServerEventResponseDone/properties/type/enum",
        ["response.over"],
        "events: remove `ResponseDoneEvent` from RealtimeServerEvent",
    ),
    "object gone": (
        "RealtimeReasoning",
        {"type": "string"},
        "response: remove RealtimeReasoning, which upstream has not",
    ),
}


@pytest.mark.parametrize(("path", "value", "line"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_upstreams_is_reported_with_its_cure(schemas, path, value, line):
    """Nothing that upstream adds, drops or alters goes unnoticed."""
    upstream = change(schemas, path, value)

    report = [
        *report_classes(upstream),
        *report_fields(upstream),
        *report_aliases(upstream),
    ]

    assert f"rtmodels.schema.{line}" in report
