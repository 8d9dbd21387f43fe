"""The search: reproducible, resumable to the same trials, pruned, and without pickles."""

import itertools
import json
import os
import sys
import time

import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import FileFormatError, InputError, MissingExtraError, OutputError
from skimpy_renaissance.priors import derived_seeds
from skimpy_renaissance.tuning import Effort, Hyperparameters, SearchSpace, tune

optuna = pytest.importorskip("optuna", reason="the extra 'tune' is not installed")

SPACE = SearchSpace(
    n_candidates=(4, 12),
    models_per_candidate=(5, 20),
    search_radius=(0.01, 0.3),
    learning_rate=(1e-3, 0.1),
    hidden=((8,), (12, 6)),
)
FIRST = Hyperparameters(8, 10, 0.05, 0.03, 0.98, (8,))


def search(kinetics, **options):
    settings = {
        "trials": 7,
        "space": SPACE,
        "effort": Effort(budget=900, verified=200),
        "criterion": sr.Validity(-2.0),
        "generator": sr.Generator(latent=4, range=(-12.0, 0.0)),
        "first": (FIRST,),
        "seed": 5,
        "progress": False,
    }
    return tune(kinetics, **{**settings, **options})


def same_trials(one, other):
    pd.testing.assert_frame_equal(
        one.trials.drop(columns="seconds"), other.trials.drop(columns="seconds")
    )
    pd.testing.assert_frame_equal(one.curves, other.curves)


def test_the_search_finds_better_than_what_it_began_with(target):
    slow = Hyperparameters(8, 10, 0.05, 1e-3, 0.9, (8,))
    found = search(target(), trials=10, first=(slow,))
    assert found.choices[0] == slow
    assert found.incidence_of(found.best_trial) > found.incidence_of(0)
    assert found.trials["incidence"].max() == found.incidence_of(found.best_trial)


def test_incidence_is_that_of_fresh_models_of_the_trained_generator(target):
    effort = Effort(budget=800, verified=150, repeats=2)
    row = search(target(), trials=1, effort=effort).trials.iloc[0]
    by_hand = []
    for seed in derived_seeds(5, 2):
        trained = sr.train(
            target(),
            criterion=sr.Validity(-2.0),
            optimizer=FIRST.optimizer(generations=10),
            generator=sr.Generator(latent=4, range=(-12.0, 0.0), hidden=(8,)),
            seed=seed,
            progress=False,
        )
        models = trained.generate(150, seed=seed)
        by_hand.append(float((target().lambda_max(models) < -2.0).double().mean()))
    assert row["incidence"] == pytest.approx(sum(by_hand) / 2)
    assert (row["generations"], row["judged"]) == (10, 2 * 800)


def test_a_search_is_a_function_of_its_seed(target):
    one, again = search(target(), trials=4), search(target(), trials=4)
    same_trials(one, again)
    other = search(target(), trials=4, seed=6)
    assert not one.trials["search_radius"].equals(other.trials["search_radius"])


@pytest.mark.slow
def test_a_search_stopped_anywhere_goes_on_to_the_same_trials(target, tmp_path):
    whole = search(target())
    stopping = target(stop_at_call=90)
    with pytest.raises(KeyboardInterrupt, match=r"after \d of 7 trials.*to go on"):
        search(stopping, folder=tmp_path)
    left = search(target(), folder=tmp_path)
    same_trials(whole, left)


@pytest.mark.slow
def test_files_from_the_future_and_a_clock_that_runs_backwards_change_nothing(
    target, tmp_path, monkeypatch
):
    with pytest.raises(KeyboardInterrupt):
        search(target(stop_at_call=90), folder=tmp_path)
    for path in tmp_path.rglob("*"):
        os.utime(path, (4e9, 4e9))
    backwards = itertools.count(1e9, -1000.0)
    monkeypatch.setattr(time, "time", lambda: next(backwards))
    same_trials(search(target()), search(target(), folder=tmp_path))


@pytest.mark.slow
def test_more_trials_go_on_from_those_that_are_there(target, tmp_path):
    search(target(), trials=3, folder=tmp_path)
    kinetics = target()
    more = search(kinetics, trials=7, folder=tmp_path)
    same_trials(search(target()), more)
    calls = kinetics.calls
    search(kinetics, trials=7, folder=tmp_path)
    assert kinetics.calls == calls + 1  # only the probe by which a problem is recognised


def test_the_journal_is_text_and_survives_half_a_line(target, tmp_path):
    search(target(), trials=2, folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["trials.jsonl"]
    journal = tmp_path / "trials.jsonl"
    assert all(json.loads(line) for line in journal.read_text().splitlines())
    with journal.open("a") as file:
        file.write('{"op_code":5,"work')
    assert len(search(target(), trials=3, folder=tmp_path).trials) == 3


def test_trials_that_fall_behind_are_ended_early(target):
    pruned = search(target(), trials=10).trials.query("state == 'pruned'")
    assert len(pruned) > 0
    assert pruned["incidence"].isna().all()
    assert (pruned["judged"] < 900).all()
    assert (pruned["trial"] > 0).all()  # what was asked for first is never pruned
    assert set(search(target(), trials=10, prune=False).trials["state"]) == {"complete"}


def test_importance_is_a_share_of_each_hyperparameter(target):
    found = search(target(), trials=8, prune=False)
    assert found.importance.sum() == pytest.approx(1.0)
    assert set(found.importance.index) <= set(found.trials.columns)
    assert search(target(), trials=2).importance.empty


def test_another_search_in_the_folder_is_refused(target, tmp_path):
    search(target(), trials=1, folder=tmp_path)
    with pytest.raises(InputError, match=r"effort.budget: 900 stored, 800 now"):
        search(target(), trials=1, folder=tmp_path, effort=Effort(budget=800, verified=200))
    with pytest.raises(InputError, match="lambda_max_at_middle"):
        search(target(target=-5.0), trials=1, folder=tmp_path)


def test_a_second_search_in_the_folder_at_the_same_time_is_refused(target, tmp_path):
    (tmp_path / "trials.jsonl.lock").symlink_to("trials.jsonl")  # as a killed process leaves it

    def again(_):
        with pytest.raises(OutputError, match=r"Another run is writing .*trials\.jsonl right now"):
            search(target(), trials=1, folder=tmp_path)

    assert len(search(target(), trials=1, folder=tmp_path, callback=again).trials) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["trials.jsonl"]


def test_a_journal_that_cannot_grow_is_told_and_goes_on_later(target, tmp_path):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))  # the first lines have 3,000
    try:
        with pytest.raises(
            OutputError, match=r"trials\.jsonl: File too large; [\d,]+ bytes are free"
        ):
            search(target(), trials=1, folder=tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(search(target(), trials=1, folder=tmp_path).trials) == 1


def test_something_else_under_the_name_of_the_journal_is_refused(target, tmp_path):
    (tmp_path / "trials.jsonl").write_text('{"no": "journal"}\n')
    with pytest.raises(FileFormatError, match=r"trials\.jsonl"):
        search(target(), folder=tmp_path)


def test_what_is_tried_first_must_lie_in_the_space(target):
    with pytest.raises(InputError, match="Widen the space"):
        search(target(), first=(Hyperparameters(),))


def test_without_optuna_the_extra_is_named(target, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[tune\]'"):
        search(target())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"param_name":"decay"', '"param_name":"decoy"'),
        ('"state":1', '"state":7'),
        ('"op_code":5', '"op_code":77'),
        ('"values":[0.', '"values":[7.'),
        ('"param_name":"hidden"', '"param_name":"midden"'),
        ('"outcome":{', '"outcome":{"another":1,'),
    ],
)
def test_a_damaged_journal_is_refused_by_name(target, tmp_path, old, new):
    search(target(), trials=2, folder=tmp_path)
    journal = tmp_path / "trials.jsonl"
    text = journal.read_text()
    assert old in text
    journal.write_text(text.replace(old, new))
    with pytest.raises(FileFormatError, match=r"trials\.jsonl is not the journal of a search"):
        search(target(), trials=2, folder=tmp_path)
