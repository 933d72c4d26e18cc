"""Runs a command, and prints the cost of its processes: ``python -m benchmarks.usage``.

On Linux, the peak memory of a process counts that of its parent until it starts a
program. So this parent imports next to nothing.
"""

import json
import os
import sys
from time import perf_counter

PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit of the peak memory."""


def main(*command: str) -> int:
    """Run *command*; print a line of JSON below its output, and return its status."""
    start = perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    cost = {
        "cpu": usage.ru_utime + usage.ru_stime,
        "wall": perf_counter() - start,
        "peak": usage.ru_maxrss * PEAK_UNIT,
    }
    print(json.dumps(cost), flush=True)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
