"""Kernels compile wherever the package lies, once, and are never served stale."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.sparse import have_numba

PACKAGE = Path(sr.__file__).parent
NEEDS_NUMBA = pytest.mark.skipif(not have_numba(), reason="numba is not installed")
FACTOR = (
    "import numpy as np\n"
    "from skimpy_renaissance.sparse import lane_rows\n"
    "from skimpy_renaissance.sparse.lu_kernels import factor\n"
    "one, zero, work = lane_rows(1), np.zeros(1, dtype=np.int64), lane_rows(1)\n"
    "one[0] = 4.0\n"
    "factor(one, np.array([0, 1]), zero, zero, work)\n"
    "print(one[0, 0])\n"
)


def run(program: str, *path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    found = os.pathsep.join([*map(str, path), str(PACKAGE.parent), *sys.path])
    return subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": found, **environment},
        cwd=path[0] if path else None,  # comes first on the path
    )


@pytest.mark.slow
@NEEDS_NUMBA
def test_kernels_compile_where_nothing_can_be_written():
    """numba finds no folder for its cache: no file locator accepts an unwritable place."""
    program = "import numba.core.caching as c\nc.CacheImpl._locator_classes = []\n" + FACTOR
    done = run(program)
    assert done.stdout.strip() == "0.25", done.stderr


@pytest.mark.slow
@NEEDS_NUMBA
def test_the_first_use_says_that_it_compiles_and_the_next_does_not(tmp_path):
    first, second = (run(FACTOR, NUMBA_CACHE_DIR=str(tmp_path)) for _ in range(2))
    assert first.stdout == second.stdout == "0.25\n"
    assert "once on this machine" in first.stderr
    assert second.stderr == ""
    (folder,) = tmp_path.iterdir()
    assert folder.name.startswith("kernels-")
    assert list(folder.rglob("*.nbi"))


@pytest.mark.slow
@NEEDS_NUMBA
def test_a_kernel_that_calls_an_edited_one_is_compiled_anew(tmp_path):
    """numba's own cache looks at the caller's file alone."""
    package, cache = tmp_path / "skimpy_renaissance", str(tmp_path / "cache")
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    called = package / "sparse" / "called_kernels.py"
    calling = (
        "from skimpy_renaissance.sparse.compiling import kernel\n"
        "from skimpy_renaissance.sparse.called_kernels import number\n"
        "@kernel\n"
        "def twice():\n"
        "    return 2 * number()\n"
    )
    (package / "sparse" / "calling_kernels.py").write_text(calling)
    found = []
    for value in (3, 4):
        called.write_text(
            "from skimpy_renaissance.sparse.compiling import kernel\n"
            "@kernel\n"
            f"def number():\n    return {value}\n"
        )
        program = "from skimpy_renaissance.sparse.calling_kernels import twice\nprint(twice())"
        found.append(run(program, tmp_path, NUMBA_CACHE_DIR=cache))
    assert [done.stdout for done in found] == ["6\n", "8\n"], found


@pytest.mark.slow
def test_without_numba_everything_runs_and_says_so_once():
    program = (
        "import sys\n"
        "sys.modules['numba'] = None\n"
        "import skimpy_renaissance as sr, torch\n"
        "network, states = sr.examples.e_coli_core()\n"
        "bound = sr.compile(network).at(states[0])\n"
        "log_km = torch.full((3, len(bound.km_names)), -8.0, dtype=torch.float64)\n"
        "print(bound.lambda_max(log_km).isfinite().all().item())\n"
        "print(bound.valid(log_km, sr.Validity(0.0)).shape[0])\n"
    )
    done = run(program)
    assert done.stdout == "True\n3\n", done.stderr
    assert done.stderr.count("Models are judged one by one") == 1
