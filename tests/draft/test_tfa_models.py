"""Drafts of pyTFA models, beside the real SKiMPy's; needs pyTFA (extra ``build``)."""

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.draft import draft_from_pytfa
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.examples import e_coli_core
from tests.draft.definitions import definitions

pytestmark = pytest.mark.filterwarnings("ignore")  # pyTFA's dependencies deprecate one another


def test_what_is_no_pytfa_model_is_refused(small_model):
    with pytest.raises(InputError, match=r"this Model has no log_concentration.*sr.from_cobra"):
        draft_from_pytfa(small_model())


@pytest.fixture(scope="module")
def tmodel():
    pytest.importorskip("pytfa", reason="the extra 'build' (cobra, pytfa) is not installed")
    from skimpy_renaissance.examples.build_e_coli_core.__main__ import DATA  # noqa: PLC0415
    from skimpy_renaissance.examples.build_e_coli_core.condition import (  # noqa: PLC0415
        load_condition,
    )
    from skimpy_renaissance.examples.build_e_coli_core.scratch import (  # noqa: PLC0415
        scratch_directory,
    )
    from skimpy_renaissance.examples.build_e_coli_core.thermodynamics import (  # noqa: PLC0415
        confine,
        read_energies,
        thermo_database,
        thermodynamic_model,
    )

    energies = read_energies(DATA / "formation_energies.csv")
    groups = pd.read_csv(DATA / "structural_groups.csv", index_col="group", keep_default_na=False)
    with scratch_directory():
        built = thermodynamic_model(load_condition(), energies, thermo_database(energies, groups))
    confine(built, pd.read_csv(DATA / "concentration_ranges.csv", index_col="metabolite"))
    return built


@pytest.fixture(scope="module")
def solution(tmodel):
    return tmodel.optimize().raw


def test_the_bundled_model_is_the_draft_of_its_pytfa_model(tmodel, solution):
    bundled, _ = e_coli_core()
    draft = draft_from_pytfa(tmodel, solution)
    assert definitions(draft.network) == definitions(bundled)
    assert draft.network.boundaries == bundled.boundaries
    assert dict(draft.network.parameters) == dict(bundled.parameters)
    assert list(draft.removed.index) == ["H2Ot"]


def test_equilibrium_constants_are_those_of_energies_and_concentrations(tmodel, solution):
    constants = draft_from_pytfa(tmodel, solution).equilibrium_constants
    fba = tmodel.reactions.FBA
    quotient = sum(n * solution[f"LC_{m.id}"] for m, n in fba.metabolites.items())
    expected = np.exp(quotient - solution["DG_FBA"] / tmodel.RT)
    assert constants["FBA"] == pytest.approx(expected, rel=1e-12)
    assert np.isnan(constants["Biomass_Ecoli_core"])
    scaled = draft_from_pytfa(tmodel, solution, concentration_scaling=1e6).network
    assert scaled.parameters["k_equilibrium_FBA"] == pytest.approx(expected * 1e6, rel=1e-12)
    joined = draft_from_pytfa(tmodel, solution, lump=["2pg_c"]).equilibrium_constants
    assert joined["PGM_ENO"] == pytest.approx(constants["ENO"] / constants["PGM"], rel=1e-12)


def test_large_energies_make_reactions_irreversible(tmodel, solution):
    draft = draft_from_pytfa(tmodel, solution, irreversible_beyond=5.0)
    energies = tmodel.RT * np.log(draft_from_pytfa(tmodel, solution).equilibrium_constants)
    large = set(energies.index[energies.abs() > 5.0]) | {"Biomass_Ecoli_core", "CYTBD"}
    laws = draft.laws["law"]
    assert set(laws.index[laws == "IrrevMichaelisMenten"]) == large
    assert all(draft.directions[name] == 1 for name in large)


def test_solutions_that_lack_a_variable_are_refused(tmodel, solution):
    with pytest.raises(MissingEntryError, match=r"are absent: DG_PFK\. Pass tmodel"):
        draft_from_pytfa(tmodel, solution.drop("DG_PFK"))


@pytest.mark.skimpy
def test_skimpys_own_import_gives_the_same(tmodel, solution):
    from skimpy.io.generate_from_pytfa import FromPyTFA  # noqa: PLC0415

    from skimpy_renaissance.network import from_skimpy  # noqa: PLC0415

    small = ["h_c", "h_e", "co2_c", "co2_e"]
    theirs = from_skimpy(
        FromPyTFA(small_molecules=small).import_model(
            tmodel, solution, concentration_scaling_factor=1e6
        )
    )
    ours = draft_from_pytfa(tmodel, solution, concentration_scaling=1e6, prune=False).network
    assert definitions(ours) == definitions(theirs)
    constants = [n for n in ours.values if n.startswith("k_equilibrium_")]
    assert len(constants) == 42
    for name in constants:
        assert ours.values[name] == pytest.approx(theirs.values[name], rel=1e-9), name
