"""Runs that are killed (SIGKILL) at random moments and repeated until they end: the same results.

Each command is carried out once in peace and then again with kills; what both leave is compared
array by array and column by column, times aside. ``killed`` counts kills that met a running
process, ``runs`` the runs that met at least one, ``equal`` those that ended as the one in peace.

    python -m benchmarks.kills [--kills 100] [--seed 0] [--commands "train nes" ...]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import h5py
import numpy as np
import pandas as pd

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
_TRAIN = ["train", "-c", "run.toml", "-o", "out"]
COMMANDS = {
    "train nes": [*_TRAIN, "--optimizer", "nes", "-g", "40"],
    "train gradient": [*_TRAIN, "--optimizer", "gradient", "-g", "60"],
    "train coverage": [*_TRAIN, "--optimizer", "coverage", "-g", "60"],
    "generate": ["generate", "trained", "-n", "3000", "-o", "out.h5"],
    "generate columnar": ["generate", "trained", "-n", "3000", "--columnar", "-o", "out.h5"],
    "generate refresh": ["generate", "trained", "-n", "300", "--refresh", "6", "-o", "out.h5"],
}
_TIMES = ("seconds", "started", "written", "created")


def process(arguments: list[str], folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "skimpy_renaissance", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=pipe, text=True)


def finish(arguments: list[str], folder: Path) -> float:
    """Carry out a command; return its seconds."""
    begin = time.monotonic()
    running = process(arguments, folder)
    _, told = running.communicate()
    if running.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {running.returncode}:\n{told}")
    return time.monotonic() - begin


def killed(arguments: list[str], folder: Path, seconds: float, dice: random.Random) -> int:
    """Repeat a command, killed up to three times, until it ends; return how often it was."""
    hits = 0
    for _ in range(dice.randint(1, 3)):
        running = process(arguments, folder)
        try:
            _, told = running.communicate(timeout=dice.uniform(0.3, 1.0) * seconds)
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()
            hits += 1
            if (folder / "out.h5").exists():  # killed after its work was done
                return hits
            continue
        if running.returncode:
            raise SystemExit(f"{' '.join(arguments)} did not resume:\n{told}")
        return hits
    finish(arguments, folder)
    return hits


def contents(folder: Path) -> dict[str, object]:
    """Return all numbers that a run leaves, by file and name, times aside."""
    found: dict[str, object] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                found |= {f"{name}:{key}": arrays[key].tobytes() for key in arrays.files}
            found.pop(f"{name}:sha256", None)  # of a history with times
        elif path.suffix == ".csv":
            table = pd.read_csv(path)
            found |= {f"{name}:{key}": table[key].tolist() for key in table if key not in _TIMES}
        elif path.suffix == ".h5":
            with h5py.File(path) as file:
                file.visititems(_into(found, name))
        found.setdefault(name, "there")
    return {key: repr(value) for key, value in found.items()}


def _into(found: dict[str, object], name: str) -> Callable[[str, object], None]:
    def add(key: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "fiub":
            found[f"{name}:{key}"] = item[()].tobytes()

    return add


def prepare(folder: Path) -> None:
    folder.mkdir()
    (folder / "run.toml").write_text(RUN_FILE)


def measure(name: str, kills: int, dice: random.Random, place: Path) -> tuple[int, int, int]:
    """Return kills that hit, runs that were hit, and runs that ended as the one in peace."""
    arguments, hits, runs, equal = COMMANDS[name], 0, 0, 0
    peace = place / "peace"
    prepare(peace)
    train = ["train", "-c", "run.toml", "-o", "trained", "--optimizer", "gradient", "-g", "20"]
    if arguments[0] == "generate":
        finish(train, peace)
    seconds = finish(arguments, peace)
    expected = contents(peace)
    for number in count():
        if hits >= kills:
            break
        folder = place / f"run_{number}"
        prepare(folder)
        if arguments[0] == "generate":
            finish(train, folder)
        met = killed(arguments, folder, seconds, dice)
        found = contents(folder)
        if met:
            hits, runs = hits + met, runs + 1
            equal += found == expected
            for key in sorted(found.keys() ^ expected.keys()):
                print(f"  {name}: {key} is not in both")
            different = [k for k in found.keys() & expected.keys() if found[k] != expected[k]]
            for key in sorted(different)[:3]:
                print(f"  {name}: {key} differs")
    return hits, runs, equal


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=100, help="in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--commands", nargs="*", choices=list(COMMANDS), default=list(COMMANDS))
    options = parser.parse_args()
    dice = random.Random(options.seed)
    print(f"{'command':<20}{'killed':>8}{'runs':>6}{'equal':>7}", flush=True)
    share = -(-options.kills // len(options.commands))
    for name in options.commands:
        with TemporaryDirectory() as place:
            hits, runs, equal = measure(name, share, dice, Path(place))
        print(f"{name:<20}{hits:>8}{runs:>6}{equal:>7}", flush=True)


if __name__ == "__main__":
    main()
