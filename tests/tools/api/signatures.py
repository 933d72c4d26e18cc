"""Writes one line for each class, function, alias and attribute."""

import ast
from collections.abc import Iterator

from .sources import Source, resolve

Function = ast.FunctionDef | ast.AsyncFunctionDef

KEPT = {"classmethod", "deprecated", "frozen", "dataclass", "staticmethod"}
"""The decorators that matter to a caller."""

PROPERTIES = {"property", "cached_property"}

UNSEEN = {"__slots__", "__match_args__"}


def describe(name: str, source: Source, node: ast.stmt) -> Iterator[str]:
    """Write the lines for what *node* of *source* makes public as *name*."""
    match node:
        case ast.ClassDef():
            yield from _describe_class(name, source, node)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            for each in _signatures(source.tree, node):
                yield f"{_decorators(each)}{name}{_parameters(each)}"
        case ast.AnnAssign(
            annotation=ast.Name(id="TypeAlias"), value=ast.expr() as value
        ):
            yield f"type {name} = {_text(value)}"
        case ast.AnnAssign(annotation=annotation):
            yield f"{name}: {_text(annotation)}"
        case ast.Assign(value=value):
            yield f"{name} = {ast.unparse(value)}"


def _describe_class(name: str, source: Source, node: ast.ClassDef) -> Iterator[str]:
    """Write the line for a class and its own fields, then one for each member."""
    bases = [_text(base) for base in [*node.bases, *(k.value for k in node.keywords)]]
    inherits = f"({', '.join(bases)})" if bases else ""
    fields = [_field(item) for item in node.body if _is_field(item)]
    holds = f": {'; '.join(fields)}" if fields else ""
    yield f"{_decorators(node)}class {name}{inherits}{holds}"
    members: dict[str, list[str]] = {}
    for owner in _family(source, node):
        for member, lines in _members(name, owner, inherited=owner is not node):
            members.setdefault(member, lines)
    for member in sorted(members):
        yield from members[member]


def _family(source: Source, node: ast.ClassDef) -> Iterator[ast.ClassDef]:
    """Yield a class and its base classes inside the package."""
    yield node
    for base in node.bases:
        match base:
            case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
                found = resolve(source, name)
                # What every model inherits is said once, where `Model` is listed.
                if found and isinstance(found[1], ast.ClassDef) and name != "Model":
                    yield from _family(found[0], found[1])


def _members(
    name: str, node: ast.ClassDef, *, inherited: bool
) -> Iterator[tuple[str, list[str]]]:
    """Yield the members of a class, each with its lines."""
    for item in node.body:
        match item:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if _is_public(item.name):
                yield item.name, list(_describe_method(name, node, item))
            case ast.Assign(targets=[ast.Name(id=key)], value=value) if (
                _is_public(key) and key not in UNSEEN
            ):
                yield key, [f"{name}.{key} = {ast.unparse(value)}"]
            case ast.AnnAssign(target=ast.Name(id=key)) if inherited and _is_field(
                item
            ):
                yield key, [f"{name}.{_field(item)}"]
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            for key, annotation in _attributes(item):
                yield key, [f"{name}.{key}: {annotation}"]


def _describe_method(name: str, node: ast.ClassDef, method: Function) -> Iterator[str]:
    """Write the lines for a method or a property."""
    if any(_text(each) in PROPERTIES for each in method.decorator_list):
        yield f"property {name}.{method.name}: {_text(method.returns)}"
        return
    for each in _signatures(node, method):
        yield f"{_decorators(each)}{name}.{each.name}{_parameters(each, bound=True)}"


def _attributes(init: Function) -> Iterator[tuple[str, str]]:
    """Yield the public attributes that ``__init__`` sets, with their types."""
    types = {each.arg: each.annotation for each in _arguments(init.args)}
    for statement in ast.walk(init):
        match statement:
            case ast.AnnAssign(
                target=ast.Attribute(value=ast.Name(id="self"), attr=key),
                annotation=annotation,
            ) if _is_public(key):
                yield key, _text(annotation)
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id="self"), attr=key)],
                value=value,
            ) if _is_public(key):
                given = types.get(value.id) if isinstance(value, ast.Name) else None
                yield key, _text(given)


def _signatures(scope: ast.Module | ast.ClassDef, node: Function) -> list[Function]:
    """Return the overloads of a function, or itself if it has none."""
    same = [
        item
        for item in ast.walk(scope)
        if isinstance(item, Function) and item.name == node.name
    ]
    overloads = [
        item
        for item in same
        if any(_text(each) == "overload" for each in item.decorator_list)
    ]
    return overloads or [node]


def _decorators(node: Function | ast.ClassDef) -> str:
    """Write what stands before a name."""
    kept = []
    for each in node.decorator_list:
        called = each.func if isinstance(each, ast.Call) else each
        if _text(called) in KEPT:
            kept.append(f"@{_text(each)} ")
    return "".join(kept) + ("async " if isinstance(node, ast.AsyncFunctionDef) else "")


def _parameters(node: Function, *, bound: bool = False) -> str:
    """Write the parameters, and what is returned."""
    args = node.args
    for each in _arguments(args):
        each.annotation = _unquote(each.annotation)
    text = ast.unparse(args)
    static = any(_text(each) == "staticmethod" for each in node.decorator_list)
    if bound and not static:
        text = text.partition(", ")[2].removeprefix("/, ")
    return f"({text}) -> {_text(node.returns)}"


def _arguments(args: ast.arguments) -> list[ast.arg]:
    """Return all parameters."""
    rest = [each for each in (args.vararg, args.kwarg) if each]
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *rest]


def find_methods(source: Source, node: ast.ClassDef) -> set[str]:
    """Find the methods and properties that users call by name."""
    return {
        item.name
        for owner in _family(source, node)
        for item in owner.body
        if isinstance(item, Function) and not item.name.startswith("_")
    }


def find_names(node: ast.stmt) -> set[str]:
    """Find the names in annotations and defaults, for which others may stand."""
    names = set()
    for item in ast.walk(node):
        match item:
            case (
                ast.FunctionDef(name=name, args=args)
                | ast.AsyncFunctionDef(name=name, args=args)
            ) if _is_public(name):
                given = [_unquote(each.annotation) for each in _arguments(args)]
                parts = [*given, *args.defaults, *args.kw_defaults, item.returns]
            case ast.AnnAssign(annotation=annotation) if _is_field(item):
                parts = [_unquote(annotation)]
            case _:
                parts = []
        for part in filter(None, parts):
            names |= {each.id for each in ast.walk(part) if isinstance(each, ast.Name)}
    return names


def _is_field(item: ast.stmt) -> bool:
    """Check whether *item* declares a public attribute of a class."""
    return (
        isinstance(item, ast.AnnAssign)
        and isinstance(item.target, ast.Name)
        and _is_public(item.target.id)
    )


def _field(item: ast.stmt) -> str:
    """Write a field, with its default; how it prints or compares is left out."""
    assert isinstance(item, ast.AnnAssign)
    text = f"{_text(item.target)}: {_text(item.annotation)}"
    match item.value:
        case None:
            return text
        case ast.Call(
            func=ast.Name("field") | ast.Attribute(attr="field"), keywords=given
        ):
            options = {each.arg: ast.unparse(each.value) for each in given}
            if "factory" in options:
                return f"{text} = {options['factory']}()"
            return f"{text} = {options['default']}" if "default" in options else text
        case value:
            return f"{text} = {ast.unparse(value)}"


def _is_public(name: str) -> bool:
    """Check whether *name* is public.

    Special methods such as ``__call__`` are, unless every object has them.
    """
    if name.startswith("__"):
        return name == "__init__" or not hasattr(object, name)
    return not name.startswith("_")


def _text(node: ast.expr | None) -> str:
    """Write an expression; an annotation in quotes without them."""
    return "?" if node is None else ast.unparse(_unquote(node) or node)


def _unquote(node: ast.expr | None) -> ast.expr | None:
    """Read an annotation in quotes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return ast.parse(node.value, mode="eval").body
    return node
