"""Each requirement against a closed form, a slow re-implementation, or a finite difference."""

import math

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.learning import judge
from skimpy_renaissance.requirements import (
    Assessment,
    ControlCoefficient,
    EigenvalueWindow,
    EnzymeResponse,
    KmPrior,
)
from tests.requirements.conftest import slope_of


def test_a_grade_tells_satisfied_from_not_and_falls_with_the_shortfall():
    shortfall = torch.tensor([[0.0, 0.1, 0.1, 3.0, torch.inf, torch.nan]], dtype=torch.float64)
    satisfied = torch.tensor([[True, True, False, False, False, True]])
    grades = Assessment(shortfall, satisfied).grades
    expected = [1.0, 0.5 + 0.5 / 1.1, 0.5 / 1.1, 0.125, 0.0, 0.0]
    torch.testing.assert_close(grades, torch.tensor([expected], dtype=torch.float64))


def test_the_score_is_the_mean_over_the_models_looked_at():
    shortfall = torch.tensor([[0.0, 1.0, 9.0], [1.0, 1.0, 1.0]], dtype=torch.float64)
    satisfied = torch.tensor([[True, False, False], [False] * 3])
    looked_at = torch.tensor([[True, True, False], [False] * 3])
    score = Assessment(shortfall, satisfied, looked_at).score
    assert score.tolist() == [(1.0 + 0.25) / 2, 0.0]


def test_windows_of_both_ends_of_the_spectrum_are_those_of_the_eigenvalues(core, judged):
    bound, _ = core
    real = bound.eigenvalues(judged.log_km.flatten(0, 1)).real.unflatten(0, (2, 3))
    high, low = float(judged.lambda_max.median()), float(real.amin(-1).median())
    window = EigenvalueWindow(slowest_below=high, fastest_above=low)
    satisfied = window.assessor(bound)(judged).satisfied
    assert torch.equal(satisfied, (real.amax(-1) < high) & (real.amin(-1) > low))
    assert bool((window.assessor(bound)(judged).shortfall[~satisfied] > 0).all())


@pytest.mark.slow
def test_control_is_that_of_control_analysis(core, judged, log_km):
    bound, _ = core
    control = control_coefficients(bound, log_km, ["vmax_forward_PFK"])
    by_hand = control.flux.slice_by("flux", "GLCpts").to_numpy().ravel()
    least = float(np.median(by_hand))
    wanted = ControlCoefficient("positive", flux="GLCpts", enzyme="PFK", at_least=max(least, 0.0))
    assessment = wanted.assessor(bound)(judged)
    assert assessment.satisfied.flatten().tolist() == (by_hand > max(least, 0.0)).tolist()
    opposite = ControlCoefficient("negative", flux="GLCpts", parameter="vmax_forward_PFK")
    satisfied = opposite.assessor(bound)(judged).satisfied
    assert satisfied.flatten().tolist() == (by_hand < 0).tolist()
    of_pyruvate = ControlCoefficient("positive", concentration="pyr_c", enzyme="PFK")
    rows = control.all_concentrations.slice_by("concentration", "pyr_c").to_numpy().ravel()
    satisfied = of_pyruvate.assessor(bound)(judged).satisfied
    assert satisfied.flatten().tolist() == (rows > 0).tolist()


@pytest.mark.slow
def test_a_small_change_of_enzymes_does_what_control_coefficients_say(core, judged):
    bound, _ = core
    changes = {"PFK": 1.02, "PYK": 0.99}
    limits = {"flux": "PFK", "at_least": 2.0}
    linear = EnzymeResponse(changes, **limits).assessor(bound)(judged)
    simulated = EnzymeResponse(changes, **limits, method="simulated").assessor(bound)(judged)
    ratio = math.log(2.0) + 0.02 - linear.shortfall
    again = math.log(2.0) + 0.02 - simulated.shortfall
    stable = torch.isfinite(again)
    assert stable.sum() == 5  # the sixth model is not valid, and is not simulated
    torch.testing.assert_close(ratio[stable], again[stable], rtol=0.05, atol=2e-4)


def test_a_knock_out_is_simulated_not_extrapolated(core, judged):
    bound, _ = core
    knocked = {"enzymes": {"ACt2r": 1e-6}, "flux": "ACt2r", "at_most": 0.5}
    with pytest.raises(InputError, match=r"too large for a linear response.*simulated"):
        EnzymeResponse(**knocked)
    assessment = EnzymeResponse(**knocked, method="simulated", models=1, horizon=0.2).assessor(
        bound
    )(judged)
    assert assessment.looked_at.tolist() == [[True, False, False], [True, False, False]]
    assert assessment.satisfied[:, 0].tolist() == [True, True]


def test_a_prior_is_the_log_normal_density(core, judged):
    bound, _ = core
    names = bound.km_names[:2]
    prior = KmPrior({names[0]: 1e-4, names[1]: 2e-3}, fold={names[0]: 3.0, names[1]: 10.0})
    assessment = prior.assessor(bound)(judged)
    z = torch.stack(
        [
            (judged.log_km[..., 0] - math.log(1e-4)) / math.log(3.0),
            (judged.log_km[..., 1] - math.log(2e-3)) / math.log(10.0),
        ]
    )
    torch.testing.assert_close(assessment.shortfall, z.square().mean(0) / 2)
    assert torch.equal(assessment.satisfied, (z.abs() <= 2).all(0))


@pytest.mark.parametrize(
    "requirement",
    [
        EigenvalueWindow(slowest_below=-50.0, fastest_above=-10.0),
        ControlCoefficient("positive", flux="GLCpts", enzyme="PFK", at_least=0.9),
        ControlCoefficient("negative", concentration="pyr_c", enzyme="PYK", at_least=0.5),
        EnzymeResponse({"PFK": 2.0}, flux="ACt2r", at_least=3.0),
        KmPrior({"km_substrate1_PFK": 1e-9}),
    ],
    ids=lambda r: r.label,
)
def test_scores_have_the_gradient_of_finite_differences(core, log_km, requirement):
    bound, _ = core
    models = log_km[None, :3]
    judge_by = requirement.on(bound)
    column = bound.km_names.index("km_substrate1_PFK")

    def score(log_km):
        return judge_by(judge(bound, log_km, sr.Validity(-0.1)))[0]

    leaf = models.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(score(leaf), leaf)
    with torch.no_grad():
        expected = slope_of(score, models, column)
    assert expected != 0
    torch.testing.assert_close(gradient[..., column].sum(), expected, rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize(
    ("requirement", "message"),
    [
        (ControlCoefficient("positive", flux="GLCptz", enzyme="PFK"), "did you mean 'GLCpts'"),
        (ControlCoefficient("positive", flux="GLCpts", enzyme="PFKK"), "did you mean 'PFK'"),
        (
            ControlCoefficient("positive", concentration="pyr", enzyme="PFK"),
            "did you mean 'pyr_c'",
        ),
        (EnzymeResponse({"PIK": 2.0}, flux="PYK", at_least=1.0), "no reaction 'PIK'"),
        (EnzymeResponse({"PYK": 2.0}, flux="PYKK", at_least=1.0), "did you mean 'PYK'"),
        (KmPrior({"km_substrat1_PFK": 1e-4}), "did you mean 'km_substrate1_PFK'"),
    ],
)
def test_unknown_names_are_met_with_the_nearest(core, requirement, message):
    with pytest.raises(MissingEntryError, match=message):
        requirement.on(core[0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (EigenvalueWindow, "at least one of slowest_below"),
        (lambda: EigenvalueWindow(slowest_below=-5, slowest_above=-2), "slowest_above < "),
        (lambda: EigenvalueWindow(slowest_below="fast"), "finite number for slowest_below"),
        (lambda: EigenvalueWindow(slowest_below=-1, weight=-1), "weight of 0 or more"),
        (lambda: ControlCoefficient("up", flux="a", enzyme="b"), "'positive' or 'negative'"),
        (lambda: ControlCoefficient("positive", enzyme="b"), "either flux or concentration"),
        (lambda: EnzymeResponse({}, flux="a", at_least=1.0), "reaction to fold change"),
        (lambda: EnzymeResponse({"a": 2.0}, flux="a"), "at_least or at_most"),
        (lambda: EnzymeResponse({"a": 0.0}, flux="a", at_least=1.0), "positive fold change"),
        (lambda: KmPrior({"a": -1.0}), "mol/L, must be a positive"),
        (lambda: KmPrior({"a": 1.0}, fold=1.0), "fold above 1"),
    ],
)
def test_values_that_make_no_sense_are_refused_at_once(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_what_needs_a_network_says_so(judged):
    class Other:
        km_names = ("a",)

    with pytest.raises(InputError, match="needs a compiled network at one steady state, got Other"):
        ControlCoefficient("positive", flux="GLCpts", enzyme="PFK").on(Other())


@pytest.mark.slow
@pytest.mark.parametrize(
    "requirement",
    [
        EigenvalueWindow(slowest_below=-1e3),
        EigenvalueWindow(fastest_above=-1.0),
        ControlCoefficient("positive", flux="GLCpts", enzyme="PFK", at_least=50.0),
        EnzymeResponse({"PFK": 2.0}, flux="GLCpts", at_least=50.0),
        EnzymeResponse({"PFK": 2.0}, flux="GLCpts", at_least=50.0, method="simulated"),
        KmPrior({"km_substrate1_PFK": 1e-4}),
    ],
    ids=lambda requirement: requirement.label,
)
def test_what_calls_itself_differentiable_has_a_gradient_and_nothing_else(
    core, log_km, requirement
):
    bound, _ = core
    leaf = log_km[:2].clone().requires_grad_()
    score = requirement.on(bound)(judge(bound, leaf[None], sr.Validity(-0.1)))
    slope = torch.zeros_like(leaf)
    if score.requires_grad:
        (slope,) = torch.autograd.grad(score.sum(), leaf)
    assert bool(slope.any()) == requirement.differentiable
