"""``python -m tests.tools.differential``, from the root of a checkout."""

import argparse
import sys

from ..drift.sdk import compare_sdk, report_sdk
from .events import EventTally
from .facts import REPAIRS
from .known import GROUPS
from .schemas import SchemaTally, targets
from .sdk import FAMILIES

VERDICTS = ("equal", "differ", "only we", "only the SDK", "neither")


def main() -> int:
    """Print what came of all comparisons; return 1 if anything is not listed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.differential",
        description="Compare the library with openai-python, jsonschema and msgspec.",
    )
    parser.add_argument(
        "--examples",
        type=int,
        default=20,
        metavar="N",
        help="texts to make up for each event and each schema (default: 20)",
    )
    examples = parser.parse_args().examples
    unlisted = [
        *compare_events(examples),
        *compare_classes(),
        *compare_schemas(examples),
    ]
    for line in unlisted:
        print(f"not listed: {line}")
    print(f"{len(unlisted)} differences are not listed")
    return 1 if unlisted else 0


def compare_events(examples: int) -> list[str]:
    """Print the tables for openai-python; return what is not listed."""
    tallies = [EventTally(family) for family in FAMILIES]
    print("Events, against openai-python's models in pydantic's strict mode\n")
    print_row("family", "texts", *VERDICTS, "equal of both", "construct errs")
    for tally in tallies:
        tally.run(examples)
        counts = tally.counts
        both = counts["equal"] + counts["differ"]
        print_row(
            tally.name,
            sum(counts[verdict] for verdict in VERDICTS),
            *(counts[verdict] for verdict in VERDICTS),
            share(counts["equal"], both),
            counts["construct errs"],
        )
    print()
    print_row("group", "difference", *FAMILIES, "reason")
    for group, entries in GROUPS.items():
        for one in entries:
            counted = [tally.reasons[group, one.name] for tally in tallies]
            print_row(group, one.name, *counted, one.reason)
    return [line for tally in tallies for line in tally.unlisted]


def compare_classes() -> list[str]:
    """Print the table of the SDK's classes; return what is not listed."""
    comparison = compare_sdk()
    print("\nStrict mode, and each key, variant, word and type of openai-python's\n")
    print_row("our class or union", "values", "of which we reject")
    for pair, verdicts in comparison.verdicts.items():
        print_row(pair, verdicts.total(), verdicts[False])
    return [*report_sdk()]


def compare_schemas(examples: int) -> list[str]:
    """Print the tables for OpenAI's schema; return what is not listed."""
    tally = SchemaTally(explains=True)
    tally.run(targets(), examples)
    tally.run_messages()
    counts = tally.counts
    texts = counts["accepted"] + counts["refused"]
    print("\nStrict mode, against verdicts by OpenAI's schema\n")
    print_row("reader", "texts", "we accept", "we refuse", "agreement")
    agreements = {
        "jsonschema, schema repaired": counts["jsonschema"],
        "msgspec, schema repaired": counts["msgspec"],
        "jsonschema, schema as it stands": texts - tally.reasons.total(),
    }
    for reader, agreed in agreements.items():
        accepted, refused = counts["accepted"], counts["refused"]
        print_row(reader, texts, accepted, refused, share(agreed, texts))
    print()
    print_row("repair", "texts", "reason")
    for one in REPAIRS:
        print_row(one.name, tally.reasons[one.name], one.reason)
    print_row("several of these", tally.reasons["several of these"], "")
    print()
    return tally.unlisted


def print_row(*cells: object) -> None:
    """Print one row of a table."""
    print(f"| {' | '.join(map(str, cells))} |")


def share(part: int, whole: int) -> str:
    """Write a share in per cent, rounded down so that 100 means all."""
    return f"{part * 10000 // whole / 100:.2f} %" if whole else "-"


if __name__ == "__main__":
    sys.exit(main())
