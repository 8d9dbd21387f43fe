"""Kernels compile wherever the package lies."""

import os
import subprocess
import sys

import pytest

from skimpy_renaissance.sparse import have_numba


@pytest.mark.slow
@pytest.mark.skipif(not have_numba(), reason="numba is not installed")
def test_kernels_compile_where_nothing_can_be_written():
    """numba finds no folder for its cache: no file locator accepts an unwritable place."""
    program = (
        "import numba.core.caching as c\n"
        "c.CacheImpl._locator_classes = []\n"
        "from skimpy_renaissance.sparse.compiling import kernel\n"
        "assert kernel(lambda x: x + 1)(1) == 2\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, env=environment
    )
    assert done.returncode == 0, done.stderr.decode()
