"""The package built, installed into fresh environments outside this checkout, and used there.

Every row is an environment of its own: an interpreter, the dependencies as new as pip finds them or
as old as ``setup.cfg`` allows, wheel or source distribution. In each one the package is imported,
``--help`` shown, ``demo`` run with two generations, a small generator trained, parameter sets
generated, a report written; with ``--tests`` the fast tests run on what was installed. The exit
code is 1 where a row is not ok.
Needs nothing but an interpreter and pip.

    python benchmarks/environments.py --pythons python3.10 python3.13 [--variants wheel oldest ...]
        [--tests [kinetics ...]] [--constraints FILE] [--beside-skimpy PYTHON]

``--constraints`` goes to pip in every row but the oldest one, for example to keep to a small build
of torch. ``--beside-skimpy`` names an interpreter whose environment has EPFL's SKiMPy: nothing is
installed there, the checkout is used, with the tests that need SKiMPy.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "skimpy_renaissance"
RUN_FILE = """
[model]
file = "e_coli_core"
[criterion]
partition = -1.2
[generator]
latent = 5
hidden = [8]
km_min = 1e-6
km_max = 0.1
"""
STEPS = {
    "import": [["-c", "import skimpy_renaissance as sr; sr.train"]],
    "help": [["-m", PACKAGE, "--help"], ["-m", PACKAGE, "demo", "--help"]],
    "demo": [["-m", PACKAGE, "demo", "--generations", "2"]],
    "train": [["-m", PACKAGE, "train", "-c", "run.toml", "-o", "out", "-g", "2"]],
    "generate": [["-m", PACKAGE, "generate", "out", "-n", "20", "--all"]],
    "report": [["-m", PACKAGE, "report", "out"]],
}
NAMESAKE = (
    "from skimpy_renaissance.network.skimpy_live import require_skimpy\n"
    "from skimpy_renaissance.errors import SkimpyImportError\n"
    "try:\n    require_skimpy()\n"
    "except SkimpyImportError as error:\n    assert 'is not EPFL' in str(error), error\n"
    "else:\n    raise SystemExit('the namesake was taken for SKiMPy')\n"
)


@dataclass(frozen=True)
class Variant:
    """What is installed beside the interpreter, and how."""

    dependencies: str = "newest"
    source: str = "wheel"
    extras: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    steps: dict[str, list[list[str]]] = field(default_factory=dict)

    @property
    def base(self) -> tuple[str, str, str]:
        """Equal where one environment serves."""
        return self.source, self.dependencies, self.extras


VARIANTS = {
    "wheel": Variant(),
    "without numba": Variant(removed=("numba", "llvmlite")),
    "namesake": Variant(added=("skimpy",), steps={"refused": [["-c", NAMESAKE]]}),
    "sdist": Variant(source="sdist"),
    "oldest": Variant(dependencies="oldest"),
    "extras": Variant(
        extras="[excel,parquet,arviz,scale,tune,thermo]",
        steps={"extras": [["-c", "import openpyxl, pyarrow, xarray, ray, optuna"]]},
    ),
    "pytfa": Variant(extras="[build]", steps={"extras": [["-c", "import pytfa"]]}),
    "escher": Variant(extras="[escher]", steps={"extras": [["-c", "import escher"]]}),
}


def run(command: list[str | Path], folder: Path, **added: str) -> str:
    """Return what went wrong in a few words, nothing where nothing did."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    environment |= {"XDG_CACHE_HOME": str(folder / "cache"), "MPLBACKEND": "agg", **added}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if not done.returncode:
        return ""
    print(
        f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-4000:]}",
        file=sys.stderr,
    )
    told = [line for line in done.stderr.splitlines() if line.strip()] or ["no message"]
    return f"exit code {done.returncode}: {told[-1].strip()[:100]}"


def built(python: str, place: Path) -> dict[str, Path]:
    """Build wheel and source distribution from a copy of the checkout; check what they declare."""
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "dist", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, place / "source", ignore=ignored)
    tools = environment(python, place / "tools")
    for command in (
        [tools, "-m", "pip", "install", "-q", "build", "twine"],
        [tools, "-m", "build", "--outdir", "dist", "source"],
    ):
        if wrong := run(command, place):
            raise SystemExit(f"The package cannot be built: {wrong}")
    (wheel,), (sdist,) = place.glob("dist/*.whl"), place.glob("dist/*.tar.gz")
    if wrong := run([tools, "-m", "twine", "check", "--strict", wheel, sdist], place):
        raise SystemExit(f"What was built would be refused by an index: {wrong}")
    return {"wheel": wheel, "sdist": sdist, "source": place / "source"}


def environment(python: str, folder: Path) -> Path:
    subprocess.run([python, "-m", "venv", folder], check=True)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def oldest() -> list[str]:
    """Return the lower bounds of setup.cfg as exact versions."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    needs = config["options"]["install_requires"].strip().splitlines()
    return [need.replace(">=", "==", 1) for need in needs]


def install(python: Path, variant: Variant, file: Path, place: Path, given: Path | None) -> str:
    command: list[str | Path] = [python, "-m", "pip", "install", "-q", f"{file}{variant.extras}"]
    if variant.dependencies == "oldest":
        command += [*oldest(), "--prefer-binary"]
    elif given is not None:
        command += ["-c", given]
    return run(command, place)


def change(python: Path, added: tuple[str, ...], removed: tuple[str, ...], place: Path) -> str:
    wrong = ""
    for verb, packages in (("install", added), ("uninstall", removed)):
        if packages and not wrong:
            sure = ["-y"] if verb == "uninstall" else []
            wrong = run([python, "-m", "pip", verb, "-q", *sure, *packages], place)
    return wrong


def used(python: Path, variant: Variant, place: Path, **added: str) -> str:
    """Go through the steps; return the first that fails."""
    (place / "run.toml").write_text(RUN_FILE)
    for step, commands in {**STEPS, **variant.steps}.items():
        for command in commands:
            if wrong := run([python, *command], place, **added):
                return f"{step}: {wrong}"
    return ""


def tested(python: Path, tests: list[str | Path], place: Path, **added: str) -> str:
    """Return how many tests passed, skipped, failed."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | added
    environment |= {"XDG_CACHE_HOME": str(place / "cache"), "MPLBACKEND": "agg"}
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(
        command, cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    print(done.stdout[-4000:], done.stderr[-1000:], file=sys.stderr)
    last = (done.stdout.strip() or done.stderr.strip() or "no output").splitlines()[-1]
    return re.sub(r"=+|in [\d.]+s.*|, \d+ (deselected|warnings?)", "", last).strip()


def fast_tests(python: Path, place: Path, source: Path, wanted: list[str]) -> str:
    """Run the fast tests of folders of ``tests``, all where none is named, on what is installed."""
    shutil.copytree(source / "tests", place / "tests")
    (place / "pytest.ini").write_text(
        "[pytest]\npythonpath = .\naddopts = --import-mode=importlib\nmarkers =\n  slow\n  skimpy\n"
    )
    tools = ["pytest>=8", "hypothesis", "numpydoc"]
    if wrong := run([python, "-m", "pip", "install", "-q", *tools], place):
        return wrong
    folders = (p for p in sorted((place / "tests").iterdir()) if p.is_dir())
    left_out = ("fuzz", "data", "__pycache__")
    chosen = [p for p in folders if (p.name in wanted if wanted else p.name not in left_out)]
    return tested(python, [*chosen, "-m", "not slow and not skimpy"], place)


def versions(python: Path, place: Path) -> str:
    show = (
        "import platform, torch, numpy; "
        "print(platform.python_version(), numpy.__version__, torch.__version__)"
    )
    done = subprocess.run(
        [python, "-c", show], cwd=place, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "? ? ?"


def rows(
    python: str, names: list[str], files: dict[str, Path], options: argparse.Namespace
) -> Iterator[list[str]]:
    """Go through variants that differ in added and removed packages, in one environment."""
    with TemporaryDirectory(prefix="environment_") as folder:
        place, first = Path(folder), VARIANTS[names[0]]
        inside = environment(python, place / "venv")
        wrong = install(inside, first, files[first.source], place, options.constraints)
        for name in names:
            variant, work = VARIANTS[name], place / name
            work.mkdir()
            wrong = wrong or change(inside, variant.added, variant.removed, work)
            told = f"not installed: {wrong}" if wrong else used(inside, variant, work) or "ok"
            count = "not run"
            if options.tests is not None and told == "ok":
                count = fast_tests(inside, work, files["source"], options.tests)
            yield [*versions(inside, place).split(), name, told, count]
            wrong = wrong or change(inside, variant.removed, variant.added, place)


def good(row: list[str]) -> bool:
    """Tell whether all was used and, where tests ran, all passed."""
    *_, told, count = row
    passed = "passed" in count and not re.search("failed|error", count)
    return told == "ok" and (count == "not run" or passed)


def beside_skimpy(python: str) -> list[str]:
    with TemporaryDirectory(prefix="environment_") as folder:
        place, inside = Path(folder), Path(python)
        told = used(inside, Variant(), place, PYTHONPATH=str(ROOT)) or "ok"
        shown = versions(inside, place).split()
        tests: list[str | Path] = ["-c", ROOT / "setup.cfg", "-m", "skimpy", ROOT / "tests"]
        count = tested(inside, tests, place, PYTHONPATH=str(ROOT))
    return [*shown, "beside SKiMPy", told, count]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pythons", nargs="+", default=[sys.executable], metavar="PYTHON")
    parser.add_argument("--variants", nargs="+", choices=list(VARIANTS), default=list(VARIANTS))
    parser.add_argument("--tests", nargs="*", metavar="FOLDER", help="run fast tests, too")
    parser.add_argument("--constraints", type=Path, help="for pip, in all rows but the oldest")
    parser.add_argument("--beside-skimpy", metavar="PYTHON")
    options = parser.parse_args()
    if options.constraints is not None:
        options.constraints = options.constraints.resolve()
    heading = ["Python", "numpy", "torch", "environment", "used", "fast tests"]
    table = [heading]
    with TemporaryDirectory(prefix="build_") as folder:
        files = built(options.pythons[0], Path(folder))
        for python in options.pythons:
            for _, alike in groupby(options.variants, lambda name: VARIANTS[name].base):
                for row in rows(python, list(alike), files, options):
                    table.append(row)
                    print(" | ".join(row), flush=True)
    if options.beside_skimpy:
        table.append(beside_skimpy(options.beside_skimpy))
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    rule = "  ".join("=" * width for width in widths)
    lines = ["  ".join(f"{c:<{w}}" for c, w in zip(r, widths, strict=True)).rstrip() for r in table]
    print("\n".join([rule, lines[0], rule, *lines[1:], rule]))
    sys.exit(not all(map(good, table[1:])))


if __name__ == "__main__":
    main()
