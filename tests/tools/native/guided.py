"""The twin fuzz guided by the coverage of the extension; `__main__` starts it.

It needs clang, and atheris, whose library has libFuzzer and ASAN in it. Only the
extension is instrumented, so that Python code does not guide it.
"""

import sys
from pathlib import Path
from random import Random
from typing import Any

import atheris

from rtmodels import RealtimeBetaServerEvent
from rtmodels.adapters import JsonAdapter

from ..fuzz.mutators import TreeMutator
from .inputs import EVENTS, MODES, Input, Root
from .spelling import dump, mutate, spell
from .twins import Twins
from .values import Dice, make_value

ROOTS = [
    *(Root(EVENTS, mode) for mode in MODES),
    *(Root(RealtimeBetaServerEvent, mode) for mode in MODES),
    Root(EVENTS, "tolerant", (("upgrade", True),)),
    Root(EVENTS, "tolerant", (("max_depth", 2),)),
]
"""The first byte of an input chooses one of these."""

SEEDS = 600
MAX_SIZE = 8192
SECONDS = 20
"""No input takes longer, on a busy machine and with sanitizers."""


def make_seeds() -> list[bytes]:
    """Return inputs to begin with."""
    rng, seeds = Dice(1), []
    for number in range(SEEDS):
        root = ROOTS[number % len(ROOTS)]
        rng.closed = root.mode == "strict"
        write = rng.choice((spell, lambda value, _: dump(value)))
        frame = write(make_value(root.shape, rng), rng)
        if len(frame) < MAX_SIZE:
            seeds.append(bytes([number % len(ROOTS)]) + frame)
    return seeds


def main() -> None:
    """Fuzz until libFuzzer ends the process."""
    folder, *arguments = sys.argv[1:]
    seeds, twins = make_seeds(), Twins()
    trees = TreeMutator([seed[1:] for seed in seeds], atheris.Mutate)
    given = Path(folder, "seeds")
    given.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (given / str(number)).write_bytes(seed)

    def try_input(data: bytes) -> None:
        root = ROOTS[(data[0] if data else 0) % len(ROOTS)]
        adapter = root.make_adapter(JsonAdapter)
        twins.check(Input(0, "mutant", root, adapter, data[1:]))

    def change(data: bytes, max_size: int, seed: int) -> bytes:
        rng = Random(seed)
        match rng.randrange(4):
            case 0:
                changed: Any = data[:1] + mutate(data[1:], rng)
            case 1:
                changed = data[:1] + trees(data[1:], max_size - 1, seed)
            case _:
                changed = atheris.Mutate(data, max_size)
        return bytes(changed[:max_size])

    options = [f"-max_len={MAX_SIZE}", f"-timeout={SECONDS}", "-rss_limit_mb=4096"]
    options += [f"-artifact_prefix={folder}/", "-print_final_stats=1"]
    kept = Path(folder, "corpus")
    kept.mkdir(exist_ok=True)
    atheris.Setup(
        ["guided", *options, *arguments, str(kept), str(given)],
        try_input,
        custom_mutator=change,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
