"""The Live API: a protocol beside Realtime, for models that listen while they speak.

A session has up to three kinds of WebSocket, and each has a union for either side:

- The primary connection of a new session, ``/live/sessions``, carries
  `LiveClientEvent` and `LiveServerEvent`.
- A fork, ``/live/sessions/{session_id}/fork``, continues a stored session. It carries
  `LiveForkClientEvent` and `LiveForkServerEvent`: its `LiveForkSessionStart` names no
  model, since the stored session has one.
- A sideband, ``/live/sessions/{session_id}/attach``, joins a session that another
  connection has started. It carries `LiveSidebandClientEvent` and
  `LiveSidebandServerEvent`: it sends no audio, and cannot start a session.

Two keys mean the same in every event, and the classes do not explain them again:
``type`` tells which event it is, and ``event_id`` tells it from all others. In a
client's event ``event_id`` is optional; what the server sends in answer has it as
``client_event_id``. Some servers leave out the ``event_id`` of their own events.

Objects of the Responses API and the Decisions API are part of some events. They have no
classes here, and are kept whole.
"""

from typing import TypeAlias

from rtmodels.schema._model import Unknown
from rtmodels.schema.live.events.decision import (
    LiveDecisionCreate,
    LiveDecisionEvent,
    LiveDecisionItemCreate,
    LiveDecisionItemCreated,
    LiveDecisionItemDelete,
    LiveDecisionItemDeleted,
)
from rtmodels.schema.live.events.error import LiveErrorEvent
from rtmodels.schema.live.events.info import LiveInfoEvent
from rtmodels.schema.live.events.response import (
    LiveResponseCreate,
    LiveResponseEvent,
    LiveResponseItemCreate,
)
from rtmodels.schema.live.events.session import (
    LiveCommentaryAppend,
    LiveCommentaryAppended,
    LiveDelegationCreated,
    LiveForkSessionStart,
    LiveInputAudioAppend,
    LiveInputAudioMute,
    LiveInputAudioMuted,
    LiveInputAudioUnmute,
    LiveInputAudioUnmuted,
    LiveInputTranscriptDelta,
    LiveInstructionsAppend,
    LiveInstructionsAppended,
    LiveOutputAudioDelta,
    LiveOutputAudioFixturePlay,
    LiveOutputAudioFixturePlayed,
    LiveOutputAudioFixturePlaying,
    LiveOutputTranscriptDelta,
    LiveServerInputAudioAppend,
    LiveSessionClose,
    LiveSessionClosed,
    LiveSessionPaused,
    LiveSessionResumed,
    LiveSessionStart,
    LiveSessionStarted,
    LiveSessionUpdate,
    LiveSessionUpdated,
    LiveSessionUsageUpdated,
    LiveThinkingAppend,
    LiveThinkingAppended,
)
from rtmodels.schema.live.events.transport import (
    LiveServerTransportDTMFSend,
    LiveTransportAnswered,
    LiveTransportDTMFReceived,
    LiveTransportDTMFSend,
    LiveTransportDTMFSent,
    LiveTransportFailed,
    LiveTransportRinging,
)

__all__ = [
    "LiveClientEvent",
    "LiveForkClientEvent",
    "LiveForkServerEvent",
    "LiveServerEvent",
    "LiveSidebandClientEvent",
    "LiveSidebandServerEvent",
]

LiveClientEvent: TypeAlias = (
    LiveSessionStart
    | LiveSessionUpdate
    | LiveInputAudioAppend
    | LiveInputAudioMute
    | LiveInputAudioUnmute
    | LiveOutputAudioFixturePlay
    | LiveInstructionsAppend
    | LiveThinkingAppend
    | LiveCommentaryAppend
    | LiveDecisionCreate
    | LiveDecisionItemCreate
    | LiveDecisionItemDelete
    | LiveResponseItemCreate
    | LiveResponseCreate
    | LiveSessionClose
    | Unknown
)
"""What a client sends on the primary connection of a new session."""

LiveServerEvent: TypeAlias = (
    LiveSessionStarted
    | LiveSessionUpdated
    | LiveInputAudioMuted
    | LiveInputAudioUnmuted
    | LiveOutputAudioFixturePlaying
    | LiveOutputAudioFixturePlayed
    | LiveInstructionsAppended
    | LiveThinkingAppended
    | LiveCommentaryAppended
    | LiveServerInputAudioAppend
    | LiveOutputAudioDelta
    | LiveInputTranscriptDelta
    | LiveOutputTranscriptDelta
    | LiveDelegationCreated
    | LiveDecisionEvent
    | LiveDecisionItemCreated
    | LiveDecisionItemDeleted
    | LiveResponseEvent
    | LiveSessionUsageUpdated
    | LiveSessionClosed
    | LiveErrorEvent
    | LiveInfoEvent
    | LiveTransportDTMFReceived
    | LiveServerTransportDTMFSend
    | LiveTransportDTMFSent
    | LiveTransportRinging
    | LiveTransportAnswered
    | LiveTransportFailed
    | Unknown
)
"""What a server sends on the primary connection of a new session."""

LiveSidebandClientEvent: TypeAlias = (
    LiveSessionUpdate
    | LiveInputAudioMute
    | LiveInputAudioUnmute
    | LiveOutputAudioFixturePlay
    | LiveTransportDTMFSend
    | LiveInstructionsAppend
    | LiveThinkingAppend
    | LiveCommentaryAppend
    | LiveDecisionCreate
    | LiveDecisionItemCreate
    | LiveDecisionItemDelete
    | LiveResponseItemCreate
    | LiveResponseCreate
    | LiveSessionClose
    | Unknown
)
"""What a client sends on a sideband connection."""

LiveSidebandServerEvent: TypeAlias = (
    LiveSessionStarted
    | LiveSessionUpdated
    | LiveSessionResumed
    | LiveSessionPaused
    | LiveInputAudioMuted
    | LiveInputAudioUnmuted
    | LiveOutputAudioFixturePlaying
    | LiveOutputAudioFixturePlayed
    | LiveInstructionsAppended
    | LiveThinkingAppended
    | LiveCommentaryAppended
    | LiveInputTranscriptDelta
    | LiveOutputTranscriptDelta
    | LiveDelegationCreated
    | LiveDecisionEvent
    | LiveDecisionItemCreated
    | LiveDecisionItemDeleted
    | LiveResponseEvent
    | LiveSessionUsageUpdated
    | LiveSessionClosed
    | LiveErrorEvent
    | LiveInfoEvent
    | LiveServerInputAudioAppend
    | LiveOutputAudioDelta
    | LiveTransportDTMFReceived
    | LiveServerTransportDTMFSend
    | LiveTransportDTMFSent
    | LiveTransportRinging
    | LiveTransportAnswered
    | LiveTransportFailed
    | Unknown
)
"""What a server sends on a sideband connection."""

LiveForkClientEvent: TypeAlias = (
    LiveForkSessionStart
    | LiveSessionUpdate
    | LiveInputAudioAppend
    | LiveInputAudioMute
    | LiveInputAudioUnmute
    | LiveOutputAudioFixturePlay
    | LiveInstructionsAppend
    | LiveThinkingAppend
    | LiveCommentaryAppend
    | LiveDecisionCreate
    | LiveDecisionItemCreate
    | LiveDecisionItemDelete
    | LiveResponseItemCreate
    | LiveResponseCreate
    | LiveSessionClose
    | Unknown
)
"""What a client sends on the primary connection of a forked session."""

LiveForkServerEvent: TypeAlias = (
    LiveSessionStarted
    | LiveSessionUpdated
    | LiveInputAudioMuted
    | LiveInputAudioUnmuted
    | LiveOutputAudioFixturePlaying
    | LiveOutputAudioFixturePlayed
    | LiveInstructionsAppended
    | LiveThinkingAppended
    | LiveCommentaryAppended
    | LiveServerInputAudioAppend
    | LiveOutputAudioDelta
    | LiveInputTranscriptDelta
    | LiveOutputTranscriptDelta
    | LiveDelegationCreated
    | LiveDecisionEvent
    | LiveDecisionItemCreated
    | LiveDecisionItemDeleted
    | LiveResponseEvent
    | LiveSessionUsageUpdated
    | LiveSessionClosed
    | LiveErrorEvent
    | LiveInfoEvent
    | LiveTransportDTMFReceived
    | LiveServerTransportDTMFSend
    | LiveTransportDTMFSent
    | LiveTransportRinging
    | LiveTransportAnswered
    | LiveTransportFailed
    | Unknown
)
"""What a server sends on the primary connection of a forked session."""
