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

The connections of translations and of the Live API work alike: each carries the events
of its own unions.

The loop continues after a frame that does not decode. It logs a warning for that frame,
unless ``on_bad_frame`` is another callback.
"""

from typing import TYPE_CHECKING

from rtmodels._lazy import export_lazily
from rtmodels.errors import MissingDependencyError

try:
    import openai  # noqa: F401 - the first use of a name would be late to say so
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("openai", extra="openai") from _exc

__all__ = ["events", "from_sdk", "send", "to_sdk"]

if TYPE_CHECKING:
    from rtmodels.adapters.openai._events import events, send
    from rtmodels.adapters.openai._objects import from_sdk, to_sdk
else:
    # The SDK's models take a second to import, which a program that only reads and
    # sends events need not wait for.
    __getattr__, __dir__, _ = export_lazily(
        __name__,
        {
            "rtmodels.adapters.openai._events": ["events", "send"],
            "rtmodels.adapters.openai._objects": ["from_sdk", "to_sdk"],
        },
    )
