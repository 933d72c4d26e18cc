"""Ask a model that can look up trains: `event_loop_before.py`, moved to rtmodels.

The function describes itself to the model, audio arrives as bytes, and a frame that is
no event is logged instead of ending the loop::

    pip install 'rtmodels[openai]'
    OPENAI_API_KEY=... python event_loop_after.py 'Is the 14:05 to Zurich on time?'
"""

import asyncio
import json
import sys
from pathlib import Path

from openai import AsyncOpenAI

from rtmodels import build
from rtmodels.adapters.openai import events, send


def get_train_status(origin: str, destination: str, departure: str) -> dict[str, str]:
    """Return the delay and the platform of a train."""
    train = f"{departure} from {origin} to {destination}"
    return {"train": train, "delay": "4 minutes", "platform": "7"}


async def ask(question: str) -> None:
    """Print the answer, save its audio, and count the tokens."""
    audio, tokens = bytearray(), 0
    async with AsyncOpenAI().realtime.connect(model="gpt-realtime-2") as connection:
        await send(connection, build.update_session(tools=[get_train_status]))
        await send(connection, build.user_message(question))
        await send(connection, build.create_response())

        async for event in events(connection):
            match event.type:
                case "response.output_audio.delta":
                    audio += event.delta
                case "response.output_audio_transcript.done":
                    print("model:", event.transcript)
                case "error":
                    print("error:", event.error.message)
                case "response.done":
                    usage = event.response.usage
                    if usage is not None and usage.total_tokens is not None:
                        tokens += usage.total_tokens
                    output = event.response.output or ()
                    calls = [item for item in output if item.type == "function_call"]
                    for call in calls:
                        result = get_train_status(**json.loads(call.arguments))
                        for reply in build.function_output(
                            call, result, respond=call is calls[-1]
                        ):
                            await send(connection, reply)
                    if not calls:
                        break

    Path("answer.pcm").write_bytes(audio)
    print(tokens, "tokens")


if __name__ == "__main__":
    asyncio.run(ask(sys.argv[1]))
