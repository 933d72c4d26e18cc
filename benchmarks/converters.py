"""Other ways from JSON Lines to Parquet and to answers, each as its users write it.

``python -m benchmarks.converters convert NAME LOG OUTPUT`` writes a file, and ``answer
NAME LOG`` prints how responses ended, for which reasons, and with how many tokens. A
process imports the library that it uses, and no other.

A function is named after its library, and after what it does differently:

- DuckDB, Polars, pandas and pyarrow find the columns themselves, in a first pass over
  the file or in its first block;
- ``duckdb_columns`` has `COLUMNS` given, with nested values as JSON text;
- ``duckdb_text`` has a column for the type, and one for the line as it is;
- ``duckdb_lenient`` skips errors;
- ``orjson`` and ``openai`` have `COLUMNS` given too, since `pyarrow.Table.from_pylist`
  rejects a column whose values differ in form, as the items of a session do;
- ``openai`` makes models of what a server sent, and dicts of the rest.

All leave audio as base64, and compress with zstd.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

ROWS = 8_192
"""Events that are held at a time where the library leaves it to the program."""

COLUMNS = {
    "string": (
        *("type", "event_id", "session", "item", "part", "response", "usage"),
        *("rate_limits", "content", "item_id", "previous_item_id", "response_id"),
        *("call_id", "name", "arguments", "text", "delta", "transcript", "audio"),
        *("obfuscation", "logged_session"),
    ),
    "int64": (
        *("audio_start_ms", "audio_end_ms", "output_index", "content_index"),
        "logged_at",
    ),
}
"""The keys at the top of the events that `benchmarks.archive` writes."""

NESTED = {"session", "item", "part", "response", "usage", "rate_limits", "content"}
"""Those whose values are objects or arrays."""

DONE = "response.done"


def convert_duckdb(log: str, output: str, **options: Any) -> None:
    """Read with DuckDB, which finds the types of the columns unless they are given."""
    import duckdb

    lines = duckdb.read_json(log, format="newline_delimited", **options)
    lines.write_parquet(output, compression="zstd")


def convert_duckdb_columns(log: str, output: str) -> None:
    """Read with DuckDB into `COLUMNS`."""
    types = {"string": "VARCHAR", "int64": "BIGINT"}
    columns = {
        key: "JSON" if key in NESTED else types[type_]
        for type_, keys in COLUMNS.items()
        for key in keys
    }
    convert_duckdb(log, output, columns=columns)


def convert_duckdb_lenient(log: str, output: str) -> None:
    """Read with DuckDB, whatever is wrong with a line."""
    convert_duckdb(log, output, ignore_errors=True)


def convert_duckdb_text(log: str, output: str) -> None:
    """Read each line with DuckDB, as a text."""
    type_ = "case when json_valid(line) then line->>'type' end as type"
    lines = read_text(log).project(f"{type_}, line")
    lines.write_parquet(output, compression="zstd")


def read_text(log: str) -> Any:
    """Read lines with DuckDB, as a table of CSV without quotes and delimiters."""
    import duckdb

    return duckdb.read_csv(
        log,
        columns={"line": "VARCHAR"},
        header=False,
        delimiter="\x01",
        quotechar="",
        escapechar="",
    )


def convert_polars(log: str, output: str) -> None:
    """Read with Polars; its first hundred lines do not show all types."""
    import polars as pl

    pl.scan_ndjson(log, infer_schema_length=None).sink_parquet(output)


def convert_pyarrow(log: str, output: str) -> None:
    """Read with pyarrow, in one block: the first one determines the types."""
    import pyarrow.parquet as pq
    from pyarrow.json import ReadOptions, read_json

    block = min(Path(log).stat().st_size + 1, 2**31 - 1)
    table = read_json(log, ReadOptions(block_size=block))
    pq.write_table(table, output, compression="zstd")


def convert_pandas(log: str, output: str) -> None:
    """Read with pandas."""
    import pandas as pd

    pd.read_json(log, lines=True).to_parquet(output, compression="zstd")


def convert_orjson(log: str, output: str) -> None:
    """Parse with orjson, and make tables of the dicts."""
    import orjson
    import pyarrow as pa

    schema = make_schema()
    rows = (flatten(orjson.loads(line)) for line in read(log))
    write((pa.Table.from_pylist(part, schema) for part in split(rows)), output)


def convert_openai(log: str, output: str) -> None:
    """Make the models of openai-python, and data frames of their dicts."""
    from typing import get_args

    import pandas as pd
    import pyarrow as pa
    from openai._models import construct_type_unchecked
    from openai.types.realtime import RealtimeServerEvent

    schema = make_schema()
    union: Any = RealtimeServerEvent
    models = get_args(get_args(union)[0])
    sent = {
        tag
        for model in models
        for tag in get_args(model.model_fields["type"].annotation)
    }

    def make_row(line: bytes) -> dict[str, Any]:
        value = json.loads(line)
        if value["type"] in sent:
            event = construct_type_unchecked(value=value, type_=union)
            value = event.model_dump(mode="json", exclude_unset=True, warnings=False)
        return flatten(value)

    def make_table(rows: list[dict[str, Any]]) -> Any:
        frame = pd.DataFrame(rows, columns=schema.names)
        return pa.Table.from_pandas(frame, schema, preserve_index=False)

    write(map(make_table, split(map(make_row, read(log)))), output)


def read(log: str) -> Iterator[bytes]:
    """Read all lines."""
    with Path(log).open("rb") as file:
        yield from file


def split(rows: Iterator[Any]) -> Iterator[list[Any]]:
    """Split *rows* into lists of `ROWS`."""
    while part := list(islice(rows, ROWS)):
        yield part


def flatten(event: dict[str, Any]) -> dict[str, Any]:
    """Replace nested values by JSON text."""
    import orjson

    return {
        key: orjson.dumps(value).decode() if isinstance(value, (dict, list)) else value
        for key, value in event.items()
    }


def make_schema() -> Any:
    """Make the schema of `COLUMNS`."""
    import pyarrow as pa

    return pa.schema([(key, type_) for type_, keys in COLUMNS.items() for key in keys])


def write(tables: Iterable[Any], output: str) -> None:
    """Write *tables* of `COLUMNS` to one file."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(output, make_schema(), compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)


def answer_duckdb(log: str, **options: Any) -> list[Any]:
    """Ask with DuckDB, which finds the columns unless they are given."""
    import duckdb

    lines = duckdb.read_json(log, format="newline_delimited", **options)
    return sum_up(
        lines.filter(f"type = '{DONE}'").project(
            "response.status as status,"
            "response.status_details.error.code as code,"
            "response.usage.total_tokens as tokens"
        )
    )


def answer_duckdb_columns(log: str) -> list[Any]:
    """Ask with DuckDB, with the columns that the questions need."""
    error = "STRUCT(error STRUCT(code VARCHAR))"
    usage = "STRUCT(total_tokens BIGINT)"
    response = f"STRUCT(status VARCHAR, status_details {error}, usage {usage})"
    return answer_duckdb(log, columns={"type": "VARCHAR", "response": response})


def answer_duckdb_text(log: str) -> list[Any]:
    """Ask with DuckDB, and parse only lines that may have the end of a response."""
    return sum_up(
        read_text(log)
        .filter(f"contains(line, '\"{DONE}\"') and json_valid(line)")
        .filter(f"line->>'type' = '{DONE}'")
        .project(
            "line->>'$.response.status' as status,"
            "line->>'$.response.status_details.error.code' as code,"
            "(line->>'$.response.usage.total_tokens')::bigint as tokens"
        )
    )


def sum_up(responses: Any) -> list[Any]:
    """Count *responses* by status and code, and sum up their tokens."""
    sums = "status, code, count(*), coalesce(sum(tokens), 0)::bigint"
    rows: list[Any] = responses.aggregate(sums, "status, code").fetchall()
    return rows


def answer_orjson_loop(log: str) -> list[Any]:
    """Ask with a loop."""
    import orjson

    counts: Counter[Any] = Counter()
    tokens: Counter[Any] = Counter()
    with Path(log).open("rb") as file:
        for line in file:
            if DONE.encode() not in line:
                continue
            try:
                event = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            if event["type"] == DONE:
                response = event["response"]
                error = (response["status_details"] or {}).get("error", {})
                key = response["status"], error.get("code")
                counts[key] += 1
                tokens[key] += (response["usage"] or {}).get("total_tokens", 0)
    return [(*key, count, tokens[key]) for key, count in counts.items()]


CONVERTERS: dict[str, Callable[[str, str], None]] = {
    "duckdb": convert_duckdb,
    "duckdb_columns": convert_duckdb_columns,
    "duckdb_text": convert_duckdb_text,
    "duckdb_lenient": convert_duckdb_lenient,
    "polars": convert_polars,
    "pyarrow": convert_pyarrow,
    "orjson": convert_orjson,
    "pandas": convert_pandas,
    "openai": convert_openai,
}

ANSWERERS: dict[str, Callable[[str], list[Any]]] = {
    "duckdb": answer_duckdb,
    "duckdb_columns": answer_duckdb_columns,
    "duckdb_text": answer_duckdb_text,
    "orjson_loop": answer_orjson_loop,
}


def main(task: str, name: str, *paths: str) -> int:
    """Run one of them; print an error as one line."""
    try:
        if task == "convert":
            CONVERTERS[name](*paths)
        else:
            print(json.dumps(sorted(ANSWERERS[name](*paths), key=str)))
    except Exception as exc:  # noqa: BLE001 - each library has errors of its own
        print(f"{type(exc).__name__}: {exc}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
