"""``parametrize``: Michaelis constants from a file become a population."""

import json

import numpy as np
import pytest

import skimpy_renaissance as sr

BUNDLED = ("-m", "e_coli_core", "--states", "e_coli_core", "--state", "97")


@pytest.fixture(scope="module")
def population():
    network, states = sr.examples.e_coli_core()
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=6))
    return sampler.sample(network, states["97"], only_stable=False, seed=3)


@pytest.fixture
def arrays(population, tmp_path):
    network, _ = sr.examples.e_coli_core()
    names = list(network.km_names)[::-1]
    np.save(tmp_path / "km.npy", population.to_dataframe()[names].to_numpy())
    (tmp_path / "names.txt").write_text("\n".join(names))
    return tmp_path


def test_an_array_becomes_a_population(population, arrays, invoke):
    arguments = ("parametrize", arrays / "km.npy", "--names", arrays / "names.txt", *BUNDLED)
    result = invoke(*arguments)
    assert result.exit_code == 0, result.output
    written = sr.ParameterPopulation.load(arrays / "km.h5")
    assert set(written.names) == set(population.names)
    np.testing.assert_allclose(
        written.to_dataframe()[list(population.names)], population.values, rtol=1e-9
    )
    record = json.loads((arrays / "km.json").read_text())
    assert record["results"]["written"] == 6
    assert "ensemble" not in written.provenance  # a table of Km cannot tell
    assert "Ensemble: km.npy does not say what its sets are draws of." in result.output
    assert len(record["inputs"]["km"]["sha256"]) == 64
    again = invoke(*arguments)
    assert again.exit_code == 2
    assert "exists already" in again.output


def test_valid_ones_only(population, arrays, invoke):
    limit = float(np.median(population.lambda_max))
    path = arrays / "valid.h5"
    result = invoke(
        "parametrize",
        arrays / "km.npy",
        "--names",
        arrays / "names.txt",
        *BUNDLED,
        "--valid-only",
        "--partition",
        limit,
        "-o",
        path,
    )
    assert result.exit_code == 0, result.output
    assert len(sr.ParameterPopulation.load(path)) == (population.lambda_max < limit).sum()


def test_constants_of_the_file_take_the_place_of_values_in_the_model(population, arrays, invoke):
    network, _ = sr.examples.e_coli_core()
    known = network.with_parameters(dict.fromkeys(network.km_names, 7.0))
    sr.write_skimpy_yaml(known, arrays / "known.yml")
    table = population.to_dataframe()[["km_substrate_PGI"]]
    table.to_csv(arrays / "one.csv", index=False)
    result = invoke("parametrize", arrays / "one.csv", "-m", arrays / "known.yml", *BUNDLED[2:])
    assert result.exit_code == 0, result.output
    written = sr.ParameterPopulation.load(arrays / "one.h5").to_dataframe()
    np.testing.assert_allclose(written["km_substrate_PGI"], table["km_substrate_PGI"], rtol=1e-12)
    assert (written["km_product_PGI"] == 7.0).all()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--scale", "mM"), "--scale must be one of scaled, mol/L"),
        (("--valid-only", "--partition", "-1e9"), "None of the 6 sets is valid"),
        (("-o", "sets.csv"), "A population is an HDF5 file"),
    ],
)
def test_what_cannot_be_is_refused(arrays, invoke, flags, message):
    result = invoke(
        "parametrize", arrays / "km.npy", "--names", arrays / "names.txt", *BUNDLED, *flags
    )
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
