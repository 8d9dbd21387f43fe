r"""From apparent constants to those of a kinetic model, which keeps protons or leaves others out.

.. math:: \ln K_r = \ln K'_r + \sum_h n_{hr} \ln [\mathrm{H}^+]_h - \sum_l n_{lr} \ln x_l

over the protons :math:`h` that it keeps as metabolites, and the metabolites :math:`l` of constant
concentration that it leaves out. Its displacement from equilibrium, :math:`\Gamma_r = \prod_m
x_m^{n_{mr}} / K_r` over what it keeps, is :math:`\exp(\Delta G'_r / RT)` then.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from skimpy_renaissance.checks import is_finite_number
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.network.identifiers import sanitized
from skimpy_renaissance.steady_states.concentration_classes import without_compartment

__all__ = ["log_k_of_difference"]

_SAME = 1e-9  # coefficients that are equal


def log_k_of_difference(
    name: str,
    kept: Mapping[str, float],
    whole: Mapping[str, float] | None,
    *,
    protons: Mapping[str, float],
    held: Mapping[str, float],
) -> float:
    """Return what a kinetic model's ln K has in addition to the apparent one.

    Parameters
    ----------
    name
        The reaction.
    kept
        Metabolites of the kinetic model's reaction to their coefficients.
    whole
        Those of the reaction that the energy is of, water left out; ``None`` where not known.
    protons
        Proton of a compartment to its pH.
    held
        Metabolites that the kinetic model leaves out to their concentrations, mol/L.

    Returns
    -------
    float

    Raises
    ------
    InputError
        The reactions differ in something else, or the pH of a proton is not known.
    """
    ph = {sanitized(proton): value for proton, value in protons.items()}
    added = 0.0
    for metabolite, coefficient in kept.items():
        if metabolite in ph:
            added -= coefficient * ph[metabolite] * log(10.0)
        elif without_compartment(metabolite) == "h":
            raise InputError(
                f"Energies are at constant pH, but reaction {name!r} of the kinetic model has "
                f"{metabolite!r}, whose pH is not known. State protons={{{metabolite!r}: pH}}."
            )
    stated = {sanitized(m): x for m, x in held.items()}
    told = {sanitized(m): n for m, n in whole.items()} if whole is not None else kept
    for metabolite in {**told, **kept}:
        n = told.get(metabolite, 0.0)
        if metabolite in ph or abs(n - kept.get(metabolite, 0.0)) < _SAME:
            continue
        if metabolite in kept or metabolite not in stated:
            raise InputError(
                f"The energy of {name!r} is that of {n:g} {metabolite}, but the kinetic model "
                f"has {kept.get(metabolite, 0.0):g}. Where it leaves the metabolite out, state "
                f"held={{{metabolite!r}: mol/L}}; else give both the same stoichiometry."
            )
        if not (is_finite_number(stated[metabolite]) and stated[metabolite] > 0):
            raise InputError(
                f"held[{metabolite!r}] must be a positive number, mol/L, got "
                f"{stated[metabolite]!r}."
            )
        added -= n * log(stated[metabolite])
    return added
