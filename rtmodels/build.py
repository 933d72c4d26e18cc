"""The events that a client sends, in one short call each.

    from rtmodels import build

    send(build.update_session(instructions="Be brief.", tools=[get_weather]))
    for event in build.append_audio(microphone, milliseconds=40):
        send(event)

    send(build.user_message("What is this?", build.image(picture)))
    send(build.create_response())

A function returns a frozen event, or several to be sent in order, and its docstring
says which. What is not passed is not sent. A `ValueError` reports what the server would
refuse although the schema allows it: a speed of 2, for example, or 17 notes in the
metadata.

Arguments have the names of the wire. For what they lack, change the event with
`attrs.evolve`, or make it from its class.
"""

from rtmodels._building.audio import append_audio, clear_audio, commit_audio
from rtmodels._building.formats import AudioFormat
from rtmodels._building.items import (
    assistant_message,
    audio,
    function_output,
    image,
    mcp_approval,
    system_message,
    user_message,
)
from rtmodels._building.playback import Playback
from rtmodels._building.responses import cancel_response, create_response
from rtmodels._building.session import update_session
from rtmodels._building.tools import function_tool

__all__ = [
    "AudioFormat",
    "Playback",
    "append_audio",
    "assistant_message",
    "audio",
    "cancel_response",
    "clear_audio",
    "commit_audio",
    "create_response",
    "function_output",
    "function_tool",
    "image",
    "mcp_approval",
    "system_message",
    "update_session",
    "user_message",
]
