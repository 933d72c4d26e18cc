"""The table of responses: one row for each, whatever the log has of it."""

import inspect
import json
from datetime import UTC, datetime, timedelta
from textwrap import dedent

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from rtmodels import Model, RealtimeResponseUsage, RealtimeServerEvent
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.protocols import load_protocol
from rtmodels.adapters.archive._packing import BATCH
from rtmodels.adapters.archive._rows import MessageSource, ResponseRow
from rtmodels.adapters.archive._tables import Tables, Tabulator

from ..paths import SAMPLE
from .tabulating import (
    START,
    audio,
    created,
    decode,
    done,
    feed,
    message,
    only,
    placed,
    settings,
    speech,
    tabulate,
    tabulate_events,
    words,
)

pytestmark = pytest.mark.needs("arrow")

USAGE = {
    "total_tokens": 150,
    "input_tokens": 120,
    "output_tokens": 30,
    "input_token_details": {
        "text_tokens": 70,
        "audio_tokens": 40,
        "image_tokens": 10,
        "cached_tokens": 64,
        "cached_tokens_details": {
            "text_tokens": 48,
            "audio_tokens": 15,
            "image_tokens": 1,
        },
    },
    "output_token_details": {
        "text_tokens": 12,
        "audio_tokens": 18,
        "reasoning_tokens": 5,
    },
}


def after(milliseconds):
    """Return the time so many milliseconds after the session began."""
    began = datetime.fromtimestamp(START / 1_000_000, UTC)
    return began + timedelta(milliseconds=milliseconds)


def test_every_column_of_a_whole_response():
    """A response that the log has from its beginning to its end fills its row."""
    details = {
        "type": "cancelled",
        "reason": "turn_detected",
        "error": {"type": "server_error", "code": "broken"},
    }
    tables = tabulate(
        (0, settings()),
        (1000, speech("stopped")),
        (1200, created(conversation_id="conv_1")),
        (1300, words()),
        (1450.5, audio(24_000)),
        (1500, audio(12_000)),
        (1501, words()),
        (
            2000,
            done(
                status="cancelled",
                status_details=details,
                output=[message("assistant"), message("assistant", id="item_2")],
                usage=USAGE,
            ),
        ),
    )

    assert only(tables.responses) == {
        "file": "a.jsonl",
        "line": 3,
        "session": "sess_1",
        "response_id": "resp_1",
        "conversation_id": "conv_1",
        "created_at": after(1200),
        "ended_at": after(2000),
        "status": "cancelled",
        "reason": "turn_detected",
        "error_type": "server_error",
        "error_code": "broken",
        "model": "gpt-realtime",
        "voice": "marin",
        "item_count": 2,
        "input_tokens": 120,
        "input_text_tokens": 70,
        "input_audio_tokens": 40,
        "input_image_tokens": 10,
        "cached_tokens": 64,
        "cached_text_tokens": 48,
        "cached_audio_tokens": 15,
        "cached_image_tokens": 1,
        "output_tokens": 30,
        "output_text_tokens": 12,
        "output_audio_tokens": 18,
        "reasoning_tokens": 5,
        "total_tokens": 150,
        "audio_seconds": 0.75,
        "first_token_ms": 100.0,
        "first_audio_ms": 250.5,
        "wait_ms": 450.5,
    }


def test_the_schemas_hold_without_rows():
    """Columns and types are the same, whatever there is."""
    empty, full = tabulate(), tabulate((0, created()), (1, done(status="failed")))

    assert empty.responses.num_rows == empty.items.num_rows == 0
    assert empty.responses.schema == full.responses.schema
    assert empty.errors.schema == full.errors.schema
    assert full.responses.schema.names == [
        each.name for each in attrs.fields(ResponseRow)
    ]
    assert full.responses.schema.field("created_at").type == pa.timestamp("us", "UTC")


def test_every_count_of_tokens_has_a_column():
    """A count that the schema learns of does not go missing here."""

    def count_numbers(cls):
        for each in attrs.fields(cls):
            for part in (each.type, *getattr(each.type, "__args__", ())):
                if isinstance(part, type) and issubclass(part, Model):
                    yield from count_numbers(part)
                elif part is int:
                    yield each.name

    columns = [
        each.name for each in attrs.fields(ResponseRow) if each.name.endswith("_tokens")
    ]
    assert len(list(count_numbers(RealtimeResponseUsage))) == len(columns)


def test_a_response_that_never_ended():
    """It has no status, and what the log has of it."""
    tables = tabulate(
        (0, created(status="in_progress")), (50, audio()), (70, audio(item_id="item_2"))
    )
    row = only(tables.responses)

    assert row.keys().isdisjoint({"status", "ended_at", "total_tokens"})
    assert row["audio_seconds"] == 2.0
    assert row["item_count"] == 2
    assert row["first_audio_ms"] == 50.0


def test_a_response_of_which_the_log_has_the_end_only():
    """Its place is that of the end; what came before is not known."""
    row = only(tabulate((5, done(usage=USAGE, output=[]))).responses)

    assert row["line"] == 1
    assert row["total_tokens"] == 150
    assert row["ended_at"] == after(5)
    assert row.keys().isdisjoint({"created_at", "first_token_ms", "wait_ms"})


def test_a_response_of_which_the_log_has_the_middle_only():
    """It has a row, though no event announced it."""
    row = only(tabulate(words(), audio()).responses)

    assert (row["line"], row["audio_seconds"]) == (1, 1.0)
    assert "status" not in row


def test_a_response_begins_once():
    """A second *created* event changes no time and ends no turn."""
    again = [(30, speech()), (50, created()), (60, words())]
    row = only(tabulate((0, speech()), (10, created()), *again).responses)

    assert row["created_at"] == after(10)
    assert (row["first_token_ms"], row["wait_ms"]) == (50.0, 60.0)


def test_a_response_without_an_id():
    """It is counted at its end; nothing else can be matched to it."""
    tables = tabulate(created(None), done(None, usage=USAGE), done(None, usage=USAGE))

    assert pc.sum(tables.responses["total_tokens"]).as_py() == 300
    assert tables.responses["response_id"].null_count == 2


def test_what_comes_after_the_end_changes_nothing():
    """A late delta begins no second row, and an end said twice counts once."""
    late = [audio(), words(), done(usage=USAGE), created()]
    row = only(tabulate(created(), audio(), done(output=[]), *late).responses)

    assert row["audio_seconds"] == 1.0
    assert "total_tokens" not in row


def test_rows_come_in_the_order_of_ends():
    """Those that never ended are last."""
    tables = tabulate(created("a"), created("b"), created("c"), done("c"), done("b"))

    assert tables.responses["response_id"].to_pylist() == ["c", "b", "a"]


PCMU = {"type": "audio/pcmu"}
OPUS = {"type": "audio/opus"}


@pytest.mark.parametrize(
    ("messages", "seconds"),
    [
        ([settings(format=PCMU), created(), audio(16_000)], 2.0),
        ([settings(), settings("session.updated", format=PCMU), audio(16_000)], 2.0),
        ([created(audio={"output": {"format": PCMU}}), audio(16_000)], 2.0),
        ([audio(16_000), done(audio={"output": {"format": PCMU}})], 2.0),
        ([settings(format=OPUS), created(), audio()], None),
        ([created(), done(usage=USAGE)], None),
        ([created(), done(usage={"output_tokens": 3})], 0.0),
    ],
    ids=[
        "of the session",
        "changed",
        "of the response",
        "told at its end",
        "unknown",
        "over WebRTC",
        "silent",
    ],
)
def test_the_length_of_audio_is_that_of_its_format(messages, seconds):
    """If the format does not tell it, the length is null."""
    assert tabulate(*messages).responses["audio_seconds"].to_pylist() == [seconds]


def test_a_response_has_the_voice_and_model_of_its_time():
    """The response's own voice comes first; what changes later does not count."""
    own = {"output": {"voice": "cedar"}}
    later = settings("session.updated", voice="ash")
    tables = tabulate(settings(), created("a"), later, created("b", audio=own), done())

    rows = tables.responses.to_pylist()
    assert {row["model"] for row in rows} == {"gpt-realtime"}
    assert {row["response_id"]: row["voice"] for row in rows} == {
        "a": "marin",
        "b": "cedar",
        "resp_1": "ash",
    }


@pytest.mark.needs("cli")
def test_sums_are_those_of_the_command_check():
    """The two agree on tokens, audio and ends."""
    from rtmodels.adapters.cli._tally import (  # noqa: PLC0415 - the other tests do without
        Tally,
    )

    tally = Tally(ReadOptions())
    tally.read_all([str(SAMPLE)])
    lines = SAMPLE.read_bytes().splitlines()
    responses = tabulate(*map(json.loads, lines)).responses

    for key in ("input_tokens", "output_tokens", "total_tokens"):
        assert pc.sum(responses[key]).as_py() == tally.usage[key]
    cached = tally.usage["input_token_details"]["cached_tokens_details"]
    assert pc.sum(responses["cached_text_tokens"]).as_py() == cached["text_tokens"]
    assert pc.sum(responses["audio_seconds"]).as_py() == pytest.approx(
        tally.spoken.seconds
    )
    counts = pc.value_counts(responses["status"]).to_pylist()
    assert {each["values"]: each["counts"] for each in counts} == tally.audit.ends


def test_a_log_of_the_beta_gives_the_same_if_it_is_upgraded(sample_frames):
    """An adapter for both versions decodes it."""
    write = JsonAdapter(RealtimeServerEvent, downgrade=True).encode
    read = JsonAdapter(RealtimeServerEvent, upgrade=True).decode
    events = [
        decode(frame)
        for frame in map(json.loads, sample_frames)
        if frame["type"] not in load_protocol("realtime").client_types
        and not frame["type"].startswith("session.")  # the beta has no remote tools
    ]
    ga, beta = (
        tabulate_events((MessageSource(), event) for event in log)
        for log in (events, [read(write(event)) for event in events])
    )

    assert ga.responses.to_pylist() == beta.responses.to_pylist()
    assert ga.items.to_pylist() == beta.items.to_pylist()
    assert ga.errors.to_pylist() == beta.errors.to_pylist()


def test_the_ends_in_a_log_of_the_beta_count_as_they_are():
    """Its audio events have other names, so the length of the audio is unknown."""
    old = audio() | {"type": "response.audio.delta"}
    row = only(tabulate(created(), old, done(usage=USAGE)).responses)

    assert row["total_tokens"] == 150
    assert "audio_seconds" not in row


def test_numbers_and_text_that_arrow_cannot_hold():
    """They raise nothing: the number is null, and the text is valid."""
    usage = {"total_tokens": 2**63, "input_tokens": 2**63 - 1}
    ends = done(status="\ud800!", usage=usage), done("resp_2")
    responses = tabulate(*ends, file="\udcff.jsonl").responses

    assert only(responses[:1]) == {
        "file": "?.jsonl",
        "line": 1,
        "response_id": "resp_1",
        "status": "?!",
        "item_count": 0,
        "input_tokens": 2**63 - 1,
        "audio_seconds": 0.0,
    }


def test_tables_can_be_had_at_any_time():
    """To look at them changes nothing, and more events can come."""
    steps = [created(), placed(message("user")), audio(), audio(item_id="b"), done()]
    tabulator = Tabulator()
    counts = []
    for step in steps:
        feed(tabulator, [step])
        counts += tabulator.tables().responses["item_count"].to_pylist()

    assert counts == [0, 0, 1, 2, 2]
    assert tabulator.tables() == tabulator.tables()


def test_many_rows_keep_their_order():
    """Rows are packed in batches on the way."""
    ids = [f"resp_{number}" for number in range(2 * BATCH + 3)]
    tables = tabulate(*(done(id_) for id_ in ids), *map(created, ["a", "b"]))

    assert tables.responses["response_id"].to_pylist() == [*ids, "a", "b"]
    assert tables.responses["response_id"].num_chunks == 3


def test_the_example_with_prices():
    """Users join a table of prices, and get what each response cost."""
    tables = tabulate(settings(), done(usage=USAGE))
    lines = inspect.getdoc(Tables).splitlines()
    code = dedent("\n".join(line for line in lines if line.startswith("    ")))
    names = {"tables": tables}
    exec(code, names)  # noqa: S102 - our own example

    assert names["priced"]["cost"].to_pylist() == [(120 * 4 + 30 * 16) / 1_000_000]
