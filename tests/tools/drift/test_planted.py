"""What the command prints for changes of each kind, planted in the facts."""

import copy
import json
import re
from typing import get_args

import attrs
import pytest

import rtmodels
from rtmodels import Model
from rtmodels.schema import upstream

from . import additions, reporter
from .differences import KNOWN, LEFT_OUT
from .document import FACTS, extract, load, read
from .merging import merge_all
from .report import report_document

EVENT = {
    "type": "object",
    "required": ["type", "event_id", "response_id"],
    "properties": {
        "event_id": {"type": "string"},
        "type": {"type": "string", "enum": ["response.planted"]},
        "response_id": {"type": "string"},
    },
}
ITEM = {
    "type": "object",
    "required": ["type", "url"],
    "properties": {
        "type": {"type": "string", "enum": ["planted"]},
        "url": {"type": "string"},
    },
}


def ref(name):
    """Refer to the schema called *name*."""
    return {"$ref": f"#/components/schemas/{name}"}


def objects_in(part):
    """Yield all JSON objects in *part*."""
    for value in part.values() if isinstance(part, dict) else part:
        if isinstance(value, (dict, list)):
            yield from objects_in(value)
    if isinstance(part, dict):
        yield part


class Planted:
    """A document that is changed before the command reads it."""

    def __init__(self, folder):
        """Begin with the facts."""
        self.document = copy.deepcopy(load(FACTS))
        self.schemas = self.document["components"]["schemas"]
        self.path = folder / "document.json"

    def properties(self, target, *keys):
        """Return the properties of an object in the schema *target*."""
        spec = self.schemas[target]
        for key in keys:
            spec = spec["properties"][key]
        return spec["properties"]

    def add_variant(self, union, name, spec):
        """Add the schema *name* to a union; return our name for the last one of it."""
        self.schemas[name] = spec
        variants = self.schemas[union]
        members = variants["anyOf" if "anyOf" in variants else "oneOf"]
        last = members[-1]["$ref"].rpartition("/")[2]
        members.append(ref(name))
        return upstream(last).__name__

    def report(self):
        """Return what the command prints, but for numbers of lines."""
        self.path.write_text(json.dumps(self.document))
        lines = report_document(read(self.path), extract(load(self.path)))
        text = re.sub(r"(?<=py):\d+", "", "\n".join(lines))
        return re.sub(r"(?<=line )\d+", "N", text).splitlines()


@pytest.fixture
def planted(tmp_path):
    """Return a document without a change so far."""
    return Planted(tmp_path)


def test_nothing_is_planted(planted):
    """Without a change there is nothing to print."""
    assert planted.report() == []


def test_a_new_field(planted):
    """Its place in the class, its imports and its argument are told."""
    fields = planted.properties("RealtimeResponseCreateParams")
    last = list(fields)[-1]
    fields["planted"] = {"type": "object", "additionalProperties": {"type": "string"}}

    assert planted.report() == [
        (
            "rtmodels/schema/response.py: add `planted: Mapping[str, str] | None ="
            " field(default=None, hash=False)` to RealtimeResponseCreateParams,"
            f" after `{last}`"
        ),
        '    with a docstring under it: """..."""',
        "    also an argument of `create_response` in rtmodels/_building/responses.py",
        f"    {reporter.VERSIONS}",
    ]


def test_a_new_word_of_a_shared_set(planted):
    """The set is edited in one place, where OpenAI spells it out in many."""
    words = list(get_args(rtmodels.ItemStatus))
    for spec in objects_in(planted.schemas):
        if set(spec.get("enum", ())) == set(words):
            spec["enum"] = [*words, "planted"]

    assert planted.report() == [
        (
            'rtmodels/schema/items.py: add `"planted"` to ItemStatus,'
            f' after `"{words[-1]}"`'
        )
    ]


def test_a_new_word_in_one_place(planted):
    """A set that others share stays as it is."""
    fields = planted.properties("RealtimeConversationItemFunctionCall")
    fields["status"]["enum"].append("planted")

    line, note = planted.report()

    assert line.startswith("rtmodels/schema/items.py: write `status: Literal[")
    assert note.startswith("    ItemStatus stays as it is for ")


def test_a_new_word_of_an_open_set(planted):
    """A set with a name and the fields that spell it out change together."""
    last = planted.schemas["VoiceIdsShared"]["anyOf"][1]["enum"][-1]
    for spec in objects_in(planted.schemas):
        if "marin" in spec.get("enum", ()):
            spec["enum"].append("planted")

    assert planted.report() == [
        f'rtmodels/schema/audio.py: add `"planted"` to VoiceIdsShared, after `"{last}"`'
    ]


def test_a_new_item_type(planted):
    """One entry has all that must be written."""
    last = planted.add_variant(
        "RealtimeConversationItem", "RealtimeConversationItemPlanted", ITEM
    )

    entry, *lines = planted.report()

    assert entry == (
        "rtmodels/schema/items.py: add class RealtimeConversationItemPlanted before"
        " line N, RealtimeConversationItem"
    )
    assert all(not line or line.startswith("    ") for line in lines)
    name = '`"RealtimeConversationItemPlanted",`'
    everywhere, index, union = (line.strip() for line in lines[-3:])
    assert everywhere.startswith(
        f"rtmodels/schema/items.py: add {name} to __all__, after "
    )
    assert index.startswith(
        f'rtmodels/__init__.py: add {name} to _INDEX["rtmodels.schema.items"], after '
    )
    assert union == (
        "rtmodels/schema/items.py: add `RealtimeConversationItemPlanted` to"
        f" RealtimeConversationItem, after `{last}`"
    )


def test_a_new_event(planted):
    """It enters the union of the beta too, and the function that matches all."""
    last = planted.add_variant(
        "RealtimeServerEvent", "RealtimeServerEventResponsePlanted", EVENT
    )

    lines = planted.report()

    assert lines[0] == (
        "rtmodels/schema/events/response.py: add class ResponsePlantedEvent at the end"
    )
    assert [line.strip() for line in lines[-5:]] == [
        (
            "rtmodels/schema/events/__init__.py: add `ResponsePlantedEvent` to"
            f" RealtimeServerEvent, after `{last}`"
        ),
        (
            "rtmodels/schema/beta/__init__.py: add `ResponsePlantedEvent` to"
            f" RealtimeBetaServerEvent, after `{last}`"
        ),
        "tests/typing/match_events.py: an import, and an arm in `handle`",
        (
            "rtmodels/schema/servers/voice_live/__init__.py: the same union there, or"
            " what it has instead"
        ),
        (
            "tests/tools/differential/known.py: an entry in ONLY_WE, unless"
            " openai-python has the event"
        ),
    ]


def test_a_new_event_of_the_beta(planted):
    """OpenAI has no union of these events, and ours needs the new one."""
    planted.schemas["RealtimeBetaServerEventResponsePlanted"] = EVENT

    lines = planted.report()

    assert lines[0] == (
        "rtmodels/schema/beta/events/response.py: add class BetaResponsePlantedEvent"
        " at the end"
    )
    assert "add `BetaResponsePlantedEvent` to RealtimeBetaServerEvent" in lines[-3]


def test_an_event_in_a_new_file(planted):
    """The first segment of its type names the file, if Python allows that name."""
    event = copy.deepcopy(EVENT)
    event["properties"]["type"]["enum"] = ["class.3d-changed"]
    planted.add_variant("RealtimeServerEvent", "RealtimeServerEvent3d-Changed", event)

    lines = planted.report()

    assert lines[0] == (
        "rtmodels/schema/events/class_.py: add class Class3dChangedEvent at the end"
    )
    assert "    from attrs import frozen" in lines
    assert (
        '    rtmodels/__init__.py: add `"rtmodels.schema.events.class_":'
        ' ("Class3dChangedEvent",),` to _INDEX, after that of'
        ' "rtmodels.schema.events"'
    ) in lines


def test_names_that_python_cannot_have(planted, monkeypatch):
    """Such keys stay in ``extra``, by an entry that says so."""
    fields = planted.properties("RealtimeResponse")
    fields |= {key: {"type": "string"} for key in ("from", "x-mood", "3d", "extra")}

    lines = planted.report()
    for key in ("from", "x-mood", "3d", "extra"):
        monkeypatch.setitem(LEFT_OUT, key, "a test")

    assert [line.partition(":")[0] for line in lines] == [reporter.DIFFERENCES] * 4
    assert 'add `"from": "a keyword in Python",` to LEFT_OUT' in lines[0]
    assert planted.report() == []


NOISE = ("RealtimeSessionCreateRequestGA", "audio", "input", "noise_reduction")


def test_one_object_of_a_shared_class(planted, monkeypatch):
    """One class for all, by a known difference: no advice is taken back."""
    strength = next(known for known in KNOWN if known.field == "strength")
    monkeypatch.setattr(reporter, "KNOWN", [one for one in KNOWN if one != strength])

    before = planted.report()
    monkeypatch.undo()

    assert before[0] == (
        "rtmodels/schema/audio.py: NoiseReduction stands for objects that differ in"
        " `strength` now"
    )
    assert (
        '    tests/tools/drift/differences.py: add `Known("NoiseReduction",'
        ' "strength", float | None, "WHY"),` to GA, and the imports for it'
    ) in [line[4:] for line in before]
    assert not any("remove" in line for line in before)
    assert planted.report() == []


def test_a_shared_class_can_be_split(planted, monkeypatch):
    """With the class that the output names, nothing is left to say of its field."""
    planted.properties(*NOISE)["mode"] = {"type": "string"}
    name = "RealtimeSessionCreateRequestAudioInputNoiseReduction"
    cls = attrs.make_class(
        name,
        {
            key: attrs.field(type=type_ | None, default=None)
            for key, type_ in {
                "type": rtmodels.NoiseReductionType | str,
                "mode": str,
                "strength": float,
            }.items()
        },
        bases=(Model,),
        frozen=True,
        kw_only=True,
    )

    before = planted.report()
    monkeypatch.setattr(rtmodels, name, cls, raising=False)
    after = planted.report()

    assert f"class {name}(Model):" in [line.strip() for line in before]
    assert before[0].endswith("differ in `mode` now")
    assert not any("mode" in line for line in after)


def test_all_of_is_merged(planted):
    """What all parts demand is one object, and no union."""
    planted.properties("RealtimeResponse")["planted"] = {
        "allOf": [
            ref("RealtimeReasoning"),
            {"properties": {"depth": {"type": "integer"}}, "required": ["depth"]},
        ]
    }

    lines = planted.report()

    assert "        depth: int" in lines
    assert "        effort: RealtimeReasoningEffort | str | None = None" in lines
    assert any(
        "`planted: RealtimeResponsePlanted | None = None`" in line for line in lines
    )


def test_parts_of_all_of_are_joined():
    """References and unions are resolved; where parts share a key, both count."""
    schemas = {
        "Base": {"properties": {"a": {"enum": ["x", "y"]}}, "required": ["a"]},
        "One": {"properties": {"b": {"type": "string"}}, "required": ["b"]},
        "Any": {"anyOf": [ref("One"), {"type": "null"}]},
        "All": {
            "allOf": [ref("Base"), ref("Any")],
            "properties": {"a": {"enum": ["y", "z"]}},
        },
        "Same": {"allOf": [ref("Base")], "nullable": True},
        "Loop": {"allOf": [ref("Loop"), ref("One")]},
    }

    merged = merge_all(schemas)

    assert merged["All"] == {
        "anyOf": [
            {
                "properties": {"a": {"enum": ["y"]}, "b": {"type": "string"}},
                "required": ["a", "b"],
            },
            {"type": "null"},
        ]
    }
    assert merged["Same"] == {**ref("Base"), "nullable": True}
    assert "allOf" not in merged["Loop"]


def test_a_schema_of_the_live_api(planted):
    """A document may have some of them before it has all."""
    planted.schemas["LiveMoodChanged"] = {
        "properties": {"type": {"type": "string", "enum": ["session.mood.changed"]}}
    }

    assert any(
        line.startswith("rtmodels/schema/live/events/session.py")
        and "add class LiveMoodChanged" in line
        for line in planted.report()
    )


def test_new_paths(planted):
    """Their bodies are ours, whatever they are called."""
    del planted.document["upstream"]
    body = {"content": {"application/json": {"schema": ref("HoldRequest")}}}
    planted.document["paths"] = {
        "/realtime/calls/{call_id}/hold": {
            "post": {"requestBody": {"$ref": "#/components/requestBodies/Hold"}}
        },
        "/realtime/calls": {"post": {"deprecated": True}},
        "/chat": {"post": {"requestBody": {"$ref": "#/components/requestBodies/X"}}},
    }
    planted.document["components"]["requestBodies"] = {"Hold": body}
    planted.schemas["HoldRequest"] = {"properties": {"music": {"type": "string"}}}

    lines = planted.report()

    assert "add class HoldRequest" in lines[0]
    assert "paths: /realtime/calls has post (deprecated) now" in lines
    assert "paths: /realtime/calls/{call_id}/hold has post now" in lines
    assert "paths: /realtime/sessions has post no longer" in lines
    assert lines[-1].startswith("schemas: new are HoldRequest, which our paths")


def test_a_new_webhook(planted):
    """Its class has a file, and its type is a fact."""
    planted.schemas["WebhookRealtimeCallEnded"] = {
        "properties": {"type": {"type": "string", "enum": ["realtime.call.ended"]}}
    }

    lines = planted.report()

    assert lines[0].startswith(
        "rtmodels/schema/webhook.py: add class WebhookRealtimeCallEnded"
    )
    assert lines[-1] == (
        "webhooks: realtime.call.ended had schema none and has WebhookRealtimeCallEnded"
    )


def test_defaults_bounds_and_marks(planted):
    """No class shows them, but docstrings may."""
    fields = planted.properties("RealtimeSession")
    fields["speed"] |= {"maximum": 2.0, "default": 1.25}
    del fields["speed"]["minimum"]
    fields["temperature"]["deprecated"] = True

    assert planted.report() == [
        f"rtmodels/schema/beta/session.py: RealtimeSession.{change}; check its"
        " docstring"
        for change in (
            "speed: default was 1 and is 1.25",
            "speed: maximum was 1.5 and is 2.0",
            "speed: minimum was 0.25 and is gone",
            "temperature: deprecated is new: true",
        )
    ]


def test_the_order_of_fields(planted):
    """The classes follow it."""
    fields = planted.properties("TranscriptionLanguage")
    fields |= {"name": {"type": "string"}}
    lines = planted.report()
    fields = planted.properties("RealtimeConversationItemFunctionCall")
    fields["status"] = fields.pop("status")

    assert "add `name: str | None = None` to TranscriptionLanguage" in lines[0]
    assert (
        "rtmodels/schema/items.py: put the fields of"
        " RealtimeConversationItemFunctionCall in order: name, arguments, type, id,"
        " object, call_id, status"
    ) in planted.report()


def test_an_addition_without_a_place(planted):
    """Where the schema has become another, it says so and does not fail."""
    noise = "noise_reduction"
    planted.properties("RealtimeTranslationSession", "audio", "input")[noise] = ref(
        "NoiseReductionType"
    )

    assert (
        f"{additions.ADDITIONS.name}: remove the entry of"
        " RealtimeTranslationSession.audio.input.noise_reduction.strength, for which"
        " the schema has no place any more"
    ) in planted.report()


def test_every_key_that_is_left_out_needs_to_be():
    """An entry goes when the schema has no such key any more."""
    keys = {
        key
        for spec in objects_in(load(FACTS)["components"]["schemas"])
        for key in spec.get("properties", ())
    }

    assert keys >= LEFT_OUT.keys()
