"""The border to a live SKiMPy: the same network as from YAML, the model untouched."""

import sys
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, NetworkError, SkimpyImportError
from skimpy_renaissance.network.skimpy_live import from_skimpy, require_skimpy
from tests.network.live_contents import contents

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


def test_a_missing_dependency_of_skimpy_is_named(without_skimpy, tmp_path, monkeypatch):
    (tmp_path / "skimpy" / "core").mkdir(parents=True)
    (tmp_path / "skimpy" / "__init__.py").write_text("")
    (tmp_path / "skimpy" / "core" / "__init__.py").write_text("import depended_on_by_skimpy\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SkimpyImportError, match=r"Install 'depended_on_by_skimpy'"):
        require_skimpy()
    del sys.modules["skimpy"]


def test_an_absent_skimpy_is_explained(without_skimpy, monkeypatch):
    monkeypatch.setitem(sys.modules, "skimpy", None)
    with pytest.raises(SkimpyImportError, match=r"on no package index.*read_skimpy_yaml"):
        require_skimpy()


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


def _definitions(network):
    return [(r.name, r.mechanism, r.modifiers, r.enzyme, r.declared) for r in network.reactions]


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("compiled", [False, True])
def test_nothing_reachable_from_the_model_changes(load_yaml_model, compiled):
    model = load_yaml_model(CORE)
    if compiled:
        model.prepare()
        model.compile_jacobian(ncpu=1)
        model.pool.terminate()
        model.pool.join()
        del model.pool
    before = contents(model)
    network = from_skimpy(model)
    assert contents(model) == before
    read = sr.read_skimpy_yaml(CORE)
    assert _definitions(network) == _definitions(read)
    np.testing.assert_array_equal(network.conserved_pools.dependent, read.conserved_pools.dependent)


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_pools_set_by_hand_decide_which_metabolites_are_dependent(load_yaml_model):
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    model, read = load_yaml_model(CORE), sr.read_skimpy_yaml(CORE)
    pools = read.conserved_pools
    chosen = [int(np.flatnonzero(row)[-1]) for row in pools.matrix]  # another member of each pool
    assert set(chosen) != set(pools.dependent)
    model.prepare()
    _, states = sr.examples.e_coli_core()
    rng = torch.Generator().manual_seed(0)
    log_km = torch.rand(5, len(read.km_names), dtype=torch.float64, generator=rng) * 11 - 13
    usual = sr.compile(read).at(states[0]).lambda_max(log_km)
    for relation in (csr_matrix(2 * pools.matrix), 2 * pools.matrix):
        model.conservation_relation = relation
        model.dependent_variables_ix = chosen[::-1]
        network = from_skimpy(model)
        assert list(network.pools.dependent) == sorted(chosen)
        spectrum = sr.compile(network).at(states[0]).lambda_max(log_km)
        torch.testing.assert_close(spectrum, usual, rtol=1e-7, atol=0)
    model.conservation_relation = pools.matrix[:, 1:]
    with pytest.raises(NetworkError, match=r"prepare\(\) again"):
        from_skimpy(model)


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_a_live_network_can_be_written_and_regulated(load_yaml_model, tmp_path):
    model, read = load_yaml_model(CORE), sr.read_skimpy_yaml(CORE)
    sr.write_skimpy_yaml(from_skimpy(model), tmp_path / "model.yml")
    assert sr.read_skimpy_yaml(tmp_path / "model.yml").reactions == read.reactions
    kinds = ["competitive inhibition", "inhibition", "activation"]
    table = pd.DataFrame(
        [("PFK", "atp_c", kinds[0]), ("PFK", "pep_c", kinds[1]), ("PYK", "fdp_c", kinds[2])],
        columns=["reaction_id", "regulator", "regulation"],
    )
    expected = sr.add_regulation(read, table)
    regulated = sr.add_regulation(from_skimpy(model), table)
    assert _definitions(regulated) == _definitions(expected)
    from skimpy.io.regulation import load_enzyme_regulation  # noqa: PLC0415

    by_skimpy = from_skimpy(load_enzyme_regulation(model, table))
    assert by_skimpy.parameter_names == expected.parameter_names
    assert by_skimpy.variables == expected.variables
    assert dict(by_skimpy.hooks) == dict(expected.hooks)
    assert [r.mechanism for r in by_skimpy.reactions] == [r.mechanism for r in expected.reactions]
    np.testing.assert_array_equal(by_skimpy.stoichiometry, expected.stoichiometry)


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_what_a_network_cannot_hold_is_refused(load_yaml_model):
    from skimpy.core import BoundaryFlux, KineticModel, Reaction  # noqa: PLC0415
    from skimpy.mechanisms import ReversibleMichaelisMenten  # noqa: PLC0415

    model = load_yaml_model(CORE)
    model.add_boundary_condition(BoundaryFlux(model.reactants["pyr_c"], 1.0))
    with pytest.raises(NetworkError, match=r"BF_pyr_c.*only ConstantConcentration"):
        from_skimpy(model)
    bare = KineticModel(name="bare")
    roles = ReversibleMichaelisMenten.Reactants(substrate="a", product="b")
    bare.add_reaction(Reaction(name="R", mechanism=ReversibleMichaelisMenten, reactants=roles))
    with pytest.raises(NetworkError, match=r"R of 'bare' have no parameters"):
        from_skimpy(bare)
