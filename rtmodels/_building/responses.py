"""Events that start and stop the model's answers."""

from collections.abc import Iterable, Mapping
from typing import Literal

from rtmodels._building.checks import (
    check_event_id,
    check_metadata,
    check_tokens,
    check_word,
)
from rtmodels._building.formats import AudioFormat, to_format
from rtmodels._building.tools import (
    ToolChoiceArgument,
    ToolsArgument,
    to_tool_choice,
    to_tools,
)
from rtmodels.schema._model import UNSET, Unset
from rtmodels.schema.audio import RealtimeAudioFormats, VoiceIdsOrCustomVoice
from rtmodels.schema.content import Prompt
from rtmodels.schema.events.response import ResponseCancelEvent, ResponseCreateEvent
from rtmodels.schema.items import RealtimeConversationItem
from rtmodels.schema.response import (
    MaxOutputTokens,
    OutputModality,
    RealtimeReasoning,
    RealtimeReasoningEffort,
    RealtimeResponseCreateParams,
    RealtimeResponseCreateParamsAudio,
    RealtimeResponseCreateParamsAudioOutput,
)

__all__ = [
    "cancel_response",
    "create_response",
    "to_modalities",
    "to_prompt",
    "to_reasoning",
]


def create_response(
    *,
    instructions: str | None = None,
    output_modality: OutputModality | None = None,
    voice: VoiceIdsOrCustomVoice | None = None,
    output_format: AudioFormat | RealtimeAudioFormats | None = None,
    tools: ToolsArgument | None = None,
    tool_choice: ToolChoiceArgument | None = None,
    parallel_tool_calls: bool | None = None,
    reasoning: RealtimeReasoningEffort | RealtimeReasoning | None = None,
    max_output_tokens: MaxOutputTokens | None = None,
    conversation: Literal["auto", "none"] | None = None,
    metadata: Mapping[str, str] | None | Unset = UNSET,
    prompt: str | Prompt | None | Unset = UNSET,
    input: Iterable[RealtimeConversationItem] | None = None,  # noqa: A002
    event_id: str | None = None,
) -> ResponseCreateEvent:
    """Return a `ResponseCreateEvent`, which asks the model to answer.

    What is not passed is as in the session.

    Args:
        instructions: What the model is told, in place of the session's instructions.
        output_modality: Whether to speak or to write; the server refuses both at once.
        voice: The voice, which cannot change once the model has spoken.
        output_format: The format of the model's audio.
        tools: What the model may call, as for `update_session`.
        tool_choice: Whether the model may, must or must not call a tool, or which one
            it must call.
        parallel_tool_calls: Whether the model may call several tools at once.
        reasoning: How hard to think, if the model reasons.
        max_output_tokens: Maximum number of tokens, from 1 to 4096, or ``"inf"``.
        conversation: ``"none"`` keeps the answer out of the conversation.
        metadata: Notes that come back with the response: at most 16, with keys of up
            to 64 characters and values of up to 512.
        prompt: A stored prompt template, or its id.
        input: What the model sees in place of the conversation, such as
            ``[build.user_message("Hello!").item]``.
        event_id: An id of your own, which errors about this event repeat.

    Raises:
        ValueError: OpenAI documents that the server refuses an argument.
        TypeError: `function_tool` cannot describe a function.
    """
    if metadata:
        check_metadata(metadata)
    described = to_tools(tools)
    audio = None
    if voice is not None or output_format is not None:
        output = RealtimeResponseCreateParamsAudioOutput(
            format=to_format("output_format", output_format), voice=voice
        )
        audio = RealtimeResponseCreateParamsAudio(output=output)

    response = RealtimeResponseCreateParams(
        instructions=instructions,
        output_modalities=to_modalities(output_modality),
        audio=audio,
        tools=described,
        tool_choice=to_tool_choice(tool_choice, described),
        parallel_tool_calls=parallel_tool_calls,
        reasoning=to_reasoning(reasoning),
        max_output_tokens=check_tokens(max_output_tokens),
        conversation=check_word("conversation", conversation, Literal["auto", "none"]),
        metadata=metadata,
        prompt=to_prompt(prompt),
        input=None if input is None else tuple(input),
    )
    is_empty = response == RealtimeResponseCreateParams()
    return ResponseCreateEvent(
        response=None if is_empty else response, event_id=check_event_id(event_id)
    )


def cancel_response(
    response_id: str | None = None, *, event_id: str | None = None
) -> ResponseCancelEvent:
    """Return a `ResponseCancelEvent`; by default, for the current response."""
    return ResponseCancelEvent(
        response_id=response_id, event_id=check_event_id(event_id)
    )


def to_modalities(modality: OutputModality | None) -> tuple[OutputModality] | None:
    """Return the only list of modalities that the server accepts with *modality*."""
    if modality is None:
        return None
    return (check_word("output_modality", modality, OutputModality),)


def to_reasoning(
    reasoning: RealtimeReasoningEffort | RealtimeReasoning | None,
) -> RealtimeReasoning | None:
    """Return the settings of reasoning, which may be given by the effort."""
    if isinstance(reasoning, str):
        effort = check_word("reasoning", reasoning, RealtimeReasoningEffort)
        return RealtimeReasoning(effort=effort)
    return reasoning


def to_prompt(prompt: str | Prompt | None | Unset) -> Prompt | None | Unset:
    """Return the reference to a prompt, which may be given by its id."""
    return Prompt(id=prompt) if isinstance(prompt, str) else prompt
