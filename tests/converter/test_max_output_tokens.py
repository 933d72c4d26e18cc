"""The limit on output tokens: an integer or "inf", wherever it stands."""

import json
from typing import get_args

import attrs
import pytest

from rtmodels import (
    LocalAiServerEvent,
    MaxOutputTokens,
    QwenServerEvent,
    RealtimeBetaClientEvent,
    RealtimeBetaServerEvent,
    RealtimeBetaSessionCreateResponse,
    RealtimeClientEvent,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseDoneEvent,
    ValidationError,
    VoiceLiveClientEvent,
    VoiceLiveServerEvent,
    XaiServerEvent,
)
from rtmodels.adapters import JsonAdapter

from ..strategies import MODELS
from .places import LAX, MODES, Place, done, update

CREATED = {
    "type": "session.created",
    "event_id": "e",
    "session": {"type": "realtime", "id": "s", "object": "realtime.session"},
}
CREATE = {"type": "response.create", "response": {}}
BETA_CREATED = {"type": "session.created", "event_id": "e", "session": {}}
BETA_UPDATE = {"type": "session.update", "session": {}}
HOMES = {
    "RealtimeResponse": Place(RealtimeResponse, {}, ()),
    "RealtimeResponse in an event": Place(RealtimeServerEvent, done(), ("response",)),
    "RealtimeResponse in one class": Place(ResponseDoneEvent, done(), ("response",)),
    "RealtimeResponseCreateParams": Place(RealtimeClientEvent, CREATE, ("response",)),
    "RealtimeSessionCreateRequest": Place(RealtimeClientEvent, update(), ("session",)),
    "RealtimeSessionCreateResponse": Place(RealtimeServerEvent, CREATED, ("session",)),
    "RealtimeBetaResponse": Place(RealtimeBetaServerEvent, done(), ("response",)),
    "RealtimeBetaResponseCreateParams": Place(
        RealtimeBetaClientEvent, CREATE, ("response",)
    ),
    "RealtimeBetaSessionCreateRequest": Place(
        RealtimeBetaClientEvent, BETA_UPDATE, ("session",)
    ),
    "RealtimeBetaSessionCreateResponse": Place(
        RealtimeBetaSessionCreateResponse, {}, ()
    ),
    "RealtimeSession": Place(RealtimeBetaServerEvent, BETA_CREATED, ("session",)),
    "VoiceLiveResponse": Place(VoiceLiveServerEvent, done(), ("response",)),
    "VoiceLiveResponseCreateParams": Place(VoiceLiveClientEvent, CREATE, ("response",)),
    "VoiceLiveRequestSession": Place(VoiceLiveClientEvent, BETA_UPDATE, ("session",)),
    "VoiceLiveResponseSession": Place(VoiceLiveServerEvent, BETA_CREATED, ("session",)),
    "LocalAiRealtimeResponse": Place(LocalAiServerEvent, done(), ("response",)),
    "QwenRealtimeResponse": Place(QwenServerEvent, done(), ("response",)),
    "XaiRealtimeResponse": Place(XaiServerEvent, done(), ("response",)),
    "XaiRealtimeSession": Place(XaiServerEvent, BETA_CREATED, ("session",)),
}
KEYS = {"max_output_tokens", "max_response_output_tokens"}

GOOD = ["4096", "0", "-1", "18446744073709551615", "-9223372036854775808", '"inf"']
WHOLE = ["12.0", "0.0", "1e3", "9007199254740992.0"]
BAD = {
    "true": "bool",
    "false": "bool",
    '"4096"': "'4096'",
    '"Inf"': "'Inf'",
    '"INF"': "'INF'",
    '"inf "': "'inf '",
    '""': "''",
    "12.5": "12.5",
    "9007199254740994.0": "9007199254740994.0",
    "9.3e18": "9.3e+18",
    "1e300": "1e+300",
    "-1e-9": "-1e-09",
    "[]": "array",
    "[5]": "array",
    "{}": "object",
}


def keys_of(home):
    """Return the keys of the limit in *home*: the beta has another one, or both."""
    instance = home.follow(JsonAdapter(home.type).decode(json.dumps(home.payload)))
    return sorted(KEYS & {field.name for field in attrs.fields(type(instance))})


PLACES = {
    f"{name} {key}": (home, key)
    for name, home in HOMES.items()
    for key in keys_of(home)
}
homes = pytest.mark.parametrize(("home", "key"), PLACES.values(), ids=PLACES)


def decode(home, key, text, mode):
    """Decode the limit *text* in its home, and check that it encodes back equal."""
    data = json.dumps(home.put(key, "LIMIT")).replace('"LIMIT"', text)
    adapter = JsonAdapter(home.type, mode=mode)
    instance = adapter.decode(data)
    assert json.loads(adapter.encode(instance)) == json.loads(data)
    return home.follow(instance)


def test_every_class_with_a_limit_is_tested_here():
    """So that a new one does not go untested."""
    limited = {
        cls.__name__
        for cls in MODELS
        for field in attrs.fields(cls)
        if set(get_args(MaxOutputTokens)) <= set(get_args(field.type))
    }

    assert limited == {name.partition(" ")[0] for name in HOMES}


@homes
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", GOOD)
def test_an_integer_and_inf_are_taken(text, mode, home, key):
    """Every mode accepts both variants, and changes neither."""
    limit = getattr(decode(home, key, text, mode), key)

    assert limit == json.loads(text)
    assert type(limit) is type(json.loads(text))


@homes
@pytest.mark.parametrize("mode", LAX)
@pytest.mark.parametrize("text", WHOLE)
def test_a_whole_float_is_an_int(text, mode, home, key):
    """Some servers write 12.0."""
    limit = getattr(decode(home, key, text, mode), key)

    assert limit == float(text)
    assert type(limit) is int


@homes
@pytest.mark.parametrize("text", WHOLE)
def test_strict_mode_refuses_a_whole_float(text, home, key):
    """A float is no int in the schema."""
    with pytest.raises(ValidationError) as caught:
        decode(home, key, text, "strict")

    assert str(caught.value) == (
        f"{home.path(key)}: expected 'inf' or int, got {float(text)!r}"
    )


@homes
@pytest.mark.parametrize("mode", ["strict", "tolerant"])
@pytest.mark.parametrize(("text", "got"), BAD.items())
def test_what_is_neither_is_an_error(text, got, mode, home, key):
    """The text of the issue is the same in all classes."""
    with pytest.raises(ValidationError) as caught:
        decode(home, key, text, mode)

    assert str(caught.value) == (f"{home.path(key)}: expected 'inf' or int, got {got}")


@homes
@pytest.mark.parametrize("text", BAD)
def test_forgiving_mode_keeps_what_is_neither(text, home, key):
    """The field is absent, and ``extra`` has what came."""
    target = decode(home, key, text, "forgiving")

    assert getattr(target, key) is None
    assert target.extra == {key: json.loads(text)}
    assert repr(target.extra[key]) == repr(json.loads(text))


@homes
@pytest.mark.parametrize("mode", LAX)
def test_null_is_kept(mode, home, key):
    """The schema allows no null here, but servers send it."""
    target = decode(home, key, "null", mode)

    assert getattr(target, key) is None
    assert target.extra == {key: None}


@homes
def test_strict_mode_refuses_null(home, key):
    """The issue says which two things would do."""
    with pytest.raises(ValidationError) as caught:
        decode(home, key, "null", "strict")

    assert str(caught.value) == f"{home.path(key)}: expected 'inf' or int, got null"


@homes
@pytest.mark.parametrize("mode", MODES)
def test_absent_is_none(mode, home, key):
    """Without the key there is no limit to report, and nothing extra."""
    adapter = JsonAdapter(home.type, mode=mode)
    target = home.follow(adapter.decode(json.dumps(home.payload)))

    assert getattr(target, key) is None
    assert target.extra is None


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", GOOD)
def test_the_limit_stands_alone_as_well(text, mode):
    """An adapter for the alias itself reads and writes both variants."""
    adapter = JsonAdapter(MaxOutputTokens, mode=mode)

    assert adapter.encode(adapter.decode(text)) == text.encode()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("text", "got"), [*BAD.items(), ("null", "null")])
def test_alone_there_is_nothing_to_give_up(text, got, mode):
    """With no field above it, a wrong value is an error in every mode."""
    with pytest.raises(ValidationError) as caught:
        JsonAdapter(MaxOutputTokens, mode=mode).decode(text)

    assert str(caught.value) == f"$: expected 'inf' or int, got {got}"
