"""What type checkers make of the command line; checked, and never run."""

from typing import assert_type

from cyclopts import App

from rtmodels.adapters.cli import app, check, commands, convert, schema, stats


def commands_can_be_called() -> None:
    """Give the exit status, as the program does."""
    assert_type(app(["check", "log.jsonl"]), None)
    assert_type(commands, App)
    assert_type(check("log.jsonl", direction="server", mode="strict"), int)
    assert_type(schema("RealtimeServerEvent", mode="forgiving"), int)
    assert_type(convert("log.jsonl", "log.parquet", overwrite=True), int)
    assert_type(stats("log.jsonl", plot="chart.png"), int)


def options_are_known() -> None:
    """Refuse what the program refuses."""
    app(b"check log.jsonl")  # type: ignore[arg-type]
    check("log.jsonl", direction="both")  # type: ignore[arg-type]
    check("log.jsonl", mode="lax")  # type: ignore[arg-type]
    schema(type_="RealtimeServerEvent")  # type: ignore[call-arg]
    stats(b"log.jsonl")  # type: ignore[arg-type]
