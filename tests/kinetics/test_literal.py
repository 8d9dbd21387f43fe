"""The literal way: another program's compiled Jacobian, called set by set."""

import logging

import numpy as np
import pytest
import torch
from scipy.sparse import csc_matrix

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics import jacobian_from_skimpy


def _decay(fluxes, concentrations, parameters):
    """x_i -> at rate V_i x_i/(K_i + x_i), v = its flux: J = -diag(v K/(x (K + x)))."""
    return np.diag(-fluxes * parameters / (concentrations * (parameters + concentrations)))


FLUXES, X = np.array([2.0, 3.0, 5.0]), np.array([0.1, 1.0, 10.0])
SETS = [np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.5, 0.5])]


@pytest.mark.parametrize(
    "form", [np.asarray, csc_matrix, np.ndarray.tolist], ids=lambda f: f.__name__
)
def test_dense_and_sparse_jacobians_are_stacked_with_their_closed_form(form):
    jacobians = jacobian_from_skimpy(
        lambda *arguments: form(_decay(*arguments)), FLUXES, X, parameter_sets=iter(SETS)
    )
    assert jacobians.dtype == torch.float64
    assert jacobians.shape == (2, 3, 3)
    expected = torch.stack([torch.from_numpy(-FLUXES * k / (X * (k + X))) for k in SETS])
    eigenvalues = torch.linalg.eigvals(jacobians).real
    assert torch.equal(eigenvalues.sort().values, expected.sort().values)


def test_fluxes_concentrations_and_sets_are_handed_on_as_they_are():
    seen = []

    def watch(*arguments):
        seen.append(arguments)
        return np.eye(2)

    fluxes, concentrations, sets = object(), object(), [object(), object()]
    jacobian_from_skimpy(watch, fluxes, concentrations, parameter_sets=sets)
    assert seen == [(fluxes, concentrations, each) for each in sets]


def test_integers_become_double_precision():
    jacobians = jacobian_from_skimpy(
        lambda *_: np.array([[-1, 2], [0, -3]]), None, None, parameter_sets=[0]
    )
    assert torch.equal(jacobians[0], torch.tensor([[-1.0, 2.0], [0.0, -3.0]]).double())


def test_the_stack_owns_its_numbers():
    buffer = np.zeros((2, 2))

    def reuse(fluxes, concentrations, parameters):
        buffer[:] = parameters
        return buffer

    jacobians = jacobian_from_skimpy(reuse, None, None, parameter_sets=[1.0, 2.0])
    assert jacobians[0, 0, 0] == 1.0
    assert jacobians[1, 0, 0] == 2.0


def test_something_that_cannot_be_called_is_refused_with_what_to_do():
    with pytest.raises(InputError, match=r"must be a function.*got ndarray.*compile_jacobian"):
        jacobian_from_skimpy(np.eye(2), FLUXES, X, parameter_sets=SETS)


def test_matrices_of_different_sizes_are_refused_with_the_set():
    sizes = iter([2, 2, 3])
    with pytest.raises(InputError, match=r"\(2, 2\) for parameter set 0 and \(3, 3\) for 2"):
        jacobian_from_skimpy(lambda *_: np.eye(next(sizes)), None, None, parameter_sets=[0, 1, 2])


@pytest.mark.parametrize("matrix", [np.ones(3), np.ones((2, 3)), np.ones((1, 2, 2)), 4.0])
def test_what_is_no_square_matrix_is_refused(matrix):
    with pytest.raises(InputError, match="one square matrix, got the shape"):
        jacobian_from_skimpy(lambda *_: matrix, None, None, parameter_sets=[0])


def test_no_parameter_set_is_refused():
    with pytest.raises(InputError, match="at least one parameter set"):
        jacobian_from_skimpy(_decay, FLUXES, X, parameter_sets=[])


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_skimpys_own_jacobians_are_those_of_this_package(row_error):
    """The bundled model through SKiMPy's Cython code, and through this package."""
    from skimpy.core.parameters import ParameterValues  # noqa: PLC0415
    from skimpy.io.yaml import load_yaml_model  # noqa: PLC0415
    from skimpy.utils.namespace import QSSA  # noqa: PLC0415

    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    bound = sr.compile(network).at(state)
    rng = torch.Generator().manual_seed(0)
    log_km = torch.rand(3, len(network.km_names), generator=rng, dtype=torch.float64) * 11 - 13

    logging.disable(logging.INFO)
    folder = sr.examples.__path__[0]
    model = load_yaml_model(f"{folder}/data/e_coli_core.yaml")
    logging.disable(logging.NOTSET)
    model.prepare()
    model.compile_jacobian(sim_type=QSSA, ncpu=1)
    model.pool.close()
    model.pool.join()
    constants = {f"k_equilibrium_{r}": k for r, k in state.equilibrium_constants.dropna().items()}
    boundaries = state.concentrations[list(network.boundary_names)].to_dict()
    scaled_km = log_km.exp().numpy() * state.units.concentration_scaling
    sets = []
    for km, vmax in zip(scaled_km, bound.vmax(log_km).numpy(), strict=True):
        values = {n: p.value for n, p in model.parameters.items() if p.value is not None}
        values |= constants | boundaries
        values |= dict(zip(network.km_names, km, strict=True))
        values |= {n: v for n, v in zip(network.vmax_names, vmax, strict=True) if n is not None}
        sets.append(ParameterValues(values, model))
    fluxes = state.fluxes[list(model.reactions)].to_numpy()
    concentrations = state.concentrations[list(model.variables)].to_numpy()

    jacobians = jacobian_from_skimpy(
        model.jacobian_fun, fluxes, concentrations, parameter_sets=sets
    )
    assert row_error(bound.jacobian(log_km), jacobians.numpy()) < 1e-9
    slowest = torch.linalg.eigvals(jacobians).real.amax(-1)
    assert torch.allclose(bound.lambda_max(log_km), slowest, rtol=1e-4)
