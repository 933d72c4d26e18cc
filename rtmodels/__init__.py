"""The OpenAI Realtime API as frozen attrs classes.

    from rtmodels import RealtimeResponse, RealtimeServerEvent
    from rtmodels.adapters import JsonAdapter

    adapter = JsonAdapter(RealtimeServerEvent)
    event = adapter.decode(frame)

Every class, union and alias is importable from here; this page is the index, grouped by
the file that each name comes from. A file is loaded when somebody first asks for one of
its names.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rtmodels.accumulate import *
    from rtmodels.converter import *
    from rtmodels.converter.json_schema import *
    from rtmodels.errors import *
    from rtmodels.schema import *
    from rtmodels.schema._model import *
    from rtmodels.schema.audio import *
    from rtmodels.schema.beta import *
    from rtmodels.schema.beta.audio import *
    from rtmodels.schema.beta.events.conversation import *
    from rtmodels.schema.beta.events.output_audio_buffer import *
    from rtmodels.schema.beta.events.response import *
    from rtmodels.schema.beta.events.session import *
    from rtmodels.schema.beta.events.transcription_session import *
    from rtmodels.schema.beta.response import *
    from rtmodels.schema.beta.session import *
    from rtmodels.schema.call import *
    from rtmodels.schema.client_secret import *
    from rtmodels.schema.content import *
    from rtmodels.schema.events import *
    from rtmodels.schema.events.conversation import *
    from rtmodels.schema.events.error import *
    from rtmodels.schema.events.input_audio_buffer import *
    from rtmodels.schema.events.mcp_list_tools import *
    from rtmodels.schema.events.output_audio_buffer import *
    from rtmodels.schema.events.rate_limits import *
    from rtmodels.schema.events.response import *
    from rtmodels.schema.events.session import *
    from rtmodels.schema.items import *
    from rtmodels.schema.mcp import *
    from rtmodels.schema.response import *
    from rtmodels.schema.session import *
    from rtmodels.schema.tools import *
    from rtmodels.schema.transcription import *
    from rtmodels.schema.translation import *
    from rtmodels.schema.usage import *
    from rtmodels.schema.webhook import *
    from rtmodels.versions import *

_INDEX = {
    "rtmodels.errors": (
        "DecodeError",
        "EncodeError",
        "Issue",
        "MissingDependencyError",
        "RtmodelsError",
        "ValidationError",
        "VersionError",
    ),
    "rtmodels.schema": ("upstream",),
    "rtmodels.schema._model": ("UNSET", "Model", "Unknown", "Unset"),
    "rtmodels.schema.audio": (
        "AudioTranscription",
        "AudioTranscriptionResponse",
        "CustomVoice",
        "NoiseReduction",
        "NoiseReductionType",
        "RealtimeAudioFormats",
        "RealtimeAudioFormatsPcm",
        "RealtimeAudioFormatsPcma",
        "RealtimeAudioFormatsPcmu",
        "RealtimeTurnDetection",
        "RealtimeTurnDetectionSemanticVad",
        "RealtimeTurnDetectionServerVad",
        "SemanticVadEagerness",
        "TranscriptionDelay",
        "TranscriptionModel",
        "VoiceIdsOrCustomVoice",
        "VoiceIdsShared",
    ),
    "rtmodels.schema.content": (
        "AssistantContentType",
        "FileInputDetail",
        "ImageDetail",
        "InputFileContent",
        "InputImageContent",
        "InputTextContent",
        "MessageImageDetail",
        "Prompt",
        "PromptCacheBreakpointConfig",
        "RealtimeConversationItemMessageAssistantContent",
        "RealtimeConversationItemMessageSystemContent",
        "RealtimeConversationItemMessageUserContent",
        "ResponseContentPart",
        "ResponseContentPartType",
        "ResponsePromptVariables",
        "UserContentType",
    ),
    "rtmodels.schema.usage": (
        "LogProbProperties",
        "RealtimeResponseUsage",
        "RealtimeResponseUsageInputTokenDetails",
        "RealtimeResponseUsageInputTokenDetailsCachedTokensDetails",
        "RealtimeResponseUsageOutputTokenDetails",
        "TranscriptTextUsage",
        "TranscriptTextUsageDuration",
        "TranscriptTextUsageTokens",
        "TranscriptTextUsageTokensInputTokenDetails",
        "TranscriptionLanguage",
    ),
    "rtmodels.schema.items": (
        "ItemPhase",
        "ItemStatus",
        "RealtimeConversationItem",
        "RealtimeConversationItemFunctionCall",
        "RealtimeConversationItemFunctionCallOutput",
        "RealtimeConversationItemMessageAssistant",
        "RealtimeConversationItemMessageSystem",
        "RealtimeConversationItemMessageUser",
    ),
    "rtmodels.schema.tools": (
        "RealtimeFunctionTool",
        "RealtimeTool",
        "ToolChoice",
        "ToolChoiceFunction",
        "ToolChoiceOptions",
    ),
    "rtmodels.schema.mcp": (
        "CallableToolAllowedCaller",
        "MCPApprovalPolicy",
        "MCPConnectorId",
        "MCPListToolsTool",
        "MCPTool",
        "MCPToolFilter",
        "MCPToolRequireApproval",
        "RealtimeMCPApprovalRequest",
        "RealtimeMCPApprovalResponse",
        "RealtimeMCPError",
        "RealtimeMCPHTTPError",
        "RealtimeMCPListTools",
        "RealtimeMCPProtocolError",
        "RealtimeMCPToolCall",
        "RealtimeMCPToolExecutionError",
        "ToolChoiceMCP",
    ),
    "rtmodels.schema.response": (
        "MaxOutputTokens",
        "Metadata",
        "OutputModality",
        "RealtimeReasoning",
        "RealtimeReasoningEffort",
        "RealtimeResponse",
        "RealtimeResponseAudio",
        "RealtimeResponseAudioOutput",
        "RealtimeResponseCreateParams",
        "RealtimeResponseCreateParamsAudio",
        "RealtimeResponseCreateParamsAudioOutput",
        "RealtimeResponseStatusDetails",
        "RealtimeResponseStatusDetailsError",
        "ResponseConversation",
        "ResponseStatus",
        "ResponseStatusDetailsReason",
        "ResponseStatusDetailsType",
    ),
    "rtmodels.schema.session": (
        "RealtimeModel",
        "RealtimeSessionCreateRequest",
        "RealtimeSessionCreateRequestAudio",
        "RealtimeSessionCreateRequestAudioInput",
        "RealtimeSessionCreateRequestAudioOutput",
        "RealtimeSessionCreateResponse",
        "RealtimeSessionCreateResponseAudio",
        "RealtimeSessionCreateResponseAudioInput",
        "RealtimeSessionCreateResponseAudioOutput",
        "RealtimeTracing",
        "RealtimeTracingConfiguration",
        "RealtimeTruncation",
        "RealtimeTruncationRetentionRatio",
        "RealtimeTruncationRetentionRatioTokenLimits",
        "SessionInclude",
        "TruncationStrategy",
    ),
    "rtmodels.schema.transcription": (
        "ClientSession",
        "RealtimeTranscriptionSessionCreateRequest",
        "RealtimeTranscriptionSessionCreateRequestAudio",
        "RealtimeTranscriptionSessionCreateRequestAudioInput",
        "RealtimeTranscriptionSessionCreateResponse",
        "RealtimeTranscriptionSessionCreateResponseAudio",
        "RealtimeTranscriptionSessionCreateResponseAudioInput",
        "RealtimeTranscriptionSessionCreateResponseAudioInputTurnDetection",
        "ServerSession",
    ),
    "rtmodels.schema.client_secret": (
        "ClientSecretExpiresAfter",
        "RealtimeCreateClientSecretRequest",
        "RealtimeCreateClientSecretResponse",
    ),
    "rtmodels.schema.call": (
        "RealtimeCallCreateRequest",
        "RealtimeCallReferRequest",
        "RealtimeCallRejectRequest",
    ),
    "rtmodels.schema.webhook": (
        "WebhookRealtimeCallIncoming",
        "WebhookRealtimeCallIncomingData",
        "WebhookRealtimeCallIncomingDataSipHeader",
    ),
    "rtmodels.schema.events": ("RealtimeClientEvent", "RealtimeServerEvent"),
    "rtmodels.schema.events.conversation": (
        "ConversationCreatedEvent",
        "ConversationCreatedEventConversation",
        "ConversationItemAddedEvent",
        "ConversationItemCreateEvent",
        "ConversationItemCreatedEvent",
        "ConversationItemDeleteEvent",
        "ConversationItemDeletedEvent",
        "ConversationItemDoneEvent",
        "ConversationItemInputAudioTranscriptionCompletedEvent",
        "ConversationItemInputAudioTranscriptionDeltaEvent",
        "ConversationItemInputAudioTranscriptionFailedEvent",
        "ConversationItemInputAudioTranscriptionFailedEventError",
        "ConversationItemInputAudioTranscriptionSegmentEvent",
        "ConversationItemRetrieveEvent",
        "ConversationItemRetrievedEvent",
        "ConversationItemTruncateEvent",
        "ConversationItemTruncatedEvent",
    ),
    "rtmodels.schema.events.error": ("ErrorEvent", "ErrorEventError"),
    "rtmodels.schema.events.input_audio_buffer": (
        "InputAudioBufferAppendEvent",
        "InputAudioBufferClearEvent",
        "InputAudioBufferClearedEvent",
        "InputAudioBufferCommitEvent",
        "InputAudioBufferCommittedEvent",
        "InputAudioBufferDtmfEventReceivedEvent",
        "InputAudioBufferSpeechStartedEvent",
        "InputAudioBufferSpeechStoppedEvent",
        "InputAudioBufferTimeoutTriggeredEvent",
    ),
    "rtmodels.schema.events.mcp_list_tools": (
        "McpListToolsCompletedEvent",
        "McpListToolsFailedEvent",
        "McpListToolsInProgressEvent",
    ),
    "rtmodels.schema.events.output_audio_buffer": (
        "OutputAudioBufferClearEvent",
        "OutputAudioBufferClearedEvent",
        "OutputAudioBufferStartedEvent",
        "OutputAudioBufferStoppedEvent",
    ),
    "rtmodels.schema.events.rate_limits": (
        "RateLimitName",
        "RateLimitsUpdatedEvent",
        "RateLimitsUpdatedEventRateLimit",
    ),
    "rtmodels.schema.events.response": (
        "ResponseCancelEvent",
        "ResponseContentPartAddedEvent",
        "ResponseContentPartDoneEvent",
        "ResponseCreateEvent",
        "ResponseCreatedEvent",
        "ResponseDoneEvent",
        "ResponseFunctionCallArgumentsDeltaEvent",
        "ResponseFunctionCallArgumentsDoneEvent",
        "ResponseMcpCallArgumentsDeltaEvent",
        "ResponseMcpCallArgumentsDoneEvent",
        "ResponseMcpCallCompletedEvent",
        "ResponseMcpCallFailedEvent",
        "ResponseMcpCallInProgressEvent",
        "ResponseOutputAudioDeltaEvent",
        "ResponseOutputAudioDoneEvent",
        "ResponseOutputAudioTranscriptDeltaEvent",
        "ResponseOutputAudioTranscriptDoneEvent",
        "ResponseOutputItemAddedEvent",
        "ResponseOutputItemDoneEvent",
        "ResponseOutputTextDeltaEvent",
        "ResponseOutputTextDoneEvent",
    ),
    "rtmodels.schema.events.session": (
        "SessionCreatedEvent",
        "SessionUpdateEvent",
        "SessionUpdatedEvent",
    ),
    "rtmodels.schema.translation": (
        "RealtimeTranslationClientEvent",
        "RealtimeTranslationClientSecretCreateRequest",
        "RealtimeTranslationClientSecretCreateResponse",
        "RealtimeTranslationServerEvent",
        "RealtimeTranslationSession",
        "RealtimeTranslationSessionAudio",
        "RealtimeTranslationSessionAudioInput",
        "RealtimeTranslationSessionAudioInputNoiseReduction",
        "RealtimeTranslationSessionAudioInputTranscription",
        "RealtimeTranslationSessionAudioOutput",
        "RealtimeTranslationSessionCreateRequest",
        "RealtimeTranslationSessionUpdateRequest",
        "TranslationSessionCloseEvent",
        "TranslationSessionClosedEvent",
        "TranslationSessionCreatedEvent",
        "TranslationSessionInputAudioBufferAppendEvent",
        "TranslationSessionInputTranscriptDeltaEvent",
        "TranslationSessionOutputAudioDeltaEvent",
        "TranslationSessionOutputTranscriptDeltaEvent",
        "TranslationSessionUpdateEvent",
        "TranslationSessionUpdatedEvent",
    ),
    "rtmodels.schema.beta": ("RealtimeBetaClientEvent", "RealtimeBetaServerEvent"),
    "rtmodels.schema.beta.audio": (
        "RealtimeBetaAudioFormat",
        "RealtimeBetaTurnDetection",
        "RealtimeBetaVoice",
        "RealtimeBetaVoiceObject",
    ),
    "rtmodels.schema.beta.session": (
        "RealtimeBetaClientSecret",
        "RealtimeBetaModel",
        "RealtimeBetaSessionCreateRequest",
        "RealtimeBetaSessionCreateRequestInputAudioTranscription",
        "RealtimeBetaSessionCreateResponse",
        "RealtimeBetaSessionCreateResponseAudio",
        "RealtimeBetaSessionCreateResponseAudioInput",
        "RealtimeBetaToolChoice",
        "RealtimeBetaTranscriptionSessionCreateRequest",
        "RealtimeBetaTranscriptionSessionCreateResponse",
        "RealtimeSession",
    ),
    "rtmodels.schema.beta.response": (
        "ItemWithReferenceContentType",
        "ItemWithReferenceRole",
        "ItemWithReferenceType",
        "RealtimeBetaResponse",
        "RealtimeBetaResponseCreateParams",
        "RealtimeConversationItemWithReference",
        "RealtimeConversationItemWithReferenceContent",
    ),
    "rtmodels.schema.beta.events.conversation": (
        "BetaConversationItemInputAudioTranscriptionCompletedEvent",
    ),
    "rtmodels.schema.beta.events.output_audio_buffer": (
        "BetaOutputAudioBufferAudioClearedEvent",
        "BetaOutputAudioBufferAudioStartedEvent",
        "BetaOutputAudioBufferAudioStoppedEvent",
    ),
    "rtmodels.schema.beta.events.response": (
        "BetaResponseAudioDeltaEvent",
        "BetaResponseAudioDoneEvent",
        "BetaResponseAudioTranscriptDeltaEvent",
        "BetaResponseAudioTranscriptDoneEvent",
        "BetaResponseCreateEvent",
        "BetaResponseCreatedEvent",
        "BetaResponseDoneEvent",
        "BetaResponseFunctionCallArgumentsDoneEvent",
        "BetaResponseTextDeltaEvent",
        "BetaResponseTextDoneEvent",
    ),
    "rtmodels.schema.beta.events.session": (
        "BetaSessionCreatedEvent",
        "BetaSessionUpdateEvent",
        "BetaSessionUpdatedEvent",
    ),
    "rtmodels.schema.beta.events.transcription_session": (
        "BetaTranscriptionSessionCreatedEvent",
        "BetaTranscriptionSessionUpdateEvent",
        "BetaTranscriptionSessionUpdatedEvent",
    ),
    "rtmodels.accumulate": (
        "ConversationAccumulator",
        "Mismatch",
        "MismatchKind",
        "ResponseAccumulator",
        "Transcription",
        "TranscriptionStatus",
        "bytes_per_second",
    ),
    "rtmodels.converter": (
        "MAX_DEPTH",
        "Mode",
        "configure",
        "make_converter",
    ),
    "rtmodels.converter.json_schema": ("json_schema",),
    "rtmodels.versions": (
        "Loss",
        "downgrade",
        "upgrade",
    ),
}

_HOMES = {name: module for module, names in _INDEX.items() for name in names}

_RENAMED: dict[str, tuple[str, str, str]] = {}
"""What an old name is called now, since which version, and when the old one goes."""

__version__: str
"""The version that is installed."""

if not TYPE_CHECKING:  # checkers read the names off the star imports, and no others
    __all__ = sorted(_HOMES)  # noqa: PLE0605 - it is a list

    def __getattr__(name: str) -> Any:
        """Load the file that *name* comes from."""
        if name in _RENAMED:
            from rtmodels import _deprecation  # noqa: PLC0415 - seldom needed

            name = _deprecation.warn_renamed(__name__, name, *_RENAMED[name])
        if name == "__version__":
            value = import_module("importlib.metadata").version(__name__)
        elif name in _HOMES:
            value = getattr(import_module(_HOMES[name]), name)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *_HOMES})
