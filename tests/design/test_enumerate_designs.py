"""Every design near the best: against trying all sets, HiGHS, and what many models share."""

import time

import numpy as np
import pytest

from skimpy_renaissance.design import (
    AtLeast,
    DesignLimits,
    Mean,
    ResponseProblem,
    Worst,
    WorstShare,
    enumerate_designs,
)
from skimpy_renaissance.design.aims import program_of
from skimpy_renaissance.design.tree import Tree
from skimpy_renaissance.errors import FileFormatError, InputError, SamplingError
from tests.design.conftest import brute_force

GLUCOSE, ACETATE = "GLCpts", "ACt2r"


def values(designs):
    return [design.log_gain for design in designs]


def by_brute_force(problem, aim, within):
    program, levers = program_of(problem, aim)
    found = brute_force(program)
    least = max(found.values()) * (1 - within)
    kept = {key: value for key, value in found.items() if value >= least - 1e-12}
    names = {key: {n for lever in key for n in levers[lever]} for key in kept}
    ordered = sorted(kept, key=lambda key: -kept[key])
    return [names[key] for key in ordered], [kept[key] for key in ordered]


@pytest.mark.parametrize("aim", [Mean(), Worst(), WorstShare(0.4)], ids=repr)
@pytest.mark.parametrize("models", [slice(1), slice(6)], ids=["one model", "six"])
def test_the_tree_lists_what_trying_all_pairs_finds(acetate, models, aim):
    problem = acetate.select(models)
    designs = enumerate_designs(problem, aim=aim, within=0.4, progress=False)
    names, expected = by_brute_force(problem, aim, 0.4)
    np.testing.assert_allclose(values(designs), expected, rtol=1e-8)
    assert sorted(map(sorted, names)) == sorted(sorted(d.folds) for d in designs)
    assert designs.complete
    assert designs.gap == 0


@pytest.mark.slow
def test_the_tree_lists_what_trying_all_triples_finds(core):
    network, state, control = core[:3]
    limits = DesignLimits(enzymes=3, candidates=network.reaction_names[:18], least_growth=None)
    whole = ResponseProblem.of(control, network, state, {ACETATE: 1, GLUCOSE: -1}, limits)
    problem = whole.select([2])
    designs = enumerate_designs(problem, within=0.1, progress=False)
    names, expected = by_brute_force(problem, Mean(), 0.1)
    np.testing.assert_allclose(values(designs), expected, rtol=1e-8)
    assert sorted(map(sorted, names)) == sorted(sorted(d.folds) for d in designs)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_highs_and_the_tree_agree(core, seed):
    network, state, control = core[:3]
    rng = np.random.default_rng(seed)
    names = list(network.reaction_names)
    limits = DesignLimits(
        enzymes=int(rng.integers(1, 4)),
        candidates=tuple(rng.choice(names, 14, replace=False)),
        up=float(rng.uniform(1.5, 8)),
        down=float(rng.choice([np.inf, 2.0, 5.0])),
        concentration_fold=float(rng.uniform(1.5, 6)),
        flux_fold=rng.choice([None, 3.0, 20.0]),
        least_growth=float(rng.uniform(0.5, 1)),
    )
    running = [name for name in names if state.fluxes[name] != 0]
    product, uptake = rng.choice(running, 2, replace=False)
    problem = ResponseProblem.of(control, network, state, {product: 1, uptake: -1}, limits)
    problem = problem.select([seed % 6])
    tree = enumerate_designs(problem, within=0.1, progress=False)
    highs = enumerate_designs(problem, within=0.1, solver="highs", progress=False)
    np.testing.assert_allclose(values(tree), values(highs), rtol=1e-7)


def test_a_design_keeps_all_limits_of_every_model(acetate):
    for design in enumerate_designs(acetate, within=0.2, progress=False):
        changes = np.array([np.log(design.folds.get(name, 1.0)) for name in acetate.enzymes])
        reached = acetate.effects @ changes
        assert (reached <= acetate.high + 1e-8).all()
        assert (reached >= acetate.low - 1e-8).all()
        np.testing.assert_allclose(design.log_gains, acetate.gain @ changes)
        assert design.log_gain == pytest.approx(design.log_gains.mean())


@pytest.mark.slow
def test_aims_say_what_they_raise(acetate):
    worst, mean = (
        enumerate_designs(acetate, aim=aim, progress=False)[0] for aim in (Worst(), Mean())
    )
    assert worst.log_gain == pytest.approx(worst.log_gains.min(), abs=1e-8)
    assert worst.log_gain >= mean.log_gains.min() - 1e-9
    assert mean.log_gain >= worst.log_gains.mean() - 1e-9
    share = enumerate_designs(acetate, aim=WorstShare(1 / 6), progress=False)[0]
    assert share.log_gain == pytest.approx(worst.log_gain, rel=1e-7)
    whole = enumerate_designs(acetate, aim=WorstShare(1.0), progress=False)[0]
    assert whole.log_gain == pytest.approx(mean.log_gain, rel=1e-7)
    gains = np.array([3.0, 1.0, 2.0, 8.0])
    assert [aim.of(gains) for aim in (Mean(), Worst(), WorstShare(0.375))] == [3.5, 1.0, 4 / 3]
    assert AtLeast(0.5, 3.0).of(gains) == 3.5
    assert AtLeast(0.8, 3.0).of(gains) == -np.inf


@pytest.mark.slow
def test_enough_models_gain_enough(acetate):
    free = enumerate_designs(acetate, progress=False)[0]
    wanted = float(np.sort(free.log_gains)[1] * 1.02)  # two of six have less
    found = enumerate_designs(acetate, aim=AtLeast(5 / 6, wanted), progress=False)[0]
    assert (found.log_gains >= wanted - 1e-7).sum() >= 5
    assert found.log_gain <= free.log_gain + 1e-9
    with pytest.raises(SamplingError, match="raises ln ACt2r - ln GLCpts within the limits"):
        enumerate_designs(acetate, aim=AtLeast(1.0, 50.0), progress=False)
    with pytest.raises(InputError, match="only solver='highs' can"):
        enumerate_designs(acetate, aim=AtLeast(0.5, 0.1), solver="tree", progress=False)


@pytest.mark.slow
def test_a_stopped_search_says_what_it_knows_and_goes_on_to_the_same_end(acetate, tmp_path):
    whole = enumerate_designs(acetate, within=0.3, progress=False)
    kept = tmp_path / "search.npz"
    early = enumerate_designs(acetate, within=0.3, time_limit=1e-9, checkpoint=kept, progress=False)
    assert not early.complete
    assert early.bound >= whole[0].log_gain - 1e-9
    assert "others may be missing" in early.certificate
    resumed = enumerate_designs(acetate, within=0.3, checkpoint=kept, progress=False)
    assert values(resumed) == values(whole)
    assert resumed.nodes == whole.nodes
    again = time.monotonic()
    assert values(enumerate_designs(acetate, within=0.3, checkpoint=kept)) == values(whole)
    assert time.monotonic() - again < 5


@pytest.mark.slow
def test_ctrl_c_keeps_the_search(acetate, tmp_path, monkeypatch):
    kept, branch, calls = tmp_path / "search.npz", Tree._branch, []

    def interrupted(self, *node):
        calls.append(node)
        if len(calls) == 3:
            raise KeyboardInterrupt
        branch(self, *node)

    monkeypatch.setattr(Tree, "_branch", interrupted)
    with pytest.raises(KeyboardInterrupt, match="nodes, the best design at"):
        enumerate_designs(acetate, within=0.3, checkpoint=kept, progress=False)
    monkeypatch.undo()
    resumed = enumerate_designs(acetate, within=0.3, checkpoint=kept, progress=False)
    assert values(resumed) == values(enumerate_designs(acetate, within=0.3, progress=False))


def test_another_search_or_a_damaged_file_is_refused(acetate, tmp_path):
    kept = tmp_path / "search.npz"
    enumerate_designs(acetate, checkpoint=kept, progress=False)
    with pytest.raises(InputError, match=r"holds a search with another set-up: within: 0\.05"):
        enumerate_designs(acetate, within=0.1, checkpoint=kept, progress=False)
    kept.write_bytes(kept.read_bytes()[:-40])
    with pytest.raises(FileFormatError, match=r"search\.npz"):
        enumerate_designs(acetate, checkpoint=kept, progress=False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"within": 1.0}, "within must be a share from 0 to below 1, got 1.0"),
        ({"solver": "cplex"}, "solver must be 'tree' or 'highs', got 'cplex'"),
        ({"time_limit": 0}, "time_limit"),
        ({"solver": "highs", "checkpoint": "x.npz"}, "HiGHS cannot be resumed"),
        ({"aim": WorstShare}, r"aim must be Mean\(\), Worst\(\), WorstShare\(share\)"),
    ],
)
def test_unusable_options_are_refused(acetate, options, said):
    with pytest.raises(InputError, match=said):
        enumerate_designs(acetate, progress=False, **options)


@pytest.mark.parametrize("share", [0.0, 1.5, True, "half"])
def test_a_share_of_the_models_is_one(share):
    for aim in (WorstShare, lambda share: AtLeast(share, 0.1)):
        with pytest.raises(InputError, match="a share of the models, above 0 and at most 1"):
            aim(share)


def test_nothing_that_helps_is_said_with_what_to_allow(core):
    network, state, control = core[:3]
    limits = DesignLimits(enzymes=1, up=1.0, down=1.0)
    problem = ResponseProblem.of(control, network, state, ACETATE, limits)
    with pytest.raises(SamplingError, match=r"No change of 1 of \d+ enzymes raises ln ACt2r"):
        enumerate_designs(problem, progress=False)
