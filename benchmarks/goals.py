"""The goals of the project, and the figures reached."""

from collections.abc import Callable, Iterator

from attrs import field, frozen

from benchmarks.cases import TITLES, make_cases, make_invalid
from benchmarks.contenders import LIBRARY
from benchmarks.operations import OPERATIONS
from benchmarks.report import print_table, show_seconds
from benchmarks.results import Results
from rtmodels import RealtimeServerEvent, ValidationError
from rtmodels.adapters import JsonAdapter

OTHERS = ("openai_sdk", "openai_pydantic", "msgspec_structs")
HEADS = ["", "bytes", "goal", "reached", "SDK", "pydantic", "msgspec"]

BASE64 = "; SDK and pydantic leave base64"


@frozen
class Goal:
    """The highest cost that is allowed."""

    title: str
    limit: float
    name: str
    """The measurement: ``operation/kind``."""

    contender: str = LIBRARY
    others: tuple[str, ...] = field(default=OTHERS)
    show: Callable[[float], str] = "{:.2f}".format

    def reach(self, results: Results, contender: str | None = None) -> float | None:
        """Return the figure reached."""
        name = f"{self.name}/{contender or self.contender}"
        ratio = results.ratio(name)
        return ratio.middle if ratio else results.value(name)


def _decode_goals() -> Iterator[Goal]:
    limits = {"deltas": 2.0, "response.done": 3.0, "session": 3.0}
    for kind, limit in limits.items():
        yield Goal(TITLES[kind], limit, f"decode/{kind}")
    yield Goal(f"{TITLES['audio']}, to bytes{BASE64}", 0.75, "decode/audio")
    yield Goal(TITLES["mix"], 1.7, "decode/mix")


def _other_goals() -> Iterator[Goal]:
    yield Goal(
        "strict, relative to tolerant",
        1.3,
        "strict/mix",
        contender="rtmodels_strict",
        others=(),
    )

    for kind in ("deltas", "response.done", "session", "audio", "mix"):
        title = f"encode {TITLES[kind]}, relative to orjson.dumps"
        if kind != "audio":
            yield Goal(title, 1.6, f"encode/{kind}")
    yield Goal(
        "encode audio from PCM, relative to base64 and orjson.dumps",
        0.5,
        "encode_audio/audio",
    )

    for kind in OPERATIONS["memory"].kinds:
        title = f"memory of {TITLES[kind]}, relative to the dict"
        suffix = ", audio aside" if kind == "mix" else ""
        yield Goal(title + suffix, 0.7, f"memory/{kind}")

    for kind in OPERATIONS["errors"].kinds:
        title = f"one wrong field in {TITLES[kind]}, relative to the good twin"
        yield Goal(title, 15, f"errors/{kind}")

    yield Goal(
        "fresh process to its first response.done, relative to the SDK's",
        0.35,
        "first/response.done",
        others=OTHERS[:2],
    )
    yield Goal(
        "import rtmodels, on top of cattrs and orjson",
        0.030,
        "import/rtmodels",
        contender="-",
        others=(),
        show=show_seconds,
    )


GOALS = (*_decode_goals(), *_other_goals())


def print_goals(results: Results) -> bool:
    """Print all goals beside the figures reached; return whether all are reached."""
    print(f"{results.machine['python']}, {results.machine['processor']}")
    print("Ratios to orjson.loads of the same frames, unless stated otherwise.\n")
    missed = [goal for goal in GOALS if is_missed(goal, results)]
    print_table(HEADS, [make_row(goal, results) for goal in GOALS])

    counts = count_issues()
    print(f"\nIssues in the error for one wrong field: {counts}; goal: {{1}}.")
    print(f"{len(GOALS) - len(missed)} of {len(GOALS)} goals reached.")
    return not missed and counts == {1}


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
    operation, kind = goal.name.split("/")
    reached = goal.reach(results)
    size = results.sizes.get(kind)

    return [
        goal.title,
        f"{size:,}" if size and operation == "decode" else "",
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
