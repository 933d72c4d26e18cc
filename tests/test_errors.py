"""Errors that are made again: by pickle, by other processes, and from a text."""

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from rtmodels import (
    DecodeError,
    EncodeError,
    Issue,
    IssuesError,
    MissingDependencyError,
    RealtimeResponse,
    RtmodelsError,
    ValidationError,
    VersionError,
)
from rtmodels.adapters import DictAdapter

ISSUES = (Issue(("a",), "str", "int"), Issue(("b", 0), "int", "'x'"))
TEXT = "$.a: expected str, got int\n$.b[0]: expected int, got 'x'"

ERRORS = [
    RtmodelsError("wrong"),
    DecodeError("not JSON: unexpected end"),
    *(cls(ISSUES) for cls in (IssuesError, ValidationError, EncodeError, VersionError)),
    MissingDependencyError("msgspec", extra="msgpack"),
]

LISTING = [error for error in ERRORS if isinstance(error, IssuesError)]

COPIERS = [
    copy.copy,
    copy.deepcopy,
    *(
        lambda error, protocol=protocol: pickle.loads(pickle.dumps(error, protocol))
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ),
    lambda error: type(error)(*error.args),
]


def name(value):
    """Return the name of a class of errors, for the id of a test."""
    return type(value).__name__


@pytest.mark.parametrize("error", ERRORS, ids=name)
@pytest.mark.parametrize("duplicate", COPIERS)
def test_a_copy_is_whole(error, duplicate):
    """Text, arguments, attributes and notes."""
    again = duplicate(error)

    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.args == error.args
    assert vars(again) == vars(error)


@pytest.mark.parametrize("error", ERRORS, ids=name)
@pytest.mark.parametrize("text", ["{}", "frame 7: {}", ""])
def test_a_text_makes_an_error(error, text):
    """As every exception can be made from one."""
    text = text.format(error)

    again = type(error)(text)

    assert str(again) == text
    assert again.args[0] == text
    assert pickle.loads(pickle.dumps(again)).args == again.args


@pytest.mark.parametrize("error", LISTING, ids=name)
@pytest.mark.parametrize("argument", ["text", "", KeyError("a"), None, 5])
def test_an_error_made_from_anything_else_has_no_issues(error, argument):
    """They are a tuple even so, and the text is that of the argument."""
    again = type(error)(argument)

    assert again.issues == ()
    assert str(again) == str(argument)


@pytest.mark.parametrize("error", LISTING, ids=name)
def test_issues_are_a_tuple_of_issues(error):
    """Those of a list too, and of a list that JSON has changed."""
    assert type(error)([*ISSUES]).issues == ISSUES
    assert type(error)(["a", ISSUES[0], {"loc": []}]).issues == ISSUES[:1]
    assert type(error)(()).issues == ()


@pytest.mark.parametrize("error", LISTING, ids=name)
def test_the_repr_of_an_argument_is_the_text(error):
    """Those who keep no more than this can show it."""
    (argument,) = error.args

    assert repr(argument) == str(error) == TEXT
    assert repr(error) == f"{type(error).__name__}({TEXT})"


def fail(payload):
    """Raise the error for *payload*."""
    DictAdapter(RealtimeResponse).decode(payload)


def test_another_process_passes_an_error_on():
    """With its issues."""
    payload = {"id": 5, "usage": []}
    with pytest.raises(ValidationError) as here:
        fail(payload)

    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        pytest.raises(ValidationError) as there,
    ):
        pool.submit(fail, payload).result()

    assert there.value.issues == here.value.issues
    assert str(there.value) == str(here.value)


def test_a_missing_library_is_an_import_error_with_its_extra():
    """The text says what to do."""
    error = MissingDependencyError("msgspec", "msgpack")

    assert isinstance(error, ImportError)
    assert (error.library, error.extra) == ("msgspec", "msgpack")
    assert str(error) == (
        "msgspec is not installed; get it with `pip install 'rtmodels[msgpack]'`"
    )
