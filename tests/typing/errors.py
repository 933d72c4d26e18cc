"""What type checkers make of the errors; checked, and never run."""

from typing import assert_type

from rtmodels import (
    DecodeError,
    EncodeError,
    Issue,
    IssuesError,
    MissingDependencyError,
    RtmodelsError,
    ValidationError,
    VersionError,
)
from rtmodels.adapters import DictAdapter


def issues_are_found_on_the_errors_that_have_them(adapter: DictAdapter[object]) -> None:
    """Check their attributes after ``except``."""
    try:
        adapter.decode({})
    except (ValidationError, EncodeError, VersionError) as exc:
        assert_type(exc.issues, tuple[Issue, ...])
    except MissingDependencyError as exc:
        assert_type(exc.library, str)
        assert_type(exc.extra, str)
    except RtmodelsError as exc:
        exc.issues  # type: ignore[attr-defined] # noqa: B018


def errors_are_those_that_people_catch_already(
    decode: DecodeError,
    validation: ValidationError,
    encode: EncodeError,
    missing: MissingDependencyError,
) -> None:
    """Be a ValueError or an ImportError as well, and ours in any case."""
    values: list[ValueError] = [decode, validation, encode]
    imports: list[ImportError] = [missing]
    ours: list[RtmodelsError] = [decode, validation, encode, missing]
    wrong: list[ImportError] = [decode]  # type: ignore[list-item]
    del values, imports, ours, wrong


def errors_are_made_of_issues() -> None:
    """Accept them as a sequence, or a text; the library and its extra are strings."""
    issue = Issue(("id",), "str", "int")
    assert_type(issue.path + issue.expected + issue.got, str)
    assert_type(issue.loc, tuple[str | int, ...])
    assert_type(issue.under("response", "output", 0), Issue)
    error: IssuesError = ValidationError((issue,))
    assert_type(error.issues, tuple[Issue, ...])
    VersionError((issue,))
    MissingDependencyError("orjson", extra="json")
    DecodeError("not JSON")
    issue.path = "$"  # type: ignore[misc]
    EncodeError([issue])
    assert_type(ValidationError("text").issues, tuple[Issue, ...])
    MissingDependencyError("text")
    EncodeError(issue)  # type: ignore[arg-type]
