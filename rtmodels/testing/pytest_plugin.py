"""The fixture `realtime_server`, which pytest finds by its entry point.

pytest imports this module in every run, so it imports little.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rtmodels.testing import RealtimeServer

__all__ = ["realtime_server"]


@pytest.fixture
def realtime_server() -> "Iterator[RealtimeServer]":
    """A Realtime server on loopback; its problems fail the test at its end."""
    from rtmodels.testing import RealtimeServer  # noqa: PLC0415 - needs the extra

    server = RealtimeServer()
    with server:
        yield server
    server.check()
