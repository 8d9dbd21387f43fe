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

from skimpy_renaissance.atomic import atomic_path
from skimpy_renaissance.examples.build_e_coli_core.condition import BIOMASS, load_condition
from skimpy_renaissance.examples.build_e_coli_core.model_file import (
    dump_yaml,
    model_document,
    rate_laws,
)
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
    laws = rate_laws(tfa)
    logger.info("%s", Counter(law.mechanism for law in laws.values()))
    logger.info("%d saturation constants", sum(len(law.km_roles) for law in laws.values()))

    confine(tfa, ranges)
    profiles = sample_tfa_states(tfa, states, seed=seed)
    check_states(tfa, profiles)
    lag = lag_one_autocorrelation(profiles)
    logger.info("lag-1 autocorrelation: median %.2f, largest %.2f", lag.median(), lag.max())
    growth = profiles[BIOMASS]
    logger.info("growth rate %.3f to %.3f 1/h", growth.min(), growth.max())

    output.mkdir(parents=True, exist_ok=True)
    with atomic_path(output / "e_coli_core.yaml") as path:
        path.write_bytes(dump_yaml(model_document("e_coli_core", laws, tfa)))
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
