"""``check``, ``convert`` and ``stats`` read the same inputs, and count alike."""

import gzip
import json
import re
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels.adapters._msgpack import dump_msgpack
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters.archive import read_events, tabulate
from rtmodels.adapters.cli import app
from rtmodels.adapters.cli._tally import Tally

from ..recordings import CLIENT, INVALID, MESSAGES, SERVER, run, settings, to_lines

pytestmark = pytest.mark.needs("arrow", "cli")

COMMANDS = ["check", "convert", "stats"]
LINES = to_lines(MESSAGES)
KEYS = ("--event-key", "event", "--time-key", "at", "--session-key", "call")
BETA = [
    {"type": "response.audio.delta", "event_id": "event_1", "delta": "AAAA"},
    {"type": "response.text.delta", "event_id": "event_1", "delta": "Hello"},
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in a folder of its own, where a terminal is wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def call(capsys):
    """Return a function that runs a command and returns its status and output."""

    def call(command, *args):
        # The output of `convert` is the last file; the others take none.
        output = ["out.jsonl", "--overwrite"] if command == "convert" else []
        with pytest.raises(SystemExit) as exit_:
            app([command, *args[:1], *output, *args[1:]])
        return exit_.value.code, *capsys.readouterr()

    return call


def wrap(messages, *, as_text=False, key="event"):
    """Return *messages* in the records of a logger."""
    return [
        {
            "at": 1_767_225_600 + index,
            "call": "a",
            "tags": ["x"],
            key: json.dumps(message) if as_text else message,
        }
        for index, message in enumerate(messages)
    ]


def pack(messages):
    """Encode *messages* as MessagePack."""
    return b"".join(map(dump_msgpack, messages))


FORMS = {
    "JSON Lines": (LINES, ()),
    "an array": (json.dumps(MESSAGES).encode(), ()),
    "gzip": (gzip.compress(LINES), ()),
    "zstd": (pa.Codec("zstd").compress(LINES, asbytes=True), ()),
    "MessagePack": (pack(MESSAGES), ()),
    "records": (to_lines(wrap(MESSAGES)), KEYS),
    "records with text": (to_lines(wrap(MESSAGES, as_text=True)), KEYS),
    "MessagePack records": (pack(wrap(MESSAGES)), KEYS),
    "MessagePack records with text": (pack(wrap(MESSAGES, as_text=True)), KEYS),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("log", "options"), FORMS.values(), ids=FORMS)
def test_each_command_reads_each_form(call, command, log, options):
    """Every message is read, however it was written."""
    Path("log").write_bytes(log)

    status, out, err = call(command, "log", *options)

    assert status == 0
    text = {"check": "306 frames", "convert": "306 messages, 0 invalid"}
    assert text.get(command, "1 session, 7 responses") in out + err
    if command == "convert":
        lines = Path("out.jsonl").read_bytes().splitlines()
        assert list(map(json.loads, lines)) == MESSAGES


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "path", ["logs", "logs/", "logs/*.jsonl", "logs/**", "file://{}/logs/"]
)
def test_each_command_reads_patterns_directories_and_urls(call, command, path):
    """A directory stands for the recordings in it."""
    Path("logs").mkdir()
    Path("logs/log.jsonl").write_bytes(LINES)
    Path("logs/notes.txt").touch()

    status, out, err = call(command, path.format(Path.cwd()))

    assert status == 0
    assert re.search("306 (frames|messages)|7 responses", out + err)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_reads_parquet(call, command):
    """It is what `rtmodels convert` writes."""
    Path("log.jsonl").write_bytes(to_lines([*MESSAGES, INVALID]))
    with pytest.raises(SystemExit):
        app(["convert", "log.jsonl", "a.parquet"])

    status, out, err = call(command, "a.parquet")

    assert status == (0 if command == "stats" else 1)
    assert re.search("307 (frames|messages)|7 responses", out + err)
    if command != "stats":
        assert (
            f"log.jsonl:307: {INVALID['type']}: $.event_id: expected str" in out + err
        )


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_reads_standard_input(command):
    """Its name is a dash."""
    output = ["out.jsonl"] if command == "convert" else []

    result = run(command, "-", *output, stdin=gzip.compress(LINES))

    assert result.returncode == 0
    said = result.stdout + result.stderr
    assert re.search(b"306 (frames|messages)|7 responses", said)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("mode", ["strict", "forgiving"])
def test_each_command_has_the_modes(call, command, mode):
    """In forgiving mode, a wrong event is none, and in strict mode an issue."""
    Path("log.jsonl").write_bytes(to_lines([SERVER, INVALID]))

    status, out, _ = call(command, "log.jsonl", "--mode", mode)

    if command == "stats":
        assert ("undecodable" in out) == (mode == "strict")
    else:
        assert status == (mode == "strict")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_upgrades_the_beta(call, command):
    """With the option, there is nothing to tell."""
    Path("log.jsonl").write_bytes(
        to_lines(
            [
                {**message, "type": message["type"].replace("output_audio.", "audio.")}
                for message in MESSAGES
            ]
        )
    )

    status, _, err = call(command, "log.jsonl", "--upgrade")

    assert status == 0
    assert "beta" not in err


MISSING = {
    "missing.jsonl": "missing.jsonl: No such file or directory",
    "empty": "empty: No recording in this directory; names end in .jsonl",
    "empty/*.jsonl": "empty/*.jsonl: No file matches",
    "file:///nowhere/a.jsonl": "file:///nowhere/a.jsonl: No such file or directory",
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("path", "message"), MISSING.items())
def test_what_is_missing_is_never_clean(call, command, path, message):
    """It is told on standard error, and the status is 2."""
    Path("empty").mkdir()

    status, out, err = call(command, path)

    assert status == 2
    assert f"rtmodels: {message}" in err
    assert "No issues" not in out


@pytest.mark.parametrize("log", [b"", b"\n", b"[]"])
def test_a_log_without_messages_says_so(call, log):
    """It has no issues, but nothing was checked."""
    Path("log").write_bytes(log)

    status, out, _ = call("check", "log")

    assert status == 0
    assert "No messages." in out
    assert "No issues." not in out


WIDE = "looks like UTF-16 text; convert it first: iconv -f UTF-16 -t UTF-8 FILE"
HINTS = {
    "records": (
        to_lines(wrap(MESSAGES)),
        (),
        "hold the event under 'event'; read it with --event-key event --time-key at",
    ),
    "records with a type": (
        to_lines([{"type": "log", "data": message} for message in MESSAGES]),
        (),
        "hold the event under 'data'; read it with --event-key data",
    ),
    "records with text": (
        to_lines(wrap(MESSAGES, as_text=True, key="message")),
        (),
        "under 'message'; read it with --event-key message --time-key at",
    ),
    "records in MessagePack": (
        pack(wrap(MESSAGES)),
        (),
        "hold the event under 'event'; read it with --event-key event --time-key at",
    ),
    "a mistyped key": (
        to_lines(wrap(MESSAGES)),
        ("--event-key", "evnt", "--time-key", "at"),
        "hold the event under 'event'; read it with --event-key event",
    ),
    "a document": (
        json.dumps({"events": wrap(MESSAGES, as_text=True)}).encode(),
        (),
        "holds its records in a list; write them one by one first: jq -c '.events[]'",
    ),
    "UTF-16": (LINES.decode().encode("utf-16"), (), WIDE),
    "UTF-16 without a mark": (LINES.decode().encode("utf-16-be"), (), WIDE),
    "audio": (b"RIFF\x24\0\0\0WAVE", (), "looks like audio or video (RIFF"),
    "a ZIP archive": (b"PK\x03\x04\x14\0", (), "a ZIP archive; unpack it first"),
    "noise": (bytes(range(200)), (), "looks like a binary file"),
    "a table": (b"a,b\n1,2\n3,4\n", (), "text without JSON objects: begins with 'a,b'"),
    "numbers": (b"1.25\n" * 3, (), "text without JSON objects: begins with '1.25'"),
    "a prefix": (
        b"".join(b"INFO " + line + b"\n" for line in LINES.splitlines()),
        (),
        "remove what is in front of the JSON",
    ),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("log", "options", "hint"), HINTS.values(), ids=HINTS)
def test_one_line_says_what_a_file_looks_like(call, command, log, options, hint):
    """It names the option that reads the file, and no message counts."""
    Path("log").write_bytes(log)

    status, out, err = call(command, "log", *options)

    assert status == 2
    (line,) = [line for line in err.splitlines() if line.startswith("rtmodels: ")]
    assert line.startswith("rtmodels: log:")
    assert hint in line
    assert "No issues" not in out
    assert re.search("^0 (frames|messages|sessions)", out + err, re.MULTILINE)
    # Nothing is in the way of the next attempt.
    assert [path.name for path in Path.cwd().iterdir()] == ["log"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("option", "key", "hint"),
    [
        (
            "--time-key",
            "att",
            "no record has this key; the first has at, call, tags, event",
        ),
        ("--session-key", "cal", "no record has this key; the first has at, call"),
        (
            "--time-key",
            "call",
            "no record has a time: ISO 8601, or a number since 1970",
        ),
        ("--session-key", "tags", "no record has a string or a whole number there"),
    ],
)
def test_a_mistyped_key_is_told(call, command, option, key, hint):
    """Events are read, but what the option asks for is not in them."""
    Path("log").write_bytes(to_lines(wrap(MESSAGES)))

    status, out, err = call(command, "log", "--event-key", "event", option, key)

    assert status == 2
    assert f"rtmodels: {option} {key}: {hint}" in err
    assert "No issues" not in out


@pytest.mark.parametrize("command", COMMANDS)
def test_a_key_that_is_given_twice_is_refused(call, command):
    """It cannot hold both."""
    status, _, err = call(command, "log", "--time-key", "at", "--session-key", "at")

    assert status == 2
    assert "its session must differ" in " ".join(err.split())
    assert "Traceback" not in err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_key_that_some_records_have_is_not_told(call, command):
    """Loggers put other records in between."""
    Path("log").write_bytes(to_lines([{"level": "info"}, *wrap(MESSAGES)]))

    _, _, err = call(command, "log", *KEYS)

    assert "-key" not in err


@pytest.mark.parametrize("source", ["log.jsonl", "log.parquet"])
@pytest.mark.parametrize("command", COMMANDS)
def test_the_beta_is_told(call, command, source):
    """Its own events are not read as events, so the log is not clean."""
    Path("log.jsonl").write_bytes(to_lines([CLIENT, *BETA]))
    if source != "log.jsonl":
        with pytest.raises(SystemExit):
            app(["convert", "log.jsonl", source])
        call("stats", source)

    status, out, err = call(command, source)

    # A conversion keeps them as they are, and so loses nothing.
    assert status == (0 if command == "convert" else 2)
    if command != "convert" or source == "log.jsonl":
        hint = f"{source}: looks like a log of the beta (response.audio.delta)"
        assert err.count(f"{hint}; read it with --upgrade") == 1
    assert "No issues" not in out


def test_the_settings_of_a_session_show_the_beta(call):
    """They come first in a log."""
    session = {"id": "sess_1", "modalities": ["text"], "input_audio_format": "pcm16"}
    event = {"type": "session.created", "event_id": "event_1", "session": session}
    Path("log.jsonl").write_bytes(to_lines([event]))

    status, _, err = call("check", "log.jsonl")

    assert status == 2
    assert "looks like a log of the beta (input_audio_format)" in err


def test_issue_lines_name_the_event(call):
    """A message without a type has none to name."""
    Path("log.jsonl").write_bytes(to_lines([INVALID, {}, b"{"]))

    checked = call("check", "log.jsonl")[1]
    converted = call("convert", "log.jsonl")[2]

    assert f"log.jsonl:1: {INVALID['type']}: $.event_id: expected str" in checked
    assert "log.jsonl:2: $.type: expected str, got nothing" in checked
    assert f"log.jsonl:1: {INVALID['type']}: $.event_id: expected str" in converted
    assert "log.jsonl:2: $.type: expected str, got nothing" in converted


def test_an_end_that_comes_twice_counts_once(call):
    """Both commands say that it came twice."""
    ends = [message for message in MESSAGES if message["type"] == "response.done"]
    ends = [end for end in ends if end["response"].get("usage")][:1]
    tokens = f"{ends[0]['response']['usage']['total_tokens']:,}"
    Path("log.jsonl").write_bytes(to_lines(ends * 2))

    checked = call("check", "log.jsonl")
    summed = call("stats", "log.jsonl")

    id_ = ends[0]["response"]["id"]
    assert f"log.jsonl:2: response.done: {id_} ended before; it counts" in checked[1]
    assert re.search(rf"total +{tokens}\b", checked[1])
    assert checked[0] == summed[0] == 0
    assert re.search(r"response_repeated +1\b", summed[1])
    assert re.search(rf"total +{tokens} ", summed[1])
    assert "1 response," in summed[1]


PLACE = {
    "event_id": "event_1",
    "item_id": "item_1",
    "output_index": 0,
    "content_index": 0,
}
IDS = st.sampled_from(["resp_1", "resp_2", ""])


def make_response(type_, id_, **fields):
    """Make the event that begins or ends a response."""
    body = {"status": "completed", "output": [], **fields}
    if id_:
        body["id"] = id_
    return {"type": type_, "event_id": "event_1", "response": body}


EVENTS = st.one_of(
    st.builds(make_response, st.just("response.created"), IDS),
    st.builds(
        make_response,
        st.just("response.done"),
        IDS,
        status=st.sampled_from(["completed", "cancelled"]),
        usage=st.fixed_dictionaries({"total_tokens": st.integers(1, 9)}),
    ),
    st.builds(
        lambda id_: {
            "type": "response.output_text.delta",
            "delta": "a",
            "response_id": id_,
            **PLACE,
        },
        IDS,
    ),
    st.builds(
        lambda id_: {
            "type": "response.output_text.done",
            "text": "a",
            "response_id": id_,
            **PLACE,
        },
        IDS,
    ),
    st.builds(lambda id_: {"type": "response.cancel", "response_id": id_}, IDS),
    st.just(settings("session.created")),
    st.sampled_from(["sess_1", "sess_2"]).map(
        lambda id_: {
            **settings("session.updated"),
            "session": {**settings("session.updated")["session"], "id": id_},
        }
    ),
    st.just(INVALID),
)
RECORDS = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), EVENTS), min_size=1, max_size=30
)


@given(records=RECORDS, split=st.integers(0, 30))
def test_check_and_stats_count_alike(tmp_path_factory, records, split):
    """The same responses have the same ends and tokens, in sessions and files."""
    folder = tmp_path_factory.mktemp("logs")
    lines = [
        {"event": event} if session is None else {"event": event, "call": session}
        for session, event in records
    ]
    (folder / "a.jsonl").write_bytes(to_lines(lines[:split]))
    (folder / "b.jsonl").write_bytes(to_lines(lines[split:]))

    options = ReadOptions(event_key="event", session_key="call")
    tally = Tally(options)
    tally.read_all([str(folder)])
    batches = read_events(folder, event_key="event", session_key="call")
    tables = tabulate(batches)

    ends = [
        "(never ended)" if status is None else status
        for status in tables.responses["status"].to_pylist()
    ]
    assert sorted(tally.audit.ends.elements()) == sorted(ends)
    assert tally.usage.get("total_tokens", 0) == sum(
        filter(None, tables.responses["total_tokens"].to_pylist())
    )
    kinds = tables.errors["kind"].to_pylist()
    assert tally.audit.repeat_count == kinds.count("response_repeated")
