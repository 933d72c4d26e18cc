"""Processes, however they are started, that are sent adapters, values and errors."""

import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor

import pytest

from rtmodels import (
    UNSET,
    EncodeError,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSessionCreateRequest,
    ResponseDoneEvent,
    Unknown,
    ValidationError,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from ..processes import PATIENCE

pytestmark = [
    pytest.mark.needs("msgpack"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]

VALUES = (
    UNSET,
    RealtimeResponse(id="resp_1", max_output_tokens="inf", extra={"x": None}),
    Unknown(tag="new", payload={"type": "new", "list": [1]}),
    RealtimeServerEvent,
    RealtimeResponse,
)
ADAPTERS = [
    JsonAdapter(RealtimeServerEvent, mode="forgiving"),
    JsonAdapter(RealtimeServerEvent, upgrade=True),
    MsgpackAdapter(RealtimeServerEvent),
    DictAdapter(RealtimeServerEvent, converter=make_converter),
]

BROKEN = ResponseDoneEvent(event_id="event_1", response=RealtimeResponse(id=5))


@pytest.fixture(
    scope="module",
    params=[m for m in ("fork", "spawn", "forkserver") if hasattr(os, "fork")],
)
def pool(request):
    """Yield a pool of two processes for each start method."""
    context = multiprocessing.get_context(request.param)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        yield pool


def look(values):
    """See in another process that *values* are what they were."""
    session = RealtimeSessionCreateRequest()
    assert values[0] is UNSET
    assert values[0] is session.tracing
    assert values[1].__class__ is RealtimeResponse is values[4]
    assert values[1].extra == {"x": None}
    assert values[3] == RealtimeServerEvent
    return os.getpid(), values


def take(adapter, wires):
    """Decode *wires* in another process, and encode them again."""
    events = [adapter.decode(wire) for wire in wires]
    return adapter, events, [adapter.encode(event) for event in events]


def fail(adapter, name, value):
    """Call what raises an error."""
    return getattr(adapter, name)(value)


def test_values_and_classes_stay_what_they_are(pool):
    """`UNSET` is the one there and back, and so are classes."""
    pid, values = pool.submit(look, VALUES).result(PATIENCE)

    assert pid != os.getpid()
    assert values == VALUES
    assert values[0] is UNSET
    assert values[1].extra == {"x": None}


@pytest.mark.parametrize("adapter", ADAPTERS, ids=range(len(ADAPTERS)))
def test_adapters_work_at_the_other_end(pool, adapter, sample_frames):
    """What they read and write there is what they do here."""
    plain = JsonAdapter(RealtimeServerEvent)
    events = [plain.decode(frame) for frame in sample_frames[5:40]]
    wires = [adapter.encode(event) for event in events]
    futures = [pool.submit(take, adapter, wires) for _ in range(4)]

    for future in futures:
        there, seen, written = future.result(PATIENCE)
        assert (seen, written) == take(adapter, wires)[1:]
        assert repr(there) == repr(adapter)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("decode", b'{"type": "response.done", "response": 1}', ValidationError),
        ("encode", BROKEN, EncodeError),
    ],
)
def test_errors_come_back_whole(pool, name, value, error):
    """The issues are those that this process would tell."""
    adapter = JsonAdapter(ResponseDoneEvent)
    with pytest.raises(error) as here:
        fail(adapter, name, value)
    with pytest.raises(error) as there:
        pool.submit(fail, adapter, name, value).result(PATIENCE)

    assert there.value.issues == here.value.issues
    assert pickle.dumps(there.value.issues) == pickle.dumps(here.value.issues)
