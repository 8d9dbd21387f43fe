"""Every design near the best: against trying all sets, HiGHS, and what many models share."""

import contextlib

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
from skimpy_renaissance.design.program import Program
from skimpy_renaissance.design.tree import Tree
from skimpy_renaissance.design.tree_file import read_tree, write_tree
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
@pytest.mark.parametrize("seed", range(8))
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


class StoppedError(Exception):
    """A search that a test has seen enough of."""


def stopped_after(problem, steps, path, within):
    """Search anew, or go on from a file, for so many steps; return the tree as it stands."""
    tree = Tree(program_of(problem, Mean())[0], within)
    read_tree(path, tree, {})
    left = iter(range(steps))

    def told(tree):
        if next(left, None) is None:
            raise StoppedError

    with contextlib.suppress(StoppedError):
        tree.run(told=told)
    write_tree(path, tree, {})
    return tree


@pytest.mark.slow
def test_a_search_stopped_in_any_phase_goes_on_to_the_same_end(acetate, tmp_path):
    problem = acetate.select([0])
    whole = enumerate_designs(problem, within=0.3, progress=False)
    kept, phases = tmp_path / "search.npz", []
    while not (tree := stopped_after(problem, 60, kept, 0.3)).done:
        phases.append(tree.phase)
        assert tree.bound >= whole[0].log_gain - 1e-9
    assert [*dict.fromkeys(phases)] == ["searching greedily", "tightening ranges", "branching"]
    assert tree.nodes == whole.nodes
    np.testing.assert_allclose([one.value for one in tree.designs], values(whole), rtol=1e-9)


def test_no_phase_outlasts_the_time(acetate, tmp_path):
    kept = tmp_path / "search.npz"
    options = {"within": 0.3, "checkpoint": kept, "progress": False}
    with pytest.raises(SamplingError, match=r"in this time; none exceeds \+0\.\d+\. Allow more"):
        enumerate_designs(acetate, time_limit=1e-9, **options)
    root = program_of(acetate, Mean())[0].relaxed((), ()).value
    tree = stopped_after(acetate, 0, tmp_path / "other.npz", 0.3)
    assert (tree.phase, tree.bound) == ("searching greedily", root)


@pytest.mark.slow
def test_ctrl_c_keeps_the_search_in_any_phase(acetate, tmp_path, monkeypatch):
    problem = acetate.select([1])
    whole = enumerate_designs(problem, within=0.3, progress=False)
    kept, solve = tmp_path / "search.npz", Program._solve
    for calls, phase in ((20, "searching greedily"), (110, "tightening ranges"), (2, "")):
        left = iter(range(calls))

        def interrupted(self, *args, left=left, **options):
            if next(left, None) is None:
                raise KeyboardInterrupt
            return solve(self, *args, **options)

        monkeypatch.setattr(Program, "_solve", interrupted)
        said = rf"Stopped while {phase}.*none exceeds \+0\.\d+\. Call again .* checkpoint="
        with pytest.raises(KeyboardInterrupt, match=said):
            enumerate_designs(problem, within=0.3, checkpoint=kept, progress=False)
    with pytest.raises(KeyboardInterrupt, match=r"Nothing was written: pass checkpoint=\.\.\."):
        enumerate_designs(problem, progress=False)
    monkeypatch.undo()
    resumed = enumerate_designs(problem, within=0.3, checkpoint=kept, progress=False)
    np.testing.assert_allclose(values(resumed), values(whole), rtol=1e-9)


def test_rows_that_leave_are_missed_by_no_design(acetate, monkeypatch):
    expected = enumerate_designs(acetate, within=0.2, progress=False)
    monkeypatch.setattr("skimpy_renaissance.design.program._MANY", 5)
    found = enumerate_designs(acetate, within=0.2, progress=False)
    np.testing.assert_allclose(values(found), values(expected), rtol=1e-8)
    assert [sorted(d.folds) for d in found] == [sorted(d.folds) for d in expected]


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


@pytest.mark.parametrize("aim", [Worst(), WorstShare(0.5)])
def test_a_greedy_search_finds_designs_for_the_worst_models(acetate, aim):
    tree = Tree(program_of(acetate, aim)[0], 0.05)
    before = []
    tree.run(told=lambda tree: tree.nodes or before.append(len(tree.found)))
    assert before[-1] > 0
