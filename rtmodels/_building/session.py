"""The event that changes the settings of a session."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeVar

from rtmodels._building.checks import (
    check_event_id,
    check_range,
    check_tokens,
    check_word,
)
from rtmodels._building.formats import AudioFormat, to_format
from rtmodels._building.responses import to_modalities, to_prompt, to_reasoning
from rtmodels._building.tools import (
    ToolChoiceArgument,
    ToolsArgument,
    to_tool_choice,
    to_tools,
)
from rtmodels.schema._model import UNSET, Model, Unset
from rtmodels.schema.audio import (
    AudioTranscription,
    NoiseReduction,
    NoiseReductionType,
    RealtimeAudioFormats,
    RealtimeTurnDetection,
    RealtimeTurnDetectionSemanticVad,
    RealtimeTurnDetectionServerVad,
    VoiceIdsOrCustomVoice,
)
from rtmodels.schema.content import Prompt
from rtmodels.schema.events.session import SessionUpdateEvent
from rtmodels.schema.response import (
    MaxOutputTokens,
    OutputModality,
    RealtimeReasoning,
    RealtimeReasoningEffort,
)
from rtmodels.schema.session import (
    RealtimeModel,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateRequestAudio,
    RealtimeSessionCreateRequestAudioInput,
    RealtimeSessionCreateRequestAudioOutput,
    RealtimeTracingConfiguration,
    RealtimeTruncationRetentionRatio,
    SessionInclude,
    TruncationStrategy,
)

__all__ = ["update_session"]

ModelT = TypeVar("ModelT", bound=Model)

_DETECTIONS: Mapping[str, Callable[[], RealtimeTurnDetection]] = {
    "server_vad": RealtimeTurnDetectionServerVad,
    "semantic_vad": RealtimeTurnDetectionSemanticVad,
}


def update_session(
    *,
    model: RealtimeModel | None = None,
    instructions: str | None = None,
    output_modality: OutputModality | None = None,
    voice: VoiceIdsOrCustomVoice | None = None,
    speed: float | None = None,
    input_format: AudioFormat | RealtimeAudioFormats | None = None,
    output_format: AudioFormat | RealtimeAudioFormats | None = None,
    turn_detection: (
        Literal["server_vad", "semantic_vad"] | RealtimeTurnDetection | None | Unset
    ) = UNSET,
    transcription: str | AudioTranscription | None | Unset = UNSET,
    noise_reduction: NoiseReductionType | NoiseReduction | None | Unset = UNSET,
    tools: ToolsArgument | None = None,
    tool_choice: ToolChoiceArgument | None = None,
    parallel_tool_calls: bool | None = None,
    reasoning: RealtimeReasoningEffort | RealtimeReasoning | None = None,
    max_output_tokens: MaxOutputTokens | None = None,
    truncation: TruncationStrategy | RealtimeTruncationRetentionRatio | None = None,
    tracing: Literal["auto"] | RealtimeTracingConfiguration | None | Unset = UNSET,
    prompt: str | Prompt | None | Unset = UNSET,
    include: Iterable[SessionInclude] | None = None,
    event_id: str | None = None,
) -> SessionUpdateEvent:
    """Return a `SessionUpdateEvent` with the settings that are passed.

    All others stay as they are. Where None is a setting, it is said below.

    Args:
        model: The model to talk to, which cannot change during a session.
        instructions: What the model is told at the head of the conversation.
        output_modality: Whether to speak or to write; the server refuses both at once.
        voice: The voice, which cannot change once the model has spoken.
        speed: How fast to speak, from 0.25 to 1.5, where 1.0 is the usual pace.
        input_format: The format of the caller's audio; PCM has 24,000 hertz.
        output_format: The format of the model's audio.
        turn_detection: How the server finds turns: by name for the usual settings, or
            with settings of your own. None switches it off.
        transcription: The model that transcribes the caller, or all settings. None
            switches transcription off.
        noise_reduction: The kind of microphone to filter for. None switches the filter
            off.
        tools: What the model may call: tools, and functions that `function_tool`
            describes.
        tool_choice: Whether the model may, must or must not call a tool, or which one
            it must call.
        parallel_tool_calls: Whether the model may call several tools at once.
        reasoning: How hard to think, if the model reasons.
        max_output_tokens: Maximum number of tokens of a response, from 1 to 4096, or
            ``"inf"``.
        truncation: What happens when the conversation grows too long.
        tracing: Which trace to leave in the dashboard, which cannot change once there
            is one. None leaves none.
        prompt: A stored prompt template, or its id. None removes it.
        include: What to send that the server otherwise leaves out.
        event_id: An id of your own, which errors about this event repeat.

    Raises:
        ValueError: OpenAI documents that the server refuses an argument.
        TypeError: `function_tool` cannot describe a function.
    """
    check_range("speed", speed, 0.25, 1.5)
    described = to_tools(tools)
    audio = RealtimeSessionCreateRequestAudio(
        input=_unless_empty(
            RealtimeSessionCreateRequestAudioInput(
                format=to_format("input_format", input_format),
                turn_detection=_to_turn_detection(turn_detection),
                transcription=_to_transcription(transcription),
                noise_reduction=_to_noise_reduction(noise_reduction),
            )
        ),
        output=_unless_empty(
            RealtimeSessionCreateRequestAudioOutput(
                format=to_format("output_format", output_format),
                voice=voice,
                speed=speed,
            )
        ),
    )

    session = RealtimeSessionCreateRequest(
        model=model,
        instructions=instructions,
        output_modalities=to_modalities(output_modality),
        audio=_unless_empty(audio),
        tools=described,
        tool_choice=to_tool_choice(tool_choice, described),
        parallel_tool_calls=parallel_tool_calls,
        reasoning=to_reasoning(reasoning),
        max_output_tokens=check_tokens(max_output_tokens),
        truncation=_check_truncation(truncation),
        tracing=check_word("tracing", tracing, Literal["auto"]),
        prompt=to_prompt(prompt),
        include=_check_include(include),
    )
    return SessionUpdateEvent(session=session, event_id=check_event_id(event_id))


def _unless_empty(settings: ModelT) -> ModelT | None:
    """Return *settings*, or None if none is set."""
    return None if settings == type(settings)() else settings


def _to_turn_detection(
    value: Literal["server_vad", "semantic_vad"] | RealtimeTurnDetection | None | Unset,
) -> RealtimeTurnDetection | None | Unset:
    """Return the settings, which may be given by the kind of turn detection."""
    if isinstance(value, str):
        words = Literal["server_vad", "semantic_vad"]
        make = _DETECTIONS[check_word("turn_detection", value, words)]
        return make()

    if isinstance(value, RealtimeTurnDetectionServerVad):
        check_range("threshold", value.threshold, 0.0, 1.0)
        idle = value.idle_timeout_ms
        if not isinstance(idle, Unset):
            check_range("idle_timeout_ms", idle, 5_000, 30_000)
    return value


def _to_transcription(
    value: str | AudioTranscription | None | Unset,
) -> AudioTranscription | None | Unset:
    """Return the settings, which may be given by the model that transcribes."""
    if isinstance(value, str):
        return AudioTranscription(model=value)
    if isinstance(value, AudioTranscription) and value.languages == ():
        raise ValueError("languages must have at least one language, or be None")
    return value


def _to_noise_reduction(
    value: NoiseReductionType | NoiseReduction | None | Unset,
) -> NoiseReduction | None | Unset:
    """Return the settings, which may be given by the kind of microphone."""
    if isinstance(value, str):
        kind = check_word("noise_reduction", value, NoiseReductionType)
        return NoiseReduction(type=kind)
    return value


def _check_truncation(
    value: TruncationStrategy | RealtimeTruncationRetentionRatio | None,
) -> TruncationStrategy | RealtimeTruncationRetentionRatio | None:
    """Return *value*; raise a `ValueError` for what the server refuses."""
    if isinstance(value, RealtimeTruncationRetentionRatio):
        check_range("retention_ratio", value.retention_ratio, 0.0, 1.0)
        limits = value.token_limits
        if limits and limits.post_instructions is not None:
            check_range("post_instructions", limits.post_instructions, 0, float("inf"))
    return check_word("truncation", value, TruncationStrategy)


def _check_include(
    include: Iterable[SessionInclude] | None,
) -> tuple[SessionInclude, ...] | None:
    """Return *include*; raise a `ValueError` for a name that is none of its kind."""
    if include is None:
        return None
    return tuple([check_word("include", name, SessionInclude) for name in include])
