"""An agent of openai-agents talks to the test server."""

import asyncio
import json

import pytest

pytest.importorskip("agents.realtime", reason="openai-agents is not installed")

from agents import function_tool
from agents.realtime import RealtimeAgent, RealtimeRunner

from rtmodels import (
    ConversationAccumulator,
    ConversationItemTruncateEvent,
    ResponseCreateEvent,
)
from rtmodels.testing import (
    RealtimeServer,
    caller_turn,
    expect,
    expect_audio,
    function_call,
    respond,
    speech,
)

from ..processes import PATIENCE
from .received import find_deviations, find_outputs
from .recipes import run_recipe
from .recordings import RECORDED, find_messages, find_transcripts

pytestmark = pytest.mark.filterwarnings("ignore")  # those of the framework

HALF_A_SECOND = bytes(24_000)
PCM = bytes(range(250)) * 192  # a second

SPOKEN_TURN = (
    expect_audio(500),
    caller_turn("Who am I?"),
    respond(speech("You are Ada.", pcm=PCM)),
)


@function_tool
def weather(city: str) -> str:
    """Return the weather in a city."""
    return f"sunny in {city}"


async def talk(url, message, *, turns=1, model=None, watch=aiter):
    """Send text or audio; return the session's events until so many turns ended."""
    agent = RealtimeAgent(name="tester", instructions="Be brief.", tools=[weather])
    config = {"url": f"{url}?model=gpt-realtime", "api_key": "test"}
    events = []

    runner = RealtimeRunner(agent, model=model)
    async with (
        asyncio.timeout(PATIENCE),  # an event that it refuses may be the last
        await runner.run(model_config=config) as session,
    ):
        if isinstance(message, bytes):
            await session.send_audio(message)
        else:
            await session.send_message(message)

        async for event in watch(session):
            events.append(event)
            turns -= event.type == "agent_end"
            if not turns:
                break
    return events


def find(events, type_):
    """Return the *events* of one type."""
    return [event for event in events if event.type == type_]


def test_spoken_turn():
    """The agent hears the caller, and has what both said."""
    with RealtimeServer(*SPOKEN_TURN) as server:
        events = asyncio.run(talk(server.url, HALF_A_SECOND))

    history = find(events, "history_updated")[-1].history
    audio = b"".join(event.audio.data for event in find(events, "audio"))
    assert [item.content[0].transcript for item in history] == [
        "Who am I?",
        "You are Ada.",
    ]
    assert audio == PCM
    assert find(events, "error") == []
    assert find_deviations(server) == set()


def test_function_call():
    """The agent runs the function, and sends its result before it asks again."""
    script = (
        expect(ResponseCreateEvent),
        respond(function_call("weather", {"city": "Rome"})),
        expect(ResponseCreateEvent),
        respond(speech("Sunny.")),
    )
    with RealtimeServer(*script) as server:
        events = asyncio.run(talk(server.url, "How is the weather?", turns=2))

    assert find_outputs(server) == ["sunny in Rome"]
    assert [event.output for event in find(events, "tool_end")] == ["sunny in Rome"]
    assert find(events, "error") == []
    assert find_deviations(server) == set()


def test_interruption():
    """The agent stops where the caller speaks, and truncates what it played."""
    script = (
        expect(ResponseCreateEvent),
        respond(speech("Once upon a time"), interrupted="turn_detected"),
        expect(ConversationItemTruncateEvent),
    )
    with RealtimeServer(*script) as server:
        events = asyncio.run(talk(server.url, "Tell me a story."))
        server.wait_until_played()

    assert len(find(events, "audio_interrupted")) == 1
    assert find(events, "error") == []
    assert find_deviations(server) == set()


def test_watched_session():
    """The recipe collects the items of both sides, and the audio."""
    watch = run_recipe("openai-agents.md", "Watch a session")["watch"]
    conversation = ConversationAccumulator()
    with RealtimeServer(*SPOKEN_TURN) as server:
        asyncio.run(
            talk(
                server.url,
                HALF_A_SECOND,
                watch=lambda session: watch(session, conversation),
            )
        )

    question, answer = conversation.items
    assert question.content[0].transcript == "Who am I?"
    assert answer.content[0].transcript == "You are Ada."
    assert answer.content[0].audio == PCM
    assert conversation.mismatches == ()


def make_translated(url, dialect):
    """Return the model of the recipe, for a server at *url* that speaks *dialect*."""
    recipe = run_recipe(
        "openai-agents.md", "Run an agent on a server of another dialect"
    )
    return recipe["TranslatedModel"](url, dialect)


def find_answers(events):
    """Return what the assistant said."""
    history = find(events, "history_updated")[-1].history
    return [
        item.content[0].transcript
        for item in history
        if item.type == "message" and item.role == "assistant"
    ]


def test_other_dialect():
    """The recipe runs the same turn with a server of the beta."""
    with RealtimeServer(*SPOKEN_TURN, version="beta") as server:
        model = make_translated(server.url, "beta")
        events = asyncio.run(talk("ws://unused", HALF_A_SECOND, model=model))

    assert find_answers(events) == ["You are Ada."]
    assert find(events, "error") == []
    assert find_deviations(server) == set()


@pytest.mark.parametrize("server", RECORDED)
def test_recording_of_other_dialect(captures, server):
    """The recipe runs a recording, whatever the client sends."""
    messages = find_messages(captures, server)
    with RealtimeServer(*map(json.dumps, messages), greet=False) as played:
        model = make_translated(played.url, RECORDED[server])
        events = asyncio.run(talk("ws://unused", "Hi!", model=model))

    assert find_answers(events) == find_transcripts(messages)
    assert len(find(events, "agent_end")) == 1
    assert find(events, "error") == []
