"""Recordings of sessions as files: find them, open them, split them into messages.

`rtmodels.adapters.cli` and `rtmodels.adapters.archive` read through this package. It
imports neither of them and needs no extra. Optional libraries are imported when a file
needs them: fsspec for a URL, pyarrow for zstd, msgpack for MessagePack.
"""
