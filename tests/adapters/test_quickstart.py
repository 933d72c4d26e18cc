"""The client of the quickstart calls a server on loopback, in a process of its own.

The server counts on what the client has sent, never on time: the answer to a function
call proves that the client has handled all that the server sent before.
"""

import json
import os
import struct
import subprocess
import sys
import threading
import wave
from base64 import b64encode
from contextlib import suppress
from hashlib import shake_128
from pathlib import Path

import orjson
import pytest

from rtmodels import (
    ConversationItemCreateEvent,
    ConversationItemTruncateEvent,
    InputAudioBufferAppendEvent,
    RealtimeClientEvent,
    ResponseCreateEvent,
    SessionUpdateEvent,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.testing import Connection

from ..examples import README
from ..paths import EXAMPLES
from ..processes import PATIENCE, running
from .openai_clients import run_server, until

pytestmark = pytest.mark.needs("openai")

CLIENT = JsonAdapter(RealtimeClientEvent, mode="strict")

PROGRAM = (EXAMPLES / "voice_client.py").read_text()

SECOND = 48_000
"""Size of one second of PCM in bytes."""

STORY = shake_128(b"story").digest(60 * SECOND)
"""The answer that is interrupted: longer than any delay of a busy machine."""
GOODBYE = shake_128(b"goodbye").digest(SECOND // 5)
"""The answer that is heard to its end."""


def about(response: str, type_: str, **fields: object) -> dict[str, object]:
    """Return an event about the audio of a response, whose item has the same name."""
    return {
        "type": type_,
        "event_id": "event_1",
        "response_id": f"resp_{response}",
        "item_id": f"item_{response}",
        "output_index": 0,
        "content_index": 0,
        **fields,
    }


def speak(response: str, audio: bytes) -> list[dict[str, object]]:
    """Return deltas of a second each."""
    return [
        about(
            response,
            "response.output_audio.delta",
            delta=b64encode(audio[start : start + SECOND]).decode(),
        )
        for start in range(0, len(audio), SECOND)
    ]


def finish(response: str, text: str) -> list[dict[str, object]]:
    """Return what ends the speech of a response."""
    return [
        about(response, "response.output_audio.done"),
        about(response, "response.output_audio_transcript.done", transcript=text),
    ]


def done(response: str, *cities: str, status: str = "completed") -> dict[str, object]:
    """Return the end of a response that asks for the weather in *cities*."""
    calls = [
        {
            "type": "function_call",
            "status": status,
            "name": "get_weather",
            "call_id": f"call_{city}",
            "arguments": json.dumps({"city": city}),
        }
        for city in cities
    ]
    return {
        "type": "response.done",
        "event_id": "event_1",
        "response": {"id": f"resp_{response}", "status": status, "output": calls},
    }


def hear(text: str) -> dict[str, object]:
    """Return the transcript of what the caller has said."""
    return {
        "type": "conversation.item.input_audio_transcription.completed",
        "event_id": "event_1",
        "item_id": "item_caller",
        "content_index": 0,
        "transcript": text,
        "usage": {"type": "duration", "seconds": 1.0},
    }


STARTED = {
    "type": "input_audio_buffer.speech_started",
    "event_id": "event_1",
    "audio_start_ms": 0,
    "item_id": "item_caller",
}
REFUSED = {
    "type": "error",
    "event_id": "event_1",
    "error": {"type": "invalid_request_error", "message": "No."},
}

SCRIPT = [
    until("session.update"),
    until("input_audio_buffer.append", 2),
    STARTED,  # nothing is playing yet
    hear("How is the weather?"),
    b"garbage",
    b'{"type":"response.done"}',
    *speak("story", STORY),
    *finish("story", "Once upon a time"),
    done("story", "Bern", "Chur"),
    until("response.create"),
    *speak("unheard", STORY[:SECOND]),
    until("input_audio_buffer.append", 3),
    STARTED,
    until("conversation.item.truncate", 2),
    *speak("unheard", STORY[:SECOND]),  # too late
    done("unheard", "Nowhere", status="cancelled"),
    hear("Stop!"),
    REFUSED,
    *speak("goodbye", GOODBYE),
    *finish("goodbye", "Goodbye."),
    done("goodbye", "Genf"),
    until("response.create"),
    until("input_audio_buffer.append", 4),
]

PRINTED = """\
caller: How is the weather?
model: Once upon a time
caller: Stop!
error: No.
model: Goodbye.
"""


@pytest.fixture(scope="module")
def call(tmp_path_factory):
    """Run the client until the script is over; return its folder, output and events."""
    folder = tmp_path_factory.mktemp("quickstart")
    os.mkfifo(folder / "caller.wav")
    is_over = threading.Event()

    def hang_up(_: Connection) -> None:
        """Stop the microphone, whose end has the client close the connection."""
        is_over.set()

    with run_server() as server:
        server.play(*SCRIPT, hang_up)
        (folder / "voice_client.py").write_text(adapt(PROGRAM, server.options))
        microphone = threading.Thread(target=record, args=(folder, is_over))
        with running(
            [sys.executable, "voice_client.py"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process:
            microphone.start()
            try:
                out, err = process.communicate(timeout=PATIENCE)
            finally:
                is_over.set()
                process.kill()
                # The thread waits for a reader, if the client never was one.
                reader = os.open(folder / "caller.wav", os.O_RDONLY | os.O_NONBLOCK)
                os.close(reader)
                microphone.join(PATIENCE)

    assert process.returncode == 0, err.decode()
    return folder, out.decode(), err.decode(), [CLIENT.decode(f) for f in server.frames]


def adapt(program: str, options: dict[str, str]) -> str:
    """Have the program connect to the server, and wait for as long as it takes."""
    for old, new in {
        "AsyncOpenAI()": f"AsyncOpenAI(**{options!r})",
        '(model="gpt-realtime-2")': '(model="gpt-realtime-2", websocket_connection_'
        f'options={{"open_timeout": {PATIENCE}, "ping_timeout": {PATIENCE}}})',
    }.items():
        assert program.count(old) == 1
        program = program.replace(old, new)
    return program


def record(folder: Path, is_over: threading.Event) -> None:
    """Be a microphone that records silence until the call is over."""
    size = 2**31 - 2
    sizes = b"RIFF", size, b"WAVE", b"fmt ", 16, 1, 1, 24_000, SECOND, 2, 16
    header = struct.pack("<4sI4s4sIHHIIHH4sI", *sizes, b"data", size - 36)
    with suppress(BrokenPipeError), (folder / "caller.wav").open("wb") as file:
        file.write(header)
        while not is_over.is_set():
            file.write(bytes(SECOND // 10))


def of(events: list[RealtimeClientEvent], cls: type) -> list[RealtimeClientEvent]:
    """Return the events of a class."""
    return [event for event in events if isinstance(event, cls)]


def test_it_prints_what_both_have_said(call):
    """Transcripts and errors come in order, and bad frames end nothing."""
    _, out, err, _ = call

    assert out == PRINTED
    assert err.count("skipped a frame") == 2
    assert "Traceback" not in err


def test_it_configures_the_session_first(call):
    """The tool is described before anything else is sent."""
    _, _, _, [event, *rest] = call

    assert isinstance(event, SessionUpdateEvent)
    assert event.session.audio.input.transcription.model == "whisper-1"
    [tool] = event.session.tools
    assert tool.name == "get_weather"
    assert tool.description == "Return the weather in a city."
    assert tool.parameters["properties"] == {"city": {"type": "string"}}
    assert not of(rest, SessionUpdateEvent)


def test_it_streams_the_microphone(call):
    """The events have 100 ms of audio each, but for the last one."""
    *_, events = call
    audio = [event.audio for event in of(events, InputAudioBufferAppendEvent)]

    assert len(audio) > 9
    assert {len(piece) for piece in audio[:-1]} == {SECOND // 10}
    assert not any(b"".join(audio))


def test_it_answers_each_call_and_asks_once(call):
    """The response comes after the last output, and none for a cancelled one."""
    *_, events = call
    answers = of(events, ConversationItemCreateEvent | ResponseCreateEvent)

    assert [
        (event.item.call_id, orjson.loads(event.item.output))
        if isinstance(event, ConversationItemCreateEvent)
        else event
        for event in answers
    ] == [
        ("call_Bern", {"city": "Bern", "celsius": 21}),
        ("call_Chur", {"city": "Chur", "celsius": 21}),
        ResponseCreateEvent(),
        ("call_Genf", {"city": "Genf", "celsius": 21}),
        ResponseCreateEvent(),
    ]


def test_the_wav_has_what_the_caller_heard(call):
    """The first answer ends where the server is told, and the last one is complete."""
    folder, _, _, events = call
    heard, unheard = of(events, ConversationItemTruncateEvent)
    with wave.open(str(folder / "model.wav")) as file:
        played = file.readframes(file.getnframes())
        assert file.getparams()[:3] == (1, 2, 24_000)

    assert 0 < heard.audio_end_ms < 60_000
    assert played == STORY[: heard.audio_end_ms * 48] + GOODBYE
    assert (heard.item_id, unheard.item_id) == ("item_story", "item_unheard")
    assert unheard.audio_end_ms == 0


def test_it_is_short():
    """A page shows it all, and the README counts neither imports nor blank lines."""
    code = PROGRAM.partition('"""\n')[2]  # what follows the docstring
    lines = [
        line
        for line in code.splitlines()
        if line and not line.startswith(("import ", "from "))
    ]

    assert len(lines) <= 41
    assert f"a voice client in {len(lines)} lines" in README
