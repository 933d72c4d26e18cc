"""Celery's tasks accept and return our instances: a real worker on a real Redis."""

import gc
import json
import logging
from uuid import uuid4

import msgspec
import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from kombu.serialization import dumps

import rtmodels.adapters.kombu
from rtmodels import (
    DecodeError,
    Issue,
    MissingDependencyError,
    RealtimeResponse,
    RealtimeResponseUsage,
    ValidationError,
)

from ..examples import read_examples
from ..processes import PATIENCE

pytestmark = [
    pytest.mark.needs("celery", "kombu", "msgpack"),
    # By Celery and Kombu, of functions of redis.
    pytest.mark.filterwarnings("ignore:Call to :DeprecationWarning"),
]

USAGE = RealtimeResponseUsage(total_tokens=7, extra={"mood": "good"})
RESPONSE = RealtimeResponse(id="resp_1", usage=USAGE)
SERIALIZERS = ["rtmodels-json", "rtmodels-msgpack"]


@pytest.fixture(scope="module", params=SERIALIZERS)
def example(request, redis_url):
    """Run the example of the docstring, and a worker for its tasks."""
    (code,) = read_examples(rtmodels.adapters.kombu)
    code = code.replace(SERIALIZERS[0], request.param)
    setup, call = code.split("usage =")
    url = f"{redis_url}/{SERIALIZERS.index(request.param)}"
    names = {"__name__": request.param, "url": url, "response": RESPONSE}
    exec(setup, names)  # noqa: S102 - our own docstring
    app = names["app"]

    @app.task(name=f"{request.param}.refuse", throws=ValidationError)
    def refuse(response):
        raise ValidationError((Issue(("id",), "another", response.id),))

    names["refuse"] = refuse
    level = logging.root.level
    with start_worker(app, perform_ping_check=False, shutdown_timeout=PATIENCE):
        exec(f"usage ={call}", names)  # noqa: S102 - likewise
        yield names
        gc.collect()  # results that go later look for the Redis that is gone
    app.close()
    logging.root.setLevel(level)  # the worker's is for all that runs beside it


def send_raw(app, task, body, content_type):
    """Send *body*, which Celery did not write, as a call of *task*."""
    with app.producer_or_acquire() as producer:
        producer.publish(
            body,
            content_type=content_type,
            content_encoding="utf-8",
            headers={"lang": "py", "task": task.name, "id": str(uuid4())},
            routing_key="celery",
        )


def call_with(mark):
    """Make a call whose argument bears *mark*, as Celery puts it into a message."""
    return [[{"__type__": mark, "__value__": {"id": 5}}], {}, {}]


def test_a_task_takes_a_response_and_returns_its_usage(example):
    """It stands in the docstring of the module."""
    assert example["usage"] == USAGE
    assert example["usage"].extra == USAGE.extra


def test_an_error_of_ours_comes_back(example):
    """Celery makes it anew from its arguments."""
    result = example["refuse"].delay(RESPONSE)

    with pytest.raises(ValidationError, match=r"^\$\.id: expected another, got resp_1"):
        result.get(timeout=PATIENCE)


@pytest.mark.parametrize("serializer", ["json", "yaml", *SERIALIZERS, "pickle"])
@pytest.mark.parametrize(
    "error",
    [
        ValidationError((Issue(("id",), "another", "5"), Issue((), "calm", "haste"))),
        DecodeError("not JSON"),
        MissingDependencyError("msgspec", extra="msgpack"),
    ],
)
def test_an_error_can_be_kept_by_any_serializer(serializer, error):
    """Celery's own JSON keeps the repr of an argument that it does not know."""
    app = Celery("errors", backend="cache+memory://", set_as_current=False)
    app.conf.result_serializer = serializer
    app.conf.result_accept_content = [serializer]
    task = str(uuid4())  # all such backends are one

    app.backend.store_result(task, error, "FAILURE")
    again = app.AsyncResult(task).result
    app.close()

    assert type(again) is type(error)
    assert str(again) == str(error)
    if isinstance(error, ValidationError):
        keeps_issues = serializer not in {"json", "yaml"}
        assert again.issues == (error.issues if keeps_issues else ())


def test_a_chain_of_tasks_passes_instances_on(example):
    """Signatures hold them as well."""
    measure = example["measure"]
    outcome = measure.s(RESPONSE) | measure.si(RealtimeResponse())

    assert outcome.delay().get(timeout=PATIENCE) is None


@pytest.mark.parametrize(
    ("call", "logged"),
    [
        (call_with("rtmodels.RealtimeResponse"), "$[0][0].id: expected str, got int"),
        (
            call_with("rtmodels.os"),
            "$[0][0]: expected the name of a public class of rtmodels, got 'os'",
        ),
    ],
)
def test_a_bad_message_is_dropped_and_the_next_one_done(example, caplog, call, logged):
    """The worker logs what is wrong with it, and continues."""
    serializer = example["app"].conf.task_serializer
    write = json.dumps if serializer == "rtmodels-json" else msgspec.msgpack.encode
    content_type = dumps(None, serializer)[0]

    send_raw(example["app"], example["measure"], write(call), content_type)

    assert example["measure"].delay(RESPONSE).get(timeout=PATIENCE) == USAGE
    assert logged in caplog.text


def test_so_is_one_of_another_content_type(example, caplog):
    """It is not read at all."""
    body = json.dumps([[], {}, {}])

    send_raw(example["app"], example["measure"], body, "application/json")

    assert example["measure"].delay(RESPONSE).get(timeout=PATIENCE) == USAGE
    assert "Refusing to deserialize untrusted content of type json" in caplog.text
