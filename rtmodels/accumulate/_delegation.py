"""The state of one delegation, and the effect of each event about it.

Only `_live_accumulator` may import it, and the package exports its classes.

The nested events belong to the Responses API, and arrive as raw objects. They are read
with care: a value of another type than expected counts as absent.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from attrs import define, field, frozen

from rtmodels._display import short_repr
from rtmodels.accumulate._buffer import Buffer
from rtmodels.schema._model import Unknown
from rtmodels.schema.live.events.decision import LiveDecisionEvent
from rtmodels.schema.live.events.session import (
    LiveDelegationCreated,
    LiveDelegationTarget,
)

__all__ = ["LiveDelegatedCall", "LiveDelegatedTask"]

Payload: TypeAlias = Mapping[str, Any]

ItemKey: TypeAlias = str | int | None
"""An item's id, or its output index if it has none."""


@frozen(kw_only=True)
class LiveDelegatedCall:
    """A function call of a Responses model, which the client has to answer.

    The output goes back as a `LiveResponseItemCreate` with the *call_id*. After the
    outputs of all calls, a `LiveResponseCreate` resumes the task.
    """

    call_id: str
    """The id that the output has to name."""

    name: str
    """The function to call."""

    arguments: str
    """The arguments, as the model wrote them: they should be a JSON object."""


@frozen(kw_only=True)
class LiveDelegatedTask:
    """A task that the Live model has delegated, and what has become of it so far.

    A Responses model works on a task in one response or several: a response ends with
    the calls that the client has to answer, and the next one begins with their outputs.
    *status*, *text*, *calls* and *response* are those of the last response.
    """

    id: str
    """The id of the delegation."""

    target: LiveDelegationTarget | str | None
    """Who works on the task; ``None`` if ``session.delegation.created`` is missing."""

    offset_ms: int | None
    """Where on the timeline the model delegated the task, in milliseconds.

    ``None`` if ``session.delegation.created`` is missing.
    """

    response_id: str | None = None
    """The id of the last response, if any."""

    status: str | None = None
    """The status of the last response or of the decision, such as ``in_progress``.

    ``None`` if no event has reported one, as for tasks that the client works on.
    """

    text: str = ""
    """The text of the last response, as far as it has come."""

    calls: tuple[LiveDelegatedCall, ...] = ()
    """The function calls of the last response whose arguments are complete."""

    response: Mapping[str, Any] | None = field(
        default=None, hash=False, repr=short_repr
    )
    """The last response as its last snapshot reports it, without its output.

    It is an object of the Responses API, which has the usage and the error.
    """

    decision: Mapping[str, Any] | None = field(
        default=None, hash=False, repr=short_repr
    )
    """The decision on the task: an object of the Decisions API."""


@define(eq=False)
class CallState:
    """One function call; it can be answered once it has all of these."""

    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None

    def update(
        self, call_id: str | None, name: str | None, arguments: str | None
    ) -> None:
        """Replace what an event has; keep what it has not."""
        self.call_id = self.call_id if call_id is None else call_id
        self.name = self.name if name is None else name
        self.arguments = self.arguments if arguments is None else arguments

    def snapshots(self) -> Iterator[LiveDelegatedCall]:
        """Iterate over the call, if it is complete."""
        match self:
            case CallState(call_id=str(id_), name=str(name), arguments=str(arguments)):
                yield LiveDelegatedCall(call_id=id_, name=name, arguments=arguments)


@define(eq=False)
class DelegationState:
    """One delegation, from the first event that mentions it."""

    id: str

    target: LiveDelegationTarget | str | None = None
    offset_ms: int | None = None
    response_id: str | None = None
    status: str | None = None
    response: Payload | None = None
    decision: Payload | None = None

    texts: dict[tuple[ItemKey, int], Buffer[str]] = field(factory=dict)
    """The texts of the last response by item and content index."""

    calls: dict[ItemKey, CallState] = field(factory=dict)
    """The function calls of the last response by item."""

    over: bool = False
    """Whether the last response has ended."""

    cached: LiveDelegatedTask | None = None
    """The result of `snapshot`, until something changes."""

    def snapshot(self) -> LiveDelegatedTask:
        """Return the task as it is now."""
        if self.cached is None:
            self.cached = LiveDelegatedTask(
                id=self.id,
                target=self.target,
                offset_ms=self.offset_ms,
                response_id=self.response_id,
                status=self.status,
                text="".join(text.gathered for text in self.texts.values()),
                calls=tuple(
                    snapshot
                    for call in self.calls.values()
                    for snapshot in call.snapshots()
                ),
                response=self.response,
                decision=self.decision,
            )
        return self.cached

    def announce(self, event: LiveDelegationCreated) -> None:
        """Record what *event* says of the task."""
        self.cached = None
        self.target = event.delegation.target
        self.offset_ms = event.offset_ms

        # Events of the response that came first are newer than the announcement.
        if self.response_id is None:
            self.response_id = event.delegation.response_id

    def decide(self, event: LiveDecisionEvent) -> None:
        """Record the decision on the task."""
        self.cached = None
        self.decision = event.event.decision
        self.status = event.event.type.removeprefix("decision.")

    def feed(self, event: Unknown) -> None:
        """Add an event of the Responses API."""
        handler = RESPONSE_HANDLERS.get(event.tag or "")
        if handler is not None:
            self.cached = None
            handler(self, event.payload)

    # The response

    def _begin_response(self, response_id: str | None) -> None:
        """Drop what is known of the last response, since another one has begun."""
        self.response_id = response_id
        self.status = self.response = None
        self.texts, self.calls, self.over = {}, {}, False

    def _resume(self) -> None:
        """Begin another response if the last one is over: more of it has come."""
        if self.over:
            self._begin_response(None)

    def report(self, payload: Payload) -> None:
        """Record the state of a response, which may be another one than before."""
        response = read_object(payload, "response")
        id_ = read_text(response, "id")
        if id_ is not None and id_ != self.response_id:
            if self.response_id is not None:
                self._begin_response(id_)
            self.response_id = id_

        # The type of the event says it too: response.in_progress, response.completed.
        kind = (read_text(payload, "type") or "").removeprefix("response.")
        known = read_text(response, "status")
        self.status = known or ("in_progress" if kind == "created" else kind)
        self.response, self.over = response or self.response, False

    def finish(self, payload: Payload) -> None:
        """Record how a response has ended."""
        self.report(payload)
        self.over = True

    def fail(self, _payload: Payload) -> None:
        """Record that the response has ended with an error, which names no response."""
        self.status, self.over = "failed", True

    # Its texts

    def _open_text(self, item: ItemKey, payload: Payload) -> Buffer[str]:
        """Return the text that *payload* is about, which may be new."""
        key = item, read_index(payload, "content_index") or 0
        return self.texts.setdefault(key, Buffer(""))

    def append_text(self, payload: Payload) -> None:
        """Append a delta to a text."""
        self._resume()
        delta = read_text(payload, "delta")
        text = self._open_text(read_item_key(payload), payload)
        if delta is not None and not text.closed:
            text.pending.append(delta)

    def finish_text(self, payload: Payload) -> None:
        """Replace a text with its final value."""
        self._resume()
        final = read_text(payload, "text")
        if final is not None:
            self._open_text(read_item_key(payload), payload).close(final)

    # Its calls

    def begin_item(self, payload: Payload) -> None:
        """Record the name of a function to call, whose arguments are still to come."""
        self._resume()
        match read_object(payload, "item"):
            case {"type": "function_call"} as item:
                self._update_call(payload, item, arguments=None)

    def finish_item(self, payload: Payload) -> None:
        """Record a complete function call, or the texts of a complete message."""
        self._resume()
        match read_object(payload, "item"):
            case {"type": "function_call"} as item:
                self._update_call(payload, item, read_text(item, "arguments"))
            case {"type": "message", "content": [*parts]} as item:
                self._finish_message(read_item_key(payload, item), parts)

    def finish_arguments(self, payload: Payload) -> None:
        """Record the complete arguments of a function call."""
        self._resume()
        self._update_call(payload, None, read_text(payload, "arguments"))

    def _update_call(
        self, payload: Payload, item: Payload | None, arguments: str | None
    ) -> None:
        """Record what *payload* says of a call, which it may have as its *item*."""
        call = self.calls.setdefault(read_item_key(payload, item), CallState())
        source = payload if item is None else item
        call.update(read_text(source, "call_id"), read_text(source, "name"), arguments)

    def _finish_message(self, key: ItemKey, parts: list[Any]) -> None:
        """Replace the texts of a message with its *parts*."""
        for index, part in enumerate(parts):
            match part:
                case {"type": "output_text", "text": str(text)}:
                    self.texts.setdefault((key, index), Buffer("")).close(text)


def read_text(payload: Payload, key: str) -> str | None:
    """Return the text at *key*; ``None`` if there is none."""
    value = payload.get(key)
    return value if isinstance(value, str) else None


def read_index(payload: Payload, key: str) -> int | None:
    """Return the number at *key*; ``None`` if there is none."""
    value = payload.get(key)
    return value if isinstance(value, int) else None


def read_object(payload: Payload, key: str) -> Payload:
    """Return the object at *key*; an empty one if there is none."""
    value = payload.get(key)
    return value if isinstance(value, Mapping) else {}


def read_item_key(payload: Payload, item: Payload | None = None) -> ItemKey:
    """Return the key of the item that *payload* is about, or has in it."""
    id_ = read_text(payload, "item_id") if item is None else read_text(item, "id")
    return read_index(payload, "output_index") if id_ is None else id_


RESPONSE_HANDLERS: Final[Mapping[str, Callable[[DelegationState, Payload], None]]] = {
    "response.created": DelegationState.report,
    "response.queued": DelegationState.report,
    "response.in_progress": DelegationState.report,
    "response.completed": DelegationState.finish,
    "response.failed": DelegationState.finish,
    "response.incomplete": DelegationState.finish,
    "error": DelegationState.fail,
    "response.output_item.added": DelegationState.begin_item,
    "response.output_item.done": DelegationState.finish_item,
    "response.output_text.delta": DelegationState.append_text,
    "response.output_text.done": DelegationState.finish_text,
    "response.function_call_arguments.done": DelegationState.finish_arguments,
}
"""The method for each type of nested event that says something of the task."""
