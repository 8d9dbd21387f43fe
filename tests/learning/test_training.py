"""The training loop on a pathway whose eigenvalues are known in closed form."""

import math
import random
from dataclasses import replace
from itertools import islice

import numpy as np
import pandas as pd
import pytest
import torch

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.learning import (
    NES,
    Generator,
    Gradient,
    Problem,
    SearchState,
    Step,
    rewards,
    train,
    train_repeats,
)
from skimpy_renaissance.priors import KmSpace, derived_seeds, random_stream
from skimpy_renaissance.spectrum.validity import Validity

SMALL = Generator(latent=9, hidden=(16, 16))
QUICK = NES(n_candidates=6, models_per_candidate=10, generations=4)

_HELD_OUT = ("held_out", "held_out_low", "held_out_high")


def quick(kinetics, **options):
    defaults = {"optimizer": QUICK, "generator": SMALL, "seed": 3}
    return train(kinetics, **{**defaults, **options})


# batch_minmax puts the smallest constant of each batch at the lower end, which is never valid here
@pytest.mark.parametrize(("output", "reached"), [("sigmoid", 0.95), ("batch_minmax", 0.6)])
def test_training_raises_the_incidence_from_almost_none_to_most(pathway, output, reached):
    nes = NES(n_candidates=20, models_per_candidate=50, search_radius=0.1, learning_rate=0.05)
    generator = Generator(output=output, latent=9, hidden=(16, 16))
    trained = train(pathway(n=6), optimizer=nes, generator=generator, seed=1)
    assert trained.history.incidence[0] < 0.01
    assert trained.history.incidence[-1] > reached
    # judged by hand: valid means K > x q / (1 - q), with q = 2.5 / 10 and x = 1 mmol/L
    log_km = trained.generate(500, seed=7, batch=50)
    valid = (log_km > math.log(1e-3 * 0.25 / 0.75)).all(-1)
    assert valid.double().mean().item() > reached


def test_one_generation_equals_its_parts_done_by_hand(pathway):
    kinetics = pathway()
    trained = quick(kinetics, optimizer=NES(n_candidates=5, models_per_candidate=8, generations=1))
    rng = random_stream(3, purpose="training")
    weights = SMALL.initial_weights(4, rng=rng)
    epsilon = torch.randn(5, len(weights), generator=rng)
    latent = torch.randn(5, 8, 9, generator=rng)
    space = KmSpace.of(kinetics.km_names, kinetics.log_km_bounds, default_range=SMALL.range)
    incidences, scores = [], []
    for one, z in zip(epsilon, latent, strict=True):
        log_km = SMALL.squash(SMALL.values(weights + 1e-2 * one, z), space)
        lambda_max = kinetics.lambda_max(log_km)
        incidences.append((lambda_max < -2.5).double().mean())
        closest = 0.01 / (1 + math.exp(lambda_max.min() + 2.5))
        scores.append(incidences[-1] if incidences[-1] > 0 else torch.tensor(closest).double())
    score = torch.stack(scores)
    advantage = (score - score.mean()) / score.std(correction=0)
    moved = weights + 1e-3 / (5 * 1e-2) * (advantage[:, None] * epsilon).sum(0)
    torch.testing.assert_close(trained.weights.double(), moved, rtol=1e-5, atol=1e-7)
    assert trained.history.incidence[0] == pytest.approx(torch.stack(incidences).mean().item())
    assert trained.history.reward_max[0] == pytest.approx(score.max().item())


@pytest.mark.slow
def test_a_seed_decides_everything(pathway):
    one, two, other = quick(pathway()), quick(pathway()), quick(pathway(), seed=4)
    assert torch.equal(one.weights, two.weights)
    assert torch.equal(one.generate(20, seed=1), two.generate(20, seed=1))
    assert not torch.equal(one.weights, other.weights)
    assert not torch.equal(one.generate(20, seed=1), one.generate(20, seed=2))


def test_no_global_random_state_is_used(pathway):
    states = (torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate())  # noqa: NPY002
    train_repeats(pathway(), repeats=2, optimizer=QUICK, generator=SMALL)[0].generate(5, seed=0)
    assert torch.equal(states[0], torch.get_rng_state())
    assert np.array_equal(states[1], np.random.get_state()[1])  # noqa: NPY002
    assert states[2] == random.getstate()


def test_training_and_generating_with_one_seed_share_no_noise():
    one = torch.randn(1000, generator=random_stream(5, purpose="training"))
    other = torch.randn(1000, generator=random_stream(5, purpose="generating"))
    assert torch.corrcoef(torch.stack([one, other]))[0, 1].abs() < 0.1


def test_generated_constants_respect_bounds_and_measured_ranges(pathway):
    kinetics = pathway(bounds={1: (-9.0, -7.0), 2: (-1.0, -1.0)})
    trained = quick(kinetics, measured={"km_substrate_R0": (1e-3, 2e-3)})
    log_km = trained.generate(300, seed=0)
    assert log_km.shape == (300, 4)
    assert log_km.dtype == torch.float64
    lower = torch.tensor([math.log(1e-3), -9.0, -1.0, SMALL.range[0]]).double()
    upper = torch.tensor([math.log(2e-3), -7.0, -1.0, SMALL.range[1]]).double()
    assert bool(((log_km >= lower) & (log_km <= upper)).all())
    assert len(trained.weights) == SMALL.n_weights(3)


def test_sigmoid_generates_a_model_whatever_its_companions(pathway):
    trained = quick(pathway())
    many = trained.generate(9000, seed=0)
    torch.testing.assert_close(trained.generate(5, seed=0), many[:5], rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(trained.generate(9000, seed=0, batch=7), many)


def test_batch_minmax_generates_a_model_that_depends_on_its_companions(pathway):
    trained = quick(pathway(), generator=Generator("batch_minmax", latent=9, hidden=(16,)))
    many = trained.generate(200, seed=0)
    assert (trained.generate(5, seed=0) - many[:5]).abs().max() > 0.1
    batched = trained.generate(200, seed=0, batch=50)
    torch.testing.assert_close(batched[:50], trained.generate(50, seed=0), rtol=1e-5, atol=1e-5)
    spread = SMALL.range[1] - SMALL.range[0]
    for part in batched.split(50):
        assert (part.max() - part.min()).item() == pytest.approx(spread)


def test_the_history_says_what_happened(pathway):
    trained = quick(pathway())
    history = trained.history
    assert history.generation.tolist() == [1, 2, 3, 4]
    assert history.judged.tolist() == [60, 120, 180, 240]
    assert history.learning_rate == pytest.approx(1e-3 * 0.95 ** np.arange(4))
    assert bool((np.diff(history.seconds) > 0).all())
    assert bool((history.incidence_min <= history.incidence).all())
    assert bool((history.incidence <= history.incidence_max).all())
    assert bool((history.lambda_fastest <= history.lambda_median).all())
    assert bool((history.reward_mean <= history.reward_max).all())
    table = history.to_dataframe()
    assert isinstance(table, pd.DataFrame)
    assert len(table) == 4
    assert table["incidence"].tolist() == history.incidence.tolist()


def test_failed_spectra_lower_the_incidence_and_nothing_else(pathway):
    trained = quick(pathway(n=1, fails_above=-8.0), criterion=Validity(1.0, allow_unstable=True))
    log_km = trained.generate(500, seed=0)
    assert bool((log_km > -8.0).any())
    assert 0 < trained.history.incidence[0] < 1
    steps = trained.history.to_dataframe().drop(columns=list(_HELD_OUT))  # nothing was held out
    assert bool(np.isfinite(steps.to_numpy()).all())
    lost = quick(pathway(n=1, fails_above=-99.0))
    assert lost.history.incidence.tolist() == [0.0] * 4
    assert bool(np.isnan(lost.history.lambda_median).all())
    assert torch.equal(
        lost.weights, lost.generator.initial_weights(1, rng=random_stream(3, purpose="training"))
    )


def test_a_reward_of_the_user_is_maximised(pathway):
    def low_capacity(judged):
        return -judged.vmax.log().mean((-2, -1))

    nes = NES(n_candidates=20, models_per_candidate=20, search_radius=0.1, learning_rate=0.02)
    kinetics = pathway(n=2)
    broad = Generator(latent=9, hidden=(16, 16), spread=2.0)
    trained = train(kinetics, reward=low_capacity, optimizer=nes, generator=broad)
    # log V tends to log v_0 = log 10 as K tends to 0
    assert trained.history.reward_mean[0] < -math.log(10) - 0.05
    assert trained.history.reward_mean[-1] > -math.log(10) - 1e-3
    assert "eigenvalues" not in kinetics.asked


def test_snapshots_are_the_weights_along_the_run(pathway):
    trained = quick(pathway(), keep_snapshots=(0, 2))
    assert torch.equal(
        trained.at(0).weights, SMALL.initial_weights(4, rng=random_stream(3, purpose="training"))
    )
    assert len(trained.at(2).history) == 2
    assert trained.at(4) is trained
    # the rate of the next step is the only thing of the optimiser that a snapshot needs
    assert trained.at(2).state.learning_rate == pytest.approx(1e-3 * 0.95**2)
    seen = []
    quick(pathway(), callback=lambda now: seen.append(now.weights))
    assert torch.equal(trained.at(2).weights, seen[1])
    with pytest.raises(MissingEntryError, match="there are 0, 2, 4"):
        trained.at(3)


def test_the_callback_sees_each_generation(pathway):
    seen = []
    trained = quick(pathway(), callback=seen.append)
    assert [len(now.history) for now in seen] == [1, 2, 3, 4]
    assert torch.equal(seen[-1].weights, trained.weights)


def test_training_ends_early_where_the_incidence_suffices(pathway):
    trained = quick(
        pathway(), criterion=Validity(1.0, allow_unstable=True), stop_at=1.0
    )  # every model is stable
    assert trained.state.generation == 1


def test_repeats_differ_and_the_first_do_not_depend_on_how_many(pathway):
    three = train_repeats(pathway(), repeats=3, seed=5, optimizer=QUICK, generator=SMALL)
    two = train_repeats(pathway(), repeats=2, seed=5, optimizer=QUICK, generator=SMALL)
    assert torch.equal(three[1].weights, two[1].weights)
    assert not torch.equal(three[0].weights, three[1].weights)
    assert len(set(derived_seeds(5, 1000))) == 1000


def test_another_optimiser_fits_the_same_loop(pathway):
    class Ascent:
        """Gradient descent on the mean slowest mode, with a moving average as memory."""

        generations = 40
        default_reward = rewards.Incidence()

        def start(self, weights):
            return SearchState(weights, 0.5, memory={"average": torch.zeros_like(weights)})

        def step(self, state, problem: Problem, rng):
            weights = state.weights.clone().requires_grad_()
            judged = problem.judge(problem.generate(weights[None], n_models=32, rng=rng))
            (gradient,) = torch.autograd.grad(judged.lambda_max.mean(), weights)
            average = 0.5 * state.memory["average"] + 0.5 * gradient
            moved = SearchState(
                state.weights - state.learning_rate * average,
                state.learning_rate,
                generation=state.generation + 1,
                memory={"average": average},
            )
            return Step(moved, judged, problem.score(judged))

    trained = quick(pathway(n=2), optimizer=Ascent())
    assert trained.history.incidence[0] < 0.1
    assert trained.history.incidence[-1] > 0.9
    assert not trained.weights.requires_grad


def test_the_bar_is_silent_where_stderr_is_no_terminal(pathway, capfd):
    quick(pathway())
    assert capfd.readouterr() == ("", "")
    quick(pathway(), progress=True)
    shown = capfd.readouterr()
    assert shown.out == ""
    assert "4/4" in shown.err


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"checkpoint_every": 0}, "checkpoint_every"),
        ({"keep_snapshots": (5,)}, "between 0 and 4"),
        ({"provenance": {"when": object()}}, "provenance"),
    ],
)
def test_unusable_arguments_are_named_before_any_model_is_judged(pathway, wrong, message):
    kinetics = pathway()
    with pytest.raises(InputError, match=message):
        quick(kinetics, **wrong)
    assert kinetics.calls <= 1  # the one that describes the kinetics


@pytest.mark.parametrize("wrong", [{"n": 0}, {"n": 5, "batch": 0}, {"n": 5, "seed": -2}])
def test_generating_refuses_what_it_cannot_do(pathway, wrong):
    with pytest.raises(InputError, match="must be a whole number"):
        quick(pathway()).generate(**{"seed": 0, **wrong})


def test_incidence_is_the_default_reward(pathway):
    default, stated = quick(pathway()), quick(pathway(), reward=rewards.Incidence())
    assert torch.equal(default.weights, stated.weights)


def test_blocks_go_on_and_do_not_depend_on_how_many_are_taken(pathway):
    trained = quick(pathway(n=6))
    first, second = islice(trained.blocks(5, seed=3), 2)
    again = next(trained.blocks(5, seed=3))
    assert torch.equal(first, again)
    assert not torch.equal(first, second)


def test_a_training_can_start_from_a_generator(pathway):
    first = quick(pathway())
    second = quick(pathway(), start=first, keep_snapshots=(0,))
    assert torch.equal(second.at(0).weights, first.weights)
    assert not torch.equal(second.weights, quick(pathway()).weights)


def test_another_start_is_another_training(pathway, tmp_path):
    quick(pathway(), start=quick(pathway(), seed=1), checkpoint=tmp_path)
    with pytest.raises(InputError, match="start: "):
        quick(pathway(), start=quick(pathway(), seed=2), checkpoint=tmp_path)


def test_a_start_of_another_architecture_is_refused(pathway):
    with pytest.raises(InputError, match=r"generator=start\.generator"):
        quick(pathway(), start=quick(pathway(), generator=Generator(latent=9, hidden=(8,))))


@pytest.mark.parametrize(
    ("optimizer", "together"),
    [(QUICK, 10), (Gradient(models=12, generations=1), 12), (Gradient(12, minibatches=3), 4)],
)
def test_blocks_pass_a_batch_wide_output_as_many_together_as_in_training(
    pathway, optimizer, together
):
    generator = Generator(output="batch_minmax", latent=9, hidden=(8,))
    trained = quick(pathway(n=6), optimizer=replace(optimizer, generations=1), generator=generator)
    assert trained.batch == together
    (seed,) = derived_seeds(5, 1)
    expected = trained.generate(24, seed=seed, batch=together)
    assert torch.equal(next(trained.blocks(24, seed=5)), expected)
    assert not torch.equal(trained.generate(24, seed=seed), expected)
