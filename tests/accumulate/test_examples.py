"""The examples in the docstrings run, on the sample session."""

import inspect
import textwrap

import rtmodels
import rtmodels.accumulate
from rtmodels import ConversationAccumulator, RealtimeResponse, ResponseAccumulator
from rtmodels.adapters import JsonAdapter


def run(documented, frames):
    """Run the indented lines of a docstring; give what they show, save and print."""
    lines = inspect.getdoc(documented).splitlines()
    code = textwrap.dedent("\n".join(line for line in lines if line.startswith("    ")))
    names = {name: getattr(rtmodels, name) for name in rtmodels.__all__}
    names["JsonAdapter"] = JsonAdapter
    shown, saved, printed = [], [], []
    told = {"show": shown.append, "save": saved.append, "print": printed.append}
    exec(code, {**names, **told, "websocket": frames})  # noqa: S102 - our own example
    return shown, saved, printed


def test_the_example_for_responses(sample_frames):
    """Captions grow as the model speaks, and each response is saved at its end."""
    shown, saved, _ = run(ResponseAccumulator, sample_frames)

    assert shown[:3] == ["Grüezi", "Grüezi,", "Grüezi, Zoë"]
    assert len(saved) == 7
    assert all(isinstance(response, RealtimeResponse) for response in saved)


def test_the_example_for_conversations(sample_frames):
    """Whenever an item is complete, all that there are so far are shown."""
    shown, _, _ = run(ConversationAccumulator, sample_frames)

    assert [len(items) for items in shown] == list(range(1, 17))


def test_the_example_for_the_package(sample_frames):
    """The items that are there in the end are printed; one was deleted."""
    _, _, printed = run(rtmodels.accumulate, sample_frames)

    assert len(printed) == 15
