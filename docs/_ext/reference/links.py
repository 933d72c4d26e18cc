"""Finds what a name in backticks, or in a signature, refers to.

A docstring writes `RealtimeResponse`, and not where that is documented. Arguments,
other libraries and the like stay literals, while a public name without an entry is an
error.
"""

import builtins
import re
from typing import TYPE_CHECKING, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import rtmodels
from tests.tools.api.listing import find_public

from . import pages

if TYPE_CHECKING:
    from sphinx.domains.python import PythonDomain

__all__ = ["find_missing", "link_literals", "search_exactly"]

LIBRARIES = {
    name.removeprefix("rtmodels.adapters.")
    for name in find_public()
    if name.startswith("rtmodels.adapters.")
}
"""The libraries that have an adapter of the same name."""

PUBLIC = {
    name: f"{pages.find_home(module, name)}.{name}"
    for module, names in find_public().items()
    for name in names
}
"""The public names, with the modules that users import them from."""


def find_missing(
    app: Sphinx,
    env: BuildEnvironment,
    node: addnodes.pending_xref,
    content: nodes.TextElement,
) -> nodes.Node | None:
    """Resolve a reference that Sphinx has not found, or make it a literal."""
    if node.get("refdomain") != "py":
        return None

    target = re.sub(r"\(.*\)$", "", node["reftarget"])
    domain = cast("PythonDomain", env.get_domain("py"))
    for name in (PUBLIC.get(target), f"rtmodels.{target}"):
        if name in domain.objects:
            return domain.resolve_xref(
                env, node["refdoc"], app.builder, "obj", name, node, content
            )

    # The warning of Sphinx follows for what should have been found.
    is_ours = target.startswith("rtmodels.") or target in PUBLIC
    return None if is_ours else content


def link_literals(app: Sphinx, document: nodes.document) -> None:
    """Link the public names in the Markdown pages, where backticks are literals."""
    docname = app.env.docname
    if app.env.doc2path(docname).suffix != ".md":
        return

    for node in list(document.findall(nodes.literal)):
        name = node.astext()
        inside_link = isinstance(node.parent, nodes.reference | nodes.title)
        if name in rtmodels.__all__ and not inside_link:
            target = {"reftarget": f"rtmodels.{name}", "refdoc": docname}
            link = addnodes.pending_xref(
                "", node.deepcopy(), refdomain="py", reftype="obj", **target
            )
            node.replace_self(link)


def search_exactly(_app: Sphinx, document: nodes.document) -> None:
    """Leave alone what Python or a library has, although we have a namesake."""
    for node in list(document.findall(addnodes.pending_xref)):
        if node.get("refdomain") == "py":
            node.attributes.pop("refspecific", None)
            if hasattr(builtins, node["reftarget"]) or node["reftarget"] in LIBRARIES:
                node.replace_self(node.children)
