r"""Reaction energies by component contribution, across compartments, with their covariance.

With the transformed formation energy :math:`\Delta_f G'^{\circ}_m` of a compound at the pH, ionic
strength and pMg of its compartment :math:`k` [1]_,

.. math::

    \Delta G'^{\circ} = \sum_m n_m \Delta_f G'^{\circ}_m
        + \sum_k \left( N_k\, \mu^{\mathrm{H}}_k + z_k F \phi_k \right), \qquad
    \mu^{\mathrm{H}}_k = -RT \ln 10\; \mathrm{pH}_k - h(I_k)

over all metabolites but protons, water included. The second sum is what protons bring that cross a
membrane, free or bound, :math:`N_k` of them arriving in compartment :math:`k`, and the charge
:math:`z_k` that arrives there at the potential :math:`\phi_k`, both counted from the formulas and
charges of the metabolic model [2]_; :math:`h` is the Debye-Hückel term of a single charge. For a
proton that enters at a pH lower by 0.5 outside and a potential of -150 mV inside this is
-2.85 - 14.47 kJ/mol.

Formation energies are estimated with a joint error [1]_, :math:`\mathrm{cov} = S^T L^T L S`.
A reaction that no data and no groups cover has none.

References
----------
.. [1] Noor et al., *PLoS Comput. Biol.* 9 (2013) e1003098, doi:10.1371/journal.pcbi.1003098;
   Beber et al., *Nucleic Acids Res.* 50 (2022) D603, doi:10.1093/nar/gkab1106 (eQuilibrator).
.. [2] Haraldsdóttir, Thiele and Fleming, *Biophys. J.* 102 (2012) 1703,
   doi:10.1016/j.bpj.2012.02.032.
"""

from __future__ import annotations

import atexit
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import InputError, MissingExtraError
from skimpy_renaissance.extras import import_extra
from skimpy_renaissance.thermodynamics.compounds import Match, match_metabolites, matches_table
from skimpy_renaissance.thermodynamics.conditions import PerCompartment, conditions_of
from skimpy_renaissance.thermodynamics.proton_transport import Balance, balance_of
from skimpy_renaissance.thermodynamics.reaction_energies import (
    GAS_CONSTANT,
    ReactionEnergies,
    missing_table,
)

__all__ = ["energies_from_equilibrator"]

Array = NDArray[np.float64]

_TEMPERATURE = 298.15  # kelvin: that of the data
_NOT_COVERED = 1e-6  # of a reaction's part that nothing tells


def energies_from_equilibrator(
    model: Any,
    *,
    ph: PerCompartment,
    ionic_strength: PerCompartment = 0.25,
    p_mg: PerCompartment = 3.0,
    potential: Mapping[str, float] | None = None,
    reactions: Iterable[str] | None = None,
    compounds: Mapping[str, str] | None = None,
) -> ReactionEnergies:
    """Estimate energies of a metabolic model's reactions by component contribution.

    Nothing is downloaded; the data come with the extra ``thermo``. The first call of a process
    reads them, which takes seconds.

    Parameters
    ----------
    model
        A COBRApy model; its metabolites have formulas, charges and annotations.
    ph
        pH of all compartments, or compartment to pH.
    ionic_strength
        The same, mol/L.
    p_mg
        The same, -log10 of free magnesium, mol/L.
    potential
        Compartment to electric potential, mV, counted from those that are not named:
        ``{"c": -150.0}``. Without it reactions that move a charge from one compartment to another
        have no energy.
    reactions
        Names; by default all but exchanges.
    compounds
        Metabolite, with or without its compartment, to the compound that it counts as, for what is
        matched wrongly or estimated better by a relative: ``{"q8": "kegg:C00399", "q8h2":
        "kegg:C00390"}`` gives a quinone the energies of one with a shorter tail, which were
        measured.

    Returns
    -------
    ReactionEnergies
        What has no estimate is in ``missing``, with the reason.

    Raises
    ------
    MissingExtraError
        eQuilibrator, or its data, are not installed.
    MissingEntryError
        There is no such reaction, metabolite or compound, or a compartment has no pH.
    InputError
        A condition is not possible, or ``model`` is no metabolic model.

    Examples
    --------
    >>> import cobra  # doctest: +SKIP
    >>> model = cobra.io.load_model("textbook")  # doctest: +SKIP
    >>> energies = energies_from_equilibrator(  # doctest: +SKIP
    ...     model, ph={"c": 7.5, "e": 7.0}, potential={"c": -150.0}
    ... )
    """
    chosen = _chosen(model, reactions)
    metabolites = list(dict.fromkeys(m for reaction in chosen for m in reaction.metabolites))
    conditions = conditions_of(
        [m.compartment for m in metabolites],
        ph=ph,
        ionic_strength=ionic_strength,
        p_mg=p_mg,
        potential=potential,
        others=[m.compartment for m in model.metabolites],
    )
    contribution = _component_contribution()
    matches = match_metabolites(metabolites, contribution.ccache, stated=compounds)
    formation = _Formation(contribution, conditions)
    protons = {m.id for m in metabolites if _is(m, matches, contribution.ccache.is_proton)}
    water = {m.id for m in metabolites if _is(m, matches, contribution.ccache.is_water)}
    rows, reasons = {}, {}
    for reaction in chosen:
        found = _energy(reaction, matches, protons, formation)
        if isinstance(found, str):
            reasons[reaction.id] = found
        else:
            rows[reaction.id] = found
    thermal = GAS_CONSTANT * _TEMPERATURE
    longest = max((len(root) for _, root in rows.values()), default=0)
    roots = np.zeros((len(rows), longest))  # of a transport, whose compound cancels: none
    for row, (_, root) in zip(roots, rows.values(), strict=True):
        row[: len(root)] = root
    covariance = roots @ roots.T
    known = [reaction for reaction in chosen if reaction.id in rows]
    return ReactionEnergies(
        tuple(rows),
        np.array([-energy for energy, _ in rows.values()]) / thermal,
        covariance / thermal**2,
        "component contribution (eQuilibrator)",
        protons={
            m.id: float(conditions["ph"][m.compartment]) for m in metabolites if m.id in protons
        },
        stoichiometry={
            r.id: {m.id: float(n) for m, n in r.metabolites.items() if m.id not in water}
            for r in known
        },
        conditions=conditions,
        matches=matches_table(matches, contribution.ccache),
        missing=missing_table(reasons),
        temperature=_TEMPERATURE,
    )


def _chosen(model: Any, reactions: Iterable[str] | None) -> list[Any]:
    there = getattr(model, "reactions", None)
    if there is None or not hasattr(there, "get_by_id"):
        raise InputError(
            f"Energies are those of a COBRApy model's reactions, got {type(model).__name__}. Pass "
            "cobra.io.load_model('textbook'), or read a file with cobra.io."
        )
    if reactions is None:
        return [reaction for reaction in there if len(reaction.metabolites) > 1]
    names = list(dict.fromkeys(reactions))
    require_names(names, [reaction.id for reaction in there], what="reaction of the model")
    return [there.get_by_id(name) for name in names]


@cache
def _component_contribution() -> Any:
    """Return eQuilibrator with the data that are installed; it is loaded once per process."""
    what = "Estimating reaction energies"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its dependencies' own
        data = import_extra("equilibrator_cache_data", extra="thermo", needed_by=what)
        api = import_extra("equilibrator_api", extra="thermo", needed_by=what)
        if not data.is_available():
            raise MissingExtraError(
                f"{what} needs the database of compounds that equilibrator-cache-data ships, which "
                "is not in this installation. Install it anew: pip install --force-reinstall "
                "equilibrator-cache-data."
            )
        atexit.register(_component_contribution.cache_clear)  # while its database can be closed
        return api.ComponentContribution()


def _is(metabolite: Any, matches: Mapping[str, Match], what: Any) -> bool:
    compound = matches[metabolite.id].compound
    return compound is not None and bool(what(compound))


class _Formation:
    """Formation energies of compounds in compartments, each computed once."""

    def __init__(self, contribution: Any, conditions: pd.DataFrame) -> None:
        self._contribution, self.conditions = contribution, conditions
        self._known: dict[int, Any] = {}
        self._transforms: dict[tuple[int, str], float] = {}

    def of(self, compound: Any) -> tuple[float, Array, Array] | None:
        """Return energy (kJ/mol), root of its covariance, and its part that nothing tells."""
        if compound.id not in self._known:
            energy, known, unknown = self._contribution.standard_dg_formation(compound)
            self._known[compound.id] = None if energy is None else (energy, known, unknown)
        return self._known[compound.id]

    def transform(self, compound: Any, compartment: str) -> float:
        """Return what the conditions of a compartment add, kJ/mol."""
        key = compound.id, compartment
        if key not in self._transforms:
            here = self.conditions.loc[compartment]
            quantity = import_extra("equilibrator_api", extra="thermo", needed_by="Energies").Q_
            self._transforms[key] = float(
                compound.transform(
                    p_h=quantity(here["ph"]),
                    ionic_strength=quantity(here["ionic_strength"], "M"),
                    temperature=quantity(_TEMPERATURE, "K"),
                    p_mg=quantity(here["p_mg"]),
                ).m_as("kJ/mol")
            )
        return self._transforms[key]


def _energy(
    reaction: Any, matches: Mapping[str, Match], protons: set[str], formation: _Formation
) -> tuple[float, Array] | str:
    """Return energy and root of its variance, kJ/mol; or why there is none."""
    unmatched = [m.id for m in reaction.metabolites if matches[m.id].compound is None]
    if unmatched:
        return f"{unmatched[0]}: {matches[unmatched[0]].how}"
    compounds = {m: matches[m.id].compound for m in reaction.metabolites}
    balance = balance_of(reaction, compounds, protons)
    if isinstance(balance, str):
        return balance
    energy: float = 0.0
    net: Counter[Any] = Counter()
    for metabolite, n in reaction.metabolites.items():
        if metabolite.id in protons:
            continue
        compound = compounds[metabolite]
        if not compound.can_be_transformed():
            return f"{metabolite.id}: its compound has no dissociation constants"
        energy += n * formation.transform(compound, metabolite.compartment)
        net[compound] += n
    root, untold = np.zeros(0), np.zeros(0)
    for compound, n in net.items():
        told = formation.of(compound) if n else None
        if told is not None:
            energy += n * told[0]
            root = n * told[1] + (root if root.size else 0.0)
            untold = n * told[2] + (untold if untold.size else 0.0)
        elif n:
            name = next(m.id for m, one in compounds.items() if one == compound)
            return f"{name}: no data, and no groups that it consists of"
    if np.abs(untold).max(initial=0.0) > _NOT_COVERED:
        return "no data and no groups tell this energy"
    brought = _brought(balance, formation.conditions)
    return brought if isinstance(brought, str) else (energy + brought, root)


def _brought(balance: Balance, conditions: pd.DataFrame) -> float | str:
    """Return what protons and charges bring that cross a membrane, kJ/mol."""
    from equilibrator_cache.thermodynamic_constants import (  # noqa: PLC0415 - extra "thermo"
        FARADAY,
        LOG10,
        R,
        debye_hueckel,
    )

    thermal = R.m_as("kJ/mol/K") * _TEMPERATURE
    brought = 0.0
    for compartment, (protons, charge) in sorted(balance.items()):
        here = conditions.loc[compartment].to_dict()
        strength = here["ionic_strength"]
        screened = debye_hueckel(strength**0.5, _TEMPERATURE) if strength > 0 else 0.0
        brought -= protons * (thermal * LOG10 * here["ph"] + screened)
        if charge and np.isnan(here["potential"]):
            return (
                f"it moves a charge of {charge:+g} into compartment {compartment}, and no "
                "potential is stated"
            )
        if charge:
            brought += charge * FARADAY.m_as("kC/mol") * here["potential"] / 1000
    return brought
