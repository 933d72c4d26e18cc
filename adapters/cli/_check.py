"""The command ``rtmodels check``.

It needs only the extra ``cli``, so nothing that it imports may need pyarrow.
"""

import json as jsonlib
import sys
from typing import Annotated

from rtmodels.adapters.cli._inputs import (
    DEFAULTS,
    File,
    Settings,
    SideOption,
    to_names,
)
from rtmodels.adapters.cli._terminal import Bar, make_console, printable
from rtmodels.errors import MissingDependencyError

try:
    from cyclopts import Parameter
except ModuleNotFoundError as exc:
    raise MissingDependencyError(exc.name or "cyclopts", extra="cli") from exc


def check(
    *files: File,
    direction: SideOption = "auto",
    json: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    options: Settings = DEFAULTS,
) -> int:
    """Check recorded messages against the schema and each other, and count them.

    Each file may be of the Realtime API or of the Live API. Its first messages show
    which: a Realtime session begins with ``session.created``, a Live session with
    ``session.start`` and ``session.started``.

    FILE may be whatever ``rtmodels convert`` reads: a path, a directory, a pattern or a
    URL, and ``-`` is standard input. JSON and gzip need no other extra; ``arrow`` adds
    MessagePack, Parquet, zstd, URLs and the keys of records.

    The exit status is 0 if every message is valid, 1 if any is not, and 2 if a file
    cannot be read to its end, or not with these options. A *done* event that
    contradicts its deltas is invalid. A response that never ended, or that ended twice,
    is only reported: a recording may stop at any time, and may repeat itself.

    Args:
        files: The files to check.
        direction: Who sent the messages; ``auto`` decides by the type of each, or by
            its keys if both sides have events of the type.
        json: Print one JSON object instead of tables.
        options: How to find the events in the files, and how to read them.
    """
    # The other commands, and the help, need not wait for these to load the schema.
    from rtmodels.adapters.cli._check_report import print_check  # noqa: PLC0415
    from rtmodels.adapters.cli._tally import Tally  # noqa: PLC0415

    console = make_console()
    with Bar(console, hidden=json) as bar:
        tally = Tally(options, direction, bar.move)
        tally.read_all(to_names(files))

    if json:
        console.out(jsonlib.dumps(tally.summarize(), indent=2))
    else:
        print_check(console, tally)

    # On standard error, so that the JSON on standard output stays valid.
    for unreadable in tally.unreadable:
        sys.stderr.write(f"rtmodels: {printable(str(unreadable))}\n")

    if tally.unreadable:
        return 2
    return 1 if tally.issue_count or tally.audit.mismatch_count else 0
