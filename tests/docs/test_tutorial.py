"""The programs of the tutorial print what the page shows."""

import re
import subprocess
import sys

import pytest

from ..examples import PAGES
from ..paths import ROOT
from ..processes import PATIENCE

pytestmark = pytest.mark.needs("openai", "testing", "websockets")

PAGE = "docs/tutorial.md"
PRINTED = re.findall(r"```text\n(.*?)```", (ROOT / PAGE).read_text(), re.DOTALL)


@pytest.mark.parametrize(
    ("program", "printed"), [*zip(PAGES[PAGE], PRINTED, strict=True)]
)
def test_a_program_prints_what_the_page_shows(program, printed):
    """Each state of the agent runs against the server that it starts itself."""
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    assert result.stdout == printed
