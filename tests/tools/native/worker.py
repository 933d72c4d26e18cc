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
from contextlib import suppress
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

from .inputs import Input, Inputs
from .odd import spoil
from .twins import Twins
from .values import Dice

SECONDS = 10
"""How long one input may take, in processor time, which other programs do not use up.

A loop without progress would take forever. Usual is a millisecond, and some hundred
for the first input of a type.
"""

MAX_FAULTS = 10
WORD = 8
"""The bytes of a number in the file."""


class Companion(Thread):
    """A second thread, which tries other inputs and changes those of the first."""

    def __init__(self, inputs: Inputs, first: int) -> None:
        """Begin behind all inputs of the first thread."""
        super().__init__(daemon=True)
        self.inputs, self.first = inputs, first
        self.instance: Any = None
        """What the first thread encodes, and this one changes; or None."""
        self.is_over = Event()
        self.fault = ""

    def run(self) -> None:
        """Repeat both until there is a fault, or no more to do."""
        rng, twins = Dice(self.first), Twins()
        for number in count(self.first):
            if self.is_over.is_set():
                return
            try:
                spoil(self.instance, rng)
                twins.check(self.inputs.make(number))
            except Exception:  # noqa: BLE001 - a fault, whatever it is
                self.fault = traceback.format_exc()
                return

    def disturb(self, item: Input) -> None:
        """Encode the instance in *item* while its attributes change.

        What comes of it depends on the moment, unless that is a crash.
        """
        self.instance = item.data
        for _ in range(3):
            with suppress(Exception):
                item.adapter.encode(item.data)
        self.instance = None


def main() -> int:
    """Try the inputs, write down how they ended, and return 1 if there was a fault."""
    options = read_options()
    prefix: Path = options.prefix
    numbers = range(options.first, options.first + options.count)
    inputs, twins, faults = Inputs(options.seed), Twins(), 0
    companion = Companion(inputs, numbers.stop)
    if options.threads:
        sys.setswitchinterval(1e-6)
        companion.start()

    # Nothing in Python can interrupt the extension. The signal ends the process.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    with name_current(prefix).open("r+b") as file, mmap.mmap(file.fileno(), WORD) as at:
        for number in numbers:
            at[:] = number.to_bytes(WORD, "little")
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                item = inputs.make(number)
                twins.check(item)
                if options.threads and item.kind == "odd":
                    companion.disturb(item)
            except Exception:  # noqa: BLE001 - a fault, whatever it is
                faults += 1
                Path(f"{prefix}-{number}.txt").write_text(
                    traceback.format_exc(), errors="backslashreplace"
                )
                if faults >= MAX_FAULTS:
                    break
        signal.setitimer(signal.ITIMER_PROF, 0)

    if options.threads:
        companion.is_over.set()
        companion.join()
    if companion.fault:
        faults += 1
        Path(f"{prefix}-companion.txt").write_text(companion.fault)
    Path(f"{prefix}.json").write_text(json.dumps(twins.counts))
    return 1 if faults else 0


def read_options() -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(prog="python -m tests.tools.native.worker")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--threads", action="store_true")
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
