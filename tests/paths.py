"""The files of the checkout that tests and tools read."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
SAMPLE = ROOT / "tests" / "data" / "voice_session.jsonl"
CAPTURES = ROOT.parent / "shared" / "vectors" / "captures.jsonl"
