"""Works out what each schema of OpenAI's is called here, by rule.

Our events are named by their wire types, and OpenAI's nearly so. Where the beta and the
GA differ, the short name is the GA's here and the beta's there. A client's event of the
Live API ends in ``Param`` there. All else has the same name, but for a few
`EXCEPTIONS`.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, get_args

from attrs import fields

from rtmodels.schema import (
    audio,
    beta,
    call,
    client_secret,
    content,
    events,
    items,
    live,
    mcp,
    response,
    session,
    tools,
    transcription,
    translation,
    usage,
    webhook,
)
from rtmodels.schema._model import Unknown
from rtmodels.schema.beta import audio as beta_audio
from rtmodels.schema.beta import response as beta_response
from rtmodels.schema.beta import session as beta_session
from rtmodels.schema.beta.events import transcription_session
from rtmodels.schema.live import audio as live_audio
from rtmodels.schema.live import call as live_call
from rtmodels.schema.live import data_channel as live_data_channel
from rtmodels.schema.live import decision as live_decision
from rtmodels.schema.live import delegation as live_delegation
from rtmodels.schema.live import session as live_session
from rtmodels.schema.live import usage as live_usage
from rtmodels.schema.live import webhook as live_webhook
from rtmodels.schema.live.events import decision as live_decision_events
from rtmodels.schema.live.events import error as live_error
from rtmodels.schema.live.events import info as live_info
from rtmodels.schema.live.events import response as live_response
from rtmodels.schema.live.events import session as live_session_events
from rtmodels.schema.live.events import transport as live_transport
from rtmodels.schema.servers import glm, localai, qwen, vllm, voice_live, xai

MODULES = (
    audio,
    content,
    usage,
    items,
    tools,
    mcp,
    response,
    session,
    transcription,
    client_secret,
    call,
    webhook,
    events,
    translation,
    beta,
    beta_audio,
    beta_response,
    beta_session,
)
"""Where everything comes from that is no event."""

LIVE_MODULES = (
    live,
    live_audio,
    live_usage,
    live_data_channel,
    live_decision,
    live_delegation,
    live_session,
    live_call,
    live_webhook,
    live_session_events,
    live_decision_events,
    live_response,
    live_transport,
    live_error,
    live_info,
)
"""Where everything of the Live API comes from, its events included."""

UNIONS = {
    "RealtimeClientEvent": events.RealtimeClientEvent,
    "RealtimeServerEvent": events.RealtimeServerEvent,
    "RealtimeBetaClientEvent": beta.RealtimeBetaClientEvent,
    "RealtimeBetaServerEvent": beta.RealtimeBetaServerEvent,
    "RealtimeTranslationClientEvent": translation.RealtimeTranslationClientEvent,
    "RealtimeTranslationServerEvent": translation.RealtimeTranslationServerEvent,
}
"""What the names of OpenAI's events begin with, and the events that may follow."""

LIVE_CLIENT_UNIONS = (
    live.LiveClientEvent,
    live.LiveSidebandClientEvent,
    live.LiveForkClientEvent,
)
LIVE_SERVER_UNIONS = (
    live.LiveServerEvent,
    live.LiveSidebandServerEvent,
    live.LiveForkServerEvent,
)

SERVER_UNIONS = (
    glm.GlmClientEvent,
    glm.GlmServerEvent,
    localai.LocalAiServerEvent,
    qwen.QwenClientEvent,
    qwen.QwenServerEvent,
    vllm.VllmClientEvent,
    vllm.VllmServerEvent,
    voice_live.VoiceLiveClientEvent,
    voice_live.VoiceLiveServerEvent,
    xai.XaiClientEvent,
    xai.XaiServerEvent,
)
"""The events of other servers, which have no names in OpenAI's schema."""

SPELLINGS = {
    "Mcp": "MCP",
    "ResponseOutputAudio": "ResponseAudio",
    "ResponseOutputText": "ResponseText",
}
"""How OpenAI spells in names what the wire type spells otherwise."""

TWINS = (
    "RealtimeSessionCreateRequest",
    "RealtimeSessionCreateResponse",
    "RealtimeTranscriptionSessionCreateRequest",
    "RealtimeTranscriptionSessionCreateResponse",
)
"""What is the GA's here, and there the beta's unless ``GA`` follows."""

EXCEPTIONS = {
    "RealtimeTranslationClientEventInputAudioBufferAppend": (
        translation.TranslationSessionInputAudioBufferAppendEvent
    ),
    "RealtimeClientEventTranscriptionSessionUpdate": (
        transcription_session.BetaTranscriptionSessionUpdateEvent
    ),
    "RealtimeServerEventTranscriptionSessionUpdated": (
        transcription_session.BetaTranscriptionSessionUpdatedEvent
    ),
}
"""One that leaves out ``Session``, and two of the beta's without ``Beta``."""


def find(name: str) -> Any:
    """Return the class, union or alias for OpenAI's schema called *name*."""
    table = make_table()
    if name in table:
        return table[name]
    raise KeyError(f"OpenAI's schema has no {name!r}{_suggest(name, table)}")


def find_event(wire_type: str) -> type:
    """Return the class of the events with a ``type``.

    Of several classes, the GA's comes first, then those of the beta, of translations
    and of the Live API, and those of other servers last.
    """
    types = make_types()
    if wire_type in types:
        return types[wire_type]
    raise KeyError(f"no event has the type {wire_type!r}{_suggest(wire_type, types)}")


@cache
def make_types() -> dict[str, type]:
    """Return the classes of all events by their types."""
    types: dict[str, type] = {}
    live_unions = (*LIVE_CLIENT_UNIONS, *LIVE_SERVER_UNIONS)
    for union in (*UNIONS.values(), *live_unions, *SERVER_UNIONS):
        for cls in get_args(union):
            if cls is not Unknown:
                types.setdefault(fields(cls).type.default, cls)
    return types


def _suggest(name: str, known: Iterable[str]) -> str:
    """Return the end of a message that names the *known* names near *name*."""
    near = difflib.get_close_matches(name, known, n=3)
    return f"; near it are {', '.join(near)}" if near else ""


@cache
def make_table() -> dict[str, Any]:
    """Pair OpenAI's names with what we have."""
    table = {name: getattr(mod, name) for mod in MODULES for name in mod.__all__}
    table = {name: ours for name, ours in table.items() if not is_event(ours)}
    for name in TWINS:
        table[f"{name}GA"] = table[name]
        table[name] = table[name.replace("Realtime", "RealtimeBeta")]
    return table | dict(pair_events()) | dict(pair_live()) | EXCEPTIONS


def pair_events() -> Iterator[tuple[str, type]]:
    """Yield the events with OpenAI's names for them.

    The beta's schema has the GA's ``response.output_audio.delta`` where the live beta
    had ``response.audio.delta``: of two events with one name, the GA's counts, which is
    the later.
    """
    for start, union in UNIONS.items():
        members = [cls for cls in get_args(union) if cls is not Unknown]
        for cls in sorted(members, key=lambda cls: not cls.__name__.startswith("Beta")):
            name = re.sub("^(Beta|Translation)|Event$", "", cls.__name__)
            for ours, theirs in SPELLINGS.items():
                name = name.replace(ours, theirs)
            yield start + name, cls


def pair_live() -> Iterator[tuple[str, Any]]:
    """Yield all that belongs to the Live API, with OpenAI's names.

    Where both sides send an event of one type, ``LiveServer`` marks the server's class
    here, as ``Param`` marks the client's there.
    """
    clients = {
        cls.__name__
        for union in LIVE_CLIENT_UNIONS
        for cls in get_args(union)
        if cls is not Unknown
    }
    for module in LIVE_MODULES:
        for name in module.__all__:
            ours = getattr(module, name)
            if name in clients:
                yield f"{name}Param", ours
            else:
                plain = name.replace("LiveServer", "Live", 1)
                yield plain if plain in clients else name, ours


def is_event(ours: Any) -> bool:
    """Check whether *ours* is the class of an event."""
    return isinstance(ours, type) and ours.__name__.endswith("Event")
