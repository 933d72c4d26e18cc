"""Reads the pages of the built site."""

import json
import os
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any


class Page(HTMLParser):
    """What one page has: the ids, the links, and the text under each id."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.ids: list[str] = []
        self.links: list[str] = []
        self.entries: dict[str, list[str]] = {}
        """The links in the entry of each public name, after its signature."""

        self.signatures: list[str] = []
        self._entry: list[str] = []
        self._in_signature = False
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Gather ids and links."""
        given = dict(attrs)
        name = given.get("id") or ""
        if name:
            self.ids.append(name)

        if tag == "dt" and "sig-object" in (given.get("class") or ""):
            self._in_signature = True
            self.signatures.append("")
            self._entry = self.entries.setdefault(name, [])

        link = given.get("href") or given.get("src")
        if link:
            self.links.append(link)
            self._entry.append(link)

    def handle_endtag(self, tag: str) -> None:
        """Leave a signature."""
        if tag == "dt":
            self._in_signature = False

    def handle_data(self, data: str) -> None:
        """Gather the text of a signature."""
        if self._in_signature:
            self.signatures[-1] += data


class Site:
    """The pages in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        paths = sorted(folder.glob("**/*.html"))
        self.pages = {path: Page(path) for path in paths}

    def page(self, name: str) -> Page:
        """Return the page with a path inside the site."""
        return self.pages[self.folder / name]

    def find_broken(self, page: Page) -> list[str]:
        """Return the links of a page that lead nowhere in the site."""
        return [link for link in page.links if not self._is_good(page, link)]

    def _is_good(self, page: Page, link: str) -> bool:
        """Check whether a link leads somewhere; links to other sites are not asked."""
        if link.startswith(("http:", "https:", "mailto:", "data:")):
            return True

        link, _, anchor = link.partition("#")
        name = link.partition("?")[0]
        target = Path(os.path.normpath(page.path.parent / name)) if name else page.path
        if not anchor:
            return target.exists()
        return target in self.pages and anchor in self.pages[target].ids

    @cache  # noqa: B019 - one site a run
    def search_index(self) -> dict[str, Any]:
        """Return what the search of the site knows."""
        text = (self.folder / "searchindex.js").read_text("utf-8")
        start, end = "Search.setIndex(", ")"
        index: dict[str, Any] = json.loads(text.removeprefix(start).removesuffix(end))
        return index
