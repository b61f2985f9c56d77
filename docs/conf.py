"""The documentation site: Sphinx over the Markdown pages of the repository, as they are.

The source folder is that of the repository, so that every link that works on GitHub works here,
and that README, CONTRIBUTING and the change log are pages, too. What the pages name, figures in SVG
and source files, becomes part of the site: ``site_links.py``.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "Backspike"
author = project_copyright = "Backspike contributors"
language = "en"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "site_links",
]
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "build/lessons/*.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "tests/vectors/README.md",
]
exclude_patterns = [".*", "build/docs", "runs", "src", *(".venv*", "**/__pycache__")]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# Types in docstrings are prose ("array-like of int"), and not every module is on the page of names:
# only what `import backspike` offers must be known.
nitpick_ignore_regex = [("py:.*", r"(?!backspike\.\w+$).*")]
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False
add_module_names = False
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = "Backspike"
html_static_path = ["_static"]
html_extra_path = ["../build/extra"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_additional_pages = {"index": "first_page.html"}
templates_path = ["_templates"]
html_theme_options = {"navigation_with_keys": True}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
