"""Every format that is read: small whole files, made by code, and the call that reads each."""

from __future__ import annotations

import gzip
import io
import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import skimpy_renaissance as sr
from skimpy_renaissance.cli.run_file import with_run_file
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.kinetic_data import read_measured_km
from skimpy_renaissance.learning import History
from skimpy_renaissance.network import KineticNetwork, add_regulation, read_skimpy_yaml
from skimpy_renaissance.network.formulas import read_formulas
from skimpy_renaissance.population import ParameterPopulation, StoredPopulation, save_columnar
from skimpy_renaissance.steady_state import load_steady_states, read_steady_state
from skimpy_renaissance.storage import read_arrays
from skimpy_renaissance.tables import read_table
from skimpy_renaissance.units import Units

__all__ = ["FORMATS", "Format"]

UNITS = Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3)
MODEL = """\
name: small
reactions:
  IN:
    name: IN
    enzyme: null
    mechanism: {class: ReversibleMichaelisMenten, substrate: s_e, product: a_c}
    modifiers: {}
  OUT:
    name: OUT
    enzyme: null
    mechanism:
      class: Convenience
      mechanism_stoichiometry: {product1: 2.0, substrate1: -1.0}
      product1: p_e
      substrate1: a_c
    modifiers:
      IM_s_e: {class: InhibitionModifier, inhibitor: s_e}
boundary_conditions:
  bc_s: {class: ConstantConcentration, reactant: s_e}
  bc_p: {class: ConstantConcentration, reactant: p_e}
parameters: {km_substrate_IN: 0.5, k_equilibrium_IN: 3.0, k_equilibrium_OUT: 50.0, s_e: 5.0}
"""
FORMULA = """\
[mechanism.Halved]
stoichiometry = {substrate = -1}
parameters = ["vmax_forward"]
saturation = {km_substrate = "substrate"}
forward = "vmax_forward * substrate / (2 * km_substrate + substrate)"
"""
STATE = {
    "name": "one",
    "fluxes": {"IN": 1.0, "OUT": 1.0},
    "concentrations": {"s_e": 5.0, "a_c": 1.0, "p_e": 0.1},
    "k_eq": {"IN": 3.0, "OUT": 50.0},
    "scaling": UNITS.to_dict(),
}


@dataclass(frozen=True)
class Format:
    """One format.

    Parameters
    ----------
    name
        Of the file, whose ending some readers go by.
    whole
        Content of a whole file.
    read
        Path to anything.
    """

    name: str
    whole: Callable[[], bytes]
    read: Callable[[Path], object]


@cache
def network() -> KineticNetwork:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m.yml"
        path.write_text(MODEL)
        return read_skimpy_yaml(path)


@cache
def population(columnar: bool) -> bytes:
    values = np.exp(np.random.default_rng(0).normal(size=(3, 2)))
    sets = ParameterPopulation(
        ("km_a", "vmax_b"), values, ("x", "y", "z"), lambda_max=[-1.0, -2.0, -3.0], units=UNITS
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "p.h5"
        (save_columnar if columnar else ParameterPopulation.save)(sets, path)
        return path.read_bytes()


def archive() -> bytes:
    file = io.BytesIO()
    np.savez(
        file,
        names=np.array(["one"]),
        reaction_names=np.array(["IN", "OUT"]),
        metabolite_names=np.array(["s_e", "a_c", "p_e"]),
        fluxes=np.ones((1, 2)),
        concentrations=np.array([[5.0, 1.0, 0.1]]),
        equilibrium_constants=np.array([[3.0, 50.0]]),
        units=np.array(json.dumps(UNITS.to_dict())),
    )
    return file.getvalue()


def tables(path: Path) -> object:
    return sr.read_steady_states(network(), fluxes=path, concentrations=path, units=UNITS)


def parts(path: Path) -> object:
    with StoredPopulation(path) as stored:
        return stored.select([0]), stored.column(stored.names[0])


def regulated(path: Path) -> object:
    return add_regulation(network(), read_table(path))


def _text(content: str) -> Callable[[], bytes]:
    return content.encode


WIDE = ",IN,OUT,s_e,a_c,p_e\none,1,1,5,1,0.1\n"
REGULATION = "reaction_id,regulator,regulation\nIN,a_c,inhibition\nOUT,s_e,competitive inhibition\n"
KM = "reaction,metabolite,value,unit\nIN,s_e,0.5,mM\nIN,a_c,0.1-0.2,mM\n"
HISTORY = History.empty().to_dataframe().to_csv(index=False) + ",".join(["1"] * 14) + "\n"
RUN = "[model]\nfile = 'm.yml'\n[nes]\ngenerations = 3\ndecay = 0.5\n[generator]\nhidden = [8, 8]\n"

FORMATS = {
    "model": Format("m.yml", _text(MODEL), read_skimpy_yaml),
    "formulas": Format("f.toml", _text(FORMULA), read_formulas),
    "state": Format("s.json", _text(json.dumps(STATE)), lambda p: read_steady_state(p, network())),
    "states": Format("s.npz", archive, lambda p: load_steady_states(p, network())),
    "arrays": Format("a.npz", archive, read_arrays),
    "tables": Format("t.csv", _text(WIDE), tables),
    "tables, gzip": Format("t.csv.gz", lambda: gzip.compress(WIDE.encode(), mtime=0), tables),
    "regulation": Format("r.csv", _text(REGULATION), regulated),
    "measured Km": Format("k.csv", _text(KM), read_measured_km),
    "population": Format("p.h5", lambda: population(False), ParameterPopulation.load),
    "columnar": Format("p.h5", lambda: population(True), ParameterPopulation.load),
    "columnar, parts": Format("p.h5", lambda: population(True), parts),
    "history": Format("history.csv", _text(HISTORY), History.read_csv),
    "run file": Format("run.toml", _text(RUN), lambda p: with_run_file(Settings(), p)),
}


def read_quietly(form: Format, path: Path) -> object:
    """Read a file, warnings aside."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return form.read(path)
