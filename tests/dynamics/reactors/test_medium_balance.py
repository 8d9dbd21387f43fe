"""Media whose nitrogen went into cells, and one whose nitrogen vanished."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.analyses.physiology import Plausible, batch_physiology, read_plausible
from skimpy_renaissance.dynamics import Status, Trajectories, medium_balance
from skimpy_renaissance.dynamics.reactors.medium_balance import atoms_in
from skimpy_renaissance.dynamics.reactors.simulate_reactor import ReactorRuns
from skimpy_renaissance.errors import FileFormatError, InputError


@pytest.fixture(scope="module")
def reactor():
    network, states = sr.examples.e_coli_core()
    return sr.examples.e_coli_core_reactor(network, states[sr.examples.REFERENCE_STATE])


@pytest.fixture
def batch(reactor):
    """Two made-up times of one batch: final values in mol/L and gDW/L, the rest as it began."""
    _, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]

    def make(biomass, **final):
        scaling = reactor.units.concentration_scaling
        start = np.zeros(len(reactor.variables))
        for i, name in enumerate(reactor.variables):
            inside = state.concentrations.get(name.removeprefix("core_"), 0.0)
            start[i] = scaling * reactor.medium[name] if name in reactor.medium else inside
        start[0] = 0.05 / reactor.gram_per_cell_per_litre("core")
        end = start.copy()
        end[0] *= biomass / 0.05
        for name, value in final.items():
            end[reactor.variables.index(name)] = scaling * value
        trajectories = Trajectories(
            labels=pd.DataFrame({"set": ["0"], "design": ["wild type"]}),
            variables=reactor.variables,
            reactions=(),
            times=np.array([0.0, 10.0]),
            concentrations=np.stack([start, end])[None],
            rates=np.zeros((1, 2, 0)),
            reference=start[None],
            reference_rates=np.zeros((1, 0)),
            statuses=(Status.FINISHED,),
            messages=("",),
            events=(),
            event_times=np.zeros((1, 0)),
            seconds=np.zeros(1),
        )
        return ReactorRuns(reactor, trajectories)

    return make


def nitrogen(runs, **options):
    (found,) = (b for b in medium_balance(runs, **options) if b.element == "N")
    return found


def test_nitrogen_that_went_into_cells_is_balanced(batch):
    found = nitrogen(batch(1.05, nh4_e=0.05 - 0.010))  # 10 mmol per gram of cells
    assert found.lost == pytest.approx([0.010])
    assert found.in_words == "balanced in all 1 runs that reached the end"


def test_a_medium_that_loses_nitrogen_without_growth_is_flagged(batch):
    found = nitrogen(batch(0.06, nh4_e=0.03))
    assert found.odd.all()
    assert "the medium loses 20 mmol/L of nitrogen, while 0.01 gDW/L of cells" in found.in_words
    assert "which hold 0.15 mmol/L at most" in found.in_words


def test_nitrogen_that_leaves_after_growth_is_flagged_though_all_of_it_could_be_in_cells(batch):
    runs = batch(1.05, nh4_e=0.05 - 0.013)
    found = nitrogen(runs)
    assert not found.odd.any()
    first, last = runs.trajectories.concentrations[0]
    grown = last.copy()  # all cells at 5 h, with 9 mmol/L taken; the rest goes afterwards
    grown[runs.reactor.variables.index("nh4_e")] = 1e6 * (0.05 - 0.009)
    longer = replace(
        runs.trajectories,
        times=np.array([0.0, 5.0, 10.0]),
        concentrations=np.stack([first, grown, last])[None],
        rates=np.zeros((1, 3, 0)),
    )
    odd = nitrogen(ReactorRuns(runs.reactor, longer))
    assert odd.odd.all()
    text = odd.in_words
    assert "loses 4 mmol/L of nitrogen after 5 h, when growth is over, while no cells" in text
    assert odd.in_brief == "not kept in 1 of 1 runs"


def test_runs_that_all_stopped_are_not_checked(batch):
    runs = batch(0.06, nh4_e=0.03)
    runs.trajectories.concentrations[:, -1] = np.nan
    assert nitrogen(runs).in_words == "not checked: no run reached the end"


def test_nitrogen_from_nowhere_is_flagged(batch):
    assert (
        "the medium gains 10 mmol/L of nitrogen, from nowhere"
        in nitrogen(batch(1.0, nh4_e=0.06)).in_words
    )


def test_what_cannot_be_checked_is_said_to_be_not_checked(reactor, batch):
    runs = batch(0.06, nh4_e=0.03)
    odd = nitrogen(runs, formulas={"nh4_e": ""})
    assert odd.in_words == "not checked: the formula of nh4_e is not known"
    phosphorus = medium_balance(runs)[1]
    assert phosphorus.name == "phosphorus"
    assert not phosphorus.odd.any()


def test_a_batch_is_told_in_words_beside_its_concentrations(batch):
    fine = batch_physiology(batch(1.05, nh4_e=0.04))
    assert fine.warnings == []
    assert dict(fine.summary)["nitrogen of the medium"].startswith("balanced")
    odd = batch_physiology(batch(0.06, nh4_e=0.03, core_nh4_c=0.9))
    assert any("core_nh4_c rises to 0.9 mol/L after 10 h" in text for text in odd.warnings)
    assert any("the medium loses 20 mmol/L of nitrogen" in text for text in odd.warnings)
    assert dict(odd.summary)["concentrations"].startswith("1 of ")
    own = Plausible(ranges={"nh4_c": (0.0, 1.0)})
    allowed = batch_physiology(batch(0.06, nh4_e=0.03, core_nh4_c=0.9), plausible=own)
    assert not any("core_nh4_c" in text for text in allowed.warnings)


@pytest.mark.parametrize("formula", ["C6H12O6x", "", "6C", "c6"])
def test_what_is_no_formula_is_refused(formula):
    with pytest.raises(InputError, match="such as C6H12O6"):
        atoms_in(formula)
    assert atoms_in("C6H12O6") == {"C": 6, "H": 12, "O": 6}


def test_a_table_of_ones_own_is_read_and_what_is_none_is_named(tmp_path):
    table = tmp_path / "own.csv"
    table.write_text(
        "metabolite,lower_mol_per_L,upper_mol_per_L,formula\nnh4_c,0,0.5,\nanth_e,,,C7H6NO2\n"
    )
    found = read_plausible(table)
    assert found == Plausible({"nh4_c": (0.0, 0.5)}, {"anth_e": "C7H6NO2"})
    table.write_text("metabolite,lower_mol_per_L,upper_mol_per_L\nnh4_c,2,1\n")
    with pytest.raises(InputError, match="range of 'nh4_c' must be 0 <= lower"):
        read_plausible(table)
    table.write_text("name,low\nnh4_c,2\n")
    with pytest.raises(FileFormatError, match="with the column metabolite"):
        read_plausible(table)
