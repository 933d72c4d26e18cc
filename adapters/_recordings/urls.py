"""Files with a URL, which fsspec opens."""

from typing import BinaryIO

from rtmodels.adapters._recordings.names import is_recording
from rtmodels.errors import MissingDependencyError

try:
    import fsspec
    from fsspec.implementations.local import LocalFileSystem
except ModuleNotFoundError as exc:
    raise MissingDependencyError("fsspec", extra="arrow") from exc


CHANGING = frozenset(
    {
        *("size", "created", "mtime", "modified", "updated", "date_time", "CRC"),
        *("ETag", "etag", "md5Hash", "LastModified", "last_modified", "VersionId"),
    }
)
"""The keys that file systems use for what changes with a file."""


def open_url(url: str) -> tuple[BinaryIO, int | None, object]:
    """Open *url* for reading.

    Returns:
        The file; its size, or None if that is unknown; and its file system, which may
        close the file when it is freed, as that of a ZIP archive does.
    """
    system, path = fsspec.url_to_fs(url)
    file = system.open(path, "rb")
    return file, getattr(file, "size", None), system


def expand_url(url: str) -> list[str]:
    """Return the URLs that *url* matches as a pattern or directory, or only itself.

    A question mark is no wildcard, since it starts the query of a URL. A directory ends
    with a slash.
    """
    # `zip://*.jsonl::s3://...` chains file systems; only the first part is searched.
    first, colons, rest = url.partition("::")
    is_directory = first.endswith("/")
    if "*" not in first and not is_directory:
        return [url]

    system, path = fsspec.url_to_fs(url)
    names = system.find(path) if is_directory else system.glob(path)
    if is_directory:
        names = [name for name in names if is_recording(name[len(path) :].lstrip("/"))]
    found = map(system.unstrip_protocol, sorted(names))
    return [f"{name}{colons}{rest}" for name in found]


def describe_url(url: str) -> list[str]:
    """Return the size of the file, and its times and tags as its file system has them.

    A change of the file changes at least one of them.
    """
    system, path = fsspec.url_to_fs(url)
    info = system.info(path)
    return [f"{key}: {info[key]}" for key in sorted(CHANGING & info.keys())]


def find_local_url(url: str) -> str | None:
    """Return the path of the local file that *url* reads; None if it reads none."""
    # A cache or an archive in front of a file does not make it another file.
    for link in url.split("::"):
        protocol, separator, _ = link.partition("://")
        if separator and protocol in LocalFileSystem.protocol:
            path: str = LocalFileSystem._strip_protocol(link)  # noqa: SLF001 - no other
            return path
    return None
