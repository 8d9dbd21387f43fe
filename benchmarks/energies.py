"""Energies of the bundled model: by component contribution, and those its states were built with.

The bundled states come from group contributions with three formation energies corrected by hand
(docs/e_coli_core.rst). Here the same reactions get their energies from eQuilibrator; what differs,
whether the directions of the bundled condition are possible within its concentration ranges, and
steady states sampled with these energies.

    python -m benchmarks.energies [--level 0.95] [--states 200] [--models 20]

Needs COBRApy and the extra ``thermo``. "Agrees" is a reaction whose range in the bundled states
meets the estimate within its error at that level. Phosphate enters with one proton in the textbook
model, as HPO4 with a charge of -2, against the membrane potential; with a second proton it would
bring no charge.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from importlib.resources import files
from time import perf_counter

import cobra
import numpy as np
import pandas as pd
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.network.identifiers import sanitized
from skimpy_renaissance.steady_states import SteadyStates
from skimpy_renaissance.steady_states.stated_ranges import Ranges
from skimpy_renaissance.thermodynamics import (
    ReactionEnergies,
    energies_from_equilibrator,
    energies_from_table,
    explain_infeasible,
)

LEAST = 0.1  # of ln displacement, as in the bundled states
PH = {"c": 7.5, "e": 7.0}
POTENTIAL = {"c": -150.0}  # mV
QUINONE = {"q8": "kegg:C00399", "q8h2": "kegg:C00390"}  # ubiquinone-2, measured
FARADAY = 96.485  # kJ/mol/V
PARTITION = 5.0  # times the growth rate


@dataclass(frozen=True)
class Options:
    """How much to measure."""

    level: float = 0.95
    states: int = 200
    models: int = 20


def log_k_of(states: SteadyStates, network: sr.KineticNetwork) -> pd.DataFrame:
    """Return ln K, mol/L, `state x reaction`."""
    names = list(network.reversible_reactions)
    places = [network.reaction_names.index(name) for name in names]
    powers = network.full_stoichiometry[:, places].sum(axis=0)
    log_k = np.log(states.equilibrium_constants[:, places])
    return pd.DataFrame(log_k - powers * np.log(states.units.concentration_scaling), columns=names)


def bundled_ranges(network: sr.KineticNetwork) -> dict[str, tuple[float, float] | float]:
    """Return the concentration ranges of the bundled condition, mol/L."""
    path = files("skimpy_renaissance.examples") / "data" / "concentration_ranges.csv"
    table = pd.read_csv(path, index_col="metabolite")
    ranges = {sanitized(m): (row["low"], row["high"]) for m, row in table.iterrows()}
    kept = {name: ends for name, ends in ranges.items() if name in network.metabolites}
    return {**kept, "h_c": 10 ** -PH["c"], "h_e": 10 ** -PH["e"]}


def comparison(
    network: sr.KineticNetwork, states: SteadyStates, energies: ReactionEnergies, level: float
) -> pd.DataFrame:
    """Return energies side by side, kJ/mol, in the constants that the kinetic model has."""
    thermal = energies.thermal_energy
    seen = -thermal * log_k_of(states, network)
    found = -thermal * energies.log_k_in(network)
    half = thermal * pd.Series(energies.half_width(level))[found.index]
    table = pd.DataFrame(
        {
            "states, low": seen.min(),
            "states, high": seen.max(),
            "estimate": found,
            "half width": half,
        }
    )
    below, above = table["estimate"] - half, table["estimate"] + half
    table["apart"] = np.maximum(below - table["states, high"], table["states, low"] - above)
    table["agrees"] = table["apart"] <= 0
    return table.sort_values("apart", ascending=False)


def electroneutral(energies: ReactionEnergies) -> ReactionEnergies:
    """Return energies with a second proton in the symport of phosphate."""
    thermal = energies.thermal_energy
    proton = thermal * np.log(10) * (PH["e"] - PH["c"]) + FARADAY * POTENTIAL["c"] / 1000
    ln_k = energies.table.loc["PIt2r", "ln_k"] - proton / thermal
    return energies.updated(
        energies_from_table(pd.DataFrame({"reaction": ["PIt2r"], "ln_k": [ln_k]}))
    )


def contradictions(
    network: sr.KineticNetwork, states: SteadyStates, energies: ReactionEnergies, level: float
) -> list[str]:
    """Return what contradicts the directions; those named are left out until something is left."""
    directions = states[0].fluxes.to_dict()
    told = []
    while (
        found := explain_infeasible(
            network,
            energies,
            directions=directions,
            concentrations=bundled_ranges(network),
            units=states.units,
            level=level,
            least_displacement=LEAST,
        )
    ) is not None:
        told.append(str(found))
        for name in found.table.query("kind == 'direction'")["name"]:
            del directions[name]
    return told


def share_fast(network: sr.KineticNetwork, states: SteadyStates, n_models: int) -> float:
    """Return the share of models by chance whose slowest mode is fast against growth."""
    kinetics = sr.compile(network)
    generator = torch.Generator().manual_seed(1)
    low, high = np.log(1e-6), np.log(0.1)
    growth = states.fluxes[:, network.reaction_names.index("Biomass_Ecoli_core")]
    growth = growth / states.units.flux_factor
    shape = (n_models, len(kinetics.network.km_names))
    fast = []
    for state, rate in zip(states, growth, strict=True):
        drawn = torch.rand(shape, generator=generator, dtype=torch.float64)
        slowest = kinetics.at(state).lambda_max(low + (high - low) * drawn)
        fast.append((slowest < -PARTITION * rate).double().mean().item())
    return float(np.mean(fast))


def report(options: Options) -> None:
    network, states = sr.examples.e_coli_core()
    model = cobra.io.load_model("textbook")
    begin = perf_counter()
    as_matched = energies_from_equilibrator(model, ph=PH, potential=POTENTIAL)
    print(f"{as_matched}; {perf_counter() - begin:.0f} s with reading the data")
    measured = energies_from_equilibrator(model, ph=PH, potential=POTENTIAL, compounds=QUINONE)
    print("\nReactions of ubiquinone, kJ/mol: as ubiquinone-8 (groups), as ubiquinone-2 (data)")
    quinone = ["SUCDi", "NADH16", "CYTBD"]
    columns = ["dG0", "dG0_error"]
    both = (as_matched.table.loc[quinone, columns], measured.table.loc[quinone, columns])
    print(pd.concat(both, axis=1).round(1).to_string())

    table = comparison(network, states, measured, options.level)
    print("\nIn the bundled states, and by component contribution (ubiquinone-2), kJ/mol")
    print(table.round(1).to_string())
    print(f"{table['agrees'].sum()} of {len(table)} agree within errors ({options.level})")

    names = {"as ubiquinone-8": as_matched, "as ubiquinone-2": measured}
    names["and an electroneutral symport of phosphate"] = electroneutral(measured)
    for name, energies in names.items():
        told = contradictions(network, states, energies, options.level)
        print(f"\nDirections within the bundled ranges, {name}: {len(told)} contradictions")
        print("\n".join(told))
    report_states(network, states, names[name], options)


def report_states(
    network: sr.KineticNetwork, states: SteadyStates, energies: ReactionEnergies, options: Options
) -> None:
    rates = states.fluxes / states.units.flux_factor
    fluxes: Ranges = {
        name: (float(v.min()), float(v.max()))
        for name, v in zip(network.reaction_names, rates.T, strict=True)
    }
    begin = perf_counter()
    sampled = sr.sample_steady_states(
        network,
        options.states,
        fluxes=fluxes,
        concentrations=bundled_ranges(network),
        units=states.units,
        least_displacement=LEAST,
        **energies.for_sampling(network, level=options.level),
    )
    print(f"\n{sampled}; {perf_counter() - begin:.0f} s")
    chosen = replace(sampled, states=states[: options.states])
    for name, one in {"bundled": chosen, "sampled": sampled}.items():
        share = share_fast(network, one.states, options.models)
        print(f"{name}: slowest mode faster than {PARTITION:g} times growth in {100 * share:.2f} %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, kind in {"level": float, "states": int, "models": int}.items():
        parser.add_argument(f"--{name}", type=kind, default=getattr(Options, name))
    report(Options(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
