"""The code in the README and in docstrings, which tests run."""

import re
from textwrap import dedent
from types import ModuleType

from .paths import ROOT

README = (ROOT / "README.md").read_text()
README_BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def read_examples(module: ModuleType) -> list[str]:
    """Return the indented blocks in the docstring of *module*."""
    blocks = re.findall(r"::\n\n((?:    .*\n|\n)+)", module.__doc__ or "")
    return [dedent(block) for block in blocks]
