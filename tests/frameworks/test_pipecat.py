"""A pipecat pipeline talks to the test server."""

import asyncio

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

from .received import find_deviations, find_outputs

pytestmark = pytest.mark.filterwarnings("ignore")  # those of the framework

ASK = {"role": "user", "content": "How is the weather in Rome?"}
TRANSCRIBING = OpenAIRealtimeLLMService.Settings(
    session_properties=SessionProperties(
        audio=AudioConfiguration(
            input=AudioInput(transcription=InputAudioTranscription())
        )
    )
)
HALF_A_SECOND = InputAudioRawFrame(bytes(24_000), sample_rate=24_000, num_channels=1)


async def talk(url, *frames, tools=()):
    """Run a pipeline on *frames*, each after what the assistant said to the last.

    Returns the messages of its context.
    """
    context = LLMContext([ASK], tools=list(tools))
    caller, assistant = LLMContextAggregatorPair(context)
    service = OpenAIRealtimeLLMService(
        api_key="test", base_url=url, settings=TRANSCRIBING
    )
    worker = PipelineWorker(Pipeline([caller, service, assistant]))
    following = iter([*frames, EndFrame()])

    @worker.event_handler("on_pipeline_started")
    async def start(worker, _):
        await worker.queue_frame(next(following))

    @assistant.event_handler("on_assistant_turn_stopped")
    async def proceed(_, message):
        # A turn may be a function call alone, or end before its first word.
        if message.content or message.interrupted:
            await worker.queue_frame(next(following))

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()
    return context.get_messages()


async def weather(params, city: str):
    """Return the weather.

    Args:
        params: What pipecat passes.
        city: The name of the city.
    """
    await params.result_callback({"weather": f"sunny in {city}"})


def test_spoken_turn():
    """The pipeline greets, hears the caller, and has what both said."""
    script = (
        expect(ResponseCreateEvent),
        respond(speech("Hello!")),
        expect_audio(500),
        caller_turn("Who am I?"),
        respond(speech("You are Ada.")),
    )
    with RealtimeServer(*script) as server:
        messages = asyncio.run(talk(server.url, LLMRunFrame(), HALF_A_SECOND))

    # The transcript and the answer race each other to the context.
    assert {message["content"] for message in messages} == {
        ASK["content"],
        "Hello!",
        "Who am I?",
        "You are Ada.",
    }
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
        messages = asyncio.run(talk(server.url, LLMRunFrame(), tools=[weather]))

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
        asyncio.run(talk(server.url, LLMRunFrame()))
        server.wait_until_played()

    assert find_deviations(server) == set()
