"""Text that is read: models, steady states, tables, settings, records."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

import skimpy_renaissance as sr
from skimpy_renaissance.cli.inputs import Inputs, read_inputs
from skimpy_renaissance.cli.model_report import describe_model
from skimpy_renaissance.cli.pool_report import describe_pools
from skimpy_renaissance.cli.population_inputs import settings_beside
from skimpy_renaissance.cli.record import Record, claim_folder, read_record
from skimpy_renaissance.cli.run_file import with_run_file, with_tables
from skimpy_renaissance.cli.sections import BUNDLED
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.dynamics import read_experiments, read_measurements, read_reactor_yaml
from skimpy_renaissance.kinetic_data import (
    read_ec_pairs,
    read_km_bounds,
    read_km_predictions,
    read_measured_km,
    read_subsystems,
)
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.landscape import read_ranges
from skimpy_renaissance.learning import History
from skimpy_renaissance.network import KineticNetwork, add_regulation, read_pools, read_skimpy_yaml
from skimpy_renaissance.network.formulas import read_formulas
from skimpy_renaissance.sampling.km_tables import log_km_from_table, read_km_table
from skimpy_renaissance.steady_states import SteadyState, SteadyStates, read_steady_state
from skimpy_renaissance.steady_states.formats import read_states_file
from skimpy_renaissance.studies.written_study import comparison_table, read_study
from skimpy_renaissance.tables import read_table
from tests.dynamics.reactors.reactor_cases import monod_network, monod_reactor
from tests.fuzz.edits import edited
from tests.fuzz.format import Format
from tests.fuzz.rebuilding import with_other_members, zip_members, zipped
from tests.fuzz.small_inputs import MODEL, STATE, UNITS, bound, network

__all__ = ["TEXT_FORMATS"]

FORMULA = """\
[mechanism.Halved]
stoichiometry = {substrate = -1}
parameters = ["vmax_forward"]
saturation = {km_substrate = "substrate"}
forward = "vmax_forward * substrate / (2 * km_substrate + substrate)"
"""
REACTOR = """\
models: {a: m.yml}
biomass: {a: growth}
biomass_scaling: {a: 5e2}
extracellular_compartment: e
initial_medium: {glc_e: 1e-2}
reactor_volume: 5e10
scaling: {concentration: 1e6, density: 1000, gDW_gWW: 0.3, time: 1.0}
boundary_conditions:
  CC: {class: ConstantConcentration, reactant: a_stuff_c}
"""
WIDE = ",IN,OUT,s_e,a_c,p_e\none,1,1,5,1,0.1\n"
SAMPLES = """\
,IN,IN_reverse_0a1b2,OUT,OUT_reverse_0a1b2,LC_s_e,LC_a_c,LC_p_e,DG_IN,DG_OUT
0,2,1,1,0,-12.2,-13.8,-16.1,-1.5,-1.2
1,3,1,2,0,-12.1,-13.7,-16.0,-1.4,-1.1
"""
REGULATION = "reaction_id,regulator,regulation\nIN,a_c,inhibition\nOUT,s_e,competitive inhibition\n"
KM = "reaction,metabolite,value,unit\nIN,s_e,0.5,mM\nIN,a_c,0.1-0.2,mM\n"
BOUNDS = "km,low,high,unit\nkm_product_IN,0.1,2,mM\nkm_substrate1_OUT,,3,model\n"
PREDICTIONS = """\
km,reaction,metabolite,value,fold,unit
km_product_IN,,,0.1,3,mM
,OUT,a_c,2,10,uM
"""
KM_TABLE = """\
,km_product_IN,km_substrate1_OUT,km_product1_OUT,k_inhibition_IM_s_e_OUT
0,0.1,0.2,0.3,0.4
1,1,2,3,4
"""
POOLS = "pool,a_c\none,1\n"
COURSE = "variable,time,value,sd,unit\nbiomass,0,0.1,0.01,gDW/L\nglc_e,2,5,0.5,mmol/L\n"
EXPERIMENTS = {
    "experiments_biomass.csv": "time,mean,low,high\n0,0.1,0.05,0.2\n5,0.3,0.2,0.4\n",
    "experiments_glc_e.csv": "time,mean,sd,unit,molar_mass\n0,1.8,0.1,g/L,180\n5,0.9,0.1,g/L,180\n",
}
RANGES = "metabolite,lower_mol_per_L,upper_mol_per_L\na_c,1e-6,1e-3\ns_e,1e-5,1e-2\n"
METABOLIC = {"reactions": [{"id": "IN", "subsystem": "Transport"}, {"id": "OUT"}]}
HISTORY = History.empty().to_dataframe().to_csv(index=False) + ",".join(["1"] * 14) + "\n"
RUN = "[model]\nfile = 'm.yml'\n[nes]\ngenerations = 3\ndecay = 0.5\n[generator]\nhidden = [8, 8]\n"
STUDY = {
    "format": "skimpy_renaissance study",
    **{key: key for key in ("name", "source", "question", "case", "scale")},
    "findings": [
        {"quantity": "share", "published": 0.5, "ours": 0.4, "unit": "%", "note": "of 10"}
    ],
    "tables": ["one"],
    "warnings": [],
    "captions": {"figure": "What it shows"},
    "origin": {"seed": 1},
}
RECORD = {"format": "skimpy_renaissance run", "command": "train", "results": {}, "settings": {}}


def one(name: str, content: str | bytes) -> Callable[[], Mapping[str, bytes]]:
    """Return what gives a single file."""
    return lambda: {name: content.encode() if isinstance(content, str) else content}


def several(contents: Mapping[str, str]) -> Callable[[], Mapping[str, bytes]]:
    return lambda: {name: content.encode() for name, content in contents.items()}


def compressed(content: str) -> bytes:
    return gzip.compress(content.encode(), mtime=0)


def compressed_again(content: bytes, dice: Random) -> bytes:
    return gzip.compress(edited(gzip.decompress(content), dice), 1, mtime=0)


def spreadsheet(content: str) -> bytes:
    file = io.BytesIO()
    pd.read_csv(io.StringIO(content), dtype=str).to_excel(file, index=False)
    members = zip_members(file.getvalue())
    dated = re.compile(rb"\d{4}-\d\d-\d\dT[\d:]+Z")
    return zipped({name: dated.sub(b"2026-01-01T00:00:00Z", one) for name, one in members.items()})


def checked(path: Path) -> object:
    """What ``check --model`` does with a file."""
    found = read_skimpy_yaml(path)
    kinetics = compile_network(found)
    return str(describe_model(kinetics, source=str(path))), str(
        describe_pools(found, partition=-1.0)
    )


@cache
def inputs() -> Inputs:
    """Return the bundled model at its first state, as commands work on it."""
    return read_inputs(
        with_tables(
            Settings(), {"model": {"file": BUNDLED}}, source=Path("run.toml"), folder=Path()
        )
    )


def resumed(folder: Path) -> object:
    """What a command does with a folder in which the same run was begun."""
    settings = inputs().settings
    here = replace(settings, run=replace(settings.run, output=folder))
    beside = settings_beside(folder / "run.h5")
    return claim_folder(
        Record("train", replace(inputs(), settings=here)), files=("history.csv",)
    ), beside


def record_of_a_run() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "run.json"
        Record("train", inputs()).write(path, status="running", results={})
        return path.read_bytes()


def tables(path: Path) -> object:
    return sr.read_steady_states(network(), fluxes=path, concentrations=path, units=UNITS)


def samples(path: Path) -> object:
    return read_states_file(path, network(), units=UNITS)


def regulated(path: Path) -> object:
    return add_regulation(network(), read_table(path, as_text=True))


def km_table(path: Path) -> object:
    return log_km_from_table(bound(), read_km_table(path, names=bound().km_names))


def usable_network(value: object) -> None:
    assert isinstance(value, KineticNetwork)
    for name, number in value.values.items():
        assert np.isfinite(number), name
        assert number > 0 or not name.startswith(("km_", "k_", "ki_", "ka_")), name
    assert len({*value.variables}) == len(value.variables)
    assert np.isfinite(np.asarray(value.full_stoichiometry)).all()
    assert all(name.isprintable() for name in (*value.reaction_names, *value.metabolites))


def usable_states(value: object) -> None:
    assert isinstance(value, SteadyState | SteadyStates)
    assert np.isfinite(np.asarray(value.fluxes)).all()
    assert (np.asarray(value.concentrations) > 0).all()
    assert np.isfinite(np.asarray(value.concentrations)).all()
    constants = np.asarray(value.equilibrium_constants)
    assert np.isnan(constants[~(constants > 0)]).all()
    assert not np.isinf(constants).any()


def usable_log_km(value: object) -> None:
    assert np.isfinite(np.asarray(value)).all()


def usable_bounds(value: object) -> None:
    for low, high in value.values():  # type: ignore[attr-defined]
        assert low is None or np.isfinite(low)
        assert high is None or (np.isfinite(high) and high >= (low or 0))


def usable_ranges(value: object) -> None:
    assert all(0 < low <= high < np.inf for low, high in value.values())  # type: ignore[attr-defined]


TEXT_FORMATS = {
    "model": Format(one("m.yml", MODEL), read_skimpy_yaml, usable_network),
    "model, checked": Format(one("m.yml", MODEL), checked),
    "formulas": Format(one("f.toml", FORMULA), read_formulas),
    "reactor": Format(
        one("r.yml", REACTOR), lambda p: read_reactor_yaml(p, networks={"a": monod_network()})
    ),
    "state": Format(
        one("s.json", json.dumps(STATE)), lambda p: read_steady_state(p, network()), usable_states
    ),
    "tables": Format(one("t.csv", WIDE), tables, usable_states),
    "tables, gzip": Format(
        one("t.csv.gz", compressed(WIDE)), tables, usable_states, compressed_again
    ),
    "samples": Format(one("t.csv", SAMPLES), samples, usable_states),
    "samples, gzip": Format(
        one("t.csv.gz", compressed(SAMPLES)), samples, usable_states, compressed_again
    ),
    "regulation": Format(one("r.csv", REGULATION), regulated, usable_network),
    "measured Km": Format(one("k.csv", KM), read_measured_km),
    "measured Km, Excel": Format(
        lambda: {"k.xlsx": spreadsheet(KM)}, read_measured_km, None, with_other_members
    ),
    "Km bounds": Format(
        one("b.csv", BOUNDS), lambda p: read_km_bounds(p, units=UNITS), usable_bounds
    ),
    "predicted Km": Format(
        one("p.csv", PREDICTIONS), lambda p: read_km_predictions(p, network()), usable_ranges
    ),
    "Km table": Format(one("k.csv", KM_TABLE), km_table, usable_log_km),
    "Km table, Excel": Format(
        lambda: {"k.xlsx": spreadsheet(KM_TABLE)}, km_table, usable_log_km, with_other_members
    ),
    "EC numbers": Format(one("e.csv", "reaction,ec\nIN,1.1.1.1\nOUT,2.7.1.1\n"), read_ec_pairs),
    "subsystems": Format(one("s.json", json.dumps(METABOLIC)), read_subsystems),
    "pools": Format(one("p.csv", POOLS), lambda p: read_pools(p, network().variables)),
    "measurements": Format(one("m.csv", COURSE), read_measurements),
    "experiments": Format(several(EXPERIMENTS), lambda p: read_experiments(p, monod_reactor())),
    "ranges": Format(one("r.csv", RANGES), read_ranges, usable_ranges),
    "history": Format(one("history.csv", HISTORY), History.read_csv),
    "run file": Format(one("run.toml", RUN), lambda p: with_run_file(Settings(), p)),
    "record": Format(one("run.json", json.dumps(RECORD)), read_record),
    "record, resumed": Format(lambda: {"run.json": record_of_a_run(), "history.csv": b""}, resumed),
    "study": Format(
        one("study.json", json.dumps(STUDY)), lambda p: comparison_table([read_study(p.parent)])
    ),
}
