"""The goals of the project, and the figures reached."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from attrs import field, frozen

from benchmarks.cases import TITLES, make_cases, make_invalid
from benchmarks.contenders import NATIVE_LIBRARY, PURE_LIBRARY, STRICT
from benchmarks.operations import OPERATIONS
from benchmarks.report import print_notes, print_table, show_seconds
from benchmarks.results import Results, show_ratio
from rtmodels import RealtimeServerEvent, ValidationError
from rtmodels.adapters import JsonAdapter

PEERS = ("openai_sdk", "openai_pydantic", "msgspec_structs")
OTHERS = (PURE_LIBRARY, *PEERS)
HEADS = ["", "goal", "reached", "pure", "SDK", "pydantic", "msgspec"]

LIMITS: Mapping[str, Mapping[str, float]] = {
    "decode": {
        "deltas": 0.42,
        "response.done": 0.60,
        "session": 0.60,
        "audio": 0.25,
        "mix": 0.50,
    },
    "encode": {
        "deltas": 0.75,
        "response.done": 0.85,
        "session": 0.95,
        "audio": 0.90,
        "mix": 0.90,
    },
}
"""The highest ratios to orjson that are allowed with the extension."""

ROWS = {
    NATIVE_LIBRARY: "rtmodels",
    PURE_LIBRARY: "rtmodels without the extension",
    "openai_sdk": "openai-python",
    "openai_pydantic": "openai-python's models in a tagged union of pydantic",
    "msgspec_structs": "msgspec, tagged Structs",
}
"""The contenders in the tables of ratios."""

COLUMNS = {
    "deltas": "deltas of text",
    "response.done": "`response.done`",
    "session": "`session.*`",
    "audio": "audio to bytes",
    "mix": "a voice session",
}
"""The kinds of frames in the tables of ratios."""

DOCUMENT = "docs/speed.md"
"""Where the table of ratios of each operation is."""

SHOWN = ("decode", "encode")
"""The operations that have such a table."""

KEEPS_BASE64 = ("openai_sdk", "openai_pydantic")
"""Contenders whose instances hold audio as base64 text."""


@frozen
class Goal:
    """The highest cost that is allowed."""

    title: str
    limit: float
    name: str
    """The measurement: ``operation/kind``."""

    contender: str = NATIVE_LIBRARY
    others: tuple[str, ...] = field(default=OTHERS)
    show: Callable[[float], str] = "{:.2f}".format

    def reach(self, results: Results, contender: str | None = None) -> float | None:
        """Return the figure reached."""
        name = f"{self.name}/{contender or self.contender}"
        ratio = results.ratio(name)
        return ratio.middle if ratio else results.value(name)


def _make_goals() -> Iterator[Goal]:
    for contender, others, title in (
        (STRICT[0], (), "strict, relative to tolerant"),
        (STRICT[1], (), "the same without the extension"),
    ):
        yield Goal(title, 1.3, "strict/mix", contender=contender, others=others)

    yield Goal(
        "encode audio from PCM, relative to base64 and orjson.dumps",
        0.5,
        "encode_audio/audio",
    )

    for kind in OPERATIONS["memory"].kinds:
        title = f"memory of {TITLES[kind]}, relative to the dict"
        suffix = ", audio aside" if kind == "mix" else ""
        limit = 0.5 if kind == "deltas" else 0.7
        yield Goal(title + suffix, limit, f"memory/{kind}")

    # With the extension, the good twin is so cheap that the ratio says little.
    for kind in OPERATIONS["errors"].kinds:
        title = f"one wrong field in {TITLES[kind]}, relative to the good twin, pure"
        yield Goal(title, 15, f"errors/{kind}", PURE_LIBRARY, PEERS)

    yield Goal(
        "fresh process to its first response.done, relative to the SDK's",
        0.35,
        "first/response.done",
        others=OTHERS[:3],
    )
    yield Goal(
        "the same, relative to that without the extension",
        1.0,
        "first_to_pure/response.done",
        others=(),
    )
    for title, limit, name in (
        ("import rtmodels, on top of cattrs and orjson", 0.030, "import/rtmodels"),
        ("import of the extension alone", 0.001, "import/extension"),
    ):
        yield Goal(title, limit, name, "-", (), show_seconds)


GOALS = tuple(_make_goals())


def print_goals(results: Results) -> bool:
    """Print all goals beside the figures reached; return whether all are reached."""
    print("{python}, {processor}, orjson {orjson}".format(**results.machine))
    for operation in LIMITS:
        floor = OPERATIONS[operation].floor
        print(f"\n{operation.capitalize()}: processor time, {floor} = 1\n")
        print_ratios(results, operation)

    print("\nRatios to orjson.loads of the same frames, unless stated otherwise.\n")
    print_table(HEADS, [make_row(goal, results) for goal in GOALS])
    print_notes(results)

    counts = count_issues()
    print(f"\nIssues in the error for one wrong field: {counts}; goal: {{1}}.")

    goals = [*_ratio_goals(), *GOALS]
    reached = [goal for goal in goals if is_reached(goal, results)]
    print(f"{len(reached)} of {len(goals)} goals reached.")
    return len(reached) == len(goals) and counts == {1}


def print_ratios(results: Results, operation: str) -> None:
    """Print the ratios of *operation*, below the goals."""
    limits = LIMITS[operation]
    rows = [["goal", *(f"{limit:.2f}" for limit in limits.values())]]
    rows += make_ratio_rows(results, operation)

    for index, (kind, limit) in enumerate(limits.items(), 1):
        goal = Goal(TITLES[kind], limit, f"{operation}/{kind}")
        if is_missed(goal, results):
            rows[1][index] = f"{goal.reach(results):.3f} MISSED"
    print_table([operation, *map(COLUMNS.get, limits)], rows)


def make_ratio_rows(results: Results, operation: str) -> list[list[str]]:
    """Return a row of ratios for each contender, as the documents show them."""
    return [
        [label, *(_make_cell(results, operation, k, name) for k in LIMITS[operation])]
        for name, label in ROWS.items()
    ]


def _make_cell(results: Results, operation: str, kind: str, contender: str) -> str:
    """Return a ratio, and what the contender does not do for it."""
    ratio = results.ratio(f"{operation}/{kind}/{contender}")
    if ratio is None:
        return "-"

    text = show_ratio(ratio.middle)
    if kind == "audio" and contender in KEEPS_BASE64:
        text += ", still base64"
    if results.is_lossy(contender, kind):
        text += ", drops unknown keys"
    return text


def update_docs(root: Path, results: Results) -> None:
    """Write the ratios into ``docs/speed.md``, with the machine and the day.

    Raises:
        ValueError: The page lacks a table, or has one of them several times.
    """
    machine = "{python}, {processor}".format(**results.machine)
    today = datetime.now(UTC).date().isoformat()

    text = (root / DOCUMENT).read_text()
    for operation in SHOWN:
        head = [operation, *COLUMNS.values()]
        rows = [head, ["---"] * len(head), *make_ratio_rows(results, operation)]
        table = "".join(f"| {' | '.join(row)} |\n" for row in rows)

        # A table is found by its first heading.
        pattern = re.compile(rf"^\| {operation} \|.*\n(\|.*\n)+", re.MULTILINE)
        if len(pattern.findall(text)) != 1:
            raise ValueError(f"{DOCUMENT} needs one table of {operation}")

        text = pattern.sub(lambda _, table=table: table, text)

    measured = f"measured on {machine}, {today}, by `"
    (root / DOCUMENT).write_text(re.sub("measured on .*? by `", measured, text))


def _ratio_goals() -> Iterator[Goal]:
    for operation, limits in LIMITS.items():
        for kind, limit in limits.items():
            yield Goal(TITLES[kind], limit, f"{operation}/{kind}")


def is_reached(goal: Goal, results: Results) -> bool:
    """Return whether *goal* was measured and reached."""
    return goal.reach(results) is not None and not is_missed(goal, results)


def is_missed(goal: Goal, results: Results) -> bool:
    """Return whether *goal* was measured and not reached."""
    return (goal.reach(results) or 0) > goal.limit


def count_issues() -> set[int]:
    """Return how many issues the errors for frames with one wrong field have."""
    decode = JsonAdapter(RealtimeServerEvent).decode
    counts = set()

    for frame in filter(
        None, (make_invalid(f) for c in make_cases() for f in c.frames)
    ):
        try:
            decode(frame)
        except ValidationError as exc:
            counts.add(len(exc.issues))
        else:
            counts.add(0)
    return counts


def make_row(goal: Goal, results: Results) -> list[str]:
    """Make the row of one goal."""
    reached = goal.reach(results)
    return [
        goal.title,
        f"<= {goal.show(goal.limit)}",
        show(goal, reached) + (" MISSED" if is_missed(goal, results) else ""),
        *(
            show(goal, goal.reach(results, other)) if other in goal.others else ""
            for other in OTHERS
        ),
    ]


def show(goal: Goal, reached: float | None) -> str:
    """Show a figure, or a dash for ``None``."""
    return "-" if reached is None else goal.show(reached)
