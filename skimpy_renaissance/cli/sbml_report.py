"""What an SBML file says beside its network, and where its model stands with its own constants."""

from __future__ import annotations

import numpy as np
import torch

from skimpy_renaissance.cli.findings import Findings, counted
from skimpy_renaissance.errors import listed
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.sbml import SbmlModel
from skimpy_renaissance.steady_states import SteadyState

__all__ = ["describe_own_state", "describe_sbml"]

_SHOWN = 10
_SAME = 1e-6  # relative: the file begins at its steady state


def describe_sbml(model: SbmlModel) -> Findings:
    """Say what was recognised in an SBML file, and what it does not state.

    Parameters
    ----------
    model
        The model as the file states it.

    Returns
    -------
    Findings
    """
    laws, table = model.laws, model.saturation
    drawn = table["used"].astype(bool)
    used = table[drawn].drop_duplicates("constant")
    unused = table[~drawn & ~table["constant"].isin(used["constant"])]
    shown = [f"{r.constant} of {r.reaction} ({r.how})" for r in unused.itertuples()]
    databases = (name for entry in model.annotations.values() for name in entry)
    entries = {
        "kinetic laws": f"{len(laws)}, {int(laws['parted'].sum())} of them parted into a forward "
        f"and a backward rate, {int(laws['own_capacity'].sum())} with a capacity"
        + ("" if laws["own_capacity"].all() else ", the others with a factor of 1 in its place"),
        "saturation": f"{len(used) or 'no'} constants"
        + (f", told by: {counted(used['how'].str.replace(', ', ' + '))}" if len(used) else ""),
        "not drawn": listed(shown, most=_SHOWN),
        "units": _units(model),
        "annotations": f"elements by database: {counted(databases) or 'none'}",
    }
    problems = []
    if not len(used):
        problems.append(
            "no saturation constant was recognised, so there is nothing to draw. Name them: "
            "--saturation KM or KM=METABOLITE, several with commas."
        )
    title = f"SBML Level {model.level} Version {model.version}"
    return Findings(title, entries, problems=tuple(problems))


def describe_own_state(model: SbmlModel, state: SteadyState) -> Findings:
    """Say where an SBML model comes to rest with its own constants, and how fast it returns there.

    Parameters
    ----------
    model
        The model as the file states it.
    state
        Its steady state.

    Returns
    -------
    Findings
    """
    bound = compile_network(model.network).at(state)
    free = torch.empty(1, 0, dtype=torch.float64)
    modes = bound.eigenvalues(free)[0].numpy()
    slowest, fastest = modes.real.max(), modes.real.min()
    pairs = int((modes.imag > 0).sum())
    entries = {
        "found": _way(model, state),
        "eigenvalues": f"{len(modes)}, real parts {fastest:.4g} to {slowest:.4g} 1/h, "
        f"{pairs or 'no'} complex pair(s): {'stable' if slowest < 0 else 'not stable'}",
    }
    return Findings("Steady state of its own, with the constants of the file", entries)


def _units(model: SbmlModel) -> str:
    if model.units is None:
        return (
            "not stated; --concentration-scaling, --density, --gdw-gww-ratio and --time-scaling "
            "do, which a steady state needs"
        )
    units = model.units
    text = (
        f"1 mol/L is {units.concentration_scaling:g} of the file's, 1 h is {units.time_scaling:g}"
    )
    if units.density == units.gdw_gww_ratio == 1:
        text += "; SBML has no density of cells: fluxes count per litre of cells, unless "
        text += "--density and --gdw-gww-ratio say how much dry mass that is"
    return text


def _way(model: SbmlModel, state: SteadyState) -> str:
    """Say how far the file's beginning is from the steady state."""
    names = list(model.network.variables)
    start = model.initial_concentrations[names].to_numpy()
    end = state.concentrations[names].to_numpy()
    with np.errstate(divide="ignore"):
        folds = np.abs(np.log(end / start))
    if not names or folds.max() < _SAME:
        return "the file begins there"
    most = int(folds.argmax())
    return (
        f"from the file's beginning, in time; {names[most]} changes most, from {start[most]:.4g} "
        f"to {end[most]:.4g}"
    )
