"""The program of the page on migrating does the same in both forms."""

import pytest

from rtmodels import ResponseCreateEvent
from rtmodels.testing import expect, respond, speech

from ..examples import PAGES, find_texts, is_program
from ..processes import run_python

pytestmark = pytest.mark.needs("openai", "testing", "websockets")

PAGE = "docs/migrating.md"
PROGRAMS = [block for block in PAGES[PAGE] if is_program(block)]
[PRINTED] = find_texts(PAGE)


def run(program, server):
    """Run *program* against *server*; return what it prints and what it sends."""
    server.play(expect(ResponseCreateEvent), respond(speech("Hello there!")))
    environment = {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": server.http_url}
    result = run_python("-c", program, **environment)

    assert result.returncode == 0, result.stderr
    return result.stdout, server.connections[-1].received


def test_both_forms_do_the_same(realtime_server):
    """They print what the page shows, and send equal events."""
    before, after = [run(program, realtime_server) for program in PROGRAMS]

    assert before == after
    assert after[0] == PRINTED


def test_the_sdk_alone_takes_an_unknown_event_for_a_known_one(realtime_server):
    """And a frame that is not JSON ends its loop, as the page says."""
    from openai import OpenAI  # noqa: PLC0415 - is optional
    from openai.types.realtime import (  # noqa: PLC0415 - is optional
        ConversationCreatedEvent,
    )

    realtime_server.play('{"type":"weather.changed","event_id":"event_1"}', "<html>")
    client = OpenAI(api_key="none", base_url=realtime_server.http_url)

    with client.realtime.connect(model="gpt-realtime-2") as connection:
        loop = iter(connection)
        next(loop)
        event = next(loop)
        with pytest.raises(ValueError):  # noqa: PT011 - of its JSON library
            next(loop)

    assert event.type == "weather.changed"
    assert isinstance(event, ConversationCreatedEvent)
