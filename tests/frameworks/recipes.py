"""The recipes of the pages about voice frameworks."""

from ..examples import BLOCK
from ..paths import ROOT


def run_recipe(page, heading):
    """Run the code under *heading* of a page in docs, and return what it defines."""
    (_, section) = (ROOT / "docs" / page).read_text().split(f"## {heading}\n")
    names = {}
    for block in BLOCK.findall(section.partition("\n## ")[0]):
        exec(block, names)  # noqa: S102 - the recipe is what is tested
    return names
