"""The tests that need an installed wheel: ``nox`` runs them with each extra alone."""

from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"

PROJECT = nox.project.load_toml("pyproject.toml")["project"]
EXTRAS = [name for name in PROJECT["optional-dependencies"] if name != "all"]
ELSEWHERE = ["benchmarks", "engines", "release"]
"""The tests that need groups, and have a step of their own in ``.ci/run``."""


@nox.session
@nox.parametrize("extra", ["", *EXTRAS], ids=["none", *EXTRAS])
def extras(session: nox.Session, extra: str) -> None:
    """Install a wheel from dist with one extra, and run the tests that this enables.

    With none, those run that need none. Arguments go to pytest.
    """
    (wheel,) = Path("dist").glob("*.whl")
    session.install("--group", "tools", f"rtmodels[{extra}] @ {wheel.absolute()}")
    session.install("--no-deps", "--reinstall", str(wheel))
    left_out = [f"--ignore=tests/{name}" for name in ELSEWHERE]
    session.run("pytest", "-q", f"--alone={extra}", *left_out, *session.posargs)
