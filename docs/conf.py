"""The site: ``uv run nox -s docs`` builds it into ``build/docs``."""

import sys
from importlib.metadata import version as find_version
from pathlib import Path

HERE = Path(__file__).parent

# The reference is written by an extension beside this file. It reads the package with
# the tool that records the public names, which is part of the tests.
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

project = "rtmodels"
author = "the authors of rtmodels"
copyright = author  # noqa: A001 - Sphinx reads this name
version = release = find_version("rtmodels")

extensions = ["myst_parser", "project", "reference"]
exclude_patterns = ["_ext"]

# Markdown: headings can be linked to as on the code host, and the glossary has terms.
myst_heading_anchors = 3
myst_enable_extensions = ["deflist"]

# reStructuredText: docstrings name classes, functions and fields in single backticks.
default_role = "py:obj"
highlight_language = "python"

add_module_names = False
nitpicky = True
python_maximum_signature_line_length = 60
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"rtmodels {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_domain_indices = False
html_theme_options = {"top_of_page_buttons": []}
