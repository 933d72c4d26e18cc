"""What type checkers make of the command line; checked, and never run."""

from typing import assert_type

from rtmodels.adapters.cli import app


def the_program_can_be_run() -> None:
    """Pass its arguments, or those that the process was started with."""
    assert_type(app(["check", "log.jsonl"]), None)
    assert_type(app(), None)
    app(b"check log.jsonl")  # type: ignore[arg-type]
