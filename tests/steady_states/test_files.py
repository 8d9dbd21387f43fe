"""The JSON form of one state and the archive of many."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skimpy_renaissance.errors import (
    FileFormatError,
    InputError,
    MissingEntryError,
    OutputError,
    UnitsError,
)
from skimpy_renaissance.network.skimpy_yaml import read_skimpy_yaml
from skimpy_renaissance.steady_states import (
    SteadyStates,
    check_consistency,
    load_steady_states,
    read_steady_state,
    read_tfa_samples,
    save_steady_states,
    to_json,
    write_steady_state,
)
from skimpy_renaissance.units import Units

LABELS = ("fluxes", "concentrations", "equilibrium_constants")


@pytest.fixture
def states(network, samples, units, written) -> SteadyStates:
    return read_tfa_samples(written(samples), network, units=units)


@pytest.fixture
def document(states) -> dict:
    return json.loads(to_json(states["second"]))


@pytest.fixture
def saved(tmp_path):
    def save(document: object):
        path = tmp_path / "state.json"
        path.write_text(json.dumps(document))
        return path

    return save


def test_json_survives_the_round_trip_exactly(network, states, tmp_path):
    path = tmp_path / "state.json"
    write_steady_state(states["second"], path)
    again = read_steady_state(path, network)
    assert again.name == "second"
    assert again.units == states.units
    for label in LABELS:
        np.testing.assert_array_equal(getattr(again, label), getattr(states["second"], label))
    assert [p.name for p in tmp_path.glob("state*")] == ["state.json"]


@pytest.mark.parametrize("number", [1712, 1715, 2392, 4230, 4456])
def test_published_states_have_the_published_displacements(shared_data, number):
    network = read_skimpy_yaml(shared_data("ecoli", "kinetic_model.yaml"))
    path = shared_data("ecoli", f"steady_state_{number}.json")
    state = read_steady_state(path, network)
    assert state.units == Units(concentration_scaling=1e9, density=1105.0, gdw_gww_ratio=0.3)
    published = json.loads(path.read_text())
    assert state.fluxes.to_dict() == published["fluxes"]
    assert state.concentrations.to_dict() == published["concentrations"]
    assert state.equilibrium_constants.dropna().to_dict() == published["k_eq"]
    report = check_consistency(network, SteadyStates.stack([state]))
    displacement = dict(zip(report.reaction_names, np.exp(report.log_displacement[0]), strict=True))
    expected = published["displacement_gamma"]
    assert_allclose([displacement[r] for r in expected], list(expected.values()), rtol=1e-12)


def test_a_file_without_a_name_is_called_after_the_file(network, document, saved):
    del document["name"]
    assert read_steady_state(saved(document), network).name == "state"


def test_units_come_from_the_file_or_the_argument_and_are_never_guessed(
    network, document, saved, units
):
    scaling = document.pop("scaling")
    with pytest.raises(UnitsError, match="does not state its units: concentration_scaling, densit"):
        read_steady_state(saved(document), network)
    assert read_steady_state(saved(document), network, units=units).units == units
    document["scaling"] = {k: v for k, v in scaling.items() if k != "time_scaling"}
    with pytest.raises(UnitsError, match="time_scaling absent from 'scaling'"):
        read_steady_state(saved(document), network)
    document["scaling"]["time_unit"] = "h"
    assert read_steady_state(saved(document), network).units == units


@pytest.mark.parametrize(("unit", "per_hour"), [("h", 1.0), ("min", 60.0), ("s", 3600.0)])
def test_a_time_unit_stands_for_its_number_per_hour(network, document, saved, unit, per_hour):
    del document["scaling"]["time_scaling"]
    document["scaling"]["time_unit"] = unit
    assert read_steady_state(saved(document), network).units.time_scaling == per_hour


def test_units_of_file_and_argument_must_agree(network, document, saved):
    other = Units(concentration_scaling=1e6, density=1105.0, gdw_gww_ratio=0.3)
    with pytest.raises(UnitsError, match=r"density: 1105\.0 here, 1200\.0 there"):
        read_steady_state(saved(document), network, units=other)


def test_a_flux_factor_that_contradicts_the_units_is_noticed(network, document, saved):
    document["scaling"]["flux_scaling_factor"] = 3.6e5
    assert read_steady_state(saved(document), network).name == "second"
    document["scaling"]["flux_scaling_factor"] = 3.0e8
    with pytest.raises(
        UnitsError, match=r"flux_scaling_factor 300000000\.0, but its units give 3600"
    ):
        read_steady_state(saved(document), network)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be parsed"),
        ('{"fluxes": {"R0": 1.0, "R', "cannot be parsed.*cut off"),
        ("[1, 2]", "must hold one mapping .* got list"),
        ('{"concentrations": {}}', "must hold 'fluxes' as a mapping .* got nothing"),
        ('{"fluxes": [1.0]}', "'fluxes' as a mapping from name to number, got list"),
        ('{"fluxes": {"R0": 1.0, "R0": 2.0}}', "names R0 twice"),
    ],
)
def test_a_file_of_another_form_is_refused(network, tmp_path, text, message):
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(FileFormatError, match=message):
        read_steady_state(path, network)


def test_a_number_too_large_for_a_float_is_named(network, document, saved):
    document["k_eq"]["R1"] = 10**400
    with pytest.raises(InputError, match=r"k_eq of 'R1' must be a number below 1\.8e308, got one"):
        read_steady_state(saved(document), network)


@pytest.mark.parametrize("key", ["density", "flux_scaling_factor"])
def test_a_scaling_too_large_for_a_float_is_refused(network, document, saved, key):
    document["scaling"][key] = 10**400
    if key == "density":
        with pytest.raises(UnitsError, match="density"):
            read_steady_state(saved(document), network)
    else:
        read_steady_state(saved(document), network)


@pytest.mark.parametrize("content", ["[" * 100_000, '{"name": ' * 100_000, "9" * 10_000])
def test_a_document_that_json_cannot_hold_is_refused(network, tmp_path, content):
    (tmp_path / "state.json").write_text(content)
    with pytest.raises(FileFormatError, match=r"state\.json must be a JSON document"):
        read_steady_state(tmp_path / "state.json", network)


@pytest.mark.parametrize("value", ["1.0", None, True, [1.0]])
def test_an_entry_that_is_no_number_is_named(network, document, saved, value):
    document["k_eq"]["R1"] = value
    with pytest.raises(InputError, match=r"state\.json: k_eq of 'R1' must be a number"):
        read_steady_state(saved(document), network)


def test_not_a_number_in_json_is_named(network, document, saved):
    document["fluxes"]["R1"] = float("nan")
    with pytest.raises(
        InputError, match=r"fluxes must hold finite.* 'second' has .*nan.* for 'R1'"
    ):
        read_steady_state(saved(document), network)


def test_an_absent_entry_is_named(network, document, saved):
    del document["concentrations"]["_13a_e"]
    with pytest.raises(MissingEntryError, match="1 absent: _13a_e"):
        read_steady_state(saved(document), network)


def test_writing_into_a_folder_that_does_not_exist_is_refused(states, tmp_path):
    with pytest.raises(OutputError, match="does not exist"):
        write_steady_state(states[0], tmp_path / "none" / "state.json")
    with pytest.raises(OutputError, match="does not exist"):
        save_steady_states(states, tmp_path / "none" / "states.npz")


def test_a_failed_write_leaves_the_old_file(network, states, tmp_path, monkeypatch):
    path = tmp_path / "states.npz"
    save_steady_states(states, path)
    before = path.read_bytes()

    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", fail)
    with pytest.raises(OutputError, match="No space left on device"):
        save_steady_states(states[:1], path)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob(".states*"))


def test_an_archive_survives_the_round_trip_exactly(network, states, tmp_path):
    save_steady_states(states, tmp_path / "states.npz")
    again = load_steady_states(tmp_path / "states.npz", network)
    assert (again.names, again.units) == (states.names, states.units)
    for label in LABELS:
        np.testing.assert_array_equal(getattr(again, label), getattr(states, label))


def test_another_file_is_not_an_archive_of_states(network, states, tmp_path):
    path = tmp_path / "states.npz"
    for write in (
        lambda: path.write_text("fluxes"),
        lambda: path.write_bytes(b""),
        lambda: np.savez(path, names=np.array(["a"])),
        lambda: np.savez(path, names=np.array(["a", None], dtype=object)),
        lambda: (np.save(tmp_path / "one.npy", np.zeros(3)), (tmp_path / "one.npy").replace(path)),
    ):
        write()
        with pytest.raises(FileFormatError, match="written by save_steady_states"):
            load_steady_states(path, network)
    with pytest.raises(FileFormatError, match="does not exist"):
        load_steady_states(tmp_path / "none.npz", network)
