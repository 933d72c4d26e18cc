"""Adapters that accept the beta's wire for the GA's, and write it."""

import pickle
from base64 import b64encode
from collections import UserDict
from itertools import combinations
from typing import Any

import orjson
import pytest
from hypothesis import given

from rtmodels import (
    BetaResponseDoneEvent,
    BetaResponseTextDeltaEvent,
    BetaSessionCreatedEvent,
    ConversationItemAddedEvent,
    DecodeError,
    EncodeError,
    RealtimeBetaClientEvent,
    RealtimeBetaResponse,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSession,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateRequestAudio,
    RealtimeSessionCreateRequestAudioOutput,
    RealtimeSessionCreateResponse,
    ResponseCreateEvent,
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputTextDeltaEvent,
    SessionCreatedEvent,
    SessionUpdateEvent,
    Unknown,
    ValidationError,
    downgrade,
    make_converter,
    upgrade,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from ..strategies import damaged, values

pytestmark = pytest.mark.needs("msgpack")

CONVERTER = make_converter()
CONVERTERS = {
    mode: make_converter(mode=mode) for mode in ("strict", "tolerant", "forgiving")
}
ADAPTERS = [JsonAdapter, MsgpackAdapter, DictAdapter]
UNIONS = {
    "server": (RealtimeBetaServerEvent, RealtimeServerEvent),
    "client": (RealtimeBetaClientEvent, RealtimeClientEvent),
    "both": (
        RealtimeBetaServerEvent | RealtimeBetaClientEvent,
        RealtimeServerEvent | RealtimeClientEvent,
    ),
}
PLACE = {
    "event_id": "e",
    "response_id": "r",
    "item_id": "i",
    "output_index": 0,
    "content_index": 0,
}
BETA_SESSION = {"id": "s", "modalities": ["text"], "voice": "ash"}
GA_SESSION = {"id": "s", "object": "realtime.session", "type": "realtime"}

every_adapter = pytest.mark.parametrize("adapter", ADAPTERS)
every_mode = pytest.mark.parametrize("mode", ["strict", "tolerant", "forgiving"])


def event(type_: str, **keys: Any) -> dict[str, Any]:
    """Make an event of a server's."""
    return {"type": type_, "event_id": "e", **keys}


def wire(x: Any) -> Any:
    """Return the JSON value of *x*."""
    return CONVERTER.unstructure(x)


@pytest.fixture
def both():
    """Read both versions from dicts."""
    return DictAdapter(RealtimeServerEvent, upgrade=True)


@every_adapter
@pytest.mark.parametrize("way", UNIONS)
def test_both_versions_are_read_into_the_gas_classes(adapter, way):
    """On any wire; the beta's wire comes back if it is asked for."""
    older, newer = UNIONS[way]
    to_beta, to_ga = adapter(older), adapter(newer)
    both = adapter(newer, upgrade=True, downgrade=True)

    @given(values(older))
    def check(x):
        counterpart = both.decode(to_beta.encode(x))
        upgraded = upgrade(to_beta.decode(to_beta.encode(x)))

        if type(counterpart) is not type(upgraded):
            # Encoded, it would be taken for another event.
            assert type(counterpart) is Unknown
            assert both.decode(to_ga.encode(upgraded)) != upgraded
        else:
            assert counterpart == upgraded
        assert to_ga.encode(upgrade(counterpart)) == to_ga.encode(counterpart)
        assert both.encode(counterpart) == to_beta.encode(downgrade(counterpart))

    check()


@pytest.mark.parametrize("way", UNIONS)
@every_mode
def test_it_takes_what_one_of_the_versions_takes(way, mode):
    """It rejects what neither accepts, with errors and no other exceptions."""
    older, newer = (DictAdapter(union, mode=mode) for union in UNIONS[way])
    both = DictAdapter(UNIONS[way][1], mode=mode, upgrade=True)

    def takes(adapter, payload):
        try:
            return adapter.decode(payload)
        except ValidationError:
            return None

    @given(damaged((values(UNIONS[way][0]) | values(UNIONS[way][1])).map(wire)))
    def check(payload):
        outcomes = [takes(adapter, payload) for adapter in (older, newer)]
        outcome = takes(both, payload)

        assert outcome is None or upgrade(outcome) == outcome
        if all(one is None for one in outcomes):
            assert outcome is None
        if all(one is not None and type(one) is not Unknown for one in outcomes):
            assert type(outcome) is not Unknown

    check()


@pytest.mark.parametrize("way", UNIONS)
@every_mode
def test_it_reads_back_what_it_writes(way, mode):
    """Whatever it accepts of the beta's, it writes as a frame that it accepts too."""
    older, newer = UNIONS[way]
    adapter = JsonAdapter(newer, mode=mode, upgrade=True)

    valid = values(older, closed=True).map(wire)

    @given(valid | damaged(valid))
    def check(payload):
        try:
            x = adapter.decode(orjson.dumps(payload))
            frame = adapter.encode(x)
        except ValidationError:
            return
        except EncodeError:
            assert mode == "strict"  # the GA has no such word
            return

        assert adapter.decode(frame) == x

    check()


FOREIGN = [
    {"input_audio_format": "wav"},
    {"output_audio_format": "wav", "voice": "ash"},
    {"voice": {"name": "en-US-AvaNeural", "type": "azure-standard"}},
    {"input_audio_format": "wav", "output_audio_format": "wav", "modalities": ["text"]},
]


@every_adapter
@pytest.mark.parametrize("keys", FOREIGN)
def test_a_value_that_the_ga_has_no_room_for_keeps_its_key(adapter, keys):
    """It is in ``extra``, comes back on the wire, and is no loss of the way back."""
    frame = event("session.updated", session={"id": "s", **keys})
    beta = DictAdapter(RealtimeBetaServerEvent).decode(frame)
    both = adapter(RealtimeServerEvent, upgrade=True)
    kept = {key: keys[key] for key in keys if keys[key] not in ("ash", ["text"])}

    x = both.decode(adapter(RealtimeBetaServerEvent).encode(beta))

    assert {key: x.session.extra[key] for key in kept} == kept
    assert both.decode(both.encode(x)) == x
    assert downgrade(x) == beta


FOREIGN_EVENTS = [
    ("client", "session.update", "session", {}),
    ("client", "transcription_session.update", "session", {}),
    ("client", "response.create", "response", {}),
    ("server", "session.created", "session", {}),
    ("server", "session.created", "session", {"id": "s", "modalities": ["audio"]}),
    ("server", "transcription_session.updated", "session", {"modalities": ["text"]}),
    ("server", "response.done", "response", {"modalities": ["text", "audio"]}),
]


@every_mode
@every_adapter
@pytest.mark.parametrize("sample", FOREIGN_EVENTS)
def test_an_upgraded_event_is_read_back_whatever_it_keeps(adapter, sample, mode):
    """Formats, voices and words of other vendors, one by one and together."""
    way, type_, key, body = sample
    older, newer = UNIONS[way]
    others = {
        "input_audio_format": "wav",
        "output_audio_format": "pcm",
        "voice": {"name": "en-US-AvaNeural", "type": "azure-standard"},
        "temperature": 0.3,
        "turn_detection": {"type": "client_vad"},
    }
    both, ga = adapter(newer, mode=mode, upgrade=True), adapter(newer, mode=mode)

    for chosen in ([*others], *combinations(others, 2), *combinations(others, 1)):
        session = {**body, **{name: others[name] for name in chosen}}
        try:
            event = CONVERTERS[mode].structure(
                {"type": type_, "event_id": "e", key: session}, older
            )
        except ValidationError:
            assert mode == "strict"  # a closed set, or a key that the beta has not
            continue

        counterpart = upgrade(event)
        if mode == "strict" and "turn_detection" in chosen:
            continue  # the GA knows no such type, and strict mode no unknown ones

        assert both.decode(both.encode(counterpart)) == counterpart
        if mode != "strict":
            assert ga.decode(ga.encode(counterpart)) == counterpart
            assert both.decode(ga.encode(counterpart)) == counterpart


@every_mode
@pytest.mark.parametrize(
    ("key", "value"), [("audio", "loud"), ("truncation", 5), ("output_modalities", {})]
)
def test_a_key_that_only_the_ga_has_must_fit_the_ga(mode, key, value):
    """No version can read it: an error, and in forgiving mode what was sent."""
    frame = event("session.updated", session={**BETA_SESSION, key: value})
    adapter = DictAdapter(RealtimeServerEvent, mode=mode, upgrade=True)

    if mode == "forgiving":
        x = adapter.decode(frame)
        assert adapter.decode(adapter.encode(x)) == x
    else:
        with pytest.raises(ValidationError) as caught:
            adapter.decode(frame)
        assert [issue.path for issue in caught.value.issues] == [f"$.session.{key}"]


@pytest.mark.parametrize(
    ("session", "cls"),
    [
        (GA_SESSION, RealtimeSessionCreateResponse),
        (BETA_SESSION, RealtimeSessionCreateResponse),
        ({}, RealtimeSessionCreateResponse),
        ({**GA_SESSION, "temperature": 1}, RealtimeSessionCreateResponse),
        ({**BETA_SESSION, "truncation": "auto"}, RealtimeSessionCreateResponse),
        ({"type": "karaoke", "song": 1}, Unknown),
    ],
)
def test_the_keys_of_a_session_tell_its_version(both, session, cls):
    """A session of the GA has a type, and may have a key of the beta's."""
    created = both.decode(event("session.created", session=session))

    assert type(created) is SessionCreatedEvent
    assert type(created.session) is cls


@pytest.mark.parametrize(
    ("response", "modalities"),
    [
        ({"modalities": ["audio", "text"]}, ("audio",)),
        ({"modalities": ["text"], "reasoning": {}}, ("text",)),
        ({"output_modalities": ["audio"]}, ("audio",)),
        ({"output_modalities": ["audio"], "voice": "ash"}, ("audio",)),
        ({}, None),
    ],
)
def test_the_keys_of_a_response_tell_its_version(both, response, modalities):
    """Nothing is required in either; the more keys a version owns, the likelier."""
    done = both.decode(event("response.done", response=response))

    assert type(done) is ResponseDoneEvent
    assert done.response.output_modalities == modalities


def test_a_request_for_any_response_is_the_same_in_both():
    """Nothing tells the versions apart, and nothing needs to."""
    adapter = JsonAdapter(RealtimeClientEvent, upgrade=True)

    assert adapter.decode(b'{"type":"response.create"}') == ResponseCreateEvent()


@every_mode
def test_an_error_speaks_the_version_of_the_event(mode):
    """With the paths that are in the frame."""
    adapter = JsonAdapter(RealtimeServerEvent, upgrade=True, mode=mode)
    frame = orjson.dumps(event("response.audio.delta", **PLACE, delta=1))
    session = {**BETA_SESSION, "speed": "fast"}
    created = orjson.dumps(event("session.created", session=session))

    if mode == "forgiving":
        assert type(adapter.decode(frame)) is Unknown
        session = adapter.decode(created).session
        assert session.extra["speed"] == "fast"
        return
    with pytest.raises(ValidationError, match=r"^\$\.delta: expected base64 text, "):
        adapter.decode(frame)
    with pytest.raises(ValidationError, match=r"^\$\.session\.speed: expected number"):
        adapter.decode(created)


@pytest.mark.parametrize("data", [b"[]", b"1", b"{}", b'{"type":1}', b'{"type":[]}'])
def test_what_is_no_event_is_refused(data):
    """As without the option."""
    adapter = JsonAdapter(RealtimeServerEvent, upgrade=True)

    with pytest.raises(ValidationError):
        adapter.decode(data)
    with pytest.raises(DecodeError):
        adapter.decode(data[:-1] + b"!")


def test_strict_mode_knows_the_keys_of_the_beta():
    """What they have no counterpart for is no undeclared key."""
    adapter = JsonAdapter(RealtimeServerEvent, upgrade=True, mode="strict")
    session = {**BETA_SESSION, "temperature": 0.8}

    created = adapter.decode(orjson.dumps(event("session.created", session=session)))

    assert created.session.extra["temperature"] == 0.8
    assert adapter.decode(adapter.encode(created)) == created
    with pytest.raises(
        ValidationError, match=r"\$\.session\.new: expected no such key"
    ):
        adapter.decode(orjson.dumps(event("session.created", session={"new": 1})))
    for wrong in ({"temperature": "hot"}, {"temperature": 0.8, "new": 1}):
        with pytest.raises(ValidationError, match=r"\$\.session\.(temperature|new): "):
            adapter.decode(
                orjson.dumps(event("session.created", session={**GA_SESSION, **wrong}))
            )


def test_depth_is_upgraded_with_what_holds_it():
    """As deep as can be written again."""
    adapter = JsonAdapter(
        RealtimeServerEvent, upgrade=True, mode="forgiving", max_depth=200
    )
    deep = b"[" * 199 + b"]" * 199
    frame = b'{"type":"session.created","event_id":"e","session":{"new":%b}}' % deep

    created = adapter.decode(frame)

    assert created.session.extra["new"] == orjson.loads(deep)


@pytest.mark.parametrize("size", [2, 20_000])
def test_speech_of_the_beta_is_bytes(size):
    """Long audio is cut out of the frame in both versions."""
    adapter = JsonAdapter(RealtimeServerEvent, upgrade=True)
    audio = bytes(size)
    for type_ in ("response.audio.delta", "response.output_audio.delta"):
        payload = {"type": type_, **PLACE, "delta": b64encode(audio).decode()}

        delta = adapter.decode(orjson.dumps(payload))

        assert delta == ResponseOutputAudioDeltaEvent(**PLACE, delta=audio)


def test_the_same_adapter_reads_the_same_again(both):
    """What is made at first use is final."""
    payload = event("response.text.delta", **PLACE | {"delta": "Hi"})
    item = {"type": "message", "role": "assistant", "content": [{"type": "text"}]}
    created = event("conversation.item.created", item=item)

    assert [both.decode(payload) for _ in range(3)] == [
        ResponseOutputTextDeltaEvent(**PLACE, delta="Hi")
    ] * 3
    for _ in range(3):
        added = both.decode(created)
        assert type(added) is ConversationItemAddedEvent
        assert added.item.content[0].type == "output_text"


def test_any_mapping_is_read(both):
    """The dicts in it may be of other kinds."""
    session = UserDict(BETA_SESSION)

    created = both.decode(UserDict(event("session.created", session=session)))

    assert created.session.audio.output.voice == "ash"


def test_a_client_writes_for_a_server_of_the_beta():
    """In the beta's words; the event of the client stays the GA's."""
    adapter = JsonAdapter(RealtimeClientEvent, downgrade=True)
    update = SessionUpdateEvent(
        session=RealtimeSessionCreateRequest(
            output_modalities=("audio",),
            audio=RealtimeSessionCreateRequestAudio(
                output=RealtimeSessionCreateRequestAudioOutput(voice="ash")
            ),
            max_output_tokens=7,
        )
    )

    assert orjson.loads(adapter.encode(update)) == {
        "type": "session.update",
        "session": {
            "modalities": ["audio", "text"],
            "voice": "ash",
            "max_response_output_tokens": 7,
        },
    }


def test_without_the_option_the_ga_is_written(both):
    """The version that an adapter accepts does not decide what it writes."""
    created = both.decode(event("session.created", session=BETA_SESSION))

    assert both.encode(created)["session"]["output_modalities"] == ["text"]


def test_what_cannot_be_written_is_said_in_the_words_of_the_ga():
    """With the path from the root of the event."""
    adapter = JsonAdapter(RealtimeClientEvent, downgrade=True)
    output = RealtimeSessionCreateRequestAudioOutput(speed="fast")
    session = RealtimeSessionCreateRequest(
        audio=RealtimeSessionCreateRequestAudio(output=output)
    )

    with pytest.raises(EncodeError, match=r"^\$\.session\.audio\.output\.speed: "):
        adapter.encode(SessionUpdateEvent(session=session))
    with pytest.raises(EncodeError, match=r"^\$: expected .* got int"):
        adapter.encode(1)


@every_adapter
def test_an_option_is_shown_and_pickled(adapter):
    """And left out where it is not given."""
    both = adapter(RealtimeServerEvent, upgrade=True, downgrade=True)
    again = pickle.loads(pickle.dumps(both))
    created = BetaSessionCreatedEvent(event_id="e", session=RealtimeSession(id="s"))
    data = adapter(RealtimeBetaServerEvent).encode(created)

    assert repr(again) == repr(both)
    assert repr(both).endswith("upgrade=True, downgrade=True)")
    assert "upgrade" not in repr(adapter(RealtimeServerEvent))
    assert again.decode(data) == upgrade(created)
    assert again.encode(again.decode(data)) == data


@pytest.mark.parametrize("option", ["upgrade", "downgrade"])
@pytest.mark.parametrize("type_", [RealtimeResponse, RealtimeBetaServerEvent])
def test_other_types_have_no_such_option(type_, option):
    """`upgrade` does it for them."""
    with pytest.raises(TypeError, match="upgrade= and downgrade= require"):
        DictAdapter(type_, **{option: True})


def test_a_union_that_the_user_reads_has_no_such_option():
    """It is not known what that hook accepts."""
    converter = make_converter()
    converter.register_structure_hook_func(
        lambda type_: type_ == RealtimeServerEvent, lambda value, _: value
    )

    with pytest.raises(TypeError, match="without a user-defined hook"):
        DictAdapter(RealtimeServerEvent, converter=converter, upgrade=True)


def test_a_hook_of_the_users_reads_its_class_all_the_same():
    """For the beta's class as for the GA's."""
    converter = make_converter()
    response = RealtimeBetaResponse()
    for mine in (
        BetaResponseDoneEvent(event_id="mine", response=response),
        BetaResponseTextDeltaEvent(**PLACE | {"event_id": "mine"}, delta=""),
    ):
        converter.register_structure_hook(type(mine), lambda *_, mine=mine: mine)
    adapter = DictAdapter(RealtimeServerEvent, converter=converter, upgrade=True)

    done = adapter.decode(event("response.done", response={"modalities": []}))
    delta = adapter.decode(event("response.text.delta"))

    assert (type(done), done.event_id) == (ResponseDoneEvent, "mine")
    assert (type(delta), delta.event_id) == (ResponseOutputTextDeltaEvent, "mine")
