"""Energies of a pyTFA model are those that its states have."""

from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.thermodynamics import energies_from_pytfa, energies_from_table

PYTFA_RT = 1.9858775e-3 * 298.15


def _ln_k_of(states, network):
    """ln K, mol/L, `state x reversible reaction`."""
    reversible = np.isin(network.reaction_names, network.reversible_reactions)
    powers = network.full_stoichiometry[:, reversible].sum(axis=0)
    constants = states.equilibrium_constants[:, reversible]
    return np.log(constants) - powers * np.log(states.units.concentration_scaling)


def test_constants_of_the_bundled_states_follow_from_their_standard_energies():
    """The kinetic model keeps protons and carbon dioxide, and has no water."""
    network, states = sr.examples.e_coli_core()
    path = files("skimpy_renaissance.examples") / "data" / "e_coli_core_states.csv.gz"
    row = pd.read_csv(path, index_col=0).iloc[17]
    names = network.reversible_reactions
    ln_k = [-row[f"DGo_{name}"] / PYTFA_RT for name in names]
    stated = energies_from_table(
        pd.DataFrame({"reaction": names, "ln_k": ln_k}), protons={"h_c": 7.5, "h_e": 7.0}
    )
    found = stated.log_k_in(network)
    assert tuple(found.index) == names
    np.testing.assert_allclose(found, _ln_k_of(states[17:18], network)[0], atol=1e-9)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # pyTFA's dependencies deprecate one another
def test_states_of_a_pytfa_model_are_within_its_errors():
    pytest.importorskip("pytfa", reason="the extra 'build' (cobra, pytfa) is not installed")
    from skimpy_renaissance.examples.build_e_coli_core.__main__ import DATA  # noqa: PLC0415
    from skimpy_renaissance.examples.build_e_coli_core.condition import (  # noqa: PLC0415
        load_condition,
    )
    from skimpy_renaissance.examples.build_e_coli_core.scratch import (  # noqa: PLC0415
        scratch_directory,
    )
    from skimpy_renaissance.examples.build_e_coli_core.thermodynamics import (  # noqa: PLC0415
        read_energies,
        thermo_database,
        thermodynamic_model,
    )

    groups = pd.read_csv(DATA / "structural_groups.csv", index_col="group", keep_default_na=False)
    table = read_energies(DATA / "formation_energies.csv")
    with scratch_directory():
        model = thermodynamic_model(load_condition(), table, thermo_database(table, groups))
    energies = energies_from_pytfa(model)
    network, states = sr.examples.e_coli_core()
    middle = energies.log_k_in(network)
    assert tuple(middle.index) == network.reversible_reactions
    off = np.abs(_ln_k_of(states, network) - middle.to_numpy()).max(axis=0)
    assert (off <= energies.only(middle.index).error + 1e-6).all()
    assert energies.missing.index.tolist() == ["Biomass_Ecoli_core", "H2Ot"]


def test_what_is_no_pytfa_model_is_refused():
    with pytest.raises(InputError, match=r"ThermoModel after prepare\(\) and convert\(\), got int"):
        energies_from_pytfa(3)
