"""The OpenAI Realtime schema as attrs classes, one per object on the wire.

To find a class, ask `find` for it by its type on the wire, or `upstream` by its name in
OpenAI's own schema.
"""

# The files in here import attrs and the standard library only. `rtmodels/__init__.py`
# groups every name by the file that it comes from.

from typing import Any

__all__ = ["find", "upstream"]


def find(wire_type: str) -> type:
    """Return the class of the events whose ``type`` on the wire is *wire_type*.

        find("response.done") is ResponseDoneEvent

    Where several protocols have an event of the same type, the GA's class counts, or
    else that of the beta, of translations or of the Live API, in this order. Where both
    sides of the Live API send it, the client's class counts. It loads all files of the
    schema.

    Raises:
        KeyError: No event has that type; the message says which types are near.
    """
    from rtmodels.schema._upstream import find_event  # noqa: PLC0415 - loads all

    return find_event(wire_type)


def upstream(name: str) -> Any:
    """Return the class, union or alias for OpenAI's schema called *name*.

        upstream("RealtimeServerEventResponseDone") is ResponseDoneEvent

    It loads all files of the schema. Parts that have no name in OpenAI's schema go by
    ours: ``upstream("RealtimeResponseUsage")``.

    Raises:
        KeyError: There is no such schema; the message says which names are near.
    """
    from rtmodels.schema._upstream import find  # noqa: PLC0415 - loads all there is

    return find(name)
