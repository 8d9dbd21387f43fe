r"""Which enzymes to change, and by how much: a linear problem in logarithms.

With :math:`e` the ln of the fold changes of enzymes, control coefficients [1]_ tell to first order
how concentrations and fluxes follow,

.. math:: \Delta \ln x = C_x e, \qquad \Delta \ln v = C_v e .

Sought are a few enzymes and their :math:`e` that raise a combination of these most,

.. math:: \max_e\ \sum_y w_y\, C_y e, \qquad \#\{i : e_i \ne 0\} \le n,
          \qquad -\ln d \le e_i \le \ln u ,

within limits that are linear too: of concentrations and fluxes, :math:`|C e| \le \ln f`; of growth,
:math:`C_\mu e \ge \ln g`; and of directions: a reaction with the flux's sign :math:`s` stays on its
side of equilibrium,

.. math:: s\,\Big(\sum_m n_m \ln x_m - \ln K + \sum_m n_m C_{x_m} e\Big) \le 0 ,

with the most favourable :math:`K` of a range where one is given. A limit that the steady state
itself does not keep is moved to where the state is, and named.

References
----------
.. [1] Tsouka et al., *Metab. Eng.* 64 (2021) 73, doi:10.1016/j.ymben.2021.01.004.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.control import Control
from skimpy_renaissance.design.limit_rows import Ranges, Setting, candidates_of
from skimpy_renaissance.design.limits import DesignLimits
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.population.ensemble import Ensemble, ensemble_of
from skimpy_renaissance.steady_states import SteadyState

__all__ = ["ResponseProblem"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class ResponseProblem:
    """Enzymes to choose from, what they do in each model, and limits.

    Parameters
    ----------
    enzymes
        `` `enzyme` ``: reactions whose enzymes may change.
    models
        `` `model` ``: names of the parameter sets.
    gain
        `` `model x enzyme` ``: how the objective, a logarithm, follows.
    rows
        `` `row` ``: limits in words.
    effects
        `` `model x row x enzyme` ``.
    low, high
        `` `model x row` ``: what ``effects @ e`` may be; infinite where open.
    limits
        How far enzymes may go.
    weights
        Reaction or metabolite to its weight in what is raised.
    violated
        Limits that the steady state itself does not keep, in words.
    ensemble
        What the models stand for, and how many independent ones they are worth.
    """

    enzymes: tuple[str, ...]
    models: tuple[str, ...]
    gain: Array
    rows: tuple[str, ...]
    effects: Array = field(repr=False)
    low: Array
    high: Array
    limits: DesignLimits
    weights: Mapping[str, float]
    violated: tuple[str, ...] = ()
    ensemble: Ensemble = field(default_factory=Ensemble, repr=False)

    def __len__(self) -> int:
        """Return the number of models."""
        return len(self.models)

    @property
    def objective(self) -> str:
        """What is raised, in words: ``"ln product - ln uptake"``."""
        parts = [
            name if weight == 1 else f"-{name}" if weight == -1 else f"{weight:g} {name}"
            for name, weight in self.weights.items()
        ]
        return "ln " + " + ln ".join(parts).replace("+ ln -", "- ln ")

    def __repr__(self) -> str:
        return (
            f"<ResponseProblem: raise {self.objective} by {self.limits.enzymes} of "
            f"{len(self.enzymes)} enzymes, {len(self.rows)} limits, {len(self)} models>"
        )

    def log_changes(self, folds: Mapping[str, float]) -> Array:
        """Return the changes of a design.

        Parameters
        ----------
        folds
            Enzyme to fold change; the others stay as they are.

        Returns
        -------
        numpy.ndarray
            `` `enzyme` ``, ln of fold changes.

        Raises
        ------
        MissingEntryError
            An enzyme is none of the problem.
        """
        require_names(folds, self.enzymes, what="enzyme of the problem")
        return np.log([folds.get(name, 1.0) for name in self.enzymes])

    def log_gains(self, folds: Mapping[str, float]) -> Array:
        """Return what control coefficients promise of a design.

        Parameters
        ----------
        folds
            Enzyme to fold change.

        Returns
        -------
        numpy.ndarray
            `` `model` ``: the logarithm of the objective.

        Raises
        ------
        MissingEntryError
            An enzyme is none of the problem.
        """
        return np.asarray(self.gain @ self.log_changes(folds))

    @classmethod
    def of(
        cls,
        control: Control,
        network: KineticNetwork,
        state: SteadyState,
        objective: Mapping[str, float] | str,
        limits: DesignLimits | None = None,
        *,
        growth: str | None = None,
        log_k: Ranges | None = None,
    ) -> ResponseProblem:
        """Set up the problem of a population at its steady state.

        Parameters
        ----------
        control
            Control coefficients of the capacities, of all models.
        network, state
            The kinetic model, and the steady state of the coefficients.
        objective
            Reaction or metabolite to weight, of its logarithm: ``{"product": 1, "uptake": -1}`` is
            a yield. One name stands for itself with the weight 1.
        limits
            How far everything may go.
        growth
            Reaction whose flux is growth; by default the one that the network calls biomass.
        log_k
            Reaction to (lowest, highest) ln K, scaled units, where these are uncertain; the others
            have the steady state's.

        Returns
        -------
        ResponseProblem

        Raises
        ------
        MissingEntryError
            A name is not in the model, or has no flux.
        InputError
            The objective has no weight, a coefficient is no number, no enzyme is left, or there is
            no growth to keep.

        Examples
        --------
        >>> from skimpy_renaissance.design import ResponseProblem
        >>> from skimpy_renaissance.control import control_coefficients
        >>> control = control_coefficients(bound, population)
        >>> ResponseProblem.of(control, network, state, {"ACt2r": 1, "GLCpts": -1})
        <ResponseProblem: raise ln ACt2r - ln GLCpts by 3 of 42 enzymes, 131 limits, 5 models>
        """
        limits = limits or DesignLimits()
        setting = Setting(control, network, state, limits, log_k or {})
        weights = {objective: 1.0} if isinstance(objective, str) else dict(objective)
        enzymes = candidates_of(control.flux, network, limits, growth=growth)
        gain = setting.objective(weights)
        parts = [
            setting.growth(growth),
            setting.concentrations(),
            setting.fluxes(),
            setting.directions(),
        ]
        rows = tuple(name for part in parts for name in part.rows)
        effects = np.concatenate([part.effects for part in parts], axis=1)
        low, high = (np.concatenate([getattr(p, end) for p in parts]) for end in ("low", "high"))
        violated = tuple(name for name, a, b in zip(rows, low, high, strict=True) if a > 0 or b < 0)
        columns = [control.flux.parameters.index(capacity) for capacity in enzymes.values()]
        n = len(control.flux)
        return cls(
            tuple(enzymes),
            control.flux.samples,
            gain[:, columns],
            rows,
            np.ascontiguousarray(effects[:, :, columns]),
            np.broadcast_to(np.minimum(low, 0.0), (n, len(rows))),
            np.broadcast_to(np.maximum(high, 0.0), (n, len(rows))),
            limits,
            weights,
            violated,
            control.flux.ensemble,
        )

    @classmethod
    def joined(cls, problems: Sequence[ResponseProblem]) -> ResponseProblem:
        """Return one problem about the models of several, for example at several steady states.

        Parameters
        ----------
        problems
            With the same enzymes, limits and objective.

        Returns
        -------
        ResponseProblem
            With the rows that all have.

        Raises
        ------
        InputError
            They are not alike.
        """
        first = problems[0]
        for other in problems[1:]:
            if (other.enzymes, other.weights, other.limits) != (
                first.enzymes,
                first.weights,
                first.limits,
            ):
                raise InputError(
                    f"Only problems about the same can be joined, got {first!r} and {other!r}."
                )
        rows = tuple(r for r in first.rows if all(r in other.rows for other in problems))

        def of(name: str) -> Array:
            parts = []
            for one in problems:
                values = getattr(one, name)
                parts.append(values[:, [one.rows.index(row) for row in rows]])
            return np.concatenate(parts)

        return replace(
            first,
            models=tuple(name for one in problems for name in one.models),
            gain=np.concatenate([one.gain for one in problems]),
            rows=rows,
            effects=of("effects"),
            low=of("low"),
            high=of("high"),
            violated=tuple(dict.fromkeys(v for one in problems for v in one.violated)),
            ensemble=ensemble_of({"joined": [one.ensemble.to_dict() for one in problems]}),
        )

    def of_enzymes(self, enzymes: Sequence[str]) -> ResponseProblem:
        """Return the problem with fewer enzymes to choose from.

        Parameters
        ----------
        enzymes
            Which.

        Returns
        -------
        ResponseProblem

        Raises
        ------
        MissingEntryError
            One is not among them.
        """
        require_names(enzymes, self.enzymes, what="enzyme of the problem")
        columns = [self.enzymes.index(name) for name in enzymes]
        gain, effects = self.gain[:, columns], self.effects[:, :, columns]
        return replace(self, enzymes=tuple(enzymes), gain=gain, effects=effects)

    def select(self, models: Sequence[int] | slice) -> ResponseProblem:
        """Return the problem of some of the models.

        Parameters
        ----------
        models
            Positions.

        Returns
        -------
        ResponseProblem
        """
        chosen = np.arange(len(self))[models]
        return replace(
            self,
            models=tuple(self.models[i] for i in chosen),
            gain=self.gain[chosen],
            effects=self.effects[chosen],
            low=self.low[chosen],
            high=self.high[chosen],
        )
