"""The code of the README and of the docs does what its comments say.

The blocks of a page run one after the other, as in one session of ``python -m
asyncio``: later ones use the names of earlier ones, and ``await`` may stand outside of
functions. A block that calls ``asyncio.run`` is a program, and has a test of its own.
"""

import ast
import asyncio
import inspect
import logging

import pytest
import structlog

from rtmodels import ResponseCreateEvent
from rtmodels.testing import Step, close, expect, respond, speech

from .examples import PAGES, find_printed, is_program

pytestmark = pytest.mark.needs(
    "aiohttp",
    "arrow",
    "fastapi",
    "faststream",
    "kombu",
    "litestar",
    "msgpack",
    "openai",
    "pydantic",
    "sqlalchemy",
    "starlette",
    "structlog",
    "testing",
    "websockets",
)

ELSEWHERE = {
    "docs/architecture.md": "shows what is generated",
    "docs/engines.md": "tests/engines",
    "docs/livekit.md": "tests/frameworks",
    "docs/openai-agents.md": "tests/frameworks",
    "docs/pipecat.md": "tests/frameworks",
    "docs/tutorial.md": "tests/docs/test_tutorial.py",
}
"""Pages whose code other tests run, or that show code for reading."""

BAD_FRAME = '{"type":"error","error":{"type":"busy","message":"later"}}'

SCRIPTS: dict[str, list[Step | str]] = {
    "docs/conversation.md": [expect(ResponseCreateEvent), respond(speech("At nine."))],
    "docs/errors.md": [BAD_FRAME, close()],
    "docs/openai-python.md": [expect(ResponseCreateEvent), respond("You are Ada.")],
    "docs/websockets.md": [expect(ResponseCreateEvent), respond("You are Ada.")],
}
"""What the server plays to the code of a page, which connects to OpenAI's URL."""

OPENAI = "wss://api.openai.com/v1/realtime"


def find_blocks(name):
    """Return the blocks of a page that run here."""
    return [block for block in PAGES[name] if not is_program(block)]


async def run_page(name, blocks):
    """Run the blocks of a page in one namespace and one event loop."""
    namespace = {"__name__": "__main__"}
    for number, block in enumerate(blocks, start=1):
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code = compile(block, f"{name}, block {number}", "exec", flags)
        result = eval(code, namespace)  # noqa: S307 - our own text
        if inspect.iscoroutine(result):
            await result

    if "engine" in namespace:
        namespace["engine"].dispose()


@pytest.fixture(autouse=True)
def logging_as_before(realtime_server):  # noqa: ARG001 - which logs that it closes
    """Undo what a page about logs configures, before the server closes."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("name", sorted(filter(find_blocks, PAGES.keys() - ELSEWHERE)))
def test_examples_print_what_they_say(
    name, realtime_server, capsys, monkeypatch, tmp_path
):
    """Each ``print`` gives what its comment says, or the text behind the block."""
    monkeypatch.chdir(tmp_path)  # one makes a database
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    monkeypatch.setenv("OPENAI_BASE_URL", realtime_server.http_url)
    if name in SCRIPTS:
        realtime_server.play(*SCRIPTS[name])
    blocks = [block.replace(OPENAI, realtime_server.url) for block in find_blocks(name)]

    asyncio.run(run_page(name, blocks))

    assert capsys.readouterr().out.splitlines() == find_printed(name)
