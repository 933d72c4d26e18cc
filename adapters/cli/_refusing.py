"""What libraries would do when they start, and the command line never needs."""

import gc
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from types import ModuleType


class RefusingFinder:
    """Makes ``import pandas`` fail as if pandas were not installed."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> None:
        """Raise for pandas, and leave every other module to the other finders.

        Raises:
            ModuleNotFoundError: *name* is pandas.
        """
        del path, target
        if name == "pandas":
            raise ModuleNotFoundError("rtmodels needs no pandas", name=name)


def refuse_threads() -> None:
    """Keep numpy, which pyarrow imports, from starting a thread for each core.

    They wait for linear algebra in a loop, which costs a fifth of the start.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def refuse_pandas() -> None:
    """Keep this process from importing pandas, which the command line never uses.

    pyarrow imports it to find out whether the first list that becomes an array is a
    data frame. That takes longer than most runs.
    """
    sys.meta_path.insert(0, RefusingFinder)


@contextmanager
def loading() -> Generator[None]:
    """Keep the collector from visiting what is imported inside, then and later.

    Modules and classes stay until the process ends, and are most of its objects.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
    gc.freeze()
