"""The tests that need an installed wheel: ``nox`` runs them with each extra alone."""

from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv"

PROJECT = nox.project.load_toml("pyproject.toml")["project"]
EXTRAS = [name for name in PROJECT["optional-dependencies"] if name != "all"]
ELSEWHERE = ["benchmarks", "engines", "release"]
"""The tests that need groups, and have a step of their own in ``.ci/run``."""


LARGE = {"", "msgpack"}
"""What enables most of the suite."""

BRIEF = ["tests/test_extras.py", "tests/adapters"]
"""What shows that no more is needed than is installed."""

each_alone = nox.parametrize("extra", ["", *EXTRAS], ids=["none", *EXTRAS])


@nox.session
@each_alone
def extras(session: nox.Session, extra: str) -> None:
    """Install a wheel from dist with one extra, and run the tests that this enables.

    With none, those run that need none. Arguments go to pytest.
    """
    run_alone(session, extra, *session.posargs)


@nox.session(default=False)
@each_alone
def brief(session: nox.Session, extra: str) -> None:
    """Do as *extras* does, and less of it where that would be most of the suite."""
    run_alone(session, extra, *(BRIEF if extra in LARGE else ()), *session.posargs)


def run_alone(session: nox.Session, extra: str, *arguments: str) -> None:
    """Run pytest where the wheel, *extra*, and the tools for tests are installed."""
    (wheel,) = Path("dist").glob("*.whl")
    session.install("--group", "tools", f"rtmodels[{extra}] @ {wheel.absolute()}")
    left_out = [f"--ignore=tests/{name}" for name in ELSEWHERE]
    session.run("pytest", "-q", f"--alone={extra}", *left_out, *arguments)
