"""What a training came to: its course, and spectra of its generators along the way."""

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.analyses.along_training import rising_snapshots, spectra_along_training
from skimpy_renaissance.analyses.constants import km_spread
from skimpy_renaissance.analyses.spectra import spectra
from skimpy_renaissance.analyses.training import training_course
from skimpy_renaissance.learning import judge
from skimpy_renaissance.sampling import log_uniform

CRITERION = sr.Validity(-1.2)


@pytest.fixture(scope="module")
def bound():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network).at(states[sr.examples.REFERENCE_STATE])


@pytest.fixture(scope="module")
def trained(bound):
    return sr.train(
        bound,
        criterion=CRITERION,
        optimizer=sr.NES(n_candidates=3, models_per_candidate=20, generations=3),
        generator=sr.Generator(latent=5, hidden=(8,), range=(np.log(1e-6), np.log(0.1))),
        keep_snapshots=(0, 1, 2),
        progress=False,
    )


def test_the_course_holds_the_last_generation_of_each_repeat(trained):
    one = training_course([trained])
    assert one.numbers["incidence"] == [float(trained.history.incidence[-1])]
    assert one.numbers["judged"] == [180]
    assert len(one.tables["history"]) == 3
    assert "repeat" not in one.tables["history"]
    two = training_course([trained, trained])
    assert two.tables["history"]["repeat"].tolist() == [0, 0, 0, 1, 1, 1]
    assert [row[0] for row in two.summary[""]] == ["", "repeat 0", "repeat 1"]


def test_a_generator_that_was_not_trained_is_a_warning_without_a_figure(trained):
    untrained = training_course([trained.at(0)])
    assert not untrained.drawings
    assert "untrained" in untrained.warnings[0]


def test_shares_are_counts_over_draws_of_each_source(bound, trained):
    with torch.no_grad():
        drawn = {
            "blind draws": log_uniform(trained.space, 30, seed=1),
            "trained": next(trained.blocks(30, seed=1, at=bound)),
        }
        groups = {name: judge(bound, log_km, CRITERION) for name, log_km in drawn.items()}
    found = spectra(groups, partition=-1.2)
    shares = found.tables["shares"].set_index(["source", "property"])
    for source, judged in groups.items():
        assert shares.loc[(source, "valid"), "hits"] == int(judged.valid.sum())
        assert shares.loc[(source, "stable"), "hits"] == int((judged.lambda_max < 0).sum())
    assert (shares["draws"] == 30).all()


def test_the_whole_criterion_decides_what_is_valid(bound, trained):
    """No model is valid where none may have a mode faster than a hair below the partition."""
    strict = sr.Validity(-1.2, fastest=-1.3)
    with torch.no_grad():
        judged = judge(bound, next(trained.blocks(30, seed=1, at=bound)), strict)
    found = spectra({"blind draws": judged, "trained generator": judged}, partition=-1.2)
    assert found.numbers["incidence"]["trained generator"]["valid"] == 0
    along = spectra_along_training(trained, bound, strict, generations=[1, 3], models=30)
    assert not along.tables["lambda_max"]["valid"].any()


def test_generators_shown_along_a_training_have_more_and_more_valid_models(bound, trained):
    found = spectra_along_training(trained, bound, CRITERION, generations=[1, 2, 3], models=40)
    table = found.tables["lambda_max"]
    assert (table["valid"] == (table["lambda_max"] < -1.2)).all()
    shares = table.groupby("generation")["valid"].mean()
    assert list(shares.index) == found.numbers["generations_shown"]
    assert shares.is_monotonic_increasing


def test_chosen_generators_rise_and_spread_over_the_incidence():
    shares = {1: 0.0, 4: 0.1, 7: 0.05, 10: 0.5, 20: 0.52, 30: 0.9, 40: 0.9, 50: 0.88}
    assert rising_snapshots(shares, 10) == [1, 4, 10, 20, 30]
    assert rising_snapshots(shares, 4) == [1, 4, 10, 30]
    assert rising_snapshots(shares, 2) == [1, 30]
    assert rising_snapshots({5: 0.3}, 4) == [5]


def test_constants_that_hardly_spread_or_lie_at_a_bound_are_said(trained):
    space = trained.space
    width, rng = space.upper - space.lower, torch.Generator().manual_seed(0)
    uniform = (
        space.lower + width * torch.rand(400, len(space.names), dtype=torch.float64, generator=rng)
    ).numpy()
    assert not any("lie within" in text for text in km_spread(space, uniform).warnings)
    middle = np.tile((space.lower + width / 2).numpy(), (10, 1))
    middle[:, 0] = float(space.lower[0])
    found = km_spread(space, middle)
    assert any(text.startswith("1 constants lie within") for text in found.warnings)
    assert len(found.tables["constants"]) == len(space.names)
    assert len(found.summary[""]) == 16
