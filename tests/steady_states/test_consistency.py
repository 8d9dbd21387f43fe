from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skimpy_renaissance.errors import (
    InputError,
    MissingEntryError,
    SteadyStateError,
    UnitsError,
)
from skimpy_renaissance.steady_states import (
    ConsistencyReport,
    SteadyStates,
    check_consistency,
    read_tfa_samples,
    require_consistent,
)


@pytest.fixture
def states(network, samples, units, written) -> SteadyStates:
    return read_tfa_samples(written(samples), network, units=units)


def with_changed(states: SteadyStates, label: str, entry: tuple[int, int], value: float):
    array = np.array(getattr(states, label))
    array[entry] = value
    return replace(states, **{label: array})


def test_consistent_states_pass_and_the_report_says_so(network, states):
    report = check_consistency(network, states)
    assert isinstance(report, ConsistencyReport)
    assert report.passed.all()
    assert str(report) == "3 of 3 steady states are consistent"
    assert report.table()["passed"].all()
    assert report.problems("second") == []
    require_consistent(network, states)


def test_imbalance_is_net_production_over_throughput(network, states):
    changed = with_changed(states, "fluxes", (1, 1), states.fluxes[1, 1] * 1.5)
    report = check_consistency(network, changed)
    assert_allclose(report.imbalance[1], [0.5 / 2.5, 0.5 / 2.5, 0, 0], atol=1e-15)
    assert_allclose(report.imbalance[[0, 2]], 0, atol=1e-15)
    assert list(report.passed) == [True, False, True]
    assert report.table().loc["second", "worst_metabolite"] in ("glc_D_c", "b_c")
    with pytest.raises(SteadyStateError, match=r"2 metabolite\(s\).*worst is glc_D_c.* 0\.2 of"):
        require_consistent(network, changed)


def test_imbalance_does_not_depend_on_the_scale_of_the_fluxes(network, states):
    changed = with_changed(states, "fluxes", (1, 1), states.fluxes[1, 1] * 1.5)
    scaled = replace(changed, fluxes=changed.fluxes * 1e-7)
    assert_allclose(
        check_consistency(network, scaled).imbalance,
        check_consistency(network, changed).imbalance,
        rtol=1e-9,
        atol=1e-15,
    )


def test_the_tolerance_decides(network, states):
    changed = with_changed(states, "fluxes", (0, 2), states.fluxes[0, 2] * (1 + 1e-6))
    require_consistent(network, changed)
    with pytest.raises(SteadyStateError, match="tolerance 1e-08"):
        require_consistent(network, changed, balance_tolerance=1e-8)


def test_displacement_is_the_ratio_of_backward_to_forward_rate(network, states):
    report = check_consistency(network, states)
    for row, state in enumerate(states):
        for column, reaction in enumerate(network.reactions):
            if reaction.equilibrium_constant is None:
                assert np.isnan(report.log_displacement[row, column])
                continue
            values = {s: state.concentrations[m] for s, m in reaction.names.items()}
            values["k_equilibrium"] = state.equilibrium_constants[reaction.name]
            ratio = reaction.rate.backward / reaction.rate.forward
            ratio = ratio.subs({s: values[s.name] for s in ratio.free_symbols})
            assert_allclose(np.exp(report.log_displacement[row, column]), float(ratio), rtol=1e-11)


@pytest.mark.parametrize("displacement", [1.5, 1.00001])
def test_a_forward_flux_needs_a_displacement_below_one(network, states, displacement):
    report = check_consistency(network, states)
    constant = states.equilibrium_constants[2, 0] * np.exp(report.log_displacement[2, 0])
    wrong = with_changed(states, "equilibrium_constants", (2, 0), constant / displacement)
    against = check_consistency(network, wrong).against_direction
    assert against[2, 0]
    assert against.sum() == 1
    with pytest.raises(
        SteadyStateError, match=rf"state 'third'.*R0 \(v = .*, displacement {displacement:g}\)"
    ):
        require_consistent(network, wrong)


def test_a_reversed_flux_needs_a_displacement_above_one(network, states):
    backwards = with_changed(states, "fluxes", (0, 1), -states.fluxes[0, 1])
    assert check_consistency(network, backwards).against_direction[0, 1]
    constant = states.equilibrium_constants[0, 1] * 1e-9
    downhill = with_changed(backwards, "equilibrium_constants", (0, 1), constant)
    assert not check_consistency(network, downhill).against_direction[0, 1]


def test_an_irreversible_reaction_cannot_run_backwards(network, states):
    backwards = with_changed(states, "fluxes", (0, 4), -1.0)
    with pytest.raises(SteadyStateError, match=r"2OUT \(v = -1, irreversible\)"):
        require_consistent(network, backwards)


def test_a_zero_flux_is_named_and_has_no_direction(network, states):
    idle = with_changed(states, "fluxes", (1, 3), 0.0)
    report = check_consistency(network, idle)
    assert report.zero_flux[1, 3]
    assert not report.against_direction.any()
    with pytest.raises(
        SteadyStateError, match="flux is zero, so elasticities are undefined, in R3"
    ):
        require_consistent(network, idle)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_concentrations_unscaled_or_scaled_twice_are_a_matter_of_units(network, states, factor):
    wrong = replace(states, concentrations=states.concentrations * factor)
    with pytest.raises(UnitsError, match=r"median concentration is .* scaled as units says"):
        require_consistent(network, wrong)
    anything = (0.0, np.inf)
    report = check_consistency(
        network, wrong, plausible_median=anything, plausible_turnover=anything
    )
    assert not report.implausible.any()


def test_states_of_another_network_are_refused(network, states):
    shorter = replace(network, reactions=network.reactions[1:])
    with pytest.raises(MissingEntryError, match="reactions differ in order or number"):
        check_consistency(shorter, states)
    swapped = replace(states, reaction_names=("X", *states.reaction_names[1:]))
    with pytest.raises(MissingEntryError, match="absent: R0"):
        check_consistency(network, swapped)


def test_an_absent_equilibrium_constant_is_named(network, states):
    lost = with_changed(states, "equilibrium_constants", (1, 2), np.nan)
    with pytest.raises(
        MissingEntryError, match="'R2' needs an equilibrium constant; state 'second"
    ):
        check_consistency(network, lost)


def test_a_long_report_is_cut_and_the_table_is_complete(network, states):
    row = np.zeros(15, dtype=int)
    many = replace(
        states,
        names=tuple(f"s{i}" for i in range(15)),
        fluxes=-states.fluxes[row],
        concentrations=states.concentrations[row],
        equilibrium_constants=states.equilibrium_constants[row],
    )
    report = check_consistency(network, many)
    assert "0 of 15" in str(report)
    assert "and 5 more states" in str(report)
    assert (report.table()["against_direction"] == 5).all()
    assert report.passed_names == ()
    with pytest.raises(MissingEntryError, match="no steady state 'x'"):
        report.problems("x")


def tiny(states: SteadyStates, net: float) -> SteadyStates:
    """Fluxes of 1e-9 mmol/gDW/h, the second one larger by ``net`` mmol/gDW/h."""
    fluxes = np.array(states.fluxes)
    fluxes[0] = 1e-9 * states.units.flux_factor
    fluxes[0, 1] += net * states.units.flux_factor
    return replace(states, fluxes=fluxes)


def test_what_a_solver_leaves_on_tiny_fluxes_is_no_imbalance(network, states):
    anything = {"plausible_turnover": (0.0, np.inf)}
    report = check_consistency(network, tiny(states, 2e-10), **anything)
    assert report.imbalance[0].max() > 0.05
    assert report.within_floor[0].tolist() == [True, True, False, False]
    assert report.passed.all()
    message = r"9e-09 mmol/gDW/h \(floor 1e-09\).*balance_tolerance="
    with pytest.raises(SteadyStateError, match=message):
        require_consistent(network, tiny(states, 9e-9), **anything)
    with pytest.raises(SteadyStateError, match=r"2e-10 mmol/gDW/h \(floor 0\)"):
        require_consistent(network, tiny(states, 2e-10), balance_floor=0.0, **anything)
    require_consistent(network, tiny(states, 9e-9), balance_floor=1e-8, **anything)


def test_the_floor_is_in_mmol_whatever_the_unit_of_the_fluxes(network, states):
    units = replace(states.units, flux_unit="umol/gWW/min")
    same = replace(tiny(states, 2e-10), units=units)
    assert_allclose(
        check_consistency(network, same).net_production,
        check_consistency(network, tiny(states, 2e-10)).net_production,
    )


def test_readers_take_a_balance_tolerance(network, samples, units, written):
    samples.loc["second", "R1"] *= 1.001
    path = written(samples)
    with pytest.raises(SteadyStateError, match="tolerance 1e-05"):
        read_tfa_samples(path, network, units=units)
    assert len(read_tfa_samples(path, network, units=units, balance_tolerance=1e-2)) == 3


@pytest.mark.parametrize("tolerance", [-1.0, np.nan])
def test_a_tolerance_that_is_none_is_refused(network, states, tolerance):
    with pytest.raises(InputError, match="balance_tolerance must be 0 or more, got"):
        check_consistency(network, states, balance_tolerance=tolerance)


@pytest.mark.parametrize("log_displacement", [-1e-10, 0.0, 1e-10])
def test_a_flux_at_equilibrium_is_refused_by_name_whatever_rounding_says(
    network, states, log_displacement
):
    report = check_consistency(network, states)
    change = np.exp(report.log_displacement[2, 0] - log_displacement)
    wrong = with_changed(
        states, "equilibrium_constants", (2, 0), states.equilibrium_constants[2, 0] * change
    )
    found = check_consistency(network, wrong)
    assert np.argwhere(found.at_equilibrium).tolist() == [[2, 0]]
    assert not found.against_direction.any()
    with pytest.raises(
        SteadyStateError,
        match=r"state 'third': a flux passes at equilibrium, where nothing drives it.* R0 \(v = ",
    ):
        require_consistent(network, wrong)


def test_near_equilibrium_is_not_at_it(network, states):
    report = check_consistency(network, states)
    change = np.exp(report.log_displacement[2, 0] + 1e-8)
    near = with_changed(
        states, "equilibrium_constants", (2, 0), states.equilibrium_constants[2, 0] * change
    )
    assert check_consistency(network, near).passed.all()
