"""Real servers on loopback, started for tests and stopped after them."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import uvicorn

from .processes import PATIENCE, running, wait_until

QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@contextmanager
def serve(app: Any) -> Iterator[str]:
    """Run the ASGI application *app* under uvicorn; yield its ``host:port``."""
    websockets = "websockets-sansio" if find_spec("websockets") else "none"
    config = uvicorn.Config(
        app,
        log_level="warning",
        ws=websockets,
        ws_ping_timeout=PATIENCE,
        timeout_keep_alive=PATIENCE,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            wait_until(lambda: server.started or not thread.is_alive())
            assert server.started
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
    assert not thread.is_alive()


@contextmanager
def run_redis() -> Iterator[str]:
    """Run a Redis server that keeps nothing; yield its URL."""
    program = find_program("redis-server", package="redis-server")
    port = free_port()
    options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    command = [program, "--port", str(port), *options]
    with TemporaryDirectory() as folder, running(command, cwd=folder, **QUIET):
        wait_until(lambda: answers(port))
        yield f"redis://127.0.0.1:{port}"


@contextmanager
def run_postgres() -> Iterator[str]:
    """Run a PostgreSQL server with an empty database; yield its URL."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: p.parent.name
    )
    initdb, postgres = (
        find_program(name, package="postgresql", folders=found)
        for name in ("initdb", "postgres")
    )
    port = free_port()
    with TemporaryDirectory() as folder:
        user: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            user = {"user": "postgres"}
            shutil.chown(folder, "postgres")
        data = f"{folder}/data"
        subprocess.run(
            [initdb, "-D", data, "-U", "tester", "-A", "trust", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **user,
        )
        options = ["-h", "127.0.0.1", "-k", folder, "-c", "fsync=off"]
        command = [postgres, "-D", data, "-p", str(port), *options]
        with running(command, cwd=folder, **QUIET, **user):
            wait_until(lambda: Path(folder, f".s.PGSQL.{port}").exists())
            yield f"postgresql://tester@127.0.0.1:{port}/postgres"


def find_program(name: str, *, package: str, folders: list[Path] | None = None) -> str:
    """Find the program *name*, or skip the test that needs it."""
    path = os.pathsep.join([os.environ["PATH"], *map(str, folders or ())])
    program = shutil.which(name, path=path)
    if program is None:
        pytest.skip(f"no {name} on this machine: `apt-get install {package}`")
    return program


def free_port() -> int:
    """Find a port on which no process listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def answers(port: int) -> bool:
    """Check whether a server listens on *port*."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
