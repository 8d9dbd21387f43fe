"""What a population stands for, and how sure averages over it are."""

import numpy as np
import pytest

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.population import Ensemble, ParameterPopulation, ensemble_of
from skimpy_renaissance.population.ensemble import (
    NARROW,
    WHOLE,
    NarrowEnsembleWarning,
    warn_where_narrow,
)

SHARES = [0.05, 0.5, 0.95]


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def copies(rng, n, families):
    """Return `repeat x model`: ``n`` models that are ``families`` independent ones, each copied."""
    return np.repeat(rng.normal(size=(4000, families)), n // families, axis=1)


@pytest.mark.parametrize("families", [400, 100])
def test_errors_are_those_of_repeated_ensembles(rng, families):
    ensembles = copies(rng, 400, families)
    stated = Ensemble(WHOLE, families / 400)
    error = stated.error_of_mean(ensembles, axis=1)
    assert np.median(error) == pytest.approx(ensembles.mean(1).std(), rel=0.08)
    found = np.quantile(ensembles, SHARES, axis=1).std(axis=1)
    errors = np.median(stated.error_of_quantile(ensembles, SHARES, axis=1), axis=1)
    np.testing.assert_allclose(errors, found, rtol=0.25)


def test_models_without_a_value_do_not_count(rng):
    values = rng.normal(size=(50, 3))
    values[10:, 1], values[1:, 2] = np.nan, np.nan
    error = Ensemble().error_of_mean(values)
    assert error[0] == pytest.approx(values[:, 0].std(ddof=1) / np.sqrt(50))
    assert error[1] == pytest.approx(values[:10, 1].std(ddof=1) / np.sqrt(10))
    assert np.isnan(error[2])
    errors = Ensemble().error_of_quantile(values, [0.5])[0]
    alone = Ensemble().error_of_quantile(values[:10, 1], [0.5])[0]
    assert errors[1] == pytest.approx(alone)
    assert np.isnan(Ensemble().error_of_quantile(np.full((4, 1), np.nan), [0.5])).all()


def test_runs_of_one_model_are_one_draw():
    assert Ensemble(WHOLE, 0.5).effective_draws(["a", "a", "b", "b"]) == 1.0


@pytest.mark.parametrize("share", [0.0, 1.5, -1.0])
def test_a_share_is_a_share(share):
    with pytest.raises(InputError, match=f"effective_share must be above 0 .* got {share!r}"):
        Ensemble(WHOLE, share)


def test_draws_that_are_worth_hardly_anything_are_worth_one():
    assert Ensemble.of_region(0.0, 50) == Ensemble(WHOLE, 0.02)
    assert Ensemble.of_region(60.0, 50) == Ensemble(WHOLE, 1.0)


def population(**provenance):
    return ParameterPopulation(("km_a",), np.ones((2, 1)), provenance=provenance)


def test_a_population_keeps_what_it_stands_for(tmp_path):
    stated = Ensemble(WHOLE, 0.25)
    kept = population(**stated.to_dict())
    kept.save(tmp_path / "sets.h5")
    read = ParameterPopulation.load(tmp_path / "sets.h5")
    assert ensemble_of(read.provenance) == stated
    assert ensemble_of(read.select([0]).provenance) == stated


@pytest.mark.parametrize("odd", [{}, {"ensemble": 3, "effective_share": "x"}, {"joined": 3}])
def test_what_nobody_said_is_unknown(odd):
    assert ensemble_of(odd) == Ensemble()
    assert not ensemble_of(odd).warning


def test_joined_sets_are_narrow_as_soon_as_some_are():
    whole, narrow = Ensemble(WHOLE, 0.5), Ensemble(NARROW)

    def joined(*some):
        return ensemble_of({"joined": [one.to_dict() for one in some]})

    assert joined(whole, narrow) == Ensemble(NARROW, 0.5)
    assert joined(whole, Ensemble(WHOLE)) == whole
    assert joined(whole, Ensemble()) == Ensemble("", 0.5)


def test_only_narrow_sets_are_warned_of(recwarn):
    assert warn_where_narrow(Ensemble(WHOLE, 0.5).to_dict()).effective_share == 0.5
    assert not recwarn.list
    with pytest.warns(NarrowEnsembleWarning, match=r"narrow corner.* generate without --raw"):
        warn_where_narrow(Ensemble(NARROW).to_dict())
