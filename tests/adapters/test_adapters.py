"""Adapters as objects: made, shared, copied, pickled; and used by many threads."""

import copy
import json
import pickle
import subprocess
import sys
import textwrap

import orjson
import pytest
from cattrs import Converter

from rtmodels import (
    ErrorEvent,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseOutputAudioDeltaEvent,
    Unknown,
    ValidationError,
    configure,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

pytestmark = pytest.mark.needs("msgpack")

CLASSES = [JsonAdapter, MsgpackAdapter, DictAdapter]
RESPONSE = RealtimeResponse(id="resp_1", max_output_tokens="inf", extra={"x": None})


def make_own_converter() -> Converter:
    """Make a converter as a user would."""
    converter = Converter()
    configure(converter, mode="strict", binary=True)
    return converter


@pytest.mark.parametrize("adapter_class", CLASSES)
@pytest.mark.parametrize(
    "options", [{}, {"mode": "forgiving"}, {"converter": make_own_converter}]
)
def test_adapters_pickle(adapter_class, options):
    """An unpickled adapter works like the original, in the same mode."""
    adapter = adapter_class(RealtimeServerEvent, **options)
    data = adapter_class(Unknown).encode(Unknown(tag="x", payload={"type": "x"}))

    back = pickle.loads(pickle.dumps(adapter))

    assert repr(back) == repr(adapter)
    if options.get("converter"):
        with pytest.raises(ValueError, match="known type"):
            back.decode(data)
    else:
        assert back.decode(data).tag == "x"


@pytest.mark.parametrize(
    ("adapter_class", "options"),
    [
        (JsonAdapter, {"dumps": json.dumps}),
        (JsonAdapter, {"downgrade": True}),
        (MsgpackAdapter, {"downgrade": True}),
        (DictAdapter, {"downgrade": True}),
        (DictAdapter, {"binary": True}),
    ],
)
def test_adapters_keep_their_options_in_a_pickle(adapter_class, options):
    """So that what they write, and how, stays the same."""
    adapter = adapter_class(RealtimeServerEvent, **options)
    event = ResponseOutputAudioDeltaEvent(
        **dict.fromkeys(["event_id", "response_id", "item_id"], "x"),
        output_index=0,
        content_index=0,
        delta=b"abc",
    )

    back = pickle.loads(pickle.dumps(adapter))

    assert repr(back) == repr(adapter)
    assert back.encode(event) == adapter.encode(event)
    assert back.encode(event) != adapter_class(RealtimeServerEvent).encode(event)


@pytest.mark.parametrize("adapter_class", CLASSES)
def test_adapters_take_the_beta_after_a_pickle_too(adapter_class):
    """If they did before."""
    adapter = adapter_class(RealtimeServerEvent, upgrade=True)
    delta = {**dict.fromkeys(["event_id", "response_id", "item_id"], "x"), "delta": ""}
    payload = {"type": "response.text.delta", "output_index": 0, "content_index": 0}
    data = adapter_class(Unknown).encode(
        Unknown(tag="response.text.delta", payload=payload | delta)
    )

    event = pickle.loads(pickle.dumps(adapter)).decode(data)

    assert event == adapter.decode(data)
    assert event.type == "response.output_text.delta"


def test_a_json_adapter_keeps_its_parser_in_a_pickle():
    """The standard library's parser accepts a number that orjson rejects."""
    adapter = JsonAdapter(RealtimeServerEvent, loads=json.loads)

    back = pickle.loads(pickle.dumps(adapter))

    with pytest.raises(ValidationError, match="expected finite number, got nan"):
        back.decode('{"type": "x", "new": NaN}')


@pytest.mark.parametrize("adapter_class", CLASSES)
def test_adapters_around_a_live_converter_do_not_pickle(adapter_class):
    """The error says what to give instead."""
    adapter = adapter_class(RealtimeResponse, converter=make_own_converter())

    with pytest.raises(pickle.PicklingError, match="the function that makes it"):
        pickle.dumps(adapter)


@pytest.mark.parametrize("adapter_class", CLASSES)
def test_adapters_copy(adapter_class):
    """A copy, deep or not, is the adapter: there is no state to keep apart."""
    adapter = adapter_class(RealtimeResponse, converter=make_own_converter())

    assert copy.copy(adapter) is adapter
    assert copy.deepcopy([adapter])[0] is adapter


@pytest.mark.parametrize("adapter_class", CLASSES)
def test_the_options_show(adapter_class):
    """The repr says what the adapter was made from."""
    adapter = adapter_class(RealtimeResponse, mode="strict")

    assert repr(adapter) == f"{adapter_class.__name__}(RealtimeResponse, mode='strict')"


@pytest.mark.parametrize("adapter_class", CLASSES)
def test_a_converter_brings_its_own_mode(adapter_class):
    """Two modes would contradict each other."""
    with pytest.raises(TypeError, match="converter=, or mode="):
        adapter_class(RealtimeResponse, converter=make_converter(), mode="strict")


@pytest.mark.parametrize("adapter_class", CLASSES)
def test_an_unknown_mode_is_refused(adapter_class):
    """A slip of the pen does not silently read tolerantly."""
    with pytest.raises(ValueError, match="lenient"):
        adapter_class(RealtimeResponse, mode="lenient")


@pytest.mark.parametrize("adapter_class", CLASSES)
def test_tuples_of_our_types(adapter_class):
    """``tuple[T, ...]`` is a type like any other."""
    adapter = adapter_class(tuple[RealtimeResponse, ...])

    assert adapter.decode(adapter.encode((RESPONSE, RESPONSE))) == (RESPONSE, RESPONSE)


def test_errors_in_tuples_say_which_item():
    """The path begins with the index."""
    adapter = DictAdapter(tuple[RealtimeResponse, ...])

    with pytest.raises(ValueError, match=r"^\$\[1\]\.id: expected str, got int$"):
        adapter.decode([{}, {"id": 1}])


def test_dicts_hold_base64_text_unless_asked():
    """With ``binary=True`` audio stays bytes; either form gets in."""
    frame = {
        "type": "response.output_audio.delta",
        "event_id": "event_1",
        "response_id": "resp_1",
        "item_id": "item_1",
        "output_index": 0,
        "content_index": 0,
        "delta": "AAEC",
    }
    text, binary = (
        DictAdapter(RealtimeServerEvent),
        DictAdapter(RealtimeServerEvent, binary=True),
    )

    event = text.decode(frame)

    assert event.delta == b"\x00\x01\x02"
    assert text.encode(event) == frame
    assert binary.encode(event) == {**frame, "delta": b"\x00\x01\x02"}
    assert binary.decode(binary.encode(event)) == event


def test_encoding_to_a_dict_shares_nothing_with_the_instance():
    """Changing the dict does not change the frozen object."""
    event = Unknown(tag="x", payload={"type": "x", "list": [1]})

    out = DictAdapter(Unknown).encode(event)
    out["list"].append(2)

    assert event.payload == {"type": "x", "list": [1]}


def test_threads_that_start_at_once_agree():
    """Sixteen threads that decode first of all in a fresh process see equal events."""
    program = """
        import sys, threading
        from pathlib import Path
        from rtmodels.adapters import JsonAdapter, MsgpackAdapter
        from rtmodels import RealtimeClientEvent, RealtimeServerEvent

        sys.setswitchinterval(1e-6)
        frames = Path(sys.argv[1]).read_bytes().splitlines()
        server = JsonAdapter(RealtimeServerEvent)
        client = JsonAdapter(RealtimeClientEvent)
        barrier, results = threading.Barrier(16), []

        def work():
            barrier.wait()
            events = [(server.decode(frame), client.decode(frame)) for frame in frames]
            results.append((events, [server.encode(event) for event, _ in events]))

        threads = [threading.Thread(target=work) for _ in range(16)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        assert len(results) == 16
        assert all(result == results[0] for result in results)
    """
    sample = __file__.replace("adapters/test_adapters.py", "data/voice_session.jsonl")

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), sample],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("library", ["msgspec", "ormsgpack"])
def test_a_missing_library_is_named(library):
    """Only an adapter that is made needs it: the class is there, and the rest works."""
    program = """
        import sys
        sys.modules[sys.argv[1]] = None
        from rtmodels import MissingDependencyError, RealtimeResponse
        from rtmodels.adapters import JsonAdapter, MsgpackAdapter
        JsonAdapter(RealtimeResponse)
        try:
            MsgpackAdapter(RealtimeResponse)
        except MissingDependencyError as exc:
            print(exc)
    """

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), library],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == (
        f"{library} is not installed; get it with `pip install 'rtmodels[msgpack]'`\n"
    )


@pytest.mark.parametrize("adapter_class", CLASSES)
def test_one_class_alone(adapter_class):
    """An adapter for one class accepts that class only."""
    adapter = adapter_class(ErrorEvent)
    payload = adapter_class(Unknown).encode(Unknown(tag="x", payload={"type": "x"}))

    with pytest.raises(ValueError, match=r"\$\.type: expected 'error', got 'x'"):
        adapter.decode(payload)


@pytest.mark.parametrize("dumps", [json.dumps, orjson.dumps])
def test_a_json_library_may_write_text_or_bytes(dumps):
    """Bytes come out either way."""
    adapter = JsonAdapter(RealtimeResponse, dumps=dumps)

    data = adapter.encode(RealtimeResponse(id="resp_1"))

    assert type(data) is bytes
    assert json.loads(data) == {"id": "resp_1"}
