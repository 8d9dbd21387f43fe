"""Judging by models that took no part in training; beginning with a trained generator."""

import numpy as np
import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import NES, Generator, Gradient, HeldOut, History, train
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.spectrum.validity import Validity

SMALL = Generator(latent=3, hidden=(8,), range=(-16.0, 0.0))
OPTIONS = {"criterion": Validity(partition=-6.0), "generator": SMALL, "seed": 3}
FAST = Gradient(models=32, learning_rate=0.02, decay=1.0, generations=60)


def test_checks_come_when_due_with_wilsons_interval(pathway):
    held_out = HeldOut(models=50, every=4)
    gradient = Gradient(models=8, generations=10)
    history = train(pathway(), optimizer=gradient, held_out=held_out, **OPTIONS).history
    assert np.flatnonzero(~np.isnan(history.held_out)).tolist() == [3, 7, 9]
    share = history.held_out[-1]
    expected = Proportion(round(50 * share), 50)
    assert (history.held_out_low[-1], history.held_out_high[-1]) == expected.interval
    assert history.judged[-1] == 80  # of the optimiser alone


def test_it_is_the_incidence_of_fresh_models(pathway):
    trained = train(pathway(), optimizer=FAST, held_out=HeldOut(models=4000, every=60), **OPTIONS)
    fresh = trained.generate(4000, seed=99)
    incidence = OPTIONS["criterion"](pathway().lambda_max(fresh)).double().mean().item()
    assert trained.history.held_out_low[-1] - 0.02 < incidence
    assert incidence < trained.history.held_out_high[-1] + 0.02


@pytest.mark.parametrize("optimizer", [FAST, NES(n_candidates=4, generations=3)])
def test_a_training_takes_the_same_steps_with_and_without(pathway, optimizer):
    plain = train(pathway(), optimizer=optimizer, **OPTIONS)
    checked = train(pathway(), optimizer=optimizer, held_out=HeldOut(models=10), **OPTIONS)
    assert torch.equal(plain.weights, checked.weights)


def test_it_ends_a_training_once_the_lower_limit_is_reached(pathway):
    held_out = HeldOut(models=200, every=2, at_least=0.9)
    history = train(pathway(), optimizer=FAST, held_out=held_out, **OPTIONS).history
    assert len(history) < 60
    assert history.held_out_low[-1] >= 0.9
    assert not (history.held_out_low[:-1] >= 0.9).any()
    assert held_out.is_enough(history)
    assert not held_out.is_enough(history.until(len(history) - 1))
    assert not held_out.is_enough(History.empty())
    assert not HeldOut(models=200).is_enough(history)


def test_models_can_be_judged_elsewhere(pathway):
    """Where the flux is half, no model is fast enough."""
    held_out = HeldOut(models=20, every=1, kinetics=pathway(flux=5.0))
    gradient = Gradient(models=8, generations=2)
    trained = train(pathway(), optimizer=gradient, held_out=held_out, **OPTIONS)
    assert (trained.history.held_out == 0).all()
    assert trained.setup["held_out"] == {
        "models": 20,
        "every": 1,
        "at_least": None,
        "elsewhere": True,
    }


def test_a_mode_too_fast_counts_against_held_out_models_too(pathway):
    options = {**OPTIONS, "criterion": Validity(partition=-1e-9, fastest=-1e-6)}
    gradient = Gradient(models=8, generations=1)
    trained = train(pathway(), optimizer=gradient, held_out=HeldOut(models=20), **options)
    assert trained.history.held_out[-1] == 0


@pytest.mark.parametrize(
    "change", [{"models": 0}, {"every": 0}, {"at_least": 0.0}, {"models": 10, "at_least": 0.9}]
)
def test_what_cannot_be_reached_is_refused(change):
    with pytest.raises(InputError, match="HeldOut"):
        HeldOut(**change)


def test_a_history_of_an_earlier_version_is_read(pathway, tmp_path):
    trained = train(pathway(), optimizer=Gradient(models=4, generations=2), **OPTIONS)
    old = trained.history.to_dataframe().drop(columns=["held_out", "held_out_low", "held_out_high"])
    old.to_csv(tmp_path / "history.csv", index=False)
    history = History.read_csv(tmp_path / "history.csv")
    assert np.isnan(history.held_out).tolist() == [True, True]
    assert np.array_equal(history.incidence, trained.history.incidence)


# -- beginning with a trained generator ------------------------------------------------------------


def test_the_gradient_refines_a_generator_of_evolution_strategies(pathway, tmp_path):
    nes = train(pathway(), optimizer=NES(n_candidates=6, generations=4), **OPTIONS)
    untouched = train(pathway(), optimizer=Gradient(generations=0), start=nes, **OPTIONS)
    assert torch.equal(untouched.weights, nes.weights)
    refined = train(pathway(), optimizer=FAST, start=nes, checkpoint=tmp_path, **OPTIONS)
    assert refined.history.generation[0] == 1
    lambda_max = pathway().lambda_max(refined.generate(500, seed=1))
    assert OPTIONS["criterion"](lambda_max).double().mean() > 0.98
    other = train(pathway(), optimizer=NES(n_candidates=6, generations=1), **OPTIONS)
    with pytest.raises(InputError, match="another set-up: start: "):
        train(pathway(), optimizer=FAST, start=other, checkpoint=tmp_path, **OPTIONS)


def test_a_generator_of_another_kind_cannot_be_refined(pathway):
    nes = train(pathway(), optimizer=NES(n_candidates=2, generations=0), **OPTIONS)
    wide = {**OPTIONS, "generator": Generator(latent=4, hidden=(8,), range=(-16.0, 0.0))}
    with pytest.raises(InputError, match="different are: architecture"):
        train(pathway(), optimizer=FAST, start=nes, **wide)
    with pytest.raises(InputError, match="different are: saturation constants, bounds"):
        train(pathway(n=5), optimizer=FAST, start=nes, **OPTIONS)
