"""Call a model and talk to it, as a telephone call would.

The caller says what is in `caller.wav`: PCM of 16 bits, 24,000 hertz, one channel.
What the caller hears becomes `model.wav`::

    pip install 'rtmodels[openai]'
    OPENAI_API_KEY=... python voice_client.py
"""

import asyncio
import json
import wave
from collections.abc import Iterable, Iterator

from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection

from rtmodels import RealtimeClientEvent, RealtimeResponse, build
from rtmodels.adapters.openai import events, send


def get_weather(city: str) -> dict[str, object]:
    """Return the weather in a city."""
    return {"city": city, "celsius": 21}


def answer_calls(response: RealtimeResponse) -> Iterator[RealtimeClientEvent]:
    calls = [item for item in response.output or () if item.type == "function_call"]
    for call in calls if response.status == "completed" else ():
        output = get_weather(**json.loads(call.arguments))
        yield from build.function_output(call, output, respond=call is calls[-1])


async def talk(connection: AsyncRealtimeConnection, playback: build.Playback) -> None:
    with wave.open("caller.wav") as microphone, wave.open("model.wav", "wb") as speaker:
        speaker.setparams(microphone.getparams())
        samples = iter(lambda: microphone.readframes(2400), b"")
        for event in build.append_audio(samples, milliseconds=100):
            await send(connection, event)
            speaker.writeframes(playback.play(100))
            await asyncio.sleep(0.1)
    await connection.close()


async def main() -> None:
    playback = build.Playback()
    settings = build.update_session(transcription="whisper-1", tools=[get_weather])
    connecting = AsyncOpenAI().realtime.connect(model="gpt-realtime-2")
    async with connecting as connection, asyncio.TaskGroup() as tasks:
        await send(connection, settings)
        tasks.create_task(talk(connection, playback))
        async for event in events(connection):
            playback.feed(event)
            replies: Iterable[RealtimeClientEvent] = ()
            match event.type:
                case "conversation.item.input_audio_transcription.completed":
                    print("caller:", event.transcript)
                case "response.output_audio_transcript.done":
                    print("model:", event.transcript)
                case "input_audio_buffer.speech_started":
                    replies = playback.interrupt()
                case "response.done":
                    replies = answer_calls(event.response)
                case "error":
                    print("error:", event.error.message)
            for reply in replies:
                await send(connection, reply)


asyncio.run(main())
