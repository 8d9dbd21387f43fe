"""Other simulators compute what this package computes, from the file alone.

libRoadRunner: rates and Jacobian to 1e-8, an hour's course to 1e-6; COPASI: the course.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics import CVODE, compile_system, network_system, run_ensemble
from skimpy_renaissance.sbml import write_omex
from tests.sbml.kinetic_models import Model, bundled, complete_set, published

HOURS = np.linspace(0.0, 1.0, 5)
PRECISION = {"rtol": 1e-9, "atol": 1e-10}  # of the course, relative to each concentration


@dataclass(frozen=True)
class Written:
    """A kinetic model, and the file that was written of it."""

    model: Model
    path: Path
    ids: dict[str, str]

    @cached_property
    def compiled(self) -> Any:
        return compile_system(network_system(self.model[0]))

    @cached_property
    def parameters(self) -> np.ndarray:
        _, state, values = self.model
        known = {**state.concentrations, **values}
        return np.array([known[name] for name in self.compiled.parameter_names])

    @cached_property
    def reference(self) -> np.ndarray:
        return self.model[1].concentrations[list(self.compiled.variables)].to_numpy()

    @property
    def start(self) -> dict[str, float]:
        """Identifier to concentration: a fifth more than at the steady state."""
        return dict(zip(self.variable_ids, 1.2 * self.reference, strict=True))

    @property
    def variable_ids(self) -> list[str]:
        return [self.ids[name] for name in self.compiled.variables]

    @property
    def smallest(self) -> float:
        return float(PRECISION["atol"] * self.reference.min())

    @cached_property
    def course(self) -> np.ndarray:
        runs = run_ensemble(
            self.compiled,
            1.2 * self.reference[None],
            self.parameters[None],
            HOURS,
            reference=self.reference,
            rtol=PRECISION["rtol"],
            atol=PRECISION["atol"] * self.reference,
            integrator=CVODE(),
            n_processes=1,
        )
        assert runs.finished.all()
        return runs.concentrations[0]


@pytest.fixture
def written(libsbml, tmp_path):
    """Write a model; its metabolites and reactions are found by name in the file."""

    def write(model: Model) -> Written:
        path = tmp_path / "model.xml"
        sr.write_sbml(*model, path=path)
        document = libsbml.readSBMLFromFile(str(path))
        parts = document.getModel()
        listed = (*parts.getListOfSpecies(), *parts.getListOfReactions())
        return Written(model, path, {one.getName(): one.getId() for one in listed})

    return write


def _load_in_roadrunner(path: Path) -> Any:
    module = pytest.importorskip("roadrunner", reason="libRoadRunner is not installed")
    module.Logger.setLevel(module.Logger.LOG_ERROR)
    return module.RoadRunner(str(path))


def _jacobian(runner: Any, variables: list[str]) -> np.ndarray:
    """Its own Jacobian where that takes no minutes, else five-point differences of its rates."""
    if len(variables) < 50:
        runner.setDiffStepSize(1e-3)  # by default an error of 1e-8
        found = runner.getFullJacobian()
        order = [list(found.rownames).index(one) for one in variables]
        return np.array(found)[np.ix_(order, order)]
    known = list(runner.model.getFloatingSpeciesIds())
    order = [known.index(one) for one in variables]
    columns = []
    for one in variables:
        x, column = runner[f"[{one}]"], 0.0
        for steps, weight in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
            runner[f"[{one}]"] = x * (1 + 1e-3 * steps)
            slopes = np.array(runner.model.getFloatingSpeciesConcentrationRates())[order]
            column = column + weight * slopes / (12e-3 * x)
        runner[f"[{one}]"] = x
        columns.append(column)
    return np.stack(columns, axis=1)


def _require_same_as_roadrunner(model: Written) -> None:
    runner = _load_in_roadrunner(model.path)
    network, compiled = model.model[0], model.compiled
    rates = dict(zip(runner.model.getReactionIds(), runner.model.getReactionRates(), strict=True))
    own = compiled.rates(model.reference, model.parameters)
    theirs = [rates[model.ids[name]] for name in network.reaction_names]
    np.testing.assert_allclose(theirs, own, rtol=1e-8, atol=1e-12 * np.abs(own).max())

    jacobian = compiled.jacobian(model.reference, model.parameters)
    off = np.abs(_jacobian(runner, model.variable_ids) - jacobian)
    assert (off <= 1e-8 * np.abs(jacobian).max(axis=0)).all()

    for one, concentration in model.start.items():
        runner[f"[{one}]"] = concentration
    runner.integrator.relative_tolerance = PRECISION["rtol"]
    runner.integrator.absolute_tolerance = model.smallest
    shown = [f"[{one}]" for one in model.variable_ids]
    course = np.array(runner.simulate(0, 1, len(HOURS), shown))
    np.testing.assert_allclose(course, model.course, rtol=1e-6)


def _require_same_as_copasi(model: Written) -> None:
    basico = pytest.importorskip("basico", reason="COPASI (copasi-basico) is not installed")
    loaded = basico.load_model(str(model.path))
    try:
        assert basico.get_model_units()["time_unit"] == "h"
        table = basico.get_species()
        by_id = dict(zip(table["sbml_id"], table.index, strict=True))
        for one, concentration in model.start.items():
            basico.set_species(by_id[one], exact=True, initial_concentration=concentration)
        settings = {"r_tol": PRECISION["rtol"], "a_tol": model.smallest}
        course = basico.run_time_course(
            duration=1, intervals=len(HOURS) - 1, use_initial_values=True, **settings
        )
        columns = [by_id[one] for one in model.variable_ids]
        np.testing.assert_allclose(course[columns].to_numpy(), model.course, rtol=1e-6)
    finally:
        basico.remove_datamodel(loaded)


def test_roadrunner_computes_the_small_model(small, written):
    _require_same_as_roadrunner(written(small))


def test_copasi_computes_the_small_model(small, written):
    _require_same_as_copasi(written(small))


def test_roadrunner_takes_every_set_of_an_archive(small, written, tmp_path):
    network, state, _ = small
    sets = pd.DataFrame([complete_set(network, state, seed=seed) for seed in range(3)])
    sets.index = ["a", "b", "c"]
    population = sr.ParameterPopulation.from_dataframe(sets, units=state.units)
    write_omex(network, state, population, path=tmp_path / "ensemble.omex")
    with zipfile.ZipFile(tmp_path / "ensemble.omex") as archive:
        archive.extractall(tmp_path)
    table = pd.read_csv(tmp_path / "sets.csv", index_col="set", float_precision="round_trip")
    runner = _load_in_roadrunner(tmp_path / "model.xml")
    for name, numbers in table.iterrows():
        model = written((network, state, population[str(name)]))
        for one, value in {**numbers, **{f"[{k}]": x for k, x in model.start.items()}}.items():
            runner[one] = value
        own = model.compiled.rates(1.2 * model.reference, model.parameters)
        np.testing.assert_allclose(runner.model.getReactionRates(), own, rtol=1e-8)


@pytest.mark.slow
def test_roadrunner_computes_the_bundled_model(written):
    _require_same_as_roadrunner(written(bundled()))


@pytest.mark.slow
def test_copasi_computes_the_bundled_model(written):
    _require_same_as_copasi(written(bundled()))


@pytest.mark.slow
def test_roadrunner_computes_a_published_model(shared_data, written):
    _require_same_as_roadrunner(written(published("varma_regulated", shared_data)))


@pytest.mark.slow
def test_copasi_computes_a_published_model(shared_data, written):
    _require_same_as_copasi(written(published("varma_regulated", shared_data)))
