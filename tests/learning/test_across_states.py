"""One generator for many steady states."""

import math
from dataclasses import dataclass

import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import NES, Anchored, Generator, Gradient, train
from skimpy_renaissance.learning.across_states import AcrossStates
from skimpy_renaissance.priors import KmSpace
from skimpy_renaissance.spectrum import Smoothed, Validity

CRITERION = Validity(partition=-6.0)
RELATIVE = Generator(latent=3, hidden=(8,), range=(-16.0, 0.0), relative=True)


@dataclass
class Pathways:
    """An unbranched pathway at several states: modes -10 K/(K + x), one x for each state, mol/L."""

    concentrations: tuple[float, ...]
    n_km: int = 3

    @property
    def km_names(self):
        return tuple(f"km_substrate_R{i}" for i in range(self.n_km))

    @property
    def log_km_bounds(self):
        return torch.full((self.n_km, 2), torch.nan, dtype=torch.float64)

    @property
    def n_states(self):
        return len(self.concentrations)

    @property
    def log_km_anchors(self):
        x = torch.tensor(self.concentrations, dtype=torch.float64)
        return x.log()[:, None].expand(-1, self.n_km)

    def eigenvalues(self, log_km):
        assert log_km.ndim == 3
        assert log_km.shape[0] == self.n_states
        x = torch.tensor(self.concentrations, dtype=torch.float64)[:, None, None]
        return (-10 * log_km.exp() / (log_km.exp() + x)).to(torch.complex128)

    def lambda_max(self, log_km):
        return self.eigenvalues(log_km).real.amax(-1)

    def smoothed_lambda_max(self, log_km, *, sharpness):
        modes = self.eigenvalues(log_km).real
        value = ((sharpness * modes.asinh()).logsumexp(-1) / sharpness).sinh()
        return Smoothed(value, modes.detach().amax(-1))

    def vmax(self, log_km):
        return self.eigenvalues(log_km).real


SEEN, UNSEEN = Pathways((1e-4, 1e-3, 3e-3)), Pathways((1e-5, 1e-2))


def test_a_row_of_models_cycles_through_the_states():
    rng = torch.Generator().manual_seed(0)
    log_km = -7 + torch.randn(6, 3, dtype=torch.float64, generator=rng)
    row = AcrossStates(SEEN, 3)
    for i in range(6):
        alone = Pathways(SEEN.concentrations[i % 3 : i % 3 + 1])
        one = log_km[i][None, None]
        assert row.lambda_max(log_km)[i] == alone.lambda_max(one)[0, 0]
        assert torch.equal(row.eigenvalues(log_km)[i], alone.eigenvalues(one)[0, 0])
        assert torch.equal(row.vmax(log_km)[i], alone.vmax(one)[0, 0])
        smoothed = row.smoothed_lambda_max(log_km, sharpness=5.0)
        assert smoothed.value[i] == alone.smoothed_lambda_max(one, sharpness=5.0).value[0, 0]
    with pytest.raises(InputError, match="multiple of that, got 4"):
        row.lambda_max(log_km[:4])


def test_zero_values_give_the_anchor_and_values_count_from_it():
    space = KmSpace.of(SEEN.km_names, SEEN.log_km_bounds, default_range=(-16.0, 0.0))
    anchors = SEEN.log_km_anchors
    zero = torch.zeros(3, 3, dtype=torch.float64)
    assert torch.allclose(RELATIVE.squash(zero, space, anchors=anchors), anchors, rtol=1e-12)
    above = RELATIVE.squash(zero + 1, space, anchors=anchors)
    assert (above > anchors).all()
    assert (above < 0).all()
    beyond = torch.full((1, 3), 5.0).double()
    assert torch.allclose(
        RELATIVE.squash(zero[:1], space, anchors=beyond), torch.tensor(-0.016).double()
    )


@pytest.mark.slow
@pytest.mark.parametrize("sharpness", [None, 5.0])
def test_trained_at_some_states_it_gives_valid_models_at_others(sharpness):
    gradient = Gradient(
        models=32, learning_rate=0.02, decay=1.0, generations=60, sharpness=sharpness
    )
    trained = train(SEEN, criterion=CRITERION, generator=RELATIVE, optimizer=gradient, seed=1)
    assert trained.history.judged[-1] == 60 * 33  # 32 rounded up to as many at each of 3 states
    assert trained.history.incidence[0] < 0.5
    log_km = trained.generate(200, seed=2, at=UNSEEN)
    assert log_km.shape == (2, 200, 3)
    incidence = CRITERION(UNSEEN.lambda_max(log_km)).double().mean(1)
    assert (incidence > 0.95).all()


def test_absolute_values_of_the_same_training_fail_at_others():
    gradient = Gradient(models=32, learning_rate=0.02, decay=1.0, generations=60)
    absolute = Generator(latent=3, hidden=(8,), range=(-16.0, 0.0))
    seen = Pathways((1e-4,))
    trained = train(seen, criterion=CRITERION, generator=absolute, optimizer=gradient, seed=1)
    relative = train(seen, criterion=CRITERION, generator=RELATIVE, optimizer=gradient, seed=1)
    found = [
        CRITERION(UNSEEN.lambda_max(one.generate(200, seed=2, at=UNSEEN))).double().mean(1)[1]
        for one in (trained, relative)
    ]
    assert found[0] < found[1]


def test_evolution_strategies_train_over_states_too():
    nes = NES(n_candidates=4, models_per_candidate=6, generations=3)
    trained = train(SEEN, criterion=CRITERION, generator=RELATIVE, optimizer=nes, seed=1)
    assert trained.history.judged.tolist() == [24, 48, 72]


def test_models_of_a_state_do_not_depend_on_the_other_states():
    trained = train(SEEN, generator=RELATIVE, optimizer=Gradient(generations=1), seed=1)
    at_all = trained.generate(7, seed=3, at=SEEN)
    at_one = trained.generate(7, seed=3, at=SEEN.log_km_anchors[1])
    assert at_one.shape == (7, 3)
    assert torch.equal(at_all[1], at_one)


def test_a_stored_run_goes_on_and_keeps_its_meaning(tmp_path):
    options = {"criterion": CRITERION, "generator": RELATIVE, "seed": 1}
    whole = train(SEEN, optimizer=Gradient(generations=4, sharpness=5.0), **options)

    def stop(trained):
        if trained.state.generation == 2:
            raise KeyboardInterrupt

    options |= {"optimizer": Gradient(generations=4, sharpness=5.0), "checkpoint": tmp_path}
    with pytest.raises(KeyboardInterrupt):
        train(SEEN, callback=stop, **options)
    resumed = train(SEEN, **options)
    assert torch.equal(resumed.weights, whole.weights)
    loaded = sr.load_generator(tmp_path)
    assert torch.equal(loaded.generate(5, seed=1, at=UNSEEN), whole.generate(5, seed=1, at=UNSEEN))
    with pytest.raises(InputError, match="another set-up: lambda_max_at_middle"):
        train(UNSEEN, **options)


def test_a_relative_generator_says_what_it_needs(pathway):
    with pytest.raises(InputError, match=r"needs kinetics with log_km_anchors.*Pathway"):
        train(pathway(), generator=RELATIVE)
    trained = train(SEEN, generator=RELATIVE, optimizer=Gradient(generations=1))
    with pytest.raises(InputError, match="pass at=kinetics bound"):
        trained.generate(3, seed=1)
    with pytest.raises(InputError, match=r"`km` or `state x km`, got list"):
        trained.generate(3, seed=1, at=[1.0])
    with pytest.raises(InputError, match="at must have 3 constants"):
        trained.generate(3, seed=1, at=torch.zeros(2, 4).double())
    with pytest.raises(InputError, match="relative=True needs output='sigmoid'"):
        Generator(output="batch_minmax", relative=True)


def test_a_smoothed_gradient_needs_kinetics_that_have_one(pathway):
    with pytest.raises(InputError, match=r"sharpness=5\.0 needs kinetics with smoothed_lambda_max"):
        train(pathway(), optimizer=Gradient(generations=1, sharpness=5.0))


def test_a_smoothed_gradient_leaves_values_as_they_are():
    rng = torch.Generator().manual_seed(0)
    log_km = (-7 + torch.randn(1, 6, 3, dtype=torch.float64, generator=rng)).requires_grad_()
    row = AcrossStates(SEEN, 3)
    hard = sr.learning.judge(row, log_km, CRITERION).lambda_max
    soft = sr.learning.judge(row, log_km, CRITERION, sharpness=5.0).lambda_max
    assert torch.equal(hard, soft)
    smoothed = row.smoothed_lambda_max(log_km[0], sharpness=5.0).value.asinh().sum()
    (expected,) = torch.autograd.grad(smoothed, log_km)
    (found,) = torch.autograd.grad(soft.asinh().sum(), log_km)
    assert torch.allclose(found, expected, rtol=1e-10)


@pytest.mark.slow
def test_a_generator_of_the_core_model_serves_states_never_seen():
    """Trained at 10 states, judged at 20 others."""
    network, states = sr.examples.e_coli_core()
    kinetics = sr.compile(network)
    seen, unseen = kinetics.at(states[:10], threads=1), kinetics.at(states[100:120], threads=1)
    assert isinstance(seen, Anchored)
    trained = sr.train(
        seen,
        criterion=sr.Validity(-3.3),
        generator=sr.Generator(
            relative=True, latent=32, hidden=(64, 128), range=(math.log(1e-6), math.log(0.1))
        ),
        optimizer=sr.Gradient(models=60, generations=25, decay=1.0, learning_rate=3e-3),
    )
    slowest = unseen.lambda_max(trained.generate(20, seed=1, at=unseen))
    assert (slowest < -3.3).double().mean() > 0.95
