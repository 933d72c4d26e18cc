"""Ask a model that can look up trains, with openai-python alone.

`event_loop_after.py` is the same program with rtmodels::

    pip install 'openai[realtime]'
    OPENAI_API_KEY=... python event_loop_before.py 'Is the 14:05 to Zurich on time?'
"""

import asyncio
import base64
import json
import sys
from pathlib import Path

from openai import AsyncOpenAI
from openai.types.realtime import RealtimeFunctionToolParam

TOOL: RealtimeFunctionToolParam = {
    "type": "function",
    "name": "get_train_status",
    "description": "Return the delay and the platform of a train.",
    "parameters": {
        "type": "object",
        "properties": {
            "origin": {"type": "string"},
            "destination": {"type": "string"},
            "departure": {"type": "string"},
        },
        "required": ["origin", "destination", "departure"],
    },
}


def get_train_status(origin: str, destination: str, departure: str) -> dict[str, str]:
    """Return what the railway would say about a train."""
    train = f"{departure} from {origin} to {destination}"
    return {"train": train, "delay": "4 minutes", "platform": "7"}


async def ask(question: str) -> None:
    """Print the answer, save its audio, and count the tokens."""
    audio, tokens = bytearray(), 0
    async with AsyncOpenAI().realtime.connect(model="gpt-realtime-2") as connection:
        await connection.session.update(session={"type": "realtime", "tools": [TOOL]})
        await connection.conversation.item.create(
            item={
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": question}],
            }
        )
        await connection.response.create()

        async for event in connection:
            if event.type == "response.output_audio.delta":
                audio += base64.b64decode(event.delta)
            elif event.type == "response.output_audio_transcript.done":
                print("model:", event.transcript)
            elif event.type == "error":
                print("error:", event.error.message)
            elif event.type == "response.done":
                usage = event.response.usage
                if usage is not None and usage.total_tokens is not None:
                    tokens += usage.total_tokens
                output = event.response.output or []
                calls = [item for item in output if item.type == "function_call"]
                for call in calls:
                    result = get_train_status(**json.loads(call.arguments or "{}"))
                    await connection.conversation.item.create(
                        item={
                            "type": "function_call_output",
                            "call_id": call.call_id or "",
                            "output": json.dumps(result),
                        }
                    )
                if not calls:
                    break
                await connection.response.create()

    Path("answer.pcm").write_bytes(audio)
    print(tokens, "tokens")


if __name__ == "__main__":
    asyncio.run(ask(sys.argv[1]))
