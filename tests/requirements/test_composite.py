"""Several requirements: weighted, trained for, and weighed against one another."""

import math
import pickle

import pandas as pd
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import Need
from skimpy_renaissance.learning.rewards import Margin
from skimpy_renaissance.requirements import (
    ControlCoefficient,
    EigenvalueWindow,
    EnzymeResponse,
    KmPrior,
    Requirements,
    trade_off,
)

FAST = EigenvalueWindow(slowest_below=-1.2)
CONTROL = ControlCoefficient("positive", flux="GLCpts", enzyme="PFK", at_least=0.1, weight=3.0)
PRIOR = KmPrior({"km_substrate1_PFK": 1e-4}, weight=0.0)


@pytest.mark.slow
def test_the_reward_is_the_weighted_mean_of_the_scores(core, judged):
    bound, _ = core
    wanted = Requirements([FAST, CONTROL, PRIOR])
    expected = (FAST.score(judged) + 3 * CONTROL.score(judged)) / 4
    torch.testing.assert_close(wanted.on(bound)(judged), expected)
    torch.testing.assert_close(wanted.score(judged), expected)
    assert bool(((expected >= 0) & (expected <= 1)).all())


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([], "one at least"),
        ([FAST, FAST], "listed twice: slowest mode < -1.2 1/h"),
        ([PRIOR], "weight above 0"),
        (["fast"], "list of requirements"),
    ],
)
def test_lists_that_reward_nothing_are_refused(parts, message):
    with pytest.raises(InputError, match=message):
        Requirements(parts)


@pytest.mark.slow
def test_a_gradient_leads_to_models_that_satisfy_them(core):
    bound, _ = core
    wanted = Requirements([FAST, CONTROL]).on(bound)
    trained = sr.train(
        bound,
        criterion=sr.Validity(-1.2),
        optimizer=sr.Gradient(models=20, learning_rate=8e-3, generations=8),
        generator=sr.Generator(latent=5, hidden=(16,), range=(math.log(1e-6), math.log(0.1))),
        reward=wanted,
        seed=0,
        keep_snapshots=(0,),
        progress=False,
    )
    models = {"before": trained.at(0).generate(40, seed=1), "after": trained.generate(40, seed=1)}
    found = trade_off(wanted, models, kinetics=bound, criterion=sr.Validity(-1.2))
    before, after = found.satisfied("before"), found.satisfied("after")
    assert (after >= before).all()
    assert after["all at once"] > before["all at once"] + 0.2


def test_a_gradient_refuses_what_it_cannot_follow_before_any_model_is_judged(core):
    bound, _ = core
    changes = {"enzymes": {"PFK": 2.0}, "flux": "GLCpts", "at_least": 1.0, "method": "simulated"}
    wanted = Requirements([FAST, EnzymeResponse(**changes)]).on(bound)
    with pytest.raises(InputError, match=r"cannot follow PFK x2: 1 < GLCpts.*weight 0"):
        sr.train(bound, optimizer=sr.Gradient(), reward=wanted, progress=False)
    seen = Requirements([FAST, EnzymeResponse(**changes, weight=0.0)])
    assert seen.lacking(Need.GRADIENT) == seen.on(bound).lacking(Need.GRADIENT) == ()


def test_a_requirement_that_a_gradient_cannot_follow_is_not_hidden_in_a_sum(core):
    bound, _ = core
    simulated = EnzymeResponse({"PFK": 2.0}, flux="GLCpts", at_least=1.0, method="simulated")
    wanted = Requirements([FAST, simulated]).on(bound)
    for hidden in (wanted + Margin(), Margin() + 2 * wanted, 0.5 * (wanted + wanted)):
        with pytest.raises(InputError, match=r"cannot follow PFK x2: 1 < GLCpts.*weight 0"):
            sr.train(bound, optimizer=sr.Gradient(), reward=hidden, progress=False)


def test_a_trade_off_counts_models(core, log_km):
    bound, _ = core
    wanted = Requirements([FAST, CONTROL, PRIOR]).on(bound)
    found = trade_off(wanted, {"all": log_km, "two": log_km[:2]}, kinetics=bound)
    fast = (bound.lambda_max(log_km) < -1.2).numpy()
    rows = found.table[found.table["group"] == "all"].set_index("requirement")
    assert rows.loc[FAST.label, "satisfied"] == pytest.approx(fast.mean())
    assert rows["models"].tolist() == [6] * 4
    grades = found.grades[found.grades["group"] == "all"]
    labels = [FAST.label, CONTROL.label, PRIOR.label]
    assert rows.loc["all at once", "satisfied"] <= rows.loc[labels, "satisfied"].min()
    expected = grades[labels].corr(method="spearman")
    pairs = found.correlation[found.correlation["group"] == "all"]
    matrix = pairs.pivot(index="requirement", columns="other", values="correlation")
    pd.testing.assert_frame_equal(
        matrix.loc[labels, labels], expected, check_names=False, check_like=True
    )


@pytest.mark.slow
def test_bound_requirements_travel_to_other_processes(core, judged):
    wanted = Requirements([FAST, CONTROL]).on(core[0])
    torch.testing.assert_close(pickle.loads(pickle.dumps(wanted))(judged), wanted(judged))


def test_resuming_notices_another_requirement(core, tmp_path):
    bound, _ = core

    def begin(wanted):
        return sr.train(
            bound,
            optimizer=sr.NES(n_candidates=2, models_per_candidate=2, generations=1),
            generator=sr.Generator(latent=3, hidden=(4,)),
            reward=Requirements([wanted]).on(bound),
            checkpoint=tmp_path,
            progress=False,
        )

    begin(FAST)
    begin(FAST)
    with pytest.raises(InputError, match=r"slowest_below: -1.2 stored, -1.3 now"):
        begin(EigenvalueWindow(slowest_below=-1.3))
