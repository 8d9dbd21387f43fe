"""Whatever generator the starts come from, the whole valid region gives one answer."""

import pytest

import skimpy_renaissance as sr
from benchmarks.one_answer import answers, ensembles, furthest, mean_with_error, organism
from skimpy_renaissance.population import ensemble_of

QUICK = {
    "NES": sr.NES(generations=8),
    "gradient": sr.Gradient(generations=15),
    "coverage": sr.Coverage(generations=40),
}
CHANCE = 4.0  # joint standard errors between the two that differ most, of four answers


@pytest.fixture(scope="module")
def asked():
    """Kind of ensemble to quantity to start to its mean, with the Monte-Carlo error."""
    subject = organism("bundled")
    bound, found = ensembles(subject, n=100, seed=3, trainings=QUICK)
    told = {}
    for what, populations in found.items():
        means = {}
        for start, sets in populations.items():
            ensemble = ensemble_of(sets.provenance)
            for quantity, values in answers(subject, bound, sets, batches=8).items():
                means.setdefault(quantity, {})[start] = mean_with_error(ensemble, values)
        told[what] = means
    return told


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The parameter sets are a generator's own draws")
def test_four_starting_generators_give_one_answer(asked):
    region = asked["the whole valid region"]
    assert len(region) == 4
    for quantity, means in region.items():
        assert list(means) == [*QUICK, "blind"]
        assert furthest(means) < CHANCE, (quantity, means)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The parameter sets are a generator's own draws")
def test_their_own_draws_do_not(asked):
    own = asked["the generators' own valid draws"]
    apart = {quantity: furthest(means) for quantity, means in own.items()}
    assert max(apart.values()) > 2 * CHANCE, apart
