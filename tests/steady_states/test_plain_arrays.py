"""Plain arrays become the steady states that they hold, once their units are stated."""

from dataclasses import replace

import numpy as np
import pytest

from skimpy_renaissance.errors import FileFormatError, MissingEntryError, UnitsError
from skimpy_renaissance.examples import e_coli_core
from skimpy_renaissance.network import read_skimpy_yaml
from skimpy_renaissance.steady_states import (
    ArrayLayout,
    check_consistency,
    has_units,
    read_state_arrays,
    read_steady_state,
    save_steady_states,
)


def _write(path, states, network, **changes):
    n = len(network.variables)
    reversible = np.isin(network.reaction_names, network.reversible_reactions)
    arrays = {
        "ids": np.array(states.names),
        "flux": states.fluxes[:, ::-1],
        "reaction_order": np.array(states.reaction_names[::-1]),
        "concentration": states.concentrations[:, :n],
        "reactant_order": np.array(states.metabolite_names[:n]),
        "boundary_concentration": states.concentrations[:, n:],
        "boundary_names": np.array(states.metabolite_names[n:]),
        "keq": states.equilibrium_constants[:, reversible],
        "keq_names": np.array([f"k_equilibrium_{r}" for r in network.reversible_reactions]),
        "flux_scaling_factor": np.array(states.units.flux_factor),
    }
    arrays.update(changes)
    np.savez(path, **{key: value for key, value in arrays.items() if value is not None})


def test_arrays_in_any_order_become_the_states_they_hold(tmp_path):
    network, states = e_coli_core()
    path = tmp_path / "states.npz"
    _write(path, states, network)
    read = read_state_arrays(path, network, units=states.units)
    assert read.names == states.names
    np.testing.assert_array_equal(read.fluxes, states.fluxes)
    np.testing.assert_array_equal(read.concentrations, states.concentrations)
    np.testing.assert_array_equal(read.equilibrium_constants, states.equilibrium_constants)
    assert not has_units(path)
    save_steady_states(states, path)
    assert has_units(path)


def test_other_keys_are_named_by_a_layout(tmp_path):
    network, states = e_coli_core()
    path = tmp_path / "states.npz"
    _write(path, states, network, flux=None, v=states.fluxes[:, ::-1])
    with pytest.raises(FileFormatError, match=r"'flux'.*ArrayLayout"):
        read_state_arrays(path, network, units=states.units)
    read = read_state_arrays(path, network, units=states.units, layout=ArrayLayout(fluxes="v"))
    np.testing.assert_array_equal(read.fluxes, states.fluxes)


def test_wrong_units_shapes_and_files_are_refused(tmp_path):
    network, states = e_coli_core()
    path = tmp_path / "states.npz"
    _write(path, states, network)
    with pytest.raises(UnitsError, match="density"):
        read_state_arrays(path, network, units=replace(states.units, density=1105.0))
    with pytest.raises(UnitsError, match="no units"):
        read_state_arrays(path, network, units=None)
    _write(path, states, network, keq=states.fluxes)
    with pytest.raises(
        FileFormatError, match=r"'keq' in states\.npz has \d+ entries along its axis 'constant'"
    ):
        read_state_arrays(path, network, units=states.units)
    _write(path, states, network, reaction_order=np.array([f"x{i}" for i in range(44)]))
    with pytest.raises(MissingEntryError, match="fluxes"):
        read_state_arrays(path, network, units=states.units)
    path.write_bytes(b"no archive")
    with pytest.raises(FileFormatError, match="npz archive"):
        read_state_arrays(path, network, units=states.units)


def test_the_recovered_e_coli_states_are_read_and_agree_with_the_json_one(shared_data):
    network = read_skimpy_yaml(shared_data("ecoli", "kinetic_model.yaml"))
    one = read_steady_state(shared_data("ecoli", "steady_state_1712.json"), network)
    states = read_state_arrays(
        shared_data("ecoli", "steady_states_30.npz"), network, units=one.units, check=False
    )
    assert check_consistency(network, states).passed.all()
    same = states["1712,6"]
    np.testing.assert_allclose(same.fluxes, one.fluxes, rtol=1e-9)
    np.testing.assert_allclose(same.concentrations, one.concentrations, rtol=1e-9)
