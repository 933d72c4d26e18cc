"""The agent of the tutorial, after each step, prints what the page shows."""

import ast
import os
import sys
import wave

import pytest

from rtmodels import ResponseCreateEvent
from rtmodels.testing import expect, function_call, respond, speech

from ..examples import PAGES, find_texts
from ..processes import run_python

pytestmark = pytest.mark.needs("openai", "testing", "websockets")

PAGE = "docs/tutorial.md"
*STEPS, WHOLE, REAL = PAGES[PAGE]
PRINTED = find_texts(PAGE)


def read(code):
    """Return the statements of *code* by what they define, imports one by one."""
    found = {}
    for node in ast.parse(code).body:
        match node:
            case ast.ImportFrom(module=module, names=names):
                for name in names:
                    found[module, name.name] = f"from {module} import {name.name}"
            case ast.Import(names=[name]):
                found[name.name, ""] = ast.unparse(node)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found[name] = ast.unparse(node)
            case ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = ast.unparse(node)
            case ast.With():
                found["with"] = ast.unparse(node)
    return found


def grow():
    """Return the file after each step, as a reader of the page has it."""
    state = {}
    for step in map(read, STEPS):
        # What a step shows again stands where the step has it, after what it uses.
        ending = step.get("with") or state["with"]
        state = {key: state[key] for key in state if key not in step} | step
        state["with"] = state.pop("with", ending)
        yield state


STATES = [*grow()]
FUNCTIONS = {
    node.name
    for node in ast.walk(ast.parse(WHOLE))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
}


def rank(key):
    """Return where a statement belongs: imports, functions, and then the rest."""
    if isinstance(key, tuple):
        return 0
    return 1 if key in FUNCTIONS else 2


def write(state):
    """Return *state* as a program."""
    return "\n".join(state[key] for key in sorted(state, key=rank))


def run(program, folder, **environment):
    """Run *program* in *folder*, and return what it prints."""
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), **environment}
    result = run_python("-c", program, folder=folder, **environment)

    assert result.returncode == 0, result.stderr
    assert not result.stderr
    return result.stdout


@pytest.mark.parametrize(("state", "printed"), [*zip(STATES, PRINTED, strict=True)])
def test_a_step_prints_what_the_page_shows(state, printed, tmp_path):
    """Each state of the agent runs against the server that it starts itself."""
    assert run(write(state), tmp_path) == printed


def test_the_whole_file_is_the_last_step(tmp_path):
    """It has what the steps have shown, but for an import of the first, and it runs."""
    [*unused] = STATES[-1].keys() - read(WHOLE)

    assert read(WHOLE) == {k: v for k, v in STATES[-1].items() if k not in unused}
    assert unused == [("rtmodels.testing", "close")]
    assert run(WHOLE, tmp_path) == PRINTED[-1]
    with wave.open(str(tmp_path / "heard.wav")) as file:
        assert file.getnframes() < 20 * 24_000  # the story is not in it as a whole


def test_the_last_line_calls_the_server_of_the_environment(realtime_server, tmp_path):
    """That is OpenAI's, if the environment does not say otherwise."""
    realtime_server.play(
        expect(ResponseCreateEvent), respond(speech("Hello!"), function_call("hang_up"))
    )
    program = WHOLE[: WHOLE.index("with RealtimeServer")] + REAL
    environment = {"OPENAI_API_KEY": "key", "OPENAI_BASE_URL": realtime_server.http_url}

    assert run(program, tmp_path, **environment) == "agent: Hello!\n"
    assert realtime_server.received[0].session.tools[0].name == "find_room"
