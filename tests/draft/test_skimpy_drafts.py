"""Drafts equal those of the real SKiMPy: laws, roles, small molecules, orders, Jacobians."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from skimpy_renaissance.draft import draft_from_cobra, read_cobra_model
from skimpy_renaissance.examples import REFERENCE_STATE, e_coli_core
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.network import (
    KineticNetwork,
    from_skimpy,
    read_skimpy_yaml,
    write_skimpy_yaml,
)
from skimpy_renaissance.steady_states import SteadyState, SteadyStates, read_steady_state
from tests.draft.definitions import definitions

SMALL = ("h_c", "h_e", "co2_c", "co2_e")
IRREVERSIBLE = ("ATPM", "CYTBDpp", "CYTBO3_4pp", "NADH16pp", "NADH5")  # by their energies
FIRST_ORDER = {*IRREVERSIBLE[1:]}  # whose protons its authors made act to first order


def constraint_based(network: KineticNetwork):
    """Give a kinetic model's stoichiometry back to COBRApy, reactants in SKiMPy's order."""
    cobra = pytest.importorskip("cobra", reason="COBRApy is not installed")
    model = cobra.Model(network.name)
    there = {
        m: cobra.Metabolite(m, compartment=network.compartment_of[m]) for m in network.metabolites
    }
    for reaction in network.reactions:
        roles = reaction.mechanism.roles
        order = [roles[role] for role in sorted(roles, reverse=True)]
        order += [m for m in reaction.stoichiometry if m not in order]
        copy = cobra.Reaction(reaction.name, lower_bound=-1000)
        copy.add_metabolites({there[m]: reaction.stoichiometry[m] for m in order})
        model.add_metabolites(list(copy.metabolites))
        model.add_reactions([copy])
    for metabolite in network.boundary_names:
        model.add_boundary(model.metabolites.get_by_id(metabolite))
    return model


@pytest.mark.slow
def test_the_published_varma_model_follows_from_its_stoichiometry(shared_data):
    published = read_skimpy_yaml(shared_data("varma", "kin_varma.yml"))
    ours = draft_from_cobra(
        constraint_based(published),
        prune=False,
        small_molecules=("h",),
        held=(),
        irreversible=IRREVERSIBLE,
    ).network
    theirs = definitions(published)
    differing = {name for name, said in definitions(ours).items() if said != theirs[name]}
    assert differing == FIRST_ORDER
    assert definitions(ours, without=["h_c", "h_e"]) == definitions(
        published, without=["h_c", "h_e"]
    )
    assert ours.boundaries == published.boundaries
    assert dict(ours.hooks) == dict(published.hooks)
    state = read_steady_state(shared_data("varma", "steady_state_0.json"), published)
    ordered = replace(
        ours,
        reactions=tuple(
            other if other.name in FIRST_ORDER else replace(mine, metabolites=other.metabolites)
            for mine, other in zip(ours.reactions, published.reactions, strict=True)
        ),
    )
    np.testing.assert_allclose(_jacobian(ordered, state), _jacobian(published, state), rtol=1e-9)


def _feasible(state: SteadyState, network: KineticNetwork) -> SteadyState:
    """Take the fluxes and levels of a state, with energies that let them run: RT each."""
    stacked = SteadyStates.stack([state]).of(network)
    log_quotients = network.full_stoichiometry.T @ np.log(stacked.concentrations[0])
    constants = np.exp(log_quotients + np.sign(stacked.fluxes[0]))
    needed = [name in network.reversible_reactions for name in network.reaction_names]
    return replace(stacked, equilibrium_constants=np.where(needed, constants, np.nan)[None])[0]


def _jacobian(network: KineticNetwork, state: SteadyState) -> np.ndarray:
    """At ln Km that follow from their names."""
    bound = compile_network(network).at(state)
    levels = state.concentrations / state.stated_units().concentration_scaling
    log_km = [
        np.log(levels[network.hooks[name]]) + np.sin(sum(map(ord, name))) for name in bound.km_names
    ]
    return bound.jacobian(torch.tensor([log_km], dtype=torch.float64))[0].numpy()


@pytest.fixture
def skimpy_draft():
    """Draft with SKiMPy's own import, the volumes and Hill coefficients of ours."""
    from skimpy.io.generate_from_cobra import FromCobra  # noqa: PLC0415

    def draft(model, small, like: KineticNetwork) -> KineticNetwork:
        theirs = from_skimpy(FromCobra(small_molecules=list(small)).import_model(model))
        return replace(
            theirs,
            values=like.values,
            compartments=like.compartments,
            compartment_of=like.compartment_of,
        )

    return draft


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")  # SKiMPy's dependencies deprecate one another
def test_textbook_is_drafted_as_by_skimpy(skimpy_draft):
    model = read_cobra_model("textbook")
    ours = draft_from_cobra(model, prune=False, held=(), small_molecules=SMALL).network
    theirs = skimpy_draft(model, SMALL, ours)
    assert definitions(ours) == definitions(theirs)
    assert ours.variables == theirs.variables
    assert ours.boundaries == theirs.boundaries
    assert set(ours.parameter_names) == set(theirs.parameter_names)


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_jacobians_are_those_of_skimpys_draft(skimpy_draft):
    from skimpy_renaissance.examples.build_e_coli_core.condition import (  # noqa: PLC0415
        load_condition,
    )

    model = load_condition()
    ours = draft_from_cobra(model, small_molecules=SMALL).network
    theirs = replace(skimpy_draft(model, SMALL, ours), boundaries=ours.boundaries)
    state = _feasible(e_coli_core()[1][REFERENCE_STATE], ours)
    np.testing.assert_allclose(_jacobian(ours, state), _jacobian(theirs, state), rtol=1e-9)


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_varma_is_drafted_as_by_skimpy(skimpy_draft, shared_data):
    published = read_skimpy_yaml(shared_data("varma", "kin_varma.yml"))
    model = constraint_based(published)
    ours = draft_from_cobra(model, prune=False, held=(), small_molecules=("h",)).network
    theirs = skimpy_draft(model, ("h_c", "h_e"), ours)
    assert definitions(ours) == definitions(theirs)
    assert (ours.variables, ours.boundaries) == (theirs.variables, theirs.boundaries)
    state = read_steady_state(shared_data("varma", "steady_state_0.json"), published)
    state = _feasible(state, ours)
    np.testing.assert_allclose(_jacobian(ours, state), _jacobian(theirs, state), rtol=1e-9)


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_skimpy_reads_a_draft_that_was_written(load_yaml_model, tmp_path):
    bounds = {"EX_glc__D_e": (-9.0, -8.0), "AKGDH": (0.5, 10.0)}
    ours = draft_from_cobra("textbook", bounds=bounds, growth=(0.5, 0.6), lump=["2pg_c"]).network
    write_skimpy_yaml(ours, tmp_path / "draft.yaml")
    theirs = from_skimpy(load_yaml_model(str(tmp_path / "draft.yaml")))
    assert definitions(theirs) == definitions(ours)
    assert (theirs.variables, theirs.boundaries) == (ours.variables, ours.boundaries)
    assert dict(theirs.parameters) == dict(ours.parameters)
