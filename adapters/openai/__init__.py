"""Events over openai-python's connections, and conversion of its objects.

::

    from openai import OpenAI
    from rtmodels import ResponseCreateEvent, ResponseDoneEvent
    from rtmodels.adapters.openai import events, send, to_sdk


    def ask(client: OpenAI):
        with client.realtime.connect(model="gpt-realtime") as connection:
            send(connection, ResponseCreateEvent())
            for event in events(connection):
                if isinstance(event, ResponseDoneEvent):
                    return to_sdk(event.response)

The loop continues after a frame that does not decode. It logs a warning for that frame,
unless ``on_bad_frame`` is another callback.
"""

from rtmodels.adapters.openai._events import events, send
from rtmodels.adapters.openai._objects import from_sdk, to_sdk

__all__ = ["events", "from_sdk", "send", "to_sdk"]
