"""Verdicts from ln Km: those of lambda_max, whatever takes the short cut."""

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.instructions.program_kernels import execute
from skimpy_renaissance.spectrum import Accurate, Plain
from skimpy_renaissance.spectrum.ritz_screen import RitzScreen

CUTS = [-3.3, 0.0]


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network), states


def draw(bound, n, *, seed=0):
    rng = torch.Generator().manual_seed(seed)
    shape = (n, len(bound.km_names))
    return -13.8 + 11.5 * torch.rand(shape, generator=rng, dtype=torch.float64)


@pytest.mark.slow
@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("backend", [None, "lapack"])
def test_verdicts_are_those_of_lambda_max(core, cut, backend):
    state = core[1][sr.examples.REFERENCE_STATE]
    bound = core[0].at(state, spectrum=Accurate(backend))
    log_km, criterion = draw(bound, 700), sr.Validity(cut)
    log_km[5] = torch.nan
    found = bound.valid(log_km, criterion)
    assert found.any()
    assert torch.equal(found, criterion(bound.lambda_max(log_km)))


def test_which_models_are_tested_depends_on_neither_threads_nor_history(core, monkeypatch):
    """Every piece of a batch decides for itself, whatever was judged before or is judged beside."""
    log_km, criterion = draw(core[0].at(core[1][0]), 300), sr.Validity(0.0)
    begins, screen = [], RitzScreen.rejects

    def counted(self, numbers, *args):
        begins.append(len(numbers))
        return screen(self, numbers, *args)

    monkeypatch.setattr(RitzScreen, "rejects", counted)
    seen = []
    for threads in (1, 3):
        bound = core[0].at(core[1][0], threads=threads, chunk=16)
        for _ in range(2):
            bound.valid(log_km, criterion)
            seen.append(sorted(begins))
            begins.clear()
    assert seen == [seen[0]] * 4


def test_verdicts_at_many_states(core):
    states = core[1][:3]
    bound = core[0].at(states, chunk=16)
    log_km, criterion = draw(bound, 60), sr.Validity(0.0)
    found = bound.valid(log_km, criterion)
    assert found.shape == (3, 60)
    assert torch.equal(found, criterion(bound.lambda_max(log_km)))
    each = torch.stack([log_km, log_km.flip(0), log_km + 0.1])
    assert torch.equal(bound.valid(each, criterion), criterion(bound.lambda_max(each)))


def test_both_limits_decide(core):
    bound = core[0].at(core[1][0])
    log_km = draw(bound, 200)
    real = bound.eigenvalues(log_km).real
    criterion = sr.Validity(0.0, fastest=real[:, -1].median().item())
    expected = criterion(real[:, 0], real[:, -1])
    assert 0 < expected.sum() < sr.Validity(0.0)(real[:, 0]).sum()
    assert torch.equal(bound.valid(log_km, criterion), expected)


def test_the_plain_route_decides_alone(core):
    bound = core[0].at(core[1][0], spectrum=Plain())
    log_km = draw(bound, 50)
    found = bound.valid(log_km, sr.Validity(0.0))
    assert torch.equal(found, bound.lambda_max(log_km) < 0.0)


def test_the_entries_that_kernels_make_are_those_of_the_jacobian(core):
    bound = core[0].at(core[1][0])
    log_km = draw(bound, 3)
    entries = bound.sparse.at(bound.reference)[0]
    plan, table = entries.elimination, entries.new_table()
    table[: len(bound.km_names), :3] = bound.reference.scaled(log_km).numpy().T
    execute(entries.lists.instructions, table)
    terms = table[entries.sources, :3].T * entries.coefficients
    made = np.zeros((3, plan.n_rows, plan.n_rows))
    for entry, (row, column) in enumerate(zip(plan.rows, plan.columns, strict=True)):
        part = slice(entries.pointers[entry], entries.pointers[entry + 1])
        made[:, row, column] = terms[:, part].sum(1)
    np.testing.assert_allclose(made, bound.scaled_jacobian(log_km), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("threads", "chunk"), [(1, 1), (2, 5), (3, 64)])
def test_results_do_not_depend_on_threads_or_pieces(core, threads, chunk):
    """Bit by bit: companions in a register leave no trace."""
    log_km = draw(core[0].at(core[1][0]), 41)
    found = []
    for bound in (
        core[0].at(core[1][0], threads=1),
        core[0].at(core[1][0], threads=threads, chunk=chunk),
    ):
        followed = log_km.clone().requires_grad_()
        value = bound.lambda_max(followed)
        (gradient,) = torch.autograd.grad(value.sum(), followed)
        found.append((value.detach(), gradient, bound.eigenvalues(log_km)))
    for one, other in zip(*found, strict=True):
        assert torch.equal(one, other)


def test_a_model_without_finite_rates_has_no_spectrum_and_its_companions_do(core):
    bound = core[0].at(core[1][0])
    log_km = draw(bound, 9)
    expected = bound.lambda_max(log_km)
    log_km[4] = 600.0  # products overflow
    log_km.requires_grad_()
    found = bound.lambda_max(log_km)
    (gradient,) = torch.autograd.grad(found.nansum(), log_km)
    assert found.isnan().tolist() == [i == 4 for i in range(9)]
    assert torch.equal(found[found.isfinite()].detach(), expected[found.isfinite()])
    assert (gradient[4] == 0).all()
    assert gradient.isfinite().all()


def test_a_model_whose_vectors_do_not_fit_is_followed_through_its_matrix(core, monkeypatch):
    bound = core[0].at(core[1][0])
    log_km = draw(bound, 9).requires_grad_()
    (expected,) = torch.autograd.grad(bound.lambda_max(log_km).sum(), log_km)
    monkeypatch.setattr("skimpy_renaissance.spectrum.mode_gradients.LARGEST_ERROR", 0.0)
    (found,) = torch.autograd.grad(bound.lambda_max(log_km).sum(), log_km)
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-9)
    assert not torch.equal(found, expected)
