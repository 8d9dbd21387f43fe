import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.errors import (
    FileFormatError,
    InputError,
    MissingEntryError,
    SteadyStateError,
    UnitsError,
)
from skimpy_renaissance.network.skimpy_yaml import read_skimpy_yaml
from skimpy_renaissance.steady_states import (
    check_consistency,
    from_tables,
    read_steady_states,
    read_tfa_samples,
)
from skimpy_renaissance.units import Units

LABELS = ("fluxes", "concentrations", "equilibrium_constants")


@pytest.fixture
def states(network, samples, units, written):
    return read_tfa_samples(written(samples), network, units=units)


@pytest.fixture
def tables(states) -> dict[str, pd.DataFrame]:
    columns = (states.reaction_names, states.metabolite_names, states.reaction_names)
    return {
        label: pd.DataFrame(
            np.array(getattr(states, label)), index=states.names, columns=list(names)
        )
        for label, names in zip(LABELS, columns, strict=True)
    }


def assert_same(one, other):
    assert one.names == other.names
    for label in LABELS:
        np.testing.assert_array_equal(getattr(one, label), getattr(other, label))


def test_tables_in_any_order_give_the_same_states(network, states, tables, units):
    shuffled = {
        label: table.sort_index(axis=1, ascending=False).assign(unknown="x")
        for label, table in tables.items()
    }
    shuffled["concentrations"] = shuffled["concentrations"].iloc[::-1]
    assert_same(from_tables(network, units=units, **shuffled), states)


def test_the_given_tables_are_left_as_they_were(network, tables, units):
    numbered = {label: table.set_axis([7, 8, 9]) for label, table in tables.items()}
    before = {label: table.copy() for label, table in numbered.items()}
    assert from_tables(network, units=units, **numbered).names == ("7", "8", "9")
    for label in LABELS:
        pd.testing.assert_frame_equal(numbered[label], before[label])


def test_one_state_comes_from_series_or_mappings(network, states, units):
    series = {label: getattr(states[1], label) for label in LABELS}
    for convert in (pd.Series, dict):
        one = from_tables(network, units=units, **{k: convert(v) for k, v in series.items()})
        assert one.names == ("0",)
        np.testing.assert_array_equal(one.fluxes[0], states.fluxes[1])
        np.testing.assert_array_equal(one.equilibrium_constants[0], states.equilibrium_constants[1])


def test_csv_files_survive_the_round_trip_exactly(network, states, tables, units, tmp_path):
    paths = {label: tmp_path / f"{label}.csv" for label in LABELS}
    for label, table in tables.items():
        table[[c for c in table if table[c].notna().all()]].to_csv(paths[label])
    assert_same(read_steady_states(network, units=units, **paths), states)


def test_what_the_network_holds_need_not_be_repeated(network, states, tables, units):
    first = states[:1]
    constants = first[0].equilibrium_constants.dropna()
    own = network.with_parameters(
        {f"k_equilibrium_{name}": value for name, value in constants.items()}
        | {"h_c": first[0].concentrations["h_c"]}
    )
    short = {
        "fluxes": tables["fluxes"].iloc[:1],
        "concentrations": tables["concentrations"].iloc[:1].drop(columns="h_c"),
    }
    assert_same(from_tables(own, units=units, **short), first)
    with pytest.raises(MissingEntryError, match=r"equilibrium_constants .* 4 absent: .*with_param"):
        from_tables(network, units=units, **short)
    short["equilibrium_constants"] = tables["equilibrium_constants"].iloc[:1]
    with pytest.raises(MissingEntryError, match=r"concentrations .* 1 absent: h_c"):
        from_tables(network, units=units, **short)


def test_the_table_counts_where_the_network_holds_another_value(network, states, tables, units):
    own = network.with_parameters({"k_equilibrium_R0": 123.0, "h_c": 5.0})
    assert_same(from_tables(own, units=units, **tables), states)


def test_equilibrium_constants_may_carry_skimpys_parameter_names(network, states, tables, units):
    tables["equilibrium_constants"] = tables["equilibrium_constants"].add_prefix("k_equilibrium_")
    assert_same(from_tables(network, units=units, **tables), states)


def test_published_arrays_of_thirty_states_are_consistent(shared_data):
    network = read_skimpy_yaml(shared_data("ecoli", "kinetic_model.yaml"))
    with np.load(shared_data("ecoli", "steady_states_30.npz"), allow_pickle=False) as data:
        names = [f"{a}/{b}" for a, b in zip(data["study"], data["ids"], strict=True)]
        concentrations = np.hstack([data["concentration"], data["boundary_concentration"]])
        metabolites = [*data["reactant_order"], *data["boundary_names"]]
        states = from_tables(
            network,
            fluxes=pd.DataFrame(data["flux"], names, list(data["reaction_order"])),
            concentrations=pd.DataFrame(concentrations, names, metabolites),
            equilibrium_constants=pd.DataFrame(data["keq"], names, list(data["keq_names"])),
            units=Units(concentration_scaling=1e9, density=1105.0, gdw_gww_ratio=0.3),
        )
        assert check_consistency(network, states).passed.all()
        assert states.units.flux_factor == pytest.approx(float(data["flux_scaling_factor"]), 1e-12)
        for row, state in enumerate(states):
            flux, concentration = data["flux"][row], data["concentration"][row]
            np.testing.assert_array_equal(state.fluxes[list(data["reaction_order"])], flux)
            np.testing.assert_array_equal(
                state.concentrations[list(data["reactant_order"])], concentration
            )


def test_two_hundred_states_of_the_core_prototype_are_consistent(shared_data):
    network = read_skimpy_yaml(shared_data("core_prototype", "kinetic_model.yaml"))
    with np.load(shared_data("core_prototype", "steady_states.npz"), allow_pickle=False) as data:
        metabolites = [*data["variables"], *data["boundary"]]
        states = from_tables(
            network,
            fluxes=pd.DataFrame(data["v"], columns=list(data["reactions"])),
            concentrations=pd.DataFrame(np.hstack([data["x"], data["xb"]]), columns=metabolites),
            equilibrium_constants=pd.DataFrame(data["keq"], columns=list(data["keq_names"])),
            units=Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3),
            check=False,
        )
    assert states.names == tuple(str(i) for i in range(200))
    assert check_consistency(network, states).passed.all()


# -- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "column"), [("fluxes", "R2"), ("concentrations", "b_c"), (LABELS[2], "R3")]
)
def test_an_absent_column_is_named(network, tables, units, label, column):
    tables[label] = tables[label].drop(columns=column)
    with pytest.raises(MissingEntryError, match=f"{label} must have .* 1 absent: {column}"):
        from_tables(network, units=units, **tables)


def test_a_column_there_twice_is_named(network, tables, units):
    tables["fluxes"] = pd.concat([tables["fluxes"], tables["fluxes"][["R1"]]], axis=1)
    with pytest.raises(InputError, match="Columns of fluxes must be unique; twice: R1"):
        from_tables(network, units=units, **tables)


@pytest.mark.parametrize("value", ["n.d.", None, np.nan, np.inf])
@pytest.mark.parametrize("label", LABELS)
def test_a_cell_that_is_no_number_is_named(network, tables, units, label, value):
    column = tables[label].columns[2]
    tables[label] = tables[label].astype(object)
    tables[label].loc["second", column] = value
    with pytest.raises(InputError, match=rf"{label} must .* state 'second' has .* for '{column}'"):
        from_tables(network, units=units, **tables)


@pytest.mark.parametrize("value", [0.0, -3.0])
def test_a_concentration_that_is_not_positive_is_named(network, tables, units, value):
    tables["concentrations"].loc["third", "c_c"] = value
    with pytest.raises(InputError, match=f"state 'third' has {value} for 'c_c'"):
        from_tables(network, units=units, **tables)


def test_tables_must_hold_the_same_states(network, tables, units):
    tables["concentrations"] = tables["concentrations"].rename(index={"second": "zweite"})
    with pytest.raises(MissingEntryError, match="not in every one: second, zweite"):
        from_tables(network, units=units, **tables)


def test_rows_named_twice_or_absent_are_refused(network, tables, units):
    with pytest.raises(InputError, match="Rows of fluxes must have unique names; twice: first"):
        from_tables(network, units=units, **{**tables, "fluxes": tables["fluxes"].iloc[[0, 0, 1]]})
    with pytest.raises(InputError, match="fluxes must have a row per steady state"):
        from_tables(network, units=units, **{**tables, "fluxes": tables["fluxes"].iloc[:0]})


def test_another_kind_of_object_is_refused(network, tables, units):
    with pytest.raises(InputError, match=r"fluxes must be a DataFrame.*got ndarray"):
        from_tables(network, units=units, **{**tables, "fluxes": tables["fluxes"].to_numpy()})


def test_molar_concentrations_under_micromolar_units_are_noticed(network, tables, units):
    tables["concentrations"] *= 1e-6
    with pytest.raises(UnitsError, match="scaled as units says"):
        from_tables(network, units=units, **tables)


def test_units_are_asked_for(network, tables):
    with pytest.raises(UnitsError, match="need their units, got None"):
        from_tables(network, units=None, **tables)


def test_a_contradiction_with_the_network_is_refused_unless_asked_for(network, tables, units):
    tables["fluxes"].loc["first", "R0"] *= -1
    with pytest.raises(SteadyStateError, match="against its thermodynamic direction"):
        from_tables(network, units=units, **tables)
    assert len(from_tables(network, units=units, check=False, **tables)) == 3


def test_a_file_of_other_columns_is_refused(network, tables, units, tmp_path):
    paths = {label: tmp_path / f"{label}.csv" for label in LABELS}
    for label in LABELS:
        tables["fluxes" if label == "concentrations" else label].to_csv(paths[label])
    with pytest.raises(MissingEntryError, match=r"concentrations\.csv has no column of this netw"):
        read_steady_states(network, units=units, **paths)
    with pytest.raises(FileFormatError, match=r"none\.csv' does not exist"):
        read_steady_states(network, units=units, **{**paths, "fluxes": tmp_path / "none.csv"})
