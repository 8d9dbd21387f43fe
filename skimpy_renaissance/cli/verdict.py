"""How hard it is to find valid models at a steady state: the last part of ``check``."""

from __future__ import annotations

from math import isnan

import torch

from skimpy_renaissance.cli.console import text_table
from skimpy_renaissance.cli.findings import Findings
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import judge
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.priors import KmSpace
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.sampling import OracleSampler
from skimpy_renaissance.sampling.log_uniform import log_uniform
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.steady_states import SteadyState

__all__ = ["first_verdict"]

_ZERO = 1e-6  # 1/h: a mode this slow is one that stands still, but for rounding
_SOME = 0.1
_HOPELESS = 0.05  # with 95 % confidence fewer than this share are stable: 73 draws show it


def first_verdict(
    bound: BoundKinetics, state: SteadyState, *, settings: Settings, n: int
) -> Findings:
    """Judge some models drawn blindly, log-uniform and by ORACLE's rule.

    Parameters
    ----------
    bound
        Kinetics at the state.
    state
        The steady state.
    settings
        Range of Km, criterion, seed.
    n
        Models of each kind.

    Returns
    -------
    Findings
    """
    criterion = settings.to_criterion()
    if not bound.km_names:
        return _the_only_model(bound, criterion)
    low, high = settings.generator.km_min, settings.generator.km_max
    space = KmSpace.of(
        bound.km_names, bound.log_km_bounds, default_range=settings.to_generator().range
    )
    sampler = OracleSampler(OracleSampler.Parameters(n_samples=n))
    oracle = sampler.sample(bound.network, state, only_stable=False, seed=settings.run.seed)
    assert isinstance(oracle, ParameterPopulation), "a triple comes with min_max_eigenvalues only"
    draws = {
        f"ln Km uniform, {low:g} to {high:g} mol/L": log_uniform(space, n, seed=settings.run.seed),
        "ORACLE, saturations uniform": torch.from_numpy(oracle.log_km(bound.km_names)),
    }
    rows = [("", "stable", "95 % interval", "valid", "95 % interval", "lambda_max, median")]
    problems = []
    for label, log_km in draws.items():
        judged = judge(bound, log_km, criterion, whole=True)
        stable = Proportion(int((judged.lambda_max < 0).sum()), n)
        shares = [(s.in_percent, s.interval_in_percent) for s in (stable, judged.proportion)]
        median = "none" if isnan(judged.median) else f"{judged.median:.3g} 1/h"
        rows.append((label, *shares[0], *shares[1], median))
        problems += _problems(label, judged.lambda_max, stable)
    title = f"{n} models of each kind, valid {criterion.in_words}"
    return Findings(title, table=text_table(rows), problems=tuple(problems))


def _problems(label: str, lambda_max: torch.Tensor, stable: Proportion) -> list[str]:
    n, found = stable.draws, []
    if failed := int(lambda_max.isnan().sum()):
        found.append(
            f"{failed} of {n} models ({label}) have a Jacobian whose eigenvalues cannot be "
            "computed. Is a concentration or an equilibrium constant extreme?"
        )
    if (at_zero := int((lambda_max.abs() < _ZERO).sum())) > _SOME * n:
        found.append(
            f"{at_zero} of {n} models ({label}) have a mode that stands still, lambda_max 0 within "
            f"{_ZERO:g} 1/h. A pool is conserved that the stoichiometry does not show exactly, for "
            "example because coefficients are rounded: name the pools with --conservation."
        )
    if not stable.hits and stable.interval[1] < _HOPELESS:
        found.append(
            f"none of {n} models ({label}) is stable. Look at the slowest pools and the reactions "
            "near equilibrium above; are the conserved pools complete?"
        )
    return found


def _the_only_model(bound: BoundKinetics, criterion: Validity) -> Findings:
    judged = judge(bound, torch.empty(1, 0, dtype=torch.float64), criterion, whole=True)
    valid, slowest = bool(judged.valid), judged.lambda_max.item()
    line = f"  lambda_max {slowest:.4g} 1/h: {'stable' if slowest < 0 else 'not stable'}, "
    line += f"{'valid' if valid else 'not valid'} ({criterion.in_words})"
    return Findings(
        "The one model that the file describes (--redraw draws its constants anew)", table=line
    )
