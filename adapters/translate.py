"""A client of one dialect of the Realtime protocol with a server of another.

::

    translator = Translator(client="ga", server="xai")
    frame = translator.to_client(frame)  # from the server; None if it has no like
    frame = translator.to_server(frame)

`TranslatedWebsocket` does so for code that takes a websocket, and
`rtmodels.adapters.translate_proxy` for programs that take only a URL. The GA is the
pivot: a frame becomes the GA's event first, by `upgrade`.
"""

import logging
from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import Any, Literal, TypeAlias, get_args

import orjson

import rtmodels
from rtmodels import Loss, Mode, Unknown, downgrade, upgrade
from rtmodels.adapters.json import JsonAdapter
from rtmodels.errors import RtmodelsError, ValidationError
from rtmodels.versions._table import classes_by_tag
from rtmodels.versions._to_servers import to_server

__all__ = ["Dialect", "OnLoss", "TranslatedWebsocket", "Translator", "log_loss"]

Dialect: TypeAlias = Literal[
    "ga", "beta", "voice_live", "xai", "qwen", "glm", "localai"
]
"""The servers of ``docs/servers.md``; vLLM has nothing in common with the others."""

OnLoss: TypeAlias = Callable[[str, Loss], Any]
"""Called with the type of an event, and with what the other side cannot express."""

_PREFIXES: dict[str, str] = {
    "ga": "Realtime",
    "beta": "RealtimeBeta",
    "voice_live": "VoiceLive",
    "xai": "Xai",
    "qwen": "Qwen",
    "glm": "Glm",
    "localai": "LocalAi",
}

_BETA_BASED = {"beta", "voice_live", "qwen", "glm"}
"""The dialects with the names of the beta."""

# Deltas of audio and text are most of the traffic, and have no settings to lose.
_SEARCHED = ("session", "response", "item")
"""The attributes of an event in which a conversion can lose something."""

_LOGGER = logging.getLogger(__name__)

MAX_TOLD = 1000
"""How many distinct losses a translator remembers, so that its memory is bounded."""


def log_loss(event_type: str, loss: Loss) -> None:
    """Log a warning for *loss* in an event of *event_type*, without the payload."""
    _LOGGER.warning("%s: %s is lost in translation", event_type, loss.path)


def _union(dialect: str, side: str) -> Any:
    """Return the union of what a client or a server of *dialect* sends."""
    prefix = "Realtime" if (dialect, side) == ("localai", "Client") else None
    return getattr(rtmodels, f"{prefix or _PREFIXES[dialect]}{side}Event")


@cache
def _adapter(dialect: str, side: str, mode: Mode = "forgiving") -> JsonAdapter[Any]:
    """Build the adapter for what a client or a server of *dialect* sends."""
    return JsonAdapter(_union(dialect, side), mode=mode)


def _remove(value: Any, loc: tuple[str | int, ...]) -> Any:
    """Remove the value at *loc* from an object, if there is one, and return it."""
    *path, last = loc
    for key in path:
        known = isinstance(value, dict) and key in value
        known = known or (isinstance(value, list) and isinstance(key, int))
        if not known:
            return None
        value = value[key]
    # In an array, the places of all others would change.
    return value.pop(last, None) if isinstance(value, dict) else None


@cache
def _types(dialect: str, side: str) -> frozenset[str]:
    """Return the types of what a client or a server of *dialect* sends."""
    return frozenset(classes_by_tag(_union(dialect, side)))


class Translator:
    """Translates the frames of one session, and does no input or output itself."""

    __slots__ = ("_on_loss", "_pass_unknown", "_told", "client", "server")

    def __init__(
        self,
        client: Dialect = "ga",
        server: Dialect = "ga",
        *,
        on_loss: OnLoss | None = log_loss,
        unknown: Literal["drop", "pass"] = "drop",
    ) -> None:
        """Translate between the dialects of a client and a server.

        Args:
            client: What the client speaks.
            server: What the server speaks.
            on_loss: Called once for each distinct loss. The default logs a warning
                without the payload. With None, losses are not looked for.
            unknown: What happens to an event whose type the other side does not have.
                Many clients end at such an event, so it is dropped by default.

        Raises:
            ValueError: There is no such dialect.
        """
        for dialect in (client, server):
            if dialect not in get_args(Dialect):
                names = ", ".join(get_args(Dialect))
                raise ValueError(f"no dialect {dialect!r}; there are {names}")
        if unknown not in {"drop", "pass"}:
            raise ValueError(f"unknown must be 'drop' or 'pass', not {unknown!r}")

        self.client: Dialect = client
        """What the client speaks."""
        self.server: Dialect = server
        """What the server speaks."""
        self._on_loss = on_loss
        self._pass_unknown = unknown == "pass"
        self._told: set[tuple[str, str]] = set()

    def to_client(self, frame: bytes | str) -> bytes | str | None:
        """Translate a frame of the server; ``None`` if it is dropped.

        A frame that needs no change is returned as it is, and so is one that cannot be
        decoded.
        """
        return self._translate(frame, self.server, self.client, "Server")

    def to_server(self, frame: bytes | str) -> bytes | str | None:
        """Translate a frame of the client; ``None`` if it is dropped.

        A frame that needs no change is returned as it is, and so is one that cannot be
        decoded.
        """
        return self._translate(frame, self.client, self.server, "Client")

    def _translate(
        self, frame: bytes | str, source: str, target: str, side: str
    ) -> bytes | str | None:
        """Translate a frame of *side* from the dialect *source* to *target*."""
        if source == target:
            return frame
        try:
            event = _adapter(source, side).decode(frame)
        except RtmodelsError:
            return frame  # the receiver has its own way with broken frames

        known = _types(target, side)
        if event.__class__ is Unknown:
            return self._judge(frame, event.tag, known)

        converted = self._convert(event, target)
        if converted.__class__ is Unknown:
            return self._judge(frame, converted.tag, known)
        type_: str = converted.type
        if type_ not in known:
            return self._judge(frame, type_, known)

        move = to_server(target, type_)
        if converted is event and move is None:
            return frame
        base = "beta" if target in _BETA_BASED else "ga"
        try:
            written = _adapter(base, side).encode(converted)
        except RtmodelsError:
            return frame  # a class of the source alone, which no conversion changed
        if move is not None:
            written = orjson.dumps(move(orjson.loads(written)))
        if any(hasattr(event, key) for key in _SEARCHED):
            written = self._remove_misfits(written, type_, target, side)

        # Where the type changes, so does the frame: most deltas end here.
        if type_ == event.type and orjson.loads(written) == orjson.loads(frame):
            return frame
        return written

    def _remove_misfits(
        self, written: bytes, type_: str, target: str, side: str
    ) -> bytes:
        """Remove the values that the classes of *target* cannot hold, and tell them."""
        try:
            _adapter(target, side, "tolerant").decode(written)
        except ValidationError as exc:
            message = orjson.loads(written)
            for issue in exc.issues:
                value = _remove(message, issue.loc)
                self._tell(type_, Loss(loc=issue.loc, value=value))
            return orjson.dumps(message)
        return written

    def _convert(self, event: Any, target: str) -> Any:
        """Convert *event* to the version that *target* is based on."""
        searched = self._on_loss and any(hasattr(event, key) for key in _SEARCHED)
        lost: list[Loss] | None = [] if searched else None

        converted = upgrade(event, lost=lost)
        if target in _BETA_BASED:
            # A round trip through the GA restores what the event saved.
            converted = downgrade(converted, lost=lost)
        for loss in lost or ():
            self._tell(event.type, loss)
        return converted

    def _judge(
        self, frame: bytes | str, type_: str, known: frozenset[str]
    ) -> bytes | str | None:
        """Return the frame of an event that was not converted, unless it is dropped."""
        if self._pass_unknown or type_ in known:
            return frame
        self._tell(type_, Loss(loc=(), value=type_))
        return None

    def _tell(self, type_: str, loss: Loss) -> None:
        """Tell *loss*, unless it was told."""
        key = (type_, loss.path)
        if self._on_loss and key not in self._told and len(self._told) < MAX_TOLD:
            self._told.add(key)
            self._on_loss(type_, loss)


class TranslatedWebsocket:
    """A client's websocket whose server seems to speak the client's dialect.

    It has the asyncio interface of websockets: all that is not translated is the
    websocket's own.
    """

    __slots__ = ("translator", "websocket")

    def __init__(self, websocket: Any, translator: Translator) -> None:
        """Wrap *websocket*, a connection to the server."""
        self.websocket = websocket
        """The websocket that is wrapped."""
        self.translator = translator
        """What translates its frames."""

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the websocket."""
        return getattr(self.websocket, name)

    async def send(self, message: Any, *args: Any, **kwargs: Any) -> None:
        """Translate *message* and send it, unless it is dropped."""
        translated = self.translator.to_server(message)
        if translated is not None:
            # Bytes would go into a binary frame, in place of the text that came in.
            if isinstance(message, str) and isinstance(translated, bytes):
                translated = translated.decode()
            await self.websocket.send(translated, *args, **kwargs)

    async def recv(self, **kwargs: Any) -> Any:
        """Receive the next message that is not dropped, translated."""
        while True:
            message = await self.websocket.recv(**kwargs)
            translated = self.translator.to_client(message)
            if translated is not None:
                if isinstance(message, str) and isinstance(translated, bytes):
                    return translated.decode()
                return translated

    async def __aiter__(self) -> AsyncIterator[Any]:
        """Iterate over the messages until the connection ends, as websockets does."""
        async for message in self.websocket:
            translated = self.translator.to_client(message)
            if translated is not None:
                if isinstance(message, str) and isinstance(translated, bytes):
                    translated = translated.decode()
                yield translated
