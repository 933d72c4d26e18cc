"""One process of the twin fuzz, which tries a range of inputs; `__main__` starts it.

It may be killed at any input: by a crash, or by the time limit. So the number of the
input is in a file that the process shares with no other.
"""

import json
import mmap
import signal
import sys
import traceback
from argparse import ArgumentParser, Namespace
from pathlib import Path

from .inputs import Inputs
from .twins import Twins

SECONDS = 10
"""How long one input may take, in processor time, which other programs do not use up.

A loop without progress would take forever. Usual is a millisecond, and some hundred
for the first input of a type.
"""

MAX_FAULTS = 10
WORD = 8
"""The bytes of a number in the file."""


def main() -> int:
    """Try the inputs, write down how they ended, and return 1 if there was a fault."""
    options = read_options()
    prefix: Path = options.prefix
    numbers = range(options.first, options.first + options.count)
    inputs, twins, faults = Inputs(options.seed), Twins(), 0

    # Nothing in Python can interrupt the extension. The signal ends the process.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    with name_current(prefix).open("r+b") as file, mmap.mmap(file.fileno(), WORD) as at:
        for number in numbers:
            at[:] = number.to_bytes(WORD, "little")
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                twins.check(inputs.make(number))
            except Exception:  # noqa: BLE001 - a fault, whatever it is
                faults += 1
                Path(f"{prefix}-{number}.txt").write_text(
                    traceback.format_exc(), errors="backslashreplace"
                )
                if faults >= MAX_FAULTS:
                    break
        signal.setitimer(signal.ITIMER_PROF, 0)

    Path(f"{prefix}.json").write_text(json.dumps(twins.counts))
    return 1 if faults else 0


def read_options() -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(prog="python -m tests.tools.native.worker")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--prefix", type=Path, required=True)
    return parser.parse_args()


def name_current(prefix: Path) -> Path:
    """Return the file with the number of the current input, made if it is missing."""
    path = Path(f"{prefix}.current")
    if not path.exists():
        path.write_bytes(bytes(WORD))
    return path


if __name__ == "__main__":
    sys.exit(main())
