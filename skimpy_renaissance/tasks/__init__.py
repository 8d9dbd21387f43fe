"""Independent tasks on one machine or many: repeats, chunks of states, combinations of data.

A :class:`Runner` carries out one function on many items and yields each result when it is there, so
that it can be written at once. ``Here`` works in this process, ``Processes`` on the cores of this
machine, ``Cluster`` on Ray. Tasks are idempotent: one whose worker died is carried out again.
"""

from skimpy_renaissance.tasks.runner import Here, Runner
from skimpy_renaissance.tasks.processes import Processes
from skimpy_renaissance.tasks.cluster import Cluster

__all__ = ["Runner", "Here", "Processes", "Cluster"]
