"""``python -m tests.tools.drift``: what OpenAI adds, drops or alters is reported."""

import copy
import json
import os
import subprocess
import sys
from functools import reduce

import pytest
import yaml

from ..paths import ROOT
from ..tools.drift.differences import KNOWN, UNPUBLISHED
from ..tools.drift.document import FACTS, read, select
from ..tools.drift.report import compare, is_needed, report, report_known

SCHEMAS = read(FACTS)
PINNED = compare(SCHEMAS)


def change(path, value):
    """Return the schemas with *value* at *path*."""
    changed = copy.deepcopy(SCHEMAS)
    *steps, last = path.split("/")
    place = reduce(lambda part, step: part[step], steps, changed)
    place[last] = value
    return changed


def report_change(path, value):
    """Report on the schemas with *value* in place of what is at *path*."""
    upstream = compare(select(change(path, value)))
    return [*report(upstream), *report_known(upstream, PINNED)]


def ref(name):
    """Refer to the schema called *name*."""
    return {"$ref": f"#/components/schemas/{name}"}


CHANGES = {
    "property added": (
        "RealtimeResponse/properties/mood",
        ref("VoiceIdsShared"),
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
    "null among the types": (
        "LogProbProperties/properties/token",
        {"type": ["string", "null"]},
        "usage: write `token: str | None` in LogProbProperties, not `token: str`",
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
        'audio: remove `"far_field"` from NoiseReductionType',
    ),
    "closed set widened": (
        "NoiseReductionType/enum",
        ["near_field", "far_field", "none"],
        'audio: add `"none"` to NoiseReductionType',
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
    "event added to a union": (
        "RealtimeServerEventResponseDone/properties/type/enum",
        ["response.over"],
        "events: add `ResponseOverEvent` to RealtimeServerEvent",
    ),
    "event removed from a union": (
        "RealtimeServerEventResponseDone/properties/type/enum",
        ["response.over"],
        "events: remove `ResponseDoneEvent` from RealtimeServerEvent",
    ),
    "beta event added": (
        "RealtimeBetaServerEventNew",
        {"type": "object", "properties": {"type": {"enum": ["response.new"]}}},
        "beta.events.response: add class BetaResponseNewEvent",
    ),
    "beta event no longer the GA's": (
        "RealtimeBetaServerEventError/properties/mood",
        {"type": "string"},
        "beta.events.error: add class BetaErrorEvent",
    ),
    "translation event added": (
        "RealtimeTranslationServerEventNew",
        {"type": "object", "properties": {"type": {"enum": ["session.new"]}}},
        "translation: add class TranslationSessionNewEvent",
    ),
    "schema added": (
        "RealtimeMood",
        {"type": "object", "properties": {"name": {"type": "string"}}},
        "add class RealtimeMood",
    ),
    "inline object added": (
        "RealtimeResponse/properties/mood",
        {"type": "object", "properties": {"name": {"type": "string"}}},
        "response: add class RealtimeResponseMood",
    ),
    "set of words added": (
        "RealtimeMood",
        {"type": "string", "enum": ["good", "bad"]},
        'add `RealtimeMood: TypeAlias = Literal["good", "bad"]`',
    ),
    "inline object no longer the same": (
        (
            "RealtimeTranslationSessionUpdateRequest/properties/audio/properties/output"
            "/properties/speed"
        ),
        {"type": "number"},
        "translation: add class RealtimeTranslationSessionUpdateRequestAudio",
    ),
    "object gone": (
        "RealtimeReasoning",
        {"type": "string"},
        "response: remove RealtimeReasoning, which upstream has not",
    ),
    "event by another name": (
        "RealtimeServerEventResponseOver",
        SCHEMAS["RealtimeServerEventResponseDone"],
        (
            '_upstream: add `"RealtimeServerEventResponseOver":'
            " ResponseDoneEvent` to EXCEPTIONS"
        ),
    ),
}


@pytest.mark.parametrize(("path", "value", "line"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_reported_with_its_cure(path, value, line):
    """Nothing that OpenAI adds, drops or alters goes unnoticed."""
    lines = report_change(path, value)

    assert [found for found in lines if found.partition("\n")[0].endswith(line)]
    assert len(set(lines)) == len(lines)


def test_a_new_class_comes_with_its_fields():
    """They can be copied as they are."""
    lines = report_change(
        "RealtimeResponse/properties/mood",
        {
            "type": "object",
            "required": ["name"],
            "properties": {
                "since": {"type": "integer"},
                "name": {"type": "string", "enum": ["good", "bad"]},
            },
        },
    )

    assert lines == [
        (
            "rtmodels.schema.response: add class RealtimeResponseMood\n"
            '    name: Literal["good", "bad"] | str\n'
            "    since: int | None = None"
        ),
        (
            "rtmodels.schema.response: add"
            " `mood: RealtimeResponseMood | None = None` to RealtimeResponse"
        ),
    ]


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
            "tests.tools.drift.differences: look at RealtimeSession.tool_choice again,"
            " which upstream had as `tool_choice: str | None = None` and has as"
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


@pytest.mark.parametrize("dump", [yaml.safe_dump, json.dumps], ids=["yaml", "json"])
@pytest.mark.parametrize(
    "form",
    [wrap, lambda schemas: {"components": {"schemas": schemas}}, dict],
    ids=["document", "components", "schemas"],
)
def test_the_version_that_we_follow_has_no_difference(tmp_path, dump, form):
    """Whatever form it comes in, with whatever else in it."""
    schemas = {name: describe(spec) for name, spec in SCHEMAS.items()}
    path = tmp_path / "openapi"
    path.write_text(dump(form(schemas)))

    assert read(path) == SCHEMAS


@pytest.mark.parametrize("path", [FACTS, "openapi.yaml"], ids=["facts", "document"])
def test_the_command_finds_nothing_in_the_version_that_we_follow(tmp_path, path):
    """It says so, and exits with 0."""
    (tmp_path / "openapi.yaml").write_text(yaml.safe_dump(wrap(SCHEMAS)))

    result = run(tmp_path / path)

    assert result.stderr == ""
    assert result.stdout == "no difference in 193 schemas\n"
    assert result.returncode == 0


def test_the_command_prints_what_to_write(tmp_path):
    """One line for each thing to do, and the exit status is 1."""
    path = tmp_path / "openapi.yaml"
    changed = change("NoiseReductionType/enum", ["near_field", "far_field", "none"])
    changed["RealtimeServerEventError"]["properties"]["mood"] = {"type": "string"}
    path.write_text(yaml.safe_dump(wrap(changed)))

    result = run(path)

    assert result.stderr == ""
    assert (
        "rtmodels.schema.events.error: add `mood: str | None = None` to ErrorEvent"
        in (result.stdout.splitlines())
    )
    assert "near_field" in result.stdout
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
