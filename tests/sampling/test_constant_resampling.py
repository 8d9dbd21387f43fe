"""Resampling: chosen constants drawn anew, the others kept, SKiMPy's stream of numbers."""

from importlib.resources import files

import numpy as np
import pytest
import torch
from numpy.random import RandomState

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.sampling.constant_resampling import resample_constants

Parameters = sr.OracleSampler.Parameters


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    kinetics, state = sr.compile(network), states[sr.examples.REFERENCE_STATE]
    return kinetics, state, sr.OracleSampler(Parameters(n_samples=12)).sample(kinetics, state)


def one_by_one(km, columns, stream, keep, max_trials):
    """Return what the method says, in its most obvious form."""
    kept = []
    for given in km:
        for _ in range(max_trials):
            proposed = np.where(columns, next(stream), given)
            if keep(proposed[None])[0]:
                kept.append(proposed)
                break
    return np.array(kept)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 1.0])
@pytest.mark.filterwarnings("ignore:.*were left out")
def test_judging_ahead_gives_what_judging_one_by_one_gives(share):
    km = np.random.default_rng(0).random((60, 4)) + 1
    columns = np.array([True, False, True, False])

    def keep(km):
        return (km[:, 0] * 7.3 + km[:, 1]) % 1 < share

    rng, same = RandomState(1), RandomState(1)
    stream = (same.random_sample(4) for _ in range(601))
    expected = one_by_one(km, columns, stream, keep, 10)
    for batch in (1, 8, 512):
        rng.seed(1)
        drawn = resample_constants(
            torch.from_numpy(km),
            lambda n: torch.from_numpy(rng.random_sample((n, 4))),
            keep,
            columns=torch.from_numpy(columns),
            max_trials=10,
            batch=batch,
        )
        np.testing.assert_array_equal(drawn.log_km.numpy(), expected)
        np.testing.assert_array_equal(drawn.log_km[:, ~columns], km[drawn.rows][:, ~columns])


def test_only_the_chosen_constants_change(core):
    kinetics, state, population = core
    chosen = list(kinetics.network.km_names[:5])
    sampler = sr.OracleSampler()
    again, largest, _ = sampler.resample(
        kinetics, state, population=population, parameters=chosen, min_max_eigenvalues=True
    )
    before, after = population.to_dataframe().loc[list(again.index)], again.to_dataframe()
    others = [name for name in kinetics.network.km_names if name not in chosen]
    np.testing.assert_allclose(after[others], before[others], rtol=1e-13)
    assert (before[chosen] != after[chosen]).all(axis=None)
    assert max(largest) <= 0
    assert again.provenance["resampled"] == chosen


def test_what_is_no_saturation_constant_is_passed_over(core):
    kinetics, state, population = core
    sampler, names = sr.OracleSampler(), ["km_substrate_PGI", *kinetics.network.vmax_names]
    mixed = sampler.resample(kinetics, state, None, [*names, "k_equilibrium_PGI"], population)
    alone = sampler.resample(kinetics, state, None, names[:1], population)
    np.testing.assert_array_equal(mixed.values, alone.values)
    with pytest.warns(UserWarning, match="Nothing was drawn anew: vmax_forward_PGI"):
        same = sampler.resample(kinetics, state, None, ["vmax_forward_PGI"], population)
    np.testing.assert_allclose(same.values, population.values, rtol=1e-12)


def test_skimpys_names_of_the_arguments_are_taken_too(core):
    kinetics, state, population = core
    theirs = sr.OracleSampler().resample(
        compiled_model=kinetics,
        flux_dict=state,
        parameters_to_resample=["km_substrate_PGI"],
        fixed_parameter_population=population,
    )
    ours = sr.OracleSampler().resample(kinetics, state, None, ["km_substrate_PGI"], population)
    np.testing.assert_array_equal(theirs.values, ours.values)


def test_a_set_without_a_stable_draw_is_left_out_by_name(core):
    kinetics, state, population = core
    limit = float(np.median(population.lambda_max))
    sampler = sr.OracleSampler(Parameters(eigenvalue_partition=limit))
    with pytest.warns(UserWarning, match="were left out"):
        again = sampler.resample(
            kinetics,
            state,
            population=population,
            parameters=["km_substrate_PGI"],
            max_trials=1,
        )
    assert 0 < len(again) < len(population)
    assert set(again.index) < set(population.index)
    assert (again.lambda_max <= limit).all()


def test_bounds_hold_for_what_is_drawn(core):
    kinetics, state, population = core
    name = kinetics.network.km_names[0]
    again = sr.OracleSampler().resample(
        kinetics, state, population=population, parameters=[name], bounds={name: (5.0, 6.0)}
    )
    assert again.to_dataframe()[name].between(5.0, 6.0).all()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"parameters": "km_substrate_PGI"}, InputError, "list of names"),
        ({"parameters": []}, InputError, "at least one"),
        ({"parameters": ["km_nowhere"]}, MissingEntryError, "no parameter called 'km_nowhere'"),
        ({"population": []}, InputError, "empty"),
        ({"population": [{"km_substrate_PGI": 1.0}]}, MissingEntryError, "lacks"),
        ({"max_trials": -1}, InputError, "max_trials"),
        ({"bounds_sample": (1.0, 0.0)}, InputError, "bounds_sample"),
    ],
)
def test_bad_arguments_are_named(core, change, error, message):
    kinetics, state, population = core
    usual = {"population": population, "parameters": ["km_substrate_PGI"]}
    with pytest.raises(error, match=message):
        sr.OracleSampler().resample(kinetics, state, **{**usual, **change})


@pytest.mark.parametrize(("trials", "reason"), [(10, "none of 120 models"), (0, "none was drawn")])
def test_nothing_kept_is_an_empty_population_and_a_warning(core, trials, reason):
    kinetics, state, population = core
    sampler = sr.OracleSampler(Parameters(eigenvalue_partition=-1e9))
    with pytest.warns(UserWarning, match=f"{reason}.*max_trials={trials} for each of the 12 sets"):
        again, largest, smallest = sampler.resample(
            kinetics,
            state,
            population=population,
            parameters=["km_substrate_PGI"],
            max_trials=trials,
            min_max_eigenvalues=True,
        )
    assert (len(again), largest, smallest) == (0, [], [])


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_the_resampler_of_both_gives_the_same_sets():
    from skimpy.io.yaml import load_yaml_model  # noqa: PLC0415
    from skimpy.sampling.simple_resampler import SimpleResampler  # noqa: PLC0415

    model = load_yaml_model(str(files("skimpy_renaissance.examples") / "data" / "e_coli_core.yaml"))
    _, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    for reaction, value in state.equilibrium_constants.dropna().items():
        model.parameters[f"k_equilibrium_{reaction}"].value = value
    given = (model, state.fluxes.to_dict(), state.concentrations.to_dict())
    sets = sr.OracleSampler(Parameters(n_samples=10)).sample(*given, only_stable=False, seed=2)
    model.prepare()
    model.compile_jacobian(ncpu=1)
    chosen = [p for n, p in model.parameters.items() if p.hook is not None and n.endswith("PFK")]
    theirs, largest, smallest = SimpleResampler(SimpleResampler.Parameters()).sample(
        *given, chosen, sets, min_max_eigenvalues=True
    )
    model.pool.terminate()
    model.pool.join()
    ours, ours_largest, ours_smallest = sr.OracleSampler().resample(
        *given, population=sets, parameters=chosen, min_max_eigenvalues=True
    )
    assert len(ours) == len(theirs) > 0
    for one, other in zip(theirs, ours, strict=True):
        for symbol, value in one.items():
            assert other[symbol] == (None if value is None else pytest.approx(value, rel=1e-9))
    np.testing.assert_allclose(ours_largest, largest, rtol=1e-4)
    np.testing.assert_allclose(ours_smallest, smallest, rtol=1e-9)
