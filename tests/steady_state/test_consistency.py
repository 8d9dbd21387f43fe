from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skimpy_renaissance.errors import MissingEntryError, SteadyStateError, UnitsError
from skimpy_renaissance.steady_state import (
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


@pytest.mark.parametrize("displacement", [1.5, 1.0])
def test_a_forward_flux_needs_a_displacement_below_one(network, states, displacement):
    report = check_consistency(network, states)
    constant = states.equilibrium_constants[2, 0] * np.exp(report.log_displacement[2, 0])
    # Rounding decides at exactly one: step to the far side of it.
    wrong = with_changed(
        states, "equilibrium_constants", (2, 0), constant / displacement * (1 - 1e-14)
    )
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
    report = check_consistency(network, wrong, plausible_median=(0.0, np.inf))
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
