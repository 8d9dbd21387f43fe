"""Pages of the reference: a page for each place, and one for each public object."""

from __future__ import annotations

import inspect
import re
from textwrap import indent

from docs.public_names import PLACES, Public, names_of, public_names
from docs.rst import list_table, title, toctree
from docs.uses import pages_with, returned_by

__all__ = ["INTRODUCTION", "page_of", "pages"]

INTRODUCTION = """Every public name, in the order in which a model passes through the stages.
``import skimpy_renaissance as sr`` gives the names that most scripts need, the front door; every
stage is a name below it (``sr.dynamics``).

In the examples of these pages stand, where nothing else is said:

.. code-block:: python

   import math
   import numpy as np
   import pandas as pd
   import torch
   import skimpy_renaissance as sr

   network, states = sr.examples.e_coli_core()     # the bundled model, its 200 steady states
   state = states[sr.examples.REFERENCE_STATE]
   bound = sr.compile(network).at(state)
   sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=5))
   population = sampler.sample(network, state, seed=1)   # five stable parameter sets
   reactor = sr.examples.e_coli_core_reactor(network, state)
   batches = sr.dynamics.simulate_reactor(                # two of the five grow for six hours
       reactor, population.select([0, 1]), state, times=[0, 2, 4, 6], biomass=0.05
   )

"""


def page_of(one: Public) -> str:
    """Return the name of the page on an object, without its ending.

    Parameters
    ----------
    one
        Under its shortest name.
    """
    if one.kind == "module":
        return f"reference/{one.name.replace('rewards', 'learning.rewards')}"
    name = f"{one.name}-data" if one.kind == "data" and one.name.isupper() else one.name
    return f"reference/{one.place or 'sr'}/{name}"


def pages() -> dict[str, str]:
    """Return name of a file to its text."""
    home = {(one.place, one.name): owner for one, owner in public_names()}
    texts = {"reference/index.rst": _index()}
    for place in PLACES:
        listed = names_of(place)
        owned = [one for one in listed if home[place, one.name] == one and one.kind != "module"]
        texts[f"reference/{place or 'sr'}.rst"] = _place(place, listed, owned, home)
        for one in owned:
            texts[f"{page_of(one)}.rst"] = _object(one)
    return texts


def _index() -> str:
    names = [place or "sr" for place in PLACES]
    return (
        title("Reference")
        + INTRODUCTION
        + toctree(["sr", "command_line", "run_file", "messages", *names[1:]], hidden=False)
    )


def _place(
    place: str, listed: list[Public], owned: list[Public], home: dict[tuple[str, str], Public]
) -> str:
    module = f"skimpy_renaissance.{place}".rstrip(".")
    rows = [
        (f":doc:`{one.name} </{page_of(home[place, one.name])}>`", _first_sentence(one))
        for one in listed
    ]
    return (
        title(place or "The front door: sr")
        + f".. automodule:: {module}\n   :no-members:\n\n"
        + (list_table(("name", "what it is"), rows, "34 66") if rows else "")
        + toctree(page_of(one).removeprefix("reference/") for one in owned)
    )


def _first_sentence(one: Public) -> str:
    paragraph = " ".join(one.documentation.split("\n\n")[0].split())
    sentence = re.split(r"(?<=\w\w\.)\s|(?<=[`)*]\.)\s", paragraph, maxsplit=1)[0].rstrip(".:")
    if not sentence and one.kind == "data":
        return f"``{one.object!r}``"
    return f"{sentence}." if sentence else ""


def _object(one: Public) -> str:
    head = title(one.name if one.place else f"sr.{one.name}")
    head += f".. currentmodule:: {one.module.__name__}\n\n"
    if one.kind == "data":
        body = one.documentation or f"``{one.object!r}``"
        return head + f".. py:data:: {one.full_name}\n\n{indent(body, '   ')}\n\n{_uses(one)}"
    options = "   :show-inheritance:\n" if one.kind == "exception" else ""
    if inspect.isclass(one.object):
        options += "   :exclude-members: __init__, __new__\n"
    told = f".. auto{one.kind}:: {one.full_name}\n{options}\n"
    return head + told + _method(one) + _uses(one)


def _method(one: Public) -> str:
    """Show what its file says on top: the idea, its formula, the papers."""
    home = one.object.__module__
    if home == one.module.__name__:
        return ""
    return f".. rubric:: Method\n\n.. automodule:: {home}\n   :no-members:\n   :no-index:\n\n"


def _uses(one: Public) -> str:
    makers = ", ".join(f":doc:`{other.name} </{page_of(other)}>`" for other in returned_by(one))
    pages = ", ".join(f":doc:`/{page}`" for page in pages_with(one))
    lines = (("Returned by", makers), ("Used in", pages))
    return "\n".join(f"**{label}:** {text}\n" for label, text in lines if text)
