import numpy as np
import pytest

from skimpy_renaissance.errors import UnitsError
from skimpy_renaissance.units import Units, is_flux_unit


def test_the_factor_of_mmol_per_gdw_h_is_skimpys():
    assert Units(1e6, 1200.0, 0.3).flux_factor == pytest.approx(1e-3 * 0.3 * 1200 * 1e6)


def test_micromol_per_gram_wet_weight_and_minute_in_a_model_of_minutes():
    # SKiMPy: load_fluxes(..., density=1200, ratio_gdw_gww=1, concentration_scaling=1e3,
    # time_scaling=1, xmol_in_flux=1e-6)
    units = Units(1e3, 1200.0, 0.3, time_scaling=60.0, flux_unit="umol/gWW/min")
    assert units.flux_factor == pytest.approx(1e-6 * 1.0 * 1200 * 1e3)


@pytest.mark.parametrize(
    ("unit", "times"),
    [
        ("mol/gDW/h", 1e3),
        ("umol/gDW/h", 1e-3),
        ("nmol/gDW/h", 1e-6),
        ("mmol/gWW/h", 1 / 0.3),
        ("mmol/gDW/min", 60),
        ("mmol/gDW/s", 3600),
    ],
)
def test_each_flux_unit_counts_as_what_it_is(unit, times):
    plain, other = Units(1e6, 1200.0, 0.3), Units(1e6, 1200.0, 0.3, flux_unit=unit)
    assert other.flux_factor == pytest.approx(times * plain.flux_factor)
    # ... and a scaled flux is the same mmol/gDW/h, whatever unit it was read in
    assert other.mmol_per_gdw_h(np.array([plain.flux_factor]))[0] == pytest.approx(1.0)


@pytest.mark.parametrize("unit", ["mmol/gDW", "mmol/gDW/d", "mmol/g/h", "", 1e-6, None])
def test_an_unknown_flux_unit_is_refused_with_those_known(unit):
    assert not is_flux_unit(unit)
    with pytest.raises(UnitsError, match=r"mol, mmol, umol, nmol.*gDW, gWW.*h, min, s.*umol/gWW"):
        Units(1e6, 1200.0, 0.3, flux_unit=unit)


def test_a_word_for_the_time_scaling_is_answered_with_numbers():
    with pytest.raises(UnitsError, match=r"time_scaling must be a number, got 'min'.*60 for"):
        Units(1e6, 1200.0, 0.3, time_scaling="min")


def test_units_survive_a_dictionary_and_the_usual_flux_unit_is_not_said():
    usual, other = Units(1e6, 1200.0, 0.3), Units(1e6, 1200.0, 0.3, flux_unit="umol/gWW/min")
    assert "flux_unit" not in usual.to_dict()
    assert Units.from_dict(usual.to_dict()) == usual
    assert Units.from_dict(other.to_dict()) == other
    with pytest.raises(UnitsError, match="flux_unit: 'mmol/gDW/h' here, 'umol/gWW/min' there"):
        usual.require_same(other, what="The other")


@pytest.mark.parametrize(
    ("scaling", "per_hour", "concentration", "rate"),
    [
        (1e6, 1.0, "umol/L", "umol/L/h"),
        (1e3, 60.0, "mmol/L", "mmol/L/min"),
        (5e4, 24.0, "1/50000 mol/L", "1/50000 mol/L per 1/24 h"),
    ],
)
def test_scaled_numbers_have_units_in_words(scaling, per_hour, concentration, rate):
    units = Units(scaling, density=1200.0, gdw_gww_ratio=0.3, time_scaling=per_hour)
    assert (units.concentration_unit, units.rate_unit) == (concentration, rate)
