"""The warning for a frame that a loop skipped."""

import json

import pytest

from rtmodels import DecodeError, RealtimeClientEvent, RtmodelsError, ValidationError
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters.connections import log_bad_frame

STRICT = JsonAdapter(RealtimeClientEvent, mode="strict")


@pytest.fixture
def explain(caplog):
    """Return a function that logs the error for a frame, and returns the message."""

    def explain(frame):
        with pytest.raises(RtmodelsError) as info:
            STRICT.decode(frame)
        log_bad_frame(info.value, frame)
        return caplog.records[-1].getMessage()

    return explain


def test_the_warning_has_the_size_and_the_paths(explain, caplog):
    """One line says how large the frame was, and what was expected where."""
    message = explain(b'{"type":"response.cancel","response_id":5}')

    assert message == "skipped a frame of 42 bytes: $.response_id: expected str"
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("rtmodels.adapters", "WARNING")


@pytest.mark.parametrize(
    "value",
    [
        {"type": "sesame"},
        {"type": "input_audio_buffer.append", "audio": "sesame!"},
        {"type": "response.create", "response": {"tool_choice": "sesame"}},
        {"type": "session.update", "session": "sesame"},
    ],
)
def test_the_warning_shows_no_value(explain, value):
    """The error quotes a short prefix, which may be private."""
    assert "sesame" not in explain(json.dumps(value))


def test_a_warning_is_short(explain):
    """Only three of many issues are in it, and those are cut."""
    keys = {"k" * 50 + str(index) + "\n": index for index in range(60)}
    frame = json.dumps({"type": "response.cancel", "response_id": 5, **keys})

    message = explain(frame)

    assert message.endswith("; and 58 more")
    assert message.count("expected") == 3
    assert "\n" not in message
    assert len(message) < 700


@pytest.mark.parametrize("error", [DecodeError, ValidationError])
def test_an_error_made_from_a_text_is_one_line(caplog, error):
    """It has no issues to list."""
    log_bad_frame(error("two\nlines" + 1000 * "!"), "12")

    message = caplog.records[-1].getMessage()
    assert message.startswith("skipped a frame of 2 characters: two lines!!!")
    assert len(message) < 250
