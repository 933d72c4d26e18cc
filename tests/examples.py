"""The code in the README, in the docs and in docstrings, which tests run."""

import re
from textwrap import dedent
from types import ModuleType

from .paths import ROOT

BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)

PRINTED = re.compile(
    r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL
)
"""A block, and what it prints, if that is shown right behind it."""

README = (ROOT / "README.md").read_text()
PAGES = {
    page.relative_to(ROOT).as_posix(): BLOCK.findall(page.read_text())
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
}
"""The blocks of each page, in their order."""

README_BLOCKS = PAGES["README.md"]


def is_program(block: str) -> bool:
    """Return whether *block* is a program, which has a test of its own."""
    return "asyncio.run(" in block


def find_texts(name: str) -> list[str]:
    """Return what a page shows as text, in its order."""
    return re.findall(r"```text\n(.*?)```", (ROOT / name).read_text(), re.DOTALL)


def find_printed(name: str) -> list[str]:
    """Return the lines that the blocks of a page print, as the page shows them."""
    lines = []
    for code, shown in PRINTED.findall((ROOT / name).read_text()):
        if not is_program(code):
            lines += re.findall(r"print\(.*\)  # (.*)", code) + shown.splitlines()
    return lines


def read_examples(module: ModuleType) -> list[str]:
    """Return the indented blocks in the docstring of *module*."""
    blocks = re.findall(r"::\n\n((?:    .*\n|\n)+)", module.__doc__ or "")
    return [dedent(block) for block in blocks]
