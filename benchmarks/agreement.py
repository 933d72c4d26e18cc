"""Checks that contenders agree about a frame, before they are timed."""

from collections.abc import Iterator
from typing import Any

import orjson
from attrs import frozen

from benchmarks.cases import drop_undeclared
from benchmarks.wires import Contender


@frozen
class Agreement:
    """How well a contender represents some frames."""

    note: str = ""
    """What it drops that is off the schema, or why it does not agree."""

    agrees: bool = True
    """Whether what it encodes is what it decoded, as far as the schema goes."""


def check_agreement(contender: Contender, frames: list[bytes]) -> Agreement:
    """Compare *frames* with the output of *contender* for them.

    Real servers send nulls and keys that the schema does not allow. Dropping them is
    noted; any other difference disqualifies.
    """
    dropped: dict[str, None] = {}
    for frame in frames:
        sent = orjson.loads(frame)

        try:
            got = contender.round_trip(frame)
        except Exception as exc:  # noqa: BLE001 - each library has errors of its own
            reason = " ".join(str(exc).split())[:120]
            why = f"{sent['type']}: {type(exc).__name__}: {reason}"
            return Agreement(why, agrees=False)

        # What differs is compared with the same frame less all that is off the schema.
        lost = dict.fromkeys(find_differences(sent, got))
        declared = orjson.loads(drop_undeclared(frame)) if lost else sent
        wrong = lost.keys() - set(find_differences(sent, declared))
        if wrong:
            return Agreement(f"{sent['type']}: differs at {min(wrong)}", agrees=False)

        dropped |= lost
    return Agreement(f"drops {', '.join(dropped)}" if dropped else "")


def find_differences(sent: Any, got: Any, path: str = "$") -> Iterator[str]:
    """Iterate over the paths where *got* differs from *sent*."""
    if isinstance(sent, dict) and isinstance(got, dict):
        for key in sent.keys() | got.keys():
            if key not in sent or key not in got:
                yield f"{path}.{key}"
            else:
                yield from find_differences(sent[key], got[key], f"{path}.{key}")

    elif isinstance(sent, list) and isinstance(got, list) and len(sent) == len(got):
        for first, second in zip(sent, got, strict=True):
            yield from find_differences(first, second, f"{path}[]")
    elif sent != got:
        yield path
