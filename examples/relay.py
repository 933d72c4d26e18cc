"""Connect browsers to a Realtime server, validate what they send, store the responses.

The relay answers malformed messages of a browser itself. It logs and skips frames of
the server that are no events; if the server is lost, it closes the browser's connection
with the code 1011::

    pip install 'rtmodels[sqlalchemy,starlette,websockets]' fastapi uvicorn
    export OPENAI_API_KEY=...
    export REALTIME_URL='wss://api.openai.com/v1/realtime?model=gpt-realtime-2'
    uvicorn relay:app
"""

import asyncio
import logging
import os

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from rtmodels import (
    ErrorEvent,
    ErrorEventError,
    RealtimeClientEvent,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseDoneEvent,
    RtmodelsError,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters.sqlalchemy import WireType
from rtmodels.adapters.starlette import StarletteConnection
from rtmodels.adapters.websockets import WebsocketsConnection

CLIENT = JsonAdapter(RealtimeClientEvent, mode="strict")
SERVER = JsonAdapter(RealtimeServerEvent, mode="forgiving")
HEADERS = {"Authorization": f"Bearer {os.environ.get('OPENAI_API_KEY')}"}
app, engine = FastAPI(), create_engine("sqlite:///turns.db")
logger = logging.getLogger("relay")

Browser = StarletteConnection[RealtimeClientEvent, RealtimeServerEvent]
Model = WebsocketsConnection[RealtimeServerEvent, RealtimeClientEvent]


class Base(DeclarativeBase):
    """The tables."""


class Turn(Base):
    """A response of the model, as it ended."""

    __tablename__ = "turns"

    id: Mapped[int] = mapped_column(primary_key=True)
    response: Mapped[RealtimeResponse] = mapped_column(
        WireType(RealtimeResponse, mode="forgiving")
    )


Base.metadata.create_all(engine)


@app.websocket("/realtime")
async def relay(websocket: WebSocket) -> None:
    """Serve a browser until it leaves, or the server closes the connection."""

    async def explain(exc: RtmodelsError, _: bytes | str) -> None:
        error = ErrorEventError(type="invalid_request_error", message=str(exc))
        await browser.send(ErrorEvent(event_id="event_relay", error=error))

    await websocket.accept()
    browser = StarletteConnection(
        websocket, receives=CLIENT, sends=SERVER, on_bad_frame=explain
    )
    url, code = os.environ["REALTIME_URL"], 1011  # an internal error, until all is well
    try:
        async with (
            connect(url, additional_headers=HEADERS, max_size=None) as socket,
            asyncio.TaskGroup() as tasks,
        ):
            model = WebsocketsConnection(socket, receives=SERVER, sends=CLIENT)
            listening = tasks.create_task(listen(browser, model))
            async for event in model:
                await browser.send(event)
                if isinstance(event, ResponseDoneEvent):
                    await asyncio.to_thread(store, event.response)
            listening.cancel()
        code = 1000
    except* WebSocketDisconnect:
        pass
    except* (OSError, WebSocketException) as group:
        logger.warning("the Realtime server is gone: %s", group.exceptions)
    finally:
        await browser.close(code)


async def listen(browser: Browser, model: Model) -> None:
    """Pass on what the browser sends, and hang up when it leaves."""
    async for event in browser:
        await model.send(event)
    await model.close()


def store(response: RealtimeResponse) -> None:
    """Save a response to the database."""
    with Session(engine) as session, session.begin():
        session.add(Turn(response=response))
