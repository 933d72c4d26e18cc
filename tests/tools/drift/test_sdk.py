"""openai-python has nothing that our classes lack, but for what is listed."""

from typing import Any, Literal, NotRequired, Required

import openai
import pytest
from pydantic import BaseModel, create_model
from typing_extensions import TypedDict

from rtmodels import (
    AudioTranscription,
    CustomVoice,
    Model,
    NoiseReduction,
    RealtimeSessionCreateRequestAudioInput,
    RealtimeTranslationSession,
)

from . import sdk
from .additions import Addition
from .sdk import (
    KNOWN_SDK,
    LISTED_FOR,
    NOT_COMPARED,
    Comparison,
    KnownSdk,
    report_differences,
    report_facts,
    report_lists,
    report_older,
    report_sdk,
)

pytestmark = pytest.mark.needs("openai")


AUDIO_INPUT = "RealtimeSessionCreateRequestAudioInput"
STRENGTH = "audio.input.noise_reduction.strength"


class NewVad(BaseModel):
    """A class for a type that we do not know."""

    type: Literal["new_vad"]


class Params(TypedDict, total=False):
    """What a client sends; None is null here, and `Required` alone is required."""

    type: Required[Literal["near_field"] | None]
    strength: NotRequired[list[float]]


def nest(path: str, type_: Any) -> Any:
    """Return a class with a class for each step of *path*, and *type_* at its end."""
    key, _, rest = path.partition(".")
    return create_model("Nested", **{key: (nest(rest, type_) if rest else type_, ...)})


def compare(ours: type[Model], theirs: Any) -> Comparison:
    """Compare one class with one that the SDK does not have."""
    comparison = Comparison()
    comparison.compare("pair", ours, theirs)
    return comparison


def report(ours: type[Model], theirs: Any) -> set[str]:
    """Return what *theirs* has beyond *ours*."""
    lines = report_differences(compare(ours, theirs))
    return {line.replace(f"openai-python {openai.__version__} ", "") for line in lines}


def test_the_sdk_has_nothing_that_we_lack():
    """A version that has is a reason for an addition, or for a known difference."""
    assert [*report_sdk()] == []


@pytest.mark.parametrize(
    ("ours", "fields", "place", "what"),
    [
        (NoiseReduction, {"mood": str}, "NoiseReduction.mood", "has the key, with str"),
        (
            NoiseReduction,
            {"type": Literal["near_field", "no_field"]},
            "NoiseReduction.type",
            "has the word 'no_field'",
        ),
        (
            AudioTranscription,
            {"model": str | Literal["gpt-new"]},
            "AudioTranscription.model",
            "has the word 'gpt-new'",
        ),
        (
            NoiseReduction,
            {"strength": bool},
            "NoiseReduction.strength",
            "has bool, and not only number",
        ),
        (
            RealtimeSessionCreateRequestAudioInput,
            {"turn_detection": list[NewVad]},
            f"{AUDIO_INPUT}.turn_detection",
            "has array, and not only object",
        ),
        (
            RealtimeSessionCreateRequestAudioInput,
            {"turn_detection": NewVad},
            f"{AUDIO_INPUT}.turn_detection.type",
            "has the type 'new_vad'",
        ),
        (
            RealtimeTranslationSession,
            {"audio": nest("input.noise_reduction.mood", str)},
            "RealtimeTranslationSessionAudioInputNoiseReduction.mood",
            "has the key, with str",
        ),
        (CustomVoice, {}, "CustomVoice.id", "lets the key be absent"),
    ],
)
def test_what_we_lack_is_reported(ours, fields, place, what):
    """Keys, words of closed and open sets, types, classes, and keys that may lack."""
    keys = {name: (type_, ...) for name, type_ in fields.items()}

    assert f"{place}: {what}" in report(ours, create_model("Theirs", **keys))


def test_what_clients_send_is_compared_too():
    """Annotations of a TypedDict mean something else than those of a class."""
    assert report(NoiseReduction, Params) == {
        "NoiseReduction.type: has null, and not only one of 'near_field', 'far_field'",
        "NoiseReduction.strength: has array, and not only number",
    }


def test_what_only_we_have_is_not_reported():
    """That is the business of the comparison with the schema."""
    less = create_model("Less", type=(Literal["near_field"] | None, None))

    assert report(NoiseReduction, less) == set()


def test_a_known_difference_that_is_none_is_reported(monkeypatch):
    """The list has no more than what it explains."""
    idle = KnownSdk(".*", "NoiseReduction.mood", "has", "")
    monkeypatch.setattr(sdk, "KNOWN_SDK", [idle])

    assert [*report_lists(compare(NoiseReduction, Params))] == [
        "tests/tools/drift/sdk.py: KNOWN_SDK: remove NoiseReduction.mood"
    ]


def test_every_list_has_reasons():
    """What is left out on purpose says why."""
    assert all(known.reason for known in KNOWN_SDK)
    assert all(NOT_COMPARED.values())


@pytest.mark.parametrize(
    ("since", "version", "path", "verb"),
    [
        ("3.46.0", "3.46.0", STRENGTH, None),
        ("3.46.0", "3.45.0", STRENGTH, "has"),
        ("3.46.0", "3.45.0", "audio.input", None),
        ("3.46.0", "3.100.0", "audio.input", "lacks"),
        ("before 3.4.0", "3.3.0", STRENGTH, None),
        ("before 3.4.0", "3.3.0", "audio.input", None),
        ("before 3.4.0", "3.4.0", "audio.input", "lacks"),
        (None, "3.57.0", STRENGTH, "has"),
        (None, "3.57.0", "audio.input", None),
    ],
)
def test_the_version_that_brought_a_fact_is_checked(
    monkeypatch, since, version, path, verb
):
    """An older SDK has to lack what came later, and a newer one has to have it."""
    fact = Addition("RealtimeTranslationSession", STRENGTH, {"type": "number"}, since)
    monkeypatch.setattr(sdk, "read_additions", lambda: [fact])
    monkeypatch.setattr(openai, "__version__", version)
    theirs = nest(path, float if path == STRENGTH else object)
    told = " ".join(report_facts(compare(RealtimeTranslationSession, theirs)))

    expected = f"{fact.place}: openai-python {version} {verb} it: correct `since`"
    assert told == (f"realtime_additions.json: {expected}" if verb else "")


def test_an_older_sdk_is_told_what_it_lacks(monkeypatch):
    """The differences that an older version shows are known, by what brought them."""
    monkeypatch.setattr(openai, "__version__", "3.45.0")
    listed = [*report_older()]
    monkeypatch.setattr(openai, "__version__", LISTED_FOR)
    newest = [*report_older()]

    brought = f"RealtimeTranslationSession.{STRENGTH}: openai-python 3.46.0 brought it"
    assert brought in listed
    assert brought not in newest
