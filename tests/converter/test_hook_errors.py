"""Errors inside user-defined hooks: their paths, their causes, and malformed ones."""

import dataclasses
import json
import traceback

import pytest
from attrs import Factory, define
from cattrs import Converter

from rtmodels import (
    EncodeError,
    Issue,
    RealtimeConversationItemMessageUserContent,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseDoneEvent,
    RtmodelsError,
    ValidationError,
    VersionError,
    configure,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from .places import MODES, USER, done

BAD = RealtimeResponse(id=5)


@define
class Turn:
    """A class that cattrs converts."""

    response: RealtimeResponse
    others: list[RealtimeResponse] = Factory(list)
    named: dict[str, RealtimeResponse] = Factory(dict)


@dataclasses.dataclass
class Log:
    """A dataclass around it."""

    turns: list[Turn]


def converter_of(*, detailed=False, **hooks):
    """Make a converter with or without detailed validation, and hooks for responses."""
    converter = configure(Converter(detailed_validation=detailed))
    if hook := hooks.get("structure"):
        converter.register_structure_hook(RealtimeResponse, hook)
    if hook := hooks.get("unstructure"):
        converter.register_unstructure_hook(RealtimeResponse, hook)
    return converter


either = pytest.mark.parametrize("detailed", [False, True])


@either
@pytest.mark.parametrize(
    ("turn", "path"),
    [
        ({"response": {"id": 5}}, "response.id"),
        ({"response": {}, "others": [{}, {"id": 5}]}, "others[1].id"),
        ({"response": {}, "named": {"a": {"id": 5}}}, "named.a.id"),
    ],
)
def test_a_path_begins_at_the_root_whatever_the_settings_of_the_converter(
    detailed, turn, path
):
    """Cattrs reports places only with detailed validation."""
    converter = converter_of(detailed=detailed)
    for type_, payload, start in (
        (Turn, turn, "$."),
        (Log, {"turns": [{"response": {}}, turn]}, "$.turns[1]."),
    ):
        with pytest.raises(ValidationError) as caught:
            JsonAdapter(type_, converter=converter).decode(json.dumps(payload))

        assert str(caught.value) == f"{start}{path}: expected str, got int"


@either
@pytest.mark.parametrize(
    ("turn", "path"),
    [
        (Turn(BAD), "response.id"),
        (Turn(RealtimeResponse(), others=[RealtimeResponse(), BAD]), "others[1].id"),
        (Turn(RealtimeResponse(), named={"a": BAD}), "named.a.id"),
    ],
)
def test_a_path_begins_at_the_root_on_the_way_out(detailed, turn, path):
    """Where cattrs never reports places."""
    converter = converter_of(detailed=detailed)
    for type_, value, start in ((Turn, turn, "$."), (Log, Log([turn]), "$.turns[0].")):
        with pytest.raises(EncodeError) as caught:
            DictAdapter(type_, converter=converter).encode(value)

        assert str(caught.value) == f"{start}{path}: expected str, got int"


def fail(_value, _type=None):
    """Raise an error, as hooks do."""
    raise ValueError("no such response")


@either
def test_an_exception_in_a_hook_is_the_cause(detailed):
    """With its traceback, both ways."""
    converter = converter_of(detailed=detailed, structure=fail, unstructure=fail)
    adapter = JsonAdapter(RealtimeServerEvent, converter=converter)
    event = ResponseDoneEvent(event_id="e", response=RealtimeResponse())

    for error, call in (
        (ValidationError, lambda: adapter.decode(json.dumps(done()))),
        (EncodeError, lambda: adapter.encode(event)),
    ):
        with pytest.raises(error) as caught:
            call()
        assert str(caught.value) == (
            "$.response: expected RealtimeResponse, got ValueError: no such response"
        )
        assert isinstance(caught.value.__cause__, ValueError)
        names = [frame.name for frame in _frames(caught.value.__cause__)]
        assert "fail" in names


def _frames(exc):
    """Return the frames of the traceback of *exc*."""
    return traceback.extract_tb(exc.__traceback__)


def test_the_exceptions_of_several_hooks_are_a_group():
    """None of them is lost."""
    converter = configure(Converter())
    converter.register_structure_hook(RealtimeConversationItemMessageUserContent, fail)
    payload = done(output=[USER, USER])
    with pytest.raises(ValidationError) as caught:
        DictAdapter(RealtimeServerEvent, converter=converter).decode(payload)

    cause = caught.value.__cause__
    assert isinstance(cause, ExceptionGroup)
    assert [str(exc) for exc in cause.exceptions] == ["no such response"] * 2


MALFORMED = [
    ValidationError("text"),
    ValidationError(()),
    ValidationError(None),
    ValidationError(("a", "b")),
    ValidationError((Issue("ab", "c", "d"),)),
    ValidationError((Issue(5, 5, 5),)),
    ValidationError((Issue(((),), "a", "b"),)),
    EncodeError("text"),
    EncodeError(()),
    VersionError(()),
    RtmodelsError(),
]


@pytest.mark.parametrize("exc", MALFORMED, ids=map(str, range(len(MALFORMED))))
@pytest.mark.parametrize("mode", MODES)
def test_a_malformed_error_of_the_library_is_an_error_like_any_other(exc, mode):
    """It names the hook and the exception, at the right path, both ways."""

    def hook(_value, _type=None):
        raise exc

    converter = configure(Converter(), mode=mode)
    converter.register_structure_hook(RealtimeResponse, hook)
    converter.register_unstructure_hook(RealtimeResponse, hook)
    text = f"expected RealtimeResponse, got {type(exc).__name__}"

    # A response alone, in a class of cattrs, and in a class of the schema.
    for type_, payload, value, path in (
        (RealtimeResponse, {}, RealtimeResponse(), "$"),
        (Turn, {"response": {}}, Turn(RealtimeResponse()), None),
        (
            ResponseDoneEvent,
            done(),
            ResponseDoneEvent(event_id="e", response=RealtimeResponse()),
            "$.response",
        ),
    ):
        adapter = DictAdapter(type_, converter=converter)
        with pytest.raises(ValidationError) as decoding:
            adapter.decode(payload)
        with pytest.raises(EncodeError) as encoding:
            adapter.encode(value)

        for caught in (decoding, encoding):
            (issue,) = caught.value.issues
            assert type(exc).__name__ in issue.got
            if path is not None:
                assert str(issue).startswith(f"{path}: {text}")


def test_an_error_of_the_library_keeps_its_true_issues():
    """Those that are none are left out."""
    issues = (Issue(("a",), "b", "c"), "nonsense")

    def hook(_value, _type):
        raise ValidationError(issues)

    converter = converter_of(structure=hook)
    with pytest.raises(ValidationError) as caught:
        DictAdapter(RealtimeServerEvent, converter=converter).decode(done())

    assert str(caught.value) == "$.response.a: expected b, got c"
