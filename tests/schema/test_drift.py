"""``python -m tests.tools.drift``: what OpenAI adds, drops or alters is reported."""

import copy
import json
import os
import re
import subprocess
import sys
from functools import reduce

import attrs
import pytest
import yaml

from rtmodels import RealtimeResponse

from ..paths import ROOT
from ..tools.drift.additions import read_facts
from ..tools.drift.differences import KNOWN, UNPUBLISHED
from ..tools.drift.document import FACTS, extract, load, read, select
from ..tools.drift.merging import merge_all
from ..tools.drift.report import compare, is_needed, report, report_known
from ..tools.drift.reporter import VERSIONS

PUBLISHED = load(FACTS)["components"]["schemas"]
SCHEMAS = read_facts()
PINNED = compare(SCHEMAS)


def change(path, value, schemas=SCHEMAS):
    """Return *schemas* with *value* at *path*."""
    changed = copy.deepcopy(schemas)
    *steps, last = path.split("/")
    place = reduce(lambda part, step: part[step], steps, changed)
    place[last] = value
    return changed


def report_change(path, value):
    """Report on the schemas with *value* in place of what is at *path*."""
    upstream = compare(merge_all(select(change(path, value))))
    return [*map(str, [*report(upstream), *report_known(upstream, PINNED)])]


def number_no_lines(text):
    """Leave the numbers of lines out of *text*."""
    return re.sub(r"(?<=line )\d+", "N", re.sub(r"(?<=py):\d+", "", text))


def ref(name):
    """Refer to the schema called *name*."""
    return {"$ref": f"#/components/schemas/{name}"}


CHANGES = {
    "property added": (
        "RealtimeResponse/properties/new",
        ref("VoiceIdsShared"),
        (
            "response.py: add `new: VoiceIdsShared | None = None` to RealtimeResponse,"
            " after `"
        ),
    ),
    "property removed": (
        "TranscriptionLanguage/properties",
        {},
        "usage.py: remove `code` from TranscriptionLanguage",
    ),
    "now required": (
        "RealtimeMCPListTools/required",
        ["type", "server_label", "tools", "id"],
        "mcp.py: write `id: str` in RealtimeMCPListTools, not `id: str | None = None`",
    ),
    "null allowed": (
        "LogProbProperties/properties/logprob",
        {"anyOf": [{"type": "number"}, {"type": "null"}]},
        (
            "usage.py: write `logprob: float | None` in LogProbProperties,"
            " not `logprob: float`"
        ),
    ),
    "null among the types": (
        "LogProbProperties/properties/token",
        {"type": ["string", "null"]},
        "usage.py: write `token: str | None` in LogProbProperties, not `token: str`",
    ),
    "null and absence allowed": (
        "RealtimeResponse/properties/id",
        {"type": "string", "nullable": True},
        (
            "response.py: write `id: str | None | Unset = UNSET` in RealtimeResponse,"
            " not `id: str | None = None`"
        ),
    ),
    "other type": (
        "LogProbProperties/properties/bytes/items/type",
        "string",
        (
            "usage.py: write `bytes: tuple[str, ...]` in LogProbProperties,"
            " not `bytes: tuple[int, ...]`"
        ),
    ),
    "other constant": (
        "ToolChoiceFunction/properties/type/enum",
        ["tool"],
        (
            'tools.py: write `type: Literal["tool"] = "tool"` in ToolChoiceFunction,'
            ' not `type: Literal["function"] = "function"`'
        ),
    ),
    "closed set changed": (
        "NoiseReductionType/enum",
        ["near_field"],
        'audio.py: remove `"far_field"` from NoiseReductionType',
    ),
    "closed set widened": (
        "NoiseReductionType/enum",
        ["near_field", "far_field", "none"],
        'audio.py: add `"none"` to NoiseReductionType, after `"far_field"`',
    ),
    "open set closed": (
        "VoiceIdsShared",
        {"anyOf": [{"type": "string", "enum": ["alloy"]}]},
        "audio.py: remove `OpenStr` from VoiceIdsShared",
    ),
    "event added": (
        "RealtimeServerEventResponseDone/properties/type/enum",
        ["response.over"],
        "events/response.py: add class ResponseOverEvent at the end",
    ),
    "event added to a union": (
        "RealtimeServerEventResponseDone/properties/type/enum",
        ["response.over"],
        (
            "events/__init__.py: add `ResponseOverEvent` to RealtimeServerEvent,"
            " after `ResponseCreatedEvent`"
        ),
    ),
    "event removed from a union": (
        "RealtimeServerEventResponseDone/properties/type/enum",
        ["response.over"],
        "events/__init__.py: remove `ResponseDoneEvent` from RealtimeServerEvent",
    ),
    "beta event added": (
        "RealtimeBetaServerEventNew",
        {"type": "object", "properties": {"type": {"enum": ["response.new"]}}},
        "beta/events/response.py: add class BetaResponseNewEvent at the end",
    ),
    "beta event no longer the GA's": (
        "RealtimeBetaServerEventError/properties/planted",
        {"type": "string"},
        "beta/events/error.py: add class BetaErrorEvent at the end",
    ),
    "translation event added": (
        "RealtimeTranslationServerEventNew",
        {"type": "object", "properties": {"type": {"enum": ["session.new"]}}},
        "translation.py: add class TranslationSessionNewEvent at the end",
    ),
    "schema added": (
        "RealtimeMood",
        {"type": "object", "properties": {"name": {"type": "string"}}},
        "session.py: add class RealtimeMood at the end, or in the file of its topic",
    ),
    "inline object added": (
        "RealtimeResponse/properties/planted",
        {"type": "object", "properties": {"name": {"type": "string"}}},
        "response.py: add class RealtimeResponsePlanted before line N, ",
    ),
    "set of words added": (
        "RealtimeMood",
        {"type": "string", "enum": ["good", "bad"]},
        'session.py: add `RealtimeMood: TypeAlias = Literal["good", "bad"]` at the end',
    ),
    "inline object no longer the same": (
        (
            "RealtimeTranslationSessionUpdateRequest/properties/audio/properties/output"
            "/properties/speed"
        ),
        {"type": "number"},
        (
            "translation.py: add class RealtimeTranslationSessionUpdateRequestAudio"
            " before line N, RealtimeTranslationSessionUpdateRequest"
        ),
    ),
    "object gone": (
        "RealtimeReasoning",
        {"type": "string"},
        "response.py: add `RealtimeReasoning: TypeAlias = str` in place of what",
    ),
    "event by another name": (
        "RealtimeServerEventResponseOver",
        SCHEMAS["RealtimeServerEventResponseDone"],
        (
            '_upstream.py: add `"RealtimeServerEventResponseOver":'
            " ResponseDoneEvent` to EXCEPTIONS"
        ),
    ),
}


@pytest.mark.parametrize(("path", "value", "line"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_reported_with_its_cure(path, value, line):
    """Nothing that OpenAI adds, drops or alters goes unnoticed."""
    entries = report_change(path, value)
    lines = number_no_lines("\n".join(entries)).splitlines()

    assert any(f"/{line}" in found for found in lines)
    assert len(set(entries)) == len(entries)


def test_a_new_class_comes_with_its_fields():
    """They can be copied as they are."""
    lines = report_change(
        "RealtimeResponse/properties/planted",
        {
            "type": "object",
            "required": ["name"],
            "properties": {
                "since": {"type": "integer"},
                "name": {"type": "string", "enum": ["good", "bad"]},
            },
        },
    )

    *_, last = (f.name for f in attrs.fields(RealtimeResponse) if f.name != "extra")
    assert (
        number_no_lines("\n".join(lines)).replace(f"`{last}`", "`LAST`")
        == f"""\
rtmodels/schema/response.py: add class RealtimeResponsePlanted before line N, \
RealtimeResponse
    @frozen(kw_only=True, repr=False)
    class RealtimeResponsePlanted(Model):
        \"""...\"""

        name: Literal["good", "bad"] | str
        \"""...\"""

        since: int | None = None
        \"""...\"""

    rtmodels/schema/response.py: add `"RealtimeResponsePlanted",` to __all__, after \
"RealtimeResponseCreateParamsAudioOutput"
    rtmodels/__init__.py: add `"RealtimeResponsePlanted",` to \
_INDEX["rtmodels.schema.response"], after "RealtimeResponseCreateParamsAudioOutput"
rtmodels/schema/response.py: add `planted: RealtimeResponsePlanted | None = None` to \
RealtimeResponse, after `LAST`
    with a docstring under it: \"""...\"""
    {VERSIONS}\
"""
    )


def test_words_for_people_are_no_change():
    """Not even where they stand beside a reference, as if they were a variant."""
    variants = [ref("RealtimeSessionCreateRequestGA"), {"description": "A session."}]

    lines = report_change(
        "RealtimeCallCreateRequest/properties/session", {"allOf": variants}
    )

    assert not lines


def test_a_difference_that_openai_has_made_up_for_is_reported():
    """The list of differences cannot go stale."""
    known = next(known for known in KNOWN if known.field == "reasoning_tokens")
    path = (
        "RealtimeResponse/properties/usage/properties/output_token_details"
        "/properties/reasoning_tokens"
    )

    changed = change(path, {"type": "integer"})
    changed["RealtimeBetaResponse"] = changed["RealtimeResponse"]

    assert is_needed(PINNED, known)
    assert not is_needed(compare(changed), known)


def test_an_unpublished_event_may_be_in_a_union(monkeypatch):
    """One entry explains the class and its place in the union."""
    name = "RealtimeServerEventResponseDone"
    members = [m for m in SCHEMAS["RealtimeServerEvent"]["anyOf"] if m != ref(name)]
    changed = change("RealtimeServerEvent/anyOf", members)
    del changed[name]
    before = list(report(compare(changed)))

    monkeypatch.setitem(UNPUBLISHED, "ResponseDoneEvent", "a test")
    after = list(report(compare(changed)))

    assert len(before) == 2
    assert not after


def test_a_change_behind_a_known_difference_is_reported():
    """That a field is meant to differ is no reason to look away."""
    lines = report_change(
        "RealtimeSession/properties/tool_choice", ref("ToolChoiceOptions")
    )

    assert lines == [
        (
            "tests/tools/drift/differences.py: look at RealtimeSession.tool_choice"
            " again, which upstream had as `tool_choice: str | None = None` and has as"
            " `tool_choice: ToolChoiceOptions | str | None = None`"
        )
    ]


def run(path):
    """Run the command on the file at *path*."""
    return subprocess.run(
        [sys.executable, "-m", "tests.tools.drift", path],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"},
        capture_output=True,
        text=True,
        check=False,
    )


def wrap(schemas):
    """Put *schemas* into a document with much else in it, as OpenAI's is."""
    others = {
        "CreateChatCompletionRequest": {"type": "object", "properties": {}},
        "RealtimeConnectParams": {"type": "object", "properties": {}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "OpenAI API", "version": "9.9.9"},
        "paths": {"/chat/completions": {"post": {"x": ref("CreateChat")}}},
        "components": {"schemas": schemas | others},
    }


def describe(spec):
    """Add to *spec* and all in it what a document says for people."""
    if isinstance(spec, dict):
        more = {"description": "A word.", "title": "T", "x-new": [1]}
        inner = {
            key: {k: describe(v) for k, v in value.items()}
            if key == "properties"
            else describe(value)
            for key, value in spec.items()
        }
        return more | inner
    return [describe(item) for item in spec] if isinstance(spec, list) else spec


def dump_yaml(document):
    """Write *document* as YAML, with the order of properties, which fields follow."""
    return yaml.safe_dump(document, sort_keys=False)


@pytest.mark.parametrize("dump", [dump_yaml, json.dumps], ids=["yaml", "json"])
@pytest.mark.parametrize(
    "form",
    [wrap, lambda schemas: {"components": {"schemas": schemas}}, dict],
    ids=["document", "components", "schemas"],
)
def test_the_version_that_we_follow_has_no_difference(tmp_path, dump, form):
    """Whatever form it comes in, with whatever else in it."""
    schemas = {name: describe(spec) for name, spec in PUBLISHED.items()}
    path = tmp_path / "openapi"
    path.write_text(dump(form(schemas)))

    assert read(path) == read(FACTS)


@pytest.mark.parametrize("path", [FACTS, "openapi.yaml"], ids=["facts", "document"])
def test_the_command_finds_nothing_in_the_version_that_we_follow(tmp_path, path):
    """It says so, and exits with 0."""
    (tmp_path / "openapi.yaml").write_text(dump_yaml(wrap(PUBLISHED)))

    result = run(tmp_path / path)

    assert result.stderr == ""
    assert result.stdout == f"no difference in {len(SCHEMAS)} schemas\n"
    assert result.returncode == 0


def test_the_command_prints_what_to_write(tmp_path):
    """One line for each thing to do, and the exit status is 1."""
    path = tmp_path / "openapi.yaml"
    words = ["near_field", "far_field", "none"]
    changed = change("NoiseReductionType/enum", words, PUBLISHED)
    changed["RealtimeServerEventError"]["properties"]["planted"] = {"type": "string"}
    path.write_text(dump_yaml(wrap(changed)))

    result = run(path)

    assert result.stderr == ""
    assert (
        "events/error.py: add `planted: str | None = None` to ErrorEvent, after `"
        in number_no_lines(result.stdout)
    )
    assert 'add `"none"` to NoiseReductionType' in result.stdout
    assert result.returncode == 1


def test_the_facts_of_a_document_are_extracted_from_it():
    """Texts and what is not the Realtime API's are left out; facts keep their form."""
    facts = load(FACTS)
    schemas = facts["components"]["schemas"]
    document = wrap({name: describe(spec) for name, spec in schemas.items()})
    document["info"] = {}
    document["paths"] |= {
        path: {method: {"summary": "Text"} for method in methods}
        for path, methods in facts["paths"].items()
    }

    assert extract(document) == facts | {"upstream": {"version": None}}
    assert extract(facts) == facts
    assert json.dumps(facts, indent=1, ensure_ascii=False) + "\n" == FACTS.read_text()


def test_the_command_says_which_additions_have_been_published(tmp_path):
    """Where the schema has caught up, the entry is only noise."""
    path = tmp_path / "openapi.yaml"
    seconds = {"type": "string", "enum": ["30m", "12h"]}
    place = "PromptCacheBreakpointConfig/properties/ttl"
    path.write_text(dump_yaml(wrap(change(place, seconds, PUBLISHED))))

    result = run(path)

    assert result.stdout.startswith(
        "realtime_additions.json: remove the entry of"
        " PromptCacheBreakpointConfig.ttl, which the schema has\n\nthen:\n"
    )
    assert result.returncode == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", "Expecting property name"),
        ("a: [", "while parsing"),
        ("- 1", "has no schema of the Realtime API"),
        ("openapi: 3.1.0", "has no schema of the Realtime API"),
        ("Realtime: {$ref: '#/Mood'}", "refers to Mood, which is missing"),
        (None, "No such file"),
    ],
)
def test_the_command_says_why_it_cannot_read_a_file(tmp_path, text, error):
    """It is no difference, and exits with 2."""
    path = tmp_path / "openapi.yaml"
    if text is not None:
        path.write_text(text)

    result = run(path)

    assert error in result.stderr
    assert "Traceback" not in result.stderr
    assert result.returncode == 2
