"""What a kinetic model is: the first part of ``check``."""

from __future__ import annotations

import numpy as np

from skimpy_renaissance.cli.findings import Findings, counted
from skimpy_renaissance.errors import listed
from skimpy_renaissance.kinetics import CompiledKinetics
from skimpy_renaissance.network import KineticNetwork

__all__ = ["describe_model"]

_KINDS = ("hill_coefficient", "k_equilibrium", "vmax_forward", "vmax_backward", "km", "ki", "ka")
_SHOWN_POOLS = 10


def describe_model(kinetics: CompiledKinetics, *, source: str) -> Findings:
    """Say what a kinetic model consists of, and what in its file has no effect.

    Parameters
    ----------
    kinetics
        The compiled kinetic model.
    source
        Where it was read from.

    Returns
    -------
    Findings
    """
    network = kinetics.network
    mechanisms = [
        r.mechanism.class_name if r.mechanism else "expression" for r in network.reactions
    ]
    modifiers = [m.class_name for r in network.reactions for m in r.modifiers]
    pools = network.conserved_pools.describe()
    shown_pools = [str(pool) for pool in pools[:_SHOWN_POOLS]]
    if len(pools) > _SHOWN_POOLS:
        shown_pools.append(f"and {len(pools) - _SHOWN_POOLS} more")
    without_effect, problems = _without_effect(network)
    entries = {
        "reactions": f"{len(network.reactions)}, {len(network.reversible_reactions)} with an "
        "equilibrium constant",
        "metabolites": f"{len(network.variables)} balanced, "
        f"{len(network.conserved_pools.independent)} of them independent",
        "boundaries": f"{len(network.boundary_names)} held constant: "
        f"{listed(network.boundary_names, most=30) or 'none'}",
        "compartments": _compartments(network),
        "rate laws": f"{counted(mechanisms)}; {len(kinetics.templates)} distinct formulas",
        "modifiers": counted(modifiers),
        "conserved pools": "\n".join([f"{len(pools) or 'none'}", *shown_pools]),
        "unknown Km": _unknown(network),
        "fixed values": counted(map(_kind, network.values)) or "none",
        "without effect": without_effect,
    }
    title = f"Kinetic model {network.name}, from {source}"
    return Findings(title, entries, problems=(*problems, *_dead_ends(network)))


def _dead_ends(network: KineticNetwork) -> list[str]:
    """Name balanced metabolites that nothing makes, that nothing uses, or that are in one reaction.

    No flux can pass a steady state there.
    """
    made, used = network.stoichiometry > 0, network.stoichiometry < 0
    both_ways = np.array([r.rate.backward != 0 for r in network.reactions])
    may_make, may_use = made | (used & both_ways), used | (made & both_ways)
    reactions = np.array(network.reaction_names)
    found = []
    for name, makes, uses in zip(network.variables, may_make, may_use, strict=True):
        through = reactions[makes | uses]
        if not len(through) or (makes.any() and uses.any() and len(through) > 1):
            continue
        how = "nothing uses" if not uses.any() else "nothing makes"
        if len(through) == 1 and makes.any() and uses.any():
            how = "no second reaction makes or uses"
        found.append(
            f"{how} {name}, which is no boundary either: at a steady state no flux can pass "
            f"{listed(through)}. Hold it constant (boundary_conditions in YAML, --boundaries for "
            "SBML), or add what is missing."
        )
    return found


def _compartments(network: KineticNetwork) -> str:
    if not network.compartments:
        return "none stated"
    return ", ".join(
        name if place.ratio == 1 else f"{name} ({100 / place.ratio:.3g} % of the cell's volume)"
        for name, place in network.compartments.items()
    )


def _unknown(network: KineticNetwork) -> str:
    text = f"{len(network.km_names)} of {len(network.hooks)} saturation constants"
    if not network.km_names:
        return f"{text}: every one has a value; --redraw draws them anew"
    bounded = sum(name in network.bounds for name in network.km_names)
    examples = f"such as {', '.join(network.km_names[:2])}"
    return f"{text}, {examples}" + (f"; {bounded} with bounds" if bounded else "")


def _kind(name: str) -> str:
    return next((kind for kind in _KINDS if name.startswith(f"{kind}_")), "other")


def _without_effect(network: KineticNetwork) -> tuple[str, tuple[str, ...]]:
    """Find parameters of the file that no rate law uses; a misspelled reaction is a problem."""
    left_over = network.extras.get("parameters")
    if not isinstance(left_over, dict) or not left_over:
        return "", ()
    valued = [name for name, value in left_over.items() if value is not None]
    lost = [n for n in valued if not any(n.endswith(f"_{r}") for r in network.reaction_names)]
    text = f"{len(left_over)} parameters of the file occur in no rate law"
    if valued:
        text += f"; with a value: {listed(valued)}"
    if not lost:
        return text, ()
    return text, (
        f"the file gives values to {listed(lost)}, which no rate law uses and whose names end in "
        "no reaction of the model. Is a name misspelled?",
    )
