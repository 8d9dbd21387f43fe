"""lambda_max against arithmetic of 400 bits, 40 digits, or the independently inverted Jacobian."""

import numpy as np
import pytest
import torch

from skimpy_renaissance.spectrum import Plain


def _load(path):
    with np.load(path, allow_pickle=False) as archive:
        return dict(archive)


@pytest.mark.parametrize("name", ["varma", "yeast"])
def test_lambda_max_is_that_of_400_bit_arithmetic(golden, relative_error, shared_data, name):
    case, truth = golden(name), _load(shared_data(name, "true_lambda_0.npz"))
    n = len(truth["lambda_max"])
    assert n == {"varma": 100, "yeast": 22}[name]
    assert relative_error(case.bound.lambda_max(case.log_km[:n]), truth["lambda_max"]) < 1e-6


@pytest.mark.parametrize("name", ["varma", "yeast"])
def test_every_real_part_of_the_spectrum_is_that_of_400_bit_arithmetic(golden, shared_data, name):
    case, truth = golden(name), _load(shared_data(name, "true_lambda_0.npz"))["eigenvalues"]
    real = case.bound.eigenvalues(case.log_km[: len(truth)]).real.numpy()
    expected = np.sort(truth.real, axis=1)[:, ::-1]
    assert np.allclose(real, expected, rtol=1e-6, atol=0)


@pytest.mark.parametrize("name", ["varma", "yeast"])
def test_the_fastest_mode_is_that_of_400_bit_arithmetic(golden, relative_error, shared_data, name):
    case, truth = golden(name), _load(shared_data(name, "true_lambda_0.npz"))
    fastest = case.bound.eigenvalues(case.log_km[: len(truth["lambda_min"])]).real[:, -1]
    assert relative_error(fastest, truth["lambda_min"]) < 1e-9


@pytest.mark.slow
def test_lambda_max_of_all_yeast_sets_is_that_of_the_inverse(golden, relative_error, shared_data):
    yeast = golden("yeast")
    reference = _load(shared_data("yeast", "lambda_max_inverse_0.npz"))
    assert relative_error(yeast.bound.lambda_max(yeast.log_km), reference["golden"]) < 1e-6


def test_lambda_max_of_published_yeast_sets_is_that_of_the_inverse(
    golden, columns, relative_error, shared_data
):
    yeast, raw = golden("yeast"), _load(shared_data("yeast", "published_0.npz"))
    reference = _load(shared_data("yeast", "lambda_max_inverse_0.npz"))
    km = columns(raw, yeast.network.km_names) / yeast.state.units.concentration_scaling
    slowest = yeast.bound.lambda_max(torch.from_numpy(np.log(km)))
    assert relative_error(slowest, reference["published"]) < 1e-6


@pytest.mark.parametrize(("population", "row"), [("A", 0), ("B", 0), ("B", 1)])
def test_the_spectrum_of_e_coli_is_that_of_40_digits(golden, shared_data, population, row):
    case = golden(f"ecoli_{population}")
    truth = _load(shared_data("ecoli", "golden_1712_eigs_mp40.npz"))[f"{population}{row}"]
    log_km = case.log_km[row : row + 1]
    assert case.bound.lambda_max(log_km).item() == pytest.approx(truth.real.max(), rel=1e-6)
    real = case.bound.eigenvalues(log_km).real[0].numpy()
    assert np.allclose(real, np.sort(truth.real)[::-1], rtol=1e-6, atol=0)


def test_lambda_max_of_the_published_e_coli_km_is_skimpys(golden, row_error, shared_data):
    """These Km belong to the regulated model; SKiMPy judged them without regulation."""
    case = golden("ecoli_A")
    raw = _load(shared_data("ecoli", "golden_1712_published_km.npz"))
    log_km = torch.from_numpy(np.log(raw["km_M"][raw["km_active"]]))[None]
    assert np.allclose(case.bound.vmax(log_km)[0].numpy(), raw["vmax"], rtol=1e-9)
    assert row_error(case.bound.jacobian(log_km)[0], raw["jac"]) < 1e-9
    assert case.bound.lambda_max(log_km).item() == pytest.approx(float(raw["lambda_max"]), rel=1e-6)


def test_the_plain_route_misses_the_slow_modes_of_yeast_by_percents(golden, shared_data):
    """Why the default is another one: the same Jacobians, judged as SKiMPy does."""
    yeast, truth = golden("yeast"), _load(shared_data("yeast", "true_lambda_0.npz"))["lambda_max"]
    plain = yeast.kinetics.at(yeast.state, spectrum=Plain())
    error = np.abs(plain.lambda_max(yeast.log_km[: len(truth)]).numpy() / truth - 1)
    assert np.median(error) > 1e-4


@pytest.mark.slow
def test_the_whole_spectrum_and_lambda_max_agree(each_golden):
    slowest = each_golden.bound.lambda_max(each_golden.log_km)
    of_spectrum = each_golden.bound.eigenvalues(each_golden.log_km).real[:, 0]
    assert torch.allclose(slowest, of_spectrum, rtol=1e-6, atol=0)
