"""The study of kinetic data: with a stand-in whose truth is known, and with tables of a case."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data import KmSource
from skimpy_renaissance.learning import HistogramGenerator, load_generator
from skimpy_renaissance.steady_states import SteadyStates
from skimpy_renaissance.studies import Case
from skimpy_renaissance.studies.kinetic_data import STUDY, KineticDataSettings
from skimpy_renaissance.studies.measurements import observe, subsystems_of

PAIRS = "bigg_reaction,eccodes\nTPI,5.3.1.1\nTKT1,2.2.1.1\nTKT2,2.2.1.1\n"

TINY = KineticDataSettings(
    n_models=160,
    runs=2,
    subsystems=1,
    permutations=10,
    trainings=2,
    optimizer=sr.Gradient(models=30, generations=8),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def result(case, folder):
    return STUDY.run(case, TINY, RunContext(folder, seed=1))


def _stand_in(case, **changed):
    options = {"relative": 0.2, "share": 0.3, "always": ("ACONTa",), "seed": 0}
    return observe(case, **{**options, **changed})


def test_the_stand_in_is_a_valid_model_and_its_ranges_contain_it(case):
    seen = _stand_in(case)
    log_km = seen.truth[list(case.bound.km_names)].to_numpy()[None]
    assert case.bound.lambda_max(case.bound.log_km_bounds.new_tensor(log_km)).item() < -1.2
    table = seen.ranges.table
    truth = np.exp(seen.truth[table.index])
    np.testing.assert_allclose(table["low"], 0.8 * truth)
    np.testing.assert_allclose(table["high"], 1.2 * truth)
    assert 0.3 <= len(table) / 159 < 0.35
    assert (table["reaction"] == "ACONTa").sum() == 2
    assert not seen.are_real
    pd.testing.assert_series_equal(_stand_in(case).truth, seen.truth)
    assert not _stand_in(case, seed=1).truth.equals(seen.truth)


def test_measurements_of_a_case_are_read_with_the_unit_it_states(case, tmp_path):
    (tmp_path / "km.csv").write_text("EC,KM,met\n5.3.1.1,0.5,dhap\n2.2.1.1,2,g3p\n9.9.9.9,1,x\n")
    (tmp_path / "ec.csv").write_text(PAIRS)
    source = KmSource(tmp_path / "km.csv", unit="mM", ec_pairs=tmp_path / "ec.csv")
    seen = _stand_in(replace(case, measured=source))
    assert seen.are_real
    assert seen.match.summary()["ambiguous"] == 1
    assert seen.ranges.table["reaction"].tolist() == ["TPI", "TKT1", "TKT2"]
    np.testing.assert_allclose(seen.ranges.table["mean"].iloc[0], 0.5e-3)
    with pytest.raises(InputError, match="ec_pairs=FILE"):
        _stand_in(replace(case, measured=replace(source, ec_pairs=None)))


def test_subsystems_come_from_the_case_or_with_the_bundled_model(case, tmp_path):
    bundled = subsystems_of(case)
    assert bundled["km_substrate_TPI"] == "Glycolysis/Gluconeogenesis"
    (tmp_path / "s.csv").write_text("Reaction,Subsytem\nTPI,mine\n")
    given = replace(case, data={"subsystems": tmp_path / "s.csv"})
    own = subsystems_of(given)
    assert own["km_substrate_TPI"] == "mine"
    assert own.value_counts()["unassigned"] == len(own) - 2


@pytest.mark.slow
def test_every_published_number_has_ours_beside_it_exact_and_trained(result):
    published = [finding.published for finding in result.findings]
    assert published.count("16 of 17") == published.count("85 of 91") == 2
    assert {"108 of 384", "> 99", "> 90", "6 of 6"} <= set(published)
    assert all(finding.ours is not None for finding in result.findings)
    assert result.numbers["fixed_reactions"] == ["ACONTa", "ACONTb"]
    assert any("measured by nobody" in warning for warning in result.warnings)


@pytest.mark.slow
def test_scores_count_held_out_constants_only(result):
    for name in ("overlap", "skill"):
        table = result.tables[name]
        table = table[table["integrated"] == "Citric Acid Cycle"]
        inside = table["subsystem"] == "Citric Acid Cycle"
        assert (table.loc[~inside, "n"] == TINY.runs).all()
        assert (table.loc[inside, "n"] < TINY.runs).any()
        assert len(table) == result.numbers["measured_km"]
        assert len(table) == len(result.tables["measured_ranges"])


@pytest.mark.slow
def test_the_capacity_of_the_enzyme_follows_its_constants_and_others_do_not(result):
    """Its Vmax is known once its Km are; constants of other enzymes hardly move."""
    table = result.tables["answers"].set_index(["integrated", "about", "number"])
    enzyme = table.loc["ACONTa, ACONTb"]
    own = enzyme.loc["Vmax of the same reactions"]
    assert own.loc["shift", "found"] > 0.4
    assert own.loc["shift", "by_chance"] < 0.2
    assert own.loc["gain", "found"] > 90
    others = enzyme.loc["Km of other reactions"]
    assert others.loc["shift", "found"] == pytest.approx(
        others.loc["shift", "by_chance"], abs=5 * others.loc["shift", "spread_by_chance"] + 0.01
    )
    moved = result.tables["moved"]
    assert moved["parameter"].iloc[:2].str.startswith("vmax_forward_ACONT").all()
    assert not set(moved["parameter"]) & {"km_substrate_ACONTa", "km_product_ACONTb"}


@pytest.mark.slow
def test_models_of_generators_are_narrow_and_differ_by_their_seed(result):
    of = {finding.quantity: finding for finding in result.findings}
    assert of["trained: width of a predicted range, of the prior's"].ours < 90
    apart = of["trained: KS distance of two trainings without data"]
    assert apart.ours > 2 * result.numbers["distance_of_runs_without_data"]
    assert result.numbers["width_without_data"] > 0.9


@pytest.mark.slow
def test_fewer_models_overlap_more_without_any_data(result):
    """A range from the smallest to the largest value: what the published count rewards."""
    of = {finding.quantity: finding for finding in result.findings}
    fewer = "measured Km with a higher overlap where fewer models are looked at, no data at all"
    improved, _, n = of[fewer].ours.split()
    assert int(improved) > 0.6 * int(n)


@pytest.mark.slow
def test_what_matters_is_told_beside_what_chance_finds(result):
    table = result.tables["deciding_constants"]
    assert set(table["quantity"]) >= {"validity", "lambda_max"}
    assert sum(name.startswith("control of Biomass") for name in set(table["quantity"])) == 2
    validity = table[table["quantity"] == "validity"]
    assert len(validity) == 159
    assert validity["nats"].iloc[0] > 5 * result.numbers["chance"]["validity"]
    pairs = result.tables["informed_km"]
    assert (pairs["known"] != pairs["asked"]).all()
    assert pairs["nats"].is_monotonic_decreasing


@pytest.mark.slow
def test_every_figure_can_be_drawn(result, draw):
    assert {name.split("_")[0] for name in result.drawings} >= {
        "answers", "fig4a", "fig4b", "fig5a", "fig5b", "fig5c", "fig5d", "fig5f",
        "informed", "deciding",
    }  # fmt: skip
    for name, drawing in result.drawings.items():
        assert draw(drawing).axes, name
        if name.startswith("fig"):
            assert "stand-in" in drawing.caption


@pytest.mark.slow
def test_the_study_goes_on_from_what_it_left(case, folder, result, monkeypatch):
    for name in ("train", "sample_valid_region"):
        monkeypatch.setattr(f"skimpy_renaissance.kinetic_data.ways.{name}", None)
    again = STUDY.run(case, TINY, RunContext(folder, seed=1))
    assert [f.ours for f in again.findings] == [f.ours for f in result.findings]


@pytest.mark.slow
def test_all_runs_go_through_the_runner_at_once(case, result, tmp_path):
    given = []

    class Backwards:
        """Carries out all tasks in this process, the last one first."""

        def results(self, task, items):
            given.append([item.folder.relative_to(tmp_path) for item in items])
            for position, item in reversed(list(enumerate(items))):
                yield position, task(item)

    exact = replace(TINY, trainings=0)
    found = STUDY.run(case, exact, RunContext(tmp_path, seed=1, runner=Backwards()))
    (tasks,) = given
    names = [place.parts[1] for place in tasks]
    assert names[:5] == [*(f"without_{i}" for i in range(4)), "fixed_0"]
    assert [place.parts[2] for place in tasks[6:8]] == ["part_0", "part_1"]
    assert names[8:] == ["everything_0", "everything_1"]
    assert [f.ours for f in found.findings] == [
        f.ours for f in result.findings if not f.quantity.startswith("trained")
    ]


@pytest.mark.slow
def test_turnover_numbers_are_added_where_proteomics_is_given(case, folder, result, tmp_path):
    (tmp_path / "p.csv").write_text("reaction,abundance,unit\nTPI,2e-5,mmol/gDW\n")
    given = replace(case, data={"proteomics": tmp_path / "p.csv"})
    table = STUDY.run(given, TINY, RunContext(folder, seed=1)).tables["turnover"]
    assert table["reaction"].tolist() == ["TPI"]
    assert (table[["kcat_without", "kcat_fixed"]] > 0).all(axis=None)
    assert "turnover" not in result.tables


@pytest.mark.parametrize("wrong", [{"runs": 1}, {"fewest": 1}, {"n_models": 1}, {"trainings": 1}])
def test_sizes_that_compare_nothing_are_refused(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        KineticDataSettings(**wrong)


@pytest.mark.slow
def test_the_yeast_of_the_nomad_study_is_read_as_it_was_published(shared_data):
    network = sr.read_skimpy_yaml(shared_data("yeast", "kinetic_model.yaml"))
    state = sr.read_steady_state(shared_data("yeast", "steady_state_0.json"), network, check=False)
    yeast = Case(
        "yeast",
        network,
        SteadyStates.stack([state]),
        state.name,
        data={"subsystems": shared_data("yeast", "tfa_model.json")},
        measured=KmSource(
            shared_data("yeast", "kms_in_our_model_manual_curation_.csv"),
            unit="mM",
            ec_pairs=shared_data("yeast", "reaction_ec_pairing.csv"),
        ),
    )
    seen = _stand_in(yeast)
    assert seen.are_real
    assert seen.match.summary().to_dict() == {
        "matched": 445,
        "ambiguous": 114,
        "unmatched": 278,
        "matched_km": 100,
        "ambiguous_km": 84,
    }
    of = subsystems_of(yeast)[list(seen.ranges.km_names)]
    assert of.value_counts()["Citrate cycle (TCA cycle)"] == 19


@pytest.mark.slow
def test_an_optimiser_that_was_asked_for_takes_the_place_of_the_quick_one(case, tmp_path):
    chosen = sr.Coverage(models=20, generations=3)
    wide = HistogramGenerator(range=case.generator.range)
    asked = replace(case, optimizer=chosen, generator=wide, optimizer_chosen=True)
    STUDY.run(asked, replace(TINY, n_models=5), RunContext(tmp_path, seed=1))
    setups = [
        load_generator(path.parent).setup["optimizer"]
        for path in (tmp_path / "trained_models").rglob("manifest.json")
    ]
    assert {setup["class"] for setup in setups} == {"Coverage"}
