"""Fixtures of the tests of archives."""

import pytest


@pytest.fixture
def stats(capsys):
    """Return a function that runs a command and returns its status and output."""
    from rtmodels.adapters.cli import app  # noqa: PLC0415 - an extra

    def call(*args, command="stats"):
        with pytest.raises(SystemExit) as exit_:
            app([command, *args])
        out, err = capsys.readouterr()
        return exit_.value.code, out, err

    return call
