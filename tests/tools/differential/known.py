"""Where the library and openai-python are meant to differ, and who is right."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from pydantic import BaseModel

from rtmodels import Issue

from .sdk import Difference


class Known(NamedTuple):
    """A difference that is meant to be, with a text that shows it."""

    name: str
    reason: str
    explains: Callable[[str, Any], bool]
    """Tells of one difference, in a family of events, whether it is this one."""

    family: str
    example: bytes


class Refused(NamedTuple):
    """Input that the library rejects, and the SDK's model accepted."""

    issue: Issue
    model: BaseModel


def refuses(
    families: str, place: str, *kinds: str
) -> Callable[[str, dict[str, Any]], bool]:
    """Look for pydantic's errors of some *kinds*, by patterns."""

    def explains(name: str, error: dict[str, Any]) -> bool:
        where = ".".join(part for part in error["loc"] if isinstance(part, str))
        return (
            re.match(families, name) is not None
            and re.search(place, where) is not None
            and error["type"] in kinds
        )

    return explains


def lacks(families: str, types: str) -> Callable[[str, dict[str, Any]], bool]:
    """Look for events whose wire type is none to the SDK, by a pattern of the types."""

    def explains(name: str, error: dict[str, Any]) -> bool:
        return (
            re.match(families, name) is not None
            and error["type"] == "union_tag_invalid"
            and not error["loc"]
            and re.fullmatch(types, error["ctx"]["tag"]) is not None
        )

    return explains


def is_reference(_: str, error: dict[str, Any]) -> bool:
    """Check whether an item is refused for being the reference to one."""
    match error["input"]:
        case "item_reference" | {"type": "item_reference"}:
            return ".input." in ".".join(map(str, error["loc"]))
    return False


def is_whole_float(_: str, difference: Difference) -> bool:
    """Check whether an int became the nearest float."""
    match difference:
        case Difference(ours=int(ours), theirs=float(theirs)):
            return not isinstance(ours, bool) and float(ours) == theirs
    return False


def is_of_other_api(family: str, error: dict[str, Any]) -> bool:
    """Check whether an object of another API is refused that the Live API carries."""
    where = ".".join(map(str, error["loc"]))
    return family.startswith("live") and bool(
        re.match(
            r"(response|decision)\.event\.event\.|response\.item\.create\.item", where
        )
        or re.search(r"\.(tools|tool_choice)\.", where)
    )


VALUES = [
    Known(
        "an int for a float",
        "the SDK makes 3.0 of 3; captures of OpenAI and Azure have ints in `seconds`,"
        " so we are right to keep what came",
        is_whole_float,
        "GA, client",
        b'{"type":"session.update","session":{"type":"realtime",'
        b'"audio":{"output":{"speed":1}}}}',
    ),
]
"""Both accept, and hold different values."""

OFF_SCHEMA = [
    Known(
        "a type that is new",
        "we have Unknown for it; the captures hold `ping` and others of xAI's",
        lambda _, issue: issue.expected == "a known type",
        "GA, server",
        b'{"type":"ping","event_id":"e","timestamp":1}',
    ),
    Known(
        "a word that is new",
        "we keep it: servers send values that are newer than any library",
        lambda _, issue: re.search(r"^(one of |'|\d)", issue.expected) is not None,
        "GA, server",
        b'{"type":"response.done","event_id":"e","response":{"status":"paused"}}',
    ),
    Known(
        "a whole float",
        "we take 1.0 for 1, since some languages write all numbers as floats",
        lambda _, issue: (
            re.match(r"int -?\d", f"{issue.expected} {issue.got}") is not None
        ),
        "GA, server",
        b'{"type":"response.output_audio.delta","event_id":"e","response_id":"r",'
        b'"item_id":"i","output_index":0,"content_index":1.0,"delta":""}',
    ),
    Known(
        "a key that a server of the Live API leaves out",
        "we have None for it: Azure sends events without `event_id`",
        lambda family, issue: (
            family.startswith("live")
            and issue.got in ("nothing", "null")
            and issue.loc[-1] in ("event_id", "status", "session", "code")
        ),
        "live, server",
        b'{"type":"session.input_audio.muted"}',
    ),
]
"""Only the library accepts, though its strict mode rejects, as the SDK does."""

ONLY_WE = [
    Known(
        "turns of a transcription session",
        "a type or none to OpenAI's schema for what a server sends; the SDK has the"
        " request's class there, which requires one; captures have no such session",
        refuses(
            "GA",
            r"\.session\.Realtime\w+\.(audio\.input\.turn_detection\.\w+\.)?type$",
            "literal_error",
            "missing",
        ),
        "GA, server",
        b'{"type":"session.created","event_id":"e","session":{"type":"transcription",'
        b'"id":"s","object":"o","audio":{"input":{"turn_detection":{}}}}}',
    ),
    Known(
        "custom voices in responses",
        "text alone to the SDK, and an object in its sessions; servers send it in both",
        refuses(
            "GA",
            r"\.response\.audio\.output\.voice\.",
            "string_type",
            "literal_error",
        ),
        "GA, server",
        b'{"type":"response.created","event_id":"e",'
        b'"response":{"audio":{"output":{"voice":{"id":"voice_1"}}}}}',
    ),
    Known(
        "references to items",
        "the SDK has them in a TypedDict, and not in its class",
        is_reference,
        "GA, client",
        b'{"type":"response.create","response":'
        b'{"input":[{"type":"item_reference","id":"i"}]}}',
    ),
    Known(
        "events new to its beta",
        "the SDK's beta stopped growing; captures of Azure's beta have item.done",
        lacks("beta", ".*"),
        "beta, server",
        b'{"type":"mcp_list_tools.completed","event_id":"e","item_id":"i"}',
    ),
    Known(
        "items and parts new to its beta",
        "the same; OpenAI's schema has MCP, images and output_audio in the beta too",
        refuses(
            "beta",
            r"\.(item|output|input)(\.content)?\.type$|\.item\.output$",
            "literal_error",
            "string_type",
        ),
        "beta, client",
        b'{"type":"conversation.item.create","item":{"type":"mcp_approval_response",'
        b'"id":"i","approval_request_id":"r","approve":true}}',
    ),
    Known(
        "tools that are no functions",
        "functions alone to the SDK's beta; Voice Live has MCP servers",
        refuses("beta", r"\.tools\.type$", "literal_error"),
        "beta, client",
        b'{"type":"session.update","session":'
        b'{"tools":[{"type":"mcp","server_label":"s"}]}}',
    ),
    Known(
        "voices that are objects",
        "text alone to the SDK's beta; captures of Azure have objects",
        refuses("beta", r"\.voice\.", "literal_error", "string_type"),
        "beta, server",
        b'{"type":"response.created","event_id":"e",'
        b'"response":{"voice":{"name":"en-US-AvaNeural"}}}',
    ),
    Known(
        "words closed in its beta",
        "open to us; captures of Azure have deployments for models",
        refuses(
            "beta",
            r"\.(model|(in|out)put_audio_format|turn_detection\.type)$",
            "literal_error",
        ),
        "beta, client",
        b'{"type":"session.update","session":{"model":"my-deployment"}}',
    ),
    Known(
        "tool_choice of the beta",
        "text to the SDK; OpenAI's schema lets a tool be chosen in responses, and we"
        " everywhere",
        refuses("beta", r"\.tool_choice$", "string_type"),
        "beta, client",
        b'{"type":"session.update","session":'
        b'{"tool_choice":{"type":"function","name":"f"}}}',
    ),
    Known(
        "client_secret of the beta",
        "required in the SDK, and optional to us, as drift.differences says; no capture"
        " has the event",
        refuses("beta", r"\.client_secret$", "missing", "model_type"),
        "beta, server",
        b'{"type":"transcription_session.updated","event_id":"e","session":{}}',
    ),
    Known(
        "anchor of the beta",
        "required in the SDK's class, and optional in its TypedDict",
        refuses("beta", r"\.client_secret\.expires_after\.anchor$", "missing"),
        "beta, client",
        b'{"type":"session.update","session":'
        b'{"client_secret":{"expires_after":{"seconds":1}}}}',
    ),
    Known(
        "usage of the beta",
        "required in the SDK; a captured transcription goes without",
        refuses("beta", r"completed\.usage$", "missing"),
        "beta, server",
        b'{"type":"conversation.item.input_audio_transcription.completed",'
        b'"event_id":"e","item_id":"i","content_index":0,"transcript":""}',
    ),
    Known(
        "objects of other APIs",
        "the Live API carries those of Responses and of Decisions, which we keep whole",
        is_of_other_api,
        "live, client",
        b'{"type":"response.item.create","item":{"type":"of_tomorrow"}}',
    ),
]
"""Only we accept, as OpenAI's schema does with our known additions."""

ONLY_THEY = [
    Known(
        "a key that the SDK lacks",
        "its class does not declare the key, and so takes anything for it",
        lambda _, refused: is_undeclared(refused),
        "GA, server",
        b'{"type":"response.output_text.delta","event_id":"e","response_id":"r",'
        b'"item_id":"i","output_index":0,"content_index":0,"delta":"","obfuscation":1}',
    ),
    Known(
        "audio that is no base64",
        "any text to the SDK; we hand over bytes, so we are right to refuse",
        lambda _, refused: "base64" in refused.issue.expected,
        "GA, client",
        b'{"type":"input_audio_buffer.append","audio":"A"}',
    ),
    Known(
        "input_schema",
        "OpenAI's schema says object; to the SDK it may be anything",
        lambda _, refused: refused.issue.path.endswith(".input_schema"),
        "GA, client",
        b'{"type":"conversation.item.create","item":{"type":"mcp_list_tools",'
        b'"server_label":"s","tools":[{"name":"n","input_schema":[]}]}}',
    ),
    Known(
        "items of the beta",
        "the SDK's beta has one class for all items, and demands no key of any",
        lambda family, refused: (
            family.startswith("beta")
            and re.search(r"\.(item|(in|out)put\[\d+\])\.\w+$", refused.issue.path)
            is not None
        ),
        "beta, client",
        b'{"type":"conversation.item.create","item":{"type":"function_call"}}',
    ),
    Known(
        "type of the beta's turn detection",
        "optional in the SDK's beta, and required by OpenAI's schema",
        lambda family, refused: (
            family == "beta, server"
            and refused.issue.path == "$.session.turn_detection.type"
        ),
        "beta, server",
        b'{"type":"session.created","event_id":"e","session":{"turn_detection":{}}}',
    ),
    Known(
        "a nullable key of the Live API",
        "it has a default in the SDK's models, and its TypedDicts require it: null is"
        " not the same as absence there",
        lambda family, refused: (
            family.startswith("live")
            and refused.issue.got == "nothing"
            and re.fullmatch(
                r"delegation_id|source_event_(id|type)|trigger_id",
                str(refused.issue.loc[-1]),
            )
            is not None
        ),
        "live, client",
        b'{"type":"session.commentary.append","content":""}',
    ),
]
"""Only the SDK accepts."""


def is_undeclared(refused: Refused) -> bool:
    """Return whether the SDK's class lacks the key that the library rejects."""
    found: Any = refused.model
    for key, position in re.findall(r"\.(\w+)|\[(\d+)\]", refused.issue.path):
        if not isinstance(found, BaseModel | list):
            return False
        if position:
            found = found[int(position)]
        elif key in type(found).model_fields:
            found = getattr(found, key)
        else:
            return True
    return False


EQUAL = "the SDK has equal classes, one for each place"
ONE_FOR_SEVERAL = {
    "LiveDecisionInputImage": EQUAL,
    "LiveDecisionInputJson": EQUAL,
    "LiveDecisionInputText": EQUAL,
    "LiveInitialItemMessageDeveloperContent": EQUAL,
    "LiveSessionUpdateConfigDelegationResponses": EQUAL,
    "RealtimeTranscriptionSessionCreateResponseAudioInputTurnDetection": (
        "OpenAI's schema has one object for both ways to find turns"
    ),
}
"""Our classes that have the place of several of the SDK's, and why."""

GROUPS = {
    "values": VALUES,
    "off schema": OFF_SCHEMA,
    "only we": ONLY_WE,
    "only the SDK": ONLY_THEY,
}
