"""Tuning: which hyper-parameters of natural evolution strategies suit a kinetic model best.

In pipeline order: ``Hyperparameters`` is one choice, a ``SearchSpace`` what they are chosen from,
``tune`` the search (by optuna, the extra ``tune``), a ``Tuning`` what came out of it. Like
learning, this stage knows tensors, not metabolism.
"""

from skimpy_renaissance.tuning.search_space import PUBLISHED, TUNED, Hyperparameters, SearchSpace
from skimpy_renaissance.tuning.search_result import Tuning
from skimpy_renaissance.tuning.trial import Effort
from skimpy_renaissance.tuning.search import tune

__all__ = ["Hyperparameters", "PUBLISHED", "TUNED", "SearchSpace", "Effort", "Tuning", "tune"]
