"""Setuptools' build backend, whose archives have the same bytes every time.

Whoever installs or builds from source calls it, by its name in pyproject.toml.
Setuptools alone writes down when the files were fetched, under which umask and by which
user, so that no bytes could show that what is on an index is what is in git.
"""

import os
import shutil
import stat
import tarfile
import time
from collections.abc import Mapping
from gzip import GzipFile
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F403 - the hooks that make no archive

FIRST_OF_ZIP = 315_532_800
"""The first of January 1980: ZIP knows no time before."""

GROUNDHOG_DAY = 1_580_601_600
"""The second of February 2020, which Hatchling takes as well: any fixed day will do."""

MODE = stat.S_IFREG | 0o644
"""Everybody may read a file, and only its owner may write it."""

Settings = Mapping[str, Any] | None


def build_wheel(
    wheel_directory: str,
    config_settings: Settings = None,
    metadata_directory: str | None = None,
) -> str:
    """Build a wheel, whatever an earlier build has left behind."""
    shutil.rmtree("build/lib", ignore_errors=True)  # also has what was deleted since
    name = build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)
    _rewrite_wheel(Path(wheel_directory, name))
    return name


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """Build a source archive of what MANIFEST.in names."""
    Path("rtmodels.egg-info/SOURCES.txt").unlink(missing_ok=True)  # would be added
    name = build_meta.build_sdist(sdist_directory, config_settings)
    _rewrite_sdist(Path(sdist_directory, name))
    return name


def _find_time() -> int:
    """Give the one time of all files, in seconds."""
    return max(int(os.environ.get("SOURCE_DATE_EPOCH", GROUNDHOG_DAY)), FIRST_OF_ZIP)


def _rewrite_wheel(path: Path) -> None:
    """Write *path* anew, with the same files in the same order."""
    with ZipFile(path) as wheel:
        files = [(name, wheel.read(name)) for name in wheel.namelist()]
    with ZipFile(path, "w") as wheel:
        for name, data in files:
            info = ZipInfo(name, time.gmtime(_find_time())[:6])
            info.create_system = 3  # Unix, whose modes these are
            info.external_attr = MODE << 16
            info.compress_type = ZIP_DEFLATED
            wheel.writestr(info, data)


def _rewrite_sdist(path: Path) -> None:
    """Write *path* anew, with the same files in the order of their names."""
    with tarfile.open(path) as sdist:
        found = [(info.name, sdist.extractfile(info)) for info in sdist]
        files = sorted((name, file.read()) for name, file in found if file)
    with (
        path.open("wb") as file,
        GzipFile("", "wb", fileobj=file, mtime=_find_time()) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as sdist,
    ):
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), _find_time()
            info.mode = stat.S_IMODE(MODE)
            sdist.addfile(info, BytesIO(data))
