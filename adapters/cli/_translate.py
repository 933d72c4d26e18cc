"""The command ``rtmodels translate``."""

import asyncio
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from rtmodels.adapters._dialects import Dialect
from rtmodels.adapters.cli._terminal import printable

if TYPE_CHECKING:
    from rtmodels import Loss

MAX_TOLD = 1000
"""How many distinct losses are remembered."""


def translate(
    url: str,
    /,
    *,
    server: Dialect,
    client: Dialect = "ga",
    host: str = "127.0.0.1",
    port: int = 8080,
) -> int:
    """Run a local proxy for a client that speaks another dialect than the server.

    Connect the client to the URL that is printed. Headers, queries, subprotocols and
    close codes pass. What the other side cannot express is told on standard error,
    once each. Ctrl-C ends the proxy.

    Args:
        url: The URL of the server: ``wss://...``.
        server: What the server speaks.
        client: What the clients speak.
        host: The address to listen at.
        port: The port to listen at; 0 is any that is free.
    """
    # websockets is of another extra than the other commands.
    from rtmodels.adapters.translate_proxy import serve  # noqa: PLC0415

    told: set[tuple[str, str]] = set()

    def tell(event_type: str, loss: "Loss") -> None:
        key = (event_type, loss.path)
        if key not in told and len(told) < MAX_TOLD:
            told.add(key)
            text = printable(f"{event_type}: {loss.path}")
            sys.stderr.write(f"lost: {text}\n")

    async def run() -> None:
        async with serve(
            url, server=server, client=client, host=host, port=port, on_loss=tell
        ) as proxy:
            sys.stdout.write(f"{proxy.url}\n")
            sys.stdout.flush()
            await asyncio.Event().wait()

    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(run())
    except OSError as exc:
        sys.stderr.write(f"rtmodels: {printable(str(exc))}\n")
        return 2
    return 0
