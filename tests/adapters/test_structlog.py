"""What structlog and other loggers show of our instances, and what they never do."""

import io
import json
import logging
from base64 import b64encode
from types import MappingProxyType
from typing import Any

import attrs
import pytest
import structlog
from hypothesis import given

from rtmodels import (
    UNSET,
    InputAudioBufferAppendEvent,
    Issue,
    MCPTool,
    Model,
    RealtimeClientEvent,
    RealtimeResponse,
    RealtimeResponseCreateParams,
    RealtimeServerEvent,
    RealtimeSessionCreateRequest,
    ResponseCreateEvent,
    ResponseDoneEvent,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import DictAdapter
from rtmodels.adapters import logging as logging_module
from rtmodels.adapters import structlog as module
from rtmodels.adapters.logging import represent
from rtmodels.adapters.structlog import ModelRenderer

from ..examples import read_examples
from ..strategies import values

pytestmark = pytest.mark.needs("structlog")

RENDERERS = {
    "json": structlog.processors.JSONRenderer(),
    "console": structlog.dev.ConsoleRenderer(colors=False),
    "key-value": structlog.processors.KeyValueRenderer(),
    "logfmt": structlog.processors.LogfmtRenderer(),
}
APPEND = InputAudioBufferAppendEvent(audio=b"\x00\xff" * 2400)
TEXT = "Speak like a pirate"
TEXT_LENGTH = "<19 characters>"
SESSION = RealtimeSessionCreateRequest(instructions=TEXT, prompt=None)


def render(renderer: Any, **event_dict: Any) -> str:
    """Return the logged line."""
    output = io.StringIO()
    logger = structlog.wrap_logger(
        structlog.PrintLogger(output),
        processors=[ModelRenderer(), renderer],
        wrapper_class=structlog.BoundLogger,
        context_class=dict,
    )
    logger.info("received", **event_dict)
    return output.getvalue()


def show(value: Any, **options: bool) -> Any:
    """Represent *value*, which is to be ready for JSON, and to stay as it is."""
    before = repr(value)
    shown = represent(value, **options)

    assert repr(value) == before
    assert json.loads(json.dumps(shown)) == shown
    return shown


def test_an_instance_has_the_keys_of_the_wire():
    """``type`` first; absent keys are absent, and null is null."""
    session = attrs.evolve(SESSION, instructions=None, extra={"mood": "good"})

    assert show(session) == {"type": "realtime", "prompt": None, "mood": "good"}
    assert next(
        iter(show(ResponseDoneEvent(event_id="e", response=RealtimeResponse())))
    )
    assert list(show(APPEND)) == ["type", "audio"]


def test_audio_and_instructions_are_measured():
    """The log line holds their sizes only, so it is safe to share."""
    assert show(APPEND)["audio"] == "<4800 bytes>"
    assert show(SESSION)["instructions"] == TEXT_LENGTH


def test_audio_and_instructions_are_shown_to_those_who_ask():
    """One without the other."""
    event = ResponseCreateEvent(
        response=RealtimeResponseCreateParams(instructions=TEXT), extra={"b": b"\xff"}
    )

    assert show(APPEND, audio=True) == DictAdapter(RealtimeClientEvent).encode(APPEND)
    assert show(event, audio=True)["response"]["instructions"] == TEXT_LENGTH
    assert show(event, audio=True)["b"] == "/w=="
    assert show(event, instructions=True)["response"]["instructions"] == TEXT
    assert show(event, instructions=True)["b"] == "<1 bytes>"


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ({"pcm": "QUJD" * 30}, {"pcm": "<120 characters>"}),
        ({"pcm": "QUJD" * 15}, {"pcm": "QUJD" * 15}),
        (
            {"url": "data:a/b;base64," + "A" * 70},
            {"url": "data:a/b;base64,<70 characters>"},
        ),
        (
            {"pcm": "A" * 70 + "#" + "B" * 70},
            {"pcm": "<70 characters>#<70 characters>"},
        ),
        ({"audio": "AAAA"}, {"audio": "<4 characters>"}),
        ({"audio": {"voice": "ash"}}, {"audio": {"voice": "ash"}}),
        ({"pcm": [b"abc"]}, {"pcm": ["<3 bytes>"]}),
        ({"a": [{"instructions": TEXT}]}, {"a": [{"instructions": TEXT_LENGTH}]}),
        ({"system_instructions": [TEXT]}, {"system_instructions": "***"}),
        ({"instructions": None}, {"instructions": None}),
        ({"post_instructions": 5}, {"post_instructions": 5}),
        (
            {"a": {"type": "session.instructions.append", "content": TEXT}},
            {"a": {"type": "session.instructions.append", "content": TEXT_LENGTH}},
        ),
        (
            {"a": {"type": "session.commentary.append", "content": TEXT}},
            {"a": {"type": "session.commentary.append", "content": TEXT}},
        ),
        ({"text": "a word " * 50}, {"text": "a word " * 50}),
        ({"client_secret": {"value": "x"}}, {"client_secret": "***"}),
        ({"Authorization": "Basic x"}, {"Authorization": "***"}),
        ({"access_token": 5}, {"access_token": "***"}),
        ({"value": "ek_1a2b"}, {"value": "***"}),
        ({"text": "see sk-1234567890abcdef1234."}, {"text": "see ***."}),
        ({"max_output_tokens": 5}, {"max_output_tokens": 5}),
    ],
)
def test_what_no_class_describes(payload, shown):
    """In events newer than the library, and in keys that are."""
    payload, shown = {"type": "x", **payload}, {"type": "x", **shown}

    assert show(Unknown(tag="x", payload=payload)) == shown
    assert show(RealtimeResponse(extra=payload)) == shown


@pytest.mark.parametrize("options", [{}, {"audio": True, "instructions": True}])
def test_secrets_are_never_shown(options):
    """Whatever is asked for."""
    tool = MCPTool(
        server_label="s",
        authorization="the token",
        headers={"X-Key": "the token"},
    )
    odd = MCPTool(
        server_label="s", headers=UNSET, extra={"authorization": ["the token"]}
    )

    assert show([tool, odd], **options) == [
        {"type": "mcp", "server_label": "s", "authorization": "***", "headers": "***"},
        {"type": "mcp", "server_label": "s", "authorization": "***"},
    ]


def test_errors_list_their_issues():
    """Which quote neither audio nor instructions."""
    error = ValidationError(
        (
            Issue(("audio",), "base64 text", "'####'"),
            Issue(("instructions",), "text", f"'{TEXT}'"),
            Issue(("status",), "'done'", "'dune'"),
        )
    )

    assert show(error) == {
        "error": "ValidationError",
        "issues": [
            {"path": "$.audio", "expected": "base64 text", "got": "str"},
            {"path": "$.instructions", "expected": "text", "got": "str"},
            {"path": "$.status", "expected": "'done'", "got": "'dune'"},
        ],
    }
    assert show(error, audio=True)["issues"][0]["got"] == "'####'"


def test_instances_are_found_in_containers():
    """Of every usual kind, which are copied only then."""
    plain = {"a": [1, ("b", {2})]}
    found = {"a": [(APPEND,), {APPEND}, MappingProxyType({"b": APPEND})]}
    shown = show(APPEND)

    assert represent(plain) is plain
    assert represent(found) == {"a": [[shown], [shown], {"b": shown}]}
    assert found["a"][0] == (APPEND,)


def test_it_ends():
    """In what contains itself, and in what has no bottom."""
    loop: list[Any] = [APPEND]
    loop.append(loop)
    payload: dict[str, Any] = {"type": "x"}
    payload["self"] = payload
    deep: Any = APPEND
    for _ in range(5000):
        deep = [deep]

    assert show(loop)[1] == "..."
    assert show(Unknown(tag="x", payload=payload))["self"] == "..."
    assert str(represent(deep)) == "[" * 32 + "'...'" + "]" * 32


class Hostile(dict):
    """A mapping that cannot be read."""

    def items(self):
        """Fail."""
        raise RuntimeError


def test_it_never_raises():
    """A logger breaks no program, whatever its input."""
    wrong = InputAudioBufferAppendEvent(audio="no bytes", event_id=object())

    assert represent(Hostile()) == "<Hostile>"
    assert represent(RealtimeResponse(extra=5)) == "<RealtimeResponse>"
    assert represent(wrong)["audio"] == "***"


AUDIO = bytes(range(60))
KEPT = "the token"
SPILT = [TEXT, KEPT, repr(AUDIO)[2:-1], b64encode(AUDIO).decode()]


def plant(value: Any) -> Any:
    """Put audio, instructions and secrets wherever *value* has room for them."""
    if isinstance(value, Model):
        changes = {
            field.name: fill(field, getattr(value, field.name))
            for field in attrs.fields(type(value))
        }
        return attrs.evolve(value, **changes)
    if isinstance(value, Unknown):
        payload = {**value.payload, "instructions": TEXT, "new": [{"pcm": AUDIO}]}
        return attrs.evolve(value, payload=payload)
    if isinstance(value, tuple):
        return tuple(map(plant, value))
    return AUDIO if isinstance(value, bytes) else value


def fill(field: Any, value: Any) -> Any:
    """Plant into one field."""
    if field.name == "instructions":
        return TEXT
    if field.name == "extra":
        return {"x": {"instructions": [TEXT], "token": KEPT, "pcm": [AUDIO]}}
    if callable(field.repr) and field.repr("x") == "'***'":
        return KEPT
    return plant(value)


@given(event=(values(RealtimeServerEvent) | values(RealtimeClientEvent)).map(plant))
def test_no_line_has_audio_instructions_or_secrets(event):
    """Nor does any event keep a renderer from its work."""
    lines = [render(renderer, frames=[event]) for renderer in RENDERERS.values()]

    assert all("'type': " in line.replace('"', "'") for line in lines)
    assert not [text for text in SPILT for line in lines if text in line]


@pytest.mark.parametrize("renderer", RENDERERS.values(), ids=RENDERERS)
def test_every_renderer_shows_instances(renderer):
    """And what stands beside them."""
    line = render(renderer, frame=APPEND, session=SESSION, n=5)

    assert all(text in line for text in ("<4800 bytes>", TEXT_LENGTH, "5"))


def test_exceptions_stay_exceptions():
    """Those that render them get what they need."""
    try:
        DictAdapter(RealtimeResponse).decode({"id": 5})
    except ValidationError as exc:
        event = {"event": "bad", "exc_info": exc, "error": exc}

    event = ModelRenderer()(None, "error", event)

    event = structlog.processors.format_exc_info(None, "error", event)
    assert "$.id: expected str, got int" in event["exception"]
    assert event["error"]["issues"][0]["path"] == "$.id"


def test_the_standard_librarys_loggers():
    """Their records pass through `ProcessorFormatter`, arguments and extra as well."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    before = [structlog.stdlib.ExtraAdder(), ModelRenderer()]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    foreign = logging.Logger("foreign")  # noqa: LOG001 - known to no other test
    foreign.addHandler(handler)
    ours = structlog.wrap_logger(
        foreign,
        processors=[
            ModelRenderer(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )

    foreign.warning("foreign", extra={"frame": APPEND})
    ours.warning("got %s", SESSION, frame=APPEND)

    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    assert [line["frame"]["audio"] for line in lines] == ["<4800 bytes>"] * 2
    assert TEXT_LENGTH in lines[1]["event"]


@pytest.mark.parametrize("which", [module, logging_module])
def test_the_example_in_the_docstring_runs(which, capsys, caplog):
    """And says how long the audio is."""
    (example,) = read_examples(which)
    caplog.set_level("INFO")
    try:
        exec(example, {"event": APPEND})  # noqa: S102
    finally:
        structlog.reset_defaults()

    assert "'<4800 bytes>'" in (capsys.readouterr().out + caplog.text).replace('"', "'")
