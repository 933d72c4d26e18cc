"""Makes the broken versions of a module: one small change in each."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation import mutators

SWAPS = {
    " is not ": " is ",
    " not in ": " in ",
    " is None": " is not None",
    " != ": " == ",
    " == ": " != ",
    " < ": " <= ",
    " and ": " or ",
    " += 1": " += 2",
    ".get(": ".pop(",
}
"""What is changed in the text of generated code, where no operator of mutmut gets."""


@dataclass(frozen=True)
class Mutant:
    """A module with one change in it."""

    path: Path
    line: int
    before: str
    after: str
    text: str
    """The whole module, as it reads then."""


def make_mutants(path: Path, limit: int, seed: int) -> tuple[int, list[Mutant]]:
    """Count the changes that there are to the module at *path*, and make *limit*.

    They are picked by *seed*, and come in the order of the text.
    """
    wrapper = MetadataWrapper(cst.parse_module(path.read_text()))
    finder = _Finder()
    wrapper.visit(finder)
    count = len(finder.changes)
    picked = range(count)
    if limit < count:
        generator = random.Random(f"{seed} {path.name}")  # noqa: S311 - no secret
        picked = sorted(generator.sample(picked, limit))
    return count, [
        _make_mutant(path, wrapper.module, *finder.changes[index]) for index in picked
    ]


def _make_mutant(
    path: Path, module: cst.Module, line: int, node: cst.CSTNode, changed: cst.CSTNode
) -> Mutant:
    """Put *changed* in the place of *node*."""
    before, after = module.code_for_node(node), module.code_for_node(changed)
    text = module.deep_replace(node, changed).code
    return Mutant(path, line, before, after, text)


class _Finder(cst.CSTVisitor):
    """Finds all changes: line, node, and what to put in its place."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[tuple[int, cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _is_inert(node):
            return False
        line = self.get_metadata(PositionProvider, node, None)
        for changed in _change(node):
            self.changes.append((line.start.line if line else 0, node, changed))
        return True


def _change(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield what to put in the place of *node*."""
    if isinstance(node, cst.SimpleString | cst.FormattedStringText):
        yield from _change_text(node)
        return
    for kind, operator in mutators.mutation_operators:
        if isinstance(node, kind):
            yield from operator(node)


def _change_text(
    node: cst.SimpleString | cst.FormattedStringText,
) -> Iterator[cst.CSTNode]:
    """Change what looks like code, or else make it another text."""
    if node.value.startswith('"""'):
        return
    swaps = [(old, new) for old, new in SWAPS.items() if old in node.value]
    for old, new in swaps:
        yield node.with_changes(value=node.value.replace(old, new, 1))
    if not swaps and isinstance(node, cst.SimpleString):
        yield next(iter(mutators.operator_string(node)))


def _is_inert(node: cst.CSTNode) -> bool:
    """Check whether *node* has no effect on a running program.

    Such are imports, annotations, decorators, names of types, and messages of errors.
    """
    match node:
        case cst.Annotation() | cst.Decorator() | cst.Raise():
            return True
        case cst.Import() | cst.ImportFrom():
            return True
        case cst.AnnAssign(annotation=cst.Annotation(cst.Name("TypeAlias"))):
            return True
        case cst.Assign(targets=[cst.AssignTarget(cst.Name("__all__" | "T"))]):
            return True
        case cst.Call(func=cst.Name("cast")):
            return True
    return False
