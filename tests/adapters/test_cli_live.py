"""The command ``rtmodels check`` on recordings of the Live API."""

import json
import subprocess
import sys
from typing import Any

import pytest

from rtmodels import (
    LiveForkSessionStart,
    LiveInputAudioAppend,
    LiveServerInputAudioAppend,
    LiveServerTransportDTMFSend,
    LiveSessionStart,
    LiveTransportDTMFSend,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import DictAdapter

from ..live_recordings import (
    FORK,
    PRIMARY,
    SIDEBAND,
    closed,
    heard,
    key,
    spoken,
    start,
    started,
    usage,
)
from ..paths import ROOT, SAMPLE
from ..recordings import INVALID, SERVER, UNKNOWN, check, run, settings, tell, to_lines

pytestmark = pytest.mark.needs("cli")

PCMU = {"type": "audio/pcmu", "rate": 8000}
PCM_16 = {"type": "audio/pcm", "rate": 16_000}


@pytest.mark.parametrize("log", [PRIMARY, FORK, SIDEBAND, PRIMARY[2:], PRIMARY[5:]])
@pytest.mark.parametrize("options", [(), ("--protocol", "live"), ("--mode", "strict")])
def test_a_log_of_the_live_api_is_known_by_its_first_messages(log, options):
    """Each connection is read, and a log that begins in the middle as well."""
    status, report = check(to_lines(log), *options)

    assert (status, report["unreadable"], report["issues"]) == (0, [], [])
    assert report["protocols"] == ["live"]
    assert sum(report["events"].values()) == len(log)
    assert not report["unknown"]


def test_types_of_both_protocols_show_none():
    """The next message does."""
    error = {"type": "invalid_request_error", "message": "No.", "code": "no"}
    log = [{"type": "error", "event_id": "event_1", "error": error}, *PRIMARY]

    assert check(to_lines(log))[1]["protocols"] == ["live"]
    assert check(to_lines(log[:1]))[1]["protocols"] == ["realtime"]


@pytest.mark.parametrize("type_", ["session.output_transcript.delta", "session.closed"])
def test_sessions_of_translations_are_not_of_the_live_api(type_):
    """They begin as all sessions of the Realtime API do, and share some types."""
    keys = {"delta": "Hi", "elapsed_ms": 5} if type_.endswith("delta") else {}
    event = {"type": type_, "event_id": "event_1", **keys}
    log = to_lines([settings("session.created"), event])

    status, report = check(log)

    assert (status, report["unreadable"]) == (0, [])
    assert report["unknown"] == {type_: 1}
    assert check(to_lines([event]))[1]["protocols"] == ["realtime"]


def test_each_file_is_read_as_what_it_is(tmp_path):
    """One run may read logs of both protocols."""
    log = tmp_path / "live.jsonl"
    log.write_bytes(to_lines(PRIMARY))

    result = run("check", "--json", SAMPLE, log)

    report = json.loads(result.stdout)
    assert report["protocols"] == ["live", "realtime"]
    assert report["unreadable"] == []
    assert report["events"]["session.started"] == report["events"]["session.created"]
    assert {"seconds", "total_tokens"} < report["usage"].keys()


@pytest.mark.parametrize(
    ("log", "options", "reason"),
    [
        (
            PRIMARY,
            ["--protocol", "realtime"],
            (
                "looks like a log of the Live API (session.start); read it with"
                " --protocol live"
            ),
        ),
        (
            [settings("session.created"), SERVER],
            ["--protocol", "live"],
            (
                "looks like a log of the Realtime API (session.created);"
                " read it with --protocol realtime"
            ),
        ),
        (
            PRIMARY,
            ["--upgrade"],
            (
                "looks like a log of the Live API (session.start), which has no beta;"
                " omit --upgrade"
            ),
        ),
    ],
)
def test_a_log_of_another_protocol_is_one_line(log, options, reason):
    """No message of it is counted."""
    status, report = check(to_lines(log), *options)

    assert status == 2
    assert [each["reason"] for each in report["unreadable"]] == [reason]
    assert report["frames"] == 0


@pytest.mark.parametrize(
    ("log", "options", "other"),
    [
        ([*PRIMARY, SERVER], (), "realtime"),
        ([SERVER, *PRIMARY], (), "live"),
        ([*PRIMARY[:2], SERVER], ("--protocol", "realtime"), "live"),
    ],
)
def test_a_log_of_both_protocols_is_reported(log, options, other):
    """It is read as one of them, and all of it is counted."""
    status, report = check(to_lines(log), *options)

    (unreadable,) = report["unreadable"]
    assert status == 2
    assert unreadable["reason"].startswith("also has events of the ")
    assert unreadable["reason"].endswith(f"to read these, use --protocol {other}")
    assert report["frames"] == len(log)
    assert report["unknown"]


def test_only_the_realtime_api_has_a_beta():
    """Both options together are an error of the user."""
    result = run("check", SAMPLE, "--upgrade", "--protocol", "live")

    assert result.returncode == 2
    assert b"--protocol live has no beta" in result.stderr


def test_the_first_message_may_be_inside_a_record():
    """As in a log that wraps each event."""
    pytest.importorskip("msgspec")
    log = to_lines([{"event": json.dumps(message)} for message in PRIMARY])

    assert check(log, "--event-key", "event")[1]["protocols"] == ["live"]

    (hint,) = check(log)[1]["unreadable"]
    assert hint["reason"].endswith("read it with --event-key event")


def test_the_usage_is_that_of_the_last_report():
    """The totals of a session are not added up; those of several sessions are."""
    logs = [
        [usage(1.0), usage(2.5, active_seconds=2)],
        [*PRIMARY, *FORK],
        [*PRIMARY, *SIDEBAND[:-1]],
    ]
    found = [check(to_lines(log))[1]["usage"] for log in logs]

    assert found[0] == {"seconds": 2.5, "active_seconds": 2}
    assert found[1] == {"seconds": 10.0}
    assert found[2] == {"seconds": 6.0}


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([start(), started(), heard(), spoken()], (1.0, 1.0)),
        ([start(format=PCM_16), heard(), spoken()], (1.5, 1.5)),
        ([start(), started(format=PCMU), heard(), spoken()], (6.0, 6.0)),
        ([heard(), spoken()], (1.0, 1.0)),
        # A sideband has copies, which are always in the default format.
        ([started(format=PCMU), heard(), spoken(start_ms=0, end_ms=1)], (1.0, 1.0)),
        # The next session has its own format.
        ([*PRIMARY, start(format=PCMU), heard(), spoken()], (7.0, 7.0)),
        ([started(format={"type": "audio/new"}), spoken()], (0.0, None)),
    ],
)
def test_audio_is_measured_in_the_format_of_the_session(log, expected):
    """Both directions have the same one."""
    audio = check(to_lines(log))[1]["audio"]

    assert (audio["input"]["seconds"], audio["output"]["seconds"]) == expected


def test_the_table_names_the_side_that_sends_each_type():
    """A few types are sent by both."""
    _, report = tell(to_lines([*PRIMARY, key("1")]))

    rows = [line.split() for line in report.splitlines()]
    senders = {row[0]: row[2] for row in rows if len(row) == 3}
    assert senders["session.start"] == "client"
    assert senders["session.started"] == "server"
    assert senders["session.input_audio.append"] == "either"
    assert "Usage" in report


@pytest.mark.parametrize("direction", ["client", "server"])
def test_the_direction_decides_between_types_of_both_sides(direction):
    """The table says so, and what the other side sends is unknown."""
    status, report = tell(to_lines([*SIDEBAND]), "--direction", direction)

    assert status == 0
    lines = [line.split() for line in report.splitlines()]
    assert ["session.input_audio.append", "1", direction] in lines
    sender = "unknown" if direction == "client" else "server"
    assert ["session.paused", "1", sender] in lines


def test_an_issue_is_that_of_the_class_that_the_keys_show():
    """A session that names a model is no fork."""
    bad = start()
    bad["session"]["model"] = 5

    status, report = check(to_lines([started(), bad]))

    assert status == 1
    (issue,) = report["issues"]
    assert (issue["path"], issue["expected"]) == ("$.session.model", "str")


def test_unknown_and_invalid_messages_are_counted():
    """As in logs of the Realtime API."""
    status, report = check(to_lines([*PRIMARY, UNKNOWN, {**closed(1.0), "usage": 1}]))

    assert (status, report["invalid"]) == (1, 1)
    assert report["unknown"] == {"future.event": 1}
    assert check(to_lines([INVALID]))[0] == 1


def test_logs_of_the_realtime_api_load_no_classes_of_the_live_api():
    """They cost as much as before."""
    program = (
        "import sys; from rtmodels.adapters.cli import app\n"
        "try: app(['check', sys.argv[1]])\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.modules if 'schema.live' in name])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, SAMPLE],
        check=True,
        capture_output=True,
        cwd=ROOT,
        text=True,
    )

    assert result.stdout.splitlines()[-1] == "[]"


# Types with several classes


def decode(message: Any, mode: Any = "tolerant", direction: str = "auto") -> Any:
    """Decode a message as the commands do."""
    from rtmodels.adapters._recordings.decoding import make_decoder  # noqa: PLC0415
    from rtmodels.adapters._recordings.protocols import load_protocol  # noqa: PLC0415

    unions = load_protocol("live").unions[direction]
    return make_decoder(unions, lambda union: DictAdapter(union, mode=mode).decode)(
        message
    )


@pytest.mark.parametrize("mode", ["strict", "tolerant", "forgiving"])
@pytest.mark.parametrize(
    ("message", "cls"),
    [
        (start(), LiveSessionStart),
        (start(None), LiveForkSessionStart),
        (start(None, format=PCMU), LiveForkSessionStart),
        (heard(2), LiveInputAudioAppend),
        ({**heard(2), "event_id": "event_1"}, LiveInputAudioAppend),
        (key("1"), LiveTransportDTMFSend),
        (key("1", event_id="e", client_event_id="e"), LiveServerTransportDTMFSend),
    ],
)
def test_the_keys_of_a_message_show_its_class(mode, message, cls):
    """They do in each mode, and nothing is left over."""
    event = decode(message, mode)

    assert (type(event), event.extra) == (cls, None)
    assert DictAdapter(cls).encode(event) == message


def test_the_direction_shows_the_class_as_well():
    """There is only one then."""
    assert type(decode(heard(2), direction="server")) is LiveServerInputAudioAppend
    assert type(decode(start(), direction="server")) is Unknown


def test_a_key_that_no_class_has_decides_nothing():
    """It is kept."""
    event = decode({**heard(2), "new": 1})

    assert (type(event), event.extra) == (LiveInputAudioAppend, {"new": 1})


def test_a_message_that_fits_no_class_raises_the_error_of_the_nearest():
    """No class takes it with less."""
    with pytest.raises(ValidationError, match=r"\$\.event_id: expected str"):
        decode(key("1", event_id=1, client_event_id="e"))


def test_the_types_that_protocols_share_are_listed():
    """So that logs of one protocol need not load the classes of the other."""
    from rtmodels.adapters._recordings.protocols import (  # noqa: PLC0415
        SHARED_TYPES,
        load_protocol,
    )

    live, realtime = load_protocol("live"), load_protocol("realtime")
    assert live.classes.keys() & realtime.classes.keys() == SHARED_TYPES
