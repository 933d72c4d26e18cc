"""The recipes of docs/frameworks.md."""

from ..examples import BLOCK
from ..paths import ROOT

TEXT = (ROOT / "docs" / "frameworks.md").read_text()


def run_recipe(heading):
    """Run the code under *heading*, and return what it defines."""
    (_, section) = TEXT.split(f"## {heading}\n")
    names = {}
    for block in BLOCK.findall(section.partition("\n## ")[0]):
        exec(block, names)  # noqa: S102 - the recipe is what is tested
    return names
