"""The problem of a design: what is raised, what is limited, and fifteen kinds of bad input."""

from dataclasses import replace
from math import inf, log

import numpy as np
import pytest

from skimpy_renaissance.design import DesignLimits, ResponseProblem
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.population.ensemble import WHOLE, Ensemble

GLUCOSE, ACETATE, GROWTH = "GLCpts", "ACt2r", "Biomass_Ecoli_core"


def problem_of(core, objective=ACETATE, *, state=None, control=None, log_k=None, growth=None,
               **limits):  # fmt: skip
    return ResponseProblem.of(
        control or core[2], core[0], state or core[1], objective, DesignLimits(**limits),
        log_k=log_k, growth=growth,
    )  # fmt: skip


def test_gains_are_weighted_control_coefficients(core):
    control = core[2]
    problem = problem_of(core, {ACETATE: 1, GLUCOSE: -1, "atp_c": 0.5})
    flux, table = control.flux, control.all_concentrations
    expected = (
        flux.slice_by("sample", 2).loc[ACETATE]
        - flux.slice_by("sample", 2).loc[GLUCOSE]
        + 0.5 * table.slice_by("sample", 2).loc["atp_c"]
    )
    columns = [f"vmax_forward_{name}" for name in problem.enzymes]
    np.testing.assert_allclose(problem.gain[2], expected[columns], rtol=1e-12)
    assert problem.objective == "ln ACt2r - ln GLCpts + ln 0.5 atp_c"


def test_limits_are_those_that_were_stated(core):
    problem = problem_of(core, concentration_fold=3.0, flux_fold=7.0, least_growth=0.9)
    at = {row: (low, high) for row, low, high in zip(
        problem.rows, problem.low[0], problem.high[0], strict=True)}  # fmt: skip
    assert at[f"growth ({GROWTH})"] == (log(0.9), inf)
    assert at["concentration of atp_c"] == (-log(3.0), log(3.0))
    assert at["flux of PFK"] == (-log(7.0), log(7.0))
    row = problem.rows.index("concentration of atp_c")
    column = problem.enzymes.index("PFK")
    known = core[2].all_concentrations.slice_by("sample", 1)
    assert problem.effects[1, row, column] == known.loc["atp_c", "vmax_forward_PFK"]
    open_ended = problem_of(
        core, concentration_fold=None, flux_fold=None, least_growth=None, directions=False
    )
    assert open_ended.rows == ()


def test_directions_are_kept_up_to_equilibrium(core):
    state = core[1]
    problem = problem_of(core)
    row = problem.rows.index("direction of PGI")
    ratio = state.concentrations["f6p_c"] / state.concentrations["g6p_c"]
    distance = log(ratio / state.equilibrium_constants["PGI"])
    assert state.fluxes["PGI"] > 0
    assert problem.high[0, row] == pytest.approx(-distance)
    x = core[2].all_concentrations.slice_by("sample", 0)
    column = problem.enzymes.index("PFK")
    expected = x.loc["f6p_c", "vmax_forward_PFK"] - x.loc["g6p_c", "vmax_forward_PFK"]
    assert problem.effects[0, row, column] == pytest.approx(expected)
    log_k = log(state.equilibrium_constants["PGI"])
    wide = problem_of(core, log_k={"PGI": (log_k - 1, log_k + 2)})
    assert wide.high[0, row] == pytest.approx(2 - distance)


def test_a_limit_beyond_which_the_state_is_already_is_named(core):
    log_k = log(core[1].equilibrium_constants["PGI"])
    problem = problem_of(core, log_k={"PGI": (log_k - 9, log_k - 8)})
    assert problem.violated == ("direction of PGI",)
    assert problem.high[0, problem.rows.index("direction of PGI")] == 0


def test_maintenance_has_no_enzyme_unless_it_is_named(core):
    assert "ATPM" not in problem_of(core).enzymes
    assert problem_of(core, candidates=("ATPM", "PFK")).enzymes == ("ATPM", "PFK")


def test_growth_and_forbidden_enzymes_and_transports_do_not_change(core):
    assert GROWTH not in problem_of(core).enzymes
    assert "PFK" not in problem_of(core, forbidden=["PFK"]).enzymes
    inside = problem_of(core, transports=False).enzymes
    assert ACETATE not in inside
    assert "PFK" in inside


def test_models_of_several_problems_are_joined_and_chosen(core):
    problem = problem_of(core)
    first, rest = problem.select([0]), problem.select(slice(1, None))
    joined = ResponseProblem.joined([first, rest])
    assert joined.models == problem.models
    np.testing.assert_array_equal(joined.effects, problem.effects)
    with pytest.raises(InputError, match="Only problems about the same can be joined"):
        ResponseProblem.joined([first, problem_of(core, "PFK")])


BAD_LIMITS = [
    ({"enzymes": 0}, "enzymes of a design"),
    ({"up": 0.5}, "up is a fold change of 1 or more, got 0.5"),
    ({"up": inf}, "up is a fold change of 1 or more, got inf"),
    ({"down": "2"}, r"down is a fold change .* For a knock-out, down=math\.inf"),
    ({"concentration_fold": 0.2}, "concentration_fold is a fold change"),
    ({"least_growth": 1.5}, "least_growth is a share of growth at the reference"),
    ({"candidates": "PFK"}, "candidates are several reactions, got the text 'PFK'"),
    ({"tied": [("PFK", "PYK"), ("PYK", "FBA")]}, "'PYK' is tied twice"),
    ({"tied": [("PFK",)]}, "A tied group needs two reactions at least"),
]


@pytest.mark.parametrize(("limits", "said"), BAD_LIMITS)
def test_unusable_limits_are_refused(limits, said):
    with pytest.raises(InputError, match=said):
        DesignLimits(**limits)


def test_names_that_are_not_there_are_told(core):
    with pytest.raises(MissingEntryError, match="reaction or balanced metabolite 'acetat'"):
        problem_of(core, "acetat")
    with pytest.raises(MissingEntryError, match=r"reaction \(candidates\) 'PKF'"):
        problem_of(core, candidates=["PKF"])
    with pytest.raises(MissingEntryError, match=r"reaction \(tied\) 'XYZ'"):
        problem_of(core, tied=[("PFK", "XYZ")])
    with pytest.raises(MissingEntryError, match="reaction with an ln K 'XYZ'"):
        problem_of(core, log_k={"XYZ": (0, 1)})
    with pytest.raises(MissingEntryError, match="reaction 'XYZ'"):
        problem_of(core, growth="XYZ")


def test_what_has_no_flux_cannot_be_raised(core):
    still = replace(core[1], fluxes=core[1].fluxes.mask(core[1].fluxes.index == ACETATE, 0.0))
    with pytest.raises(MissingEntryError, match=f"'{ACETATE}' has no flux in the steady state"):
        problem_of(core, state=still)


def test_contradictions_are_told(core):
    with pytest.raises(InputError, match="PYK cannot change, but is tied to PFK"):
        problem_of(core, tied=[("PFK", "PYK")], forbidden=["PYK"])
    with pytest.raises(InputError, match="No enzyme is left that may change"):
        problem_of(core, candidates=["PFK"], forbidden=["PFK"])
    with pytest.raises(InputError, match="needs a weight that is not 0"):
        problem_of(core, {ACETATE: 0})
    with pytest.raises(InputError, match="weight of 'ACt2r' must be a number"):
        problem_of(core, {ACETATE: "much"})
    with pytest.raises(InputError, match="lowest <= highest"):
        problem_of(core, log_k={"PGI": (2.0, 1.0)})


def test_coefficients_that_are_no_numbers_are_refused(core):
    control = core[2]
    values = control.flux.values.copy()
    values[1, 0, 0] = np.nan
    broken = replace(control, flux=replace(control.flux, values=values))
    with pytest.raises(InputError, match=r"Control coefficients of 1 sets are no numbers.*'?1"):
        problem_of(core, control=broken)


def test_growth_that_no_reaction_is_must_be_named(core):
    network = replace(core[0], reactions=tuple(
        replace(r, name="X") if r.name == GROWTH else r for r in core[0].reactions))  # fmt: skip
    with pytest.raises(InputError, match=r"no reaction that looks like growth, of which 0\.8"):
        ResponseProblem.of(core[2], network, core[1], "PFK", DesignLimits())


def test_a_problem_knows_what_its_models_are_worth(core, acetate):
    assert acetate.ensemble == core[2].flux.ensemble
    less = replace(acetate, ensemble=Ensemble(WHOLE, 0.25))
    assert less.select([0, 1]).ensemble.effective_share == 0.25
    assert ResponseProblem.joined([acetate, less]).ensemble == Ensemble(WHOLE, 0.25)
