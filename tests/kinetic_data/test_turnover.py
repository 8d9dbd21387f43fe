"""Turnover numbers: Vmax over enzyme, through every unit."""

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, MissingEntryError, UnitsError
from skimpy_renaissance.kinetic_data import enzyme_abundance, turnover_numbers


@pytest.fixture
def population(units):
    """Vmax of TPI 3.6 and 7.2, of PGI 36 mmol/gDW/h."""
    names = ("vmax_forward_TPI", "vmax_forward_PGI")
    values = np.array([[3.6, 36.0], [7.2, 36.0]]) * units.flux_factor
    return sr.ParameterPopulation(names, values, ("a", "b"), units=units)


def _proteomics(**columns):
    return pd.DataFrame({"reaction": ["TPI"], "abundance": [1e-3], "unit": ["mmol/gDW"], **columns})


def test_a_turnover_number_is_capacity_over_enzyme_per_second(population, network):
    table = turnover_numbers(population, network, _proteomics()).table
    assert table["model"].tolist() == ["a", "b"]
    np.testing.assert_allclose(table["vmax"], [3.6, 7.2])  # mmol/gDW/h
    np.testing.assert_allclose(table["kcat"], [1.0, 2.0])  # 3.6 / 1e-3 per hour


def test_a_turnover_number_does_not_depend_on_the_models_units(population, network, units):
    nano = sr.Units(
        concentration_scaling=1e9,
        density=units.density,
        gdw_gww_ratio=units.gdw_gww_ratio,
        time_scaling=60.0,
    )
    values = population.values / units.flux_factor * nano.flux_factor
    other = sr.ParameterPopulation(population.names, values, units=nano)
    one, two = (turnover_numbers(p, network, _proteomics()).table for p in (population, other))
    np.testing.assert_allclose(one["kcat"], two["kcat"])


def test_mass_and_copies_are_the_same_amount_of_enzyme():
    """1e-3 mmol/gDW of a 50 kDa protein is 50 mg/gDW, and N_A x 1e-6 x 3e-13 copies per cell."""
    frame = pd.DataFrame(
        {
            "enzyme": ["x", "y", "z"],
            "abundance": [1e-3, 50.0, 6.02214076e23 * 1e-6 * 3e-13],
            "unit": ["mmol/gDW", "mg/gDW", "copies/cell"],
            "molecular_weight": [None, 50_000.0, None],
        }
    )
    amounts = enzyme_abundance(frame, cell_dry_mass=3e-13)
    np.testing.assert_allclose(amounts["mmol_per_gdw"], 1e-3)
    with pytest.raises(MissingEntryError, match=r"Row 2 .*cell_dry_mass"):
        enzyme_abundance(frame)
    with pytest.raises(MissingEntryError, match="molecular_weight"):
        enzyme_abundance(frame.drop(columns="molecular_weight"), cell_dry_mass=3e-13)


def test_isozymes_add_up_and_an_enzyme_of_two_reactions_is_marked(population, network):
    frame = pd.DataFrame(
        {"enzyme": ["tpiA", "tpiB", "both", "lost"], "abundance": [1e-3] * 4, "unit": "mmol/gDW"}
    )
    reactions = {"tpiA": "TPI", "tpiB": "TPI", "both": ["TPI", "PGI"]}
    result = turnover_numbers(population, network, frame, reactions_of=reactions)
    first = result.table[result.table["model"] == "a"].set_index("reaction")
    np.testing.assert_allclose(first["enzyme"], [3e-3, 1e-3])
    np.testing.assert_allclose(first["kcat"], [1 / 3, 10.0])
    assert first["shared"].tolist() == [True, True]
    assert result.unmatched["enzyme"].tolist() == ["lost"]
    with pytest.raises(MissingEntryError, match="reactions_of"):
        turnover_numbers(population, network, frame)


def test_abundances_without_a_capacity_are_reported(population, network):
    result = turnover_numbers(population, network, _proteomics(reaction=["XYZ"]))
    assert len(result.table) == 0
    assert result.unmatched["why"].item() == "no capacity of XYZ in the population"


def test_abundances_that_are_no_amounts_are_refused(population, network):
    with pytest.raises(UnitsError, match=r"Row 0: .*'ppm'"):
        enzyme_abundance(_proteomics(unit=["ppm"]))
    with pytest.raises(InputError, match="Row 0: abundance must be a positive"):
        enzyme_abundance(_proteomics(abundance=[0.0]))
    with pytest.raises(MissingEntryError, match="lacks abundance"):
        enzyme_abundance(_proteomics().drop(columns="abundance"))
    unknown = sr.ParameterPopulation(population.names, population.values)
    with pytest.raises(UnitsError, match="State"):
        turnover_numbers(unknown, network, _proteomics())
