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
from collections.abc import AsyncIterator, Callable, Container, Sequence
from functools import cache
from typing import Any, Literal, TypeAlias, get_args

import orjson
from attrs import evolve

import rtmodels
from rtmodels import Loss, Mode, Unknown, downgrade, upgrade
from rtmodels.adapters._dialects import Dialect
from rtmodels.adapters._json_text import EXACT_LIMITS, dump_exactly, load_exactly
from rtmodels.adapters._undeclared import remove_undeclared
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.adapters.json import JsonAdapter
from rtmodels.errors import Issue, RtmodelsError, ValidationError
from rtmodels.versions._table import classes_by_tag
from rtmodels.versions._to_servers import to_server

__all__ = ["Dialect", "OnLoss", "TranslatedWebsocket", "Translator", "log_loss"]

_Loc: TypeAlias = tuple[str | int, ...]

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

_OPENAI = {"ga", "beta"}
"""The dialects whose clients and servers refuse what their types do not declare."""

# Deltas of audio and text are most of the traffic, and hold no objects.
_SEARCHED = ("conversation", "error", "item", "part", "response", "session", "usage")
"""The attributes of an event in which a conversion can lose something."""

_SPOKEN = {"audio": "output_audio", "text": "output_text"}
"""The GA's types of what an assistant says, by those of the beta."""

_LOGGER = logging.getLogger(__name__)

MAX_PARTS = 100
"""How many open parts of content a translator remembers."""

MAX_ROUNDS = 4
"""How often what the receiver refuses is removed before the event is dropped."""

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
def _adapter(dialect: str, side: str) -> JsonAdapter[Any]:
    """Build the adapter for what a client or a server of *dialect* sends."""
    return JsonAdapter(_union(dialect, side), mode="forgiving")


@cache
def _dict_adapter(
    dialect: str, side: str, mode: Mode = "forgiving"
) -> DictAdapter[Any]:
    """Build the adapter for messages, which are frames that were parsed."""
    return DictAdapter(_union(dialect, side), mode=mode)


def _parse(frame: bytes | str) -> Any:
    """Parse *frame*, which forgiving mode has read before."""
    try:
        return orjson.loads(frame)
    except ValueError:
        return load_exactly(frame)


def _write(message: Any) -> bytes:
    """Write *message*, with all that forgiving mode reads."""
    try:
        return orjson.dumps(message)
    except TypeError:
        return dump_exactly(message, limits=EXACT_LIMITS)


def _find_issues(message: Any, dialect: str, side: str, mode: Mode) -> list[Issue]:
    """Return what a client or a server of *dialect* refuses in *message*."""
    try:
        _dict_adapter(dialect, side, mode).decode(message)
    except ValidationError as exc:
        return list(exc.issues)
    return []


def _reach(value: Any, path: Sequence[str | int]) -> Any:
    """Return what is at *path* in *value*, or None if nothing is there."""
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _remove(message: Any, loc: _Loc) -> dict[_Loc, Any]:
    """Remove what is at *loc*, or the closest object around it.

    The result has what was removed, by its place.
    """
    while loc:
        # In an array, the places of all others would change.
        holder = _reach(message, loc[:-1])
        if isinstance(holder, dict) and loc[-1] in holder:
            return {loc: holder.pop(str(loc[-1]))}
        loc = loc[:-1]
    return {}


def _repair(message: Any, loc: _Loc) -> bool:
    """Replace a tag at *loc* that the GA has another word for; False if it has none."""
    holder = _reach(message, loc[:-1])
    if not isinstance(holder, dict) or loc[-1] != "type":
        return False

    tag = holder.get("type")
    if loc == ("usage", "type") and tag == "unknown":
        # What `upgrade` filled in; OpenAI's types know tokens and seconds alone.
        holder.update(type="duration", seconds=0)
    elif isinstance(tag, str) and tag in _SPOKEN:
        holder["type"] = _SPOKEN[tag]
    else:
        return False
    return True


def _rename_parts(message: dict[str, Any]) -> None:
    """Replace the types of the parts of what an assistant said by the GA's."""
    for path in (("item",), ("response", "output")):
        found = _reach(message, path)
        for item in found if isinstance(found, list) else [found]:
            if isinstance(item, dict) and item.get("role") == "assistant":
                parts = item.get("content")
                for index, _ in enumerate(parts if isinstance(parts, list) else ()):
                    _repair(parts, (index, "type"))


@cache
def _is_searched(cls: type) -> bool:
    """Return whether events of *cls* have one of the attributes that are searched."""
    return any(hasattr(cls, key) for key in _SEARCHED)


@cache
def _classes(dialect: str, side: str) -> dict[str, type]:
    """Return the classes of what a client or a server of *dialect* sends, by type."""
    return classes_by_tag(_union(dialect, side))


class Translator:
    """Translates the frames of one session, and does no input or output itself."""

    __slots__ = ("_on_loss", "_parts", "_pass_unknown", "_told", "client", "server")

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
        self._told: set[tuple[str, _Loc]] = set()
        self._parts: dict[tuple[str, int], str] = {}

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

        known = _classes(target, side)
        if event.__class__ is Unknown:
            return self._judge(frame, event.tag, known)

        converted, lost = self._convert(event, target)
        if converted.__class__ is Unknown:
            self._tell_all(event.type, lost)
            return self._judge(frame, converted.tag, known)
        type_: str = converted.type
        if type_ not in known:
            self._tell_all(event.type, lost)
            return self._judge(frame, type_, known)

        move = to_server(target, type_)
        searched = _is_searched(converted.__class__)
        strict = target in _OPENAI
        if strict:
            self._tell_all(event.type, lost)
        if strict and converted.extra and not searched:
            for key, value in converted.extra.items():
                self._tell(type_, (key,), value)
            converted = evolve(converted, extra=None)
        if converted is event and move is None and not (strict and searched):
            return frame

        base = "beta" if target in _BETA_BASED else "ga"
        same = type_ == event.type
        try:
            # Where the type changes, so does the frame: most deltas end here.
            if not searched and not same and move is None:
                return _adapter(base, side).encode(converted)
            message = _dict_adapter(base, side).encode(converted)
        except RtmodelsError:
            return frame  # a class of the source alone, which no conversion changed

        if move is not None:
            message = move(message)
        if searched:
            if type_.startswith("response.content_part."):
                self._complete_part(message)
            if not self._fit(message, type_, target, side):
                return None
            if not strict and self._on_loss:
                self._tell_ignored(message, event.type, lost, target, side)

        if same and message == _parse(frame):
            return frame
        return _write(message)

    def _complete_part(self, message: dict[str, Any]) -> None:
        """Add the type of a part that ends without one, as it was announced."""
        part, place = message["part"], (message["item_id"], message["content_index"])
        if message["type"].endswith(".added"):
            if len(self._parts) < MAX_PARTS and "type" in part:
                self._parts[place] = part["type"]
            return

        announced = self._parts.pop(place, "audio")
        part.setdefault("type", announced)

    def _fit(self, message: dict[str, Any], type_: str, target: str, side: str) -> bool:
        """Remove and tell what the classes of *target* refuse.

        The result is whether the event is accepted then.
        """
        removed: dict[_Loc, Any] = {}
        if target in _OPENAI:
            if target == "ga":
                _rename_parts(message)
                _repair(message, ("usage", "type"))
            cls = _classes(target, side)[type_]
            checked, removed = remove_undeclared(cls, message)
            if target == "beta":
                # Its types have the GA's words, and its servers these.
                _rename_parts(checked)
            issues = _find_issues(checked, target, side, "strict")
        else:
            issues = _find_issues(message, target, side, "tolerant")

        if issues and not self._repair_all(message, issues, removed, target, side):
            self._tell(type_, (), type_)
            return False
        for loc, value in removed.items():
            if value is not None:
                self._tell(type_, loc, value)
        return True

    def _repair_all(
        self,
        message: dict[str, Any],
        issues: list[Issue],
        removed: dict[_Loc, Any],
        target: str,
        side: str,
    ) -> bool:
        """Repair or remove what has *issues*; False if the event is refused even so.

        What is removed is added to *removed*.
        """
        for issue in issues:
            # OpenAI's servers send null for many a key that its types declare.
            if issue.got in {"null", "nothing"} and issue.expected != "no such key":
                continue
            if target == "ga" and _repair(message, issue.loc):
                continue
            removed.update(_remove(message, issue.loc))

        words = {loc: value for loc, value in removed.items() if isinstance(value, str)}
        # Each round can leave an object without a key that it needs.
        for _ in range(MAX_ROUNDS):
            issues = _find_issues(message, target, side, "tolerant")
            if not issues:
                return True

            for issue in issues:
                if issue.got == "nothing" and issue.loc in words:
                    # A word outside a closed set is better than none.
                    *path, last = issue.loc
                    _reach(message, path)[last] = words.pop(issue.loc)
                    del removed[issue.loc]
                else:
                    removed.update(_remove(message, issue.loc))
        return False

    def _convert(self, event: Any, target: str) -> tuple[Any, Sequence[Loss]]:
        """Convert *event* to the version that *target* is based on.

        The second result is what is lost.
        """
        searched = self._on_loss and _is_searched(event.__class__)
        lost: list[Loss] | None = [] if searched else None

        converted = upgrade(event, lost=lost)
        if target in _BETA_BASED:
            # A round trip through the GA restores what the event saved.
            converted = downgrade(converted, lost=lost)
        return converted, lost or ()

    def _judge(
        self, frame: bytes | str, type_: str | None, known: Container[str | None]
    ) -> bytes | str | None:
        """Return the frame of an event that was not converted, unless it is dropped."""
        if self._pass_unknown or type_ in known:
            return frame
        self._tell(type_ or "unknown", (), type_)
        return None

    def _tell_ignored(
        self,
        message: dict[str, Any],
        type_: str,
        lost: Sequence[Loss],
        target: str,
        side: str,
    ) -> None:
        """Call `on_loss` with what is lost, and with what *target* ignores.

        Servers other than OpenAI's are sent even what they do not declare.
        """
        for loss in lost:
            if _reach(message, loss.loc) is None:
                self._tell(type_, loss.loc, loss.value)

        # What a server adds to its own events is no loss.
        if side == "Client":
            for issue in _find_issues(message, target, side, "strict"):
                value = _reach(message, issue.loc)
                if value is not None:
                    self._tell(type_, issue.loc, value)

    def _tell_all(self, type_: str, lost: Sequence[Loss]) -> None:
        """Call `on_loss` with all that is *lost* of an event of *type_*."""
        for loss in lost:
            self._tell(type_, loss.loc, loss.value)

    def _tell(self, type_: str, loc: _Loc, value: Any) -> None:
        """Call `on_loss` with the *value* at *loc*, unless that place was told."""
        key = (type_, loc)
        if self._on_loss and key not in self._told and len(self._told) < MAX_TOLD:
            self._told.add(key)
            self._on_loss(type_, Loss(loc=loc, value=value))


class TranslatedWebsocket:
    """A client's websocket whose server seems to speak the client's dialect.

    It has the asyncio interface of websockets: all that is not translated is the
    websocket's own.
    """

    __slots__ = ("translator", "websocket")

    def __init__(self, websocket: Any, translator: Translator) -> None:
        """Wrap *websocket*, a connection to the server."""
        self.websocket: Any = websocket
        """The websocket that is wrapped."""
        self.translator: Translator = translator
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
