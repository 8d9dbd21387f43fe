"""Which programs made a result: written with everything that is stored.

Results differ in the last digits between processors and versions of what computes; what a file
says here tells whether that can be.
"""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from skimpy_renaissance._version import __version__

__all__ = ["WRITTEN_BY", "versions"]

WRITTEN_BY = "written_by"  # where single files say it

_COMPUTE = ("torch", "numpy", "scipy", "numba")


@cache
def versions() -> dict[str, str | None]:
    """Return the versions of the package and of what it computes with.

    Returns
    -------
    dict
        ``skimpy_renaissance``, ``torch``, ``numpy``, ``scipy``, ``numba`` (``None`` where it is
        not installed), ``python``, ``platform``.
    """
    return {
        "skimpy_renaissance": __version__,
        **{name: _installed(name) for name in _COMPUTE},
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
