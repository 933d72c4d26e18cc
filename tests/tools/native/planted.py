"""Plants faults in copies of the extension, and counts the inputs to find each."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ..planting import replace_once
from .builds import BUILDS, compile_extension, copy_library, make_environment

INPUTS = 20_000
"""A tenth of those in CI."""


@dataclass(frozen=True)
class Plant:
    """A change to one place in the extension, which makes it wrong."""

    what: str
    file: str
    old: str
    new: str
    build: str = "plain"

    def apply_to(self, sources: Path) -> None:
        """Make the change."""
        replace_once(sources / self.file, self.old, self.new)


PLANTS = [
    Plant(
        "a comma in a skipped value makes no progress",
        "text.h",
        "            p = depth ? p + 1 : NULL;",
        "            p = depth ? p : NULL;",
    ),
    Plant(
        "half a character is a character",
        "text.h",
        "return *character < 0x800 || surrogate ? 0 : 3;",
        "return *character < 0x800 || (surrogate && !stop) ? 0 : 3;",
    ),
    Plant(
        "pairs of escapes are off by one bit",
        "text.h",
        "((character - 0xD800) << 10)",
        "((character - 0xD800) << 11)",
    ),
    Plant(
        "values may nest one level deeper",
        "text.h",
        "p = ++depth > max_depth ? NULL : p + 1;",
        "p = ++depth > max_depth + 1 ? NULL : p + 1;",
    ),
    Plant(
        "the last block of a string is not searched",
        "encode.c",
        "return copy_16(out + size - 16, s + size - 16) ? size : i;",
        "return copy_16(out + size - 16, s + size - 16) || size ? size : i;",
    ),
    Plant(
        "a string with escapes is kept for the next frame",
        "decode.c",
        " && PyUnicode_GET_LENGTH(text) == size)",
        ")",
    ),
    Plant(
        "null is not remembered",
        "decode.c",
        "if (field->null == NULL_KEPT) nulls |= (uint64_t)1 << i;",
        "",
    ),
    Plant(
        "base64 with bits that mean nothing is accepted",
        "base64.h",
        "if ((a | b | c) & NO || unused) return false;",
        "if ((a | b | c) & NO || unused > 15) return false;",
    ),
    Plant(
        "a field and a key of extra are both written",
        "encode.c",
        "if (i != FOREIGN && written >> i & 1) continue;",
        "if (i != FOREIGN && !written) continue;",
    ),
    Plant(
        "strict mode writes extra",
        "encode.c",
        "if (!cls->is_open || !is_extra(writer->program, extra)) return false;",
        "if (!is_extra(writer->program, extra)) return false;",
    ),
    Plant(
        "the limit of size is ignored",
        "decode.c",
        "if (UNLIKELY(size < MIN_FRAME || size > program->max_bytes)) goto done;",
        "if (UNLIKELY(size < MIN_FRAME)) goto done;",
    ),
    Plant(
        "a float loses its last digit",
        "numbers.h",
        "if (scaled >= 100000000000000u) return NULL;",
        "if (scaled >= 100000000000000u) return write_unsigned(out, scaled);",
    ),
    Plant(
        "a slot that was deleted is written",
        "encode.c",
        "if (UNLIKELY(!value)) return false;",
        "",
    ),
    Plant(
        "a value is released once too often",
        "decode.c",
        "    Py_XDECREF(extra);\n    Py_DECREF(self);",
        "    Py_XDECREF(extra);\n    Py_DECREF(self);\n    Py_DECREF(self);",
        build="sanitized",
    ),
    Plant(
        "there is room for half of the items of an array",
        "decode.c",
        "PyMem_Realloc(old, 2 * size);",
        "PyMem_Realloc(old, size);",
        build="sanitized",
    ),
    Plant(
        "text is written without room for it",
        "encode.c",
        "        if (!reserve(writer, (size_t)(stop - i) * MAX_ESCAPE))"
        " return false;\n",
        "",
        build="sanitized",
    ),
    Plant(
        "a string is searched beyond the end of the frame",
        "text.h",
        "            if (left <= 0) break;\n            behind = (int)(16 - left);",
        "            if (left <= 0) break;\n            behind = 0;",
        build="sanitized",
    ),
]


def prove(folder: Path) -> int:
    """Print how many inputs each fault needs; return 1 if one was not found."""
    found = 0
    print(f"up to {INPUTS:,} inputs for each fault")
    for number, plant in enumerate(PLANTS):
        count = find(plant, folder / f"plant-{number}")
        found += count is not None
        print(f"{plant.what} ({plant.build}): ", end="")
        print("NOT FOUND" if count is None else f"found by input {count}", flush=True)
    print(f"planted {len(PLANTS)}, found {found}")
    return 0 if found == len(PLANTS) else 1


def find(plant: Plant, folder: Path) -> int | None:
    """Return the number of the first input that shows the fault, or None."""
    build = BUILDS[plant.build]
    sources = copy_library(folder / "copy")
    plant.apply_to(sources)
    compile_extension(build, sources)

    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.tools.native", f"--inputs={INPUTS}"),
            *("--jobs=1", f"--folder={folder / 'found'}"),
        ],
        check=False,
        capture_output=True,
        env=make_environment(build, folder / "copy"),
        text=True,
    )
    numbers = re.findall(r"^(?:\S+: )?input (\d+) \(", done.stdout, re.MULTILINE)
    return min(map(int, numbers), default=None)
