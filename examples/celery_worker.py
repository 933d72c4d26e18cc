"""Count the tokens of a telephone call in a Celery worker.

The program listens to a call that has begun, and queues each response that ends. The
task receives the response itself, and returns its usage, with all their types::

    pip install 'rtmodels[kombu,openai]' 'celery[redis]'
    export OPENAI_API_KEY=... REDIS_URL=redis://localhost
    celery --app celery_worker worker &
    python celery_worker.py CALL_ID
"""

import os
import sys

from celery import Celery
from openai import OpenAI

from rtmodels import RealtimeResponse, RealtimeResponseUsage
from rtmodels.adapters.openai import events

URL = os.environ.get("REDIS_URL", "redis://localhost")

app = Celery("celery_worker", broker=URL, backend=URL)
app.conf.task_serializer = app.conf.result_serializer = "rtmodels-json"
app.conf.accept_content = ["rtmodels-json", "json"]  # Celery's own commands are JSON


@app.task
def measure(response: RealtimeResponse) -> RealtimeResponseUsage | None:
    """Return what a response used; a real task would store it."""
    return response.usage


def watch(call_id: str) -> None:
    """Queue the responses of a call until it ends, and print what they used."""
    results = {}
    with OpenAI().realtime.connect(call_id=call_id) as connection:
        for event in events(connection):
            if event.type == "response.done":
                result = measure.delay(event.response)  # pyright: ignore[reportFunctionMemberAccess]
                results[event.response.id] = result

    for response_id, result in results.items():
        usage = result.get()
        print(response_id, usage.total_tokens if usage else "no", "tokens")


if __name__ == "__main__":
    watch(sys.argv[1])
