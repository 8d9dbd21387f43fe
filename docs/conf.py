"""Settings of the documentation site: ``make docs`` builds it, warnings are errors.

Nothing is loaded from elsewhere: mathematics becomes MathML (``docs.mathml``), fonts and search
come with the theme. Pages of the reference, of the command line and of the tutorials are written
by ``docs.generated`` before Sphinx reads its sources.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import skimpy_renaissance as sr

project = "skimpy_renaissance"
release = version = sr.__version__
html_show_copyright = False
exclude_patterns = ["_build"]
extensions = [
    "sphinx.ext.autodoc",
    "numpydoc",
    "myst_nb",
    "sphinx_copybutton",
    "docs.mathml",
    "docs.doi",
    "docs.generated",
    "docs.docstrings",
]

autodoc_member_order = "bysource"
toc_object_entries_show_parents = "hide"
autodoc_default_options = {"members": True}
autodoc_typehints = "none"
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
nitpicky = True

nb_execution_mode = "off"
nb_ipywidgets_js = {}
myst_enable_extensions = ["dollarmath"]
# a paper stands on the page of every name that its module explains
suppress_warnings = ["mystnb.unknown_mime_type", "ref.citation"]

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True
copybutton_line_continuation_character = "\\"

html_theme = "pydata_sphinx_theme"
html_title = "skimpy_renaissance"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_extra_path = ["llms.txt"]
html_sidebars = {page: [] for page in ("start", "troubleshooting", "changelog")}
html_copy_source = False
html_show_sourcelink = False
html_math_renderer = "mathml"
html_theme_options = {
    "header_links_before_dropdown": 7,
    "show_nav_level": 1,
    "collapse_navigation": True,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_end": [],
}
