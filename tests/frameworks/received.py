"""What the test server received from a framework."""

from rtmodels import (
    ConversationItemCreateEvent,
    RealtimeConversationItemFunctionCallOutput,
)


def find_deviations(server):
    """Return wire type and path of each value that the schema refuses.

    A problem of another kind has its message in place of the path.
    """
    return {
        (problem.type, text)
        for problem in server.problems
        for text in [issue.path for issue in problem.issues] or [problem.message]
    }


def find_outputs(server):
    """Return what the functions returned that the framework called."""
    return [
        event.item.output
        for event in server.received
        if isinstance(event, ConversationItemCreateEvent)
        and isinstance(event.item, RealtimeConversationItemFunctionCallOutput)
    ]
