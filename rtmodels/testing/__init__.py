"""A Realtime server for tests: scripts, replays, and strict checks of the client.

::

    from rtmodels import ResponseCreateEvent
    from rtmodels.testing import expect, respond

    def test_agent(realtime_server):
        realtime_server.play(expect(ResponseCreateEvent), respond("Hello, Ada!"))
        assert ask("Who am I?", url=realtime_server.url) == "Hello, Ada!"

The server does by itself what the real server does without a model: it greets, merges
settings, adds items, counts audio, and refuses what the real server refuses. The script
says what the model and the caller do. Frames that do not match the schema in strict
mode, failed checks, and scripts that did not come to their end are problems, and fail
the test. The `refusals` of a connection do not: a client may cancel a response that has
just ended.

This package is the top layer. Inside, from the bottom up: `_problems`, `_refusals`,
`_pieces`, `_session`, `_conversation`, `_connection`, `_engine`, `_steps`,
`_responses`, `_replay`, `_memory` and `_server`. Only the last two need websockets.
"""

from typing import TYPE_CHECKING

from rtmodels._lazy import export_lazily

__all__ = [
    "Connection",
    "MemoryConnection",
    "MemoryWebsocket",
    "Problem",
    "RealtimeServer",
    "Step",
    "Waiting",
    "caller_turn",
    "close",
    "delay",
    "drop",
    "error",
    "expect",
    "expect_audio",
    "function_call",
    "mcp_call",
    "rate_limits",
    "repeat",
    "replay",
    "respond",
    "speech",
    "text",
]

if TYPE_CHECKING:
    from rtmodels.testing._connection import Connection, Step, Waiting
    from rtmodels.testing._memory import MemoryConnection, MemoryWebsocket
    from rtmodels.testing._problems import Problem
    from rtmodels.testing._replay import replay
    from rtmodels.testing._responses import (
        function_call,
        mcp_call,
        respond,
        speech,
        text,
    )
    from rtmodels.testing._server import RealtimeServer
    from rtmodels.testing._steps import (
        caller_turn,
        close,
        delay,
        drop,
        error,
        expect,
        expect_audio,
        rate_limits,
        repeat,
    )
else:
    __getattr__, __dir__, _ = export_lazily(
        __name__,
        {
            "rtmodels.testing._connection": ["Connection", "Step", "Waiting"],
            "rtmodels.testing._memory": ["MemoryConnection", "MemoryWebsocket"],
            "rtmodels.testing._problems": ["Problem"],
            "rtmodels.testing._replay": ["replay"],
            "rtmodels.testing._responses": [
                "function_call",
                "mcp_call",
                "respond",
                "speech",
                "text",
            ],
            "rtmodels.testing._server": ["RealtimeServer"],
            "rtmodels.testing._steps": [
                "caller_turn",
                "close",
                "delay",
                "drop",
                "error",
                "expect",
                "expect_audio",
                "rate_limits",
                "repeat",
            ],
        },
    )
