"""The file holds the kinetic model, libSBML finds nothing in it, and bad input is named."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import sympy

import skimpy_renaissance as sr
from skimpy_renaissance.errors import (
    InputError,
    MissingEntryError,
    NetworkError,
    OutputError,
    UnitsError,
)
from skimpy_renaissance.network import Rate
from skimpy_renaissance.network.roles import symbol
from tests.sbml.kinetic_models import bundled


@pytest.fixture
def write(small, libsbml, tmp_path):
    """Write the small model with changes, and read it back."""

    def written(**changes):
        network, state, values = small
        given = {"network": network, "state": state, "parameters": values, **changes}
        path = changes.pop("path", tmp_path / "model.xml")
        positional = [given[name] for name in ("network", "state", "parameters")]
        options = {name: changes[name] for name in ("units", "annotations") if name in changes}
        findings = sr.write_sbml(*positional, path=path, **options)
        document = libsbml.readSBMLFromFile(str(path))
        document.checkConsistency()
        assert document.getNumErrors(libsbml.LIBSBML_SEV_ERROR) == 0
        return document, findings

    return written


def _elements(listed):
    return {one.getName(): one for one in listed}


def test_libsbml_finds_nothing_in_the_small_model(write):
    document, findings = write()
    assert document.getNumErrors() == 0
    assert list(findings.columns) == ["severity", "code", "category", "line", "message"]
    assert len(findings) == 0


def test_libsbml_finds_nothing_in_the_bundled_model(libsbml, tmp_path):
    network, state, values = bundled()
    assert len(sr.write_sbml(network, state, values, path=tmp_path / "core.xml")) == 0
    model = libsbml.readSBMLFromFile(str(tmp_path / "core.xml")).getModel()
    assert model.getNumReactions() == len(network.reactions)
    assert model.getNumSpecies() == len(network.metabolites)


def test_compartments_are_those_of_a_litre_of_cells(write, small):
    document, _ = write()
    volumes = {one.getId(): one.getSize() for one in document.getModel().getListOfCompartments()}
    assert volumes == {"c": 0.9, "p": pytest.approx(0.1), "cell": 1.0}
    places = {n: s.getCompartment() for n, s in _elements(_species(document)).items()}
    assert (places["a_c"], places["e_p"], places["f_e"]) == ("c", "p", "cell")


def _species(document):
    return document.getModel().getListOfSpecies()


def test_a_compartment_as_large_as_the_cell_stands_for_it(libsbml, tmp_path):
    network, state, values = bundled()
    sr.write_sbml(network, state, values, path=tmp_path / "core.xml")
    document = libsbml.readSBMLFromFile(str(tmp_path / "core.xml"))
    assert {one.getId() for one in document.getModel().getListOfCompartments()} == {"c", "e"}
    law = document.getModel().getReaction(0).getKineticLaw().getFormula()
    assert law.startswith("c * ")


def test_the_model_starts_at_the_state_and_boundaries_are_constant(write, small):
    network, state, _ = small
    document, _ = write()
    for name, species in _elements(_species(document)).items():
        assert species.getInitialConcentration() == state.concentrations[name]
        boundary = name in network.boundaries
        assert (species.getConstant(), species.getBoundaryCondition()) == (boundary, boundary)


def test_the_set_goes_before_the_state(write, small):
    changed = {**small[2], "f_e": 5.5, "k_equilibrium_MOVE": 1e3}
    with pytest.warns(UserWarning, match=r"rates of IN, MOVE are not its fluxes"):
        document, _ = write(parameters=changed)
    assert _elements(_species(document))["f_e"].getInitialConcentration() == 5.5
    parameters = _elements(document.getModel().getListOfParameters())
    assert parameters["k_equilibrium_MOVE"].getValue() == 1e3


def test_constants_of_the_state_and_the_model_are_taken_where_the_set_has_none(write, small):
    left_out = ("k_equilibrium_IN", "h_c", "hill_coefficient_HILL")
    document, _ = write(parameters=small[2].drop(list(left_out)))
    parameters = _elements(document.getModel().getListOfParameters())
    of_state = small[1].equilibrium_constants["IN"]
    assert parameters["k_equilibrium_IN"].getValue() == pytest.approx(of_state, rel=1e-14)
    assert parameters["hill_coefficient_HILL"].getValue() == 1.7


def test_parameters_have_terms_and_units(write):
    document, _ = write()
    parameters = _elements(document.getModel().getListOfParameters())
    terms = {name: one.getSBOTermID() for name, one in parameters.items()}
    assert terms["km_substrate1_SPLIT"] == "SBO:0000027"
    assert terms["k_inhibition_IM_b_c_SPLIT"] == "SBO:0000261"
    assert terms["vmax_forward_SPLIT"] == "SBO:0000186"
    units = {name: one.getUnits() for name, one in parameters.items()}
    assert units["km_substrate1_SPLIT"] == "concentration"
    assert units["k_equilibrium_SPLIT"] == "concentration"
    assert units["vmax_forward_SPLIT"] == "concentration_per_time"
    assert units["hill_coefficient_HILL"] == "dimensionless"


def test_what_acts_without_being_balanced_is_a_modifier(write):
    document, _ = write()
    split = document.getModel().getReaction("SPLIT")
    assert [m.getSpecies() for m in split.getListOfModifiers()] == []  # b_c is its product
    move = document.getModel().getReaction("MOVE")
    assert {p.getSpecies() for p in move.getListOfProducts()} == {"e_p", "h_c"}


def test_pools_and_the_set_stand_in_the_notes(write):
    notes = write()[0].getModel().getNotesString()
    assert "Conserved amount: d_c + t_c." in notes
    assert "Parameter set: seed 0." in notes
    assert "Steady state: reference." in notes


def test_names_that_are_no_identifiers_are_kept_beside(write, small):
    network, state, _ = small
    renamed = replace(network, name="model 1-2: <a & b>")
    odd = {"IN": "IN-2", "OUT": "OUT 3"}
    reactions = tuple(replace(r, name=odd.get(r.name, r.name)) for r in network.reactions)
    state = replace(state, fluxes=state.fluxes.rename(odd))
    document, findings = write(network=replace(renamed, reactions=reactions), state=state)
    assert len(findings) == 0
    model = document.getModel()
    assert (model.getId(), model.getName()) == ("model_1_2___a___b_", "model 1-2: <a & b>")
    assert _elements(model.getListOfReactions())["IN-2"].getId() == "IN_2"


def test_one_name_for_two_parts_gives_two_identifiers(write, small):
    network, state, _ = small
    named = tuple(replace(r, name="a_c" if r.name == "OUT" else r.name) for r in network.reactions)
    state = replace(state, fluxes=state.fluxes.rename({"OUT": "a_c"}))
    document, _ = write(network=replace(network, reactions=named, name="c"), state=state)
    reaction = _elements(document.getModel().getListOfReactions())["a_c"]
    assert reaction.getId() == "reaction_a_c"
    assert document.getModel().getId() == "model_c"


def test_a_population_of_one_set_is_that_set(write, small):
    _, state, values = small
    frame = pd.DataFrame([values], index=["7"])
    one = sr.ParameterPopulation.from_dataframe(frame, units=state.units)
    document, _ = write(parameters=one)
    found = document.getModel().getParameter("vmax_forward_IN").getValue()
    assert found == pytest.approx(values["vmax_forward_IN"], rel=1e-14)


def test_minutes_are_declared(write, small):
    units = replace(small[1].units, time_scaling=60.0)
    document, _ = write(state=replace(small[1], units=None), units=units)
    time = document.getModel().getUnitDefinition("time").getUnit(0)
    assert time.getMultiplier() * 10.0 ** time.getScale() == pytest.approx(60.0)


# -- bad input -------------------------------------------------------------------------------------


def _population(small, n=2, **changes):
    frame = pd.DataFrame([small[2]] * n, index=range(n))
    return sr.ParameterPopulation.from_dataframe(frame, **{"units": small[1].units, **changes})


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            lambda s: {"parameters": s[2].drop("vmax_forward_IN")},
            MissingEntryError,
            r"no value for vmax_forward_IN, which the rate laws of 'branched' need. Take a",
        ),
        (
            lambda _: {"parameters": {"km_substrate_PFK": 1.0}},
            MissingEntryError,
            "has 1 names that this model does not, such as 'km_substrate_PFK': it seems to be of "
            "another model",
        ),
        (
            lambda s: {"parameters": {**s[2], "vmax_forward_IN": np.inf}},
            InputError,
            "Parameter 'vmax_forward_IN' must be a finite number, got inf",
        ),
        (
            lambda s: {"parameters": {**s[2], "vmax_forward_IN": "fast"}},
            InputError,
            "Parameter 'vmax_forward_IN' must be a number, got 'fast'",
        ),
        (
            lambda s: {"parameters": {**s[2], "f_e": -1.0}},
            InputError,
            "Concentration 'f_e' must be .*, got -1.0",
        ),
        (
            lambda s: {"parameters": _population(s)},
            InputError,
            r"one parameter set, got a population of 2. Choose one, population\[.*write_omex",
        ),
        (
            lambda s: {"parameters": _population(s, 1, units=sr.Units(1e6, 1000.0, 0.3))},
            UnitsError,
            "the population must have the same units; concentration_scaling",
        ),
        (lambda _: {"parameters": 3}, InputError, "a mapping of parameters to numbers, got int"),
        (
            lambda s: {"state": sr.SteadyStates.stack([s[1]])},
            InputError,
            r"written at one steady state, got SteadyStates. Take one of them: states\[0\]",
        ),
        (
            lambda s: {"state": replace(s[1], units=None)},
            UnitsError,
            "'reference' holds scaled numbers of unknown units",
        ),
        (
            lambda _: {"units": sr.Units(1e6, 1000.0, 0.3)},
            UnitsError,
            "steady state 'reference' must have the same units",
        ),
        (
            lambda s: {"state": replace(s[1], concentrations=s[1].concentrations.drop("a_c"))},
            MissingEntryError,
            "'reference' has no concentration for a_c of 'branched'",
        ),
        (
            lambda _: {"annotations": 3},
            InputError,
            "must be a COBRA model, or a mapping .* got int",
        ),
    ],
)
def test_what_cannot_be_written_is_named(write, small, tmp_path, change, error, message):
    with pytest.raises(error, match=message):
        write(**change(small))
    assert not (tmp_path / "model.xml").exists()


def test_a_set_that_the_population_lacks_is_named(small):
    with pytest.raises(MissingEntryError, match="'17'"):
        _population(small)["17"]


def test_a_folder_that_is_not_there_is_named(write, tmp_path):
    with pytest.raises(OutputError, match=r"the folder .*nowhere does not exist"):
        write(path=tmp_path / "nowhere" / "model.xml")


def test_a_law_without_a_formula_is_named(write, small):
    network = small[0]
    first = network.reactions[0]
    odd = replace(
        first, rate=Rate(first.rate.forward * sympy.erf(symbol("substrate")), sympy.Integer(0))
    )
    with pytest.raises(
        NetworkError, match=r"rate law of 'IN' has no formula in SBML: it takes erf"
    ):
        write(network=replace(network, reactions=(odd, *network.reactions[1:])))


def test_a_file_that_stood_there_stays_where_writing_fails(write, small, tmp_path):
    (tmp_path / "model.xml").write_text("before")
    with pytest.raises(MissingEntryError):
        write(parameters={})
    assert (tmp_path / "model.xml").read_text() == "before"
