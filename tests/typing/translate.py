"""How type checkers see the translator; checked, and never run."""

from typing import assert_type

from websockets.asyncio.client import ClientConnection

from rtmodels import Loss, RealtimeClientEvent, RealtimeServerEvent
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters.translate import (
    TranslatedWebsocket,
    Translator,
    log_loss,
)
from rtmodels.adapters.translate_proxy import Proxy, serve
from rtmodels.adapters.websockets import WebsocketsConnection


def translate_frames(frame: bytes) -> None:
    """Translate a frame each way."""
    translator = Translator("ga", "xai", on_loss=log_loss, unknown="pass")
    assert_type(translator.to_client(frame), bytes | str | None)
    assert_type(translator.to_server(frame), bytes | str | None)
    Translator("ga", "vllm")  # type: ignore[arg-type]
    Translator("ga", "xai", unknown="keep")  # type: ignore[arg-type]


def report(event_type: str, loss: Loss) -> None:
    """Log a loss."""
    log_loss(event_type, loss)


async def wrap(websocket: object) -> None:
    """Wrap a websocket, which keeps its interface."""
    wrapped = TranslatedWebsocket(websocket, Translator("ga", "beta", on_loss=report))
    assert_type(wrapped.translator, Translator)
    await wrapped.send("{}")
    await wrapped.recv()


async def run_proxy() -> None:
    """Open a proxy, whose URL a program takes."""
    async with serve("wss://host", server="voice_live") as proxy:
        assert_type(proxy, Proxy)
        assert_type(proxy.url, str)


async def connect_to_xai(websocket: ClientConnection) -> None:
    """Talk to a server of another dialect in the GA's events."""
    receives, sends = JsonAdapter(RealtimeServerEvent), JsonAdapter(RealtimeClientEvent)
    connection = WebsocketsConnection(
        websocket, receives=receives, sends=sends, dialect="xai"
    )
    async for event in connection:
        assert_type(event, RealtimeServerEvent)
    WebsocketsConnection(
        websocket,
        receives=receives,
        sends=sends,
        dialect="vllm",  # type: ignore[arg-type]
    )
