"""Whatever is stored says which programs made it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance import versions as module
from skimpy_renaissance.analyses import AnalysisResult
from skimpy_renaissance.population import save_columnar
from skimpy_renaissance.population.file_layout import header_of
from skimpy_renaissance.steady_states.archive import save_steady_states
from skimpy_renaissance.steady_states.json_profile import write_steady_state
from skimpy_renaissance.storage import StepFolder, read_arrays
from skimpy_renaissance.studies.catalogue import STUDIES
from skimpy_renaissance.studies.written_study import write_study
from skimpy_renaissance.versions import WRITTEN_BY, versions


def test_what_computes_is_named_with_its_version(monkeypatch) -> None:
    found = versions()
    assert found["skimpy_renaissance"] == sr.__version__
    assert found["torch"] == torch.__version__
    assert found["numpy"] == np.__version__
    assert {"scipy", "numba", "python", "platform"} <= found.keys()
    monkeypatch.setattr(module, "_COMPUTE", ("no_such_package",))
    versions.cache_clear()
    assert versions()["no_such_package"] is None
    versions.cache_clear()


@pytest.mark.parametrize("save", [sr.ParameterPopulation.save, save_columnar])
def test_populations_of_both_layouts_carry_them(save, tmp_path: Path) -> None:
    save(sr.ParameterPopulation(("a",), np.ones((2, 1))), tmp_path / "p.h5")
    assert header_of(tmp_path / "p.h5").versions == versions()


def test_steps_carry_them_and_are_not_told_apart_by_them(tmp_path: Path) -> None:
    steps = StepFolder(tmp_path, {"seed": 1}, manifest="m.json", what="a search")
    steps.claim()
    path = tmp_path / "m.json"
    assert json.loads(path.read_text()) == {"seed": 1, "versions": versions()}
    path.write_text(json.dumps({"seed": 1, "versions": {"torch": "1.0"}}))
    steps.claim()
    path.write_text(json.dumps({"seed": 1}))  # as earlier versions wrote it
    steps.claim()


def test_studies_carry_them(tmp_path: Path) -> None:
    study = next(iter(STUDIES.values()))
    write_study(tmp_path, study, AnalysisResult(), case="c", scale="quick", origin={"seed": 1})
    assert json.loads((tmp_path / "study.json").read_text())["versions"] == versions()


def test_single_files_carry_them(tmp_path: Path) -> None:
    network, states = sr.examples.e_coli_core()
    write_steady_state(states[0], tmp_path / "state.json")
    assert json.loads((tmp_path / "state.json").read_text())[WRITTEN_BY] == versions()
    save_steady_states(states, tmp_path / "states.npz")
    with np.load(tmp_path / "states.npz") as archive:
        assert json.loads(str(archive[WRITTEN_BY])) == versions()
    assert WRITTEN_BY not in read_arrays(tmp_path / "states.npz")
    assert sr.read_steady_state(tmp_path / "state.json", network).fluxes.equals(states[0].fluxes)
