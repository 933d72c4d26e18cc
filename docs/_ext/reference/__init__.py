"""Sphinx extension: the reference, written from the code when the site is built.

`pages` has the table of pages and writes them, `entries` describes one public name,
`wire` lists the types on the wire, and `links` finds what a name in backticks means.
"""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from . import links, pages

__all__ = ["setup"]

FOLDER = "reference"
"""The folder in the sources of the site that the pages are written to."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("builder-inited", write_pages)
    app.connect("doctree-read", links.link_literals)
    app.connect("doctree-read", links.search_exactly)
    app.connect("missing-reference", links.find_missing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_pages(app: Sphinx) -> None:
    """Write the pages that have changed, and remove those that are no more."""
    folder = Path(app.srcdir, FOLDER)
    texts = {folder / f"{name}.rst": text for name, text in pages.make().items()}

    for path in set(folder.glob("**/*.rst")) - texts.keys():
        path.unlink()

    for path, text in texts.items():
        # Sphinx reads a page again if it is newer.
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
