"""A realtime agent of pydantic-ai talks to the test server."""

import asyncio

import pytest

pytest.importorskip("pydantic_ai.realtime", reason="pydantic-ai is not installed")

from pydantic_ai import Agent
from pydantic_ai.messages import SpeechPart, ToolReturnPart
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.realtime import RealtimeTurnCompleteEvent
from pydantic_ai.realtime.openai import OpenAIRealtimeModel

from rtmodels import ConversationItemTruncateEvent, ResponseCreateEvent
from rtmodels.testing import (
    RealtimeServer,
    caller_turn,
    expect,
    expect_audio,
    function_call,
    respond,
    speech,
)

from .received import find_deviations, find_outputs

pytestmark = pytest.mark.filterwarnings("ignore")  # those of the framework

HALF_A_SECOND = bytes(24_000)


def weather(city: str) -> str:
    """Return the weather in a city."""
    return f"sunny in {city}"


def open_session(server):
    """Return a session of an agent, not yet open, that connects to *server*."""
    provider = OpenAIProvider(base_url=server.http_url, api_key="test")
    model = OpenAIRealtimeModel("gpt-realtime", provider=provider)
    return Agent(instructions="Be brief.", tools=[weather]).realtime(model).session()


def find(messages, class_):
    """Return the parts of one class in *messages*."""
    parts = (part for message in messages for part in message.parts)
    return [part for part in parts if isinstance(part, class_)]


async def hear(server):
    """Speak for half a second; return the messages when the agent has answered."""
    async with open_session(server) as session:
        await session.send_audio(HALF_A_SECOND)
        async for event in session:
            if isinstance(event, RealtimeTurnCompleteEvent):
                break
        return session.all_messages()


async def ask(server, question):
    """Ask in text; return the messages when the agent has answered."""
    async with open_session(server) as session:
        await session.send(question)
        await session.wait_for_reply()
        return session.all_messages()


async def interrupt(server):
    """Interrupt an answer in its first audio; return whether there was one."""
    async with open_session(server) as session:
        await session.send("Tell me a story.")
        audio = session.stream_audio()
        played = await anext(audio)
        interrupted = await session.interrupt(played_bytes=len(played) // 2)
        await server.until_played()
        return interrupted


def test_spoken_turn():
    """The agent hears the caller, and has what both said."""
    script = (
        expect_audio(500),
        caller_turn("Who am I?"),
        respond(speech("You are Ada.")),
    )
    with RealtimeServer(*script) as server:
        messages = asyncio.run(hear(server))

    said = [(part.speaker, part.transcript) for part in find(messages, SpeechPart)]
    assert said == [("user", "Who am I?"), ("assistant", "You are Ada.")]
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
        messages = asyncio.run(ask(server, "How is the weather?"))

    assert find_outputs(server) == ["sunny in Rome"]
    (result,) = find(messages, ToolReturnPart)
    assert result.content == "sunny in Rome"
    assert find(messages, SpeechPart)[-1].transcript == "Sunny."
    assert find_deviations(server) == set()


def test_interruption():
    """The agent cancels the response, and truncates it to what was played."""
    script = (
        expect(ResponseCreateEvent),
        respond(speech("Once upon a time"), interrupted="client_cancelled"),
        expect(ConversationItemTruncateEvent),
    )
    with RealtimeServer(*script) as server:
        interrupted = asyncio.run(interrupt(server))

    assert interrupted
    assert find_deviations(server) == set()
