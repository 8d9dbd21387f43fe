"""Runs in folders: stopped, resumed, saved, loaded, damaged."""

import itertools
import json
import logging
import os
import time

import numpy as np
import pytest
import torch

from skimpy_renaissance.errors import FileFormatError, InputError, OutputError
from skimpy_renaissance.learning import (
    NES,
    Generator,
    Gradient,
    load_generator,
    train,
    train_repeats,
)
from skimpy_renaissance.learning.rewards import FastestDynamics, Incidence
from skimpy_renaissance.setups import differences
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.versions import WRITTEN_BY, versions

SMALL = Generator(latent=9, hidden=(16, 16))
QUICK = NES(n_candidates=6, models_per_candidate=10, generations=6)


def quick(kinetics, **options):
    defaults = {"optimizer": QUICK, "generator": SMALL, "seed": 3, "keep_snapshots": (0, 3)}
    return train(kinetics, **{**defaults, **options})


def interrupt_after(generation):
    def callback(trained):
        if trained.state.generation == generation:
            raise KeyboardInterrupt

    return callback


def require_equal(one, other):
    """Hold two runs equal bit for bit, all but the time they took."""
    assert torch.equal(one.weights, other.weights)
    assert one.state.learning_rate == other.state.learning_rate
    tables = [run.history.to_dataframe().drop(columns="seconds") for run in (one, other)]
    assert tables[0].equals(tables[1])
    assert one.snapshots.keys() == other.snapshots.keys()
    for generation, weights in one.snapshots.items():
        assert torch.equal(weights, other.snapshots[generation])


@pytest.mark.parametrize("every", [1, 2, 4])
@pytest.mark.parametrize("last", [1, 3, 5])
def test_a_run_stopped_and_resumed_equals_one_in_a_piece_bit_for_bit(
    pathway, tmp_path, every, last
):
    options = {"checkpoint": tmp_path / "run", "checkpoint_every": every}
    with pytest.raises(KeyboardInterrupt, match=f"after generation {last} of 6"):
        quick(pathway(), callback=interrupt_after(last), **options)
    assert load_generator(tmp_path / "run").state.generation == last - last % every
    resumed = quick(pathway(), **options)
    require_equal(resumed, quick(pathway()))
    require_equal(load_generator(tmp_path / "run"), resumed)


def test_files_from_the_future_and_a_clock_that_runs_backwards_change_nothing(
    pathway, tmp_path, monkeypatch
):
    with pytest.raises(KeyboardInterrupt):
        quick(pathway(), callback=interrupt_after(3), checkpoint=tmp_path)
    for path in tmp_path.iterdir():
        os.utime(path, (4e9, 4e9))
    backwards = itertools.count(1e9, -1000.0)
    monkeypatch.setattr(time, "time", lambda: next(backwards))
    require_equal(quick(pathway(), checkpoint=tmp_path), quick(pathway()))


def test_a_folder_as_earlier_versions_wrote_it_is_resumed(pathway, tmp_path):
    """Version 1 wrote one space of indentation, no compression, and half the search stays done."""
    with pytest.raises(KeyboardInterrupt):
        quick(pathway(), callback=interrupt_after(4), checkpoint=tmp_path / "now")
    now, old = tmp_path / "now", tmp_path / "old"
    old.mkdir()
    setup = json.loads((now / "manifest.json").read_text())["setup"]
    versions = {"skimpy_renaissance": "0.1", "torch": "2.2", "numpy": "1.26"}
    manifest = {
        "format": "skimpy_renaissance generator",
        "schema": 1,
        "versions": versions,
        "setup": setup,
    }
    (old / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    (old / "history.csv").write_text((now / "history.csv").read_text())
    for name in ("state.npz", "weights_at_0.npz", "weights_at_3.npz"):
        with np.load(now / name) as arrays:
            np.savez(
                old / name,
                **{key: arrays[key] for key in arrays if key not in ("sha256", WRITTEN_BY)},
            )
    with np.load(old / "state.npz") as arrays:
        assert set(arrays) == {"weights", "generation", "learning_rate", "random_state"}
    require_equal(quick(pathway(), checkpoint=old), quick(pathway()))


def test_ctrl_c_in_the_middle_of_judging_leaves_the_last_checkpoint(pathway, tmp_path):
    with pytest.raises(KeyboardInterrupt, match="checkpoint=") as stop:
        quick(pathway(stop_at_call=4), checkpoint=tmp_path)  # 1 describes, 2 and 3 are generations
    assert str(tmp_path) in str(stop.value)
    assert load_generator(tmp_path).state.generation == 2
    require_equal(quick(pathway(), checkpoint=tmp_path), quick(pathway()))


def test_ctrl_c_without_a_folder_says_that_nothing_was_kept(pathway):
    with pytest.raises(KeyboardInterrupt, match="Nothing was written"):
        quick(pathway(), callback=interrupt_after(1))


def test_a_history_ahead_of_the_weights_is_cut_back(pathway, tmp_path):
    # what a stop between writing history.csv and state.npz leaves
    with pytest.raises(KeyboardInterrupt):
        quick(pathway(), checkpoint=tmp_path, callback=interrupt_after(2))
    state = (tmp_path / "state.npz").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        quick(pathway(), checkpoint=tmp_path, callback=interrupt_after(3))
    (tmp_path / "state.npz").write_bytes(state)
    assert len(load_generator(tmp_path).history) == 2
    require_equal(quick(pathway(), checkpoint=tmp_path), quick(pathway()))


def test_a_write_that_fails_half_way_leaves_the_checkpoint_whole(pathway, tmp_path, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        quick(pathway(), checkpoint=tmp_path, callback=interrupt_after(2))

    def half(file, **arrays):
        file.write(b"PK half a file")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(KeyboardInterrupt):
        quick(pathway(), checkpoint=tmp_path)
    monkeypatch.undo()
    assert load_generator(tmp_path).state.generation == 2
    assert not list(tmp_path.glob(".*"))
    require_equal(quick(pathway(), checkpoint=tmp_path), quick(pathway()))


def test_a_finished_run_is_read_not_repeated(pathway, tmp_path, caplog):
    first = quick(pathway(), checkpoint=tmp_path)
    kinetics = pathway()
    with caplog.at_level(logging.INFO):
        again = quick(kinetics, checkpoint=tmp_path)
    require_equal(first, again)
    assert kinetics.calls == 1
    assert "after generation 6" in caplog.text


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 4}, "seed: 3 stored, 4 now"),
        ({"optimizer": NES(6, 10, search_radius=0.02, generations=6)}, "optimizer.search_radius"),
        ({"generator": Generator(latent=9, hidden=(16, 8))}, "generator.hidden"),
        ({"generator": Generator("batch_minmax", 9, (16, 16))}, "generator.output"),
        ({"criterion": Validity(-1.0)}, "criterion.partition"),
        ({"reward": FastestDynamics(n_fastest=5)}, "reward.class"),
        ({"reward": 2 * Incidence()}, "reward.class"),
        ({"measured": {"km_substrate_R1": (1e-3, 2e-3)}}, "km.measured"),
        ({"keep_snapshots": (0,)}, "keep_snapshots"),
        ({"provenance": {"density": 1105}}, "provenance.density"),
    ],
)
def test_resuming_with_another_set_up_names_what_differs(pathway, tmp_path, change, named):
    quick(pathway(), checkpoint=tmp_path, provenance={"density": 1200})
    with pytest.raises(InputError, match="another set-up") as error:
        quick(pathway(), **{"provenance": {"density": 1200}, "checkpoint": tmp_path, **change})
    assert named in str(error.value)


def test_resuming_at_another_steady_state_is_noticed(pathway, tmp_path):
    quick(pathway(flux=10.0), checkpoint=tmp_path)
    with pytest.raises(InputError, match="lambda_max_at_middle"):
        quick(pathway(flux=11.0), checkpoint=tmp_path)


def test_equal_descriptions_do_not_differ():
    stored = {"a": [1, {"b": None}], "c": "x"}
    assert differences(stored, json.loads(json.dumps(stored))) == []
    assert differences(stored, {"a": [1, {"b": 2}]}) == [
        "a[1].b: None stored, 2 now",
        "c: 'x' stored, None now",
    ]


def test_repeats_resume_in_folders_of_their_own(pathway, tmp_path):
    options = {"repeats": 2, "optimizer": QUICK, "generator": SMALL}
    with pytest.raises(KeyboardInterrupt):
        train_repeats(pathway(stop_at_call=10), checkpoint=tmp_path, **options)
    assert load_generator(tmp_path / "repeat_0").state.generation == 6
    assert load_generator(tmp_path / "repeat_1").state.generation == 1
    resumed = train_repeats(pathway(), checkpoint=tmp_path, **options)
    for one, other in zip(resumed, train_repeats(pathway(), **options), strict=True):
        require_equal(one, other)


def test_a_saved_generator_loads_to_the_same_models(pathway, tmp_path):
    kinetics = pathway(bounds={1: (-9.0, -7.0)})
    trained = quick(
        kinetics, measured={"km_substrate_R3": (1e-3, 2e-3)}, provenance={"state": "1712"}
    )
    trained.save(tmp_path / "new" / "run")
    loaded = load_generator(tmp_path / "new" / "run")
    require_equal(trained, loaded)
    assert torch.equal(trained.generate(50, seed=1), loaded.generate(50, seed=1))
    assert torch.equal(trained.at(3).generate(9, seed=1), loaded.at(3).generate(9, seed=1))
    assert loaded.km_names == kinetics.km_names
    assert loaded.provenance == {"state": "1712"}
    assert loaded.generator == SMALL


def test_a_snapshot_can_be_saved_by_itself(pathway, tmp_path):
    trained = quick(pathway())
    trained.at(3).save(tmp_path)
    loaded = load_generator(tmp_path)
    require_equal(trained.at(3), loaded)


def test_saving_never_replaces_a_run_unasked(pathway, tmp_path):
    quick(pathway(), checkpoint=tmp_path)
    other = quick(pathway(), seed=9, keep_snapshots=())
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="overwrite=True"):
        other.save(tmp_path)
    other.save(tmp_path, overwrite=True)
    require_equal(load_generator(tmp_path), other)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["history.csv", "manifest.json", "notes.txt", "state.npz"]


def test_a_saved_generator_cannot_be_trained_on(pathway, tmp_path):
    quick(pathway()).at(3).save(tmp_path)
    with pytest.raises(InputError, match="not a checkpoint"):
        quick(pathway(), checkpoint=tmp_path)


def test_a_saved_generator_whose_training_is_over_is_returned(pathway, tmp_path):
    trained = quick(pathway())
    trained.save(tmp_path)
    require_equal(quick(pathway(), checkpoint=tmp_path), trained)


def halved(values, lower, upper):
    """Squash by arctan, as a function of the user."""
    return (lower + upper) / 2 + (upper - lower) / 3.2 * torch.atan(values)


def test_an_output_of_the_user_is_asked_for_when_loading(pathway, tmp_path):
    trained = quick(pathway(), generator=Generator(halved, 9, (16,)))
    trained.save(tmp_path)
    with pytest.raises(InputError, match="halved"):
        load_generator(tmp_path)
    with pytest.raises(InputError, match="halved"):
        load_generator(tmp_path, output=torch.atan)
    loaded = load_generator(tmp_path, output=halved)
    assert torch.equal(loaded.generate(5, seed=0), trained.generate(5, seed=0))


def damage(name, how):
    def apply(folder):
        path = folder / name
        if how == "absent":
            path.unlink()
        elif how == "truncated":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        elif how == "foreign":
            path.write_text("something else\n")
        else:
            np.savez(path, **how)

    return apply


def other_schema(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "schema": 99}))


def newer(folder):
    path = folder / "manifest.json"
    manifest = {**json.loads(path.read_text()), "schema": 2}
    manifest["versions"]["skimpy_renaissance"] = "3.1"
    path.write_text(json.dumps(manifest))


def without_constants(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["setup"]["km"]
    (folder / "manifest.json").write_text(json.dumps(manifest))


def without_checksum(folder, **changes):
    """Make it a folder of an earlier version, which had none, with other arrays."""
    with np.load(folder / "state.npz") as arrays:
        kept = {name: arrays[name] for name in arrays if name != "sha256"}
    np.savez(folder / "state.npz", **{**kept, **changes})


def changed(**changes):
    return lambda folder: without_checksum(folder, **changes)


def undescribed(folder):
    without_constants(folder)
    without_checksum(folder)


def other_bound(folder):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["setup"]["km"]["upper"][0] += 0.001
    path.write_text(json.dumps(manifest))


def other_history(folder):
    lines = (folder / "history.csv").read_text().splitlines()
    cells = lines[2].split(",")
    cells[1] = "0.125"
    (folder / "history.csv").write_text("\n".join([*lines[:2], ",".join(cells), *lines[3:], ""]))


def other_snapshots(folder):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["setup"]["keep_snapshots"] = "03"
    path.write_text(json.dumps(manifest))
    without_checksum(folder)


def pickled(folder):
    np.savez(folder / "state.npz", weights=np.array([object()], dtype=object))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (damage("manifest.json", "absent"), "manifest.json"),
        (damage("manifest.json", "truncated"), "JSON"),
        (damage("manifest.json", "foreign"), "JSON"),
        (other_schema, "schema 99"),
        (newer, r"has schema 2, .* reads 1\. Install skimpy_renaissance 3\.1 or newer"),
        (undescribed, "does not describe"),
        (without_constants, "SHA-256 checksum differs"),
        (other_bound, r"manifest\.json or .* is not what was written .*checksum differs"),
        (other_history, r"history\.csv is not what was written .*checksum differs"),
        (other_snapshots, "keep_snapshots in .* must be a list of generations, it is '03'"),
        (changed(weights=np.array(["a"])), r"'weights' in .* has the type <U1"),
        (changed(weights=np.zeros((3, 1), np.float32)), r"'weights' in .* the shape \(3, 1\)"),
        (changed(weights=np.array([np.nan], np.float32)), "must hold finite weights"),
        (changed(generation=np.array("x")), "'generation' in .* has the type <U1"),
        (changed(generation=np.array([6])), r"'generation' in .* the shape \(1,\)"),
        (changed(generation=np.array(-1)), "a generation >= 0"),
        (changed(learning_rate=np.array(np.inf)), r"a learning rate from 0 to 1e\+06"),
        (changed(learning_rate=np.array(1e300)), r"a learning rate from 0 to 1e\+06"),
        (changed(learning_rate=np.array(-1.0)), "a learning rate from 0 to"),
        (changed(random_state=np.zeros(3)), "'random_state' in .* has the type float64"),
        (changed(memory_x=np.array(["a"])), "'memory_x' in .* has the type <U1"),
        (damage("state.npz", "absent"), "no weights"),
        (damage("state.npz", "truncated"), "truncated"),
        (damage("state.npz", "foreign"), "truncated or something else"),
        (damage("state.npz", {"weights": np.zeros(3)}), "lacks"),
        (
            damage("state.npz", {"weights": np.zeros(3), "generation": 6, "learning_rate": 1.0}),
            "or of another run",
        ),
        (pickled, "allow_pickle=False"),
        (damage("history.csv", "absent"), "history"),
        (damage("history.csv", "truncated"), "history"),
        (damage("history.csv", "foreign"), "history"),
        (damage("weights_at_3.npz", "absent"), "weights_at_3"),
        (damage("weights_at_3.npz", "truncated"), "weights_at_3"),
    ],
)
def test_a_damaged_folder_is_refused_with_a_reason(pathway, tmp_path, harm, message):
    quick(pathway(), checkpoint=tmp_path)
    harm(tmp_path)
    with pytest.raises(FileFormatError, match=message):
        load_generator(tmp_path)


def test_a_manifest_of_something_else_is_refused(tmp_path):
    (tmp_path / "manifest.json").write_text('{"format": "other"}')
    with pytest.raises(FileFormatError, match="does not describe a generator"):
        load_generator(tmp_path)


def test_a_run_stopped_before_its_first_weights_starts_anew(pathway, tmp_path):
    quick(pathway(), checkpoint=tmp_path)
    (tmp_path / "state.npz").unlink()
    require_equal(quick(pathway(), checkpoint=tmp_path), quick(pathway()))


def test_a_place_that_cannot_be_written_is_an_output_error(pathway, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be made"):
        quick(pathway(), checkpoint=tmp_path / "file" / "run")


def test_the_manifest_states_set_up_versions_and_schema(pathway, tmp_path):
    quick(pathway(), checkpoint=tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["schema"] == 1
    assert manifest["versions"] == versions()
    setup = manifest["setup"]
    assert setup["optimizer"]["class"] == "NES"
    assert setup["reward"] == {"class": "Incidence", "scale": 0.01}
    assert setup["criterion"]["partition"] == -2.5
    assert setup["km"]["names"] == list(pathway().km_names)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"memory_mean": np.zeros(3, "f4")}, r"must hold weights and memory .*it holds .*\(3,\)"),
        ({"memory_other": np.zeros(3, "f4")}, "'other'"),
        ({"weights": np.zeros(3, "f4")}, "must hold weights and memory"),
        ({"random_state": np.zeros(7, "u1")}, "a random state that torch .* does not take"),
        ({"random_state": np.zeros(7)}, "'random_state' .* must be whole numbers along byte"),
        ({"memory_mean": np.array(["x"])}, "'memory_mean' .* must be"),
    ],
)
def test_a_checkpoint_that_cannot_be_gone_on_from_is_refused(pathway, tmp_path, changed, message):
    options = {"optimizer": Gradient(models=4, generations=3), "keep_snapshots": ()}
    with pytest.raises(KeyboardInterrupt):
        quick(pathway(), checkpoint=tmp_path, callback=interrupt_after(1), **options)
    with np.load(tmp_path / "state.npz") as archive:
        arrays = dict(archive)
    np.savez(tmp_path / "state.npz", **{**arrays, **changed})
    with pytest.raises(FileFormatError, match=message):
        quick(pathway(), checkpoint=tmp_path, **options)


def test_a_checkpoint_of_another_byte_order_is_gone_on_from(pathway, tmp_path):
    options = {"optimizer": Gradient(models=4, generations=3), "keep_snapshots": ()}
    with pytest.raises(KeyboardInterrupt):
        quick(pathway(), checkpoint=tmp_path, callback=interrupt_after(1), **options)
    with np.load(tmp_path / "state.npz") as archive:
        swapped = {name: one.astype(one.dtype.newbyteorder(">")) for name, one in archive.items()}
    np.savez(tmp_path / "state.npz", **swapped)
    require_equal(quick(pathway(), checkpoint=tmp_path, **options), quick(pathway(), **options))
