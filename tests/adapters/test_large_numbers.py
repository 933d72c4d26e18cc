"""Integers of more than 64 bits stay what they are, or are refused by name."""

import json
import sys

import pytest
from cattrs import Converter
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    DecodeError,
    EncodeError,
    RateLimitsUpdatedEvent,
    RealtimeClientEvent,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeResponseUsage,
    RealtimeServerEvent,
    ResponseDoneEvent,
    RtmodelsError,
    Unknown,
    ValidationError,
    configure,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from ..exact_json import load_exactly
from ..strategies import json_values
from .audio_frames import BIG, DELTA

MODES = ("strict", "tolerant", "forgiving")
LONG = 18446744073709551617
LONG_INTS = [LONG, 2**64, -(2**63) - 1, 10**19, 10**300, -(10**308)]
NEAR = [2**64 - 1, -(2**63), 1e30, -1e19, 18446744073709551616.0, 2.0**63, 10**18]

integers = st.integers(-(10**320), 10**320)
trees = st.recursive(
    integers | json_values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def server(mode="tolerant", **options):
    """Return the adapter for events of the server."""
    return JsonAdapter(RealtimeServerEvent, mode=mode, **options)


def shown(value):
    """Return all of *value* as text, which tells integers from floats."""
    return json.dumps(value, sort_keys=True)


@given(trees, st.booleans())
def test_every_integer_of_a_frame_comes_back(value, indented):
    """In values of unknown shape; what no float holds needs forgiving mode."""
    text = json.dumps({"type": "new.event", "v": value}, indent=indented or None)
    for mode in ("tolerant", "forgiving"):
        adapter = server(mode)
        try:
            event = adapter.decode(text)
        except DecodeError:
            assert mode == "tolerant"
            assert "number is infinity" in text or any(map(is_huge, leaves(value)))
            continue

        assert shown(event.payload["v"]) == shown(value)
        assert shown(load_exactly(adapter.encode(event))["v"]) == shown(value)


def leaves(value):
    """Return the scalars in *value*."""
    match value:
        case dict():
            return [leaf for item in value.values() for leaf in leaves(item)]
        case list():
            return [leaf for item in value for leaf in leaves(item)]
        case _:
            return [value]


def is_huge(value):
    """Check whether *value* is an integer that no float holds."""
    try:
        float(value if isinstance(value, int) else 0)
    except OverflowError:
        return True
    return False


@pytest.mark.parametrize("number", [*LONG_INTS, *NEAR])
@pytest.mark.parametrize("mode", MODES)
def test_integers_are_kept_in_every_place(number, mode):
    """In fields of type int, float and object, in each kind of buffer."""
    tool = {"type": "function", "parameters": {"max": [number]}}
    limits = {
        "type": "rate_limits.updated",
        "event_id": "e",
        "rate_limits": [{"reset_seconds": number}],
    }
    for type_, payload in (
        (RealtimeFunctionTool, tool),
        (RateLimitsUpdatedEvent, limits),
        (RealtimeServerEvent, limits),
    ):
        adapter = JsonAdapter(type_, mode=mode)
        text = json.dumps(payload)
        for data in (text, text.encode(), bytearray(text.encode())):
            for frame in (data, data if isinstance(data, str) else memoryview(data)):
                back = load_exactly(adapter.encode(adapter.decode(frame)))
                assert shown(back) == shown(payload)


@pytest.mark.parametrize("number", LONG_INTS)
@pytest.mark.parametrize("mode", MODES)
def test_fields_for_integers_accept_long_ones(number, mode):
    """A parser that rounded them would make floats of them, which are no ints."""
    adapter = JsonAdapter(RealtimeResponse, mode=mode)
    response = adapter.decode(
        f'{{"max_output_tokens": {number}, "usage": {{"total_tokens": {number}}}}}'
    )

    assert response.max_output_tokens == number
    assert response.usage.total_tokens == number
    assert adapter.encode(response) == (
        b'{"usage":{"total_tokens":%d},"max_output_tokens":%d}' % (number, number)
    )


@pytest.mark.parametrize("number", LONG_INTS)
def test_forgiving_mode_keeps_a_long_integer_of_the_wrong_type(number):
    """In ``extra``, and in the payload of an event that became an `Unknown`."""
    adapter = server("forgiving")
    for frame in (
        b'{"type":"response.done","event_id":"e","response":{"status":%d}}' % number,
        b'{"type":"response.done","event_id":%d,"response":{}}' % number,
    ):
        assert adapter.encode(adapter.decode(frame)) == frame


def test_a_large_audio_frame_keeps_its_integers():
    """The shortcut past the parser is for other frames."""
    frame = DELTA.replace("@", BIG)[:-1] + f',"logged":{LONG}}}'

    event = server().decode(frame)

    assert event.extra == {"logged": LONG}
    assert server().encode(event) == frame.encode()


def test_upgraded_events_keep_their_integers():
    """The readers of both versions check alike."""
    frame = '{"type":"response.text.delta","event_id":"e","response_id":"r",'
    frame += '"item_id":"i","output_index":0,"content_index":0,"delta":"d",'
    event = server(upgrade=True).decode(f'{frame}"new":{LONG}}}')

    assert event.extra == {"new": LONG}


def test_of_repeated_keys_the_last_counts_beside_long_integers_too():
    """Both parsers agree."""
    frame = b'{"type":"a","type":"b","x":%d,"x":1,"y":%d}' % (LONG, LONG)

    assert server().decode(frame).payload == {"type": "b", "x": 1, "y": LONG}


@pytest.mark.parametrize(
    "rest", ["NaN}", "-Infinity}", "01}", "'a'}", '"\t"}', "1}x", "\ufeff1}", "[1,]}"]
)
@pytest.mark.parametrize("mode", MODES)
def test_what_only_a_lax_parser_accepts_stays_an_error(rest, mode):
    """Beside a long integer, half a character and a number beyond all floats."""
    for value in (LONG, '"\\ud83d"', "1e400"):
        with pytest.raises(DecodeError, match=r"^not JSON"):
            server(mode).decode(f'{{"type":"x","a":{value},"b":{rest}')


def test_a_user_defined_hook_sees_each_value_once():
    """Also where the frame has a long integer behind the value."""
    seen = []

    def structure(value, _):
        seen.append(value.pop("total_tokens"))
        return RealtimeResponseUsage(total_tokens=seen[-1])

    converter = configure(Converter())
    converter.register_structure_hook(RealtimeResponseUsage, structure)
    adapter = JsonAdapter(RealtimeServerEvent, converter=converter)
    for number in (LONG, 1e30, 1, LONG):
        event = adapter.decode(
            json.dumps(
                {
                    "type": "response.done",
                    "event_id": "e",
                    "response": {"usage": {"total_tokens": number}, "new": number},
                }
            )
        )
        assert event.response.extra == {"new": number}
        assert type(event.response.usage.total_tokens) is type(number)

    assert seen == [LONG, 1e30, 1, LONG]


def test_a_converter_without_hooks_keeps_integers_too():
    """It is searched for hooks once, and has none."""
    adapter = JsonAdapter(RealtimeServerEvent, converter=make_converter())
    frame = b'{"type":"x","a":%d}' % LONG

    assert adapter.encode(adapter.decode(frame)) == frame


def test_an_error_quotes_no_number_that_is_not_there():
    """It would, if it described the floats of the first parser."""
    with pytest.raises(ValidationError, match=r"\$\.event_id: expected str, got int"):
        server().decode(b'{"type":"error","event_id":%d}' % LONG)


@pytest.mark.parametrize("mode", MODES)
def test_numbers_have_a_limit_of_digits(mode):
    """Converting longer ones would take time quadratic in their digits."""
    adapter = server(mode)
    for digits in ("1" * 4301, "-" + "1" * 4301, "1" * 100_000, "1e4300", "9" * 9999):
        with pytest.raises(DecodeError, match=r"digits|infinity"):
            adapter.decode(f'{{"type":"x","a":{digits}}}')


def test_forgiving_mode_keeps_numbers_that_no_float_holds():
    """As integers, and writes them as they were, or shorter."""
    adapter = server("forgiving")
    for text, number in {
        "1e400": 10**400,
        "-1e400": -(10**400),
        "15e399": 15 * 10**399,
        "1" * 4300: int("1" * 4300),
        "1e4299": 10**4299,
    }.items():
        frame = f'{{"type":"x","a":{text}}}'.encode()
        event = adapter.decode(frame)

        assert event.payload["a"] == number
        assert adapter.encode(event) == frame

    frame = b'{"type":"x","a":[%s]}' % b",".join([b'{"limit":1e400,"name":""}'] * 999)
    assert adapter.encode(adapter.decode(frame)) == frame

    # Other spellings come back as the same number.
    event = adapter.decode('{"type":"x","a":[1.5E+400,100e398]}')
    assert adapter.encode(event) == b'{"type":"x","a":[15e399,1e400]}'


@pytest.mark.parametrize("mode", ["strict", "tolerant"])
def test_other_modes_name_numbers_that_no_float_holds(mode):
    """On the way in and on the way out."""
    adapter = JsonAdapter(RealtimeFunctionTool, mode=mode)
    with pytest.raises(DecodeError, match="number is infinity"):
        adapter.decode('{"type":"function","parameters":{"a":1e400}}')

    tool = RealtimeFunctionTool(parameters={"a": 10**400})
    with pytest.raises(EncodeError, match="a: expected int of up to 308 digits"):
        adapter.encode(tool)


@pytest.mark.parametrize(
    "number",
    ["1e" + "9" * 9999, "1e+4300", "1" * 310 + ".5", ",".join(["1e4299"] * 1000)],
)
def test_numbers_that_stand_for_much_more_text_are_refused(number):
    """Six characters each would become four thousand digits."""
    with pytest.raises(DecodeError, match=r"^not JSON: (a|too many) "):
        server("forgiving").decode(f'{{"type":"x","a":[{number}]}}')


def test_a_lower_limit_of_the_interpreter_is_an_error_of_ours():
    """A program may set it."""
    adapter = server("forgiving")
    frame = b'{"type":"x","a":%s}' % (b"1" * 4000)
    event = adapter.decode(frame)

    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        with pytest.raises(DecodeError):
            adapter.decode(frame)
        with pytest.raises(EncodeError):
            adapter.encode(event)
    finally:
        sys.set_int_max_str_digits(limit)

    assert adapter.encode(event) == frame


def test_nesting_that_only_the_second_parser_meets_is_an_error_of_ours():
    """However deep, and whichever of the parsers finds it first."""
    for levels in (150, 900, 1020, 100_000):
        nested = "[" * levels + str(LONG) + "]" * levels
        for mode in MODES:
            with pytest.raises(RtmodelsError):
                server(mode).decode(f'{{"type":"x","b":"\\ud83d","a":{nested}}}')
            with pytest.raises(RtmodelsError):
                server(mode).decode(f'{{"type":"x","a":{nested}}}')


@pytest.mark.needs("msgpack")
@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
def test_messagepack_names_an_integer_that_it_cannot_hold(mode):
    """Its integers have 64 bits."""
    union = RealtimeClientEvent | RealtimeServerEvent
    event = JsonAdapter(union, mode=mode).decode(f'{{"type":"x","a":[{LONG}]}}')

    with pytest.raises(EncodeError, match=r"\$\.a\[0\]: expected 64-bit int, got 65"):
        MsgpackAdapter(union, mode=mode).encode(event)


def test_dicts_hold_integers_of_any_size():
    """They come from any parser, and go to any writer."""
    adapter = DictAdapter(RealtimeServerEvent)
    payload = {"type": "x", "a": 10**5000}

    assert adapter.encode(adapter.decode(payload)) == payload


def test_another_parser_decides_itself():
    """What it makes of an integer is what the event gets."""
    for loads, expected in ((json.loads, LONG), (lambda _: {"type": "x"}, None)):
        adapter = JsonAdapter(RealtimeServerEvent, loads=loads)

        event = adapter.decode(f'{{"type":"x","a":{LONG}}}')

        assert event.payload.get("a") == expected


def test_a_number_of_the_user_is_written():
    """It need not come from a frame."""
    event = ResponseDoneEvent(
        event_id="e", response=RealtimeResponse(extra={"n": LONG})
    )
    unknown = Unknown(tag="x", payload={"type": "x", "n": [-LONG]})
    adapter = server()

    assert b'"n":18446744073709551617' in adapter.encode(event)
    assert server().encode(unknown) == b'{"type":"x","n":[-18446744073709551617]}'
