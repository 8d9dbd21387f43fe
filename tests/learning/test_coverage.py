"""Histogram generators: exact densities, and training for validity and width at once."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import stats

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.learning import (
    NES,
    Coverage,
    Generator,
    HistogramGenerator,
    Problem,
    load_generator,
    train,
)
from skimpy_renaissance.learning.rewards import Hinge, SoftStep
from skimpy_renaissance.priors import KmSpace, Prior, Saturation, random_stream
from skimpy_renaissance.spectrum.validity import Validity

F64 = torch.float64
RANGE = (-16.0, 0.0)
WIDE = HistogramGenerator(RANGE)
CRITERION = Validity(partition=-6.0)
QUICK = Coverage(models=64, generations=12)


def space_of(kinetics, **options):
    return KmSpace.of(kinetics.km_names, kinetics.log_km_bounds, default_range=RANGE, **options)


def stream(seed=0):
    return random_stream(seed, purpose="test")


def some_weights(n_km, seed=1):
    return 0.8 * torch.randn(WIDE.n_weights(n_km), dtype=F64, generator=stream(seed))


def generated(space, weights, n):
    latent = WIDE.draw(n, n_km=space.n_generated, rng=stream(2))
    return WIDE.squash(WIDE.values(weights, latent), space)


def test_untrained_weights_are_the_prior_itself(pathway):
    space = space_of(pathway())
    weights = WIDE.initial_weights(4, rng=stream())
    log_km = generated(space, weights, 4000)
    uniform = stats.uniform(-16, 16)
    assert min(stats.kstest(column, uniform.cdf).pvalue for column in log_km.T.numpy()) > 0.01 / 4
    assert WIDE.entropy(weights).item() == 0
    density = WIDE.log_density(weights, log_km, space)
    torch.testing.assert_close(density, torch.full_like(density, -4 * math.log(16)))


def test_a_slice_holds_the_share_of_the_density_that_its_weight_says(pathway):
    wide, space = HistogramGenerator(RANGE, slices=4), space_of(pathway(n=1))
    p = torch.tensor([0.1, 0.5, 0.15, 0.25], dtype=F64)
    weights = p.log() + 3.0  # only differences count
    middles = torch.tensor([[-14.0], [-10.0], [-6.0], [-2.0]], dtype=F64)
    density = wide.log_density(weights, middles, space).exp()
    torch.testing.assert_close(density, p / 4)  # slices are 4 wide
    assert wide.log_density(weights, torch.tensor([[0.5]], dtype=F64), space).item() == -math.inf
    assert wide.entropy(weights).item() == pytest.approx(-(p * (4 * p).log()).sum().item())


def test_the_density_is_that_of_the_draws(pathway):
    space, weights = space_of(pathway(n=1)), some_weights(1)
    draws = generated(space, weights, 5000).flatten().numpy()
    x = np.linspace(-16, 0, 20_001)[1:-1]
    density = WIDE.log_density(weights, torch.from_numpy(x)[:, None], space).exp().numpy()
    cumulative = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(x))])
    assert cumulative[-1] == pytest.approx(1, abs=1e-3)
    assert stats.kstest(draws, lambda at: np.interp(at, x, cumulative)).pvalue > 0.01


def test_many_weight_vectors_at_once_give_what_each_gives_alone():
    candidates = torch.stack([some_weights(3, seed) for seed in range(4)])
    latent = torch.rand(4, 7, 3, dtype=F64, generator=stream())
    together = WIDE.values(candidates, latent)
    alone = [WIDE.values(*one) for one in zip(candidates, latent, strict=True)]
    torch.testing.assert_close(together, torch.stack(alone), rtol=0, atol=0)


def test_the_entropy_is_the_mean_log_ratio_to_the_prior(pathway):
    space, weights = space_of(pathway()), some_weights(4)
    log_km = generated(space, weights, 40_000)
    prior = WIDE.prior_in(space)
    ratio = prior.log_density(log_km) - WIDE.log_density(weights, log_km, space)
    error = ratio.std().item() / math.sqrt(len(ratio))
    assert WIDE.entropy(weights).item() == pytest.approx(ratio.mean().item(), abs=4 * error)
    assert WIDE.entropy(weights) < 0


@pytest.mark.parametrize("generation", [0, 5])
def test_the_step_follows_the_finite_difference_of_entropy_plus_reward(pathway, generation):
    kinetics = pathway()
    coverage = Coverage(models=32, generations=8, width=(0.3, 0.3), weight=(9.0, 20.0))
    space = space_of(kinetics)
    problem = Problem(kinetics, WIDE, space, CRITERION, coverage.default_reward)
    weights, along = some_weights(4), some_weights(4, seed=9)
    paid = Hinge(9.0, 0.3) if generation == 0 else SoftStep(20.0, 0.3)

    def gain(shift):
        moved = weights + shift * along
        log_km = problem.generate(moved[None], n_models=32, rng=stream(3))
        return (WIDE.entropy(moved) + paid(problem.judge(log_km))).item()

    begun = replace(coverage.start(weights), generation=generation)
    step = coverage.step(begun, problem, stream(3))
    slope = -10 * step.state.memory["mean"]  # Adam keeps a tenth of what is to fall
    expected = (gain(1e-6) - gain(-1e-6)) / 2e-6
    assert (slope @ along).item() == pytest.approx(expected, rel=1e-5)
    assert step.rewards.item() == pytest.approx(gain(0.0))


def test_distance_counts_first_sharper_and_sharper_then_the_verdict(pathway):
    coverage = Coverage(generations=10, width=(0.3, 0.05), sharpening=0.5)
    paid = [coverage._reward(coverage.default_reward, g) for g in range(10)]
    assert paid[0] == Hinge(6.0, 0.3)
    ratios = [paid[g + 1].width / paid[g].width for g in range(4)]
    assert ratios == pytest.approx([(0.05 / 0.3) ** 0.2] * 4)
    assert paid[5:] == [SoftStep(80.0, 0.05)] * 5
    own = Hinge(3.0, 0.1)
    assert coverage._reward(own, 0) == own


@pytest.mark.slow
def test_a_pathway_is_covered_as_widely_as_independent_constants_can(pathway):
    # valid is ln K > bound for every K: the ideal entropy is the log share of the prior
    coverage = Coverage(models=128, generations=150, weight=(6.0, 60.0))
    trained = train(pathway(), criterion=CRITERION, optimizer=coverage, generator=WIDE, seed=3)
    x, q = 1.0, 0.6  # mmol/L, -partition x / flux
    share = -math.log(x * q / (1 - q) * 1e-3) / 16
    ideal = 4 * math.log(share)
    valid = CRITERION(pathway().lambda_max(trained.generate(2000, seed=1))).double().mean()
    assert valid > 0.9
    assert 2.5 * ideal < trained.entropy < ideal
    narrow = train(
        pathway(),
        criterion=CRITERION,
        optimizer=replace(coverage, weight=(6.0, 300.0)),
        generator=WIDE,
    )
    assert narrow.entropy < trained.entropy


def test_an_optimiser_brings_its_own_kind_of_generator(pathway):
    trained = train(pathway(), criterion=CRITERION, optimizer=replace(QUICK, generations=1))
    assert isinstance(trained.generator, HistogramGenerator)
    assert trained.entropy < 0
    network = train(pathway(), optimizer=NES(2, 4, generations=1), generator=Generator(hidden=(4,)))
    assert network.entropy is None
    assert network.prior.names == pathway().km_names


def test_a_generator_of_unknown_density_is_refused(pathway):
    with pytest.raises(InputError, match="HistogramGenerator"):
        train(pathway(), optimizer=QUICK, generator=Generator(hidden=(4,)))


def test_evolution_strategies_can_train_a_wide_generator_too(pathway):
    nes = NES(n_candidates=8, models_per_candidate=20, search_radius=0.1, generations=10)
    trained = train(pathway(), criterion=CRITERION, optimizer=nes, generator=WIDE, seed=1)
    assert trained.weights.dtype == F64
    assert trained.entropy < 0


def test_a_run_resumes_bit_for_bit_and_loads(pathway, tmp_path):
    prior = Prior.of(pathway().km_names, Saturation(math.log(1e-3), -16.0, 0.0))
    prior = prior.with_measured({"km_substrate_R1": (0.5e-3, 2e-3)})
    options = {
        "criterion": CRITERION,
        "optimizer": QUICK,
        "generator": HistogramGenerator(prior=prior),
    }
    with pytest.raises(KeyboardInterrupt):
        train(pathway(stop_at_call=6), checkpoint=tmp_path, **options)
    resumed = train(pathway(), checkpoint=tmp_path, **options)
    whole = train(pathway(), **options)
    assert torch.equal(resumed.weights, whole.weights)
    loaded = load_generator(tmp_path)
    assert torch.equal(loaded.generate(9, seed=1), whole.generate(9, seed=1))
    assert loaded.entropy == whole.entropy
    log_km = prior.sample(5, seed=0)
    assert torch.equal(loaded.prior.log_density(log_km), prior.log_density(log_km))


def test_a_folder_that_tells_the_generator_by_its_older_name_loads_and_resumes(pathway, tmp_path):
    options = {"criterion": CRITERION, "optimizer": QUICK, "generator": WIDE}
    with pytest.raises(KeyboardInterrupt):
        train(pathway(stop_at_call=6), checkpoint=tmp_path, **options)
    manifest = tmp_path / "manifest.json"
    text = manifest.read_text()
    assert text.count("HistogramGenerator") == 1
    manifest.write_text(text.replace("HistogramGenerator", "Wide"))
    with np.load(tmp_path / "state.npz") as arrays:  # earlier versions wrote no checksum
        np.savez(tmp_path / "state.npz", **{key: arrays[key] for key in arrays if key != "sha256"})
    resumed = train(pathway(), checkpoint=tmp_path, **options)
    assert torch.equal(resumed.weights, train(pathway(), **options).weights)
    assert isinstance(load_generator(tmp_path).generator, HistogramGenerator)


def test_measured_constants_are_left_to_their_range(pathway):
    measured = {"km_substrate_R2": (1e-3, 2e-3)}
    trained = train(
        pathway(), criterion=CRITERION, optimizer=QUICK, generator=WIDE, measured=measured
    )
    km = trained.generate(3000, seed=1)[:, 2].exp().numpy()
    uniform = stats.uniform(1e-3, 1e-3)
    assert stats.kstest(km, uniform.cdf).pvalue > 0.01
    assert len(trained.weights) == 3 * WIDE.slices
    assert bool(trained.prior.log_density(trained.generate(5, seed=1)).isfinite().all())


def test_a_prior_that_lacks_a_constant_is_refused(pathway):
    prior = Prior.log_uniform(("km_substrate_R0",), 1e-6, 1.0)
    with pytest.raises(MissingEntryError, match="km_substrate_R1"):
        train(pathway(), optimizer=QUICK, generator=HistogramGenerator(prior=prior))


@pytest.mark.parametrize(
    "change",
    [
        {"models": 0},
        {"decay": 1.5},
        {"weight": (-1.0, 60.0)},
        {"learning_rate": math.nan},
        {"width": (1.0,)},
    ],
)
def test_numbers_out_of_range_are_refused(change):
    with pytest.raises(InputError, match=next(iter(change))):
        Coverage(**change)
    with pytest.raises(InputError, match="range"):
        HistogramGenerator((1.0, 0.0))
    with pytest.raises(InputError, match="slices"):
        HistogramGenerator(slices=1)


def test_a_model_without_a_finite_slope_does_not_spoil_the_others(pathway):
    class Steep(type(pathway())):
        def lambda_max(self, log_km):
            return super().lambda_max(log_km) + (log_km[:, 1] + 4).clamp(min=0).sqrt() * 1e-9

    steep = Steep()
    space = space_of(steep)
    problem = Problem(steep, WIDE, space, CRITERION, QUICK.default_reward)
    # all models exactly at the root of the square root, where its slope is infinite times zero
    weights = torch.zeros(4, WIDE.slices, dtype=F64)
    problem = replace(problem, generator=_Still(RANGE))
    step = QUICK.step(QUICK.start(weights.flatten()), problem, stream(1))
    assert bool(step.state.weights.isfinite().all())


class _Still(HistogramGenerator):
    """Draws the middle of every prior, where the weights still have a slope."""

    def draw(self, *shape, n_km, rng):  # noqa: ARG002
        return torch.full((*shape, n_km), 0.75, dtype=F64)
