"""Speed and memory, compared with other libraries: ``python -m benchmarks``."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
