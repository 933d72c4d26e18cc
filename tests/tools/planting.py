"""Changes one place of a source file, for the tools that plant faults."""

from pathlib import Path

__all__ = ["replace_once"]


def replace_once(path: Path, old: str, new: str) -> None:
    """Replace *old* with *new* in the file *path*, where it has to stand once."""
    text = path.read_text()
    if text.count(old) != 1:
        raise ValueError(f"{old!r} is not in {path.name} once")
    path.write_text(text.replace(old, new))
