"""Build the bundled *E. coli* core model from the command line.

``python -m skimpy_renaissance.examples.build_e_coli_core`` reads the tables in ``examples/data``
and the textbook model inside the cobra package; it writes ``e_coli_core.yaml`` and
``e_coli_core_states.csv.gz``.
"""

from __future__ import annotations

import argparse
import gzip
import logging
from collections import Counter
from pathlib import Path

import pandas as pd
import yaml

from skimpy_renaissance.atomic import atomic_path
from skimpy_renaissance.draft import draft_from_cobra
from skimpy_renaissance.examples.build_e_coli_core.condition import BIOMASS, load_condition
from skimpy_renaissance.examples.build_e_coli_core.scratch import scratch_directory
from skimpy_renaissance.examples.build_e_coli_core.states import (
    check_states,
    lag_one_autocorrelation,
)
from skimpy_renaissance.examples.build_e_coli_core.thermodynamics import (
    confine,
    read_energies,
    thermo_database,
    thermodynamic_model,
)
from skimpy_renaissance.network import KineticNetwork, write_skimpy_yaml
from skimpy_renaissance.steady_states import sample_tfa_states

DATA = Path(__file__).resolve().parent.parent / "data"

logger = logging.getLogger("skimpy_renaissance.examples.build_e_coli_core")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Build the bundled E. coli core kinetic model and its steady states.",
        epilog="example: python -m skimpy_renaissance.examples.build_e_coli_core --output core",
    )
    parser.add_argument("--output", type=Path, default=DATA, help="folder for the two results")
    parser.add_argument("--states", type=int, default=200, help="states to keep")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random walk")
    return parser.parse_args()


def write_sorted(network: KineticNetwork, path: Path) -> None:
    """Write a kinetic model with every section sorted: the order that the bundled one has.

    Parameters
    ----------
    network
        The kinetic model.
    path
        The file.
    """
    write_skimpy_yaml(network, path)
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(document, sort_keys=True), encoding="utf-8")


def build(output: Path, *, states: int, seed: int) -> None:
    """Write the kinetic model and its steady states.

    Parameters
    ----------
    output
        Folder for ``e_coli_core.yaml`` and ``e_coli_core_states.csv.gz``; made if absent.
    states, seed
        See :func:`~skimpy_renaissance.steady_states.sample_tfa_states`.
    """
    energies = read_energies(DATA / "formation_energies.csv")
    groups = pd.read_csv(DATA / "structural_groups.csv", index_col="group", keep_default_na=False)
    ranges = pd.read_csv(DATA / "concentration_ranges.csv", index_col="metabolite")

    tfa = thermodynamic_model(load_condition(), energies, thermo_database(energies, groups))
    draft = draft_from_cobra(tfa, prune=False, name="e_coli_core")
    logger.info("%s", Counter(draft.laws["law"]))
    logger.info("%r", draft.network)

    confine(tfa, ranges)
    profiles = sample_tfa_states(tfa, states, seed=seed)
    check_states(tfa, profiles)
    lag = lag_one_autocorrelation(profiles)
    logger.info("lag-1 autocorrelation: median %.2f, largest %.2f", lag.median(), lag.max())
    growth = profiles[BIOMASS]
    logger.info("growth rate %.3f to %.3f 1/h", growth.min(), growth.max())

    output.mkdir(parents=True, exist_ok=True)
    with atomic_path(output / "e_coli_core.yaml") as path:
        write_sorted(draft.network, path)
    table = profiles.to_csv(index=True, float_format="%.15g", lineterminator="\n").encode()
    with atomic_path(output / "e_coli_core_states.csv.gz") as path:
        path.write_bytes(gzip.compress(table, mtime=0))


def main() -> None:
    """Run the build from the command line."""
    logger.addHandler(logging.StreamHandler())
    logger.setLevel(logging.INFO)
    options = _arguments()
    output = options.output.resolve()
    with scratch_directory():
        build(
            output,
            states=options.states,
            seed=options.seed,
        )


if __name__ == "__main__":
    main()
