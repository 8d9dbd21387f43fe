"""Damaged files fed to every reader, in a process of its own: what came of a million of them.

Each input is told by its format and number: the same ones every time, the first of them those of
``tests/fuzz``. The process that reads is ended after ten seconds on one input, and begun anew when
it dies; either is counted, and the rest goes on. Columns of the table:

=============  ====================================================================================
column         inputs that ...
=============  ====================================================================================
read           were read
refused        ended in an error of this package
traceback      ended in any other exception
hang           took more than ten seconds
memory         took more than 20 times the file (and 256 MiB for arrays, 32 MiB for text), or were
               refused memory
crash          ended the process
wrong          were read, and a checksummed file gave other content, or a value is impossible
=============  ====================================================================================

    python -m benchmarks.fuzz [--inputs 1000000] [--seed 0] [--formats population ...]
                              [--least 20000]

``--inputs`` are those of all formats together; ``--formats`` takes a part of them.
"""

from __future__ import annotations

import argparse
import ctypes
import multiprocessing
import os
import re
import resource
import shutil
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from tests.fuzz.format import attempt, stream
from tests.fuzz.formats import FORMATS, MILLISECONDS

OUTCOMES = ("read", "refused", "traceback", "hang", "memory", "crash", "wrong")
SECONDS = 10  # that one input may take
FOLLOWED = 2000  # inputs of one process, before a fresh one
ROOM = 2**31  # bytes beyond what is loaded at the start, at which the system refuses memory
SHOWN = 3  # findings of one kind that are printed
FORK = multiprocessing.get_context("fork")


@dataclass
class Board:
    """What a reading process tells the one that watches, in memory of both."""

    at: ctypes.Array[ctypes.c_longlong] = field(
        default_factory=lambda: FORK.RawArray(ctypes.c_longlong, 1)
    )
    counts: ctypes.Array[ctypes.c_longlong] = field(
        default_factory=lambda: FORK.RawArray(ctypes.c_longlong, len(OUTCOMES))
    )

    def add(self, outcome: str) -> None:
        """Count one more input."""
        self.counts[OUTCOMES.index(outcome)] += 1


def shares(inputs: int, least: int) -> dict[str, int]:
    """Return inputs per format: the least for each, and the rest by how fast they are."""
    least = min(least, inputs // len(MILLISECONDS))
    rest = inputs - least * len(MILLISECONDS)
    speeds = sum(1 / one for one in MILLISECONDS.values())
    return {name: least + ceil(rest / MILLISECONDS[name] / speeds) for name in MILLISECONDS}


def peak() -> int:
    """Return the largest resident memory since the last call of :func:`forget_peak`, bytes."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:  # not on this system: the peak of all inputs so far stands in
        return


def read_some(name: str, numbers: range, seed: int, board: Board, place: Path) -> None:
    """Read inputs one after another; findings go to a file."""
    form = FORMATS[name]
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # libraries that print
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    allowed = max(form.room, 20 * sum(map(len, form.files.values())))
    with (place / "findings").open("a") as findings:
        for number in numbers:
            board.at[0] = number
            forget_peak()
            before = peak()
            found = attempt(form, stream(name, number, seed=seed), place)
            outcome = found.outcome
            if peak() - before > allowed:
                outcome = "memory"
            board.add(outcome)
            if outcome not in ("read", "refused"):
                findings.write(f"{number}\t{outcome}\t{found.told!r}\n")
                findings.flush()
    board.at[0] = numbers.stop
    os._exit(0)


def watch(name: str, numbers: range, seed: int, board: Board, place: Path) -> int:
    """Have inputs read by one process; return the number of the next one."""
    board.at[0] = numbers.start
    process = FORK.Process(target=read_some, args=(name, numbers, seed, board, place))
    process.start()
    reached, since = -1, time.monotonic()
    while process.is_alive():
        process.join(0.2)
        if board.at[0] != reached:
            reached, since = board.at[0], time.monotonic()
        elif time.monotonic() - since > SECONDS:
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
            board.add("hang")
            note(place, reached, "hang", f"over {SECONDS} s")
            return reached + 1
    if process.exitcode == 1:
        raise SystemExit(f"{name}: input {board.at[0]} could not be made or judged, see above.")
    if board.at[0] < numbers.stop:
        board.add("crash")
        note(place, board.at[0], "crash", f"exit code {process.exitcode}")
        return board.at[0] + 1
    return numbers.stop


def note(place: Path, number: int, outcome: str, told: str) -> None:
    with (place / "findings").open("a") as findings:
        findings.write(f"{number}\t{outcome}\t{told!r}\n")


def measure(name: str, inputs: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Return how often each outcome came, and what was found."""
    board = Board()
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        place, at = Path(folder), 0
        while at < inputs:
            shutil.rmtree(place / "input", ignore_errors=True)  # of a process that was ended
            at = watch(name, range(at, min(at + FOLLOWED, inputs)), seed, board, place)
            print(f"\r{name}: {at:,} of {inputs:,}  ", end="", file=sys.stderr, flush=True)
        findings = place / "findings"
        lines = findings.read_text().splitlines() if findings.exists() else []
    return Counter(dict(zip(OUTCOMES, board.counts, strict=True))), lines


def say(name: str, counts: Counter[str], lines: list[str]) -> None:
    """Print the row of a format, and the first findings of each kind below it."""
    print(f"\r{name:20}" + "".join(f"{counts[one]:>11,}" for one in OUTCOMES), flush=True)
    kinds: Counter[str] = Counter()
    for line in lines:
        number, outcome, told = line.split("\t", 2)
        last = [one for one in re.split(r"\\n", told.strip("'\"")) if one.strip()][-8:]
        kind = f"{outcome} {re.sub('[0-9]+', '0', ' '.join(last))[:400]}"
        kinds[kind] += 1
        if kinds[kind] <= SHOWN:
            print(f"  input {number}: {outcome}: " + "\n      ".join(last), flush=True)


def row(name: str, inputs: int, seed: int) -> Counter[str]:
    """Measure a format and print what was found."""
    FORMATS[name].original  # noqa: B018 - whole files, and all that reading them imports, before forking
    counts, lines = measure(name, inputs, seed)
    say(name, counts, lines)
    return counts


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--formats", nargs="+", choices=list(FORMATS), default=list(FORMATS))
    parser.add_argument("--least", type=int, default=20_000, help="inputs of every format")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{'':20}" + "".join(f"{one:>11}" for one in OUTCOMES))
    total: Counter[str] = Counter()
    inputs = shares(chosen.inputs, chosen.least)
    for name in chosen.formats:
        total += row(name, inputs[name], chosen.seed)
    say(f"all {sum(total.values()):,}", total, [])


if __name__ == "__main__":
    main()
