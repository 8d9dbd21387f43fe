"""Runs that are killed (SIGKILL) at random moments and repeated until they end: the same results.

Each command is carried out once in peace and then again with kills; what both leave is compared:
arrays, columns, attributes, JSON and pictures, times aside (``_TIMES``, dates in figures and
pages). Processes are forked from one that has imported everything, so that kills fall into work:
between its beginning and the end of the run in peace. ``killed`` counts
kills that met a running process, ``runs`` the runs that met at least one, ``equal`` those that
ended as the one in peace.

Studies have fewer models than their ``--quick`` ones, so that a run takes seconds.

    python -m benchmarks.kills [--kills 100] [--seed 0] [--commands "train nes" ...]
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import signal
import time
from collections.abc import Callable
from itertools import count
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

import h5py
import numpy as np
import pandas as pd

from benchmarks.small_studies import command_line, told_in
from skimpy_renaissance.population import ParameterPopulation

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
_MEASURED = "ec,KM,metabolite,source\n5.3.1.1,0.5,dhap,a\n5.3.1.9,0.3,g6p,c\n2.2.1.1,0.1,e4p,d\n"
_PAIRS = "bigg_reaction,eccodes\nTPI,5.3.1.1\nPGI,5.3.1.9\nTKT1,2.2.1.1\nTKT2,2.2.1.1\n"
_TRAIN = ["train", "-c", "run.toml", "-o", "out"]
_GENERATE = ["generate", "trained", "--overwrite", "-o", "out.h5"]
_MODEL = ["-m", "e_coli_core", "--km-min", "1e-6", "--km-max", "0.1"]
_OUT = ["-o", "out"]
COMMANDS = {
    "train nes": [*_TRAIN, "--optimizer", "nes", "-g", "40"],
    "train gradient": [*_TRAIN, "--optimizer", "gradient", "-g", "60"],
    "train coverage": [*_TRAIN, "--optimizer", "coverage", "-g", "60"],
    "train repeats": [*_TRAIN, "-g", "10", "--repeats", "3", "--processes", "2"],
    "tune": ["tune", "-c", "run.toml", "--trials", "6", "--budget", "3000", *_OUT],
    "generate raw": [*_GENERATE, "-n", "3000", "--raw"],
    "generate raw, columnar": [*_GENERATE, "-n", "3000", "--raw", "--columnar"],
    "generate": [*_GENERATE, "-n", "300"],
    "parametrize": ["parametrize", "km.csv", "-c", "run.toml", "--overwrite", "-o", "out.h5"],
    "landscape": [
        *("landscape", *_MODEL, "--partition", "-20", "--steps", "3", "--resample", "5", *_OUT),
    ],
    "robustness": ["robustness", "some.h5", "-n", "15", *_OUT],
    "reactor": ["reactor", "some.h5", "-n", "3", "--hours", "6", "--inoculum", "0.05", *_OUT],
    "overlap": [
        *("overlap", "some.h5", "-m", "e_coli_core", "--measured-km", "measured.csv"),
        *("--km-unit", "mM", "--ec-pairs", "pairs.csv", *_OUT),
    ],
    "report": ["report", "trained", "-n", "500", "-o", "out.html"],
    "demo": ["demo", "-g", "4", *_OUT],
    **{
        f"study {name}": ["reproduce", name, "--quick", *_OUT]
        for name in (
            *("incidence", "robustness", "fermentation", "landscape", "kinetic-data"),
            *("requirements", "tuning"),
        )
    },
}
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["benchmarks.small_studies"])
_TIMES = ("seconds", "started", "written", "created", "time_limit", "datetime_start")
_TIMES += ("datetime_complete", "worker_id")
_DATES = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?( UTC|Z|\+00:00)?")


def process(arguments: list[str], folder: Path) -> BaseProcess:
    """Start a command in a process of its own, forked from one that has imported everything."""
    running = PROCESSES.Process(target=command_line, args=(arguments, folder))
    running.start()
    return running


def finish(arguments: list[str], folder: Path) -> float:
    """Carry out a command; return its seconds."""
    begin = time.monotonic()
    running = process(arguments, folder)
    running.join()
    if running.exitcode:
        told = told_in(folder).read_text()
        raise SystemExit(f"{' '.join(arguments)} ended with {running.exitcode}:\n{told}")
    return time.monotonic() - begin


def killed(arguments: list[str], folder: Path, seconds: float, dice: random.Random) -> int:
    """Repeat a command, killed up to three times, until it ends; return how often it was."""
    hits = 0
    for _ in range(dice.randint(1, 3)):
        running = process(arguments, folder)
        running.join(dice.uniform(0.02, 1.0) * seconds)
        if running.exitcode is not None:
            break
        running.kill()
        running.join()
        hits += running.exitcode == -signal.SIGKILL
    finish(arguments, folder)
    return hits


def contents(folder: Path) -> dict[str, str]:
    """Return all that a run leaves, by file and name, times aside."""
    found: dict[str, object] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        found[name] = "there"
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                kept = [key for key in arrays.files if key not in _TIMES]
                found |= {f"{name}:{key}": arrays[key].tobytes() for key in kept}
            found.pop(f"{name}:sha256", None)  # of a history with times
        elif path.suffix == ".csv":
            table = pd.read_csv(path)
            found |= {f"{name}:{key}": table[key].tolist() for key in table if key not in _TIMES}
        elif path.suffix == ".h5":
            with h5py.File(path) as file:
                file.visititems(_into(found, name))
        elif path.suffix in (".json", ".jsonl"):
            whole = path.suffix == ".json"
            documents = [path.read_text()] if whole else path.read_text().splitlines()
            found[name] = [_without_times(json.loads(document)) for document in documents]
            if name.endswith("trials.jsonl"):  # a journal of who did what; trials.csv is read of it
                found[name] = "there"
        else:  # pictures, pages, run files
            found[name] = _DATES.sub(b"", path.read_bytes())
    return {key: repr(value).replace(str(folder), "") for key, value in found.items()}


def _without_times(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_times(entry) for key, entry in value.items() if key not in _TIMES}
    return [_without_times(entry) for entry in value] if isinstance(value, list) else value


def _into(found: dict[str, object], name: str) -> Callable[[str, object], None]:
    def add(key: str, item: h5py.Dataset | h5py.Group) -> None:
        found[f"{name}:{key}:attributes"] = sorted((k, str(v)) for k, v in item.attrs.items())
        if isinstance(item, h5py.Dataset):
            values = item[()]
            numbers = item.dtype.kind in "fiub"
            found[f"{name}:{key}"] = values.tobytes() if numbers else np.array(values).tolist()

    return add


def given(folder: Path) -> None:
    """Make what commands start from."""
    folder.mkdir()
    (folder / "run.toml").write_text(RUN_FILE)
    (folder / "measured.csv").write_text(_MEASURED)
    (folder / "pairs.csv").write_text(_PAIRS)
    finish(
        ["train", "-c", "run.toml", "-o", "trained", "--optimizer", "gradient", "-g", "20"], folder
    )
    finish(["generate", "trained", "-n", "2000", "-o", "some.h5"], folder)
    shutil.copy(folder / "trained" / "resolved.toml", folder)  # with the model of some.h5
    table = ParameterPopulation.load(folder / "some.h5").to_dataframe()
    km = table.loc[:, table.columns.str.startswith("km_")]
    pd.concat([km] * 4).to_csv(folder / "km.csv", index=False)


def measure(name: str, kills: int, dice: random.Random, place: Path) -> tuple[int, int, int]:
    """Return kills that hit, runs that were hit, and runs that ended as the one in peace."""
    arguments, hits, runs, equal = COMMANDS[name], 0, 0, 0
    peace = place / "peace"
    shutil.copytree(place / "given", peace)
    seconds = finish(arguments, peace)
    expected = contents(peace)
    for number in count():
        if hits >= kills:
            break
        folder = place / f"run_{number}"
        shutil.copytree(place / "given", folder)
        met = killed(arguments, folder, seconds, dice)
        found = contents(folder)
        if not met:
            seconds *= 0.5  # the run in peace was slow: the machine was busy, kernels were compiled
        else:
            hits, runs = hits + met, runs + 1
            equal += found == expected
            for key in sorted(found.keys() ^ expected.keys()):
                print(f"  {name}: {key} is not in both")
            different = [k for k in found.keys() & expected.keys() if found[k] != expected[k]]
            for key in sorted(different)[:5]:
                print(f"  {name}: {key} differs")
        shutil.rmtree(folder)
    shutil.rmtree(peace)
    return hits, runs, equal


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=100, help="in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--commands", nargs="*", choices=list(COMMANDS), default=list(COMMANDS))
    options = parser.parse_args()
    dice = random.Random(options.seed)
    share = -(-options.kills // len(options.commands))
    with TemporaryDirectory() as place:
        given(Path(place) / "given")
        print(f"{'command':<20}{'killed':>8}{'runs':>6}{'equal':>7}", flush=True)
        for name in options.commands:
            try:
                hits, runs, equal = measure(name, share, dice, Path(place))
                print(f"{name:<20}{hits:>8}{runs:>6}{equal:>7}", flush=True)
            except SystemExit as failure:
                print(f"{name:<20} {failure}", flush=True)


if __name__ == "__main__":
    main()
