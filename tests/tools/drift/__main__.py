"""``python -m tests.tools.drift NEW_OPENAPI_YAML``, from the root of a checkout."""

import argparse
import json
import sys
from pathlib import Path

import yaml

from .document import FACTS, complete, extract, load, read
from .report import report_document

THEN = """
then:
    python -m tests.tools.drift {path} --write    # the facts that the tests follow
    python -m tests.tools.api --write             # the stub and the record of names
    ruff check --fix . && ruff format .           # the order of imports
    pytest tests/schema tests/test_api.py tests/versions/test_version_table.py \\
        tests/tools/differential tests/building && mypy tests/typing"""
"""What to run when all has been written."""


def main() -> int:
    """Print what to write where; return 1 if anything is to be written."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.drift",
        description="Say what to write so that the classes are what a schema says.",
    )
    parser.add_argument(
        "document",
        type=Path,
        nargs="?",
        metavar="NEW_OPENAPI_YAML",
        help="OpenAI's document, or its schemas alone; YAML or JSON",
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"then put the document's facts into {FACTS.name}, which the tests follow",
    )
    parser.add_argument(
        "--sdk",
        action="store_true",
        help="say what the installed openai-python has beyond the classes",
    )
    parser.add_argument(
        "--voice-live",
        action="store_true",
        help="say where the installed azure-ai-voicelive and the classes differ",
    )
    arguments = parser.parse_args()
    if arguments.voice_live:
        from .voice_live import report_voice_live  # noqa: PLC0415 - may be missing

        lines = [*report_voice_live()]
        print("\n".join(lines) or "no difference to azure-ai-voicelive")
        return 1 if lines else 0
    if arguments.sdk:
        return print_sdk()
    if arguments.document is None:
        parser.error("name a document, --sdk or --voice-live")

    path = arguments.document
    try:
        schemas = read(path)
    except (OSError, ValueError, yaml.YAMLError) as exc:
        parser.error(f"cannot read {path}: {exc}")

    lines = list(report_document(schemas, extract(load(path))))
    for line in lines:
        print(line)
    if lines:
        print(THEN.format(path=path))
    else:
        print(f"no difference in {len(complete(schemas))} schemas")
    if arguments.write:
        text = json.dumps(extract(load(path)), indent=1, ensure_ascii=False)
        FACTS.write_text(f"{text}\n", encoding="utf-8")
    return 1 if lines else 0


def print_sdk() -> int:
    """Print what the SDK lacks and has; return 1 if anything is to be mended."""
    from .sdk import compare_sdk, report_older, report_sdk  # noqa: PLC0415 - all of it

    older, lines = [*report_older()], [*report_sdk()]
    comparison = compare_sdk()
    values = sum(verdicts.total() for verdicts in comparison.verdicts.values())
    print(f"{values} values made of the classes of openai-python {comparison.version}")
    for title, listed in (
        (f"{len(older)} differences of an older version, all known", older),
        (f"{len(lines)} differences to mend", lines),
    ):
        print(title)
        for line in listed:
            print(f"  {line}")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
