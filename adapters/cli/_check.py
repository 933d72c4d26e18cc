"""The command ``rtmodels check``.

It needs only the extra ``cli``, so nothing that it imports may need pyarrow.
"""

import json as jsonlib
import sys
from typing import Annotated

from rtmodels import Mode
from rtmodels.adapters.cli._check_report import print_check
from rtmodels.adapters.cli._tally import SideOption, Tally, make_event_decoder
from rtmodels.adapters.cli._terminal import Bar, printable, reject_option
from rtmodels.errors import MissingDependencyError

try:
    from cyclopts import Parameter
    from rich.console import Console
except ModuleNotFoundError as exc:
    raise MissingDependencyError(exc.name or "cyclopts", extra="cli") from exc


def check(
    *files: Annotated[
        str,
        Parameter(
            name="FILE",
            required=True,
            allow_leading_hyphen=True,
            validator=reject_option,
        ),
    ],
    direction: SideOption = "auto",
    mode: Mode = "tolerant",
    json: Annotated[bool, Parameter(negative="", show_default=False)] = False,
) -> int:
    """Check recorded messages against the schema and each other, and count them.

    FILE may be a path or a pattern, and holds JSON Lines, a JSON array or one JSON
    document, plain or gzip. The extra ``arrow`` adds MessagePack, zstd and URLs.

    The exit status is 0 if every message is valid, 1 if any is not, and 2 if a file
    cannot be read to its end. A *done* event that contradicts its deltas is invalid. A
    response that never ended is only reported, since a recording may stop at any time.

    Args:
        files: Files to check; ``-`` is standard input.
        direction: Who sent the messages; ``auto`` decides by the type of each.
        mode: What to accept: ``strict``, only what the schema has; ``tolerant``, also
            new types, keys and strings; ``forgiving``, also wrong values.
        json: Print one JSON object instead of tables.
    """
    console = Console(markup=False, emoji=False, highlight=False)
    tally = Tally(make_event_decoder(direction, mode), lax=mode == "forgiving")
    with Bar(console, hidden=json) as bar:
        for file in files:
            tally.read(file, bar.move)

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
