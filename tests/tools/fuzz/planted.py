"""Plants faults in copies of the library, and counts the inputs to find each."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import rtmodels

from ...paths import ROOT
from ..planting import replace_once

RUNS = 1000
"""As many as CI tries of each target."""


@dataclass(frozen=True)
class Plant:
    """A change to one place in the library, which makes it wrong."""

    what: str
    target: str
    file: str
    old: str
    new: str

    def copy_to(self, folder: Path) -> None:
        """Copy the library to *folder*, and make the change."""
        ignore = shutil.ignore_patterns("__pycache__")
        package = folder / "rtmodels"
        shutil.copytree(ROOT / "rtmodels", package, ignore=ignore)
        if not (package / "adapters").exists():  # where there are no symbolic links
            shutil.copytree(ROOT / "adapters", package / "adapters", ignore=ignore)
        replace_once(package / self.file, self.old, self.new)


PLANTS = [
    Plant(
        "a value without keys leaves as TypeError",
        "RealtimeServerEvent",
        "converter/_values.py",
        "REJECTIONS = (Rejected, KeyError, TypeError, AttributeError,",
        "REJECTIONS = (Rejected, KeyError, AttributeError,",
    ),
    Plant(
        "unknown keys are dropped",
        "RealtimeTurnDetection",
        "converter/_values.py",
        "            extra[key] = value if value.__class__ in LEAVES"
        " else take(value, depth)\n",
        "",
    ),
    Plant(
        "true passes for 1",
        "RealtimeServerEvent",
        "converter/_values.py",
        "        return int(value)\n    raise Rejected",
        "        return int(value)\n    if value is True:\n        return 1\n"
        "    raise Rejected",
    ),
    Plant(
        "base64 with bits that mean nothing is taken",
        "audio",
        "converter/_values.py",
        "    if padding and text[-padding - 1] not in _LAST[padding]:",
        "    if padding > 2:",
    ),
    Plant(
        "a key before the payload's may be the last of its kind",
        "audio",
        "adapters/_audio.py",
        "            if end < 0 or backslash in rest or rest.count(name) != 1:",
        "            if end < 0:",
    ),
    Plant(
        "an escaped quote begins the payload's key",
        "audio",
        "adapters/_audio.py",
        "        if data[start - 1] == escape:",
        "        if data[start - 1] == 0:",
    ),
    Plant(
        "an error quotes all of a long text",
        "RealtimeClientEvent",
        "converter/_issues.py",
        "            return truncate(repr(value[:MAX_TEXT]))",
        "            return repr(value)",
    ),
    Plant(
        "paths stop one step early",
        "RealtimeConversationItem",
        "converter/_issues.py",
        "    return tuple(reversed(steps))",
        "    return tuple(reversed(steps[1:]))",
    ),
    Plant(
        "forgiving mode loses what does not fit",
        "RealtimeServerEvent",
        "converter/_values.py",
        "    if extra is None:\n        return {key: value}\n",
        "    if extra is None:\n        return {}\n",
    ),
    Plant(
        "NaN passes in values of unknown shape",
        "msgpack",
        "converter/_values.py",
        "    elif cls is float:\n        check_float(value)\n",
        "    elif cls is float:\n        pass\n",
    ),
    Plant(
        "long integers become floats",
        "RealtimeServerEvent",
        "adapters/json.py",
        "                if ROUNDING.mark is mark or not self._is_rounded(data):",
        "                if True:",
    ),
    Plant(
        "NaN is kept where it cannot be written",
        "msgpack",
        "converter/_options.py",
        "        return self.forgiving and self.binary",
        "        return self.forgiving and not self.binary",
    ),
    Plant(
        "released views are written as null",
        "dict",
        "converter/_issues.py",
        "            case memoryview() if not _is_readable(value):",
        "            case memoryview() if False:",
    ),
]


def prove(folder: Path) -> int:
    """Print how many inputs each fault needs; return 1 if one was not found."""
    found = 0
    print(f"rtmodels {Path(rtmodels.__file__).parent}, {RUNS} inputs for each fault")
    for number, plant in enumerate(PLANTS):
        place = folder / str(number)
        plant.copy_to(place / "copy")
        count = fuzz(plant, place)
        found += count is not None
        print(f"{plant.what}: {plant.target}: ", end="")
        print(f"found by input {count}" if count else "NOT FOUND", flush=True)
    print(f"planted {len(PLANTS)}, found {found}")
    return 0 if found == len(PLANTS) else 1


def fuzz(plant: Plant, folder: Path) -> int | None:
    """Fuzz the copy in *folder*; return the number of the first input that fails."""
    paths = [folder / "copy", ROOT]
    options = ["--runs", str(RUNS), "--first", "--folder", str(folder / "found")]
    subprocess.run(
        [sys.executable, "-m", "tests.tools.fuzz", plant.target, *options],
        check=False,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
    )
    stories = (folder / "found").glob(f"{plant.target}-*.txt")
    counts = [re.search(r"^input (\d+):", s.read_text(), re.MULTILINE) for s in stories]
    return min((int(count[1]) for count in counts if count), default=None)
