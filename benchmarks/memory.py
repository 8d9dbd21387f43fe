"""Peak memory of every command and step on the bundled model, at two sizes each.

Each runs in a process of its own; its peak is what the kernel counted for that process (resident
set; at least that of this script, which is why it loads no numerics). The growth from the smaller
to the larger size says what one more set, model or state costs.

    python -m benchmarks.memory [--steps "generate raw, columnar" ...] [--times 10] [--limit 8]
        [--folder FOLDER]

``--times`` multiplies the larger size of what is meant for millions (10: a million sets, written,
refreshed, judged and read in parts), ``--limit`` names GiB that nothing may exceed.
"""

from __future__ import annotations

import argparse
import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import skimpy_renaissance as sr

RUN_FILE = """
[model]
file = "e_coli_core"
[criterion]
partition = -1.2
[generator]
latent = 20
hidden = [64, 128]
km_min = 1e-6
km_max = 0.1
"""
_TRAIN = ["train", "-c", "run.toml", "--optimizer"]
_GENERATE = ["generate", "trained", "-n", "{n}", "--overwrite"]
_UNITS = ["--concentration-scaling", "1e6", "--density", "1200", "--gdw-gww-ratio", "0.3"]


@dataclass(frozen=True)
class Step:
    """A command line, or a function below, at a smaller and a larger size; ``{n}`` is the size."""

    sizes: tuple[int, int]
    command: tuple[str, ...] | Callable[[int], None]
    of: str = "sets"
    for_millions: bool = False


def _bound():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network).at(states[sr.examples.REFERENCE_STATE])


def _generator():
    return sr.load_generator("trained")


def judge(n: int) -> None:
    """Judge models of the trained generator, whose lambda_max is all that is kept."""
    bound, kept = _bound(), []
    for number, log_km in enumerate(_generator().blocks(2000, seed=1)):
        kept.append(bound.lambda_max(log_km))
        if 2000 * number >= n:
            return


def lambda_max_at_once(n: int) -> None:
    """Judge models that are one array."""
    _bound().lambda_max(next(_generator().blocks(n, seed=1)))


def read_whole(n: int) -> None:
    sr.ParameterPopulation.load(f"columnar_{n}.h5")


def read_whole_rows(n: int) -> None:
    sr.ParameterPopulation.load(f"rows_{n}.h5")


def read_in_parts(n: int) -> None:
    with sr.population.StoredPopulation(f"columnar_{n}.h5") as stored:
        for block in stored.blocks():
            block.values.sum()
        stored.column("km_substrate1_PFK")


def simulate(n: int) -> None:
    bound = _bound()
    sr.dynamics.simulate(
        bound,
        next(_generator().blocks(n, seed=1)),
        [0.05 * number for number in range(21)],
        initial=sr.dynamics.perturb(bound, 1, seed=1),
    )


def control(n: int) -> None:
    sr.control.control_coefficients(_bound(), next(_generator().blocks(n, seed=1)))


def read_states(n: int) -> None:
    network, _ = sr.examples.e_coli_core()
    sr.read_tfa_samples(f"states_{n}.csv", network, units=sr.examples.E_COLI_CORE_UNITS)


STEPS = {
    "help": Step((1, 1), ("--help",), of=""),
    "train nes": Step((5, 20), (*_TRAIN, "nes", "-g", "{n}", "-o", "nes_{n}"), of="generations"),
    "train gradient": Step(
        (20, 80), (*_TRAIN, "gradient", "-g", "{n}", "-o", "gradient_{n}"), of="generations"
    ),
    "train coverage": Step(
        (20, 80), (*_TRAIN, "coverage", "-g", "{n}", "-o", "coverage_{n}"), of="generations"
    ),
    "generate raw": Step((1000, 20_000), (*_GENERATE, "--raw", "-o", "rows_{n}.h5")),
    "generate raw, columnar": Step(
        (10_000, 100_000),
        (*_GENERATE, "--raw", "--columnar", "-o", "columnar_{n}.h5"),
        for_millions=True,
    ),
    "generate": Step(
        (10_000, 50_000),
        (*_GENERATE, "--columnar", "-o", "whole_{n}.h5"),
        for_millions=True,
    ),
    "judge in blocks": Step((10_000, 100_000), judge, for_millions=True),
    "judge one array": Step((10_000, 100_000), lambda_max_at_once),
    "read in parts": Step((10_000, 100_000), read_in_parts, for_millions=True),
    "read whole, columnar": Step((10_000, 100_000), read_whole, for_millions=True),
    "read whole, rows": Step((1000, 20_000), read_whole_rows),
    "control": Step((100, 1000), control),
    "simulate": Step((100, 1000), simulate),
    "robustness": Step(
        (50, 200),
        ("robustness", "columnar_10000.h5", "-c", "run.toml", "-n", "{n}", "-o", "robust_{n}"),
    ),
    "reactor": Step(
        (10, 40),
        (
            *("reactor", "columnar_10000.h5", "-c", "run.toml", "-n", "{n}", "--hours", "4"),
            *("--inoculum", "0.05", "-o", "batch_{n}"),
        ),
    ),
    "check": Step((200, 2000), ("check", "-c", "run.toml", "--draws", "{n}")),
    "check population": Step((10_000, 100_000), ("check", "columnar_{n}.h5", "-c", "run.toml")),
    "report": Step((1, 1), ("report", "trained"), of=""),
    "read states": Step((1000, 10_000), read_states, of="states"),
    "landscape": Step(
        (40, 160),
        (
            *("landscape", "-m", "e_coli_core", "--states", "states_{n}.csv", *_UNITS),
            *("--steps", "2", "--partition", "-6", "-o", "land_{n}"),
        ),
        of="states",
    ),
}


def prepare(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.toml").write_text(RUN_FILE)
    packed = files("skimpy_renaissance") / "examples" / "data" / "e_coli_core_states.csv.gz"
    head, *rows = gzip.decompress(packed.read_bytes()).decode().splitlines()
    cells = [row.partition(",")[2] for row in rows]
    for n in (*STEPS["read states"].sizes, *STEPS["landscape"].sizes):
        with (folder / f"states_{n}.csv").open("w") as file:
            file.write(f"{head}\n")
            file.writelines(f"{i},{cells[i % len(cells)]}\n" for i in range(n))
    _run([*_TRAIN, "gradient", "-g", "40", "-o", "trained"], folder)  # or found complete


def _run(arguments: list[str], folder: Path, *, module: str = "skimpy_renaissance") -> float:
    """Return the peak of a process in MiB."""
    root = str(Path(__file__).resolve().parents[1])
    running = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert running.stderr is not None
    told = running.stderr.read()
    _, code, used = os.wait4(running.pid, 0)
    if code:
        raise RuntimeError(f"{' '.join(arguments)}\n{told[-2000:]}")
    return used.ru_maxrss / 1024


def peak(name: str, n: int, folder: Path) -> float:
    command = STEPS[name].command
    if callable(command):
        return _run(["--carry-out", name, str(n)], folder, module="benchmarks.memory")
    return _run([part.format(n=n) for part in command], folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", nargs="*", choices=list(STEPS), default=list(STEPS))
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--limit", type=float, default=8.0, help="GiB")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--carry-out", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.carry_out:
        name, n = options.carry_out
        STEPS[name].command(int(n))
        return
    with TemporaryDirectory() as place:
        beyond = measure(options.steps, options.times, options.limit, options.folder or Path(place))
    if beyond:
        raise SystemExit(f"More than {options.limit:g} GiB, or failed: {', '.join(beyond)}.")


def measure(names: list[str], times: int, limit: float, folder: Path) -> list[str]:
    """Print a line per step; return the steps that failed or took more than the limit."""
    prepare(folder)
    beyond = []
    print(f"{'step':<22}{'sizes':<30}{'peak, MiB':>14}{'more, kB each':>16}", flush=True)
    for name in names:
        step = STEPS[name]
        few, many = step.sizes
        many *= times if step.for_millions else 1
        sizes = f"{few:,}, {many:,} {step.of}" if step.of else ""
        try:
            peaks = [peak(name, n, folder) for n in dict.fromkeys((few, many))]
        except RuntimeError as error:
            print(f"{name:<22}{sizes:<30}  failed: {error}", flush=True)
            beyond.append(name)
            continue
        more = f"{(peaks[-1] - peaks[0]) * 1024 / (many - few):.2f}" if many > few else ""
        shown = ", ".join(f"{one:.0f}" for one in peaks)
        print(f"{name:<22}{sizes:<30}{shown:>14}{more:>16}", flush=True)
        if max(peaks) > 1024 * limit:
            beyond.append(name)
    return beyond


if __name__ == "__main__":
    main()
