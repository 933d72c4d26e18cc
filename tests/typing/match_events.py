"""What type checkers make of our unions and adapters; checked, and never run."""

from typing import assert_never, assert_type

from rtmodels import (
    UNSET,
    BetaResponseAudioDeltaEvent,
    BetaResponseDoneEvent,
    ConversationCreatedEvent,
    ConversationItemAddedEvent,
    ConversationItemCreatedEvent,
    ConversationItemDeletedEvent,
    ConversationItemDoneEvent,
    ConversationItemInputAudioTranscriptionCompletedEvent,
    ConversationItemInputAudioTranscriptionDeltaEvent,
    ConversationItemInputAudioTranscriptionFailedEvent,
    ConversationItemInputAudioTranscriptionSegmentEvent,
    ConversationItemRetrievedEvent,
    ConversationItemTruncatedEvent,
    ErrorEvent,
    InputAudioBufferClearedEvent,
    InputAudioBufferCommittedEvent,
    InputAudioBufferDtmfEventReceivedEvent,
    InputAudioBufferSpeechStartedEvent,
    InputAudioBufferSpeechStoppedEvent,
    InputAudioBufferTimeoutTriggeredEvent,
    MaxOutputTokens,
    McpListToolsCompletedEvent,
    McpListToolsFailedEvent,
    McpListToolsInProgressEvent,
    Model,
    OutputAudioBufferClearedEvent,
    OutputAudioBufferStartedEvent,
    OutputAudioBufferStoppedEvent,
    RateLimitsUpdatedEvent,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeConversationItemFunctionCall,
    RealtimeResponse,
    RealtimeResponseUsage,
    RealtimeServerEvent,
    RealtimeSessionCreateRequestAudioInput,
    RealtimeTurnDetection,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseDoneEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseMcpCallArgumentsDeltaEvent,
    ResponseMcpCallArgumentsDoneEvent,
    ResponseMcpCallCompletedEvent,
    ResponseMcpCallFailedEvent,
    ResponseMcpCallInProgressEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
    ResponseOutputAudioTranscriptDeltaEvent,
    ResponseOutputAudioTranscriptDoneEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputTextDeltaEvent,
    ResponseOutputTextDoneEvent,
    SessionCreatedEvent,
    SessionUpdatedEvent,
    Unknown,
    Unset,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter


def adapters_know_their_type(data: bytes) -> None:
    """Return the class, union or tuple that the adapter was made for."""
    assert_type(JsonAdapter(RealtimeResponse).decode(data), RealtimeResponse)
    assert_type(JsonAdapter(RealtimeServerEvent).decode(data), RealtimeServerEvent)
    assert_type(MsgpackAdapter(RealtimeClientEvent).decode(data), RealtimeClientEvent)
    assert_type(
        DictAdapter(tuple[RealtimeConversationItem, ...]).decode({}),
        tuple[RealtimeConversationItem, ...],
    )
    JsonAdapter(RealtimeResponse).encode("x")  # type: ignore[arg-type]
    JsonAdapter(RealtimeResponse, mode="lax")  # type: ignore[arg-type]


def handle(event: RealtimeServerEvent) -> str | bytes | None:
    """Handle every event there is; a missing one would be an error below."""
    match event:
        case ResponseOutputAudioDeltaEvent(delta=samples):
            assert_type(samples, bytes)
            return samples
        case (
            ResponseOutputTextDeltaEvent(delta=text)
            | ResponseOutputAudioTranscriptDeltaEvent(delta=text)
            | ResponseFunctionCallArgumentsDeltaEvent(delta=text)
            | ResponseMcpCallArgumentsDeltaEvent(delta=text)
        ):
            assert_type(text, str)
            return text
        case (
            ResponseCreatedEvent(response=response)
            | ResponseDoneEvent(response=response)
        ):
            assert_type(response.max_output_tokens, MaxOutputTokens | None)
            assert_type(response.output, tuple[RealtimeConversationItem, ...] | None)
            return response.id
        case (
            ConversationItemAddedEvent(item=item)
            | ConversationItemCreatedEvent(item=item)
            | ConversationItemDoneEvent(item=item)
            | ConversationItemRetrievedEvent(item=item)
            | ResponseOutputItemAddedEvent(item=item)
            | ResponseOutputItemDoneEvent(item=item)
        ):
            match item:
                case RealtimeConversationItemFunctionCall(arguments=arguments):
                    assert_type(arguments, str)
                    return arguments
                case Unknown(tag=tag, expected=cls):
                    assert_type(tag, str | None)
                    assert_type(cls, type[Model] | None)
                    return tag
            return item.id
        case ErrorEvent(error=error):
            assert_type(error.code, str | None | Unset)
            return error.message
        case (
            ConversationCreatedEvent()
            | ConversationItemDeletedEvent()
            | ConversationItemInputAudioTranscriptionCompletedEvent()
            | ConversationItemInputAudioTranscriptionDeltaEvent()
            | ConversationItemInputAudioTranscriptionFailedEvent()
            | ConversationItemInputAudioTranscriptionSegmentEvent()
            | ConversationItemTruncatedEvent()
            | InputAudioBufferClearedEvent()
            | InputAudioBufferCommittedEvent()
            | InputAudioBufferDtmfEventReceivedEvent()
            | InputAudioBufferSpeechStartedEvent()
            | InputAudioBufferSpeechStoppedEvent()
            | InputAudioBufferTimeoutTriggeredEvent()
            | McpListToolsCompletedEvent()
            | McpListToolsFailedEvent()
            | McpListToolsInProgressEvent()
            | OutputAudioBufferClearedEvent()
            | OutputAudioBufferStartedEvent()
            | OutputAudioBufferStoppedEvent()
            | RateLimitsUpdatedEvent()
            | ResponseContentPartAddedEvent()
            | ResponseContentPartDoneEvent()
            | ResponseFunctionCallArgumentsDoneEvent()
            | ResponseMcpCallArgumentsDoneEvent()
            | ResponseMcpCallCompletedEvent()
            | ResponseMcpCallFailedEvent()
            | ResponseMcpCallInProgressEvent()
            | ResponseOutputAudioDoneEvent()
            | ResponseOutputAudioTranscriptDoneEvent()
            | ResponseOutputTextDoneEvent()
            | SessionCreatedEvent()
            | SessionUpdatedEvent()
            | Unknown()
        ):
            return event.type
    assert_never(event)


def hear_the_beta(event: RealtimeBetaServerEvent) -> bytes | None:
    """Check that the beta's own events are distinct from those of the GA."""
    match event:
        case (
            BetaResponseAudioDeltaEvent(delta=samples)
            | ResponseOutputAudioDeltaEvent(delta=samples)
        ):
            assert_type(samples, bytes)
            return samples
        case BetaResponseDoneEvent(response=response):
            assert_type(response.usage, RealtimeResponseUsage | None)
    return None


def miss_one(event: ResponseDoneEvent | ErrorEvent | Unknown) -> None:
    """Forget an event: that is an error."""
    match event:
        case ResponseDoneEvent() | Unknown():
            return
    assert_never(event)  # type: ignore[arg-type]


def unset_narrows(audio: RealtimeSessionCreateRequestAudioInput) -> None:
    """Leave the value once ``UNSET`` and None are out."""
    detection = audio.turn_detection
    if detection is not UNSET and detection is not None:
        assert_type(detection, RealtimeTurnDetection)


def unset_narrows_in_a_match(code: str | None | Unset) -> str:
    """Match it by value."""
    match code:
        case Unset.UNSET | None:
            return ""
        case str():
            return code
        case _:
            assert_never(code)


def unset_narrows_by_class(code: str | None | Unset) -> str | None:
    """Leave the others once it is out."""
    if isinstance(code, Unset):
        return None
    assert_type(code, str | None)
    return code
