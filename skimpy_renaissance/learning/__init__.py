"""Learning: train a generator whose models are valid.

``Generator`` turns noise into saturation constants, a ``Problem`` judges and rewards them, an
optimiser (``NES``, ``Gradient``, ``Coverage``) improves the weights, ``train`` runs the loop, and
the result is a ``TrainedGenerator``. ``Coverage`` keeps a ``HistogramGenerator`` close to a
prior. This stage knows tensors, not metabolism.
"""

from skimpy_renaissance.learning import rewards
from skimpy_renaissance.learning.architecture import Architecture
from skimpy_renaissance.learning.choice import (
    OPTIMIZERS,
    REWARDS,
    architecture_for,
    require_followed,
)
from skimpy_renaissance.learning.coverage import Coverage
from skimpy_renaissance.learning.across_states import Anchored
from skimpy_renaissance.learning.descent import Descended, descend
from skimpy_renaissance.learning.generator import Generator
from skimpy_renaissance.learning.gradient import Gradient
from skimpy_renaissance.learning.held_out import HeldOut
from skimpy_renaissance.learning.history import History
from skimpy_renaissance.learning.judged import Judged, Kinetics, SmoothKinetics, judge
from skimpy_renaissance.learning.nes import NES
from skimpy_renaissance.learning.options import Option, Search, option, options_of, require_options
from skimpy_renaissance.learning.optimizer import Optimizer, SearchState, Step
from skimpy_renaissance.learning.outputs import OUTPUTS, batch_minmax, sigmoid
from skimpy_renaissance.learning.problem import Problem
from skimpy_renaissance.learning.repair import Repaired, repair_models
from skimpy_renaissance.learning.repeats import train_repeats
from skimpy_renaissance.learning.reward import Need, Reward
from skimpy_renaissance.learning.schedules import cosine, linear
from skimpy_renaissance.learning.trained import TrainedGenerator, load_generator
from skimpy_renaissance.learning.training import train
from skimpy_renaissance.learning.histogram_generator import HistogramGenerator

__all__ = [
    "OUTPUTS",
    "sigmoid",
    "batch_minmax",
    "Architecture",
    "Generator",
    "HistogramGenerator",
    "Kinetics",
    "SmoothKinetics",
    "Anchored",
    "Judged",
    "judge",
    "rewards",
    "Problem",
    "Optimizer",
    "SearchState",
    "Step",
    "NES",
    "Gradient",
    "Coverage",
    "Option",
    "Search",
    "option",
    "options_of",
    "require_options",
    "Need",
    "Reward",
    "OPTIMIZERS",
    "REWARDS",
    "architecture_for",
    "require_followed",
    "cosine",
    "linear",
    "HeldOut",
    "Descended",
    "descend",
    "Repaired",
    "repair_models",
    "History",
    "TrainedGenerator",
    "train",
    "train_repeats",
    "load_generator",
]
