"""A pipecat pipeline talks to the test server."""

import asyncio
import json

import pytest

pytest.importorskip("pipecat", reason="pipecat-ai is not installed")

from pipecat.frames.frames import EndFrame, InputAudioRawFrame, LLMRunFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
)
from pipecat.services.openai.realtime.events import (
    AudioConfiguration,
    AudioInput,
    InputAudioTranscription,
    SessionProperties,
)
from pipecat.services.openai.realtime.llm import OpenAIRealtimeLLMService
from pipecat.workers.runner import WorkerRunner

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

from ..processes import PATIENCE
from .received import find_deviations, find_outputs
from .recipes import run_recipe
from .recordings import RECORDED, find_messages, find_transcripts

pytestmark = pytest.mark.filterwarnings("ignore")  # those of the framework

ASK = {"role": "user", "content": "How is the weather in Rome?"}
TRANSCRIBING = OpenAIRealtimeLLMService.Settings(
    session_properties=SessionProperties(
        audio=AudioConfiguration(
            input=AudioInput(transcription=InputAudioTranscription())
        )
    )
)


OPTIONS = {"api_key": "test", "settings": TRANSCRIBING}


def make_service(url):
    """Return a service that connects to *url*."""
    return OpenAIRealtimeLLMService(base_url=url, **OPTIONS)


def hear():
    """Return half a second of audio from a microphone."""
    return InputAudioRawFrame(bytes(24_000), sample_rate=24_000, num_channels=1)


async def talk(service, *frames, tools=()):
    """Run a pipeline on *frames*, each after what the assistant said to the last.

    Returns the messages of its context.
    """
    context = LLMContext([ASK], tools=list(tools))
    caller, assistant = LLMContextAggregatorPair(context)
    worker = PipelineWorker(Pipeline([caller, service, assistant]))
    following = iter([*frames, EndFrame()])

    @worker.event_handler("on_pipeline_started")
    async def proceed(*_):
        await worker.queue_frame(next(following))

    @assistant.event_handler("on_assistant_turn_stopped")
    async def listen(_, message):
        # A turn may be a function call alone, or end before its first word.
        if message.content or message.interrupted:
            await proceed()

    @caller.event_handler("on_user_turn_stopped")
    async def keep_listening(*_):
        await worker.queue_frame(hear())

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    async with asyncio.timeout(PATIENCE):  # its reader ends at events it cannot parse
        await runner.run()
    return context.get_messages()


async def weather(params, city: str):
    """Return the weather.

    Args:
        params: What pipecat passes.
        city: The name of the city.
    """
    await params.result_callback({"weather": f"sunny in {city}"})


SPOKEN_TURN = (
    expect(ResponseCreateEvent),
    respond(speech("Hello!")),
    expect_audio(500),
    caller_turn("Who am I?"),
    # An answer in the same moment would be interrupted by the turn before it.
    expect_audio(500),
    respond(speech("You are Ada.")),
)
SAID = {ASK["content"], "Hello!", "Who am I?", "You are Ada."}


def test_spoken_turn():
    """The pipeline greets, hears the caller, and has what both said."""
    with RealtimeServer(*SPOKEN_TURN) as server:
        messages = asyncio.run(talk(make_service(server.url), LLMRunFrame(), hear()))

    # The transcript and the answer race each other to the context.
    assert {message["content"] for message in messages} == SAID
    assert find_deviations(server) == set()


def test_function_call():
    """The pipeline runs the function, and sends its result before it asks again."""
    script = (
        expect(ResponseCreateEvent),
        respond(function_call("weather", {"city": "Rome"})),
        expect(ResponseCreateEvent),
        respond(speech("Sunny.")),
    )
    with RealtimeServer(*script) as server:
        messages = asyncio.run(
            talk(make_service(server.url), LLMRunFrame(), tools=[weather])
        )

    assert find_outputs(server) == ['{"weather": "sunny in Rome"}']
    assert messages[-1] == {"role": "assistant", "content": "Sunny."}
    assert find_deviations(server) == set()


def test_interruption():
    """The pipeline stops where the caller speaks, and truncates what it played."""
    script = (
        expect(ResponseCreateEvent),
        respond(speech("Once upon a time"), interrupted="turn_detected"),
        expect(ConversationItemTruncateEvent),
    )
    with RealtimeServer(*script) as server:
        asyncio.run(talk(make_service(server.url), LLMRunFrame()))
        server.wait_until_played()

    assert find_deviations(server) == set()


def test_other_dialect():
    """The recipe runs the same turn with a server of the beta."""
    recipe = run_recipe("pipecat.md", "Run Pipecat on a server of another dialect")
    said = []

    async def run(service):
        messages = await talk(service, LLMRunFrame(), hear())
        said.extend(message["content"] for message in messages)

    with RealtimeServer(*SPOKEN_TURN, version="beta") as server:
        asyncio.run(recipe["run_translated"](run, server.url, "beta", **OPTIONS))

    assert set(said) == SAID
    assert find_deviations(server) == set()


@pytest.mark.parametrize("server", RECORDED)
def test_recording_of_other_dialect(captures, server):
    """The recipe plays a recording to its end, whatever the client sends."""
    recipe = run_recipe("pipecat.md", "Run Pipecat on a server of another dialect")
    messages = find_messages(captures, server)
    said = []

    async def run(service):
        said.extend(await talk(service, LLMRunFrame()))

    with RealtimeServer(*map(json.dumps, messages), greet=False) as played:
        dialect = RECORDED[server]
        asyncio.run(recipe["run_translated"](run, played.url, dialect, **OPTIONS))

    assert [message["content"] for message in said[1:]] == find_transcripts(messages)
