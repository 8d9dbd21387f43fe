r"""How uncertain equilibrium constants are, from the thermodynamics of a pyTFA model.

A pyTFA model bounds the standard energy of each reaction, :math:`\Delta G^\circ` between two
values, and holds

.. math:: \Delta G_r = \Delta G_r^\circ + RT \sum_m n_{mr} \ln c_m

over the metabolites that it counts: neither water nor hydrogen ions, whose levels are part of
:math:`\Delta G^\circ`. A kinetic model may count others; its equilibrium constant at the steady
state is what gives the same :math:`\Delta G_r / RT = \sum_m n_m \ln x_m - \ln K`.

References
----------
Salvy et al., *Bioinformatics* 35 (2019) 167, doi:10.1093/bioinformatics/bty499 (pyTFA).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from skimpy_renaissance.errors import FileFormatError, UnitsError
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.storage import existing, read_json

__all__ = ["log_k_of_tfa"]

_ENERGY, _STANDARD, _CONCENTRATION = "G_", "DGo_", "LC_"


def log_k_of_tfa(
    path: str | os.PathLike[str], network: KineticNetwork, state: SteadyState
) -> dict[str, tuple[float, float]]:
    """Read the ranges of equilibrium constants that a pyTFA model allows.

    Parameters
    ----------
    path
        The model as pyTFA saves it, JSON.
    network, state
        The kinetic model, and its steady state.

    Returns
    -------
    dict
        Reaction to (lowest, highest) ln K, scaled units, for ``ResponseProblem.of``; reactions
        that both models have, with metabolites that the steady state has.

    Raises
    ------
    FileFormatError
        The file is no pyTFA model.
    UnitsError
        The steady state does not know its units.

    Examples
    --------
    A model of one reaction, as ``pytfa.io.json.save_json_model`` writes it:

    >>> import json
    >>> from pathlib import Path
    >>> def times(n, name):
    ...     factors = [{"type": "Number", "value": n}, {"type": "Symbol", "name": name}]
    ...     return {"type": "Mul", "args": factors}
    >>> terms = {"G_PGI": -1, "DGo_PGI": 1, "LC_f6p_c": 2.48, "LC_g6p_c": -2.48}
    >>> energy = {"type": "Add", "args": [times(n, name) for name, n in terms.items()]}
    >>> tfa = {
    ...     "variables": [{"name": "DGo_PGI", "lb": 1.5, "ub": 3.5}],  # kJ/mol
    ...     "constraints": [{"name": "G_PGI", "expression": energy}],
    ... }
    >>> _ = Path("tfa.json").write_text(json.dumps(tfa))
    >>> ranges = sr.design.log_k_of_tfa("tfa.json", network, state)
    >>> np.round(ranges["PGI"], 2)
    array([-1.41, -0.6 ])
    """
    source = existing(path)
    if state.units is None:
        raise UnitsError(
            "Energies are of mol/L, and the units of the steady state are unknown. State them when "
            "reading it."
        )
    model = read_json(source, what="a pyTFA model")
    variables, constraints = (_by_name(model, key, source) for key in ("variables", "constraints"))
    scaled = {name: float(value) for name, value in state.concentrations.items()}
    scaling = state.units.concentration_scaling
    stoichiometry = network.full_stoichiometry
    ranges = {}
    for column, name in enumerate(network.reaction_names):
        energy, standard = constraints.get(_ENERGY + name), variables.get(_STANDARD + name)
        if energy is None or standard is None:
            continue
        terms = _terms(energy.get("expression"), source)
        counted = {
            _python_name(key.removeprefix(_CONCENTRATION)): value
            for key, value in terms.items()
            if key.startswith(_CONCENTRATION)
        }
        rt = _gas_energy(counted, stoichiometry[:, column], network)
        if rt is None or not all(metabolite in scaled for metabolite in counted):
            continue
        level = sum(v * np.log(scaled[m] / scaling) for m, v in counted.items()) / rt
        own = sum(
            n * np.log(scaled[m])
            for m, n in zip(network.metabolites, stoichiometry[:, column], strict=True)
            if n
        )
        ends = [float(own - level - float(standard[end]) / rt) for end in ("ub", "lb")]
        ranges[name] = (ends[0], ends[1])
    return ranges


def _by_name(model: Any, key: str, source: Path) -> dict[str, Any]:
    entries = model.get(key) if isinstance(model, Mapping) else None
    if not isinstance(entries, list) or not all(
        isinstance(one, Mapping) and isinstance(one.get("name"), str) for one in entries
    ):
        raise FileFormatError(
            f"{source} must be a pyTFA model as pytfa.io.json.save_json_model writes it, with "
            f"{key} and their names."
        )
    return {one["name"]: one for one in entries}


def _terms(expression: Any, source: Path) -> dict[str, float]:
    """Return variable to coefficient of a linear expression."""
    total: dict[str, float] = {}
    stack = [(expression, 1.0)]
    while stack:
        node, factor = stack.pop()
        try:
            kind = node["type"]
            if kind == "Symbol":
                total[node["name"]] = total.get(node["name"], 0.0) + factor
            elif kind == "Add":
                stack += [(part, factor) for part in node["args"]]
            elif kind == "Mul":
                numbers = [part for part in node["args"] if part["type"] != "Symbol"]
                (symbol,) = [part for part in node["args"] if part["type"] == "Symbol"]
                stack.append((symbol, factor * float(np.prod([n["value"] for n in numbers]))))
            else:
                raise ValueError(kind)
        except (TypeError, KeyError, ValueError) as error:
            raise FileFormatError(
                f"{source} has an energy that is no sum of variables: {str(node)[:80]}."
            ) from error
    return total


def _gas_energy(
    counted: Mapping[str, float], column: np.ndarray, network: KineticNetwork
) -> float | None:
    """Return RT, in the model's unit of energy, from a coefficient and its stoichiometry."""
    stoichiometry = dict(zip(network.metabolites, column, strict=True))
    ratios = [value / stoichiometry[m] for m, value in counted.items() if stoichiometry.get(m)]
    return float(np.median(ratios)) if ratios else None


def _python_name(name: str) -> str:
    """Return a name as SKiMPy writes it: not beginning with a digit."""
    return f"_{name}" if name[:1].isdigit() else name
