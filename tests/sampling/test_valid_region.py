"""The valid region as a sampler: conventions of the other samplers, exact draws."""

import json
import math

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.requirements import Control, ControlCoefficient, Measured
from skimpy_renaissance.sampling import log_uniform_prior
from skimpy_renaissance.valid_region import sample_valid_region
from tests.valid_region.three_reactions import three_reactions, three_reactions_state

Parameters = sr.ValidRegionSampler.Parameters
SETTINGS = {"eigenvalue_partition": -1.5, "km_range": (1e-6, 0.1)}


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network), states[sr.examples.REFERENCE_STATE]


@pytest.mark.slow
def test_sets_are_valid_draws_with_a_record_of_what_they_are(core, tmp_path):
    kinetics, state = core
    sampler = sr.ValidRegionSampler(Parameters(n_samples=60, **SETTINGS))
    sets, slowest, fastest = sampler.sample(kinetics, state, min_max_eigenvalues=True, seed=2)
    assert len(sets) == len(slowest) == 60
    assert max(slowest) < -1.5
    assert min(fastest) < min(slowest)
    drawn = sampler.drawn
    assert sets.provenance["sampler"] == "valid region"
    assert sets.provenance["method"] == drawn.method == "rejection"
    assert sets.provenance["worth"] == drawn.summary
    json.dumps(sets.provenance)
    km = sets.to_dataframe()[list(kinetics.network.km_names)].to_numpy()
    bound = kinetics.at(state)
    np.testing.assert_allclose(bound.reference.log_molar(torch.tensor(km)), drawn.log_km)
    sets.save(tmp_path / "sets.h5")
    assert len(ParameterPopulation.load(tmp_path / "sets.h5")) == 60
    again = sr.ValidRegionSampler(Parameters(n_samples=60, **SETTINGS)).sample(
        kinetics.network, state, seed=2
    )
    np.testing.assert_array_equal(again.values, sets.values)


@pytest.mark.slow
def test_the_ways_agree_on_a_real_model_and_threads_change_nothing(core):
    kinetics, state = core
    bound = kinetics.at(state)
    prior = log_uniform_prior(bound, km_range=(1e-6, 0.1))
    options = {"criterion": sr.Validity(-3.3), "n": 300, "seed": 5}
    found = {
        m: sample_valid_region(bound, prior, method=m, **options)
        for m in ("rejection", "tempering")
    }
    starts = found["tempering"].log_km
    found["chains"] = sample_valid_region(bound, prior, method="chains", starts=starts, **options)
    truth = sample_valid_region(
        bound, prior, method="rejection", **{**options, "n": 2000, "seed": 1}
    )
    expected = truth.to_dataframe()
    for method, drawn in found.items():
        assert bool(bound.valid(drawn.log_km, options["criterion"]).all()), method
        table = drawn.to_dataframe()
        z = (table["mean"] - expected["mean"]) / np.hypot(table["error"], expected["error"])
        assert (z**2).mean() < 1.5, method
        assert abs(z).max() < 5, method
        if drawn.log_volume is not None:
            assert abs(drawn.log_volume - truth.log_volume) < 0.5
    on_two = bound.on_threads(2)
    for method in ("rejection", "tempering"):
        again = sample_valid_region(on_two, prior, method=method, **options)
        assert torch.equal(again.log_km, found[method].log_km)


def test_with_data_the_sets_are_draws_of_the_posterior():
    bound, prior = three_reactions()
    control = Control(flux="MID", enzyme="IN")
    data = [
        Measured(control, 0.3, sd=0.03),
        ControlCoefficient("positive", flux="MID", enzyme="IN"),
    ]
    settings = Parameters(n_samples=40, eigenvalue_partition=-3.0, prior=prior, data=data)
    sampler = sr.ValidRegionSampler(settings)
    sets = sampler.sample(bound.network, three_reactions_state(), seed=1)
    assert len(sets) == 40
    assert sets.provenance["sampler"] == "posterior"
    labels = [entry["label"] for entry in sets.provenance["data"]]
    assert labels == ["control of IN over MID positive", "control of IN over MID = 0.3 +- 0.03"]
    found = control.predictor(bound)(torch.from_numpy(sets.log_km(bound.km_names)))
    assert found.mean().item() == pytest.approx(0.3, abs=0.03)
    assert sets.provenance["log_evidence"] == sampler.drawn.log_evidence


def test_a_prior_of_ones_own_and_narrowed_saturations_are_kept_to(core):
    kinetics, state = core
    name = kinetics.network.km_names[0]
    prior = log_uniform_prior(kinetics.at(state)).with_measured({name: (1e-4, 2e-4)})
    sampler = sr.ValidRegionSampler(
        Parameters(n_samples=5, eigenvalue_partition=-1e-3, prior=prior, method="rejection")
    )
    sampler.sample(kinetics, state)
    centre = math.log(math.sqrt(2) * 1e-4)
    assert (sampler.drawn.log_km[:, 0] - centre).abs().max() < 5 * math.log(2)
    sampler = sr.ValidRegionSampler(
        Parameters(n_samples=5, eigenvalue_partition=-1e-3, km_range=(1e-6, 0.1))
    )
    sets = sampler.sample(kinetics, state, bounds_sample=(0.3, 0.6))
    bound = kinetics.at(state)
    saturation = torch.sigmoid(bound.log_km_anchors - sampler.drawn.log_km)
    assert len(sets) == 5
    assert 0.3 - 1e-9 <= saturation.min() <= saturation.max() <= 0.6 + 1e-9


@pytest.mark.slow
def test_what_is_not_reached_is_nothing_and_a_warning(core):
    kinetics, state = core
    settings = {"n_samples": 5, "km_range": (1e-6, 0.1), "eigenvalue_partition": -1e6}
    sampler = sr.ValidRegionSampler(Parameters(**settings))
    with pytest.warns(UserWarning, match=r"No parameter set was kept: Tempering .* Demand less"):
        sets = sampler.sample(kinetics, state, max_trials=5000)
    assert len(sets) == 0
    assert sampler.drawn is None
    with pytest.warns(UserWarning, match="max_trials=0 are fewer than the 500 draws"):
        assert len(sampler.sample(kinetics, state, max_trials=0)) == 0


def test_arguments_that_make_no_sense_are_refused(core):
    kinetics, state = core
    sampler = sr.ValidRegionSampler(Parameters(n_samples=5, **SETTINGS))
    with pytest.raises(InputError, match=r"valid models only.*OracleSampler"):
        sampler.sample(kinetics, state, only_stable=False)
    with pytest.raises(InputError, match="n_samples"):
        sr.ValidRegionSampler(Parameters(n_samples=0)).sample(kinetics, state)
    with pytest.raises(InputError, match="method must be one of"):
        sr.ValidRegionSampler(Parameters(method="gibbs", **SETTINGS)).sample(kinetics, state)


def test_without_a_partition_there_is_a_note(core):
    kinetics, state = core
    sampler = sr.ValidRegionSampler(
        Parameters(n_samples=2, km_range=(1e-6, 0.1), method="rejection")
    )
    with pytest.warns(UserWarning, match="-2.5"):
        sets = sampler.sample(kinetics, state)
    assert "note" in sets.provenance


@pytest.mark.slow
def test_a_network_whose_constants_have_values_has_one_set(core):
    kinetics, state = core
    network = kinetics.network.with_parameters(dict.fromkeys(kinetics.network.km_names, 100.0))
    sampler = sr.ValidRegionSampler(
        Parameters(n_samples=3, eigenvalue_partition=1e9, allow_unstable=True)
    )
    with pytest.warns(UserWarning, match="Nothing was drawn"):
        assert len(sampler.sample(network, state)) == 3
    sampler = sr.ValidRegionSampler(Parameters(n_samples=3, eigenvalue_partition=-1e6))
    with pytest.warns(UserWarning, match=r"draw them anew, Parameters\(redraw=True\)"):
        assert len(sampler.sample(network, state)) == 0
