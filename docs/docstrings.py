"""Docstrings as Sphinx reads them: shapes as literals, and names found by their last part.

A docstring may name any public object: ``:class:`SteadyStates``` finds
``skimpy_renaissance.SteadyStates``, wherever it stands. Names of other packages, and of parts of
this one that are not public, are left as text; a name that does not exist is a warning.
"""

from __future__ import annotations

from importlib import import_module

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from docs.public_names import public_names
from docs.rst import literal_shapes

__all__ = ["setup"]

_OTHERS = ("pandas.", "numpy.", "torch.")


def _rewrite(_app: Sphinx, *about: object) -> None:
    lines = about[-1]
    assert isinstance(lines, list)
    lines[:] = literal_shapes("\n".join(lines)).split("\n")


def _exists(name: str) -> bool:
    """Tell whether a dotted name of this package can be imported."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            thing = import_module(".".join(parts[:end]))
        except ImportError:
            continue
        try:
            for part in parts[end:]:
                thing = getattr(thing, part)
        except AttributeError:
            return False
        return True
    return False


def _find(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element
) -> nodes.Node | None:
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"]
    *_, before, last = ("", *target.removeprefix("skimpy_renaissance.").split("."))
    full = {last: "{}", before: f"{{}}.{last}"}
    domain = env.get_domain("py")
    for one, owner in public_names():
        if one.name in full:
            name = full[one.name].format(owner.full_name)
            where = node["refdoc"]
            found = domain.resolve_xref(env, where, app.builder, "obj", name, node, content)
            if found is not None:
                return found
    inside = [target, f"{node.get('py:module')}.{target}"]
    if target.startswith(_OTHERS) or any(_exists(name) for name in inside):
        return content
    return None


def setup(app: Sphinx) -> dict[str, bool]:
    """Look names up that Sphinx does not find.

    Parameters
    ----------
    app
        Sphinx's.

    Returns
    -------
    dict
        What Sphinx asks of an extension.
    """
    app.connect("autodoc-process-docstring", _rewrite, priority=1)
    app.connect("missing-reference", _find)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
