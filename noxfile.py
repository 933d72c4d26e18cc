"""Tasks of a checkout: ``uv run nox --list`` shows them, ``-s NAME`` runs one.

Most run in the environment of the checkout, which uv brings up to date first, with all
extras and groups. Arguments after ``--`` go to the command.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "tests"]

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
EXTRAS = [name for name in PROJECT["project"]["optional-dependencies"] if name != "all"]

ELSEWHERE = ["benchmarks", "docs", "engines", "frameworks", "release"]
"""Folders of tests that need more than extras, each with a task."""

FRAMEWORKS = {
    "livekit": "livekit-agents[openai]>=1.8.9",
    "openai_agents": "openai-agents>=0.24",
    "pipecat": "pipecat-ai>=1.14",
    "pydantic_ai": "pydantic-ai-slim[openai-realtime]>=2.68",
}
"""Voice frameworks, by the name of their tests, with the lowest version tested."""

ASKED_ONCE = [
    "converter/test_json_schema_laws.py",
    "schema/test_docstrings.py",
    "schema/test_drift.py",
    "schema/test_names.py",
    "test_layers.py",
    "tools/differential",
]
"""Tests whose answer is the same with all versions of the dependencies."""

OF_TODAY = ["test_examples.py", "test_pages.py"]
"""Tests of the programs in the docs, which use what the newest libraries have."""

WITHOUT_FRAMES = [
    *ASKED_ONCE,
    "archives/test_partial_files.py",
    "archives/test_unreadable_files.py",
    "concurrency/test_without_gil.py",
    "native",
    "schema",
    "test_api.py",
    "test_prose.py",
    "test_supported.py",
    "test_typing.py",
    "tools",
]
"""Tests whose answer is the same whether frames are read natively or in Python."""

UNAVAILABLE = 3
"""The status of ``tests.tools.native`` where it has nothing to test."""

BRIEF = {
    "": ["adapters"],
    "arrow": ["archives/test_arrow.py"],
    "cli": ["adapters/test_cli.py"],
    "msgpack": ["adapters"],
}
"""Where extras enable much of the suite, the tests that show that no more is needed."""

each_alone = nox.parametrize("extra", ["", *EXTRAS], ids=["none", *EXTRAS])


def run(session: nox.Session, *command: str, **options: Any) -> None:
    """Run *command* in the environment of the checkout, with all extras and groups."""
    session.run("uv", "run", "--all-extras", "--all-groups", *command, **options)


def ignore(*names: str) -> list[str]:
    """Return the options that leave out the tests in *names*."""
    return [f"--ignore=tests/{name}" for name in names]


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format with ruff."""
    run(session, "ruff", "check", ".")
    run(session, "ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy and pyright, and that all public types are known."""
    run(session, "mypy", "-p", "rtmodels")
    run(session, "mypy", "tests/typing")
    run(session, "mypy", "examples")
    run(session, "pyright")

    # cattrs's Converter, which is among the public types, has unknown ones inside.
    session.env["PYTHONPATH"] = "."
    run(session, "pyright", "--verifytypes", "rtmodels", "--ignoreexternal")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests on all cores, less those that take long: what the README shows."""
    session.run("uv", "run", "--all-extras", "pytest", *session.posargs)


@nox.session
def complete(session: nox.Session) -> None:
    """Run all tests: the suite, with and without the native program, and the rest."""
    for name in ("suite", "pure", "engines", "benchmarks", "archives", "docs"):
        session.notify(name)


@nox.session
def suite(session: nox.Session) -> None:
    """Run the tests on all cores, with those that take long."""
    run(session, "pytest", "--complete", *ignore(*ELSEWHERE), *session.posargs)


@nox.session
def pure(session: nox.Session) -> None:
    """Run the tests of decoding and encoding without the native program.

    The laws are the same as with it: a few examples of each show that they hold.
    """
    session.env.update({"RTMODELS_PURE": "1", "RTMODELS_EXAMPLES": "5"})
    left_out = ignore(*ELSEWHERE, *WITHOUT_FRAMES)
    run(session, "pytest", "--complete", *left_out, *session.posargs)


@nox.session
def engines(session: nox.Session) -> None:
    """Run the recipes of the docs with Polars, DuckDB, Dask, Ray and Spark."""
    run(session, "pytest", "--complete", "tests/engines", *session.posargs)


@nox.session(venv_backend="uv")
@nox.parametrize("framework", [*FRAMEWORKS], ids=[*FRAMEWORKS])
def frameworks(session: nox.Session, framework: str) -> None:
    """Run a voice framework against the test server, in an environment of its own.

    The frameworks disagree about the versions of what they need.
    """
    session.install("--group", "tools", ".[testing]", FRAMEWORKS[framework])
    file = f"tests/frameworks/test_{framework}.py"
    session.run("pytest", "-q", "--complete", file, *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Run each contender of the benchmarks once, for function and not for time."""
    files = ("benchmarks/test_speed.py", "tests/benchmarks")
    run(session, "pytest", "--complete", *files, *session.posargs)


@nox.session
def archives(session: nox.Session) -> None:
    """Build wheel and sdist twice, and compare their bytes and contents."""
    run(session, "pytest", "--complete", "tests/release", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site into build/docs, where index.html opens it, and check its links.

    All warnings are errors, and so are names that lead nowhere.
    """
    site = Path("build", "docs")
    shutil.rmtree(site, ignore_errors=True)
    strict = ("--fail-on-warning", "--keep-going", "--nitpicky")
    run(session, "sphinx-build", "--quiet", *strict, "docs", str(site))

    session.env["RTMODELS_SITE"] = str(site)
    run(session, "pytest", "--complete", "tests/docs", *session.posargs)


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions of all dependencies, on the oldest Python.

    The versions differ here, and the laws do not: a few examples of each do.
    """
    python = os.environ.get("UV_PYTHON", PYTHONS[0])
    options = ["--isolated", "--resolution", "lowest-direct", "--python", python]
    session.env.update({"RTMODELS_EXAMPLES": "5", "UV_NO_SYNC": "false"})

    try:
        session.run(
            *("uv", "run", *options, "--all-extras", "pytest", "--complete"),
            *ignore(*ELSEWHERE, *ASKED_ONCE, *OF_TODAY),
            *session.posargs,
        )
    finally:
        # It has the lowest versions now, which no other task is to run with.
        Path("uv.lock").unlink(missing_ok=True)


@nox.session
def guard(session: nox.Session) -> None:
    """Compare the speed, as ratios to orjson, with the recorded history."""
    run(session, "python", "-m", "benchmarks", "guard", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz each target with 1,000 inputs, the same ones every time.

    What guides it is the coverage of Python code; `twins` fuzzes the native program.
    """
    session.env["RTMODELS_PURE"] = "1"
    options = session.posargs or ["--runs", "1000"]
    run(session, "python", "-m", "tests.tools.fuzz", *options)


@nox.session
def differential(session: nox.Session) -> None:
    """Compare decoded values with openai-python, jsonschema and msgspec."""
    run(session, "python", "-m", "tests.tools.differential", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Break the converter and the adapters, and list the changes no test notices."""
    run(session, "python", "-m", "tests.tools.mutation", *session.posargs)


@nox.session
def api(session: nox.Session) -> None:
    """Record the public names and their signatures, and write the stubs."""
    run(session, "python", "-m", "tests.tools.api", "--write")


@nox.session
def build(session: nox.Session) -> None:
    """Build the source archive, and the wheel for all platforms, into dist."""
    session.env["RTMODELS_PURE"] = "1"
    session.run("uv", "build", "--build-constraint", "release/constraints.txt")


@nox.session
def native(session: nox.Session) -> None:
    """Compile the extension in the checkout, for the interpreter of the environment."""
    run(session, "python", "setup.py", "build_ext", "--inplace", "--force")


@nox.session
def twins(session: nox.Session) -> None:
    """Compare the native program with the Python code on 200,000 inputs."""
    run_twins(session, *(session.posargs or ["--inputs", "200000", "--jobs", "1"]))


@nox.session
def sanitize(session: nox.Session) -> None:
    """Do as *twins* does with sanitizers, and with the code for other processors.

    All of these are compiled with every warning as an error.
    """
    one = ("--jobs", "1")
    most = ("--inputs", "15000", "--threads", "--tests")
    run_twins(session, "--build", "sanitized", *most, *one)
    for build in ("portable", "avx2"):
        run_twins(session, "--build", build, "--inputs", "10000", *one)


def run_twins(session: nox.Session, *options: str) -> None:
    """Run the twin fuzz; where it is not possible, it says why."""
    command = ("uv", "run", "--all-extras", "--all-groups", "python", "-m")
    session.run(
        *command, "tests.tools.native", *options, success_codes=[0, UNAVAILABLE]
    )


@nox.session(venv_backend="uv")
def platform(session: nox.Session) -> None:
    """Install the wheel of this platform, and run the tests of its extension."""
    folder = Path(session.create_tmp(), "dist")
    shutil.rmtree(folder, ignore_errors=True)
    python = Path(session.bin, "python").absolute()
    options = ("--wheel", "--out-dir", folder, "--python", python)
    constraints = ("--build-constraint", "release/constraints.txt")
    session.run("uv", "build", "--quiet", *constraints, *map(str, options))

    session.env["RTMODELS_EXAMPLES"] = "5"
    (wheel,) = folder.glob("*.whl")
    files = [f"tests/{name}" for name in ("native", "adapters")]
    run_with_wheel(session, wheel, "msgpack", "--native", *files, *session.posargs)


@nox.session(venv_backend="uv")
@each_alone
def extras(session: nox.Session, extra: str) -> None:
    """Install the wheel in dist with one extra, and run the tests that this enables.

    With none, those run that need none.
    """
    run_alone(session, extra, *session.posargs)


@nox.session(venv_backend="uv")
@each_alone
def brief(session: nox.Session, extra: str) -> None:
    """Do as *extras* does, and less of it where that would be much of the suite."""
    chosen = ["test_extras.py", *BRIEF[extra]] if extra in BRIEF else []
    run_alone(session, extra, *(f"tests/{name}" for name in chosen), *session.posargs)


def run_alone(session: nox.Session, extra: str, *arguments: str) -> None:
    """Run pytest where the wheel in dist, *extra*, and the tools are installed."""
    wheels = list(Path("dist").glob("*.whl"))
    if len(wheels) != 1:
        session.error("dist has to hold one wheel: `nox -s build` makes it")
    run_with_wheel(session, wheels[0], extra, *arguments)


def run_with_wheel(
    session: nox.Session, wheel: Path, extra: str, *arguments: str
) -> None:
    """Run pytest where *wheel*, *extra*, and the tools for tests are installed."""
    session.install("--group", "tools", f"rtmodels[{extra}] @ {wheel.absolute()}")
    session.run("pytest", "-q", f"--alone={extra}", *ignore(*ELSEWHERE), *arguments)
