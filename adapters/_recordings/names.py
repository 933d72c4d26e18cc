"""Names of recordings, by which they are found in a directory."""

FORMATS = (".jsonl", ".ndjson", ".json", ".msgpack", ".mpk", ".parquet")
COMPRESSIONS = ("", ".gz", ".zst")

ENDINGS = tuple(form + compression for form in FORMATS for compression in COMPRESSIONS)
"""The ends of the names of recordings, by which they are found in a directory."""

PROGRESS = ".partial.json"
"""The end of the name of a file that holds the progress of a conversion."""


def is_recording(name: str) -> bool:
    """Check whether a file with this *name* is a recording, and not hidden."""
    is_hidden = any(part.startswith(".") for part in name.split("/"))
    return name.endswith(ENDINGS) and not name.endswith(PROGRESS) and not is_hidden
