r"""Kinetic networks from thermodynamics-based flux models: fluxes and energies of one solution.

The equilibrium constant is the one over the metabolites that the kinetic model counts, protons
among them, with the solution's :math:`\Delta G_r` and concentrations,

.. math:: \ln K_r = -\frac{\Delta G_r}{RT} + \sum_m n_{mr} \ln c_m ,

and a reaction is irreversible where :math:`|RT \ln K_r|` exceeds a limit, as SKiMPy has it.

References
----------
Salvy et al., *Bioinformatics* 35 (2019) 167, doi:10.1093/bioinformatics/bty499 (pyTFA).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from skimpy_renaissance.checks import require_positive
from skimpy_renaissance.draft.assembly import named_metabolites, water_of
from skimpy_renaissance.draft.draft import Draft, draft_from_cobra
from skimpy_renaissance.errors import InputError, MissingEntryError, SteadyStateError, listed
from skimpy_renaissance.network import KineticNetwork

if TYPE_CHECKING:
    from pytfa import ThermoModel

__all__ = ["draft_from_pytfa", "from_pytfa"]


def draft_from_pytfa(
    tmodel: ThermoModel,
    solution: Mapping[str, float] | pd.Series | None = None,
    *,
    reactions: Iterable[str] | None = None,
    irreversible: Collection[str] = (),
    irreversible_beyond: float = 100.0,
    concentration_scaling: float | None = None,
    excluded: Collection[str] = (),
    **choices: Any,
) -> Draft:
    """Draft a kinetic model from a pyTFA model, with all that was decided on the way.

    Parameters
    ----------
    tmodel
        A converted model (``tmodel.convert()``). It is left as it is.
    solution
        Values of its variables: fluxes ``R`` and ``R_reverse_xxxxx`` (mmol/gDW/h), ``LC_met``
        (ln mol/L), ``DG_R``; ``tmodel.optimize().raw``, or a row of
        :func:`~skimpy_renaissance.steady_states.sample_tfa_states`. By default the model is solved.
    reactions, excluded
        As in :func:`~skimpy_renaissance.draft.draft_from_cobra`.
    irreversible
        Further reactions from whose products nothing flows back.
    irreversible_beyond
        Reactions are irreversible whose standard energy is larger, in the model's unit of energy.
    concentration_scaling
        Scaled concentration per mol/L: the network then has its equilibrium constants as values.
    **choices
        ``laws``, ``held``, ``lump``, ``prune`` and others of
        :func:`~skimpy_renaissance.draft.draft_from_cobra`.

    Returns
    -------
    Draft
        With ``equilibrium_constants``; NaN where the model has no energy.

    Raises
    ------
    InputError
        This is no converted pyTFA model, or as in
        :func:`~skimpy_renaissance.draft.draft_from_cobra`.
    MissingEntryError
        The solution lacks a variable.
    SteadyStateError
        The model has no solution.

    Examples
    --------
    >>> import cobra
    >>> from skimpy_renaissance.draft import draft_from_pytfa
    >>> def constants(tmodel):  # a pytfa.ThermoModel, converted
    ...     return draft_from_pytfa(tmodel, tmodel.optimize().raw).equilibrium_constants
    >>> draft_from_pytfa(cobra.Model("without energies"))
    Traceback (most recent call last):
    skimpy_renaissance.errors.InputError: A converted pyTFA model is needed, but this ...
    """
    require_positive("irreversible_beyond", irreversible_beyond)
    _require_converted(tmodel)
    values = _solution(tmodel) if solution is None else dict(solution)
    _require_complete(tmodel, values)
    out = named_metabolites(tmodel, excluded, what="excluded") | water_of(tmodel)
    log_k = _log_equilibrium_constants(tmodel, values, out)
    fixed = tmodel.RT * log_k.abs() > irreversible_beyond
    fluxes = {r.id: values[r.id] - values[r.reverse_id] for r in tmodel.reactions}
    draft = draft_from_cobra(
        tmodel,
        reactions,
        fluxes=fluxes,
        irreversible={*irreversible, *log_k.index[fixed]},
        excluded=excluded,
        **choices,
    )
    kept = {
        name: sum(w * log_k[part] for part, w in draft.lumps.get(name, {name: 1.0}).items())
        * (-1.0 if name in draft.reversed_reactions else 1.0)
        for name in draft.network.reaction_names
    }
    constants = pd.Series(kept, name="k_equilibrium", dtype=float).map(np.exp)
    network = draft.network
    if concentration_scaling is not None:
        network = _with_constants(network, constants, concentration_scaling)
    return replace(draft, network=network, equilibrium_constants=constants)


def from_pytfa(
    tmodel: ThermoModel,
    solution: Mapping[str, float] | pd.Series | None = None,
    **choices: Any,
) -> KineticNetwork:
    """Draft a kinetic model from a pyTFA model.

    Parameters
    ----------
    tmodel
        A converted model (``tmodel.convert()``).
    solution
        Values of its variables; by default the model is solved.
    **choices
        ``reactions``, ``laws``, ``lump``, ``concentration_scaling`` and others of
        :func:`~skimpy_renaissance.draft.draft_from_pytfa`, which also tells what was decided.

    Returns
    -------
    KineticNetwork

    Raises
    ------
    InputError
        As :func:`~skimpy_renaissance.draft.draft_from_pytfa`, in its several kinds.

    Examples
    --------
    >>> import cobra
    >>> def core_of(tmodel):  # a pytfa.ThermoModel, converted: load_json_model of pytfa.io.json
    ...     return sr.from_pytfa(tmodel, reactions=["PGI", "PFK"], lump=True)
    >>> core_of(cobra.Model("without energies"))
    Traceback (most recent call last):
    skimpy_renaissance.errors.InputError: A converted pyTFA model is needed, but this ...
    """
    return draft_from_pytfa(tmodel, solution, **choices).network


def _require_converted(tmodel: object) -> None:
    for kind in ("log_concentration", "delta_g"):
        if not getattr(tmodel, kind, None):
            raise InputError(
                f"A converted pyTFA model is needed, but this {type(tmodel).__name__} has no "
                f"{kind}. Call tmodel.prepare() and tmodel.convert() first, or take "
                "sr.from_cobra, which needs no energies."
            )


def _solution(tmodel: ThermoModel) -> dict[str, float]:
    if not np.isfinite(tmodel.slim_optimize()):
        raise SteadyStateError(
            f"The pyTFA model {tmodel.id!r} has no solution. Relax its bounds or energies "
            "(pytfa.optim.relaxation), or give a solution."
        )
    return {variable.name: float(variable.primal) for variable in tmodel.variables}


def _require_complete(tmodel: ThermoModel, values: Mapping[str, float]) -> None:
    names = [name for r in tmodel.reactions for name in (r.id, r.reverse_id)]
    names += [variable.name for kind in (tmodel.delta_g, tmodel.log_concentration)
              for variable in kind]  # fmt: skip
    lost = [name for name in names if name not in values]
    if lost:
        raise MissingEntryError(
            f"The solution needs every flux, DG_ and LC_ variable of the pyTFA model; {len(lost)} "
            f"of {len(names)} are absent: {listed(lost)}. Pass tmodel.optimize().raw."
        )


def _log_equilibrium_constants(
    tmodel: ThermoModel, values: Mapping[str, float], out: Collection[str]
) -> pd.Series:
    found = {}
    for reaction in tmodel.reactions:
        counted = {m.id: n for m, n in reaction.metabolites.items() if m.id not in out}
        known = reaction.id in tmodel.delta_g and all(
            m in tmodel.log_concentration for m in counted
        )
        if not known:
            found[reaction.id] = np.nan
            continue
        energy = values[tmodel.delta_g.get_by_id(reaction.id).name]
        levels = {m: values[tmodel.log_concentration.get_by_id(m).name] for m in counted}
        found[reaction.id] = -energy / tmodel.RT + sum(n * levels[m] for m, n in counted.items())
    return pd.Series(found, dtype=float)


def _with_constants(
    network: KineticNetwork, constants: pd.Series, scaling: float
) -> KineticNetwork:
    require_positive("concentration_scaling", scaling)
    values = {}
    for reaction in network.reactions:
        if reaction.equilibrium_constant is not None and np.isfinite(constants[reaction.name]):
            order = sum(reaction.stoichiometry.values())
            values[reaction.equilibrium_constant] = float(constants[reaction.name] * scaling**order)
    return network.with_parameters(values)
