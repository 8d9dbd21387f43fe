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
