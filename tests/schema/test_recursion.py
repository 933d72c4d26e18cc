"""No class of the schema holds itself, as the converter takes for granted."""

from graphlib import CycleError, TopologicalSorter

import attrs
import pytest

from rtmodels import Model
from rtmodels.converter._plan import find_classes, plan_class

from ..strategies import MODELS


@attrs.frozen(kw_only=True)
class Node(Model):
    """A class that holds itself, by way of a list."""

    children: "tuple[Node, ...] | None" = None


def check_order(classes):
    """Check that no class leads back to itself, at any depth."""
    holds = {}
    todo = list(classes)
    while todo:
        cls = todo.pop()
        if cls not in holds:
            shapes = [field.shape for field in plan_class(cls).fields]
            holds[cls] = {part for shape in shapes for part in find_classes(shape)}
            todo += holds[cls]
    TopologicalSorter(holds).prepare()


def test_no_class_of_the_schema_holds_itself():
    """`is_recursive` answers for these classes without a search."""
    check_order(MODELS)


def test_a_class_that_holds_itself_is_found():
    """The check above can fail."""
    with pytest.raises(CycleError):
        check_order([*MODELS, Node])
