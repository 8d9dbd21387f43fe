"""Cheap tests reject, the accurate route accepts: the verdicts are its own."""

import numpy as np
import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sparse import eliminate, have_numba
from skimpy_renaissance.spectrum import Accurate, Cascade, Plain, Validity
from skimpy_renaissance.spectrum.cascade import ScreenStatistics, counted_verdicts
from skimpy_renaissance.spectrum.matrix_entries import MatrixEntries
from skimpy_renaissance.spectrum.ritz_screen import RitzScreen
from skimpy_renaissance.spectrum.sign_count import count_right_of
from skimpy_renaissance.spectrum.symmetric_functions import symmetric_functions_reject

NEEDS_NUMBA = pytest.mark.skipif(not have_numba(), reason="numba is not installed")
CUTS = [-2.5, 0.0]


def models(n_models: int = 300, n: int = 12, *, seed: int = 0) -> torch.Tensor:
    """Sparse matrices over seven orders of magnitude, some of them stable."""
    rng = torch.Generator().manual_seed(seed)
    coupling = torch.randn(n_models, n, n, generator=rng, dtype=torch.float64)
    keep = torch.rand(n, n, generator=rng) < 0.3
    rows = 10 ** (1 + 7 * torch.rand(n_models, n, 1, generator=rng, dtype=torch.float64))
    return rows * (0.7 * coupling * keep - torch.eye(n, dtype=torch.float64))


def pattern(matrices: torch.Tensor) -> torch.Tensor:
    return (matrices != 0).any(0)


def exact(matrices: torch.Tensor, cut: float) -> torch.Tensor:
    return Validity(cut)(Accurate().lambda_max(matrices, ones(matrices)))


def ones(matrices: torch.Tensor) -> torch.Tensor:
    return torch.ones(matrices.shape[-1], dtype=torch.float64)


def sparse_rejects(matrices: torch.Tensor, cut: float, **settings) -> torch.Tensor:
    plan = eliminate(pattern(matrices).numpy())
    entries = plan.entries(matrices.numpy())
    rejected = RitzScreen(**settings).rejects(entries, MatrixEntries.themselves(plan), cut)
    return torch.from_numpy(rejected)


# -- verdicts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("dense", [False, True])
def test_verdicts_are_those_of_the_accurate_route(cut, dense):
    matrices = models()
    cascade = Cascade(pattern=None if dense else pattern(matrices))
    expected = exact(matrices, cut)
    assert 0.1 < expected.double().mean() < 0.9
    assert torch.equal(cascade.verdicts(matrices, ones(matrices), Validity(cut)), expected)


@pytest.mark.parametrize("cut", CUTS)
def test_verdicts_without_eigenvalues_are_the_same(cut, device):
    matrices = models().to(device)
    x, criterion = ones(matrices).to(device), Validity(cut)
    counted = counted_verdicts(matrices, x, criterion, Accurate())
    screened = Cascade(Accurate("lapack")).verdicts(matrices, x, criterion)
    for found in (counted, screened):
        assert found.device.type == device.type
        assert torch.equal(found.cpu(), exact(matrices.cpu(), cut))


def test_a_limit_on_the_fastest_mode_is_kept():
    matrices = models()
    criterion = Validity(0.0, fastest=-1e6)
    real = Accurate().eigenvalues(matrices, ones(matrices)).real
    expected = criterion(real[:, 0], real[:, -1])
    assert 0 < expected.sum() < exact(matrices, 0.0).sum()
    for route in (Cascade(), Cascade(pattern=pattern(matrices))):
        assert torch.equal(route.verdicts(matrices, ones(matrices), criterion), expected)
    found = counted_verdicts(matrices, ones(matrices), criterion, Accurate())
    assert torch.equal(found, expected)


@pytest.mark.parametrize("dense", [False, True])
def test_a_broken_matrix_is_invalid_and_its_companions_do_not_notice(dense):
    matrices = models(20)
    expected = exact(matrices, 0.0)
    shared = pattern(matrices)
    valid = int(expected.nonzero()[0])
    matrices[valid] = torch.where(matrices[valid] != 0, torch.nan, 0.0)
    matrices[valid - 1] = 0.0
    expected[[valid, valid - 1]] = False
    cascade = Cascade(pattern=None if dense else shared)
    assert torch.equal(cascade.verdicts(matrices, ones(matrices), Validity(0.0)), expected)


def test_a_verdict_does_not_depend_on_the_batch():
    matrices = models(21)
    together = Cascade(pattern=pattern(matrices)).verdicts(matrices, ones(matrices), Validity(0.0))
    alone = [
        Cascade(pattern=pattern(matrices)).verdicts(m[None], ones(m), Validity(0.0))
        for m in matrices
    ]
    assert torch.equal(together, torch.cat(alone))


def test_the_exact_route_must_be_the_accurate_one():
    with pytest.raises(InputError, match="Plain"):
        Cascade(Plain())


@NEEDS_NUMBA
def test_an_entry_outside_the_pattern_is_refused():
    matrices = models(5)
    shared = pattern(matrices)
    row, column = (~shared).nonzero()[0]
    matrices[3, row, column] = 1.0
    with pytest.raises(InputError, match="outside the pattern"):
        Cascade(pattern=shared).verdicts(matrices, ones(matrices), Validity(0.0))


# -- tests that reject -----------------------------------------------------------------------------


@NEEDS_NUMBA
@pytest.mark.parametrize("cut", CUTS)
def test_ritz_values_reject_many_invalid_models_and_no_valid_one(cut):
    matrices = models()
    valid, rejected = exact(matrices, cut), sparse_rejects(matrices, cut)
    assert not (rejected & valid).any()
    assert (rejected & ~valid).sum() > 0.9 * (~valid).sum()


@NEEDS_NUMBA
def test_an_unconverged_ritz_value_proves_nothing():
    """Without the test of the residual, some Ritz values lie right of the limit for no reason."""
    matrices = models(1000, 30, seed=3)
    valid = exact(matrices, 0.0)
    careless = sparse_rejects(matrices, 0.0, steps=4, largest_residual=np.inf)
    careful = sparse_rejects(matrices, 0.0, steps=4)
    assert (careless & valid).any()
    assert not (careful & valid).any()


@NEEDS_NUMBA
def test_two_unstable_modes_are_found_though_the_determinant_has_the_right_sign():
    spectrum = torch.tensor([3.0, 5.0, -1.0, -1e3, -1e6], dtype=torch.float64)
    rng = torch.Generator().manual_seed(1)
    q = torch.linalg.qr(torch.randn(5, 5, generator=rng, dtype=torch.float64))[0]
    assert sparse_rejects(((q * spectrum) @ q.T)[None], 0.0).all()


@pytest.mark.parametrize("cut", CUTS)
def test_symmetric_functions_reject_many_invalid_models_and_no_valid_one(cut, device):
    matrices = models()
    valid = exact(matrices, cut)
    rejected = symmetric_functions_reject(matrices.to(device), cut).cpu()
    assert not (rejected & valid).any()
    assert (rejected & ~valid).sum() > 0.8 * (~valid).sum()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_symmetric_functions_of_small_matrices(n):
    eye = torch.eye(n, dtype=torch.float64)
    both = torch.stack([-eye, eye - 3 * torch.diag_embed(eye[0])])
    assert symmetric_functions_reject(both, 0.0).tolist() == [False, n > 1]


@pytest.mark.parametrize("cut", CUTS)
def test_the_matrix_sign_counts_the_modes_right_of_the_limit(cut, device):
    matrices = models(100)
    expected = (Accurate().eigenvalues(matrices, ones(matrices)).real > cut).sum(-1).double()
    count, certain = count_right_of(matrices.to(device), cut)
    assert certain.double().mean() > 0.95
    assert torch.equal(count.cpu()[certain.cpu()], expected[certain.cpu()])


def test_a_count_that_has_not_converged_is_not_certain():
    _, certain = count_right_of(models(20), 0.0, iterations=1)
    assert not certain.any()


# -- whether to test -------------------------------------------------------------------------------


def test_the_first_models_tell_whether_the_others_are_tested():
    few, none, many = (torch.arange(32) < n for n in (1, 0, 31))
    fresh = ScreenStatistics()
    assert fresh.pays(0.3)
    assert fresh.after(few[:31]).pays(0.3)
    assert not fresh.after(none).pays(0.0)
    assert not fresh.after(few).pays(0.06)
    assert fresh.after(many).pays(0.9)


def test_verdicts_are_the_same_where_the_test_is_left_out():
    matrices = models(50)
    useless = ScreenStatistics(tested=100, rejected=0)
    found, after = Cascade(Accurate("lapack")).judged(
        matrices, ones(matrices), Validity(0.0), useless
    )
    assert torch.equal(found, exact(matrices, 0.0))
    assert after == useless


@pytest.mark.parametrize("dense", [False, True])
def test_models_beyond_the_first_are_not_tested_where_all_are_valid(dense):
    matrices = models(1000)
    valid = matrices[exact(matrices, 0.0)]
    cascade = Cascade(Accurate("lapack"), pattern=None if dense else pattern(matrices))
    found, after = cascade.judged(valid, ones(valid), Validity(0.0), ScreenStatistics())
    assert found.all()
    assert after == ScreenStatistics(tested=32, rejected=0)


def test_statistics_are_of_all_models_where_many_are_rejected():
    matrices = models()
    _, after = Cascade(Accurate("lapack")).judged(
        matrices, ones(matrices), Validity(0.0), ScreenStatistics()
    )
    assert after.tested == len(matrices)
    assert after.rejected == symmetric_functions_reject(matrices, 0.0).sum()
