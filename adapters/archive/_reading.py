"""Conversion of batches and of files to tables."""

from collections.abc import Callable, Iterable
from functools import partial

from rtmodels.adapters._recordings.found import HintError
from rtmodels.adapters._recordings.options import (
    ProtocolName,
    ReadOptions,
    check_protocol,
    make_envelope,
)
from rtmodels.adapters._recordings.paths import expand, is_parquet
from rtmodels.adapters._recordings.reader import RecordingReader
from rtmodels.adapters.archive._parquet import ParquetFile
from rtmodels.adapters.archive._summing import Summing
from rtmodels.adapters.archive._tables import Tables
from rtmodels.converter import Mode
from rtmodels.errors import DecodeError, MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc


def tabulate(
    batches: Iterable[pa.RecordBatch],
    *,
    mode: Mode | None = None,
    protocol: ProtocolName | None = None,
    upgrade: bool = False,
) -> Tables:
    """Sum up the events in *batches* as tables of responses, items, errors and more.

    Only the rows of the tables and the responses that have not ended are held in
    memory.

    Args:
        batches: Batches from `read_events`, or of Parquet files that
            ``rtmodels convert`` wrote, with the events of each session in order.
        mode: How much to accept: ``strict``, ``tolerant`` (the default) or
            ``forgiving``. A message that cannot be decoded becomes a row of the errors.
        protocol: ``realtime`` or ``live``. By default, the first events of each file
            show which of them it is.
        upgrade: Whether to convert events of the beta to those of the GA. Without it,
            events that exist only in the beta are ignored.

    Raises:
        ValueError: *upgrade* is set, and *protocol* has no beta.
    """
    options = ReadOptions(mode=mode or "tolerant", protocol=protocol, upgrade=upgrade)
    check_protocol(options)

    summing = Summing(options)
    for batch in batches:
        summing.add_batch(batch)
    return summing.to_tables()


def tabulate_files(
    paths: Iterable[str],
    options: ReadOptions,
    report: Callable[[Exception], None],
    watch: Callable[[str, RecordingReader | ParquetFile], None],
) -> Tables:
    """Sum up the events in *paths*, which may include Parquet files.

    *report* is called with each read error and each hint, and *watch* with the file
    being read.
    """
    envelope = make_envelope(options)
    summing = Summing(options, envelope)
    for path in paths:
        try:
            for file in expand(path):
                part = partial(watch, file)
                if is_parquet(file):
                    summing.add_rows(file, report, part)
                else:
                    summing.add_recording(file, report, part)
        except (DecodeError, OSError) as exc:
            report(exc)

    for text in envelope.describe_missing() if envelope is not None else ():
        report(HintError(text))
    return summing.to_tables()
