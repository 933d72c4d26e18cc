"""The code in the README, in the docs and in docstrings, which tests run."""

import re
from textwrap import dedent
from types import ModuleType

from .paths import ROOT

BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)

README = (ROOT / "README.md").read_text()
README_BLOCKS = BLOCK.findall(README)

PAGES = {
    page.relative_to(ROOT).as_posix(): BLOCK.findall(page.read_text())
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
}
"""The blocks of each page, in their order."""

QUICKSTART_BLOCKS = PAGES["docs/quickstart.md"]


def read_examples(module: ModuleType) -> list[str]:
    """Return the indented blocks in the docstring of *module*."""
    blocks = re.findall(r"::\n\n((?:    .*\n|\n)+)", module.__doc__ or "")
    return [dedent(block) for block in blocks]
