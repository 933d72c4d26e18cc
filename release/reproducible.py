"""Setuptools' build backend, whose archives have the same bytes every time.

Installers and builders call it, by its name in pyproject.toml. Setuptools alone records
when the files were fetched, under which umask and by which user. Two builds of a commit
would then differ, and a release could not be compared with its source in git.
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
"""The first of January 1980, the earliest time that ZIP can store."""

GROUNDHOG_DAY = 1_580_601_600
"""The second of February 2020, as in Hatchling; any fixed day would do."""

MODE = stat.S_IFREG | 0o644
"""A file that all users may read, and only its owner may write."""

Settings = Mapping[str, Any] | None


def build_wheel(
    wheel_directory: str,
    config_settings: Settings = None,
    metadata_directory: str | None = None,
) -> str:
    """Build a wheel; the remains of earlier builds are ignored."""
    # Setuptools would pack all files in there, deleted ones included.
    for folder in Path("build").glob("lib*"):
        shutil.rmtree(folder, ignore_errors=True)
    name = build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)
    _rewrite_wheel(Path(wheel_directory, name))
    return name


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """Build a source archive of the files in MANIFEST.in."""
    # Setuptools would add the files that an earlier build has listed there.
    Path("rtmodels.egg-info/SOURCES.txt").unlink(missing_ok=True)
    name = build_meta.build_sdist(sdist_directory, config_settings)
    _rewrite_sdist(Path(sdist_directory, name))
    return name


def _find_time() -> int:
    """Return the one time of all files, in seconds since 1970."""
    return max(int(os.environ.get("SOURCE_DATE_EPOCH", GROUNDHOG_DAY)), FIRST_OF_ZIP)


def _rewrite_wheel(path: Path) -> None:
    """Rewrite *path* with the same files in the same order."""
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
    """Rewrite *path* with the same files, sorted by name."""
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
