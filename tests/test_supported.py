"""What SECURITY.md says is supported is what pyproject.toml says."""

import re
import tomllib
from collections import defaultdict
from importlib.metadata import version

import rtmodels
from rtmodels.adapters._base import MAX_BYTES
from rtmodels.converter import MAX_DEPTH

from .paths import ROOT

TEXT = (ROOT / "SECURITY.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
REQUIREMENT = re.compile(r"(?P<name>[\w-]+)(\[.*\])?>=(?P<bound>[\w.]+)")


def read_table(heading):
    """Return the rows of the table whose first column is called *heading*."""
    table = re.search(
        rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", TEXT, re.MULTILINE
    )
    return [tuple(re.split(r" ?\| ?", row)[1:-1]) for row in table[1].splitlines()]


def test_the_limits_are_those_of_the_adapters():
    """The documented limits are the defaults."""
    limits = dict(row[:2] for row in read_table("limit"))

    assert limits["size of a message"] == f"`max_bytes`: {MAX_BYTES >> 20} MiB"
    depth = limits["nesting of undeclared values"]
    assert depth == f"`max_depth`: {MAX_DEPTH} levels"


def test_the_version_that_gets_fixes_is_this_one():
    """The first two numbers of it."""
    major, minor, _ = PROJECT["version"].split(".")

    assert read_table("rtmodels") == [(f"{major}.{minor}", "yes")]


def test_the_interpreters_are_those_of_the_classifiers():
    """From the oldest that can install the package on."""
    prefix = "Programming Language :: Python :: 3."
    classified = [
        text.rpartition(" ")[2]
        for text in PROJECT["classifiers"]
        if text.startswith(prefix)
    ]

    assert read_table("Python") == [(version, "yes") for version in classified]
    assert PROJECT["requires-python"] == f">={classified[0]}"


def test_the_dependencies_are_those_of_the_package_and_its_extras():
    """With the oldest version of each, and the extras that bring it."""
    found = defaultdict(list)
    groups = {"rtmodels": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    del groups["all"]
    for group, requirements in groups.items():
        for requirement in requirements:
            name, bound = REQUIREMENT.fullmatch(requirement).group("name", "bound")
            found[name, bound].append(group)

    said = {
        (name, bound): re.findall(r"[\w-]+", groups)
        for name, bound, groups in read_table("dependency")
    }
    assert said == {key: sorted(groups) for key, groups in found.items()}


def test_the_package_says_its_version():
    """It is that of what is installed, which stands in pyproject.toml only."""
    assert rtmodels.__version__ == version("rtmodels") == PROJECT["version"]


def test_the_changelog_begins_with_this_version_or_the_next():
    """A release without an entry, or an entry without a date, is not finished."""
    changelog = (ROOT / "CHANGELOG.md").read_text()
    first = re.search(r"^## (.*)$", changelog, re.MULTILINE)[1]

    released = rf"{re.escape(PROJECT['version'])} - \d{{4}}-\d\d-\d\d"
    assert re.fullmatch(rf"Unreleased|{released}", first)
