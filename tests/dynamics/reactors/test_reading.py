"""Reading SKiMPy's reactor files: what they mean, and what is wrong with a wrong one."""

import logging

import pytest
import yaml

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics.reactors.reading import read_reactor_yaml
from skimpy_renaissance.errors import (
    FileFormatError,
    MissingEntryError,
    NetworkError,
    UnitsError,
)
from tests.dynamics.reactors.reactor_cases import CELL, UNITS, VOLUME, monod_network


def document(**changes):
    entries = {
        "models": {"a": "somewhere/else.yml"},
        "biomass": {"a": "growth"},
        "biomass_scaling": {"a": "5e2"},
        "extracellular_compartment": "e",
        "initial_medium": {"glc_e": "1e-2"},
        "reactor_volume": "5e10",
        "scaling": {"concentration": "1e6", "density": 1000, "gDW_gWW": 0.3, "time": 1.0},
        "boundary_conditions": {"CC": {"class": "ConstantConcentration", "reactant": "a_stuff_c"}},
    }
    return {**entries, **changes}


@pytest.fixture
def read(tmp_path):
    def reader(entries, networks=None):
        path = tmp_path / "reactor.yaml"
        path.write_text(yaml.safe_dump(entries))
        return read_reactor_yaml(path, networks=networks or {"a": monod_network()})

    return reader


def test_every_entry_of_a_file_reaches_the_reactor(read):
    reactor = read(document())
    assert reactor.units == UNITS
    assert reactor.volume == VOLUME
    assert reactor.medium == {"glc_e": 0.01}
    assert reactor.constant == {"a_stuff_c"}
    assert reactor.strains["a"].biomass_scaling == 500.0
    assert reactor.strains["a"].growth_reaction == "growth"
    assert reactor.cell_volume("a") == CELL
    assert reactor.variables == ("biomass_a", "glc_e", "a_stuff_c")


def test_a_strain_called_no_is_text_and_a_key_given_twice_is_not_overlooked(tmp_path):
    path, entries = tmp_path / "reactor.yaml", document(boundary_conditions={})
    for section in ("models", "biomass", "biomass_scaling"):
        entries[section] = {"NO": entries[section]["a"]}
    path.write_text(yaml.safe_dump(entries).replace("'NO'", "NO"))
    assert list(read_reactor_yaml(path, networks={"NO": monod_network()}).strains) == ["NO"]
    path.write_text(path.read_text() + "reactor_volume: 7e10\n")
    with pytest.raises(NetworkError, match="reactor_volume"):
        read_reactor_yaml(path, networks={"NO": monod_network()})


def test_a_model_file_is_found_from_the_folder_of_the_reactor_file(tmp_path):
    (tmp_path / "models").mkdir()
    sr.write_skimpy_yaml(monod_network(), tmp_path / "models" / "m.yml")
    path = tmp_path / "reactor.yaml"
    path.write_text(yaml.safe_dump(document(models={"a": "models/m.yml"})))
    reactor = read_reactor_yaml(path)
    assert reactor.strains["a"].network.reaction_names == ("growth",)


def test_the_only_strain_takes_the_network_without_being_named(read):
    network = monod_network()
    assert read(document(), network).strains["a"].network is network
    with pytest.raises(MissingEntryError, match="name the one that the network is of"):
        read(document(models={"a": "m.yml", "b": "m.yml"}), network)


def test_a_model_file_that_is_not_there_tells_how_to_pass_the_network(tmp_path):
    path = tmp_path / "reactor.yaml"
    path.write_text(yaml.safe_dump(document()))
    with pytest.raises(FileFormatError, match=r"else\.yml.*networks=\{'a': network\}"):
        read_reactor_yaml(path)


@pytest.mark.parametrize(
    "key", [k for k in document() if k != "boundary_conditions"], ids=lambda k: k
)
def test_a_missing_section_is_named(read, key):
    entries = document()
    del entries[key]
    with pytest.raises(FileFormatError, match=f"lacks {key}"):
        read(entries)


def test_constants_may_be_absent(read):
    entries = document()
    del entries["boundary_conditions"]
    assert read(entries).constant == frozenset()


def test_a_missing_scaling_is_named(read):
    with pytest.raises(FileFormatError, match="density"):
        read(document(scaling={"concentration": 1e6, "gDW_gWW": 0.3, "time": 1}))


def test_a_number_that_is_none_is_named(read):
    with pytest.raises(FileFormatError, match="reactor_volume needs a number"):
        read(document(reactor_volume="large"))


def test_a_strain_without_growth_reaction_is_named(read):
    with pytest.raises(MissingEntryError, match="biomass has no entry for strain 'a'"):
        read(document(biomass={"b": "growth"}))


def test_an_unknown_growth_reaction_is_named(read):
    with pytest.raises(MissingEntryError, match="grow_fast"):
        read(document(biomass={"a": "grow_fast"}))


def test_a_network_for_an_unknown_strain_is_refused(read):
    with pytest.raises(MissingEntryError, match="zebra"):
        read(document(), networks={"a": monod_network(), "zebra": monod_network()})


def test_an_unknown_constant_is_named(read):
    bad = {"CC": {"class": "ConstantConcentration", "reactant": "o2_e"}}
    with pytest.raises(MissingEntryError, match="o2_e"):
        read(document(boundary_conditions=bad))


def test_another_boundary_condition_is_refused(read):
    bad = {"X": {"class": "AdditiveConcentrationRate", "reactant": "glc_e"}}
    with pytest.raises(NetworkError, match="AdditiveConcentrationRate"):
        read(document(boundary_conditions=bad))


def test_an_unknown_compartment_is_named(read):
    with pytest.raises(MissingEntryError, match="'medium'"):
        read(document(extracellular_compartment="medium"))


def test_impossible_units_are_refused(read):
    scaling = {"concentration": 1e6, "density": 0.3, "gDW_gWW": 1000, "time": 1}
    with pytest.raises(UnitsError, match="swap"):
        read(document(scaling=scaling))


def test_trace_metabolites_of_no_strain_are_left_out_and_logged(read, caplog):
    with caplog.at_level(logging.WARNING):
        reactor = read(document(initial_medium={"glc_e": 0.01, "mg2_e": 0.002}))
    assert reactor.medium == {"glc_e": 0.01}
    assert "mg2_e" in caplog.text


def test_a_medium_of_which_no_strain_has_anything_is_refused(read):
    with pytest.raises(MissingEntryError, match=r"glucose_e.*glc_e"):
        read(document(initial_medium={"glucose_e": 0.01}))


def test_a_file_that_is_not_there_or_no_reactor_is_refused(tmp_path):
    with pytest.raises(FileFormatError, match="cannot be opened"):
        read_reactor_yaml(tmp_path / "none.yaml")
    (tmp_path / "text.yaml").write_text("just: [text")
    with pytest.raises(FileFormatError, match="not a YAML file"):
        read_reactor_yaml(tmp_path / "text.yaml")
    (tmp_path / "list.yaml").write_text("- 1\n- 2\n")
    with pytest.raises(FileFormatError, match="lacks models"):
        read_reactor_yaml(tmp_path / "list.yaml")


@pytest.mark.parametrize("name", ["single_species", "multi_species"])
def test_skimpy_s_own_reactors_are_read(shared_data, name):
    varma = sr.read_skimpy_yaml(shared_data("varma", "varma_strain_1.yml"))
    strains = ["strain_1"] if name == "single_species" else ["strain_1", "strain_2"]
    reactor = read_reactor_yaml(
        shared_data("skimpy", f"{name}.yaml"), networks=dict.fromkeys(strains, varma)
    )
    assert list(reactor.strains) == strains
    assert len(reactor.medium_names) == 15
    assert len(reactor.variables) == 15 + len(strains) * (1 + 49)
    assert reactor.constant == {"co2_e", "o2_e", "h_e"}


def test_the_yeast_reactor_s_cells_have_42_cubic_micrometres(shared_data):
    network = sr.read_skimpy_yaml(shared_data("yeast", "kinetic_model.yaml"))
    reactor = read_reactor_yaml(
        shared_data("yeast", "single_species.yaml"), networks={"strain_1": network}
    )
    assert reactor.cell_volume("strain_1") == 42.0
    dry = 1200 * 0.3 * 42e-15  # g: density, dry fraction, volume in litres
    litres = 25e11 * 1e-15
    assert reactor.gram_per_cell_per_litre("strain_1") == pytest.approx(dry / litres)
