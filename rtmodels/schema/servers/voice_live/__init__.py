"""Azure Voice Live: the beta's protocol with avatars, Azure's voices and more.

Voice Live speaks the beta, and so the unions have every event of the beta but those of
transcription sessions. An event, an item or a setting that is the same there is the
beta's or the GA's class; what Voice Live has otherwise, or alone, has a class here.

The names follow one rule. An event is ``VoiceLive``, its wire type in CamelCase, and
``Event``. All else is ``VoiceLive`` and the name in Microsoft's SDK, without what that
name says again: ``Azure``, ``VoiceLive``, ``ServerEvent``, and the ``Request`` or
``Response`` of items and their parts, whose classes serve both directions.

What is required follows the SDK, except where real sessions or Microsoft's reference
leave it out. An ``event_id`` is optional in the events that only Voice Live has, as
the SDK says; the others have one in every recorded session, and require it.
"""

from typing import TypeAlias

from rtmodels.schema._model import Unknown
from rtmodels.schema.beta.events.output_audio_buffer import (
    BetaOutputAudioBufferAudioClearedEvent,
    BetaOutputAudioBufferAudioStartedEvent,
    BetaOutputAudioBufferAudioStoppedEvent,
)
from rtmodels.schema.beta.events.response import (
    BetaResponseAudioDeltaEvent,
    BetaResponseAudioDoneEvent,
    BetaResponseAudioTranscriptDeltaEvent,
    BetaResponseAudioTranscriptDoneEvent,
    BetaResponseFunctionCallArgumentsDoneEvent,
    BetaResponseTextDeltaEvent,
    BetaResponseTextDoneEvent,
)
from rtmodels.schema.events.conversation import (
    ConversationCreatedEvent,
    ConversationItemDeletedEvent,
    ConversationItemDeleteEvent,
    ConversationItemInputAudioTranscriptionDeltaEvent,
    ConversationItemInputAudioTranscriptionSegmentEvent,
    ConversationItemRetrieveEvent,
    ConversationItemTruncatedEvent,
    ConversationItemTruncateEvent,
)
from rtmodels.schema.events.error import ErrorEvent
from rtmodels.schema.events.input_audio_buffer import (
    InputAudioBufferAppendEvent,
    InputAudioBufferClearedEvent,
    InputAudioBufferClearEvent,
    InputAudioBufferCommitEvent,
    InputAudioBufferCommittedEvent,
    InputAudioBufferDtmfEventReceivedEvent,
    InputAudioBufferSpeechStartedEvent,
    InputAudioBufferSpeechStoppedEvent,
    InputAudioBufferTimeoutTriggeredEvent,
)
from rtmodels.schema.events.mcp_list_tools import (
    McpListToolsCompletedEvent,
    McpListToolsFailedEvent,
    McpListToolsInProgressEvent,
)
from rtmodels.schema.events.output_audio_buffer import (
    OutputAudioBufferClearEvent,
    OutputAudioBufferStartedEvent,
    OutputAudioBufferStoppedEvent,
)
from rtmodels.schema.events.rate_limits import RateLimitsUpdatedEvent
from rtmodels.schema.events.response import (
    ResponseCancelEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseMcpCallArgumentsDeltaEvent,
    ResponseMcpCallCompletedEvent,
    ResponseMcpCallFailedEvent,
    ResponseMcpCallInProgressEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
    ResponseOutputAudioTranscriptDeltaEvent,
    ResponseOutputAudioTranscriptDoneEvent,
    ResponseOutputTextDeltaEvent,
    ResponseOutputTextDoneEvent,
)
from rtmodels.schema.servers.voice_live.events.conversation import (
    VoiceLiveConversationItemAddedEvent,
    VoiceLiveConversationItemCreatedEvent,
    VoiceLiveConversationItemCreateEvent,
    VoiceLiveConversationItemDoneEvent,
    VoiceLiveConversationItemInputAudioTranscriptionCompletedEvent,
    VoiceLiveConversationItemInputAudioTranscriptionFailedEvent,
    VoiceLiveConversationItemRetrievedEvent,
)
from rtmodels.schema.servers.voice_live.events.input_audio import (
    VoiceLiveInputAudioClearEvent,
    VoiceLiveInputAudioTurnAppendEvent,
    VoiceLiveInputAudioTurnCancelEvent,
    VoiceLiveInputAudioTurnEndEvent,
    VoiceLiveInputAudioTurnStartEvent,
)
from rtmodels.schema.servers.voice_live.events.input_text import (
    VoiceLiveInputTextDeltaEvent,
    VoiceLiveInputTextDoneEvent,
)
from rtmodels.schema.servers.voice_live.events.mcp_approval_response import (
    VoiceLiveMcpApprovalResponseEvent,
)
from rtmodels.schema.servers.voice_live.events.output_audio_buffer import (
    VoiceLiveOutputAudioBufferClearedEvent,
)
from rtmodels.schema.servers.voice_live.events.response import (
    VoiceLiveResponseAnimationBlendshapesDeltaEvent,
    VoiceLiveResponseAnimationBlendshapesDoneEvent,
    VoiceLiveResponseAnimationVisemeDeltaEvent,
    VoiceLiveResponseAnimationVisemeDoneEvent,
    VoiceLiveResponseAudioTimestampDeltaEvent,
    VoiceLiveResponseAudioTimestampDoneEvent,
    VoiceLiveResponseAudioTranscriptAnnotationAddedEvent,
    VoiceLiveResponseCreatedEvent,
    VoiceLiveResponseCreateEvent,
    VoiceLiveResponseDoneEvent,
    VoiceLiveResponseFileSearchCallCompletedEvent,
    VoiceLiveResponseFileSearchCallInProgressEvent,
    VoiceLiveResponseFileSearchCallSearchingEvent,
    VoiceLiveResponseInvocationDeltaEvent,
    VoiceLiveResponseMcpCallArgumentsDoneEvent,
    VoiceLiveResponseOutputItemAddedEvent,
    VoiceLiveResponseOutputItemDoneEvent,
    VoiceLiveResponseVideoDeltaEvent,
    VoiceLiveResponseWebSearchCallCompletedEvent,
    VoiceLiveResponseWebSearchCallInProgressEvent,
    VoiceLiveResponseWebSearchCallSearchingEvent,
)
from rtmodels.schema.servers.voice_live.events.session import (
    VoiceLiveSessionAvatarConnectEvent,
    VoiceLiveSessionAvatarConnectingEvent,
    VoiceLiveSessionAvatarSwitchToIdleEvent,
    VoiceLiveSessionAvatarSwitchToSpeakingEvent,
    VoiceLiveSessionCreatedEvent,
    VoiceLiveSessionUpdatedEvent,
    VoiceLiveSessionUpdateEvent,
)
from rtmodels.schema.servers.voice_live.events.warning import VoiceLiveWarningEvent

__all__ = ["VoiceLiveClientEvent", "VoiceLiveServerEvent"]

VoiceLiveClientEvent: TypeAlias = (
    VoiceLiveConversationItemCreateEvent
    | ConversationItemRetrieveEvent
    | ConversationItemTruncateEvent
    | ConversationItemDeleteEvent
    | InputAudioBufferAppendEvent
    | InputAudioBufferCommitEvent
    | InputAudioBufferClearEvent
    | OutputAudioBufferClearEvent
    | VoiceLiveResponseCreateEvent
    | ResponseCancelEvent
    | VoiceLiveSessionUpdateEvent
    | VoiceLiveInputTextDeltaEvent
    | VoiceLiveInputTextDoneEvent
    | VoiceLiveInputAudioTurnStartEvent
    | VoiceLiveInputAudioTurnAppendEvent
    | VoiceLiveInputAudioTurnEndEvent
    | VoiceLiveInputAudioTurnCancelEvent
    | VoiceLiveInputAudioClearEvent
    | VoiceLiveMcpApprovalResponseEvent
    | VoiceLiveSessionAvatarConnectEvent
    | Unknown
)
"""What a client of Voice Live sends."""

VoiceLiveServerEvent: TypeAlias = (
    ConversationCreatedEvent
    | VoiceLiveConversationItemAddedEvent
    | VoiceLiveConversationItemDoneEvent
    | VoiceLiveConversationItemCreatedEvent
    | VoiceLiveConversationItemRetrievedEvent
    | ConversationItemTruncatedEvent
    | ConversationItemDeletedEvent
    | ConversationItemInputAudioTranscriptionDeltaEvent
    | ConversationItemInputAudioTranscriptionSegmentEvent
    | VoiceLiveConversationItemInputAudioTranscriptionCompletedEvent
    | VoiceLiveConversationItemInputAudioTranscriptionFailedEvent
    | ErrorEvent
    | InputAudioBufferCommittedEvent
    | InputAudioBufferClearedEvent
    | InputAudioBufferSpeechStartedEvent
    | InputAudioBufferSpeechStoppedEvent
    | InputAudioBufferTimeoutTriggeredEvent
    | InputAudioBufferDtmfEventReceivedEvent
    | McpListToolsInProgressEvent
    | McpListToolsCompletedEvent
    | McpListToolsFailedEvent
    | BetaOutputAudioBufferAudioStartedEvent
    | BetaOutputAudioBufferAudioStoppedEvent
    | BetaOutputAudioBufferAudioClearedEvent
    | OutputAudioBufferStartedEvent
    | OutputAudioBufferStoppedEvent
    | VoiceLiveOutputAudioBufferClearedEvent
    | RateLimitsUpdatedEvent
    | VoiceLiveResponseCreatedEvent
    | VoiceLiveResponseDoneEvent
    | VoiceLiveResponseOutputItemAddedEvent
    | VoiceLiveResponseOutputItemDoneEvent
    | ResponseContentPartAddedEvent
    | ResponseContentPartDoneEvent
    | BetaResponseTextDeltaEvent
    | BetaResponseTextDoneEvent
    | BetaResponseAudioDeltaEvent
    | BetaResponseAudioDoneEvent
    | BetaResponseAudioTranscriptDeltaEvent
    | BetaResponseAudioTranscriptDoneEvent
    | ResponseOutputTextDeltaEvent
    | ResponseOutputTextDoneEvent
    | ResponseOutputAudioDeltaEvent
    | ResponseOutputAudioDoneEvent
    | ResponseOutputAudioTranscriptDeltaEvent
    | ResponseOutputAudioTranscriptDoneEvent
    | ResponseFunctionCallArgumentsDeltaEvent
    | BetaResponseFunctionCallArgumentsDoneEvent
    | ResponseMcpCallArgumentsDeltaEvent
    | VoiceLiveResponseMcpCallArgumentsDoneEvent
    | ResponseMcpCallInProgressEvent
    | ResponseMcpCallCompletedEvent
    | ResponseMcpCallFailedEvent
    | VoiceLiveSessionCreatedEvent
    | VoiceLiveSessionUpdatedEvent
    | VoiceLiveResponseAnimationBlendshapesDeltaEvent
    | VoiceLiveResponseAnimationBlendshapesDoneEvent
    | VoiceLiveResponseAnimationVisemeDeltaEvent
    | VoiceLiveResponseAnimationVisemeDoneEvent
    | VoiceLiveResponseAudioTimestampDeltaEvent
    | VoiceLiveResponseAudioTimestampDoneEvent
    | VoiceLiveResponseAudioTranscriptAnnotationAddedEvent
    | VoiceLiveResponseFileSearchCallCompletedEvent
    | VoiceLiveResponseFileSearchCallInProgressEvent
    | VoiceLiveResponseFileSearchCallSearchingEvent
    | VoiceLiveResponseInvocationDeltaEvent
    | VoiceLiveResponseVideoDeltaEvent
    | VoiceLiveResponseWebSearchCallCompletedEvent
    | VoiceLiveResponseWebSearchCallInProgressEvent
    | VoiceLiveResponseWebSearchCallSearchingEvent
    | VoiceLiveSessionAvatarConnectingEvent
    | VoiceLiveSessionAvatarSwitchToIdleEvent
    | VoiceLiveSessionAvatarSwitchToSpeakingEvent
    | VoiceLiveWarningEvent
    | Unknown
)
"""What Voice Live sends."""
