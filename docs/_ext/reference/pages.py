"""Writes the pages of the reference: which names are together, and in what order."""

import ast
from collections.abc import Iterator
from io import StringIO
from textwrap import indent

from rich.console import Console

import rtmodels
import rtmodels.adapters
from rtmodels.adapters.cli import _commands
from tests.tools.api.listing import find_public
from tests.tools.api.signatures import find_names
from tests.tools.api.sources import Source, find, load, resolve

from .entries import describe, parse_doc
from .wire import make_index

__all__ = ["find_home", "make"]

PAGES: dict[str, tuple[str, ...]] = {
    "objects": ("Objects", "schema._model"),
    "objects/session": ("Sessions", "schema.session"),
    "objects/audio": ("Audio", "schema.audio"),
    "objects/items": ("Items", "schema.items"),
    "objects/content": ("Content", "schema.content"),
    "objects/tools": ("Tools and MCP", "schema.tools", "schema.mcp"),
    "objects/response": ("Responses", "schema.response"),
    "objects/usage": ("Usage", "schema.usage"),
    "objects/transcription": ("Transcription", "schema.transcription"),
    "objects/client-secret": ("Client secrets", "schema.client_secret"),
    "objects/call": ("Calls", "schema.call"),
    "objects/webhook": ("Webhooks", "schema.webhook"),
    "events": ("Events", "schema.events"),
    "events/session": ("session", "schema.events.session"),
    "events/conversation": ("conversation", "schema.events.conversation"),
    "events/input-audio-buffer": (
        "input_audio_buffer",
        "schema.events.input_audio_buffer",
    ),
    "events/output-audio-buffer": (
        "output_audio_buffer",
        "schema.events.output_audio_buffer",
    ),
    "events/response": ("response", "schema.events.response"),
    "events/mcp-list-tools": ("mcp_list_tools", "schema.events.mcp_list_tools"),
    "events/rate-limits": ("rate_limits", "schema.events.rate_limits"),
    "events/error": ("error", "schema.events.error"),
    "translation": ("Translation", "schema.translation"),
    "live": ("Live API", "schema.live"),
    "live/session": ("Sessions", "schema.live.session", "schema.live.usage"),
    "live/audio": ("Audio", "schema.live.audio", "schema.live.data_channel"),
    "live/delegation": ("Delegation", "schema.live.delegation"),
    "live/decision": (
        "Decisions",
        "schema.live.events.decision",
        "schema.live.decision",
    ),
    "live/call": ("Calls and webhooks", "schema.live.call", "schema.live.webhook"),
    "live/session-events": ("Session events", "schema.live.events.session"),
    "live/other-events": (
        "Other events",
        "schema.live.events.response",
        "schema.live.events.transport",
        "schema.live.events.error",
        "schema.live.events.info",
    ),
    "beta": ("Beta", "schema.beta"),
    "beta/objects": (
        "Objects",
        "schema.beta.session",
        "schema.beta.audio",
        "schema.beta.response",
    ),
    "beta/events": (
        "Events",
        "schema.beta.events.session",
        "schema.beta.events.conversation",
        "schema.beta.events.response",
        "schema.beta.events.output_audio_buffer",
        "schema.beta.events.transcription_session",
    ),
    "servers": ("Other servers",),
    "servers/glm": ("GLM", "schema.servers.glm"),
    "servers/localai": ("LocalAI", "schema.servers.localai"),
    "servers/qwen": ("Qwen", "schema.servers.qwen"),
    "servers/vllm": ("vLLM", "schema.servers.vllm"),
    "servers/xai": ("xAI", "schema.servers.xai"),
    "voice-live": ("Azure Voice Live", "schema.servers.voice_live"),
    "voice-live/session": (
        "Sessions and responses",
        "schema.servers.voice_live.session",
        "schema.servers.voice_live.response",
        "schema.servers.voice_live.tools",
    ),
    "voice-live/audio": (
        "Audio",
        "schema.servers.voice_live.audio",
        "schema.servers.voice_live.turn_detection",
    ),
    "voice-live/voice": (
        "Voices and avatars",
        "schema.servers.voice_live.voice",
        "schema.servers.voice_live.avatar",
    ),
    "voice-live/items": ("Items", "schema.servers.voice_live.items"),
    "voice-live/response-events": (
        "Response events",
        "schema.servers.voice_live.events.response",
    ),
    "voice-live/other-events": (
        "Other events",
        "schema.servers.voice_live.events.session",
        "schema.servers.voice_live.events.conversation",
        "schema.servers.voice_live.events.input_audio",
        "schema.servers.voice_live.events.input_text",
        "schema.servers.voice_live.events.output_audio_buffer",
        "schema.servers.voice_live.events.mcp_approval_response",
        "schema.servers.voice_live.events.warning",
    ),
    "adapters": ("Adapters",),
    "build": ("Building events", "build"),
    "accumulate": ("Accumulators", "accumulate"),
    "versions": ("Versions", "versions"),
    "converter": (
        "Converter and lookup",
        "converter",
        "converter.json_schema",
        "schema",
    ),
    "errors": ("Errors", "errors"),
    "commands": ("Commands", "adapters.cli"),
}
"""The title of each page, and its modules inside `rtmodels`.

A public module that is not in here gets a page of its own.
"""

INTRODUCTIONS = {
    "servers": "rtmodels.schema.servers",
    "adapters": "rtmodels.adapters",
}
"""Packages without public names of their own, whose docstrings introduce pages."""

COLUMNS = {"rtmodels.adapters.archive": "rtmodels.adapters.archive._rows"}
"""Where the columns of the tables are described that a module returns."""


def make() -> dict[str, str]:
    """Return the text of each page, by its name."""
    public = {module: names for module, names in find_public().items() if names}
    pages = _place(public)

    texts = {}
    for page, (_, modules) in pages.items():
        head = _join(_head(_title(page, pages)), _introduce_page(page, pages))
        if page == "commands":
            head = _join(head, _write_commands(), _head("In Python", "-"))
        texts[page] = _join(head, *_write_modules(modules, public))

    texts["wire-types"] = _write_wire_types()
    texts["annotations"] = _write_annotations(public)
    return texts


def _place(public: dict[str, list[str]]) -> dict[str, tuple[str, list[str]]]:
    """Return the pages with the full names of their modules, in order."""
    pages = {
        page: (title, [f"rtmodels.{module}" for module in modules])
        for page, (title, *modules) in PAGES.items()
    }
    placed = {module for _, modules in pages.values() for module in modules}
    for module in sorted(public.keys() - placed - {"rtmodels.adapters"}):
        page = module.removeprefix("rtmodels.").replace(".", "/").replace("_", "-")
        pages[page] = (module.removeprefix("rtmodels.adapters."), [module])
    return pages


def _introduce_page(page: str, pages: dict[str, tuple[str, list[str]]]) -> str:
    """Return what the top of a page says, and the list of the pages below it."""
    modules = pages[page][1] or [INTRODUCTIONS[page]]
    text = _introduce(modules[0]) if len(modules) == 1 else ""

    children = [name for name in pages if name.startswith(f"{page}/")]
    if not children:
        return text

    contents, items = [], []
    for name in children:
        title, (module, *_) = pages[name]
        contents.append(f"   {title} </reference/{name}>")
        items.append(f"* :doc:`{title} </reference/{name}>`: {_summarize(module)}")
    toctree = "\n".join([".. toctree::", "   :hidden:", "", *contents])
    return _join(text, toctree, "\n".join(items))


def _write_modules(modules: list[str], public: dict[str, list[str]]) -> Iterator[str]:
    """Yield the docstrings and entries of the modules of one page."""
    for module in modules:
        if len(modules) > 1:
            title = module.rpartition(".")[2].replace("_", " ").capitalize()
            yield _head(title, "-")
            yield _introduce(module)
        yield from _write_entries(module, sorted(public[module]))
        if module in COLUMNS:
            yield from _write_columns(COLUMNS[module])


def _write_columns(module: str) -> Iterator[str]:
    """Yield the entries of the classes of rows, which no one imports."""
    yield _head("Columns", "-")
    yield ".. py:currentmodule:: None"
    for node in load()[module].tree.body:
        if isinstance(node, ast.ClassDef) and node.name.endswith("Row"):
            yield _unlist(describe(node.name, load()[module], node))


def _write_entries(module: str, names: list[str]) -> Iterator[str]:
    """Yield the entries of the names in one module."""
    home = find_home(module, names[0])
    if home != "rtmodels":
        yield f"Import from ``{home}``."

    yield f".. py:currentmodule:: {home}"
    for name in names:
        yield describe(name, *find(load()[module], name))


def find_home(module: str, name: str) -> str:
    """Return the module that users import *name* from, which *module* defines."""
    for package in (rtmodels, rtmodels.adapters):
        if name in package.__all__:
            return package.__name__
    return module


def _introduce(module: str) -> str:
    """Return the docstring of a module, with its code marked as such."""
    doc = ast.get_docstring(load()[module].tree) or ""
    kept: list[str] = []
    for paragraph in doc.split("\n\n"):
        # The first lines of some docstrings lead to an example without a mark.
        is_code = paragraph.startswith("    ")
        after_prose = kept and not kept[-1].startswith(" ")
        if is_code and after_prose and not kept[-1].endswith("::"):
            kept.append("::")
        kept.append(paragraph)
    return _join(f".. py:module:: {module}", parse_doc("\n\n".join(kept)))


def _summarize(module: str) -> str:
    """Return the first sentence of the docstring of a module, in one line."""
    doc = ast.get_docstring(load()[module].tree) or ""
    return parse_doc(" ".join(doc.partition("\n\n")[0].split()))


def _title(page: str, pages: dict[str, tuple[str, list[str]]]) -> str:
    """Return the title of a page, which says where the page belongs."""
    title = pages[page][0]
    parent = page.rpartition("/")[0]
    return f"{pages[parent][0]}: {title}" if parent else title


def _write_wire_types() -> str:
    """Return the page that lists the types on the wire."""
    sections = (_join(_head(title, "-"), text) for title, text in make_index())
    return _join(
        _head("Types on the wire"),
        "The ``type`` of each event and webhook, its class, and who sends it in which "
        "protocols. *GA* is the Realtime API as OpenAI serves it today, *beta* the "
        "version before it. Where a type has several classes, each is for other "
        "protocols. In a program, `find` returns the class of a type.",
        *sections,
    )


def _write_commands() -> str:
    """Return what the commands print when asked for help."""
    names = [name for name in _commands if not name.startswith("-")]
    sections = [_join(_head(f"rtmodels {name}", "-"), _help(name)) for name in names]
    return _join(_help(), *sections)


def _help(*command: str) -> str:
    """Return what ``--help`` prints, on a terminal of 80 columns."""
    console = Console(file=StringIO(), width=80, force_terminal=False)
    _commands.help_print(command, console=console)
    printed = "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())
    return _join(".. code-block:: text", indent(printed.strip("\n"), "   "))


def _write_annotations(public: dict[str, list[str]]) -> str:
    """Return the page with the aliases and constants that signatures mention."""
    used: dict[str, tuple[Source, ast.stmt]] = {}
    for module, names in public.items():
        for name in names:
            source, node = find(load()[module], name)
            for each in find_names(node):
                found = resolve(source, each)
                if found and isinstance(found[1], ast.Assign | ast.AnnAssign):
                    used[each] = found

    exported = {name for names in public.values() for name in names}
    entries = [
        _unlist(describe(name, *used[name]))
        for name in sorted(used.keys() - exported)
        if "TypeVar(" not in ast.unparse(used[name][1])
    ]
    return _join(
        _head("Names in signatures"),
        "Signatures and fields mention these names for short. They cannot be imported.",
        ".. py:currentmodule:: None",
        *entries,
    )


def _unlist(entry: str) -> str:
    """Keep an entry out of the index of the site, which is for what users import."""
    return entry.replace("\n\n", "\n   :no-index-entry:\n\n", 1)


def _head(title: str, line: str = "=") -> str:
    """Return a heading."""
    return f"{title}\n{line * len(title)}"


def _join(*parts: str) -> str:
    """Return paragraphs as one text."""
    return "\n\n".join(part for part in parts if part) + "\n"
