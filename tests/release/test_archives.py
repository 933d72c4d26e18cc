"""What `python -m build` makes of a clean export, twice in other circumstances."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from email import message_from_string
from email.message import Message
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest

from ..paths import ROOT

for _name in ("build", "setuptools", "twine"):
    pytest.importorskip(_name, reason=f"{_name} is in the group `release`")

needs_compiler = pytest.mark.skipif(
    not shutil.which("cc") and not shutil.which("gcc"), reason="there is no C compiler"
)

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
STEM = f"{PROJECT['name']}-{PROJECT['version']}"
LINK = "rtmodels/adapters"
"""Where type checkers and editors find the adapters in a checkout."""

NOT_SHIPPED = re.compile(rf"\.(ci|github)/|(.*/)?\.gitignore$|{LINK}$")
"""What is of use to those only who have the repository."""


def list_tracked():
    """List the files that git tracks, or would track after `git add`."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    names = output.stdout.decode().split("\0")
    return sorted(name for name in names if name and (ROOT / name).exists())


def export(folder, *, mode, mtime):
    """Copy what git has to *folder*, as if unpacked at another time by another user."""
    for name in list_tracked():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name == LINK:
            path.symlink_to((ROOT / name).readlink())
            continue
        shutil.copyfile(ROOT / name, path)
        path.chmod(mode)
        os.utime(path, (mtime, mtime))
    return folder


def build(source, *options, umask=0o022, pure="1", **environment):
    """Build *source* with *options*; return the contents of the archives, by name.

    The wheel is the one for all platforms unless *pure* is ``"0"``.
    """
    command = [sys.executable, "-m", "build", "--no-isolation", *options, "."]
    result = subprocess.run(
        command,
        cwd=source,
        check=False,
        capture_output=True,
        env=os.environ | {"RTMODELS_PURE": pure} | environment,
        text=True,
        umask=umask,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return {path.name: path.read_bytes() for path in (source / "dist").iterdir()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Build the usual way: the wheel out of the source archive."""
    source = export(tmp_path_factory.mktemp("a"), mode=0o644, mtime=1_000_000_000)
    build(source, TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    return source / "dist"


@pytest.fixture(scope="module")
def archives(folder):
    """Return the contents of both archives, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def wheel(folder):
    """Open the wheel and yield it."""
    with ZipFile(folder / f"{STEM}-py3-none-any.whl") as wheel:
        yield wheel


@pytest.fixture(scope="module")
def sdist(folder):
    """Open the source archive and yield it."""
    with tarfile.open(folder / f"{STEM}.tar.gz") as sdist:
        yield sdist


@pytest.fixture(scope="module")
def metadata(wheel) -> Message:
    """Return the metadata in the wheel."""
    return message_from_string(wheel.read(f"{STEM}.dist-info/METADATA").decode())


def hash_all(archives):
    """Return the hash of each archive."""
    return {name: sha256(data).hexdigest() for name, data in archives.items()}


def test_another_folder_time_user_and_locale_give_the_same_bytes(archives, tmp_path):
    """Also where the wheel is built from the tree, and not from the source archive."""
    source = export(tmp_path / "a longer name", mode=0o700, mtime=1_700_000_001)
    stale = source / "build" / "lib" / "rtmodels" / "deleted.py"
    stale.parent.mkdir(parents=True)
    stale.touch()

    again = build(
        source,
        "--sdist",
        "--wheel",
        umask=0o077,
        TZ="Asia/Kathmandu",
        LC_ALL="POSIX",
        PYTHONHASHSEED="2",
    )

    assert len(archives) == 2
    assert hash_all(again) == hash_all(archives)


@pytest.fixture(scope="module")
def platform_wheel(tmp_path_factory):
    """Build the wheel with the extension; return its name and its contents."""
    source = export(tmp_path_factory.mktemp("n"), mode=0o644, mtime=1_000_000_000)
    (wheel,) = build(source, "--wheel", pure="0").items()
    return wheel


@needs_compiler
def test_the_wheel_of_a_platform_has_the_extension_as_well(platform_wheel, wheel):
    """It is built for one interpreter, and differs in nothing else."""
    name, data = platform_wheel
    names = set(ZipFile(BytesIO(data)).namelist())

    (extension,) = names - set(wheel.namelist())
    assert extension.startswith("rtmodels/native/_extension.")
    assert set(wheel.namelist()) <= names
    assert not name.endswith("none-any.whl")


@needs_compiler
def test_the_extension_has_the_same_bytes_in_another_folder(platform_wheel, tmp_path):
    """The compiler puts neither the folder nor the time into it."""
    source = export(tmp_path / "a longer name", mode=0o700, mtime=1_700_000_001)

    again = build(source, "--wheel", pure="0", TZ="Asia/Kathmandu")

    assert hash_all(again) == hash_all(dict([platform_wheel]))


def test_without_a_compiler_the_wheel_has_all_the_rest(wheel, tmp_path):
    """The extension is optional: the build warns, and succeeds."""
    source = export(tmp_path, mode=0o644, mtime=1)

    (data,) = build(source, "--wheel", pure="0", CC="false", LDSHARED="false").values()

    assert set(ZipFile(BytesIO(data)).namelist()) == set(wheel.namelist())


def test_the_time_of_the_files_can_be_set(tmp_path):
    """Those who rebuild whole distributions do so by SOURCE_DATE_EPOCH."""
    build(
        export(tmp_path, mode=0o644, mtime=1), "--wheel", SOURCE_DATE_EPOCH="1600000000"
    )
    (path,) = (tmp_path / "dist").iterdir()

    with ZipFile(path) as wheel:
        times = {info.date_time for info in wheel.infolist()}
    assert times == {(2020, 9, 13, 12, 26, 40)}


def test_the_wheel_holds_the_modules_and_nothing_else(wheel):
    """Every Python file and stub of both folders, the mark for checkers, metadata."""
    modules = {
        re.sub("^adapters/", "rtmodels/adapters/", name)
        for name in list_tracked()
        if re.match(r"(rtmodels|adapters)/.*\.pyi?$", name)
    }
    described = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "top_level.txt"}
    described |= {"licenses/LICENSE"}

    assert sorted(wheel.namelist()) == sorted(
        {
            "rtmodels/py.typed",
            *modules,
            *(f"{STEM}.dist-info/{name}" for name in described),
        }
    )


def test_the_source_archive_holds_what_git_has(sdist):
    """So that everything can be built, tested and measured from it."""
    generated = {"PKG-INFO", "setup.cfg"}
    assert len(sdist.getnames()) == len(set(sdist.getnames()))
    names = {name.removeprefix(f"{STEM}/") for name in sdist.getnames()}
    names = {name for name in names if not name.startswith("rtmodels.egg-info/")}

    assert names - generated == {
        name for name in list_tracked() if not NOT_SHIPPED.match(name)
    }


def test_nobody_is_told_who_built_it(sdist, wheel):
    """Files have no particular owner, and all users may read them."""
    assert {(info.uid, info.gid, info.uname, info.mode) for info in sdist} == {
        (0, 0, "", 0o644)
    }
    assert {info.external_attr >> 16 for info in wheel.infolist()} == {0o100644}


def test_the_metadata_says_what_pyproject_says(metadata, wheel):
    """The licence, what is supported, the extras and the command."""
    entry_points = wheel.read(f"{STEM}.dist-info/entry_points.txt").decode()

    assert metadata["License-Expression"] == "MIT"
    assert metadata.get_all("License-File") == ["LICENSE"]
    assert metadata["Requires-Python"] == PROJECT["requires-python"]
    assert metadata.get_all("Classifier") == PROJECT["classifiers"]
    assert set(metadata.get_all("Provides-Extra")) == {
        *PROJECT["optional-dependencies"]
    }
    assert "rtmodels = rtmodels.adapters.cli:app" in entry_points.splitlines()


def test_twine_finds_nothing_to_warn_of(folder):
    """An index would accept both archives, and can show the README."""
    result = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *folder.iterdir()],
        check=False,
        capture_output=True,
        text=True,
    )

    assert result.returncode == 0, result.stdout
    assert result.stdout.count("PASSED") == 2


def test_links_of_the_readme_lead_into_the_source_archive(metadata, sdist):
    """An index does not follow such links, but a reader of the archive can."""
    links = re.findall(r"\]\(([^):#]+)\)", metadata.get_payload())

    assert "CHANGELOG.md" in links
    assert {f"{STEM}/{link}" for link in links} <= set(sdist.getnames())
