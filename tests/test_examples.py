"""The programs of the folder `examples` run as their readers would start them.

The server replays the sample session. The voice client and the relay have tests of
their own: `adapters/test_quickstart.py` and `adapters/test_relay.py`.
"""

import ast
import json
import os
import sys
from base64 import b64decode
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from rtmodels import ConversationItemCreateEvent, ResponseCreateEvent
from rtmodels.testing import RealtimeServer, close, expect, replay

from .paths import EXAMPLES, SAMPLE
from .processes import PATIENCE, run_python, running

pytestmark = pytest.mark.needs("arrow", "celery", "kombu", "openai", "testing")

PROGRAMS = sorted(EXAMPLES.glob("*.py"))

# Names that Python's functions can have as parameters.
LINES = [
    line.replace(r"\"from\"", r"\"origin\"").replace(r"\"to\"", r"\"destination\"")
    for line in SAMPLE.read_text().splitlines()
]

EVENTS = [json.loads(line) for line in LINES]

DONE = [place for place, event in enumerate(EVENTS) if event["type"] == "response.done"]
"""The places of the ends of responses."""

SHOWN = {"error", "response.output_audio_transcript.done"}
"""The types of events of which an event loop prints a line."""

NO_EVENT = "no event"
"""A frame that is not even JSON."""


REPORT = """\
hour              responses  errors  input_tokens  output_tokens  first_audio_ms
2026-01-01 09:00          7       5         4,340            389             900
2026-01-01 10:00          7       5         4,340            389             900

audio: 420 tokens heard, 80 tokens spoken
"""


def take_response(number):
    """Return the events between the end of the response before and its own end."""
    return EVENTS[DONE[number - 1] + 1 : DONE[number] + 1]


def tell(event):
    """Return the line that an event loop prints of an event."""
    if event["type"] == "error":
        return f"error: {event['error']['message']}"
    return f"model: {event['transcript']}"


@contextmanager
def serve(*steps):
    """Run a server that plays *steps*; yield it, with what leads a program to it."""
    with RealtimeServer(*steps, patience=PATIENCE) as server:
        yield server, {"OPENAI_API_KEY": "key", "OPENAI_BASE_URL": server.http_url}
    server.check()


def run(name, *arguments, folder, **variables):
    """Run a program in an empty folder; return how it ended and what it printed."""
    environment = make_environment(**variables)
    return run_python(EXAMPLES / name, *arguments, folder=folder, **environment)


def make_environment(**variables):
    """Return the environment of a program, which finds the tested rtmodels."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **variables}


def ask(name, folder, *, noise=()):
    """Run an event loop, whose model calls a function; *noise* comes in between."""
    steps = [
        replay(EVENTS[:1]),
        expect(ResponseCreateEvent),
        replay(take_response(1)),
        *noise,
        expect(ConversationItemCreateEvent),
        expect(ResponseCreateEvent),
        replay(take_response(2)),
    ]
    with serve(*steps) as (server, variables):
        result = run(name, "Is it on time?", folder=folder, **variables)
    return result, server.received


@pytest.fixture(scope="module")
def loops(tmp_path_factory):
    """Run both event loops; return their folders, results and what they sent."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("before", "after")}
    return {
        name: (folder, *ask(f"event_loop_{name}.py", folder))
        for name, folder in folders.items()
    }


def test_an_event_loop_does_the_same_before_and_after(loops):
    """They print the same, which is what the session has, and save the same audio."""
    played = take_response(1) + take_response(2)
    used = [x["response"]["usage"] for x in played if x["type"] == "response.done"]
    (before, old, _), (after, new, _) = loops["before"], loops["after"]

    assert (old.returncode, old.stderr) == (0, "")
    assert new.stdout == old.stdout
    assert new.stdout.splitlines() == [
        *(tell(event) for event in played if event["type"] in SHOWN),
        f"{sum(usage['total_tokens'] for usage in used)} tokens",
    ]
    audio = b"".join(
        b64decode(event["delta"])
        for event in played
        if event["type"] == "response.output_audio.delta"
    )
    assert (before / "answer.pcm").read_bytes() == audio
    assert (after / "answer.pcm").read_bytes() == audio


def test_an_event_loop_sends_the_same_before_and_after(loops):
    """The tool, the question and the output of the function are equal."""
    _, _, old = loops["before"]
    _, _, new = loops["after"]

    assert [type(event) for event in new] == [type(event) for event in old]
    tools = [event.session.tools[0] for event in (old[0], new[0])]
    assert tools[0].name == tools[1].name
    assert tools[0].parameters["properties"] == tools[1].parameters["properties"]
    items = [
        [event.item for event in sent if isinstance(event, ConversationItemCreateEvent)]
        for sent in (old, new)
    ]
    assert items[0][0] == items[1][0]
    assert json.loads(items[0][1].output) == json.loads(items[1][1].output)


def test_a_frame_that_is_no_event_ends_the_first_loop_only(tmp_path):
    """So says the docstring of the second."""
    new, _ = ask("event_loop_after.py", tmp_path, noise=[NO_EVENT])

    with serve(replay(EVENTS[:1]), NO_EVENT) as (_, variables):
        old = run("event_loop_before.py", "?", folder=tmp_path, **variables)

    assert new.returncode == 0
    assert "skipped a frame" in new.stderr
    assert old.returncode == 1


def test_a_worker_measures_the_responses_of_a_call(redis_url, tmp_path):
    """The usage of each response comes back, and of the one that failed none."""
    arguments = ("worker", "--pool", "solo", "--loglevel", "ERROR")
    command = [sys.executable, "-m", "celery", "--app", "celery_worker", *arguments]
    redis = {"REDIS_URL": f"{redis_url}/9"}
    worker = make_environment(**redis)
    worker.pop("PYTHONSAFEPATH", None)  # Celery imports from the folder it starts in

    with (
        serve(replay(EVENTS), close()) as (_, variables),
        running(command, cwd=EXAMPLES, env=worker),
    ):
        result = run("celery_worker.py", "rtc_1", folder=tmp_path, **variables, **redis)

    responses = [EVENTS[place]["response"] for place in DONE]
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        f"{response['id']} {(response['usage'] or {}).get('total_tokens', 'no')} tokens"
        for response in responses
    ]


def test_a_report_sums_up_hours(tmp_path):
    """The session is recorded twice, the second time an hour later."""
    for hour in (9, 10):
        start = datetime(2026, 1, 1, hour, tzinfo=UTC).timestamp()
        records = [
            {"received_at": start + place / 10, "message": event}
            for place, event in enumerate(EVENTS)
        ]
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (tmp_path / f"{hour}.jsonl").write_text(lines)

    result = run("archive_report.py", "*.jsonl", folder=tmp_path)

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == REPORT


def test_each_example_is_short_and_says_how_it_is_started():
    """The index names it, with the command that its docstring has."""
    index = (EXAMPLES / "README.md").read_text()

    for path in PROGRAMS:
        text = path.read_text()
        docstring = ast.get_docstring(ast.parse(text))
        assert f"({path.name})" in index
        assert "pip install" in docstring
        assert path.stem in docstring
        assert len(text.splitlines()) <= 110
