"""What cattrs' own functions make of the errors of built-in hooks."""

import copy
import pickle
import traceback

import pytest
from attrs import frozen
from cattrs import Converter, transform_error
from cattrs.errors import ClassValidationError, IterableValidationError

from rtmodels import (
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    ValidationError,
    configure,
)

RESPONSE = {"id": "resp_1", "status": 5, "usage": {"total_tokens": "x"}}
USER = {"type": "message", "role": "user"}
REASONS = {
    "$.status: expected str, got int": (
        "invalid type (expected str, got int) @ $.status"
    ),
    "$.usage.total_tokens: expected int, got str": (
        "invalid type (expected int, got str) @ $.usage.total_tokens"
    ),
}


@frozen
class Turn:
    """A user-defined class with built-in ones in it."""

    caller: str
    responses: dict[str, RealtimeResponse]
    items: tuple[RealtimeConversationItem, ...] = ()
    event: RealtimeServerEvent | None = None


@pytest.fixture(params=[True, False], ids=["detailed", "plain"])
def converter(request):
    """Return a user's converter, with detailed validation and without."""
    converter = Converter(detailed_validation=request.param)
    return configure(converter)


def fail(converter, value, type_):
    """Return the error for *value*."""
    with pytest.raises((ValidationError, ClassValidationError)) as info:
        converter.structure(value, type_)
    return info.value


def test_cattrs_shows_all_paths_and_reasons_of_a_class(converter):
    """The error is ours as well, with the issues."""
    error = fail(converter, RESPONSE, RealtimeResponse)

    assert transform_error(error) == list(REASONS.values())
    assert isinstance(error, ValidationError)
    assert [str(issue) for issue in error.issues] == list(REASONS)


def test_cattrs_shows_paths_into_a_users_class():
    """They begin at the user's object."""
    value = {
        "caller": "Ada",
        "responses": {"1": RESPONSE},
        "items": [{**USER, "content": []}, USER],
        "event": {"type": "error"},
    }
    error = fail(configure(Converter()), value, Turn)

    assert transform_error(error) == [
        "invalid type (expected str, got int) @ $.responses['1'].status",
        "invalid type (expected int, got str) @ $.responses['1'].usage.total_tokens",
        "required field missing @ $.items[1].content",
        "required field missing @ $.event.event_id",
        "required field missing @ $.event.error",
    ]


def test_without_detailed_validation_paths_begin_at_the_built_in_type():
    """The converter keeps no record of where it was."""
    converter = configure(Converter(detailed_validation=False))
    error = fail(converter, {"caller": "Ada", "responses": {"first": RESPONSE}}, Turn)

    assert transform_error(error) == list(REASONS.values())


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        ([], RealtimeResponse, "invalid type (expected object, got array) @ $"),
        (5, RealtimeServerEvent, "invalid type (expected object, got int) @ $"),
        ([5], "items", "invalid type (expected object, got int) @ $[0]"),
        (
            [{"type": "message", "role": "user", "content": [{"type": 5}]}],
            "items",
            "invalid type (expected str, got int) @ $[0].content[0].type",
        ),
        (
            {"metadata": {"a b": 5}},
            RealtimeResponse,
            "invalid type (expected str, got int) @ $.metadata['a b']",
        ),
    ],
)
def test_every_kind_of_path_is_shown(converter, value, type_, text):
    """Arrays, keys that are no names, and the value itself."""
    if type_ == "items":
        type_ = tuple[RealtimeConversationItem, ...]

    assert transform_error(fail(converter, value, type_)) == [text]


def test_the_error_looks_like_any_other(converter):
    """It prints, pickles and copies as a `ValidationError`."""
    error = fail(converter, RESPONSE, RealtimeResponse)
    plain = ValidationError(error.issues)

    assert (str(error), repr(error)) == (str(plain), repr(plain))
    assert f"rtmodels.errors.ValidationError: {plain}".splitlines()[0] in "".join(
        traceback.format_exception(error)
    )
    for same in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(same) is ValidationError
        assert same.issues == error.issues
    again = type(error)(f"turn 7: {error}")
    assert (type(again), str(again)) == (ValidationError, f"turn 7: {error}")


def test_a_group_of_the_error_can_be_split(converter):
    """``except*`` takes the members apart."""
    error = fail(converter, {"status": 5, "output": [USER]}, RealtimeResponse)

    missing, others = error.split(KeyError)

    assert len(missing.exceptions) == len(others.exceptions) == 1
    assert transform_error(missing) == ["required field missing @ $.output[0].content"]


def test_an_error_for_an_array_is_a_group_for_iterables(converter):
    """Indexes are shown for such groups only."""
    error = fail(converter, [5], tuple[RealtimeConversationItem, ...])

    assert isinstance(error, IterableValidationError)
    assert isinstance(error, ValidationError)
    assert not isinstance(error, ClassValidationError)


def test_a_users_hook_may_raise_an_error_without_issues():
    """It stays as it is where cattrs calls the hook."""
    converter = configure(Converter())
    built_in = converter.get_structure_hook(RealtimeResponse)

    def hook(value, type_):
        if "id" not in value:
            raise ValidationError("no id")
        return built_in(value, type_)

    converter.register_structure_hook(RealtimeResponse, hook)

    error = fail(converter, {"caller": "Ada", "responses": {"first": {}}}, Turn)
    assert transform_error(error) == [
        "invalid value for type, expected RealtimeResponse @ $.responses['first']"
    ]
