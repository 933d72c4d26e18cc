"""What messages and reusable prompts are made of: text, audio, images and files."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, Unknown, Unset

__all__ = [
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
]


@frozen(kw_only=True, repr=False)
class RealtimeConversationItemMessageSystemContent(Model):
    """One piece of a system message, which is always text."""

    type: Literal["input_text"] | str | None = "input_text"
    """The kind of content; system messages know only this one."""

    text: str | None = None
    """What the system message tells the model."""


UserContentType: TypeAlias = Literal["input_text", "input_audio", "input_image"]
"""What one piece of a user message holds."""

MessageImageDetail: TypeAlias = Literal["auto", "low", "high"]
"""How closely the model looks at a message's image; more detail costs more tokens."""


@frozen(kw_only=True, repr=False)
class RealtimeConversationItemMessageUserContent(Model):
    """One piece of a user message; *type* says which of the other fields it has."""

    type: UserContentType | str | None = None
    """Whether this piece is text, audio or an image."""

    text: str | None = None
    """What the user wrote, in an ``input_text``."""

    audio: bytes | None = None
    """What the user said, in an ``input_audio``, in the session's input format."""

    image_url: str | None = None
    """A picture, in an ``input_image``, as a ``data:`` URL that holds a PNG or JPEG."""

    detail: MessageImageDetail | str | None = None
    """How closely to look at the picture, in an ``input_image``."""

    transcript: str | None = None
    """The words in *audio*: kept for the reader, and not shown to the model."""


AssistantContentType: TypeAlias = Literal["output_text", "output_audio"]
"""What one piece of an assistant message holds."""


@frozen(kw_only=True, repr=False)
class RealtimeConversationItemMessageAssistantContent(Model):
    """One piece of what the model said or wrote."""

    type: AssistantContentType | str | None = None
    """Whether this piece is text or audio."""

    text: str | None = None
    """What the model wrote, in an ``output_text``."""

    audio: bytes | None = None
    """What the model said, in an ``output_audio``, in the session's output format."""

    transcript: str | None = None
    """The words in *audio*."""


ResponseContentPartType: TypeAlias = Literal["text", "audio"]
"""What a content part holds; items put ``output_`` before the same word."""


@frozen(kw_only=True, repr=False)
class ResponseContentPart(Model):
    """One piece of a message as it begins to stream, and again when it is complete."""

    type: ResponseContentPartType | str | None = None
    """Whether this part is audio or text."""

    text: str | None = None
    """The text so far, in a ``text`` part."""

    audio: bytes | None = None
    """The samples so far, in an ``audio`` part, in the session's output format."""

    transcript: str | None = None
    """The words spoken so far, in an ``audio`` part."""


@frozen(kw_only=True, repr=False)
class PromptCacheBreakpointConfig(Model):
    """A mark at the end of input that stays the same and is worth keeping in cache."""

    mode: Literal["explicit"] | str = "explicit"
    """How the mark is set: by hand, on this very piece of content."""

    ttl: Literal["30m", "12h"] | str | None = None
    """How long the cache keeps the input."""


ImageDetail: TypeAlias = Literal["low", "high", "auto", "original"]
"""How closely the model looks at a prompt's image; ``original`` does not scale it."""

FileInputDetail: TypeAlias = Literal["auto", "low", "high"]
"""How closely the model looks at the pages of a file."""


@frozen(kw_only=True, repr=False)
class InputTextContent(Model):
    """Text that fills a variable of a reusable prompt."""

    text: str
    """What the variable becomes."""

    type: Literal["input_text"] = "input_text"
    """Tells text from images and files."""

    prompt_cache_breakpoint: PromptCacheBreakpointConfig | None = None
    """Ends the part of the prompt to cache after this text."""


@frozen(kw_only=True, repr=False)
class InputImageContent(Model):
    """A picture that fills a variable of a reusable prompt, by address or by file."""

    detail: ImageDetail | str
    """How closely to look at the picture."""

    type: Literal["input_image"] = "input_image"
    """Tells images from text and files."""

    image_url: str | None | Unset = UNSET
    """Where the picture is: a web address, or a ``data:`` URL that contains it."""

    file_id: str | None | Unset = UNSET
    """A picture uploaded beforehand: ``file-...``."""

    prompt_cache_breakpoint: PromptCacheBreakpointConfig | None = None
    """Ends the part of the prompt to cache after this picture."""


@frozen(kw_only=True, repr=False)
class InputFileContent(Model):
    """A document that fills a variable of a reusable prompt."""

    type: Literal["input_file"] = "input_file"
    """Tells files from text and images."""

    file_id: str | None | Unset = UNSET
    """A document uploaded beforehand: ``file-...``."""

    filename: str | None = None
    """What the document is called, such as ``contract.pdf``."""

    file_data: str | None = None
    """The document itself: base64 text, usually in a ``data:`` URL."""

    prompt_cache_breakpoint: PromptCacheBreakpointConfig | None = None
    """Ends the part of the prompt to cache after this document."""

    file_url: str | None = None
    """The web address of the document."""

    detail: FileInputDetail | str | None = None
    """How closely to look at the document's pages."""


ResponsePromptVariables: TypeAlias = Mapping[
    str, str | InputTextContent | InputImageContent | InputFileContent | Unknown
]
"""What to put in place of each variable of a reusable prompt, by its name."""


@frozen(kw_only=True, repr=False)
class Prompt(Model):
    """A reference to a prompt template that is stored with the account."""

    id: str
    """Which template: ``pmpt_...``."""

    version: str | None | Unset = UNSET
    """Which version of the template."""

    variables: ResponsePromptVariables | None | Unset = field(default=UNSET, hash=False)
    """Values for the variables in the template."""
