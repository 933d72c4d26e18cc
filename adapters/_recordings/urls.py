"""Files that have a URL, which fsspec opens wherever they are."""

from typing import BinaryIO

from rtmodels.errors import MissingDependencyError

try:
    import fsspec
except ModuleNotFoundError as exc:
    raise MissingDependencyError("fsspec", extra="arrow") from exc


def open_url(url: str) -> tuple[BinaryIO, int | None]:
    """Open *url* for reading; return the file, and its size if that is known."""
    system, path = fsspec.url_to_fs(url)
    file = system.open(path, "rb")
    return file, getattr(file, "size", None)


def expand_url(url: str) -> list[str]:
    """Return the URLs that *url* means, which is a pattern if there is a star in it.

    A question mark alone makes no pattern: in a URL, a query follows it.
    """
    first, colons, rest = url.partition("::")
    if "*" not in first:
        return [url]
    system, pattern = fsspec.url_to_fs(url)
    found = map(system.unstrip_protocol, sorted(system.glob(pattern)))
    return [f"{name}{colons}{rest}" for name in found]
