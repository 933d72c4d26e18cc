"""What type checkers make of the Live API's unions; checked, and never run."""

from collections.abc import AsyncIterator, Iterator
from typing import assert_never, assert_type

from openai.resources.live.forks import ForksConnection
from openai.resources.live.live import AsyncLiveConnection, LiveConnection
from openai.resources.live.sideband import SidebandConnection
from websockets.asyncio.client import ClientConnection

from rtmodels import (
    LiveClientEvent,
    LiveCommentaryAppend,
    LiveCommentaryAppended,
    LiveDecisionEvent,
    LiveDecisionItemCreated,
    LiveDecisionItemDeleted,
    LiveDelegationCreated,
    LiveErrorEvent,
    LiveForkClientEvent,
    LiveForkServerEvent,
    LiveForkSessionStart,
    LiveInfoEvent,
    LiveInputAudioMuted,
    LiveInputAudioUnmuted,
    LiveInputTranscriptDelta,
    LiveInstructionsAppended,
    LiveOutputAudioDelta,
    LiveOutputAudioFixturePlayed,
    LiveOutputAudioFixturePlaying,
    LiveOutputTranscriptDelta,
    LiveResponseEvent,
    LiveServerEvent,
    LiveServerInputAudioAppend,
    LiveServerTransportDTMFSend,
    LiveSessionClosed,
    LiveSessionPaused,
    LiveSessionResource,
    LiveSessionStart,
    LiveSessionStarted,
    LiveSessionUpdated,
    LiveSessionUsage,
    LiveSessionUsageUpdated,
    LiveSidebandServerEvent,
    LiveThinkingAppended,
    LiveTransportAnswered,
    LiveTransportDTMFReceived,
    LiveTransportDTMFSend,
    LiveTransportDTMFSent,
    LiveTransportFailed,
    LiveTransportRinging,
    ResponseCreateEvent,
    Unknown,
    Unset,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters.openai import events, send
from rtmodels.adapters.websockets import WebsocketsConnection

client_events = JsonAdapter(LiveClientEvent)
server_events = JsonAdapter(LiveServerEvent)


def handle(event: LiveServerEvent) -> str | bytes | float | None:
    """Handle every event there is; a missing one would be an error below."""
    match event:
        case LiveOutputAudioDelta(delta=samples):
            assert_type(samples, bytes)
            return samples
        case LiveServerInputAudioAppend(audio=samples):
            assert_type(samples, bytes)
            return samples
        case (
            LiveInputTranscriptDelta(delta=text) | LiveOutputTranscriptDelta(delta=text)
        ):
            assert_type(text, str)
            return text
        case LiveSessionStarted(session=session) | LiveSessionUpdated(session=session):
            assert_type(session, LiveSessionResource)
            return session.id
        case LiveSessionClosed(session=ended, usage=usage):
            assert_type(ended, LiveSessionResource | None)
            assert_type(usage, LiveSessionUsage)
            return ended.id if ended else None
        case LiveSessionUsageUpdated(usage=usage):
            assert_type(usage.seconds, float)
            return usage.seconds
        case LiveErrorEvent(error=error):
            assert_type(error.code, str | None)
            return error.message
        case LiveResponseEvent(event=of_responses):
            assert_type(of_responses, Unknown)
            return of_responses.tag
        case (
            LiveCommentaryAppended()
            | LiveDecisionEvent()
            | LiveDecisionItemCreated()
            | LiveDecisionItemDeleted()
            | LiveDelegationCreated()
            | LiveInfoEvent()
            | LiveInputAudioMuted()
            | LiveInputAudioUnmuted()
            | LiveInstructionsAppended()
            | LiveOutputAudioFixturePlayed()
            | LiveOutputAudioFixturePlaying()
            | LiveServerTransportDTMFSend()
            | LiveThinkingAppended()
            | LiveTransportAnswered()
            | LiveTransportDTMFReceived()
            | LiveTransportDTMFSent()
            | LiveTransportFailed()
            | LiveTransportRinging()
            | Unknown()
        ):
            return event.type
    assert_never(event)


def compare_types(event: LiveServerEvent) -> bytes | str | None:
    """Narrow by ``event.type``, in spite of `Unknown`."""
    if event.type == "session.output_audio.delta":
        assert_type(event, LiveOutputAudioDelta)
        return event.delta
    if event.type == "session.input_transcript.delta":
        assert_type(event, LiveInputTranscriptDelta)
        return event.delta
    return event.type


def tell_sockets_apart(
    client: LiveForkClientEvent, sideband: LiveSidebandServerEvent
) -> None:
    """Have a start of its own in a fork, and a pause on the sideband alone."""
    if client.type == "session.start":
        assert_type(client, LiveForkSessionStart)
    if sideband.type == "session.paused":
        assert_type(sideband, LiveSessionPaused)


def give_null(content: str) -> LiveCommentaryAppend:
    """Demand a delegation, which may be null."""
    LiveCommentaryAppend(content=content)  # type: ignore[call-arg]
    command = LiveCommentaryAppend(content=content, delegation_id=None)
    assert_type(command.delegation_id, str | None)
    assert_type(command.event_id, str | None | Unset)
    return command


async def connect(websocket: ClientConnection, start: LiveSessionStart) -> None:
    """Carry the unions of a primary socket."""
    connection = WebsocketsConnection(
        websocket, receives=server_events, sends=client_events
    )
    await connection.send(start)
    await connection.send(ResponseCreateEvent())  # type: ignore[arg-type]
    async for event in connection:
        assert_type(event, LiveServerEvent)
        handle(event)


def use_openai(
    primary: LiveConnection, sideband: SidebandConnection, fork: ForksConnection
) -> None:
    """Have the SDK's connection tell the unions."""
    assert_type(events(primary), Iterator[LiveServerEvent])
    assert_type(events(sideband), Iterator[LiveSidebandServerEvent])
    assert_type(events(fork), Iterator[LiveForkServerEvent])
    assert_type(events(fork, adapter=server_events), Iterator[LiveServerEvent])
    send(sideband, LiveTransportDTMFSend(event="5"))
    send(primary, LiveTransportDTMFSend(event="5"))  # type: ignore[call-overload]


async def use_async_openai(primary: AsyncLiveConnection) -> None:
    """Do so in an async program."""
    assert_type(events(primary), AsyncIterator[LiveServerEvent])
    await send(primary, LiveCommentaryAppend(content="Hi", delegation_id=None))
