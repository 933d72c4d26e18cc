"""The site, which all tests of this folder share."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..paths import ROOT
from .site import Site

pytest.importorskip("sphinx", reason="the group `docs` is not installed")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Return the site in the folder ``RTMODELS_SITE``, or else build it."""
    given = os.environ.get("RTMODELS_SITE")
    if given:
        return Site(Path(given).absolute())

    # A new folder: Sphinx forgets words to search for if it builds only what is new.
    folder = tmp_path_factory.mktemp("site")
    command = (sys.executable, "-m", "sphinx", "-q", "-W", "-n", "docs", str(folder))
    subprocess.run(command, cwd=ROOT, check=True)
    return Site(folder)
