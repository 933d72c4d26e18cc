"""Copies of the library whose extension is compiled in one way or another."""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from ...paths import ROOT

WARNINGS = ("-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wconversion")


class BuildError(Exception):
    """The extension cannot be built here; the message says why."""


@dataclass(frozen=True)
class Build:
    """How to compile the extension, and how to run what uses it."""

    what: str
    """Describes it in a few words."""

    flags: tuple[str, ...] = ("-O3",)
    compiler: str = ""
    """The compiler if it must be a particular one."""

    preload: tuple[str, ...] = ()
    """Libraries of the compiler that have to be loaded before all others."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables for processes that use it."""


SANITIZERS = {
    # Objects of Python's own allocator are parts of larger blocks: a read beyond one of
    # them would go unnoticed.
    "PYTHONMALLOC": "malloc",
    # What CPython leaves behind at its end looks like a leak.
    "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}

BUILDS = {
    "plain": Build("as it is installed"),
    "portable": Build("without SIMD", ("-O3", "-DRTMODELS_NO_SIMD")),
    "avx2": Build("without AVX-512", ("-O3", "-DRTMODELS_NO_AVX512")),
    "sanitized": Build(
        "with ASAN and UBSAN",
        (
            *("-O1", "-g", "-fno-omit-frame-pointer"),
            *("-fsanitize=address,undefined", "-fno-sanitize-recover=all"),
            # Other threads run within every frame, and not only within large ones.
            "-DRTMODELS_LONG_RUN=24",
        ),
        preload=("libasan.so",),
        environment=SANITIZERS,
    ),
    "guided": Build(
        "for a fuzzer that is guided by coverage, with ASAN",
        ("-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,fuzzer-no-link"),
        compiler="clang",
        preload=("asan_with_fuzzer.so",),
        environment=SANITIZERS,
    ),
}


def find_compiler(build: Build) -> list[str]:
    """Return the command that compiles C, as for setuptools.

    Raises:
        BuildError: There is none.
    """
    configured = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    candidates = [build.compiler] if build.compiler else [configured, "cc", "gcc"]
    for candidate in candidates:
        command = shlex.split(candidate)
        if shutil.which(command[0]):
            return command
    raise BuildError(f"there is no C compiler: {', '.join(candidates)}")


def copy_library(folder: Path) -> Path:
    """Copy the library to *folder* without its extension; return its sources in C."""
    package = folder / "rtmodels"
    ignore = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd")
    shutil.copytree(ROOT / "rtmodels", package, ignore=ignore)
    if not (package / "adapters").exists():  # where there are no symbolic links
        shutil.copytree(ROOT / "adapters", package / "adapters", ignore=ignore)
    return package / "native" / "c"


def compile_extension(build: Build, sources: Path) -> None:
    """Compile *sources*, which are in a copy of the library.

    Raises:
        BuildError: There is no compiler, or it rejects the sources.
    """
    target = sources.parent / f"_extension{sysconfig.get_config_var('EXT_SUFFIX')}"
    command = [
        *find_compiler(build),
        *(*build.flags, *WARNINGS, "-fPIC", "-shared"),
        *("-isystem", sysconfig.get_path("include")),
        *sorted(map(str, sources.glob("*.c"))),
        *("-o", str(target)),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise BuildError(f"{shlex.join(command)}\n{done.stderr}")


def make_environment(build: Build, folder: Path) -> dict[str, str]:
    """Return the variables for processes that use the library in *folder*.

    Raises:
        BuildError: The compiler lacks a library.
    """
    environment = {**os.environ, **build.environment, "PYTHONSAFEPATH": "1"}
    environment["PYTHONPATH"] = os.pathsep.join([str(folder), str(ROOT)])
    environment.pop("RTMODELS_PURE", None)

    libraries = [find_library(build, name) for name in build.preload]
    if libraries:
        environment["LD_PRELOAD"] = " ".join(libraries)
    return environment


def find_library(build: Build, name: str) -> str:
    """Return the path of a library of the compiler, or of atheris.

    Raises:
        BuildError: Neither has one of that name.
    """
    atheris = find_spec("atheris")
    if atheris and atheris.origin:
        path = Path(atheris.origin).parents[1] / name
        if path.exists():
            return str(path)

    command = [*find_compiler(build), f"-print-file-name={name}"]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    # A name that the compiler does not know comes back as it is.
    if not Path(found.stdout.strip()).is_absolute():
        raise BuildError(f"{shlex.join(command)}: there is no {name}")
    return found.stdout.strip()


def prepare(name: str, folder: Path) -> dict[str, str]:
    """Make the build called *name* in *folder*; return the variables to use it.

    Raises:
        BuildError: It cannot be made here.
    """
    build = BUILDS[name]
    environment = make_environment(build, folder)
    compile_extension(build, copy_library(folder))
    check(environment, folder)
    return environment


def check(environment: Mapping[str, str], folder: Path) -> None:
    """Make sure that a process with *environment* loads the extension in *folder*.

    Raises:
        BuildError: It does not.
    """
    program = "import rtmodels.native._extension as e; print(e.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        env=dict(environment),
        text=True,
    )
    if not done.stdout.startswith(str(folder)):
        raise BuildError(f"the extension cannot be loaded: {done.stdout}{done.stderr}")
