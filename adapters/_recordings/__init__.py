"""Recordings of sessions as files: finding them, opening them, splitting into messages.

`rtmodels.adapters.cli` and `rtmodels.adapters.archive` read through this package; it
imports neither, and needs no extra. What does need one is imported when a file calls
for it: fsspec for a URL, pyarrow for zstd, msgpack for MessagePack.
"""
