r"""Kinetics at a steady state: from Michaelis constants to Vmax, elasticities and Jacobians.

What every Km set makes of the reference fluxes and concentrations, for any number of models at
once; the equations stand in :mod:`~skimpy_renaissance.kinetics.formulas`.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics import formulas
from skimpy_renaissance.kinetics.evaluation import Evaluation
from skimpy_renaissance.kinetics.verdicts import Verdicts, dense_verdicts, sparse_verdicts
from skimpy_renaissance.spectrum.cascade import exact_verdicts
from skimpy_renaissance.spectrum.error_bounds import real_part_errors
from skimpy_renaissance.spectrum.lambda_max import lambda_max, ranked, require_rank
from skimpy_renaissance.spectrum.mode_gradients import followed, smoothly_followed
from skimpy_renaissance.spectrum.ritz_pairs import RitzPairs, ritz_pairs
from skimpy_renaissance.spectrum.route import Accurate, SparseModels
from skimpy_renaissance.spectrum.smoothed import Smoothed, smoothed_lambda_max
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["BoundKinetics"]


@dataclass(frozen=True, eq=False, repr=False)
class BoundKinetics(Evaluation):
    """Rate laws tied to one steady state, or to a batch of them.

    Every method takes ``log_km``: `` `model x km` ``, ln(mol/L), columns = ``km_names``. Bound to
    several states, it also takes `` `state x model x km` ``, and every result gains a leading
    ``state`` axis. Results are float64 and differentiable in ``log_km`` and in the reference point.

    Examples
    --------
    >>> log_km = bound.log_km_anchors  # every enzyme half saturated, one model
    >>> bound.elasticities(log_km).shape, bound.jacobian(log_km).shape
    (torch.Size([1, 44, 44]), torch.Size([1, 39, 39]))
    >>> round(bound.lambda_max(log_km).item(), 2)  # 1/h
    -1.7
    """

    def __repr__(self) -> str:
        where = "one steady state" if self.n_states is None else f"{self.n_states} steady states"
        return f"<BoundKinetics of {self.network.name!r} at {where}>"

    @property
    def log_km_anchors(self) -> Tensor:
        """`` `state x km` ``, ln(mol/L): concentration of the metabolite that each Km belongs to.

        A single state has one row.
        """
        x = self.reference.of_metabolites(self.network.hooks[name] for name in self.km_names)
        of_states = torch.from_numpy(x).to(self.reference.device).reshape(-1, len(self.km_names))
        return self.reference.log_molar(of_states)

    @property
    def log_km_bounds(self) -> Tensor:
        """`` `km x 2` ``, ln(mol/L): bounds set on the network, NaN where open."""
        bounds = [self.network.bounds.get(name, (None, None)) for name in self.km_names]
        values = [[torch.nan if side is None else side for side in pair] for pair in bounds]
        scaled = torch.tensor(values, dtype=torch.float64, device=self.reference.device)
        return self.reference.log_molar(scaled.reshape(-1, 2))

    def vmax(self, log_km: Tensor) -> Tensor:
        """Return the capacities that reproduce the reference fluxes.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `` `model x reaction` ``, scaled concentration per model time; 1 for a rate law that
            has no capacity.
        """
        return self._by_formula(log_km, formulas.vmax)

    def elasticities(self, log_km: Tensor) -> Tensor:
        """Return scaled elasticities towards the balanced metabolites.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `` `model x reaction x metabolite` ``, dimensionless.
        """
        return self._by_formula(log_km, formulas.elasticities)

    def jacobian(self, log_km: Tensor) -> Tensor:
        """Return the Jacobian of the independent metabolites.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `` `model x independent x independent` ``, 1/h: d(dx_i/dt)/dx_j.
        """
        return self._by_formula(log_km, formulas.jacobian)

    def scaled_jacobian(self, log_km: Tensor) -> Tensor:
        """Return the Jacobian of the logarithmic concentrations; it has the same eigenvalues.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `` `model x independent x independent` ``, 1/h: d(dln x_i/dt)/dln x_j.
        """
        return self._by_formula(log_km, formulas.scaled_jacobian)

    def eigenvalues(self, log_km: Tensor) -> Tensor:
        """Return the whole spectrum of the Jacobian.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `` `model x independent` ``, complex128, 1/h, real parts descending; NaN where the
            Jacobian is not finite or not invertible.
        """
        if route := self._lane_route(log_km):
            return self._by_sparse(log_km, lambda models, _: route.eigenvalues_of(models))
        return self._by_jacobian(log_km, self.spectrum.eigenvalues)

    def lambda_max(self, log_km: Tensor) -> Tensor:
        """Return the largest real part of the spectrum.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `` `model` ``, 1/h; NaN where the Jacobian is not finite or not invertible.
        """
        if route := self._lane_route(log_km, follows=True):
            return self._by_sparse(log_km, partial(followed, chosen=route.leading_of))
        return self._followed(log_km, lambda_max)

    def ranked_mode(self, log_km: Tensor, *, rank: int) -> Tensor:
        """Return the real part of one eigenvalue chosen by rank.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).
        rank
            Position among the real parts in descending order: 0 the slowest mode, 1 the next
            (the other one of a complex pair), -1 the fastest.

        Returns
        -------
        torch.Tensor
            `` `model` ``, 1/h; NaN where the Jacobian is not finite or not invertible.

        Raises
        ------
        InputError
            There is no such rank.
        """
        require_rank(rank, len(self.network.conserved_pools.independent))
        if route := self._lane_route(log_km, follows=True):
            chosen = partial(route.ranked_of, rank=rank)
            return self._by_sparse(log_km, partial(followed, chosen=chosen))
        return self._followed(log_km, partial(ranked, rank=rank))

    def smoothed_lambda_max(self, log_km: Tensor, *, sharpness: float = 5.0) -> Smoothed:
        """Return the smoothed maximum of the real parts, and the maximum itself.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).
        sharpness
            The larger, the closer to the maximum; see :mod:`skimpy_renaissance.spectrum.smoothed`.

        Returns
        -------
        Smoothed
            ``value``, differentiable, and ``lambda_max``, without gradient: `` `model` ``, 1/h,
            each; NaN where the Jacobian is not finite or not invertible.

        Raises
        ------
        InputError
            ``sharpness`` is not positive and finite.
        """
        if route := self._lane_route(log_km, follows=True):
            find = route.eigenvalues_of
            follow = partial(smoothly_followed, eigenvalues_of=find, sharpness=sharpness)
            both = self._by_sparse(log_km, follow)
        else:
            smooth = partial(smoothed_lambda_max, sharpness=sharpness)
            both = self._by_jacobian(log_km, lambda scaled, _: torch.stack(smooth(scaled), -1))
        value, largest = both.unbind(-1)
        return Smoothed(value, largest.detach())

    def slow_modes(self, log_km: Tensor, *, count: int = 4, near: float = 0.0) -> RitzPairs:
        """Return a few slow modes and the metabolites that they move, at a fraction of the cost.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).
        count
            How many modes of each model; of a complex pair both count.
        near
            Where the modes are looked for, 1/h; see :mod:`skimpy_renaissance.spectrum.ritz_pairs`
            for what may be missed.

        Returns
        -------
        RitzPairs
            ``values`` (1/h) and ``residuals``, `` `model x mode` ``, and ``vectors``,
            `` `model x mode x independent` ``: eigenvectors of :meth:`scaled_jacobian`, relative
            changes of concentration. The rightmost first, NaN where none has converged.

        Raises
        ------
        InputError
            There are not so many modes, or ``near`` is not finite.
        """

        def judge(scaled: Tensor, _: Tensor) -> Tensor:
            found = ritz_pairs(scaled, count=count, near=near, elimination=elimination)
            scalars = torch.stack((found.values, found.residuals.to(found.values.dtype)), -1)
            return torch.cat((scalars, found.vectors), -1)

        elimination = self.sparse.elimination
        with torch.no_grad():
            modes = self._by_jacobian(log_km, judge)
        return RitzPairs(modes[..., 0], modes[..., 2:], modes[..., 1].real)

    def lambda_max_error(self, log_km: Tensor) -> Tensor:
        """Return how far :meth:`lambda_max` may be from that of exact arithmetic.

        The constants of models and state are taken as exact; what rounding can do to them on the
        way is followed to first order (:mod:`skimpy_renaissance.spectrum.rounding_kernels`). Not
        differentiable.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `` `model` ``, 1/h; infinite where it is not known, as for modes that coincide; NaN
            where ``lambda_max`` is.

        Raises
        ------
        InputError
            No kernel computes these models: a GPU, another route, a function in a rate law.
        """
        with torch.no_grad():
            if (route := self._lane_route(log_km)) is None:
                raise InputError(
                    "lambda_max_error needs the compiled kernels: kinetics on the CPU, the "
                    "accurate route (spectrum=Accurate()), and rate laws of + - * / ** exp log "
                    "sqrt."
                )

            def bounds(models: SparseModels, _: Tensor) -> Tensor:
                return real_part_errors(models, route.leading_of(models))

            return self._by_sparse(log_km, bounds)

    def valid(self, log_km: Tensor, criterion: Validity) -> Tensor:
        """Return the verdict on each model: ``criterion(lambda_max)``, at less cost.

        As :meth:`verdicts`, without how it is known.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).
        criterion
            When a model counts as valid.

        Returns
        -------
        torch.Tensor
            `` `model` ``, bool; ``False`` where the Jacobian is not finite or not invertible.
        """
        return self.verdicts(log_km, criterion).valid

    def verdicts(self, log_km: Tensor, criterion: Validity) -> Verdicts:
        """Return the verdict on each model, and which of them rounding could have turned.

        Cheap tests reject most invalid models; the accurate route decides on all others, and exact
        arithmetic where the error of an eigenvalue reaches a limit (within seconds each; a minute
        for two hundred variables). Where ``spectrum`` is another route, it decides on all. Not
        differentiable.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).
        criterion
            When a model counts as valid.

        Returns
        -------
        Verdicts
            ``valid`` and ``settled``, `` `model` ``, bool; both ``False`` where the Jacobian is not
            finite or not invertible.
        """
        with torch.no_grad():
            if route := self._lane_route(log_km):
                judge = partial(sparse_verdicts, criterion=criterion, exact=route)
                both = self._by_sparse(log_km, lambda models, _: judge(models))
            elif isinstance(self.spectrum, Accurate):
                chunk, exact = self.batching.chunk, self.spectrum
                by = partial(dense_verdicts, criterion=criterion, exact=exact, chunk=chunk)
                both = self._by_formula(log_km, by, chunk=4 * chunk)  # elasticities are small
            else:
                decide = partial(exact_verdicts, criterion=criterion, route=self.spectrum)
                valid = self._by_jacobian(log_km, decide)
                both = torch.stack((valid, torch.zeros_like(valid)), -1)
            return Verdicts(*both.unbind(-1))
