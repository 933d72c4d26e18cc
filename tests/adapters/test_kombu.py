"""Kombu's serializers: what comes out of a message is what went in."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kombu import Connection
from kombu.exceptions import ContentDisallowed, DecodeError, EncodeError
from kombu.serialization import dumps, loads
from kombu.utils.json import register_type

from rtmodels import (
    UNSET,
    Issue,
    RealtimeResponse,
    RealtimeResponseUsage,
    RealtimeServerEvent,
    RealtimeSessionCreateRequestAudioInput,
    ResponseOutputAudioDeltaEvent,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import DictAdapter
from rtmodels.adapters.kombu import Serializer

from ..processes import PATIENCE
from ..recordings import MESSAGES, delta
from ..strategies import MODELS, instances

pytestmark = pytest.mark.needs("kombu")

MSGPACK = pytest.mark.needs("msgpack")
NAMES = ["rtmodels-json", pytest.param("rtmodels-msgpack", marks=MSGPACK)]
RESPONSE = RealtimeResponse(id="resp_1", usage=RealtimeResponseUsage(total_tokens=7))

lookalikes = st.fixed_dictionaries(
    {"__type__": st.sampled_from(["decimal", "rtmodels.Issue", "rtmodels:literal", 5])},
    optional={"__value__": st.just("1"), "more": st.none()},
)
"""User data that looks like a mark of the serializer, or nearly so."""

messages = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | lookalikes
    | st.sampled_from(MODELS).flatmap(instances)
    | st.builds(Unknown, tag=st.none(), payload=lookalikes),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.text(max_size=3) | st.sampled_from(["__type__", "__value__"]), children
        )
    ),
    max_leaves=8,
)


class Colour(StrEnum):
    """A string to JSON."""

    RED = "red"


class Level(IntEnum):
    """A number to JSON."""

    LOW = 1


class Call:
    """A user-defined class."""

    def __init__(self, response):
        self.response = response


register_type(
    Call, "call", lambda call: {"response": call.response}, lambda o: Call(**o)
)


@pytest.fixture(params=NAMES)
def name(request):
    """Return the name of each serializer."""
    return request.param


def send(data, name):
    """Write *data* and read it, as one does who accepts nothing else."""
    content_type, encoding, body = dumps(data, name)
    return loads(body, content_type, encoding, accept={content_type})


def receive(data, name):
    """Read *data*, which a stranger wrote in the language of *name*."""
    write = json.dumps
    if name == "rtmodels-msgpack":
        from msgspec.msgpack import encode as write  # noqa: PLC0415 - an extra's
    content_type, encoding, _ = dumps(None, name)
    return loads(write(data), content_type, encoding)


def marked(cls, payload):
    """Mark *payload* as an instance of our class *cls*."""
    return {"__type__": f"rtmodels.{cls}", "__value__": payload}


@pytest.mark.parametrize(
    "serializer",
    [Serializer(), pytest.param(Serializer(binary=True), marks=MSGPACK)],
)
@given(data=messages)
def test_any_message_comes_back(serializer, data):
    """Instances stand anywhere, next to data that looks like their marks."""
    body = serializer.dumps(data)
    read = serializer.loads(body)

    assert read == data
    assert serializer.dumps(read) == body  # equality ignores `extra`


def test_the_sample_session_comes_back(name):
    """Every event of a session, in a list."""
    events = [DictAdapter(RealtimeServerEvent).decode(each) for each in MESSAGES]

    assert send(events, name) == events


def test_everything_is_kept(name):
    """Absent and null, unknown keys, and items newer than the library."""
    settings = RealtimeSessionCreateRequestAudioInput(
        turn_detection=None, noise_reduction=UNSET, extra={"mood": ["good"]}
    )
    response = RealtimeResponse(output=(Unknown(tag="x", payload={"type": "x"}),))

    read, same_response = send([settings, response], name)

    assert read.turn_detection is None
    assert read.noise_reduction is UNSET
    assert read.extra == {"mood": ["good"]}
    assert same_response == response


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("rtmodels-json", b"AAAAAAAAAAA="),
        pytest.param("rtmodels-msgpack", bytes(8), marks=MSGPACK),
    ],
)
def test_audio_is_as_the_wire_has_it(name, stored):
    """Base64 text on JSON, and raw binary on MessagePack."""
    event = DictAdapter(ResponseOutputAudioDeltaEvent).decode(delta(8))
    body = dumps(event, name)[2]

    assert stored in (body if isinstance(body, bytes) else body.encode())
    assert send(event, name).delta == bytes(8)


def test_what_kombu_takes_is_taken_as_well(name):
    """So are types that were registered with Kombu, and instances inside them."""
    plain = [datetime(2026, 11, 24, tzinfo=UTC), Decimal("1.50"), UUID(int=7), b"\xff"]

    assert send(plain, name) == plain
    assert send(Call(RESPONSE), name).response == RESPONSE


def test_subclasses_of_plain_types_are_plain(name):
    """As in every JSON."""
    assert send([Colour.RED, Level.LOW, (1, 2)], name) == ["red", 1, [1, 2]]


def test_errors_carry_their_issues(name):
    """Celery sends the arguments of what a task raised."""
    error = ValidationError((Issue(("id",), "str", "int"),))

    assert str(ValidationError(*send(error.args, name))) == str(error)


@pytest.mark.parametrize(
    "other",
    [
        "RealtimeRespons",
        "os.system",
        "Model",
        "make_converter",
        "UNSET",
        "ErrorEvent.x",
    ],
)
def test_a_message_names_nothing_but_our_classes(name, other):
    """It imports and calls nothing else."""
    with pytest.raises(
        DecodeError,
        match=r"^\$\[0\]: expected the name of a public class of rtmodels, got",
    ):
        receive([marked(other, {})], name)


def test_every_problem_of_a_message_is_told(name):
    """With the path from the beginning of the message."""
    message = [
        [marked("RealtimeResponse", {"id": 5, "usage": {"total_tokens": "x"}})],
        {"a": marked("ErrorEvent", "x")},
    ]

    with pytest.raises(DecodeError) as caught:
        receive(message, name)

    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "$[0][0].id",
        "$[0][0].usage.total_tokens",
        "$[1].a",
    ]


@pytest.mark.parametrize(
    "body",
    [b"{]", b"\xff\xfe", b"\xc1", b'{"__type__":"x","__value__":1}', b"[" * 9999],
)
def test_garbage_is_a_decode_error(name, body):
    """Kombu's own, whatever the bytes are."""
    content_type, encoding, _ = dumps(None, name)

    with pytest.raises(DecodeError):
        loads(body, content_type, encoding)


def test_other_content_is_refused(name):
    """A consumer that accepts our content type accepts no other."""
    content_type, encoding, body = dumps([], "json")

    with pytest.raises(ContentDisallowed):
        loads(body, content_type, encoding, accept={dumps([], name)[0]})


@pytest.mark.parametrize(
    "wrong",
    [object(), RealtimeResponse(id=5), type("RealtimeResponse", (), {})(), {1, 2}],
)
def test_what_cannot_be_read_again_is_not_written(name, wrong):
    """It is Kombu's error, at the sender."""
    with pytest.raises(EncodeError):
        dumps([wrong], name)


def test_forgiving_mode_can_be_chosen():
    """Data that only forgiving mode accepted needs it again."""
    forgiving = Serializer(mode="forgiving")
    odd = DictAdapter(RealtimeResponse, mode="forgiving").decode({"id": 5})

    assert forgiving.loads(forgiving.dumps(odd)).extra == {"id": 5}


def test_kombu_sends_them(name):
    """A queue in memory accepts the messages, as any broker does."""
    with Connection("memory://") as connection, connection.SimpleQueue(name) as queue:
        queue.put([RESPONSE], serializer=name)
        message = queue.get(timeout=PATIENCE)

    assert message.payload == [RESPONSE]


def run(code):
    """Run *code* in a new interpreter; give what it prints."""
    command = [sys.executable, "-P", "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_whoever_does_not_use_them_loads_next_to_nothing():
    """Kombu loads every serializer that is installed, in every process."""
    loaded = run("import sys, kombu.serialization; print(*sorted(sys.modules))").split()

    assert "rtmodels.adapters.kombu" in loaded
    assert not {"attr", "attrs", "cattrs", "msgspec", "orjson"} & set(loaded)


def test_messagepack_alone_needs_msgspec():
    """Without it, Kombu raises its own error, and the JSON serializer still works."""
    output = run(
        "import sys; sys.modules['msgspec'] = None\n"
        "import kombu.serialization as s\n"
        "print(s.dumps([], 'rtmodels-json')[2])\n"
        "try: s.dumps([], 'rtmodels-msgpack')\n"
        "except s.SerializerNotInstalled as exc: print(exc)\n"
    )

    assert output.splitlines()[0] == "[]"
    assert "pip install 'rtmodels[msgpack]'" in output


@MSGPACK
@pytest.mark.parametrize("data", [{1: "a"}, [{"a": {None: 1}}], ({b"a": 1},)])
def test_keys_that_cannot_be_read_again_are_not_written(data):
    """MessagePack would accept them, and the worker would reject them."""
    with pytest.raises(TypeError, match="text keys only"):
        Serializer(binary=True).dumps(data)
