"""Verdicts where they are hardest, against eigenvalues in 60 digits.

Per model: the draws nearest to the limit, and pairs of models on both sides of it, a rounding error
apart. ``bound`` is the median of the error bound relative to lambda_max, ``used`` the largest share
of it that the true error takes. Wrong verdicts: of ``valid``, of lambda_max compared with the limit
as it is, and of SKiMPy's route, the eigenvalues of the plain Jacobian.

    python -m benchmarks.certainty [--draws 5000] [--nearest 10] [--pairs 5] [--cases varma ...]
"""

from __future__ import annotations

import argparse

import flint
import torch

import skimpy_renaissance as sr
from benchmarks.cascade import CUTS, sets
from benchmarks.cases import Case, all_cases
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.spectrum import Plain
from skimpy_renaissance.spectrum.certified import certified_matrix
from skimpy_renaissance.spectrum.route import SparseModels

BITS = 200
HEADER = (
    f"{'model':<14}{'models':>8}{'nearest':>10}{'bound':>10}{'used':>8}{'settled':>9}"
    f"{'wrong':>7}{'lambda_max':>12}{'SKiMPy':>8}"
)


def distances(bound: BoundKinetics, log_km: torch.Tensor, cut: float) -> list[flint.arb]:
    """Return the true lambda_max less the limit, of each model."""
    (entries,) = bound.sparse.at(bound.reference)
    models = SparseModels(bound.reference.scaled(log_km).numpy(), entries, bound.scaled_jacobian)
    found = []
    for which in range(len(log_km)):
        with flint.ctx.workprec(BITS):
            matrix = certified_matrix(models, which)
            spectrum = flint.acb_mat(matrix).eig(algorithm="approx")
            found.append(max((z.real - cut).mid() for z in spectrum))
    return found


def at_the_limit(
    bound: BoundKinetics, valid: torch.Tensor, other: torch.Tensor, cut: float
) -> torch.Tensor:
    """Models between two, on both sides of the limit and next to it."""
    low = torch.zeros(len(valid), 1, dtype=torch.float64)
    high = torch.ones_like(low)
    for _ in range(52):
        middle = (low + high) / 2
        inside = (bound.lambda_max(valid + middle * (other - valid)) < cut)[:, None]
        low, high = torch.where(inside, middle, low), torch.where(inside, high, middle)
    return torch.cat([valid + share * (other - valid) for share in (low, high)])


def row(case: Case, options: argparse.Namespace) -> str:
    bound = case.kinetics.at(case.state)
    cut = CUTS.get(case.name, (case.partition,))[0]
    draws = torch.cat([drawn for _, drawn in sets(case, bound, options.draws)])
    lambda_max = bound.lambda_max(draws)
    nearest = (lambda_max - cut).abs().nan_to_num(torch.inf).argsort()[: options.nearest]
    some = [
        draws[torch.as_tensor(k)][: options.pairs] for k in (lambda_max < cut, lambda_max > cut)
    ]
    n_pairs = min(map(len, some))
    pairs = at_the_limit(bound, some[0][:n_pairs], some[1][:n_pairs], cut)
    log_km = torch.cat([draws[nearest], pairs])
    truth = distances(bound, log_km, cut)
    criterion = sr.Validity(cut, allow_unstable=True)
    verdicts, values = bound.verdicts(log_km, criterion), bound.lambda_max(log_km)
    errors = bound.lambda_max_error(log_km)
    plain = case.kinetics.at(case.state, spectrum=Plain()).valid(log_km, criterion)
    true = torch.tensor([bool(d < 0) for d in truth])
    with flint.ctx.workprec(BITS):
        apart = [float(flint.arb(v) - cut - d) for v, d in zip(values.tolist(), truth, strict=True)]
    used = (torch.tensor(apart).abs() / errors).max()
    relative = (errors / values.abs()).median()
    closest = (lambda_max[nearest[0]] / cut - 1).abs() if cut else lambda_max[nearest[0]].abs()
    wrong = [int((v != true).sum()) for v in (verdicts.valid, criterion(values), plain)]
    return (
        f"{case.name:<14}{len(log_km):>8}{closest:>10.0e}{relative:>10.0e}{used:>8.2f}"
        f"{int(verdicts.settled.sum()):>9}{wrong[0]:>7}{wrong[1]:>12}{wrong[2]:>8}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--draws", type=int, default=5_000, help="of each set of parameters")
    parser.add_argument("--nearest", type=int, default=10)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--cases", nargs="*", default=[])
    options = parser.parse_args()
    print(HEADER)
    for case in all_cases():
        if not options.cases or case.name in options.cases:
            print(row(case, options), flush=True)


if __name__ == "__main__":
    main()
