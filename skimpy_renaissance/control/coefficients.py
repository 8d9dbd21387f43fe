r"""Flux and concentration control coefficients of a whole population.

At a steady state with elasticities :math:`E` towards metabolites and :math:`\Pi` towards
parameters, pools tying dependent to independent metabolites by
:math:`Q = \partial\ln x_d/\partial\ln x_i`, and the balance
:math:`B = \operatorname{diag}(w_i/x_i) N_i \operatorname{diag}(v)`,

.. math::
    C^x = -\,[B\,(E_i + E_d Q)]^{-1}\, B\,\Pi, \qquad
    C^v = (E_i + E_d Q)\, C^x + \Pi .

The total :math:`T` of a conserved pool is a parameter too: it acts through
:math:`\Pi_T = E_d\,\partial\ln x_d/\partial\ln T`. Splitting fluxes into forward and backward ones
leaves :math:`C^x` as it is and takes their own elasticities in :math:`C^v`.

References
----------
1. Reder, *J. Theor. Biol.* 135 (1988) 175, doi:10.1016/S0022-5193(88)80073-0.
2. Wang, Birol and Hatzimanikatis, *Biophys. J.* 87 (2004) 3750, doi:10.1529/biophysj.104.048090.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch

from skimpy_renaissance.control.labelled import Coefficients
from skimpy_renaissance.control.rate_elasticities import (
    NET,
    Fluxes,
    RateElasticities,
    compile_elasticities,
    of_net,
)
from skimpy_renaissance.errors import InputError, MissingEntryError, listed, repeated
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.kinetics.reference import ReferencePoint
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.population.ensemble import Ensemble, warn_where_narrow
from skimpy_renaissance.sampling.parameter_sets import Sets, log_km_and_names
from skimpy_renaissance.spectrum.one_thread import on_one_thread

__all__ = [
    "Control",
    "ControlFunction",
    "compile_control",
    "control_coefficients",
    "parameter_elasticities",
]


@dataclass(frozen=True, eq=False)
class Control:
    """Control of fluxes and concentrations over the same parameters and sets.

    Parameters
    ----------
    flux
        What ``model.flux_control_fun(...)`` returns in SKiMPy.
    concentration
        What ``model.concentration_control_fun(...)`` returns: independent metabolites.
    all_concentrations
        Beyond SKiMPy: independent metabolites, then those that pools make dependent. A network
        response analysis built on these limits the dependent ones too.

    Examples
    --------
    >>> control = sr.control.control_coefficients(bound, population, ["vmax_forward_PFK"])
    >>> control.concentration.mean("sample").loc["fdp_c"].round(2)
    parameter
    vmax_forward_PFK    1.06
    Name: fdp_c, dtype: float64
    >>> len(control.concentration.rows), len(control.all_concentrations.rows)
    (39, 44)
    """

    flux: Coefficients
    concentration: Coefficients
    all_concentrations: Coefficients


def control_coefficients(
    bound: BoundKinetics,
    sets: Sets,
    parameters: Sequence[str] | None = None,
    *,
    fluxes: Fluxes = NET,
) -> Control:
    """Return how fluxes and concentrations respond to parameters.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    sets
        A population, or `` `model x km` ``, ln(mol/L).
    parameters
        Any names that occur in rate laws (Vmax, Km, equilibrium constants, boundary metabolites),
        and conserved pools by the text of ``network.conserved_pools.describe()``; by default all
        capacities.
    fluxes
        ``NET``, or ``SPLIT`` for forward and backward fluxes apart.

    Returns
    -------
    Control
        NaN for a set without an invertible Jacobian. Its tables know how sure their means are;
        a warning says where the sets are a generator's own draws.

    Raises
    ------
    InputError
        ``sets`` cannot be used, or a parameter is named twice.
    MissingEntryError
        A name is neither in a rate law nor a conserved pool.

    Examples
    --------
    >>> from skimpy_renaissance.control import control_coefficients
    >>> control = control_coefficients(bound, population)
    >>> control.flux.summary().loc["GLCpts", "mean"].nlargest(3).round(2)
    parameter
    vmax_forward_PGI       0.28
    vmax_forward_CYTBD     0.26
    vmax_forward_GLCpts    0.26
    Name: mean, dtype: float64
    """
    log_km, samples = log_km_and_names(bound, sets, what="Control analysis")
    ensemble = Ensemble()
    if isinstance(sets, ParameterPopulation):
        ensemble = warn_where_narrow(sets.provenance)
    function = compile_control(bound, parameters, fluxes=fluxes)
    with torch.no_grad():
        table = function(log_km).cpu().numpy()

    def labelled(axis: str, first: int, end: int) -> Coefficients:
        rows, parameters = function.rows[first:end], function.columns.parameters
        return Coefficients(table[:, first:end], axis, rows, parameters, samples, ensemble)

    n, m = len(bound.network.conserved_pools.independent), len(bound.network.variables)
    return Control(
        labelled("flux", m, len(function.rows)),
        labelled("concentration", 0, n),
        labelled("concentration", 0, m),
    )


@dataclass(frozen=True, eq=False, repr=False)
class ControlFunction:
    r"""Control coefficients as a function of :math:`\ln K_m`, with gradients, compiled once.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    columns
        Parameters, and metabolites in the order of the rows.
    net, parts
        Compiled elasticities of net rates, and of the fluxes asked for.
    fluxes
        Which these are.

    Examples
    --------
    >>> control = sr.control.compile_control(bound, ["vmax_forward_PFK", "vmax_forward_PYK"])
    >>> log_km = torch.tensor(population.log_km(bound.km_names))
    >>> control(log_km).shape  # models, 44 concentrations and 44 fluxes, parameters
    torch.Size([5, 88, 2])
    """

    bound: BoundKinetics
    columns: _Columns
    net: RateElasticities
    parts: tuple[RateElasticities, ...]
    fluxes: Fluxes

    def __repr__(self) -> str:
        shape = f"{len(self.rows)} x {len(self.columns.parameters)}"
        return f"<ControlFunction: {shape} (concentration or flux x parameter)>"

    @property
    def rows(self) -> tuple[str, ...]:
        """Concentrations (independent, then dependent), then fluxes."""
        return self.columns.metabolites + self.fluxes.names(self.bound.network.reaction_names)

    def __call__(self, log_km: torch.Tensor) -> torch.Tensor:
        """Return the coefficients.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `` `model x row x parameter` ``, dimensionless; NaN for a model without an invertible
            Jacobian.
        """
        return self.bound.batching.run(self.bound, log_km, partial(_control, self))


def compile_control(
    bound: BoundKinetics, parameters: Sequence[str] | None = None, *, fluxes: Fluxes = NET
) -> ControlFunction:
    """Differentiate all rate laws, for control coefficients of many batches of models.

    Parameters
    ----------
    bound, parameters, fluxes
        As for :func:`control_coefficients`.

    Returns
    -------
    ControlFunction

    Raises
    ------
    InputError, MissingEntryError
        As for :func:`control_coefficients`.

    Examples
    --------
    >>> control = sr.control.compile_control(bound, ["vmax_forward_PFK"])
    >>> control
    <ControlFunction: 88 x 1 (concentration or flux x parameter)>
    >>> control.rows[:2], control.rows[-2:]
    (('actp_c', 'atp_c'), ('TKT2', 'TPI'))
    """
    columns = _Columns.of(bound.network, parameters)
    net = compile_elasticities(bound, columns.names, of=of_net)
    parts = tuple(
        net if of is of_net else compile_elasticities(bound, columns.names, of=of)
        for _, of in fluxes.parts
    )
    return ControlFunction(bound, columns, net, parts, fluxes)


def parameter_elasticities(
    bound: BoundKinetics, sets: Sets, parameters: Sequence[str], *, fluxes: Fluxes = NET
) -> Coefficients:
    """Return how rates respond to parameters while all concentrations stay.

    Parameters
    ----------
    bound, sets, parameters, fluxes
        As for :func:`control_coefficients`; a pool's total acts through its dependent metabolite.

    Returns
    -------
    Coefficients

    Raises
    ------
    InputError, MissingEntryError
        As for :func:`control_coefficients`.

    Examples
    --------
    >>> names = ["vmax_forward_PFK", "km_substrate1_PFK"]
    >>> rates = sr.control.parameter_elasticities(bound, population, names)
    >>> rates.mean("sample").loc["PFK"].round(2)
    parameter
    vmax_forward_PFK     1.00
    km_substrate1_PFK   -0.59
    Name: PFK, dtype: float64
    """
    log_km, samples = log_km_and_names(bound, sets, what="Control analysis")
    columns = _Columns.of(bound.network, parameters)
    parts = [compile_elasticities(bound, columns.names, of=of) for _, of in fluxes.parts]

    def judge(bound: BoundKinetics, log_km: torch.Tensor) -> torch.Tensor:
        km = bound.reference.scaled(log_km)
        totals = _pool_effect(bound.reference)[:, :, columns.pools]
        pieces = [columns.split(part(bound, km), totals) for part in parts]
        return torch.cat([pi for _, _, pi in pieces], dim=-2)

    with torch.no_grad():
        table = bound.batching.run(bound, log_km, judge).cpu().numpy()
    rows = fluxes.names(bound.network.reaction_names)
    return Coefficients(table, "flux", rows, columns.parameters, samples)


@dataclass(frozen=True)
class _Columns:
    """Names that rates are differentiated towards, and the order in which results list them."""

    network: KineticNetwork
    parameters: tuple[str, ...]
    in_rates: tuple[str, ...]
    pools: tuple[int, ...]

    @classmethod
    def of(cls, network: KineticNetwork, parameters: Sequence[str] | None) -> _Columns:
        default = [name for name in network.vmax_names if name is not None]
        given = tuple(default if parameters is None else map(str, parameters))
        twice = repeated(given)
        if twice or not given:
            raise InputError(
                f"parameters must be one or more different names; used twice: {listed(twice)}."
                if twice
                else "parameters must hold at least one name, got none."
            )
        known = {n for r in network.reactions for n in r.names.values()} - set(network.variables)
        totals = {text: i for i, text in enumerate(network.conserved_pools.describe())}
        unknown = [name for name in given if name not in known and name not in totals]
        if unknown:
            raise MissingEntryError(
                f"No rate law of {network.name!r} has the parameter {listed(unknown)}, nor is it a "
                f"conserved pool. Names look like {listed(sorted(known), most=3)}; pools are "
                "network.conserved_pools.describe()."
            )
        pools = tuple(totals[name] for name in given if name not in known)
        return cls(network, given, tuple(n for n in given if n in known), pools)

    @property
    def metabolites(self) -> tuple[str, ...]:
        return self.network.conserved_pools.independent_first

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.metabolites, *self.in_rates)

    def split(
        self, elasticities: torch.Tensor, totals: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return those towards independent metabolites, dependent ones, and parameters."""
        pools = self.network.conserved_pools
        sizes = (len(pools.independent), len(pools.dependent), len(self.in_rates))
        e_i, e_d, e_p = elasticities.split(sizes, dim=-1)
        return e_i, e_d, self.ordered(e_p, e_d @ totals)

    def ordered(self, in_rates: torch.Tensor, pools: torch.Tensor) -> torch.Tensor:
        """Return columns of parameters in rates and of pools in the order asked for."""
        rates, totals = iter(range(len(self.in_rates))), iter(range(len(self.pools)))
        in_rate = set(self.in_rates)
        order = [
            next(rates) if name in in_rate else len(self.in_rates) + next(totals)
            for name in self.parameters
        ]
        return torch.cat([in_rates, pools], dim=-1)[..., order]


# -- the mathematics, for one piece of a batch -----------------------------------------------------


def _control(control: ControlFunction, bound: BoundKinetics, log_km: torch.Tensor) -> torch.Tensor:
    """Return `` model x (metabolite, flux) x parameter ``."""
    columns, reference = control.columns, bound.reference
    km = reference.scaled(log_km)
    q, totals = reference.pool_weights, _pool_effect(reference)[:, :, columns.pools]
    e_i, e_d, e_p = columns.split(control.net(bound, km), totals)
    balance = reference.weighted_stoichiometry
    c_x = -_solve(balance @ (e_i + e_d @ q), balance @ e_p)
    direct = columns.ordered(totals.new_zeros(1, totals.shape[1], len(columns.in_rates)), totals)
    blocks = [c_x, q @ c_x + direct]
    for part in control.parts:
        e_i, e_d, e_p = columns.split(part(bound, km), totals)
        blocks.append((e_i + e_d @ q) @ c_x + e_p)
    return torch.cat(blocks, dim=-2)


@on_one_thread
def _solve(jacobian: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Solve with equilibrated rows; NaN where the matrix is singular or not finite."""
    scale = 1 / jacobian.abs().amax(-1, keepdim=True)
    usable = (scale * jacobian).isfinite().all(-1).all(-1) & right.isfinite().all(-1).all(-1)
    matrix = (scale * jacobian).where(usable[:, None, None], 0.0)
    solution, failed = torch.linalg.solve_ex(matrix, scale * right)
    return solution.masked_fill(((failed != 0) | ~usable)[:, None, None], torch.nan)


def _pool_effect(reference: ReferencePoint) -> torch.Tensor:
    r"""Return `` 1 x dependent x pool ``: :math:`\partial\ln x_d/\partial\ln T` at fixed x_i."""
    pools = reference.network.conserved_pools
    amounts = torch.from_numpy(pools.matrix / reference.network.volume_ratios)
    amounts = amounts.to(reference.device)
    totals = reference.concentrations @ amounts.mT
    inverse = torch.linalg.inv(amounts[:, pools.dependent])
    x_dependent = reference.concentrations[..., pools.dependent]
    return inverse * totals[..., None, :] / x_dependent[..., :, None]
