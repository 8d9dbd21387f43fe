"""Everything measured in one run: speed of judging, then incidence. About ten minutes.

python -m benchmarks.run
"""

from __future__ import annotations

import platform

import torch

from benchmarks import incidence, judging, stages


def main() -> None:
    print(f"torch {torch.__version__}, Python {platform.python_version()}, {platform.machine()}")
    judging.report()
    print()
    stages.report()
    print()
    incidence.report(incidence.Options())


if __name__ == "__main__":
    main()
