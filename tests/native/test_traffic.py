"""Real traffic is decoded and encoded natively: otherwise nothing would be gained."""

import json
from collections import Counter

import orjson
import pytest

from benchmarks.cases import make_cases
from rtmodels import (
    RealtimeBetaClientEvent,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeServerEvent,
    ValidationError,
    upgrade,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.converter._values import SavingExtra

from ..parts import find_parts
from ..paths import SAMPLE
from .twins import check_encoding, compare, counting, needs_extension

pytestmark = [needs_extension, pytest.mark.needs("msgpack")]

CASES = {case.kind: case.frames for case in make_cases()}
SESSION = [json.loads(line) for line in SAMPLE.read_bytes().splitlines()]
EVENTS = {
    ("server", "ga"): RealtimeServerEvent,
    ("client", "ga"): RealtimeClientEvent,
    ("server", "beta"): RealtimeBetaServerEvent,
    ("client", "beta"): RealtimeBetaClientEvent,
}
CHANGED = {
    "conversation.item.input_audio_transcription.completed",
    "response.created",
    "response.done",
    "session.created",
    "session.update",
    "session.updated",
}
"""The types whose objects an upgrade changes."""


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
def test_no_frame_of_the_benchmarks_gives_up(kind, mode):
    """They are what the published figures are about; strict mode rejects some."""
    adapter = JsonAdapter(RealtimeServerEvent, mode=mode)

    with counting() as counter:
        for frame in CASES[kind]:
            adapter.encode(adapter.decode(frame))

    assert counter.give_ups == 0


def test_no_frame_of_the_sample_session_gives_up():
    """Both sides of it."""
    adapter = JsonAdapter(RealtimeServerEvent | RealtimeClientEvent)

    with counting() as counter:
        for event in SESSION:
            compare(adapter, orjson.dumps(event))

    assert counter.give_ups == 0


@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
def test_no_valid_frame_of_a_capture_gives_up(captures, mode):
    """Frames of other servers have undeclared keys, nulls, unknown types and escapes.

    Those that tolerant mode rejects give up, since the Python code finds the errors.
    """
    adapters = {key: JsonAdapter(type_, mode=mode) for key, type_ in EVENTS.items()}
    tolerant = {key: JsonAdapter(type_) for key, type_ in EVENTS.items()}
    gave_up: Counter[str] = Counter()

    for capture in captures:
        key = capture["direction"], capture["shape"]
        if key not in EVENTS:
            continue
        frame = orjson.dumps(capture["value"])
        try:
            tolerant[key].decode(frame)
        except ValidationError:
            continue
        with counting() as counter:
            compare(adapters[key], frame)
        gave_up[capture["server"]] += counter.give_ups

    assert gave_up.total() == 0, gave_up


def test_upgrading_gives_up_only_where_objects_change(captures):
    """Events of the beta that only have another name are read as the GA's at once."""
    union = {"server": RealtimeServerEvent, "client": RealtimeClientEvent}
    adapters = {key: JsonAdapter(type_, upgrade=True) for key, type_ in union.items()}
    gave_up = set()

    for capture in captures:
        if capture["direction"] in union and capture["server"] != "xai":
            with counting() as counter:
                compare(adapters[capture["direction"]], orjson.dumps(capture["value"]))
            if counter.give_ups:
                gave_up.add(capture["value"]["type"])

    assert gave_up <= CHANGED


def test_no_upgraded_frame_of_a_capture_gives_up_when_encoded(captures):
    """Not even those that save what the beta said in other words."""
    saving = 0
    for capture in captures:
        key = capture["direction"], capture["shape"]
        if key[1] == "beta":
            event = upgrade(
                JsonAdapter(EVENTS[key]).decode(orjson.dumps(capture["value"]))
            )
            adapter = JsonAdapter(EVENTS[key[0], "ga"])
            with counting() as counter:
                check_encoding(adapter, event)

            assert counter.give_ups == 0
            saving += any(type(part) is SavingExtra for part in find_parts(event))
    assert saving


@pytest.mark.parametrize(
    "spell",
    [
        json.dumps,
        lambda event: json.dumps(event, ensure_ascii=False),
        lambda event: json.dumps(event, indent=2).encode(),
        lambda event: json.dumps(dict(reversed(event.items()))).encode(),
        lambda event: bytearray(orjson.dumps(event)),
        lambda event: memoryview(orjson.dumps(event)),
        lambda event: b" \n" + orjson.dumps({**event, "zz": [{"a": None}]}) + b"\t",
    ],
    ids=["ascii", "text", "indented", "reversed", "bytearray", "memoryview", "extra"],
)
def test_every_spelling_of_a_frame_is_read_natively(spell):
    """Escapes, white space, any order of keys, undeclared keys, and each class."""
    adapter = JsonAdapter(RealtimeServerEvent | RealtimeClientEvent)

    with counting() as counter:
        for event in SESSION:
            compare(adapter, spell(event))

    assert counter.give_ups == 0
