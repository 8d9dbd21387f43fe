"""What repeats setup.cfg says the same, and workflows and image name what exists."""

import json
import re
import shlex
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, StrictUndefined
from packaging.requirements import Requirement
from packaging.version import Version

import skimpy_renaissance as sr
from benchmarks.environments import VARIANTS

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ConfigParser()
CONFIG.read(ROOT / "setup.cfg")
METADATA, OPTIONS, EXTRAS = (
    dict(CONFIG[part]) for part in ("metadata", "options", "options.extras_require")
)
FOR_USERS = EXTRAS.keys() - {"dev", "docs"}
KEYWORDS = METADATA["keywords"].split(", ")
PYTHONS = re.findall(r"Python :: (3\.\d+)", METADATA["classifiers"])
NAMES_IN_CONDA = {"torch": "pytorch", "matplotlib": "matplotlib-base", "ray": "ray-core"}
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()


def _as_in_conda(lines: list[str]) -> list[str]:
    """Return name and lower bound, the higher one where they depend on the Python."""
    bounds: dict[str, Version] = {}
    for need in map(Requirement, lines):
        (bound,) = need.specifier
        name = NAMES_IN_CONDA.get(need.name, need.name.lower())
        bounds[name] = max(Version(bound.version), bounds.get(name, Version("0")))
    return sorted(f"{name} >={bound}" for name, bound in bounds.items())


@pytest.fixture(scope="module")
def recipe() -> dict:
    text = (ROOT / "conda" / "meta.yaml").read_text()
    rendered = Environment(undefined=StrictUndefined).from_string(text).render(PYTHON="python")
    return yaml.safe_load(rendered)


def _runs(workflow: Path) -> list[dict]:
    jobs = yaml.safe_load(workflow.read_text())["jobs"].values()
    return [step for job in jobs for step in job["steps"] if "run" in step]


def test_name_version_author_and_license_are_the_same_everywhere(recipe):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    code = json.loads((ROOT / "codemeta.json").read_text())
    zenodo = json.loads((ROOT / ".zenodo.json").read_text())
    name, author, about = METADATA["name"], METADATA["author"], METADATA["description"]
    licence = METADATA["license"]
    assert METADATA["version"] == f"attr: {name}._version.__version__"
    assert {citation["title"], code["name"], zenodo["title"], recipe["package"]["name"]} == {name}
    versions = {citation["version"], code["version"], str(recipe["package"]["version"])}
    assert versions == {sr.__version__}
    authors = [*citation["authors"], *code["author"], *zenodo["creators"]]
    assert [one["name"] for one in authors] == [author] * 3
    assert {citation["license"], zenodo["license"], recipe["about"]["license"]} == {licence}
    assert code["license"].rpartition("/")[2] == licence
    assert {code["description"], zenodo["description"], recipe["about"]["summary"]} == {about}
    assert code["keywords"] == zenodo["keywords"] == KEYWORDS
    doi = citation["references"][0]["doi"]
    assert [one["identifier"] for one in zenodo["related_identifiers"]] == [doi]
    assert code["referencePublication"]["@id"].endswith(doi)


def test_dependencies_and_their_lower_bounds_are_the_same_everywhere(recipe):
    needs = _lines(OPTIONS["install_requires"])
    code = json.loads((ROOT / "codemeta.json").read_text())
    assert code["softwareRequirements"] == needs
    requirements = recipe["requirements"]
    python = f"python {OPTIONS['python_requires']}"
    assert sorted(requirements["run"]) == sorted([python, *_as_in_conda(needs)])
    assert python in requirements["host"]
    optional = [line for name in FOR_USERS for line in _lines(EXTRAS[name])]
    assert sorted(requirements["run_constrained"]) == _as_in_conda(optional)
    commands = _lines(CONFIG["options.entry_points"]["console_scripts"])
    assert recipe["build"]["entry_points"] == commands


def test_pythons_are_the_same_everywhere():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text())["jobs"]
    matrix = jobs["environments"]["strategy"]["matrix"]
    assert matrix["python"] == PYTHONS
    oldest = {row["python"] for row in matrix["include"] if row["variant"] == "oldest"}
    assert oldest == {PYTHONS[0]}
    assert OPTIONS["python_requires"] == f">={PYTHONS[0]}"
    code = json.loads((ROOT / "codemeta.json").read_text())
    assert code["runtimePlatform"] == f"Python {OPTIONS['python_requires']}"
    assert f'"py{PYTHONS[0].replace(".", "")}"' in (ROOT / "ruff.toml").read_text()
    pinned_for = re.search(r"Python (3\.\d+)", (ROOT / "constraints.txt").read_text())
    (image,) = re.findall(r"^FROM python:(3\.\d+)-slim$", (ROOT / "Dockerfile").read_text(), re.M)
    assert pinned_for is not None
    assert image == pinned_for[1]


def test_the_matrix_has_every_environment_and_every_extra():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text())["jobs"]
    matrix = jobs["environments"]["strategy"]["matrix"]
    variants = [*matrix["variant"], *(row["variant"] for row in matrix["include"])]
    assert sorted(variants) == sorted(VARIANTS)
    extras = ",".join(variant.extras.strip("[]") for variant in VARIANTS.values())
    assert {name for name in extras.split(",") if name} == FOR_USERS


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_targets_and_files_that_exist(workflow):
    assert {"name", "on", "permissions", "jobs"} <= yaml.safe_load(workflow.read_text()).keys()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    for command in (step["run"] for step in _runs(workflow)):
        words = shlex.split(command)
        if words[0] == "make":
            assert words[1] in targets, command
        assert all((ROOT / word).is_file() for word in words if word.endswith(".py")), command
    assert "://" not in workflow.read_text(), "an index is a setting of the repository"


def test_only_the_job_that_publishes_may_ask_for_an_identity():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())["jobs"]
    assert [name for name, job in jobs.items() if "permissions" in job] == ["publish"]
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert jobs["publish"]["needs"] == "build"
    checked = [step["run"] for step in jobs["build"]["steps"] if "run" in step]
    assert any("twine check --strict" in command for command in checked)


def test_the_image_is_made_from_files_that_exist_and_checked_by_the_main_job():
    text = (ROOT / "Dockerfile").read_text()
    for line in re.findall(r"^COPY (.+)$", text, re.M):
        assert all((ROOT / name).exists() for name in line.split()[:-1]), line
    assert "--constraint constraints.txt ." in text
    command = _lines(CONFIG["options.entry_points"]["console_scripts"])[0].split(" = ")[0]
    assert f"RUN {command} demo" in text
    assert f'ENTRYPOINT ["{command}"]' in text


def test_every_file_of_the_package_goes_into_the_wheel():
    package = ROOT / METADATA["name"]
    patterns = _lines(CONFIG["options.package_data"][METADATA["name"]])
    taken = {path for pattern in patterns for path in package.glob(pattern)}
    files = {path for path in package.rglob("*") if path.is_file()}
    left_out = {path for path in files - taken if path.suffix not in (".py", ".pyc")}
    assert left_out == set()
    folders = {path.parent for path in files if path.suffix == ".py"}
    assert all((folder / "__init__.py").exists() for folder in folders)
    listed = (ROOT / "MANIFEST.in").read_text().splitlines()[0].split()[1:]
    assert all((ROOT / name).is_file() for name in listed)
