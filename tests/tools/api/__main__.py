"""``python -m tests.tools.api [--write]``, from the root of a checkout."""

import argparse
import sys

from .listing import SNAPSHOT, compare, write


def main() -> int:
    """Print how the public names differ from those on record, or record them."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.api",
        description="Say how the public names differ from those on record.",
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"record them in tests/tools/api/{SNAPSHOT.name}, and write the stubs",
    )
    if parser.parse_args().write:
        write()
    difference = compare()
    sys.stdout.write(difference)
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
