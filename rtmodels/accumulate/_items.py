"""Items of a conversation as they grow."""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from attrs import define, evolve, field

from rtmodels.accumulate._growth import Growth
from rtmodels.accumulate._parts import (
    Content,
    Difference,
    GrowingPart,
    Stream,
    settle,
)
from rtmodels.schema._model import Unknown
from rtmodels.schema.content import (
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageUserContent,
)
from rtmodels.schema.items import (
    RealtimeConversationItem,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageUser,
)
from rtmodels.schema.mcp import RealtimeMCPApprovalRequest, RealtimeMCPToolCall

Message: TypeAlias = (
    RealtimeConversationItemMessageAssistant | RealtimeConversationItemMessageUser
)
MESSAGES: Final = (
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageUser,
)
"""The members of `Message`; a tuple is faster to look into than a union."""

Call: TypeAlias = (
    RealtimeConversationItemFunctionCall
    | RealtimeMCPToolCall
    | RealtimeMCPApprovalRequest
)

NOTHING_SAID: Final = RealtimeConversationItemMessageAssistantContent()
NOTHING_HEARD: Final = RealtimeConversationItemMessageUserContent(type="input_audio")
"""What a part is before anybody says anything about it."""


def id_of(item: RealtimeConversationItem) -> str | None:
    """Give the id of *item*, whether its class is known or not."""
    id_ = item.payload.get("id") if isinstance(item, Unknown) else item.id
    return id_ if isinstance(id_, str) else None


@define(eq=False)
class GrowingItem:
    """One item, from its first mention to its end."""

    base: RealtimeConversationItem
    """What is known beside the deltas; a guess unless it was announced."""

    announced: bool
    """Whether an event said that it begins."""

    id: str | None = field(init=False)
    arguments: Growth[str] = field(init=False)

    parts: dict[int, GrowingPart] = field(factory=dict)
    """The parts of a message that deltas are about, by content index."""

    done: bool = False
    """Whether an event said that it is complete."""

    response_id: str | None = None
    """The response that made it, if one did."""

    output_index: int = 0
    """Its place in that response."""

    frozen: RealtimeConversationItem | None = None
    """What `freeze` gave, until something changes."""

    def __attrs_post_init__(self) -> None:
        """Read off *base* what is in constant use."""
        self.id = id_of(self.base)
        self.arguments = Growth("", getattr(self.base, "arguments", None) or None)

    def announce(self, base: RealtimeConversationItem) -> None:
        """Put *base*, the item in its first state, in the place of a guess."""
        self.announced = True
        if self.done or isinstance(base, Unknown):
            return
        self.rest_on(base)
        if self.arguments.value is None:
            self.arguments.whole = getattr(base, "arguments", None) or None
        if isinstance(base, MESSAGES):
            for _, content, part in self._pair(base):
                part.rest_on(content)

    def rest_on(self, base: RealtimeConversationItem) -> None:
        """Take *base* for what is known beside the deltas."""
        if type(base) is not type(self.base):
            self.parts = {}  # what grew were parts of something else
        self.base = base

    def open_part(self, index: int) -> GrowingPart:
        """Give the part at *index*, which may be new."""
        part = self.parts.get(index)
        if part is None:
            part = self.parts[index] = self._make_part(index)
        return part

    def _pair(self, message: Message) -> Iterator[tuple[int, Content, GrowingPart]]:
        """Pair the content of *message* with the parts that deltas are about."""
        content: tuple[Content, ...] = message.content
        for index, part in self.parts.items():
            if 0 <= index < len(content):
                yield index, content[index], part

    def read(self, index: int, name: Stream) -> str | bytes | None:
        """Give what the part at *index* has under *name*, if there is one."""
        if index in self.parts:
            value: str | bytes | None = getattr(self.parts[index], name).value
            return value
        content = self.base.content if isinstance(self.base, MESSAGES) else ()
        return getattr(content[index], name) if 0 <= index < len(content) else None

    def _make_part(self, index: int) -> GrowingPart:
        """Make a part of what the item says about it, or of nothing."""
        content: Content = NOTHING_SAID
        if isinstance(self.base, RealtimeConversationItemMessageUser):
            content = NOTHING_HEARD
        known = isinstance(self.base, MESSAGES) and 0 <= index < len(self.base.content)
        if isinstance(self.base, MESSAGES) and known:
            content = self.base.content[index]
        part = GrowingPart(content, announced=known)
        if self.done and not isinstance(self.base, RealtimeConversationItemMessageUser):
            part.close()
        return part

    def freeze(self) -> RealtimeConversationItem:
        """Give the item as far as it is known."""
        if self.frozen is None:
            match self.base:
                case (
                    RealtimeConversationItemMessageAssistant()
                    | RealtimeConversationItemMessageUser()
                ):
                    self.frozen = self._freeze_message(self.base)
                case (
                    RealtimeConversationItemFunctionCall()
                    | RealtimeMCPToolCall()
                    | RealtimeMCPApprovalRequest()
                ):
                    self.frozen = self._freeze_call(self.base)
                case _:
                    self.frozen = self.base
        return self.frozen

    def _freeze_message(self, base: Any) -> Message:
        """Put the parts as they are now into *base*."""
        indices = set(range(len(base.content)))
        if not self.done:
            indices.update(self.parts)
        content = tuple(
            self.parts[index].freeze() if index in self.parts else base.content[index]
            for index in sorted(indices)
        )
        same = is_same(content, base.content)
        frozen: Message = base if same else evolve(base, content=content)
        return frozen

    def _freeze_call(self, base: Call) -> Call:
        """Put the arguments as they are now into *base*."""
        arguments = self.arguments.gathered
        if arguments in ("", base.arguments):
            return base
        return evolve(base, arguments=arguments)

    def finish(self, said: RealtimeConversationItem) -> list[Difference]:
        """Compare with *said*, the item in its final state, which counts."""
        differences = []
        if not isinstance(self.base, Unknown):
            if isinstance(said, Unknown):
                return []  # it could not be read, and contradicts nothing
            if self.announced and type(said) is not type(self.base):
                differences.append(Difference("content", said.type, self.base.type))
        self.rest_on(said)
        self.done = True
        match said:
            case RealtimeConversationItemMessageUser():
                differences += self._finish_parts(said)
            case RealtimeConversationItemMessageAssistant():
                differences += self._finish_parts(said)
                for part in self.parts.values():
                    part.close()
            case (
                RealtimeConversationItemFunctionCall()
                | RealtimeMCPToolCall()
                | RealtimeMCPApprovalRequest()
            ):
                differences += self._finish_arguments(said.arguments)
        return differences

    def _finish_parts(self, said: Message) -> list[Difference]:
        """Compare each part with what *said* has in its place."""
        differences: list[Difference] = []
        for index, content, part in self._pair(said):
            found = part.finish(content)
            differences += [each._replace(content_index=index) for each in found]
            part.rest_on(content)
        count = len(said.content)
        lost = sum(i >= count and part.has_grown for i, part in self.parts.items())
        if lost:
            parts = f"{count} parts", f"{count + lost} parts"
            differences.append(Difference("content", *parts))
        return differences

    def _finish_arguments(self, said: str) -> list[Difference]:
        """Compare the arguments with those that *said* has."""
        if self.arguments.value is None:
            self.arguments.close(said)
            return []
        got = settle(self.arguments, said, midway=not self.announced)
        return [] if got is None else [Difference("arguments", said, got)]

    def replace(self, said: RealtimeConversationItem) -> None:
        """Become *said*, the item as the server holds it, but keep what it omits."""
        for part in self.parts.values():
            part.truncated = False
        self.finish(said)  # it need not be what the server sent before


def is_same(new: tuple[object, ...], old: tuple[object, ...]) -> bool:
    """Tell whether two tuples hold the very same objects."""
    return len(new) == len(old) and all(a is b for a, b in zip(new, old, strict=True))
