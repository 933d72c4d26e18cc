"""``python -m tests.tools.drift NEW_OPENAPI_YAML``, from the root of a checkout."""

import argparse
import sys
from pathlib import Path

import yaml

from .document import FACTS, read
from .report import compare, report, report_known


def main() -> int:
    """Print what to write where; return 1 if anything is to be written."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.drift",
        description="Say what to write so that the classes are what a schema says.",
    )
    parser.add_argument(
        "document",
        type=Path,
        metavar="NEW_OPENAPI_YAML",
        help="OpenAI's document, or its schemas alone; YAML or JSON",
    )
    path = parser.parse_args().document
    try:
        upstream = compare(read(path))
    except (OSError, ValueError, yaml.YAMLError) as exc:
        parser.error(f"cannot read {path}: {exc}")
    lines = [*report(upstream), *report_known(upstream, compare(read(FACTS)))]
    for line in lines:
        print(line)
    if not lines:
        print(f"no difference in {len(upstream.schemas)} schemas")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
