"""An optimiser and a reward are one class each and one line of a registry; the rest follows."""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.cli.record import read_record
from skimpy_renaissance.cli.run_file import Given, to_toml, with_run_file
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import (
    Generator,
    Need,
    Reward,
    SearchState,
    Step,
    choice,
    option,
    require_options,
)
from skimpy_renaissance.sampling.renaissance_parameters import optimizer_of, parameters_for


@dataclass(frozen=True)
class Climb:
    """Take a random step where it is an improvement."""

    title: ClassVar[str] = "Hill climbing"
    needs: ClassVar[tuple[Need, ...]] = ()

    models: int = option(20, "Models judged per step.", alias="models_per_candidate")
    stride: float = option(0.05, "Standard deviation of a step.", least=0)
    generations: int = option(4, "Steps.", least=0, short="-g")

    def __post_init__(self):
        require_options(self)

    default_reward = sr.rewards.Incidence()
    default_generator = Generator()
    judged_per_generation = property(lambda self: (2, self.models))

    def start(self, weights):
        return SearchState(weights, self.stride)

    def step(self, state, problem, rng):
        moved = state.weights + self.stride * torch.randn(state.weights.shape, generator=rng)
        both = torch.stack([state.weights, moved])
        judged = problem.judge(problem.generate(both, n_models=self.models, rng=rng))
        rewards = problem.score(judged)
        after = replace(state, weights=both[rewards.argmax()], generation=state.generation + 1)
        return Step(after, judged, rewards)


@dataclass(frozen=True)
class Calm(Reward):
    """Share of models whose slowest mode is not too fast."""

    meets: ClassVar[frozenset[Need]] = frozenset()

    limit: float = option(-5.0, "Smallest real part of the slowest mode, 1/h.")

    def __call__(self, judged):
        return (judged.lambda_max > self.limit).to(torch.float64).mean(-1)


@pytest.fixture
def known(monkeypatch):
    monkeypatch.setitem(choice._OPTIMIZERS, "climb", Climb)
    monkeypatch.setitem(choice._REWARDS, "calm", Calm)


RUN_FILE = """
[training]
optimizer = "climb"
reward = "calm"

[climb]
stride = 0.2

[calm]
limit = -4
"""


def test_a_run_file_reaches_them(known, tmp_path):
    path = tmp_path / "run.toml"
    path.write_text(RUN_FILE + "[nes]\ndecay = 0.5\n")
    flags = {"climb.generations": "2", "nes.generations": "2"}
    settings = Given(path, flags).settings()
    assert settings.to_optimizer() == Climb(stride=0.2, generations=2)
    assert settings.to_reward() == Calm(limit=-4.0)
    assert settings.without_effect == ("nes.decay",)
    path.write_text(to_toml(settings, folder=tmp_path))
    assert with_run_file(Settings(), path) == settings


def test_what_does_not_go_together_is_refused(known):
    with pytest.raises(InputError, match="--stride is for optimizer 'climb' and has no effect"):
        Given(None, {"climb.stride": "1"}).settings()
    with pytest.raises(InputError, match=r"Gradient needs a reward with a gradient.* Calm"):
        Given(None, {"training.optimizer": "gradient", "training.reward": "calm"}).settings()
    with pytest.raises(InputError, match="stride of Climb must be a positive"):
        Given(None, {"training.optimizer": "climb", "climb.stride": "-1"}).settings()


@pytest.mark.slow
def test_a_sampler_reaches_the_optimiser(known):
    network, states = sr.examples.e_coli_core()
    more = {"hidden": (8,), "latent": 4, "km_range": (1e-6, 0.1), "n_samples": 3, "batch": 50}
    parameters = parameters_for(choice.OPTIMIZERS)
    settings = parameters(optimizer="climb", stride=0.2, models_per_candidate=10, **more)
    assert optimizer_of(settings) == Climb(models=10, stride=0.2)
    sampler = sr.RenaissanceSampler(replace(settings, eigenvalue_partition=-0.5))
    assert len(sampler.sample(network, states[0], seed=1)) == 3
    assert sampler.trained.setup["optimizer"]["class"] == "Climb"
    with pytest.raises(InputError, match=r"decay=0\.5 has no effect with optimizer='climb'"):
        optimizer_of(replace(settings, decay=0.5))


@pytest.mark.slow
def test_flags_reach_both_and_the_folder_repeats_and_resumes(known, run_file, tmp_path):
    folder, again = tmp_path / "run", tmp_path / "again"
    flags = ("--optimizer", "climb", "--stride", "0.2", "-g", "2", "--reward", "calm")
    arguments = ("train", "-c", run_file, "-o", folder, *flags, "--reward-limit", "-4")
    printed = _run(*arguments)
    assert "Hill climbing, 2 generations x 2 candidates x 20 models" in printed
    assert "Rewarded: Calm(limit=-4.0)" in printed
    assert "Training was finished in an earlier call" in _run(*arguments)
    setup = sr.load_generator(folder).setup
    assert setup["optimizer"] == {"class": "Climb", "models": 20, "stride": 0.2, "generations": 2}
    assert setup["reward"] == {"class": "Calm", "limit": -4.0}
    stored = read_record(folder / "run.json")["settings"]
    assert (stored["training"]["reward"], stored["calm"]["limit"]) == ("calm", -4.0)
    _run("train", "-c", folder / "resolved.toml", "-o", again)
    one, other = (sr.load_generator(place).weights for place in (folder, again))
    np.testing.assert_array_equal(one, other)


def _run(*arguments):
    """Run the command line in a process in which both are registered."""
    command = [sys.executable, __file__, *map(str, arguments)]
    path = os.pathsep.join([str(Path(sr.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


if __name__ == "__main__":
    choice._OPTIMIZERS["climb"] = Climb
    choice._REWARDS["calm"] = Calm
    from skimpy_renaissance.cli.commands import app

    app()
