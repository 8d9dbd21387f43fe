"""Drawing until enough models are valid: one patience, the whole criterion, nothing drawn twice."""

from itertools import islice

import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, SamplingError
from skimpy_renaissance.priors import KmSpace, seed_stream
from skimpy_renaissance.sampling import collect, draw_valid, log_uniform
from skimpy_renaissance.sampling.drawing import AT_LEAST, PER_VALID, patience, take

STABLE = sr.Validity(0.0)


@pytest.fixture(scope="module")
def bound():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network).at(states[sr.examples.REFERENCE_STATE])


@pytest.fixture
def source(bound):
    """Give blocks of 20 models, and how many were taken."""
    space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=(-13.8, -2.3))
    taken = []

    def blocks():
        for seed in seed_stream(1):
            taken.append(seed)
            yield log_uniform(space, 20, seed=seed)

    return blocks(), taken


def _models(bound, n):
    space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=(-13.8, -2.3))
    blocks = [log_uniform(space, 20, seed=seed) for seed in islice(seed_stream(1), n // 20)]
    return torch.cat(blocks)


def test_the_first_valid_models_are_kept_in_the_order_drawn(bound, source):
    blocks, taken = source
    found = collect(bound, blocks, STABLE, n=12, progress=False)
    drawn = _models(bound, 20 * len(taken))
    valid = STABLE(bound.lambda_max(drawn)).nonzero().flatten()
    assert torch.equal(found.log_km, drawn[valid[:12]])
    assert found.drawn == int(valid[11]) + 1
    assert len(taken) == -(-found.drawn // 20)  # no block more than needed


def test_spectra_or_cheap_tests_give_the_same_verdicts(bound, source):
    blocks, _ = source
    (cheap,) = draw_valid(bound, blocks, STABLE, n=10_000, max_draws=20)
    whole = next(draw_valid(bound, iter([cheap.log_km]), STABLE, n=1, spectra=True))
    assert torch.equal(cheap.valid, whole.valid)
    assert cheap.lambda_max.isnan().all()
    assert torch.equal(whole.lambda_max, whole.eigenvalues.real[:, 0])


def test_a_limit_on_the_fastest_mode_decides_too(bound, source):
    blocks, _ = source
    log_km = next(blocks)
    real = bound.eigenvalues(log_km).real
    limit = real[:, -1].median().item() * (1 + 1e-6)  # beside a mode, not on it
    both = sr.Validity(0.0, fastest=limit)
    expected = (real[:, 0] < 0) & (real[:, -1] > limit)
    for spectra in (False, True):
        (judged,) = draw_valid(bound, iter([log_km]), both, n=99, max_draws=20, spectra=spectra)
        assert torch.equal(judged.valid, expected)
        assert 0 < judged.proportion.hits < 20


def test_patience_is_stated_once_and_ends(bound, source):
    assert patience(1) == AT_LEAST
    assert patience(AT_LEAST) == PER_VALID * AT_LEAST
    blocks, taken = source
    with pytest.raises(SamplingError, match=r"0 of 50 models were valid \(below -1e\+06 1/h\)"):
        collect(bound, blocks, sr.Validity(-1e6), n=3, max_draws=50, progress=False)
    assert len(taken) == 3


def test_fewer_than_wanted_are_a_warning_where_that_is_allowed(bound, source):
    blocks, _ = source
    with pytest.warns(UserWarning, match="of 1000 parameter sets were found in 40 trials"):
        found = collect(bound, blocks, STABLE, n=1000, at_least=1, max_draws=40, progress=False)
    assert 0 < len(found.log_km) < 40
    with pytest.raises(SamplingError, match="1000 are wanted"):
        collect(bound, blocks, STABLE, n=1000, max_draws=40, progress=False)


def test_a_stream_is_taken_as_it_is(bound, source):
    blocks, taken = source
    assert torch.equal(take(blocks, 45).log_km, _models(bound, 60)[:45])
    assert len(taken) == 3


def test_without_a_single_valid_one_drawing_can_end_early(bound, source):
    blocks, taken = source
    none = sr.Validity(-1e6)
    found = collect(bound, blocks, none, n=3, at_least=0, first_within=40, progress=False)
    assert (len(found.log_km), found.drawn, len(taken)) == (0, 40, 2)
    found = collect(bound, blocks, STABLE, n=12, at_least=0, first_within=1, progress=False)
    assert len(found.log_km) == 12


@pytest.mark.parametrize("numbers", [{"n": 0}, {"n": 1.5}, {"n": 1, "max_draws": -1}])
def test_numbers_that_cannot_be_are_refused(bound, source, numbers):
    blocks, taken = source
    with pytest.raises(InputError, match="whole number >= "):
        next(draw_valid(bound, blocks, STABLE, **numbers))
    assert not taken
