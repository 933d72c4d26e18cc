"""Describes one public name as reStructuredText, as the source has it.

The annotations are those of the source, so that an alias keeps its name. Signatures
that Python inspects would show what the alias stands for.
"""

import ast
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from inspect import cleandoc
from itertools import zip_longest
from textwrap import indent
from types import UnionType
from typing import get_args

from sphinx.ext.napoleon import Config, GoogleDocstring

import rtmodels
from tests.tools.api.sources import Source, resolve

from . import wire

__all__ = ["describe", "make_directive", "parse_doc"]

Function = ast.FunctionDef | ast.AsyncFunctionDef

PROPERTIES = {"property", "cached_property"}

NAPOLEON = Config(napoleon_use_rtype=False, strip_signature_backslash=True)


def describe(name: str, source: Source, node: ast.stmt) -> str:
    """Return the entry of *name*, which *node* of *source* defines."""
    match node:
        case ast.ClassDef():
            return _describe_class(name, source, node)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return _describe_function(name, _last(source.tree.body, node.name))
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return _describe_alias(name, source, node)
        case ast.AnnAssign() | ast.Assign():
            return _describe_constant(name, source, node)
    raise TypeError(f"{name} is neither class, function, alias nor constant")


def make_directive(head: str, *parts: str, **options: str | None) -> str:
    """Return a directive with its options and, in paragraphs, its content."""
    lines = [f".. {head}"]
    for key, value in options.items():
        if value is not None:
            lines.append(f"   :{key.replace('_', '-')}: {value}".rstrip())
    body = "\n\n".join(part for part in parts if part)
    return "\n".join(lines) + "\n\n" + indent(body, "   ") + "\n"


def parse_doc(doc: str | None) -> str:
    """Convert the sections of a docstring, such as *Args*, and the paths of pages."""
    text = re.sub(r"``docs/(\w+)\.md``", r":doc:`/\1`", doc or "")
    return str(GoogleDocstring(text, NAPOLEON)).strip()


def _describe_class(name: str, source: Source, node: ast.ClassDef) -> str:
    """Return the entry of a class: what it is, then its fields and methods."""
    members: dict[str, str] = {}
    init = None
    for owner in _family(source, node):
        for key, text in _members(owner):
            members.setdefault(key, text)
        init = init or _last(owner.body, "__init__")

    signature = name
    doc = parse_doc(ast.get_docstring(node))
    # attrs and dataclasses make `__init__` from the fields, which follow.
    if init:
        signature += _signature(init, bound=True)
        doc += "\n\n" + parse_doc(_without_summary(ast.get_docstring(init)))

    target = line = ""
    if entry := wire.find_entry(name):
        # A search for the type on the wire finds the class by this mark.
        target = f".. index:: ! {entry.tag}\n\n"
        line = f".. rst-class:: wire-type\n\n``{entry.tag}``, {entry.uses}"

    return target + make_directive(
        f"py:class:: {signature}",
        _base_line(node),
        doc,
        line,
        *members.values(),
    )


def _without_summary(doc: str | None) -> str:
    """Drop the first line of the docstring of ``__init__``, which says what it does."""
    return (doc or "").partition("\n")[2].strip()


def _base_line(node: ast.ClassDef) -> str:
    """Name the public classes that a class is derived from, apart from `Model`."""
    names = [base.id for base in node.bases if isinstance(base, ast.Name)]
    public = [name for name in names if name in rtmodels.__all__ and name != "Model"]
    return f"Derived from {', '.join(f'`{name}`' for name in public)}." * bool(public)


def _family(source: Source, node: ast.ClassDef) -> Iterator[ast.ClassDef]:
    """Yield a class and those of its bases that have no entry of their own."""
    yield node
    for base in node.bases:
        name = base.value if isinstance(base, ast.Subscript) else base
        if isinstance(name, ast.Name) and name.id not in rtmodels.__all__:
            found = resolve(source, name.id)
            if found and isinstance(found[1], ast.ClassDef):
                yield from _family(found[0], found[1])


def _members(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Yield the fields, properties and methods of a class, each with its entry."""
    for item, doc in _with_docs(node.body):
        match item:
            case ast.AnnAssign(target=ast.Name(id=key)) if key[0] != "_":
                yield key, _describe_field(key, item, doc)
            case ast.FunctionDef(name="__init__"):
                yield from _attributes(item)
            case ast.FunctionDef(name=key) | ast.AsyncFunctionDef(name=key) if (
                key[0] != "_"
            ):
                yield key, _describe_method(key, _last(node.body, key))


def _attributes(init: Function) -> Iterator[tuple[str, str]]:
    """Yield the public attributes that ``__init__`` declares."""
    for item, doc in _with_docs(init.body):
        match item:
            case ast.AnnAssign(target=ast.Attribute(attr=key)) if key[0] != "_":
                yield key, _describe_field(key, item, doc)


def _with_docs(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """Yield statements, each with the docstring under it."""
    for node, following in zip_longest(body, body[1:]):
        match following:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node, parse_doc(cleandoc(text))
            case _:
                yield node, ""


def _describe_field(name: str, node: ast.AnnAssign, doc: str) -> str:
    """Return the entry of a field: its type, its default and its docstring."""
    type_, value = _text(node.annotation), _default(node.value)
    return make_directive(
        f"py:attribute:: {name}",
        doc,
        type=None if type_ == f"Literal[{value}]" else type_,
        value=value,
        no_index_entry="",
        no_contents_entry="",
    )


def _default(node: ast.expr | None) -> str | None:
    """Return the default of a field, if it has one."""
    match node:
        case None:
            return None
        case ast.Call(func=ast.Name("field"), keywords=given):
            options = {each.arg: ast.unparse(each.value) for each in given}
            factory = options.get("factory")
            return f"{factory}()" if factory else options.get("default")
        case _:
            return ast.unparse(node)


def _describe_method(name: str, node: Function) -> str:
    """Return the entry of a method or property."""
    marks = {_text(each) for each in node.decorator_list}
    doc = parse_doc(ast.get_docstring(node))
    if marks & PROPERTIES:
        return make_directive(
            f"py:property:: {name}", doc, type=_text(node.returns), no_index_entry=""
        )

    is_static = "staticmethod" in marks
    return make_directive(
        f"py:method:: {name}{_signature(node, bound=not is_static)}",
        doc,
        no_index_entry="",
        staticmethod="" if is_static else None,
        classmethod="" if "classmethod" in marks else None,
        **{"async": "" if isinstance(node, ast.AsyncFunctionDef) else None},
    )


def _describe_function(name: str, node: Function) -> str:
    """Return the entry of a function."""
    doc = parse_doc(ast.get_docstring(node))
    is_async = isinstance(node, ast.AsyncFunctionDef)
    return make_directive(
        f"py:function:: {name}{_signature(node)}",
        doc,
        **{"async": "" if is_async else None},
    )


def _last(body: list[ast.stmt], name: str) -> Function | None:
    """Return the last definition of a function, which is none of its overloads."""
    same = [node for node in body if isinstance(node, Function) and node.name == name]
    return same[-1] if same else None


def _signature(node: Function, *, bound: bool = False) -> str:
    """Return the parameters of a function, and what it returns."""
    args = _Unquoting().visit(deepcopy(node.args))
    if bound:
        (args.posonlyargs or args.args).pop(0)

    returns = "" if node.name == "__init__" else f" -> {_text(node.returns)}"
    return f"({ast.unparse(args)}){returns}"


class _Unquoting(ast.NodeTransformer):
    """Removes the quotes of annotations."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """Do so for one parameter."""
        node.annotation = node.annotation and _unquote(node.annotation)
        return node


def _text(node: ast.expr | None) -> str:
    """Return the text of an annotation, without quotes."""
    return ast.unparse(_unquote(node)) if node else "Any"


def _unquote(node: ast.expr) -> ast.expr:
    """Parse an annotation in quotes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return ast.parse(node.value, mode="eval").body
    return node


def _describe_alias(name: str, source: Source, node: ast.AnnAssign) -> str:
    """Return the entry of an alias, as a list of what it allows."""
    alias = getattr(rtmodels, name, None)
    if isinstance(alias, UnionType):
        # The parts of a union of classes, of which some come from other unions.
        items = [f"`{each.__name__}`{wire.tag_text(each)}" for each in get_args(alias)]
    else:
        items = [_describe_choice(each) for each in _find_choices(node.value)]

    text = "\n".join(f"* {item}" for item in items) if len(items) > 1 else items[0]
    return make_directive(f"py:type:: {name}", _doc_under(source, node), text)


def _find_choices(node: ast.expr | None) -> Iterator[ast.expr]:
    """Yield the parts of an annotation with ``|``."""
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _find_choices(left)
            yield from _find_choices(right)
        case ast.expr():
            yield _unquote(node)


def _describe_choice(node: ast.expr) -> str:
    """Write a part of an alias: a name as a link, or the values of a literal."""
    match node:
        case ast.Name(id=name):
            return f"`{name}`{wire.tag_text(getattr(rtmodels, name, None))}"
        case ast.Subscript(value=ast.Name("Literal"), slice=values):
            given = values.elts if isinstance(values, ast.Tuple) else [values]
            return ", ".join(f"``{_quote(each)}``" for each in given)
        case _:
            return f"``{ast.unparse(node)}``"


def _quote(node: ast.expr) -> str:
    """Write a literal as JSON has it."""
    return json.dumps(ast.literal_eval(node))


def _describe_constant(
    name: str, source: Source, node: ast.AnnAssign | ast.Assign
) -> str:
    """Return the entry of a constant."""
    annotation = node.annotation if isinstance(node, ast.AnnAssign) else None
    return make_directive(
        f"py:data:: {name}",
        _doc_under(source, node),
        type=_text(annotation) if annotation else None,
        value=_text(node.value) if node.value else None,
    )


def _doc_under(source: Source, node: ast.stmt) -> str:
    """Return the docstring under a statement of a module."""
    for scope in ast.walk(source.tree):
        for each, doc in _with_docs(getattr(scope, "body", None) or []):
            if each is node:
                return doc
    return ""
