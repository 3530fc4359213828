"""How Sphinx makes the documentation's site: `make docs`."""

from harbincrawl import __version__

project = "harbincrawl"
author = copyright = "the harbincrawl contributors"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3
# CONTRIBUTING.md and CHANGELOG.md are written for the repository: a title, then sections.
suppress_warnings = ["myst.header"]

# Docstrings mark code with single backquotes, as Markdown does.
default_role = "literal"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = f"harbincrawl {__version__}"
html_copy_source = False
