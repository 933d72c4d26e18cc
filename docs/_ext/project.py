"""Sphinx extension: the pages outside of the folder of the site, such as README.md.

The pages link to each other by relative paths, as the code host shows them. On the site
these pages are in a folder of their own.
"""

import os
import re
from pathlib import Path, PurePosixPath
from typing import Any

from sphinx.application import Sphinx

__all__ = ["setup"]

FILES = {
    f"{name}.md": f"docs/project/{name.lower()}.md"
    for name in ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY")
} | {"examples/README.md": "docs/project/examples.md"}
"""The pages, and where they are in the sources of the site."""

LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)")
"""The path of a relative link or picture."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("builder-inited", write_pages)
    app.connect("source-read", move_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_pages(app: Sphinx) -> None:
    """Copy the pages, with their links adjusted."""
    root = Path(app.srcdir).parent
    for name, target in FILES.items():
        text = translate((root / name).read_text("utf-8"), name, target)
        path = root / target
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def move_links(_app: Sphinx, docname: str, content: list[str]) -> None:
    """Let the pages of the site link to the copies."""
    path = f"docs/{docname}.md"
    if path not in FILES.values():
        content[0] = translate(content[0], path, path)


def translate(text: str, source: str, target: str) -> str:
    """Return *text* of the file *source* with links that are right in *target*."""

    def move(match: re.Match[str]) -> str:
        path = os.path.normpath(PurePosixPath(source).parent / match[0])
        return os.path.relpath(FILES.get(path, path), PurePosixPath(target).parent)

    return LINK.sub(move, text)
