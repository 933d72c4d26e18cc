"""The issues that adapters report themselves: one place builds them and moves them."""

from collections.abc import Iterable
from itertools import islice

from rtmodels._display import MAX_TEXT, truncate
from rtmodels.errors import Issue

__all__ = ["first_issues", "make_issue", "put_under"]

ISSUE_LIMIT = 100
"""The number of issues that one error holds at most."""


def first_issues(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return as many of *issues* as one error holds."""
    return tuple(islice(issues, ISSUE_LIMIT))


def make_issue(steps: tuple[str | int, ...], expected: str, got: str) -> Issue:
    """Build the issue at the place that *steps*, keys and indexes, lead to."""
    # MERGE: the issues of errors.py are built from steps; replace calls by theirs.
    return Issue("$" + _join_steps(steps), expected, got)


def put_under(issue: Issue, *steps: str | int) -> Issue:
    """Return *issue* as seen from a parent, from which *steps* lead to its root."""
    # MERGE: a method of the issues does this; replace calls by it.
    path = "$" + _join_steps(steps) + issue.path.removeprefix("$")
    return Issue(path, issue.expected, issue.got)


def _join_steps(steps: tuple[str | int, ...]) -> str:
    """Write *steps* as the converter does."""
    # MERGE: remove, `Issue.path` does this
    parts = []
    for step in steps:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif isinstance(step, str) and step.isidentifier() and len(step) <= MAX_TEXT:
            parts.append(f".{step}")
        else:
            parts.append(f"[{truncate(repr(step))}]")
    return "".join(parts)
