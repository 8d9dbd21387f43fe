"""Our own SBML files come back as the same models."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics import compile_system, network_system
from skimpy_renaissance.sbml import SbmlModel
from skimpy_renaissance.sbml.libsbml_names import sbml_ids
from tests.sbml.kinetic_models import PUBLISHED, Model, bundled, published

pytest.importorskip("libsbml", reason="libSBML (comes with COBRApy) is not installed")


def again(model: Model, tmp_path: Path) -> SbmlModel:
    network, state, parameters = model
    sr.write_sbml(network, state, parameters, path=tmp_path / "model.xml")
    return sr.read_sbml(tmp_path / "model.xml")


def ids(network: sr.KineticNetwork) -> dict[str, str]:
    places = [*network.compartments]
    names = (*places, *network.metabolites, *network.parameter_names, *network.reaction_names)
    return sbml_ids(names)


def at(
    network: sr.KineticNetwork, values: Mapping[str, float], x: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Return rates, `reaction`, and the Jacobian, `metabolite x metabolite`, in model units."""
    compiled = compile_system(network_system(network))
    p = np.array([values.get(name, x.get(name)) for name in compiled.parameter_names])
    here = np.array([x[name] for name in network.variables])
    return compiled.rates(here, p), compiled.jacobian(here, p)


def require_same(model: Model, back: SbmlModel) -> None:
    network, state, parameters = model
    known = {n: v for n, v in network.values.items() if v is not None} | dict(parameters)
    _, ours = at(network, known, state.concentrations.to_dict())
    start = back.initial_concentrations.to_dict()
    rates, theirs = at(back.network, back.network.values, start)
    np.testing.assert_allclose(rates, state.fluxes[list(network.reaction_names)], rtol=1e-9)
    row = [back.network.variables.index(ids(network)[name]) for name in network.variables]
    largest = np.abs(ours).max()
    np.testing.assert_allclose(theirs[np.ix_(row, row)], ours, rtol=1e-9, atol=1e-11 * largest)


@pytest.mark.slow
def test_a_small_model_comes_back_with_its_jacobian_constants_and_state(
    small: Model, tmp_path: Path
):
    back = again(small, tmp_path)
    require_same(small, back)
    network, state, _ = small
    assert dict(back.network.hooks) == dict(network.hooks)
    assert back.network.vmax_names == network.vmax_names
    assert back.laws["parted"].all()
    same = back.state.concentrations[list(network.variables)]
    np.testing.assert_allclose(same, state.concentrations[list(network.variables)], rtol=1e-9)


@pytest.mark.slow
def test_the_bundled_model_comes_back_with_its_jacobian(tmp_path: Path):
    back = again(bundled(), tmp_path)
    require_same(bundled(), back)
    assert dict(back.network.hooks) == {
        ids(bundled()[0])[km]: ids(bundled()[0])[m] for km, m in bundled()[0].hooks.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", PUBLISHED)
def test_published_models_come_back_with_their_jacobians(
    name: str, shared_data: Callable[..., Path], tmp_path: Path
):
    model = published(name, shared_data)
    require_same(model, again(model, tmp_path))
