"""The tests that need an installed wheel: ``nox`` runs them with each extra alone."""

from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv"

PROJECT = nox.project.load_toml("pyproject.toml")["project"]
EXTRAS = [name for name in PROJECT["optional-dependencies"] if name != "all"]
ELSEWHERE = ["benchmarks", "engines", "release"]
"""The tests that need groups, and have a step of their own in ``.ci/run``."""


BRIEF = {
    "": ["adapters"],
    "arrow": ["archives/test_arrow.py"],
    "cli": ["adapters/test_cli.py"],
    "msgpack": ["adapters"],
}
"""Where extras enable much of the suite, the tests that show that no more is needed."""

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
    """Do as *extras* does, and less of it where that would be much of the suite."""
    chosen = ["test_extras.py", *BRIEF[extra]] if extra in BRIEF else []
    run_alone(session, extra, *(f"tests/{name}" for name in chosen), *session.posargs)


def run_alone(session: nox.Session, extra: str, *arguments: str) -> None:
    """Run pytest where the wheel, *extra*, and the tools for tests are installed."""
    (wheel,) = Path("dist").glob("*.whl")
    session.install("--group", "tools", f"rtmodels[{extra}] @ {wheel.absolute()}")
    left_out = [f"--ignore=tests/{name}" for name in ELSEWHERE]
    session.run("pytest", "-q", f"--alone={extra}", *left_out, *arguments)
