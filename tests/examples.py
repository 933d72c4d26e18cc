"""The code in the README, in the docs and in docstrings, which tests run."""

import re
from textwrap import dedent
from types import ModuleType

from .paths import ROOT

README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
README_BLOCKS = BLOCK.findall(README)
QUICKSTART_BLOCKS = BLOCK.findall((ROOT / "docs" / "quickstart.md").read_text())
DOCS_BLOCKS = [
    block
    for name in ("instances", "live", "servers", "testing")
    for block in BLOCK.findall((ROOT / "docs" / f"{name}.md").read_text())
]


def read_examples(module: ModuleType) -> list[str]:
    """Return the indented blocks in the docstring of *module*."""
    blocks = re.findall(r"::\n\n((?:    .*\n|\n)+)", module.__doc__ or "")
    return [dedent(block) for block in blocks]
