"""What the README promises runs as it stands there."""

import gzip
import re
import textwrap
from importlib.resources import files
from pathlib import Path

import pytest

import skimpy_renaissance as sr

README = (Path(__file__).resolve().parents[1] / "README.rst").read_text()
BLOCKS = re.findall(r"\.\. code-block:: python\n\n((?:   .*\n|\n)+)", README)
# The first example trains with the paper's settings; the second need not do so once more.
PAPERS_TRAINING, SHORT_TRAINING = "seed=0, ", "seed=0, optimizer=sr.NES(generations=3), "


@pytest.fixture
def users_folder(tmp_path, monkeypatch):
    """A folder with a kinetic model and TFA samples, named as in the README."""
    data = files("skimpy_renaissance.examples") / "data"
    (tmp_path / "kinetic_model.yaml").write_bytes((data / "e_coli_core.yaml").read_bytes())
    samples = gzip.decompress((data / "e_coli_core_states.csv.gz").read_bytes())
    (tmp_path / "tfa_samples.csv").write_bytes(samples)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_the_python_of_the_readme_trains_and_saves(users_folder, capsys):
    names: dict[str, object] = {}
    assert PAPERS_TRAINING in BLOCKS[1]
    for block in BLOCKS:
        exec(textwrap.dedent(block.replace(PAPERS_TRAINING, SHORT_TRAINING)), names)
    population = sr.ParameterPopulation.load(users_folder / "population.h5")
    assert len(population) == 1000
    assert (users_folder / "run").is_dir()
    assert "(500," in capsys.readouterr().out


@pytest.mark.slow
def test_the_first_example_fits_on_a_page():
    code = [line for line in BLOCKS[0].splitlines() if line.strip()]
    assert len(code) <= 12
    assert len(README.splitlines()) <= 150
