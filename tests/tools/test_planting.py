"""The places where the tools plant faults are still there."""

import pytest

from ..paths import ROOT
from .fuzz import planted as python_faults
from .native import planted as native_faults

PLACES = [
    *((plant, "rtmodels") for plant in python_faults.PLANTS),
    *((plant, "rtmodels/native/c") for plant in native_faults.PLANTS),
]


@pytest.mark.parametrize(("plant", "folder"), PLACES, ids=lambda each: str(each)[:60])
def test_each_fault_can_be_planted(plant, folder):
    """The text that a fault replaces stands once in its file."""
    path = ROOT / folder / plant.file

    assert path.read_text().count(plant.old) == 1
