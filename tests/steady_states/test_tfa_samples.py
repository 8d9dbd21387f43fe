import json
import tracemalloc
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from skimpy_renaissance.errors import (
    FileFormatError,
    InputError,
    MissingEntryError,
    SteadyStateError,
    UnitsError,
)
from skimpy_renaissance.network.skimpy_yaml import read_skimpy_yaml
from skimpy_renaissance.steady_states import check_consistency, read_tfa_samples
from skimpy_renaissance.units import Units

VARMA = ("varma", "kin_varma.yml", "tfa_reference_strains.csv", 1e6)
YEAST = ("yeast", "kinetic_model.yaml", "steady_states_vmax_sensitivity.csv", 1e9)


def test_values_equal_the_definition_written_out_one_by_one(network, samples, units, written):
    states = read_tfa_samples(written(samples), network, units=units)
    assert states.names == ("first", "second", "third")
    column = {m: f"LC_{m}" for m in network.metabolites}
    column |= {"_13a_e": "LC_13a_e", "glc_D_c": "LC_glc-D_c"}
    for state, (_, row) in zip(states, samples.iterrows(), strict=True):
        for reaction in network.reactions:
            reverse = next(c for c in row.index if c.startswith(f"{reaction.name}_reverse_"))
            expected = (row[reaction.name] - row[reverse]) * 3.6e5
            assert_allclose(state.fluxes[reaction.name], expected, rtol=1e-14)
            constant = state.equilibrium_constants[reaction.name]
            if reaction.name == "2OUT":
                assert np.isnan(constant)
                continue
            product = 1.0
            for metabolite, n in reaction.stoichiometry.items():
                product *= (np.exp(row[column[metabolite]]) * 1e6) ** n
            energy = row[f"DG_{reaction.name}"]
            assert_allclose(constant, product * np.exp(-energy / (1.9858775e-3 * 298.15)), 1e-12)
        for metabolite in network.metabolites:
            expected = np.exp(row[column[metabolite]]) * 1e6
            assert_allclose(state.concentrations[metabolite], expected, rtol=1e-14)


def test_other_columns_and_the_order_of_columns_do_not_matter(network, samples, units, written):
    one = read_tfa_samples(written(samples), network, units=units)
    shuffled = samples[sorted(samples.columns)].assign(DG_OTHER=np.nan, comment="text, with comma")
    other = read_tfa_samples(written(shuffled), network, units=units)
    for label in ("fluxes", "concentrations", "equilibrium_constants"):
        np.testing.assert_array_equal(getattr(one, label), getattr(other, label))


def test_rows_selects_a_part_of_the_file(network, samples, units, written):
    path = written(samples)
    whole = read_tfa_samples(path, network, units=units)
    part = read_tfa_samples(path, network, units=units, rows=slice(1, 3))
    assert part.names == ("second", "third")
    np.testing.assert_array_equal(part.fluxes, whole.fluxes[1:])


def test_without_a_column_of_names_states_are_called_by_row_number(
    network, samples, units, tmp_path
):
    samples.to_csv(tmp_path / "plain.csv", index=False)
    states = read_tfa_samples(tmp_path / "plain.csv", network, units=units, rows=slice(1, None))
    assert states.names == ("1", "2")


def test_time_scaling_divides_fluxes_and_leaves_the_rest(network, samples, units, written):
    path = written(samples)
    minutes = Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3, time_scaling=60.0)
    hourly = read_tfa_samples(path, network, units=units)
    per_minute = read_tfa_samples(path, network, units=minutes)
    assert_allclose(per_minute.fluxes * 60, hourly.fluxes, rtol=1e-14)
    np.testing.assert_array_equal(per_minute.concentrations, hourly.concentrations)


def test_energies_in_kilojoules_give_the_same_constants(network, samples, units, written):
    energies = [c for c in samples if c.startswith("DG")]
    joule = samples.copy()
    joule[energies] *= 8.314472e-3 / 1.9858775e-3
    in_kj = Units(
        concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3, energy_unit="kJ/mol"
    )
    expected = read_tfa_samples(written(samples), network, units=units).equilibrium_constants
    got = read_tfa_samples(written(joule), network, units=in_kj).equilibrium_constants
    assert_allclose(got, expected, rtol=1e-12)


# -- SKiMPy's own numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(("folder", "model", "table", "scaling"), [VARMA, YEAST])
def test_published_samples_give_the_values_skimpy_computes(
    shared_data, folder, model, table, scaling
):
    network = read_skimpy_yaml(shared_data(folder, model))
    units = Units(concentration_scaling=scaling, density=1200.0, gdw_gww_ratio=0.3)
    states = read_tfa_samples(shared_data(folder, table), network, units=units)
    assert check_consistency(network, states).passed.all()
    reference = json.loads(shared_data(folder, "steady_state_0.json").read_text())
    first = states[0]
    assert first.name == str(reference["row"])
    assert list(first.concentrations.index) == (
        reference["variables"] + reference["boundary_parameters"]
    )
    for ours, theirs in (
        (first.fluxes, reference["fluxes"]),
        (first.concentrations, reference["concentrations"]),
        (first.equilibrium_constants.dropna(), reference["k_eq"]),
    ):
        assert set(ours.index) == set(theirs)
        assert_allclose(ours[list(theirs)], list(theirs.values()), rtol=1e-12)


def test_displacement_is_the_free_energy_over_rt(shared_data):
    folder, model, table, scaling = YEAST
    network = read_skimpy_yaml(shared_data(folder, model))
    units = Units(concentration_scaling=scaling, density=1200.0, gdw_gww_ratio=0.3)
    states = read_tfa_samples(shared_data(folder, table), network, units=units)
    report = check_consistency(network, states)
    energies = pd.read_csv(shared_data(folder, table))
    for name in ("PGI", "2OBUTtm", network.reversible_reactions[-1]):
        column = network.reaction_names.index(name)
        expected = energies[f"DG_{name}"] / units.thermal_energy
        assert_allclose(report.log_displacement[:, column], expected, rtol=1e-9, atol=1e-12)


@pytest.mark.slow
def test_thousands_of_rows_take_seconds_and_memory_of_the_result(shared_data, tmp_path):
    folder, model, table, scaling = YEAST
    header, *lines = shared_data(folder, table).read_text().splitlines()
    big = tmp_path / "big.csv"
    with big.open("w") as file:
        file.write(header + "\n")
        for i in range(1000):
            file.write(f"{i}," + lines[i % len(lines)].split(",", 1)[1] + "\n")
    network = read_skimpy_yaml(shared_data(folder, model))
    units = Units(concentration_scaling=scaling, density=1200.0, gdw_gww_ratio=0.3)
    start = perf_counter()
    states = read_tfa_samples(big, network, units=units)
    assert len(states) == 1000
    assert perf_counter() - start < 30  # 0.7 s when nothing else runs
    tracemalloc.start()
    read_tfa_samples(big, network, units=units, rows=slice(0, 200))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 * 2321 * 8 * 6  # a few times the needed cells, not the text of the file


# -- bad input ------------------------------------------------------------------------------------


def test_an_absent_file_is_named(network, units, tmp_path):
    with pytest.raises(FileFormatError, match=r"nowhere\.csv' does not exist"):
        read_tfa_samples(tmp_path / "nowhere.csv", network, units=units)
    with pytest.raises(FileFormatError, match="is a folder"):
        read_tfa_samples(tmp_path, network, units=units)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"\n\n", "it is empty"),
        (b"\x89HDF\r\n\x1a\n\x00\x00", "it is binary"),
        (b"a;b;c\n1;2;3\n", "tabs or semicolons"),
        (b"a,b\n\xff\xfe,1\n", "must be a CSV table in UTF-8"),
        (b",R0,R0\na,1,2\n", "'R0' more than once"),
        (b",x,y\nfirst,1,2\n", "no column fits .*Is it the wrong file"),
    ],
)
def test_a_file_that_is_no_tfa_table_is_told_apart(network, units, tmp_path, content, message):
    path = tmp_path / "samples.csv"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=message):
        read_tfa_samples(path, network, units=units)


def test_a_header_without_rows_is_refused(network, samples, units, written):
    with pytest.raises(FileFormatError, match="a row per steady state, but it has none"):
        read_tfa_samples(written(samples.iloc[:0]), network, units=units)
    with pytest.raises(FileFormatError, match="rows 5:9 select none"):
        read_tfa_samples(written(samples), network, units=units, rows=slice(5, 9))
    with pytest.raises(InputError, match=r"ascending and without step, got slice\(3, 1, None\)"):
        read_tfa_samples(written(samples), network, units=units, rows=slice(3, 1))


def test_a_file_cut_off_in_its_last_line_is_refused(network, samples, units, written):
    path = written(samples.assign(unused=1.0))
    text = path.read_text()
    path.write_text(text[: text.rindex(",")])  # only a column that nobody needs is lost
    with pytest.raises(FileFormatError, match=r"data row 2 has 26 cells, the header 27.*cut off"):
        read_tfa_samples(path, network, units=units)


@pytest.mark.parametrize("cell", ["", "NA", "n.d.", "nan", "inf", "1,5"])
def test_a_cell_that_is_no_number_is_named(network, samples, units, written, cell):
    table = samples.astype(object)
    table.loc["second", "LC_b_c"] = cell
    with pytest.raises(
        InputError, match=rf"row 1 \(state 'second'\), column 'LC_b_c' .* got '{cell}'"
    ):
        read_tfa_samples(written(table), network, units=units)


@pytest.mark.parametrize("column", ["R1", "R1_reverse_<hash>", "LC_c_c", "DG_R2"])
def test_an_absent_column_is_listed(network, samples, units, written, column):
    dropped = [c for c in samples if c == column or c.startswith(column.replace("<hash>", ""))]
    if column == "R1":
        dropped = ["R1"]
    with pytest.raises(MissingEntryError, match=rf"lacks 1 column\(s\).*: {column}\. "):
        read_tfa_samples(written(samples.drop(columns=dropped)), network, units=units)


def test_two_columns_for_one_metabolite_are_a_collision(network, samples, units, written):
    table = samples.assign(LC_glc_D_c=-7.0)
    with pytest.raises(InputError, match="two columns for 'glc_D_c': 'LC_glc-D_c' and 'LC_glc_D_c"):
        read_tfa_samples(written(table), network, units=units)


def test_two_reverse_columns_are_a_collision(network, samples, units, written):
    table = samples.assign(R0_reverse_abcde=0.0)
    with pytest.raises(InputError, match="two columns for 'R0'"):
        read_tfa_samples(written(table), network, units=units)


def test_a_name_used_twice_is_refused(network, samples, units, written):
    table = samples.set_axis(["a", "b", "a"])
    with pytest.raises(InputError, match="used twice: a"):
        read_tfa_samples(written(table), network, units=units)


def test_concentrations_in_place_of_logarithms_are_noticed(network, samples, units, written):
    table = samples.assign(LC_b_c=250.0)
    with pytest.raises(UnitsError, match=r"state 'first' has 'LC_b_c' = 250, above 10 mol/L"):
        read_tfa_samples(written(table), network, units=units)


def test_molar_concentrations_in_place_of_logarithms_are_noticed(network, samples, units, written):
    logs = [c for c in samples if c.startswith("LC_")]
    table = samples.drop(columns=[c for c in samples if c.startswith("DGo_")])
    table[logs] = np.exp(table[logs])
    with pytest.raises(UnitsError, match="not mol/L or logarithms"):
        read_tfa_samples(written(table), network, units=units)


def test_decadic_logarithms_are_noticed_by_the_energies(network, samples, units, written):
    logs = [c for c in samples if c.startswith("LC_")]
    table = samples.copy()
    table[logs] /= np.log(10)
    with pytest.raises(UnitsError, match=r"is 2\.303 times RT sum"):
        read_tfa_samples(written(table), network, units=units)


def test_the_wrong_energy_unit_is_noticed(network, samples, written):
    wrong = Units(
        concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3, energy_unit="kJ/mol"
    )
    with pytest.raises(UnitsError, match=r"is 0\.2388 times RT sum.*kJ/mol"):
        read_tfa_samples(written(samples), network, units=wrong)


def test_units_are_asked_for(network, samples, written):
    with pytest.raises(UnitsError, match="needs units=Units"):
        read_tfa_samples(written(samples), network, units=1e6)


def test_an_overflowing_equilibrium_constant_is_named(network, samples, units, written):
    table = samples.assign(DG_R1=-1e4).drop(columns=[c for c in samples if c.startswith("DGo")])
    with pytest.raises(InputError, match="state 'first' has inf for 'R1'"):
        read_tfa_samples(written(table), network, units=units)


def test_a_sample_that_is_not_balanced_is_refused_or_kept_on_request(
    network, samples, units, written
):
    table = samples.copy()
    table.loc["second", "R1"] *= 1.01
    path = written(table)
    with pytest.raises(SteadyStateError, match=r"(?s)2 of 3 .*state 'second': 2 metabolite"):
        read_tfa_samples(path, network, units=units)
    states = read_tfa_samples(path, network, units=units, check=False)
    kept = states.select(check_consistency(network, states).passed_names)
    assert kept.names == ("first", "third")
