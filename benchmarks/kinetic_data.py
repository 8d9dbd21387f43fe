"""What fixing the four Km of aconitase says about all other constants, without any training.

python -m benchmarks.kinetic_data

Blind draws (ORACLE's law), valid ones kept: without data, without data again (the control), and
with the four constants drawn from +-20 % around those of one valid model. Prints how many other
constants are distributed differently (Kolmogorov-Smirnov, false discovery rate 5 %). A few minutes;
the paper's model only where ``../shared`` lies beside.
"""

from __future__ import annotations

import argparse
import warnings

import numpy as np

import skimpy_renaissance as sr
from benchmarks import cases
from skimpy_renaissance.kinetic_data import located, moved_parameters, reaction_distances

ENZYME = ("ACONTa", "ACONTb")


def valid_sets(
    case: cases.Case, network: sr.KineticNetwork, *, n: int, partition: float, seed: int
) -> sr.ParameterPopulation:
    """Blind draws until n of them are valid."""
    settings = sr.OracleSampler.Parameters(n_samples=n, eigenvalue_partition=partition)
    sampler = sr.OracleSampler(settings)
    return sampler.sample(network, case.state, seed=seed, max_trials=200 * n)


def report(case: cases.Case, *, n: int, partition: float) -> None:
    network = case.kinetics.network
    own = [name for name in network.km_names if name.rsplit("_", 1)[-1] in ENZYME]
    truth = valid_sets(case, network, n=1, partition=partition, seed=99)
    km = truth.to_dataframe()[own].iloc[0]
    bounded = network.with_bounds({name: (0.8 * km[name], 1.2 * km[name]) for name in own})
    without = valid_sets(case, network, n=n, partition=partition, seed=1)
    others = [
        name for name in without.names if name.startswith(("km_", "vmax_")) and name not in own
    ]
    distances = reaction_distances(network, ENZYME)
    print(f"{case.name}: {n} valid models below {partition:g} 1/h each, {len(others)} constants")
    for what, other, seed in (("control", network, 2), ("aconitase fixed", bounded, 3)):
        after = valid_sets(case, other, n=n, partition=partition, seed=seed)
        moved = located(moved_parameters(without, after, names=others), network, distances)
        elsewhere = moved[moved["distance"] != 0]
        inside = moved[moved["distance"] == 0]
        print(
            f"  {what:16} moved: {inside['moved'].sum()} of {len(inside)} Vmax of the enzyme, "
            f"{elsewhere['moved'].sum()} of {len(elsewhere)} others; mean KS distance of others "
            f"{elsewhere['statistic'].mean():.3f}"
        )
        for name, row in elsewhere[elsewhere["moved"]].iterrows():
            print(
                f"    {name}: distance {row['distance']:.0f}, KS distance {row['statistic']:.3f}, "
                f"q = {row['q_value']:.1g}, median times {np.exp(row['shift']):.2f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=1000, help="valid models per group")
    n = parser.parse_args().n
    warnings.simplefilter("error")
    report(cases.bundled(), n=n, partition=-3.0725)
    paper = cases.e_coli()
    if paper is not None:
        report(paper, n=n, partition=-2.5)


if __name__ == "__main__":
    main()
