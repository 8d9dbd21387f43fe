"""``generate``: complete, valid sets from the right generator, and from no other inputs."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.cli import generate
from skimpy_renaissance.population import StoredPopulation
from skimpy_renaissance.population.ensemble import NARROW, WHOLE
from skimpy_renaissance.setups import digest


@pytest.mark.slow
def test_valid_sets_are_written_and_reproduce_their_eigenvalues(trained_once, invoke, tmp_path):
    path = tmp_path / "p.h5"
    result = invoke("generate", trained_once, "-n", 30, "--output", path)
    assert result.exit_code == 0, result.output
    population = sr.ParameterPopulation.load(path)
    assert len(population) == 30
    assert (population.lambda_max < -1.2).all()
    assert population.units == sr.examples.E_COLI_CORE_UNITS
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[97])
    log_km = torch.from_numpy(population.log_km(network.km_names))
    np.testing.assert_allclose(bound.lambda_max(log_km), population.lambda_max, rtol=1e-6)
    vmax = population.to_dataframe()[[name for name in network.vmax_names if name]].to_numpy()
    np.testing.assert_allclose(vmax, bound.vmax(log_km), rtol=1e-9)


@pytest.mark.slow
def test_the_printed_incidence_is_that_of_all_draws(trained_once, invoke, tmp_path):
    path = tmp_path / "p.h5"
    result = invoke("generate", trained_once, "-n", 700, "--all", "--output", path)
    assert result.exit_code == 0, result.output
    population = sr.ParameterPopulation.load(path)
    record = json.loads(path.with_suffix(".json").read_text())["results"]
    assert len(population) == 700
    assert record["incidence"]["drawn"] == 700
    assert record["incidence"]["valid"] == (population.lambda_max < -1.2).sum()
    assert 0 < record["incidence"]["valid"] < 700
    np.testing.assert_allclose(record["lambda_max_median"], np.median(population.lambda_max))


@pytest.mark.slow
def test_a_columnar_file_holds_the_same_sets(trained_once, invoke, tmp_path):
    for name, flags in (("a.h5", ()), ("b.h5", ("--columnar",))):
        result = invoke("generate", trained_once, "-n", 40, "-o", tmp_path / name, *flags)
        assert result.exit_code == 0, result.output
    kept = sr.ParameterPopulation.load(tmp_path / "a.h5")
    with StoredPopulation(tmp_path / "b.h5") as stored:
        table = stored.select(slice(None))
    assert table.names == kept.names
    assert table.index == kept.index
    np.testing.assert_array_equal(table.values, kept.values)
    np.testing.assert_array_equal(table.lambda_max, kept.lambda_max)


@pytest.mark.slow
def test_the_first_sets_do_not_depend_on_how_many_are_asked_for(trained_once, invoke, tmp_path):
    for name, n in (("few.h5", 5), ("many.h5", 60)):
        assert invoke("generate", trained_once, "-n", n, "-o", tmp_path / name).exit_code == 0
    few, many = (sr.ParameterPopulation.load(tmp_path / name) for name in ("few.h5", "many.h5"))
    np.testing.assert_array_equal(many.values[:5], few.values)


@pytest.mark.slow
def test_the_seed_decides_the_draws(trained_once, invoke, tmp_path):
    for seed in (1, 2):
        flags = ("-n", 5, "--seed", seed, "-o", tmp_path / f"{seed}.h5")
        assert invoke("generate", trained_once, *flags).exit_code == 0
    one, two = (sr.ParameterPopulation.load(tmp_path / f"{seed}.h5") for seed in (1, 2))
    assert not np.array_equal(one.values, two.values)


@pytest.mark.slow
def test_an_existing_population_is_replaced_only_when_asked(trained_once, invoke, tmp_path):
    path = tmp_path / "p.h5"
    arguments = ("generate", trained_once, "-n", 3, "-o", path)
    assert invoke(*arguments).exit_code == 0
    before = path.read_bytes()
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert "exists already" in result.output
    assert path.read_bytes() == before
    assert invoke(*arguments, "--overwrite").exit_code == 0


@pytest.mark.slow
def test_too_few_valid_sets_are_written_and_told(run_file, invoke, tmp_path):
    folder = tmp_path / "run"
    strict = ("--partition", "-1.5")
    assert invoke("train", "-c", run_file, "-o", folder, "-g", 1, *strict).exit_code == 0
    result = invoke("generate", folder, "-n", 400, "--raw", "--max-draws", 450)
    assert result.exit_code == 1, result.output
    assert "of 400 sets were found in 450 draws" in result.output
    population = sr.ParameterPopulation.load(folder / "population.h5")
    assert 0 < len(population) < 400
    assert (population.lambda_max < -1.5).all()


@pytest.mark.slow
def test_without_any_valid_set_nothing_is_written(run_file, invoke, tmp_path):
    folder = tmp_path / "run"
    hopeless = ("--partition", "-1e6")
    assert invoke("train", "-c", run_file, "-o", folder, "-g", 1, *hopeless).exit_code == 0
    for flags in ((), ("--columnar",)):
        result = invoke("generate", folder, "-n", 5, "--max-draws", 20, *flags)
        assert result.exit_code == 2
        assert "None of 20 models was valid" in result.output
        assert not list(folder.glob("population*"))
    result = invoke("generate", folder, "-n", 400)
    assert "None of 500 models was valid" in result.output
    assert "as none was when the training ended" in " ".join(result.output.split())


def _copy_of_bundled(folder: Path) -> Path:
    data = Path(sr.examples.__file__).parent / "data"
    return Path(shutil.copy(data / "e_coli_core.yaml", folder / "model.yml"))


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--state", "3"), "name of the steady state: 97 stored, 3 now"),
        (
            ("--concentration-scaling", "1e6", "--density", "1100", "--gdw-gww-ratio", "0.3"),
            "units.density: 1200.0 stored, 1100.0 now",
        ),
    ],
)
def test_another_state_or_other_units_are_refused(trained_once, invoke, flags, message):
    result = invoke("generate", trained_once, "-o", trained_once / "no.h5", *flags)
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.slow
def test_another_model_file_is_refused_and_a_moved_one_is_not(trained_once, invoke, tmp_path):
    model = _copy_of_bundled(tmp_path)
    flags = ("-n", 2, "-o", tmp_path / "p.h5", "--states", "e_coli_core")
    moved = invoke("generate", trained_once, "--model", model, *flags)
    assert moved.exit_code == 0, moved.output
    model.write_text(model.read_text() + "# edited\n")
    edited = invoke("generate", trained_once, "--model", model, *flags, "--overwrite")
    assert edited.exit_code == 2
    assert "kinetic model file: sha256" in edited.output


@pytest.mark.slow
def test_a_generator_trained_from_python_is_compared_by_its_kinetics(invoke, tmp_path):
    network, states = sr.examples.e_coli_core()
    sr.train(
        sr.compile(network).at(states[97]),
        criterion=sr.Validity(0.0),
        generator=sr.Generator(latent=2, hidden=(3,)),
        optimizer=sr.NES(n_candidates=2, models_per_candidate=10, generations=1),
        checkpoint=tmp_path / "run",
        progress=False,
    )
    arguments = ("generate", tmp_path / "run", "-n", 2)
    unnamed = invoke(*arguments)
    assert unnamed.exit_code == 2
    assert "A kinetic model is needed" in unnamed.output
    wrong = invoke(*arguments, "-m", "e_coli_core", "--state", "3")
    assert wrong.exit_code == 2
    assert "the same Km have another lambda_max" in wrong.output
    right = invoke(*arguments, "-m", "e_coli_core", "--state", "97")
    assert right.exit_code == 0, right.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("{tmp}/none",), "There is no folder"),
        (("{tmp}",), "holds no manifest.json"),
        (("{run}", "-o", "{tmp}/p.csv"), ".h5 or .hdf5"),
        (("{run}", "-o", "{tmp}/none/p.h5"), "does not exist"),
    ],
)
def test_mistakes_are_one_message_and_exit_code_2(
    trained_once, invoke, tmp_path, arguments, message
):
    filled = [argument.format(tmp=tmp_path, run=trained_once) for argument in arguments]
    result = invoke("generate", *filled)
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.slow
def test_as_a_process_it_prints_a_table_and_its_plan_to_stderr(process, trained_once, tmp_path):
    done = process("generate", trained_once, "-n", 4, "-o", tmp_path / "p.h5")
    assert done.returncode == 0, done.stderr
    _, plan = done.stderr.splitlines()
    assert re.match(
        r"Valid region by rejection, about \d+ models to judge, some \d+ s here: ", plan
    )
    for words in ("drawn", "valid (below -1.2 1/h)", "incidence", "95 % interval", "lambda_max"):
        assert words in done.stdout


@pytest.mark.slow
def test_sets_are_of_the_whole_valid_region_unless_raw(trained_once, invoke, tmp_path):
    raw, whole = tmp_path / "raw.h5", tmp_path / "whole.h5"
    results = [
        invoke("generate", trained_once, "-n", 60, "-o", path, *more)
        for path, more in ((raw, ("--raw",)), (whole, ()))
    ]
    assert [r.exit_code for r in results] == [0, 0], results
    before, after = (sr.ParameterPopulation.load(path) for path in (raw, whole))
    assert (after.lambda_max < -1.2).all()
    names = [name for name in after.names if name.startswith("km_")]
    spread = [np.log(p.to_dataframe()[names]).std().median() for p in (before, after)]
    assert spread[1] > 1.2 * spread[0]
    records = [json.loads(p.with_suffix(".json").read_text())["results"] for p in (raw, whole)]
    for population, record, result, name in zip(
        (before, after), records, results, (NARROW, WHOLE), strict=True
    ):
        assert population.provenance["ensemble"] == record["ensemble"]["is"] == name
        (worth,) = record["ensemble"]["worth"]
        assert " ".join(worth.split()) in " ".join(result.output.split())
    assert "They are narrow: two of them differ by" in records[0]["ensemble"]["worth"][0]
    assert "60 models, all independent" in records[1]["ensemble"]["worth"][0]
    assert "draws of the prior are valid" in records[1]["ensemble"]["worth"][0]


@pytest.mark.slow
def test_of_two_processes_at_one_file_one_is_refused_by_name(trained_once, tmp_path):
    path = tmp_path / "p.h5"
    (tmp_path / ".p.h5.in_use").touch()  # as a killed process leaves it
    command = [sys.executable, "-m", "skimpy_renaissance", "generate", str(trained_once)]
    command += ["-n", "20", "--all", "-o", str(path)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ends = [(process.communicate(timeout=300)[1], process.returncode) for process in running]
    assert sorted(code for _, code in ends) == [0, 2]
    (told,) = [told for told, code in ends if code]
    assert f"Another run is writing {path} right now" in told or "exists already" in told
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["p.h5", "p.json"]
    assert len(sr.ParameterPopulation.load(path)) == 20


def test_a_generator_of_an_earlier_version_or_another_processor_is_taken(
    trained_once, invoke, tmp_path, monkeypatch
):
    """Earlier versions hashed all digits of the state; processors differ in the last one."""
    older = shutil.copytree(trained_once, tmp_path / "older")
    manifest = json.loads((older / "manifest.json").read_text())
    state = sr.examples.e_coli_core()[1][sr.examples.REFERENCE_STATE]
    numbers = (state.fluxes, state.concentrations, state.equilibrium_constants)
    exact = digest(*(series.to_numpy(dtype=float) for series in numbers))
    assert manifest["setup"]["provenance"]["state_sha256"] != exact
    manifest["setup"]["provenance"]["state_sha256"] = exact
    (older / "manifest.json").write_text(json.dumps(manifest))
    with np.load(older / "state.npz") as arrays:
        kept = {name: arrays[name] for name in arrays if name != "sha256"}
    np.savez(older / "state.npz", **kept)
    result = invoke("generate", older, "-n", 2)
    assert result.exit_code == 0, result.output

    monkeypatch.setattr(np, "exp", lambda x, exp=np.exp: np.nextafter(exp(x), np.inf))
    result = invoke("generate", trained_once, "-n", 2, "-o", tmp_path / "other.h5")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", ["p.h5", "p.json", "file/p.h5"])
def test_a_place_that_is_something_else_is_told_before_any_work(
    name, invoke, trained_once, tmp_path, monkeypatch
):
    monkeypatch.setattr(generate, "bind_state", lambda _: pytest.fail("work began"))
    (tmp_path / "file").write_text("not a folder")
    if name != "file/p.h5":
        (tmp_path / name).mkdir()
    path = (tmp_path / name).with_suffix(".h5")
    result = invoke("generate", trained_once, "-n", 3, "-o", path, "--overwrite")
    assert result.exit_code == 2
    assert re.search("is not a regular file|is a file, not a folder", result.output)
    assert (tmp_path / "file").read_text() == "not a folder"
