"""The settings of Live sessions, as clients ask for them and servers report them."""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import UNSET, Expected, Model, OpenStr, Unknown, Unset
from rtmodels.schema.live.audio import LiveAudioFormat, LiveVoice
from rtmodels.schema.live.data_channel import LiveClientConfig
from rtmodels.schema.live.decision import LiveDecisionTrigger, LiveOutputText
from rtmodels.schema.live.delegation import (
    LiveDelegation,
    LiveDelegationUpdate,
    LiveSessionUpdateConfigDelegationResponses,
)

__all__ = [
    "LiveForkSessionConfig",
    "LiveForkSessionConfigAudio",
    "LiveInitialItem",
    "LiveInitialItemMessageAssistant",
    "LiveInitialItemMessageAssistantContentText",
    "LiveInitialItemMessageDeveloper",
    "LiveInitialItemMessageDeveloperContent",
    "LiveInitialItemMessageUser",
    "LiveInitialItemStatus",
    "LiveMediaSessionConfig",
    "LiveMediaSessionConfigAudio",
    "LiveMediaSessionConfigWakePolicy",
    "LiveMediaSessionForkConfig",
    "LiveModel",
    "LiveSessionConfig",
    "LiveSessionConfigAudio",
    "LiveSessionConfigAudioOutput",
    "LiveSessionResource",
    "LiveSessionUpdateConfig",
]

LiveModel: TypeAlias = Literal["gpt-live-1", "gpt-live-1.1"] | OpenStr
"""A model that listens and speaks at the same time."""

LiveInitialItemStatus: TypeAlias = Literal["incomplete", "completed"]
"""Whether a message of the history was finished."""


@frozen(kw_only=True, repr=False)
class LiveInitialItemMessageDeveloperContent(Model):
    """Text of the developer's or the user's."""

    text: str
    """What was said or written."""

    type: Literal["input_text"] | str | None = "input_text"
    """The kind of content, which is always text."""


@frozen(kw_only=True, repr=False)
class LiveInitialItemMessageDeveloper(Model):
    """A message of the developer from before the session."""

    content: tuple[LiveInitialItemMessageDeveloperContent, ...]
    """What the developer wrote, in one part."""

    role: Literal["developer"] = "developer"
    """Tells this message from those of the user and the assistant."""

    id: str | None | Unset = UNSET
    """The id of the message."""

    status: LiveInitialItemStatus | str | None | Unset = UNSET
    """Whether the message was finished."""

    type: Literal["message"] | None = "message"
    """The kind of item, which is always a message."""


@frozen(kw_only=True, repr=False)
class LiveInitialItemMessageUser(Model):
    """A message of the user from before the session."""

    content: tuple[LiveInitialItemMessageDeveloperContent, ...]
    """What the user said or wrote, in one part."""

    role: Literal["user"] = "user"
    """Tells this message from those of the developer and the assistant."""

    id: str | None | Unset = UNSET
    """The id of the message."""

    status: LiveInitialItemStatus | str | None | Unset = UNSET
    """Whether the message was finished."""

    type: Literal["message"] | None = "message"
    """The kind of item, which is always a message."""


@frozen(kw_only=True, repr=False)
class LiveInitialItemMessageAssistantContentText(Model):
    """Text of the assistant's, as plain text."""

    text: str
    """What was said or written."""

    type: Literal["text"] | None = "text"
    """Tells this part from an output of a model."""


@frozen(kw_only=True, repr=False)
class LiveInitialItemMessageAssistant(Model):
    """A message of the assistant from before the session."""

    content: tuple[
        LiveInitialItemMessageAssistantContentText | LiveOutputText | Unknown, ...
    ]
    """What the assistant said or wrote, in one part."""

    role: Literal["assistant"] = "assistant"
    """Tells this message from those of the developer and the user."""

    id: str | None | Unset = UNSET
    """The id of the message."""

    status: LiveInitialItemStatus | str | None | Unset = UNSET
    """Whether the message was finished."""

    type: Literal["message"] | None = "message"
    """The kind of item, which is always a message."""


LiveInitialItem: TypeAlias = (
    LiveInitialItemMessageDeveloper
    | LiveInitialItemMessageUser
    | LiveInitialItemMessageAssistant
    | Unknown
)
"""A message of the conversation from before the session."""


@frozen(kw_only=True, repr=False)
class LiveSessionConfigAudioOutput(Model):
    """How the model speaks."""

    voice: LiveVoice | None = None
    """The voice, ``marin`` by default.

    It cannot change once the session has started.
    """


@frozen(kw_only=True, repr=False)
class LiveSessionConfigAudio(Model):
    """How audio is encoded and which voice speaks."""

    format: LiveAudioFormat | None = None
    """How samples are encoded, in both directions."""

    output: LiveSessionConfigAudioOutput | None = None
    """How the model speaks."""


@frozen(kw_only=True, repr=False)
class LiveMediaSessionConfigAudio(Model):
    """How the model speaks.

    WebRTC and SIP agree on the encoding by themselves.
    """

    output: LiveSessionConfigAudioOutput | None = None
    """How the model speaks."""


@frozen(kw_only=True, repr=False)
class LiveSessionConfig(Model):
    """The settings of a session over a WebSocket."""

    model: LiveModel
    """The model, which cannot change once the session has started."""

    audio: LiveSessionConfigAudio | None = None
    """How audio is encoded and which voice speaks."""

    client: LiveClientConfig | None = None
    """What the frontend of a WebRTC session may send and receive."""

    delegation: LiveDelegation | None | Unset = UNSET
    """Who works on delegated tasks.

    The client does, if absent or null.
    """

    input: tuple[LiveInitialItem, ...] | None = None
    """The conversation from before the session, in order."""

    instructions: str | None | Unset = UNSET
    """How to speak and when to delegate, for the model.

    They cannot change later.
    """

    safety_identifier: str | None | Unset = UNSET
    """A stable id for the end user, by which abuse can be detected."""

    store: bool | None = None
    """Whether the session is stored, so that it can be forked later."""

    triggers: tuple[LiveDecisionTrigger, ...] | None = None
    """Questions to answer as the transcript grows, one trigger for each event type."""


@frozen(kw_only=True, repr=False)
class LiveMediaSessionConfigWakePolicy(Model):
    """What resumes inference after a pause."""

    type: Literal["speech"] = "speech"
    """What resumes it: speech."""

    vad_threshold: float | None = None
    """How sure the detector of speech has to be, from 0.0 to 1.0; 0.5 by default."""


@frozen(kw_only=True, repr=False)
class LiveMediaSessionConfig(Model):
    """The settings of a session over WebRTC."""

    model: LiveModel
    """The model, which cannot change once the session has started."""

    audio: LiveMediaSessionConfigAudio | None = None
    """Which voice speaks."""

    client: LiveClientConfig | None = None
    """What the frontend may send and receive over the data channel."""

    delegation: LiveDelegation | None | Unset = UNSET
    """Who works on delegated tasks.

    The client does, if absent or null.
    """

    idle_timeout_s: int | None = None
    """Silence after which inference pauses, in whole seconds.

    It never does, if absent.
    """

    input: tuple[LiveInitialItem, ...] | None = None
    """The conversation from before the session, in order."""

    instructions: str | None | Unset = UNSET
    """How to speak and when to delegate, for the model.

    They cannot change later.
    """

    safety_identifier: str | None | Unset = UNSET
    """A stable id for the end user, by which abuse can be detected."""

    store: bool | None = None
    """Whether the session is stored, so that it can be forked later."""

    triggers: tuple[LiveDecisionTrigger, ...] | None = None
    """Questions to answer as the transcript grows, one trigger for each event type."""

    wake_policy: LiveMediaSessionConfigWakePolicy | None = None
    """What resumes inference after a pause."""


@frozen(kw_only=True, repr=False)
class LiveForkSessionConfigAudio(Model):
    """How audio is encoded in a forked session.

    Its voice is that of the stored session.
    """

    format: LiveAudioFormat | None = None
    """How samples are encoded, in both directions."""


@frozen(kw_only=True, repr=False)
class LiveForkSessionConfig(Model):
    """The settings of a fork over a WebSocket that differ from the stored session's."""

    audio: LiveForkSessionConfigAudio | None = None
    """How audio is encoded."""

    client: LiveClientConfig | None = None
    """What the frontend of a WebRTC session may send and receive."""

    delegation: LiveSessionUpdateConfigDelegationResponses | None = None
    """Changes to the Responses model that works on delegated tasks."""

    store: bool | None = None
    """Whether the new session is stored as well."""


@frozen(kw_only=True, repr=False)
class LiveMediaSessionForkConfig(Model):
    """The settings of a fork over WebRTC that differ from the stored session's."""

    client: LiveClientConfig | None = None
    """What the frontend may send and receive over the data channel."""

    delegation: LiveSessionUpdateConfigDelegationResponses | None = None
    """Changes to the Responses model that works on delegated tasks."""

    store: bool | None = None
    """Whether the new session is stored as well."""


@frozen(kw_only=True, repr=False)
class LiveSessionUpdateConfig(Model):
    """The settings that can change during a session.

    What is absent stays as it is.
    """

    delegation: LiveDelegationUpdate | None | Unset = UNSET
    """Changes to who works on delegated tasks, and how."""

    triggers: tuple[LiveDecisionTrigger, ...] | None = None
    """All triggers from now on.

    An empty list removes them.
    """


@frozen(kw_only=True, repr=False)
class LiveSessionResource(Model):
    """A session as the server reports it."""

    id: str
    """The id of the session: ``live_...``."""

    expires_at: int
    """Until when the session can last, in Unix seconds."""

    model: LiveModel
    """The model that listens and speaks."""

    status: Expected[Literal["active"] | str] = None
    """Whether the session runs.

    Servers say ``active`` even of a closed session.
    """

    audio: LiveSessionConfigAudio | None = None
    """How audio is encoded and which voice speaks."""

    client: LiveClientConfig | None = None
    """What the frontend of a WebRTC session may send and receive."""

    delegation: LiveDelegation | None | Unset = UNSET
    """Who works on delegated tasks."""

    input: tuple[LiveInitialItem, ...] | None = None
    """The conversation from before the session, in order."""

    instructions: str | None | Unset = UNSET
    """How to speak and when to delegate, for the model."""

    safety_identifier: str | None | Unset = UNSET
    """A stable id for the end user, by which abuse can be detected."""

    store: bool | None = None
    """Whether the session is stored, so that it can be forked later."""

    triggers: tuple[LiveDecisionTrigger, ...] | None = None
    """Questions to answer as the transcript grows."""
