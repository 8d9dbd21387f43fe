r"""Reaction energies of a pyTFA model, as its variables have them.

.. math:: \ln K' = -\Delta G^{\circ} / RT

with the middle of the range of ``DGo_...`` and half of its width, which pyTFA sets to the standard
error of the groups that the reaction changes, as the standard error [1]_.

References
----------
.. [1] Salvy et al., *Bioinformatics* 35 (2019) 167, doi:10.1093/bioinformatics/bty499.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.thermodynamics.reaction_energies import ReactionEnergies, missing_table

__all__ = ["energies_from_pytfa"]

_WATER, _PROTON = ("H2O", "cpd00001"), ("H", "cpd00067")


def energies_from_pytfa(model: Any) -> ReactionEnergies:
    """Take energies and their errors from a pyTFA model.

    Parameters
    ----------
    model
        A ``ThermoModel``, prepared and converted.

    Returns
    -------
    ReactionEnergies
        Its errors are independent of one another.

    Raises
    ------
    InputError
        It is no such model.

    Examples
    --------
    >>> from skimpy_renaissance.thermodynamics import energies_from_pytfa
    >>> def constants(tmodel):  # a pytfa.ThermoModel, prepared and converted
    ...     return energies_from_pytfa(tmodel).for_sampling(network)
    >>> constants("tfa_model.json")
    Traceback (most recent call last):
    skimpy_renaissance.errors.InputError: Energies are those of a pytfa ThermoModel after ...
    """
    if not (hasattr(model, "delta_gstd") and hasattr(model, "compartments")):
        raise InputError(
            "Energies are those of a pytfa ThermoModel after prepare() and convert(), got "
            f"{type(model).__name__}."
        )
    ranges = {v.id: (v.variable.lb, v.variable.ub) for v in model.delta_gstd}
    ranges = {
        name: ends
        for name, ends in ranges.items()
        if None not in ends and all(isfinite(end) for end in ends)
    }
    names = [reaction.id for reaction in model.reactions if reaction.id in ranges]
    low, high = np.array([ranges[name] for name in names], dtype=float).reshape(-1, 2).T
    protons = {m.id: m for m in model.metabolites if _is(m, _PROTON)}
    compartments = model.compartments
    return ReactionEnergies(
        tuple(names),
        -(low + high) / (2 * model.RT),
        np.diag(((high - low) / (2 * model.RT)) ** 2),
        "a pyTFA model",
        protons={name: float(compartments[m.compartment]["pH"]) for name, m in protons.items()},
        stoichiometry={
            name: {
                m.id: float(n)
                for m, n in model.reactions.get_by_id(name).metabolites.items()
                if not _is(m, _WATER)
            }
            for name in names
        },
        missing=missing_table(
            {
                reaction.id: "pyTFA has no energy of it"
                for reaction in model.reactions
                if reaction.id not in ranges and len(reaction.metabolites) > 1
            }
        ),
        temperature=float(model.TEMPERATURE),
    )


def _is(metabolite: Any, what: tuple[str, str]) -> bool:
    formula, seed = what
    return metabolite.formula == formula or metabolite.annotation.get("seed_id") == seed
