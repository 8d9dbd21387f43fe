"""Control coefficients, elasticities and modes are SKiMPy's own numbers, set by set."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.control import (
    NET,
    SPLIT,
    control_coefficients,
    flux_modal_matrix,
    modal_matrix,
    parameter_elasticities,
)

pytestmark = [pytest.mark.skimpy, pytest.mark.filterwarnings("ignore")]

KINDS = [pytest.param((NET, "NET"), id="NET"), pytest.param((SPLIT, "SPLIT"), id="SPLIT")]


@dataclass(frozen=True)
class Pair:
    """One kinetic model in SKiMPy, compiled, and the same one here."""

    theirs: object
    network: sr.KineticNetwork
    state: sr.SteadyState
    names: list
    fluxes: object

    def given(self, population):
        from skimpy.core.parameters import ParameterValuePopulation  # noqa: PLC0415

        sets = ParameterValuePopulation([dict(one.items()) for one in population], self.theirs)
        return self.state.fluxes.to_dict(), self.state.concentrations.to_dict(), sets


@contextmanager
def compiled(network, state, names, kind, folder) -> Iterator[Pair]:
    from skimpy.io.yaml import load_yaml_model  # noqa: PLC0415
    from skimpy.utils import TabDict, namespace  # noqa: PLC0415

    fluxes, mca_type = kind
    sr.write_skimpy_yaml(network, folder / "model.yaml")
    model = load_yaml_model(str(folder / "model.yaml"))
    model.prepare()
    symbols = TabDict((name, model.parameters[name].symbol) for name in names)
    model.compile_mca(
        parameter_list=symbols, mca_type=getattr(namespace, mca_type), sim_type="qssa", ncpu=1
    )
    try:
        yield Pair(model, network, state, list(names), fluxes)
    finally:
        model.pool.terminate()
        model.pool.join()


@pytest.fixture(scope="module", params=KINDS)
def core_pair(request, apart, tmp_path_factory):
    network, state = apart
    names = [*network.vmax_names, *network.km_names[::10]]
    folder = tmp_path_factory.mktemp("core")
    with compiled(network, state, names, request.param, folder) as pair:
        yield pair


def sampled(network, state):
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=3))
    return sr.compile(network).at(state), sampler.sample(network, state, seed=11)


def require_equal(ours, theirs, *, rtol):
    """Tables of one set or of a mean: names, kinds of index and numbers."""
    assert isinstance(ours, pd.DataFrame)
    assert list(theirs.index) == list(ours.index)
    assert list(theirs.columns) == list(ours.columns)
    for mine, other in ((ours.index, theirs.index), (ours.columns, theirs.columns)):
        assert (mine.name, type(mine), {*map(type, mine)}) == (
            other.name,
            type(other),
            {*map(type, other)},
        )
    found, expected = ours.to_numpy(), theirs.to_numpy()
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=rtol * np.abs(expected).max())


def require_same_control(pair, network, *, rtol):
    bound, population = sampled(network, pair.state)
    given = pair.given(population)
    ours = control_coefficients(bound, population, pair.names, fluxes=pair.fluxes)
    for name in ("flux", "concentration"):
        theirs = getattr(pair.theirs, f"{name}_control_fun")(*given)
        table = getattr(ours, name)
        for i in range(len(population)):
            require_equal(table.slice_by("sample", i), theirs.slice_by("sample", i), rtol=rtol)
        require_equal(table.mean("sample"), theirs.mean("sample"), rtol=rtol)


@pytest.mark.parametrize("volumes", [(1.0, 1.0, 1.0), (0.5, 4.0, 20.0)])
def test_control_is_skimpys_with_any_volumes(core_pair, volumes):
    changed = {f"volume_{place}": v for place, v in zip("cpe", volumes, strict=True)}
    network = core_pair.network.with_parameters(changed)
    ratios = 1 / np.array(volumes)
    np.testing.assert_allclose(network.volume_ratios, np.resize(ratios, 44))
    require_same_control(core_pair, network, rtol=1e-8)


def test_elasticities_towards_parameters_are_skimpys(core_pair):
    bound, population = sampled(core_pair.network, core_pair.state)
    _, x, sets = core_pair.given(population)
    ours = parameter_elasticities(bound, population, core_pair.names, fluxes=core_pair.fluxes)
    x = [x[name] for name in core_pair.theirs.reactants]
    for i, parameters in enumerate(sets):
        theirs = core_pair.theirs.parameter_elasticities_fun(x, parameters).toarray()
        np.testing.assert_allclose(ours.values[i], theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("flux_modes", "ours"), [(False, modal_matrix), (True, flux_modal_matrix)])
def test_modes_are_skimpys(core_pair, flux_modes, ours):
    from skimpy.analysis.modal import modal_matrix as skimpy_modes  # noqa: PLC0415

    if core_pair.fluxes is SPLIT:
        pytest.skip("SKiMPy's Jacobian needs net elasticities")
    network = core_pair.network.with_parameters({"volume_p": 4.0, "volume_e": 20.0})
    bound, population = sampled(network, core_pair.state)
    _, x, sets = core_pair.given(population.select([0]))
    theirs = skimpy_modes(core_pair.theirs, x, next(iter(sets)), flux_modes=flux_modes)
    found = ours(bound, population.select([0]))
    assert list(found.columns) == list(theirs.columns)
    assert found.index.name == theirs.index.name
    rows, values = theirs.to_numpy().conj(), theirs.index.to_numpy()
    for value, row in zip(found.index, found.to_numpy(), strict=True):
        nearest = np.abs(values - value).argmin()
        assert abs(values[nearest] - value) <= 1e-6 * abs(value)
        other = rows[nearest] / np.linalg.norm(rows[nearest])
        assert abs(np.vdot(other, row)) == pytest.approx(1.0, abs=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_control_of_a_published_model_is_skimpys(kind, shared_data, tmp_path):
    network = sr.read_skimpy_yaml(shared_data("varma", "kin_varma.yml"))
    state = sr.read_steady_state(shared_data("varma", "steady_state_0.json"), network)
    capacities = [name for name in network.vmax_names if name is not None]
    names = [*capacities[::6], *network.km_names[::20]]
    with compiled(network, state, names, kind, tmp_path) as pair:
        require_same_control(pair, network, rtol=1e-8)
