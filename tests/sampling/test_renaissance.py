"""RENAISSANCE as a sampler: valid sets, SKiMPy's conventions, nothing guessed."""

import copy
import pickle
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, UnitsError
from skimpy_renaissance.population.ensemble import NARROW, WHOLE
from skimpy_renaissance.requirements import (
    ControlCoefficient,
    EigenvalueWindow,
    Requirements,
)
from skimpy_renaissance.sampling.refreshing import beyond_validity
from skimpy_renaissance.sampling.renaissance_parameters import optimizer_of, reward_of
from skimpy_renaissance.valid_region import rejection

Parameters = sr.RenaissanceSampler.Parameters
QUICK = {
    "n_samples": 10,
    "generations": 6,
    "models_per_candidate": 40,
    "hidden": (64, 128),
    "km_range": (1e-6, 0.1),
    "search_radius": 0.05,
    "learning_rate": 0.01,
}
STATED = {"eigenvalue_partition": -2.5, **QUICK}


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network), states[sr.examples.REFERENCE_STATE]


@pytest.fixture(scope="module")
def constants(core):
    _, state = core
    return state.equilibrium_constants.dropna().add_prefix("k_equilibrium_").to_dict()


@pytest.mark.slow
def test_every_set_is_valid_and_reproduces_the_steady_state(core):
    kinetics, state = core
    sampler = sr.RenaissanceSampler(Parameters(eigenvalue_partition=-1.0, **QUICK))
    population, largest, smallest = sampler.sample(
        kinetics, state, min_max_eigenvalues=True, seed=4
    )
    assert len(population) == 10
    assert max(largest) < -1.0
    assert all(low <= high for low, high in zip(smallest, largest, strict=True))
    bound = kinetics.at(state)
    log_km = torch.from_numpy(population.log_km(kinetics.network.km_names))
    np.testing.assert_allclose(bound.lambda_max(log_km).numpy(), largest, rtol=1e-9)
    assert log_km.min() >= np.log(1e-6)
    assert log_km.max() <= np.log(0.1)
    assert sampler.trained is not None
    assert len(sampler.trained.history) == 6


@pytest.mark.slow
def test_the_gradient_takes_the_place_of_evolution_by_its_name(core):
    kinetics, state = core
    settings = {"n_samples": 20, "generations": 12, "km_range": (1e-6, 0.1)}
    sampler = sr.RenaissanceSampler(
        Parameters(eigenvalue_partition=-3.0, optimizer="gradient", **settings)
    )
    _, largest, _ = sampler.sample(kinetics, state, min_max_eigenvalues=True, seed=4)
    assert max(largest) < -3.0
    assert sampler.trained.history.judged[-1] == 12 * 100
    assert sampler.trained.history.incidence[-1] > 0.9


@pytest.mark.slow
def test_a_seed_decides_everything(core):
    kinetics, state = core

    def sample(seed):
        sampler = sr.RenaissanceSampler(Parameters(**STATED))
        return sampler.sample(kinetics, state, only_stable=False, seed=seed).values

    np.testing.assert_array_equal(sample(1), sample(1))
    assert not np.array_equal(sample(1), sample(2))


@pytest.mark.slow
def test_bounds_are_kept_by_every_set(core):
    kinetics, state = core
    names = kinetics.network.km_names[:2]
    bounds = {names[0]: (10.0, 11.0), names[1]: (None, 50.0)}
    population = sr.RenaissanceSampler(Parameters(**STATED)).sample(
        kinetics, state, only_stable=False, bounds=bounds
    )
    table = population.to_dataframe()
    assert table[names[0]].between(10.0, 11.0).all()
    assert (table[names[1]] <= 50.0 * (1 + 1e-12)).all()


@pytest.mark.slow
def test_saturations_stay_within_bounds_sample(core):
    kinetics, state = core
    population = sr.RenaissanceSampler(Parameters(**STATED)).sample(
        kinetics, state, only_stable=False, bounds_sample=(0.2, 0.7)
    )
    table = population.to_dataframe()
    for name in kinetics.network.km_names:
        x = state.concentrations[kinetics.network.hooks[name]]
        saturation = x / (x + table[name])
        assert saturation.between(0.2 - 1e-9, 0.7 + 1e-9).all()


@pytest.mark.slow
def test_ranges_in_molar_need_the_scaling_of_the_two_mappings(core, constants):
    kinetics, state = core
    network = kinetics.network.with_parameters(constants)
    mappings = (dict(state.fluxes), dict(state.concentrations))
    with pytest.raises(UnitsError, match="Parameters\\(concentration_scaling=1e6\\)"):
        sr.RenaissanceSampler(Parameters(**STATED)).sample(network, *mappings)
    stated = sr.RenaissanceSampler(Parameters(concentration_scaling=1e6, **STATED))
    from_mappings = stated.sample(network, *mappings, only_stable=False, seed=1)
    from_state = sr.RenaissanceSampler(Parameters(**STATED)).sample(
        kinetics, state, only_stable=False, seed=1
    )
    np.testing.assert_allclose(from_mappings.values, from_state.values, rtol=1e-5)


def test_contradictory_scaling_is_refused(core):
    kinetics, state = core
    sampler = sr.RenaissanceSampler(Parameters(concentration_scaling=1e9, **STATED))
    with pytest.raises(UnitsError, match="1000000000"):
        sampler.sample(kinetics, state)


@pytest.mark.slow
def test_a_training_that_ended_without_a_valid_model_says_why_and_stops(core):
    kinetics, state = core
    sampler = sr.RenaissanceSampler(Parameters(eigenvalue_partition=-100.0, **QUICK))
    with pytest.warns(UserWarning, match=r"none of \d+ models is valid.*fastest of them") as warned:
        population, largest, smallest = sampler.sample(kinetics, state, min_max_eigenvalues=True)
    assert (len(population), largest, smallest) == (0, [], [])
    assert population.provenance["trials"] == 500
    (text,) = (str(one.message) for one in warned)
    assert "answers no faster than -" in text
    assert "Parameters(eigenvalue_partition=-" in text


GRADIENT = {"optimizer": "gradient", "search_radius": None}
COVERAGE = {"optimizer": "coverage", "search_radius": None}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"optimizer": "adam"}, "'adam'"),
        ({"km_range": (1.0, 0.1)}, "km_range"),
        ({"fastest_eigenvalue": 0.0}, "fastest"),
        ({"output": "softmax"}, "softmax"),
        ({"sharpness": 5.0}, "sharpness=5.0 has no effect with optimizer='nes'"),
        ({"optimizer": "gradient"}, "search_radius=0.05 has no effect with optimizer='gradient'"),
        ({"optimizer": "coverage"}, "search_radius=0.05 has no effect with optimizer='coverage'"),
        ({"reward": "speed"}, "reward must be one of 'incidence'"),
        ({"reward": "incidence", **GRADIENT}, "Gradient needs a reward with a gradient"),
        ({"optimizer": sr.Gradient()}, r"no effect .* pass an optimizer object with it"),
        (
            {"sharpness": -5.0, **GRADIENT},
            "sharpness of Gradient must be a positive, finite number",
        ),
        ({"relative": True, "output": "batch_minmax"}, "needs output='sigmoid'"),
        ({"relative": True, **COVERAGE}, "relative=True needs a network"),
    ],
)
def test_bad_settings_are_named(core, settings, message):
    kinetics, state = core
    with pytest.raises(InputError, match=message):
        sr.RenaissanceSampler(Parameters(**{**STATED, **settings})).sample(kinetics, state)


def test_the_defaults_are_the_papers():
    defaults = Parameters()
    nes = optimizer_of(defaults)
    assert nes == sr.NES()
    assert (nes.n_candidates, nes.models_per_candidate) == (20, 100)
    assert (nes.search_radius, nes.learning_rate) == (1e-2, 1e-3)
    assert (nes.decay, nes.generations) == (0.95, 50)
    assert (defaults.latent, defaults.hidden) == (99, (256, 512, 1024))
    assert defaults.eigenvalue_partition is None  # the paper's, with a warning: another organism
    assert sr.Validity().partition == -2.5
    assert defaults.km_range == (1.3e-11, 20.0)


@pytest.mark.slow
def test_refreshed_sets_are_valid_and_no_longer_alike(core):
    kinetics, state = core
    settings = {"n_samples": 60, "generations": 12, "km_range": (1e-6, 0.1), "batch": 60}
    options = {"eigenvalue_partition": -1.0, "optimizer": "gradient", **settings}
    narrow = sr.RenaissanceSampler(Parameters(refresh=None, **options))
    plain = narrow.sample(kinetics, state, seed=4)
    assert narrow.refreshed is None
    assert plain.provenance["ensemble"] == NARROW
    sampler = sr.RenaissanceSampler(Parameters(refresh=15, **options))
    with pytest.warns(UserWarning, match="refresh: the ") as warned:
        sets = sampler.sample(kinetics, state, seed=4)
    assert len(warned) == len(sampler.refreshed.warnings)
    assert sets.lambda_max.max() < -1.0
    assert sets.provenance["refresh"] == 15
    assert 15 <= sampler.refreshed.steps < 15 + 12  # to the end of a sweep
    names = kinetics.network.km_names
    before, after = (np.log(p.to_dataframe()[list(names)]).std().median() for p in (plain, sets))
    assert after > 1.5 * before
    whole = sr.RenaissanceSampler(Parameters(**options))
    by_default = whole.sample(kinetics, state, seed=4)
    assert by_default.provenance["ensemble"] == WHOLE
    assert by_default.provenance["worth"] == str(whole.refreshed)
    assert whole.refreshed.enough
    assert len(by_default) == 60
    assert by_default.lambda_max.max() < -1.0
    assert np.log(by_default.to_dataframe()[list(names)]).std().median() > 1.5 * before


@pytest.mark.slow
def test_stopped_on_the_way_to_the_region_it_says_how_to_go_on(core, tmp_path, monkeypatch):
    kinetics, state = core

    def write_and_stop(*arguments, write=rejection._write):
        write(*arguments)
        raise KeyboardInterrupt

    def sample(**more):
        settings = Parameters(**{**STATED, "n_samples": 60, "progress": False, **more})
        return sr.RenaissanceSampler(settings).sample(kinetics, state, seed=4)

    with monkeypatch.context() as patch:
        patch.setattr(rejection, "_write", write_and_stop)
        with pytest.raises(KeyboardInterrupt, match="Call again with the same arguments to go on"):
            sample(checkpoint=tmp_path)
        patch.setattr(rejection, "_valid_of", lambda *_: write_and_stop(write=list))
        with pytest.raises(KeyboardInterrupt, match=r"give Parameters\(checkpoint='folder'\)"):
            sample()
    kept = tmp_path / "valid_region_60" / "rejection.npz"
    assert kept.exists()
    before = kept.stat().st_mtime_ns
    np.testing.assert_array_equal(sample(checkpoint=tmp_path).values, sample().values)
    assert kept.stat().st_mtime_ns == before  # enough were kept


@pytest.mark.slow
def test_what_is_missing_of_the_region_is_said_in_the_samplers_own_terms(core):
    kinetics, state = core
    settings = Parameters(
        eigenvalue_partition=-6.0,
        n_samples=100,
        optimizer="gradient",
        generations=20,
        km_range=(1e-6, 0.1),
        most=12,
        progress=False,
    )
    sampler = sr.RenaissanceSampler(settings)
    with pytest.warns(UserWarning, match=r"at the cap of 12 .*Parameters\(most=24\)\.$"):
        population = sampler.sample(kinetics, state, seed=4)
    assert population.provenance["lacking"] == list(sampler.refreshed.lacking) != []
    assert population.provenance["effective_share"] < 1


@pytest.mark.slow
def test_sets_that_were_trained_for_more_than_validity_stay_the_generators_own(core):
    kinetics, state = core
    window = EigenvalueWindow(slowest_below=-2.5)
    control = ControlCoefficient("positive", flux="GLCpts", enzyme="PFK", at_least=0.01)
    settings = {**STATED, "eigenvalue_partition": -1.0, "progress": False}
    sampler = sr.RenaissanceSampler(
        Parameters(**settings, reward=Requirements([window, control]) + sr.rewards.Margin())
    )
    match = r"trained for more than validity \(ControlCoefficient\).*narrow.*data="
    with pytest.warns(UserWarning, match=match):
        population = sampler.sample(kinetics, state, seed=4)
    assert population.provenance["ensemble"] == NARROW
    assert sampler.refreshed is None
    assert beyond_validity(sampler.trained) == ("ControlCoefficient",)


@pytest.mark.slow
def test_coverage_by_its_name_trains_a_wide_generator(core):
    kinetics, state = core
    settings = {"n_samples": 20, "km_range": (1e-6, 0.1), "eigenvalue_partition": -0.6}
    coverage = sr.Coverage(models=64, generations=25)
    sampler = sr.RenaissanceSampler(Parameters(optimizer=coverage, **settings))
    assert sampler.sample(kinetics, state, seed=4).lambda_max.max() < -0.6
    assert -60 < sampler.trained.entropy < 0
    assert sampler.trained.generator.range == pytest.approx(np.log([1e-6, 0.1]))
    assert optimizer_of(Parameters(optimizer="coverage")) == sr.Coverage()
    given = {"generations": 50, "models_per_candidate": 64, "weight": (3.0, 30.0)}
    expected = sr.Coverage(generations=50, models=64, weight=(3.0, 30.0))
    assert optimizer_of(Parameters(optimizer="coverage", **given)) == expected


def test_settings_can_be_replaced_compared_copied_and_listed():
    settings = Parameters(n_samples=3, decay=0.9)
    assert replace(settings, n_samples=4) == Parameters(n_samples=4, decay=0.9)
    assert optimizer_of(replace(settings, optimizer="gradient")) == sr.Gradient(decay=0.9)
    assert pickle.loads(pickle.dumps(settings)) == copy.deepcopy(settings) == settings
    assert asdict(settings)["decay"] == 0.9
    assert "n_samples=3" in repr(settings)
    assert reward_of(replace(settings, reward="margin")) == sr.rewards.Margin()


@pytest.mark.parametrize(
    ("steps", "only_stable", "match"),
    [
        (-1, True, "refresh must be a whole number >= 0"),
        (True, True, "whole number"),
        (5, False, "only_stable"),
        ("plenty", True, "refresh must be 'enough' .* got 'plenty'"),
    ],
)
def test_a_refresh_that_cannot_be_is_refused_before_training(core, steps, only_stable, match):
    kinetics, state = core
    sampler = sr.RenaissanceSampler(Parameters(refresh=steps))
    with pytest.raises(InputError, match=match):
        sampler.sample(kinetics, state, only_stable=only_stable)
    assert sampler.trained is None


def test_the_sharpness_is_that_of_the_gradient():
    settings = Parameters(optimizer="gradient", sharpness=5.0)
    assert optimizer_of(settings) == sr.Gradient(sharpness=5.0)
    assert optimizer_of(Parameters(optimizer="gradient")).sharpness is None


def test_relative_constants_lie_around_the_concentrations(core):
    kinetics, state = core
    names = list(kinetics.network.km_names)
    x = np.array([state.concentrations[kinetics.network.hooks[name]] for name in names])
    inside = (x > 1e-5 * 1e6) & (x < 1e-2 * 1e6)  # off the bounds of Km; micromolar
    distance = {}
    for relative in (True, False):
        sampler = sr.RenaissanceSampler(
            Parameters(relative=relative, **{**STATED, "generations": 0, "n_samples": 50})
        )
        table = sampler.sample(kinetics, state, only_stable=False, seed=1).to_dataframe()[names]
        off = np.abs(np.log(table.to_numpy() / x)).mean(axis=0)
        distance[relative] = np.median(off[inside])
        assert sampler.trained.generator.relative is relative
    assert distance[True] < 0.7 * distance[False]


def test_what_is_not_given_has_the_default_of_the_chosen_optimiser():
    assert Parameters().generations == 50
    assert Parameters().search_radius == 1e-2
    assert Parameters(optimizer="coverage").generations == 200
    assert Parameters(optimizer="gradient").n_candidates is None
    assert Parameters(optimizer="gradient").models_per_candidate == 100
    other = replace(Parameters(models_per_candidate=8), optimizer="gradient")
    assert optimizer_of(other) == sr.Gradient(models=8)
