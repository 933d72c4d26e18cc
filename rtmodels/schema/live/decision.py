"""Questions that the Decisions API answers during a Live session, and their context.

Decisions have a conversation of their own: items that a client adds to it are not part
of what the voice model hears.
"""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, Unknown, Unset

__all__ = [
    "LiveDecisionAssistantMessage",
    "LiveDecisionAssistantPart",
    "LiveDecisionChoiceOption",
    "LiveDecisionDeveloperMessage",
    "LiveDecisionInputImage",
    "LiveDecisionInputJson",
    "LiveDecisionInputPart",
    "LiveDecisionInputText",
    "LiveDecisionItem",
    "LiveDecisionItemCreateItemCustomToolCall",
    "LiveDecisionItemCreateItemCustomToolCallOutput",
    "LiveDecisionItemCreateItemFunctionCall",
    "LiveDecisionItemCreateItemFunctionCallOutput",
    "LiveDecisionItemCreatedItemCustomToolCall",
    "LiveDecisionItemCreatedItemCustomToolCallOutput",
    "LiveDecisionItemCreatedItemFunctionCall",
    "LiveDecisionItemCreatedItemFunctionCallOutput",
    "LiveDecisionItemStatus",
    "LiveDecisionOutputPart",
    "LiveDecisionQuestion",
    "LiveDecisionQuestionChoice",
    "LiveDecisionQuestionPredicate",
    "LiveDecisionQuestionScore",
    "LiveDecisionQuestionScoreLevel",
    "LiveDecisionRefusal",
    "LiveDecisionSource",
    "LiveDecisionStoredAssistantMessage",
    "LiveDecisionStoredDeveloperMessage",
    "LiveDecisionStoredItem",
    "LiveDecisionStoredSystemMessage",
    "LiveDecisionStoredUserMessage",
    "LiveDecisionSystemMessage",
    "LiveDecisionTrigger",
    "LiveDecisionTriggerDecisions",
    "LiveDecisionUserMessage",
    "LiveImageDetail",
    "LiveMessagePhase",
    "LiveOutputText",
]

LiveImageDetail: TypeAlias = Literal["low", "high", "auto", "original"]
"""How closely a model looks at an image.

More detail costs more tokens.
"""

LiveDecisionItemStatus: TypeAlias = Literal["completed", "incomplete", "in_progress"]
"""How far a tool call or its output has come."""

LiveMessagePhase: TypeAlias = Literal["commentary", "final_answer"]
"""Whether an assistant's message was a remark on the way or the answer."""

LiveDecisionSource: TypeAlias = Literal[
    "session.input_transcript.delta", "session.output_transcript.delta"
]
"""The event that fires a trigger: what the user said, or what the model said."""


@frozen(kw_only=True, repr=False)
class LiveDecisionInputText(Model):
    """A piece of text."""

    text: str
    """What it says."""

    type: Literal["input_text"] = "input_text"
    """Tells text from images and JSON."""


@frozen(kw_only=True, repr=False)
class LiveDecisionInputImage(Model):
    """An image."""

    image_url: str
    """The image, as a ``data:`` URL in base64 or a public HTTP URL."""

    type: Literal["input_image"] = "input_image"
    """Tells images from text and JSON."""

    detail: LiveImageDetail | str | None | Unset = UNSET
    """How closely to look at the image; ``auto`` by default."""


@frozen(kw_only=True, repr=False)
class LiveDecisionInputJson(Model):
    """Structured data."""

    data: tuple[Mapping[str, Any], ...] | Mapping[str, Any] = field(hash=False)
    """One JSON object, or several."""

    type: Literal["input_json"] = "input_json"
    """Tells JSON from text and images."""


LiveDecisionInputPart: TypeAlias = (
    LiveDecisionInputText | LiveDecisionInputImage | LiveDecisionInputJson | Unknown
)
"""A part of a user's message, or of the instructions for a question."""

LiveDecisionOutputPart: TypeAlias = (
    LiveDecisionInputText | LiveDecisionInputImage | Unknown
)
"""A part of what a tool has returned."""


@frozen(kw_only=True, repr=False)
class LiveOutputText(Model):
    """A piece of text that an assistant said or wrote."""

    text: str
    """What was said or written."""

    type: Literal["output_text"] = "output_text"
    """Tells text from the other parts of a message."""


@frozen(kw_only=True, repr=False)
class LiveDecisionRefusal(Model):
    """A statement of the assistant that it will not answer."""

    refusal: str
    """The statement."""

    type: Literal["refusal"] = "refusal"
    """Tells refusals from text."""


LiveDecisionAssistantPart: TypeAlias = LiveOutputText | LiveDecisionRefusal | Unknown
"""A part of an assistant's message."""


@frozen(kw_only=True, repr=False)
class LiveDecisionUserMessage(Model):
    """A message of the user that a client adds."""

    content: str | tuple[LiveDecisionInputPart, ...]
    """Text, or parts: text, images and JSON."""

    role: Literal["user"] = "user"
    """Tells this message from those of other roles."""

    id: str | None | Unset = UNSET
    """The id of the item."""

    type: Literal["message"] | None = "message"
    """Tells messages from tool calls and their outputs."""


@frozen(kw_only=True, repr=False)
class LiveDecisionDeveloperMessage(Model):
    """A message of the developer that a client adds."""

    content: str | tuple[LiveDecisionInputText, ...]
    """Text, or parts of it."""

    role: Literal["developer"] = "developer"
    """Tells this message from those of other roles."""

    id: str | None | Unset = UNSET
    """The id of the item."""

    type: Literal["message"] | None = "message"
    """Tells messages from tool calls and their outputs."""


@frozen(kw_only=True, repr=False)
class LiveDecisionSystemMessage(Model):
    """A system message that a client adds."""

    content: str | tuple[LiveDecisionInputText, ...]
    """Text, or parts of it."""

    role: Literal["system"] = "system"
    """Tells this message from those of other roles."""

    id: str | None | Unset = UNSET
    """The id of the item."""

    type: Literal["message"] | None = "message"
    """Tells messages from tool calls and their outputs."""


@frozen(kw_only=True, repr=False)
class LiveDecisionAssistantMessage(Model):
    """A message of the assistant that a client adds."""

    content: str | tuple[LiveDecisionAssistantPart, ...]
    """Text, or parts: text and refusals."""

    role: Literal["assistant"] = "assistant"
    """Tells this message from those of other roles."""

    id: str | None | Unset = UNSET
    """The id of the item."""

    phase: LiveMessagePhase | str | None | Unset = UNSET
    """Whether the message is a remark on the way or the answer."""

    type: Literal["message"] | None = "message"
    """Tells messages from tool calls and their outputs."""


@frozen(kw_only=True, repr=False)
class LiveDecisionItemCreateItemFunctionCall(Model):
    """A call of a function that a client adds."""

    arguments: str
    """The arguments, as JSON text."""

    call_id: str
    """The id that ties the call to its output."""

    name: str
    """The name of the function."""

    type: Literal["function_call"] = "function_call"
    """Tells this item from the other kinds."""

    id: str | None | Unset = UNSET
    """The id of the item."""

    namespace: str | None | Unset = UNSET
    """The namespace of the function."""

    status: LiveDecisionItemStatus | str | None | Unset = UNSET
    """How far the call has come."""


@frozen(kw_only=True, repr=False)
class LiveDecisionItemCreateItemFunctionCallOutput(Model):
    """The output of a function that a client adds."""

    call_id: str
    """The id of the call that this answers."""

    output: str | tuple[LiveDecisionOutputPart, ...]
    """Text, or parts: text and images."""

    type: Literal["function_call_output"] = "function_call_output"
    """Tells this item from the other kinds."""

    id: str | None | Unset = UNSET
    """The id of the item."""

    status: LiveDecisionItemStatus | str | None | Unset = UNSET
    """How far the output has come."""


@frozen(kw_only=True, repr=False)
class LiveDecisionItemCreateItemCustomToolCall(Model):
    """A call of a custom tool that a client adds."""

    call_id: str
    """The id that ties the call to its output."""

    input: str
    """The input of the tool, as free text."""

    name: str
    """The name of the tool."""

    type: Literal["custom_tool_call"] = "custom_tool_call"
    """Tells this item from the other kinds."""

    id: str | None | Unset = UNSET
    """The id of the item."""

    namespace: str | None | Unset = UNSET
    """The namespace of the tool."""

    status: LiveDecisionItemStatus | str | None | Unset = UNSET
    """How far the call has come."""


@frozen(kw_only=True, repr=False)
class LiveDecisionItemCreateItemCustomToolCallOutput(Model):
    """The output of a custom tool that a client adds."""

    call_id: str
    """The id of the call that this answers."""

    output: str | tuple[LiveDecisionOutputPart, ...]
    """Text, or parts: text and images."""

    type: Literal["custom_tool_call_output"] = "custom_tool_call_output"
    """Tells this item from the other kinds."""

    id: str | None | Unset = UNSET
    """The id of the item."""

    status: LiveDecisionItemStatus | str | None | Unset = UNSET
    """How far the output has come."""


LiveDecisionItem: TypeAlias = (
    LiveDecisionUserMessage
    | LiveDecisionDeveloperMessage
    | LiveDecisionSystemMessage
    | LiveDecisionAssistantMessage
    | LiveDecisionItemCreateItemFunctionCall
    | LiveDecisionItemCreateItemFunctionCallOutput
    | LiveDecisionItemCreateItemCustomToolCall
    | LiveDecisionItemCreateItemCustomToolCallOutput
    | Unknown
)
"""An item as a client adds it: its id is optional."""


@frozen(kw_only=True, repr=False)
class LiveDecisionStoredUserMessage(Model):
    """A message of the user, as the server reports it."""

    id: str
    """The id of the item."""

    content: str | tuple[LiveDecisionInputPart, ...]
    """Text, or parts: text, images and JSON."""

    role: Literal["user"] = "user"
    """Tells this message from those of other roles."""

    type: Literal["message"] | None = "message"
    """Tells messages from tool calls and their outputs."""


@frozen(kw_only=True, repr=False)
class LiveDecisionStoredDeveloperMessage(Model):
    """A message of the developer, as the server reports it."""

    id: str
    """The id of the item."""

    content: str | tuple[LiveDecisionInputText, ...]
    """Text, or parts of it."""

    role: Literal["developer"] = "developer"
    """Tells this message from those of other roles."""

    type: Literal["message"] | None = "message"
    """Tells messages from tool calls and their outputs."""


@frozen(kw_only=True, repr=False)
class LiveDecisionStoredSystemMessage(Model):
    """A system message, as the server reports it."""

    id: str
    """The id of the item."""

    content: str | tuple[LiveDecisionInputText, ...]
    """Text, or parts of it."""

    role: Literal["system"] = "system"
    """Tells this message from those of other roles."""

    type: Literal["message"] | None = "message"
    """Tells messages from tool calls and their outputs."""


@frozen(kw_only=True, repr=False)
class LiveDecisionStoredAssistantMessage(Model):
    """A message of the assistant, as the server reports it."""

    id: str
    """The id of the item."""

    content: str | tuple[LiveDecisionAssistantPart, ...]
    """Text, or parts: text and refusals."""

    role: Literal["assistant"] = "assistant"
    """Tells this message from those of other roles."""

    phase: LiveMessagePhase | str | None | Unset = UNSET
    """Whether the message is a remark on the way or the answer."""

    type: Literal["message"] | None = "message"
    """Tells messages from tool calls and their outputs."""


@frozen(kw_only=True, repr=False)
class LiveDecisionItemCreatedItemFunctionCall(Model):
    """A call of a function, as the server reports it."""

    id: str
    """The id of the item."""

    arguments: str
    """The arguments, as JSON text."""

    call_id: str
    """The id that ties the call to its output."""

    name: str
    """The name of the function."""

    type: Literal["function_call"] = "function_call"
    """Tells this item from the other kinds."""

    namespace: str | None | Unset = UNSET
    """The namespace of the function."""

    status: LiveDecisionItemStatus | str | None | Unset = UNSET
    """How far the call has come."""


@frozen(kw_only=True, repr=False)
class LiveDecisionItemCreatedItemFunctionCallOutput(Model):
    """The output of a function, as the server reports it."""

    id: str
    """The id of the item."""

    call_id: str
    """The id of the call that this answers."""

    output: str | tuple[LiveDecisionOutputPart, ...]
    """Text, or parts: text and images."""

    type: Literal["function_call_output"] = "function_call_output"
    """Tells this item from the other kinds."""

    status: LiveDecisionItemStatus | str | None | Unset = UNSET
    """How far the output has come."""


@frozen(kw_only=True, repr=False)
class LiveDecisionItemCreatedItemCustomToolCall(Model):
    """A call of a custom tool, as the server reports it."""

    id: str
    """The id of the item."""

    call_id: str
    """The id that ties the call to its output."""

    input: str
    """The input of the tool, as free text."""

    name: str
    """The name of the tool."""

    type: Literal["custom_tool_call"] = "custom_tool_call"
    """Tells this item from the other kinds."""

    namespace: str | None | Unset = UNSET
    """The namespace of the tool."""

    status: LiveDecisionItemStatus | str | None | Unset = UNSET
    """How far the call has come."""


@frozen(kw_only=True, repr=False)
class LiveDecisionItemCreatedItemCustomToolCallOutput(Model):
    """The output of a custom tool, as the server reports it."""

    id: str
    """The id of the item."""

    call_id: str
    """The id of the call that this answers."""

    output: str | tuple[LiveDecisionOutputPart, ...]
    """Text, or parts: text and images."""

    type: Literal["custom_tool_call_output"] = "custom_tool_call_output"
    """Tells this item from the other kinds."""

    status: LiveDecisionItemStatus | str | None | Unset = UNSET
    """How far the output has come."""


LiveDecisionStoredItem: TypeAlias = (
    LiveDecisionStoredUserMessage
    | LiveDecisionStoredDeveloperMessage
    | LiveDecisionStoredSystemMessage
    | LiveDecisionStoredAssistantMessage
    | LiveDecisionItemCreatedItemFunctionCall
    | LiveDecisionItemCreatedItemFunctionCallOutput
    | LiveDecisionItemCreatedItemCustomToolCall
    | LiveDecisionItemCreatedItemCustomToolCallOutput
    | Unknown
)
"""An item as the server reports it: it has an id."""


@frozen(kw_only=True, repr=False)
class LiveDecisionChoiceOption(Model):
    """One of the answers that a question offers."""

    value: str | bool
    """The answer, as text or as a truth value."""

    description: str | None = None
    """What the answer means."""


@frozen(kw_only=True, repr=False)
class LiveDecisionQuestionChoice(Model):
    """A question with a choice of answers."""

    choices: tuple[LiveDecisionChoiceOption, ...]
    """The answers to choose from."""

    instructions: str | tuple[LiveDecisionInputPart, ...]
    """The question: text, or parts of a message."""

    type: Literal["choice"] = "choice"
    """Tells this kind of question from the others."""

    name: str | None = None
    """A name for the question."""


@frozen(kw_only=True, repr=False)
class LiveDecisionQuestionPredicate(Model):
    """A question whose answer is yes or no."""

    instructions: str | tuple[LiveDecisionInputPart, ...]
    """The question: text, or parts of a message."""

    type: Literal["predicate"] = "predicate"
    """Tells this kind of question from the others."""

    name: str | None = None
    """A name for the question."""


@frozen(kw_only=True, repr=False)
class LiveDecisionQuestionScoreLevel(Model):
    """One level of a scale."""

    label: str
    """The name of the level."""

    description: str | None = None
    """What the level means."""


@frozen(kw_only=True, repr=False)
class LiveDecisionQuestionScore(Model):
    """A question whose answer is a level on a scale."""

    instructions: str | tuple[LiveDecisionInputPart, ...]
    """The question: text, or parts of a message."""

    levels: tuple[LiveDecisionQuestionScoreLevel, ...]
    """The levels of the scale, in order."""

    type: Literal["score"] = "score"
    """Tells this kind of question from the others."""

    name: str | None = None
    """A name for the question."""


LiveDecisionQuestion: TypeAlias = (
    LiveDecisionQuestionChoice
    | LiveDecisionQuestionPredicate
    | LiveDecisionQuestionScore
    | Unknown
)
"""A question for the Decisions API."""


@frozen(kw_only=True, repr=False)
class LiveDecisionTriggerDecisions(Model):
    """The questions of a trigger."""

    questions: tuple[LiveDecisionQuestion, ...]
    """The questions, which are answered together and in this order."""


@frozen(kw_only=True, repr=False)
class LiveDecisionTrigger(Model):
    """A rule that has questions answered as the transcript grows."""

    decisions: LiveDecisionTriggerDecisions
    """What to ask."""

    event_type: LiveDecisionSource | str
    """The event that fires the trigger."""

    type: Literal["decisions"] = "decisions"
    """What the trigger starts: decisions."""
