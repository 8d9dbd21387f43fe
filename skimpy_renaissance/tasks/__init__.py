"""Independent tasks on one machine or many: repeats, chunks of states, runs of an ensemble.

A :class:`Runner` carries out one function on many items and yields each result when it is there, so
that it can be written at once. ``Serial`` works in this process, ``Processes`` on the cores of this
machine, ``Cluster`` on Ray. Tasks are idempotent: one whose worker died is carried out again.
"""

from skimpy_renaissance.tasks.runner import Runner, Serial
from skimpy_renaissance.tasks.processes import Processes, usable_cores
from skimpy_renaissance.tasks.cluster import Cluster

__all__ = ["Runner", "Serial", "Processes", "Cluster", "usable_cores"]
