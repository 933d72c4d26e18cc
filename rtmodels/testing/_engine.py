"""The engine: plays a script to one client, without any input or output of its own.

Frames of the client go in by `Engine.receive`. What the server does comes out of
`Engine.take`: frames, `Close` and `Drop`. The script is a generator that yields a
`Waiting` wherever it waits for the client.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import orjson

from rtmodels import (
    ConversationCreatedEvent,
    ConversationCreatedEventConversation,
    ErrorEvent,
    ErrorEventError,
    Mode,
    RealtimeBetaClientEvent,
    RealtimeClientEvent,
    ResponseCreateEvent,
    SessionCreatedEvent,
    Unknown,
)
from rtmodels.adapters.json import JsonAdapter
from rtmodels.errors import DecodeError, Issue, ValidationError
from rtmodels.testing._connection import (
    Connection,
    Play,
    Sent,
    StepLike,
    Version,
    Waiting,
    run_steps,
)
from rtmodels.testing._refusals import RefusalError
from rtmodels.versions import upgrade

__all__ = ["Engine"]


class Engine(Connection):
    """A connection, and the script that is played to its client."""

    def __init__(
        self, steps: Iterable[StepLike], *, greet: bool = True, **options: Any
    ) -> None:
        steps = tuple(steps)
        is_replay = bool(steps) and getattr(steps[0], "replaces_greeting", False)
        super().__init__(is_automatic=greet and not is_replay, **options)
        self._script: Play = run_steps(steps, self)

    @property
    def waiting(self) -> Waiting | None:
        """Where the script waits; ``None`` if it does not."""
        return self._waiting

    @property
    def pause(self) -> float | None:
        """Seconds of the delay that the script has come to, if it has."""
        return None if self._waiting is None else self._waiting.seconds

    @property
    def is_optional(self) -> bool:
        """Whether the script may end where it is."""
        return self._waiting is None or self._waiting.optional

    def start(self) -> None:
        """Greet the client, and play the script up to where it waits."""
        if self.is_automatic:
            self.send(
                SessionCreatedEvent(event_id=self.make_id(), session=self.session)
            )
            if self.version == "beta":
                conversation = ConversationCreatedEventConversation(
                    id=self.conversation.id, object="realtime.conversation"
                )
                self.send(
                    ConversationCreatedEvent(
                        event_id=self.make_id(), conversation=conversation
                    )
                )
        self._run()

    def take(self) -> list[Sent]:
        """Return what there is for the client, and forget it."""
        outputs = list(self._outbox)
        self._outbox.clear()
        return outputs

    def receive(self, frame: bytes | str) -> None:
        """Acknowledge one frame of the client, and continue the script."""
        self.frames.append(frame)
        try:
            event = self._decode(frame)
        except RefusalError as exc:
            if self.is_automatic:
                self._refuse(exc, _read_key(frame, "event_id"))
        else:
            self._acknowledge(event)
        self._run()

    def elapse(self) -> None:
        """Continue the script after a delay."""
        self._waiting = None
        self._run()

    def expire(self, seconds: float) -> None:
        """Abandon the script, which has waited for *seconds*, and close."""
        self.report(f"waited {seconds:g} s for {self.waits_for}")
        self._script.close()
        self._waiting, self.is_played = None, True
        self.close(1011, "the script of the test waited too long")

    def finish(self, code: int | None) -> None:
        """Note that the connection has ended, with the close *code*."""
        self.close_code = code
        waiting = self._waiting
        if waiting is not None and not waiting.optional and waiting.seconds is None:
            self.report(f"the connection ended; the script waited for {waiting.text}")
        self._waiting = None
        self._script.close()

    def _decode(self, frame: bytes | str) -> Any:
        """Decode *frame* in strict mode, or else as well as it can be."""
        try:
            return upgrade(_client_events(self.version, "strict").decode(frame))
        except (DecodeError, ValidationError) as exc:
            type_, issues = _read_key(frame, "type"), getattr(exc, "issues", ())
            issues = [issue for issue in issues if not self._is_beta_part(issue)]
            message = "does not match the schema" if issues else str(exc)
            if issues or isinstance(exc, DecodeError):
                self.report(
                    message, type_=type_, issues=issues, position=len(self.frames)
                )
            error = exc

        # The real server accepts more than strict mode does.
        try:
            event = upgrade(_client_events(self.version, "tolerant").decode(frame))
        except (DecodeError, ValidationError):
            event = None
        if event is None or isinstance(event, Unknown):
            raise _describe(error, type_)
        return event

    def _is_beta_part(self, issue: Issue) -> bool:
        """Check whether *issue* is the type of a part, which has other names there.

        Servers of the beta take ``text``, where its schema lists ``output_text``.
        """
        names = "'text'", "'audio'"
        is_type = issue.loc[-1:] == ("type",) and "content" in issue.loc
        return self.version == "beta" and is_type and issue.got in names

    def _acknowledge(self, event: Any) -> None:
        """Keep the client's *event*, and answer it unless a replay runs."""
        self.received.append(event)
        if not self.is_automatic:
            return

        is_request = isinstance(event, ResponseCreateEvent)
        if is_request and self.is_played:
            self._reject_request(event)
            return
        try:
            self.conversation.answer(event)
        except RefusalError as exc:
            if is_request:
                self.rejected.append(event)
            self._refuse(exc, event.event_id)

    def _reject_request(self, event: ResponseCreateEvent) -> None:
        """Refuse a request for which the script has no response."""
        message = "the script has no response to this response.create"
        self.report(message, type_=event.type, position=len(self.frames))
        refusal = RefusalError(
            message=message, code="script_ended", type="server_error"
        )
        self._refuse(refusal, event.event_id)

    def _refuse(self, refusal: RefusalError, event_id: str | None) -> None:
        error = ErrorEventError(
            type=refusal.type,
            code=refusal.code,
            message=refusal.message,
            param=refusal.param,
            event_id=event_id,
        )
        event = ErrorEvent(event_id=self.make_id(), error=error)
        self._refusals.append(event)
        self.send(event)

    def _run(self) -> None:
        """Play the script up to where it waits."""
        while not self.is_played:
            waiting = self._waiting
            if waiting is not None and not waiting.is_met():
                return
            try:
                self._waiting = next(self._script)
            except StopIteration:
                self._waiting, self.is_played = None, True
                self._drop_requests()
            except Exception as exc:  # noqa: BLE001 - of a function of the test
                self.report(f"the script raised {exc!r}")
                self._waiting, self.is_played = None, True
                self.close(1011, "the script of the test failed")

    def _drop_requests(self) -> None:
        """Refuse the requests that the script has left unanswered."""
        requests = self.conversation.requests
        for request in requests:
            # A step that expected it may have answered it by events of its own.
            if not any(request is event for event in self.expected):
                self._reject_request(request)
        requests.clear()


def _describe(error: Exception, type_: str | None) -> RefusalError:
    """Build the refusal of a frame that is no event of the schema."""
    issues = getattr(error, "issues", ())
    if not issues:
        return RefusalError(message=f"Invalid JSON: {error}", code="invalid_json")

    path = issues[0].path.removeprefix("$").removeprefix(".")
    if path == "type" or not path:
        return RefusalError(
            message=f"Invalid value: '{type_}'.", code="invalid_value", param="type"
        )
    if issues[0].got == "nothing":
        message = f"Missing required parameter: '{path}'."
        return RefusalError(
            message=message, code="missing_required_parameter", param=path
        )
    message = f"Invalid value for '{path}': expected {issues[0].expected}."
    return RefusalError(message=message, code="invalid_value", param=path)


def _read_key(frame: bytes | str, key: str) -> str | None:
    """Return the text at *key* of *frame*, if it has one."""
    try:
        value = orjson.loads(frame)[key]
    except (ValueError, KeyError, TypeError):
        return None
    return value if isinstance(value, str) else None


@cache
def _client_events(version: Version, mode: Mode) -> Any:
    """Return the decoder of what clients of *version* send."""
    union: Any = RealtimeClientEvent if version == "ga" else RealtimeBetaClientEvent
    return JsonAdapter(union, mode=mode)
