"""The command ``rtmodels check``.

It runs with the extra ``cli`` alone, so nothing that it imports needs pyarrow.
"""

import json as jsonlib
import sys
from typing import Annotated

from rtmodels import Mode
from rtmodels.adapters.cli._check_report import print_check
from rtmodels.adapters.cli._tally import SideOption, Tally, make_event_decoder
from rtmodels.adapters.cli._terminal import Bar, printable, refuse_option
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
            validator=refuse_option,
        ),
    ],
    direction: SideOption = "auto",
    mode: Mode = "tolerant",
    json: Annotated[bool, Parameter(negative="", show_default=False)] = False,
) -> int:
    """Check recorded messages against the schema and each other, and add them up.

    A file holds JSON Lines, a JSON array or one JSON document, plain or gzip. It may
    be a pattern. With the extra ``arrow`` it may also be MessagePack, zstd or a URL.

    The exit status is 0 if every message is in order, 1 if any is not, and 2 if a
    file cannot be read to its end. A *done* event that contradicts its deltas is not in
    order; a response that never ended is only reported, since any recording may break
    off.

    Args:
        files: Files to check; ``-`` is standard input.
        direction: Who sent the messages; ``auto`` goes by the type of each.
        mode: What to let pass: ``strict``, nothing that the schema does not have;
            ``tolerant``, new types, keys and words; ``forgiving``, wrong values too.
        json: Print one JSON object, without a table.
    """
    console = Console(markup=False, emoji=False, highlight=False)
    tally = Tally(make_event_decoder(direction, mode))
    with Bar(console, hidden=json) as bar:
        for file in files:
            tally.read(file, bar.move)

    if json:
        console.out(jsonlib.dumps(tally.summarize(), indent=2))
    else:
        print_check(console, tally)
    for unreadable in tally.unreadable:
        sys.stderr.write(f"rtmodels: {printable(str(unreadable))}\n")

    if tally.unreadable:
        return 2
    return 1 if tally.issue_count or tally.audit.mismatch_count else 0
