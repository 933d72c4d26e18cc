"""The fixture `realtime_server`, which pytest finds by its entry point.

pytest imports this module in every run, so it imports little.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtmodels.testing import RealtimeServer

__all__ = ["realtime_server"]


@pytest.fixture
def realtime_server() -> "Iterator[RealtimeServer]":
    """Start a Realtime server on loopback; its problems fail the test at its end."""
    from rtmodels.testing import RealtimeServer  # noqa: PLC0415 - needs the extra

    server = RealtimeServer()
    with server:
        yield server
    server.check()
