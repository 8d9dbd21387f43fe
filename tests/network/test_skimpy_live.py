"""The border to a live SKiMPy: the same network as from YAML, the model untouched."""

import sys
from importlib.resources import files

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, SkimpyImportError
from skimpy_renaissance.network.skimpy_live import from_skimpy, require_skimpy

CORE = str(files("skimpy_renaissance.examples") / "data" / "e_coli_core.yaml")


@pytest.fixture
def without_skimpy(monkeypatch):
    for name in [m for m in sys.modules if m.split(".")[0] == "skimpy"]:
        monkeypatch.delitem(sys.modules, name)


def test_the_package_of_the_same_name_is_recognised(without_skimpy, tmp_path, monkeypatch):
    (tmp_path / "skimpy").mkdir()
    (tmp_path / "skimpy" / "__init__.py").write_text("def skim(frame): ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SkimpyImportError, match=r"not EPFL's SKiMPy.*pip uninstall skimpy"):
        from_skimpy(object())
    del sys.modules["skimpy"]


def test_an_absent_skimpy_is_explained(without_skimpy, monkeypatch):
    monkeypatch.setitem(sys.modules, "skimpy", None)
    with pytest.raises(SkimpyImportError, match=r"on no package index.*read_skimpy_yaml"):
        require_skimpy()


@pytest.fixture
def load_yaml_model():
    try:
        require_skimpy()
    except SkimpyImportError:
        pytest.skip("EPFL's SKiMPy is not installed")
    from skimpy.io.yaml import load_yaml_model  # noqa: PLC0415

    return load_yaml_model


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_a_live_model_is_the_network_of_its_yaml(load_yaml_model):
    live, read = from_skimpy(load_yaml_model(CORE)), sr.read_skimpy_yaml(CORE)
    for name in ("reaction_names", "variables", "boundary_names", "parameter_names", "km_names"):
        assert getattr(live, name) == getattr(read, name), name
    assert dict(live.hooks) == dict(read.hooks)
    assert dict(live.values) == dict(read.values)
    np.testing.assert_array_equal(live.stoichiometry, read.stoichiometry)
    _, states = sr.examples.e_coli_core()
    rng = torch.Generator().manual_seed(0)
    log_km = torch.rand(20, len(read.km_names), dtype=torch.float64, generator=rng) * 11 - 13
    spectra = [sr.compile(network).at(states[0]).lambda_max(log_km) for network in (live, read)]
    torch.testing.assert_close(*spectra, rtol=1e-9, atol=0)


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_the_live_model_is_left_as_found(load_yaml_model):
    model = load_yaml_model(CORE)

    def everything():
        return {
            "model": sorted(vars(model)),
            "mechanisms": {n: sorted(vars(r.mechanism)) for n, r in model.reactions.items()},
            "values": {n: (p.value, p.bounds) for n, p in model.parameters.items()},
        }

    before = everything()
    from_skimpy(model)
    assert everything() == before


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_pools_of_a_prepared_model_and_bounds_come_along(load_yaml_model):
    model = load_yaml_model(CORE)
    model.parameters.km_substrate_PGI.bounds = (1.0, 2.0)
    model.prepare()
    network, read = from_skimpy(model), sr.read_skimpy_yaml(CORE)
    assert network.bounds == {"km_substrate_PGI": (1.0, 2.0)}
    np.testing.assert_array_equal(network.pools.dependent, read.conserved_pools.dependent)
    np.testing.assert_allclose(network.pools.matrix, read.conserved_pools.matrix)


@pytest.mark.skimpy
def test_something_else_than_a_model_is_refused(load_yaml_model):
    with pytest.raises(InputError, match="got dict"):
        from_skimpy({})
