"""A LiveKit agent talks to the test server, without a room."""

import asyncio
import time

import pytest

pytest.importorskip("livekit.agents", reason="livekit-agents is not installed")

from livekit import rtc
from livekit.agents import Agent, AgentSession, function_tool
from livekit.agents.voice.io import (
    AudioInput,
    AudioOutput,
    AudioOutputCapabilities,
)
from livekit.plugins.openai.realtime import RealtimeModel

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
from .recipes import run_recipe

pytestmark = pytest.mark.filterwarnings("ignore")  # those of the framework

PCM = bytes(range(250)) * 192  # a second

NULLS = {("response.create", "$.response.instructions")}
"""LiveKit sends null for the instructions that `generate_reply` did not get."""


class Microphone(AudioInput):
    """The frames of a caller, who is silent after them."""

    def __init__(self, *frames):
        super().__init__(label="microphone")
        self._frames = asyncio.Queue()
        for frame in frames:
            self._frames.put_nowait(frame)

    async def __anext__(self):
        return await self._frames.get()


class Loudspeaker(AudioOutput):
    """An output that plays each frame at once."""

    def __init__(self):
        super().__init__(
            label="loudspeaker", capabilities=AudioOutputCapabilities(pause=False)
        )
        self.seconds = 0
        self.plays = asyncio.Event()

    async def capture_frame(self, frame):
        """Play *frame*."""
        await super().capture_frame(frame)
        if not self.plays.is_set():
            self.on_playback_started(created_at=time.time())
        self.seconds += frame.duration
        self.plays.set()

    def flush(self):
        """Finish what is played."""
        super().flush()
        self._finish(interrupted=False)

    def clear_buffer(self):
        """Stop playing."""
        self._finish(interrupted=True)

    def _finish(self, *, interrupted):
        if self.plays.is_set():
            self.plays.clear()
            self.on_playback_finished(
                playback_position=self.seconds, interrupted=interrupted
            )
            self.seconds = 0


@function_tool
async def weather(city: str) -> str:
    """Return the weather in a city."""
    return f"sunny in {city}"


def make_model(server, class_=RealtimeModel):
    """Return a model that connects to *server*."""
    return class_(base_url=server.base_url, api_key="test")


async def hear(model):
    """Speak for half a second; return what both said."""
    frame = rtc.AudioFrame(bytes(24_000), 24_000, 1, 12_000)
    said = []
    answered = asyncio.Event()

    async with model, AgentSession(llm=model) as session:

        @session.on("conversation_item_added")
        def collect(event):
            if event.item.type == "message":
                said.append((event.item.role, event.item.text_content))
                if event.item.role == "assistant":
                    answered.set()

        session.input.audio = Microphone(frame)
        session.output.audio = Loudspeaker()
        await session.start(Agent(instructions="Be brief."))
        await answered.wait()
    return said


async def ask(server, question):
    """Ask in text; return the answer."""
    async with make_model(server) as model, AgentSession(llm=model) as session:
        await session.start(Agent(instructions="Be brief.", tools=[weather]))
        result = await session.run(user_input=question)
    return result.events[-1].item.text_content


async def interrupt(server):
    """Interrupt an answer once it can be heard; return whether LiveKit tells so."""
    async with make_model(server) as model, AgentSession(llm=model) as session:
        session.output.audio = loudspeaker = Loudspeaker()
        await session.start(Agent(instructions="Be brief."))
        handle = session.generate_reply(user_input="Tell me a story.")
        await loudspeaker.plays.wait()
        await session.interrupt()
        await handle
        await server.until_played()
    return handle.interrupted


SPOKEN_TURN = (
    expect_audio(500),
    caller_turn("Who am I?"),
    respond(speech("You are Ada.", pcm=PCM)),
)


def test_spoken_turn():
    """The agent hears the caller, and has what both said."""
    with RealtimeServer(*SPOKEN_TURN) as server:
        said = asyncio.run(hear(make_model(server)))

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
        answer = asyncio.run(ask(server, "How is the weather in Rome?"))

    assert find_outputs(server) == ["sunny in Rome"]
    assert answer == "Sunny."
    assert find_deviations(server) == NULLS


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
    assert find_deviations(server) == NULLS


def test_watched_session():
    """The recipe collects the items of both sides, and the audio."""
    watched = run_recipe("livekit.md", "Watch a session")["WatchedModel"]
    with RealtimeServer(*SPOKEN_TURN) as server:
        model = make_model(server, watched)
        asyncio.run(hear(model))

    question, answer = model.conversation.items
    assert question.content[0].transcript == "Who am I?"
    assert answer.content[0].transcript == "You are Ada."
    assert answer.content[0].audio == PCM
    assert model.conversation.mismatches == ()
