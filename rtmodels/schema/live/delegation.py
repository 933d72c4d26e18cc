"""Where a Live model delegates tasks: to the client, a Responses model or Decisions."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, OpenUnknown, Unknown, Unset
from rtmodels.schema.live.decision import LiveDecisionQuestion

__all__ = [
    "LiveClientDelegation",
    "LiveDecisionsDelegationConfig",
    "LiveDecisionsDelegationUpdateConfig",
    "LiveDelegation",
    "LiveDelegationUpdate",
    "LiveFunctionTool",
    "LiveReasoningEffort",
    "LiveReasoningSummary",
    "LiveResponsesDelegationConfig",
    "LiveResponsesDelegationConfigReasoning",
    "LiveResponsesDelegationConfigText",
    "LiveResponsesDelegationUpdateConfig",
    "LiveServiceTier",
    "LiveSessionConfigDelegationDecisions",
    "LiveSessionConfigDelegationResponses",
    "LiveSessionUpdateConfigDelegationDecisions",
    "LiveSessionUpdateConfigDelegationResponses",
    "LiveToolChoiceOptions",
    "LiveVerbosity",
]

LiveReasoningEffort: TypeAlias = Literal[
    "none", "minimal", "low", "medium", "high", "xhigh"
]
"""How much a Responses model reasons before it answers."""

LiveReasoningSummary: TypeAlias = Literal["concise", "detailed", "auto"]
"""How detailed a summary of the reasoning is."""

LiveServiceTier: TypeAlias = Literal[
    "auto", "default", "fast_tier_temp_pilot", "flex", "priority", "ultrafast"
]
"""The class of service that processes a response."""

LiveVerbosity: TypeAlias = Literal["low", "medium", "high"]
"""How much a Responses model writes."""

LiveToolChoiceOptions: TypeAlias = Literal["none", "auto", "required"]
"""Whether a Responses model calls no tools, decides to call some, or must call one."""


@frozen(kw_only=True, repr=False)
class LiveFunctionTool(Model):
    """A function of the client's that a Responses model may ask to have called."""

    name: str
    """What the model calls the function."""

    type: Literal["function"] = "function"
    """Tells functions from the tools of the Responses API."""

    description: str | None | Unset = UNSET
    """When and how to call the function, for the model."""

    parameters: Mapping[str, Any] | None | Unset = field(default=UNSET, hash=False)
    """The arguments of the function, as a JSON Schema."""

    strict: bool | None | Unset = UNSET
    """Whether the arguments must follow the JSON Schema exactly."""


@frozen(kw_only=True, repr=False)
class LiveResponsesDelegationConfigReasoning(Model):
    """How a Responses model reasons."""

    effort: LiveReasoningEffort | str | None | Unset = UNSET
    """How much it reasons."""

    summary: LiveReasoningSummary | str | None | Unset = UNSET
    """How detailed a summary of the reasoning to send."""


@frozen(kw_only=True, repr=False)
class LiveResponsesDelegationConfigText(Model):
    """How a Responses model writes.

    It does not change how the Live model speaks.
    """

    verbosity: LiveVerbosity | str | None | Unset = UNSET
    """How much it writes."""


@frozen(kw_only=True, repr=False)
class LiveResponsesDelegationConfig(Model):
    """The Responses model that works on delegated tasks."""

    model: str
    """The model, such as ``gpt-5.6-sol``."""

    instructions: str | None | Unset = UNSET
    """The system prompt for the model."""

    max_output_tokens: int | None | Unset = UNSET
    """The most tokens of a response, including those of its reasoning."""

    parallel_tool_calls: bool | None | Unset = UNSET
    """Whether the model may call several tools at once."""

    reasoning: LiveResponsesDelegationConfigReasoning | None | Unset = UNSET
    """How the model reasons."""

    service_tier: LiveServiceTier | str | None | Unset = UNSET
    """The class of service that processes the responses."""

    text: LiveResponsesDelegationConfigText | None | Unset = UNSET
    """How the model writes."""

    tool_choice: LiveToolChoiceOptions | str | Unknown | None = None
    """Whether to call a tool: a word, or an object of the Responses API, kept whole."""

    tools: tuple[LiveFunctionTool | OpenUnknown, ...] | None = None
    """What the model may call.

    Tools of the Responses API are kept whole as `Unknown`.
    """


@frozen(kw_only=True, repr=False)
class LiveResponsesDelegationUpdateConfig(Model):
    """Changes to the Responses model.

    What is absent stays as it is.
    """

    instructions: str | None | Unset = UNSET
    """The system prompt for the model."""

    max_output_tokens: int | None | Unset = UNSET
    """The most tokens of a response, including those of its reasoning."""

    model: str | None = None
    """The model, such as ``gpt-5.6-sol``."""

    parallel_tool_calls: bool | None | Unset = UNSET
    """Whether the model may call several tools at once."""

    reasoning: LiveResponsesDelegationConfigReasoning | None | Unset = UNSET
    """How the model reasons."""

    service_tier: LiveServiceTier | str | None | Unset = UNSET
    """The class of service that processes the responses."""

    text: LiveResponsesDelegationConfigText | None | Unset = UNSET
    """How the model writes."""

    tool_choice: LiveToolChoiceOptions | str | Unknown | None = None
    """Whether to call a tool: a word, or an object of the Responses API, kept whole."""

    tools: tuple[LiveFunctionTool | OpenUnknown, ...] | None = None
    """What the model may call.

    Tools of the Responses API are kept whole as `Unknown`.
    """


@frozen(kw_only=True, repr=False)
class LiveDecisionsDelegationConfig(Model):
    """The Decisions model that works on delegated tasks."""

    model: str
    """The model that answers."""

    questions: tuple[LiveDecisionQuestion, ...]
    """The questions, which are answered together and in this order."""


@frozen(kw_only=True, repr=False)
class LiveDecisionsDelegationUpdateConfig(Model):
    """Changes to the Decisions model.

    What is absent stays as it is.
    """

    model: str | None = None
    """The model that answers."""

    questions: tuple[LiveDecisionQuestion, ...] | None = None
    """The questions, which are answered together and in this order."""


@frozen(kw_only=True, repr=False)
class LiveClientDelegation(Model):
    """Delegation to the client, which answers with what it appends to the session."""

    type: Literal["client"] = "client"
    """Tells this kind of delegation from the others."""

    acknowledgement_delay_ms: int | None = None
    """How long to wait before the model says that it is at work, in milliseconds."""


@frozen(kw_only=True, repr=False)
class LiveSessionConfigDelegationResponses(Model):
    """Delegation to a model of the Responses API, which the server runs."""

    responses: LiveResponsesDelegationConfig
    """The model, its instructions and tools."""

    type: Literal["responses"] = "responses"
    """Tells this kind of delegation from the others."""

    acknowledgement_delay_ms: int | None = None
    """How long to wait before the model says that it is at work, in milliseconds."""


@frozen(kw_only=True, repr=False)
class LiveSessionConfigDelegationDecisions(Model):
    """Delegation to the Decisions API."""

    decisions: LiveDecisionsDelegationConfig
    """The model and its questions."""

    type: Literal["decisions"] = "decisions"
    """Tells this kind of delegation from the others."""

    acknowledgement_delay_ms: int | None = None
    """How long to wait before the model says that it is at work, in milliseconds."""


LiveDelegation: TypeAlias = (
    LiveClientDelegation
    | LiveSessionConfigDelegationResponses
    | LiveSessionConfigDelegationDecisions
    | Unknown
)
"""Who works on the tasks that the Live model delegates."""


@frozen(kw_only=True, repr=False)
class LiveSessionUpdateConfigDelegationResponses(Model):
    """Changes to a delegation to the Responses API.

    What is absent stays as it is.
    """

    type: Literal["responses"] = "responses"
    """Tells this kind of delegation from the others."""

    acknowledgement_delay_ms: int | None = None
    """How long to wait before the model says that it is at work, in milliseconds."""

    responses: LiveResponsesDelegationUpdateConfig | None = None
    """The settings of the model to change."""


@frozen(kw_only=True, repr=False)
class LiveSessionUpdateConfigDelegationDecisions(Model):
    """Changes to a delegation to the Decisions API.

    What is absent stays as it is.
    """

    type: Literal["decisions"] = "decisions"
    """Tells this kind of delegation from the others."""

    acknowledgement_delay_ms: int | None = None
    """How long to wait before the model says that it is at work, in milliseconds."""

    decisions: LiveDecisionsDelegationUpdateConfig | None = None
    """The settings to change."""


LiveDelegationUpdate: TypeAlias = (
    LiveClientDelegation
    | LiveSessionUpdateConfigDelegationResponses
    | LiveSessionUpdateConfigDelegationDecisions
    | Unknown
)
"""Changes to how the Live model delegates."""
