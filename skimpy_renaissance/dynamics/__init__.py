"""Nonlinear dynamics: kinetic models as differential equations, one or many, in cells and reactors.

In pipeline order: ``network_system`` writes the equations of a network, ``compile_system`` makes
functions of them, ``perturb`` draws initial states, ``simulate`` integrates every model from every
one of them, ``run_ensemble`` does so for any system; ``steady_state`` follows changed models to
where they settle. Results are ``Trajectories``, with a
``Status`` per run. ``implausible`` and ``medium_balance`` tell what no living cell does.

=====================================================  =============================================
SKiMPy                                                 here
=====================================================  =============================================
``compile_ode(sim_type=QSSA)``                         ``compile_system(network_system(network))``
``sample_initial_concentrations(model, reference)``    ``perturb(bound, n, seed=...)``
``solve_ode(times, solver_type="cvode")``              ``simulate(bound, sets, times, initial=...)``
``ODESolutionPopulation(solutions).data``              ``trajectories.to_skimpy()``
``make_flux_fun(...)`` along a solution                ``trajectories.fluxes()``
``make_batch_reactor(path)``                           ``read_reactor_yaml(path)``
``reactor.initialize``, ``.solve_ode``                 ``simulate_reactor(reactor, sets, states)``
=====================================================  =============================================
"""

from skimpy_renaissance.dynamics.equations.ode_system import OdeSystem, network_system
from skimpy_renaissance.dynamics.equations.compiled_system import CompiledSystem, compile_system
from skimpy_renaissance.dynamics.integrators.outcome import Run, Status
from skimpy_renaissance.dynamics.integrators.events import Event, LeavesBounds, ReachesTolerance
from skimpy_renaissance.dynamics.integrators.integrator import Crossing, Integrator, Problem
from skimpy_renaissance.dynamics.integrators.cvode import CVODE
from skimpy_renaissance.dynamics.integrators.bdf import BDF
from skimpy_renaissance.dynamics.integrators.rosenbrock import Rosenbrock
from skimpy_renaissance.dynamics.ensembles.trajectories import Trajectories
from skimpy_renaissance.dynamics.ensembles.ensemble import run_ensemble
from skimpy_renaissance.dynamics.ensembles.perturbation import perturb
from skimpy_renaissance.dynamics.ensembles.simulate import simulate
from skimpy_renaissance.dynamics.ensembles.pieces import simulate_in_pieces
from skimpy_renaissance.dynamics.ensembles.steady_states import NewSteadyStates, steady_state
from skimpy_renaissance.dynamics.ensembles.robustness import Robustness
from skimpy_renaissance.dynamics.ensembles.robustness_runs import metabolites_in, robustness
from skimpy_renaissance.dynamics.reactors.strain import Strain
from skimpy_renaissance.dynamics.reactors.batch_reactor import BatchReactor
from skimpy_renaissance.dynamics.reactors.reading import read_reactor_yaml
from skimpy_renaissance.dynamics.reactors.designs import (
    WILD_TYPE,
    StrainDesign,
    designs_from_flags,
    designs_from_nra,
    read_designs,
)
from skimpy_renaissance.dynamics.reactors.starting_point import medium_at
from skimpy_renaissance.dynamics.reactors.falls_below import FallsBelow
from skimpy_renaissance.dynamics.reactors.simulate_reactor import ReactorRuns, simulate_reactor
from skimpy_renaissance.dynamics.reactors.measured_course import (
    Measurement,
    measurements,
    read_measurements,
)
from skimpy_renaissance.dynamics.reactors.batch_quantity import (
    BatchQuantity,
    most_changing,
    read_experiments,
)
from skimpy_renaissance.dynamics.ensembles.settling import settling_times
from skimpy_renaissance.dynamics.reactors.batch_fit import BatchFit, fit_batch
from skimpy_renaissance.dynamics.ensembles.plausible import (
    Extremes,
    implausible,
    implausible_by_run,
    implausible_in_words,
)
from skimpy_renaissance.dynamics.reactors.plausible_ranges import plausible_ranges
from skimpy_renaissance.dynamics.reactors.medium_balance import MediumBalance, medium_balance

__all__ = [
    "OdeSystem",
    "network_system",
    "CompiledSystem",
    "compile_system",
    "Run",
    "Status",
    "Event",
    "LeavesBounds",
    "ReachesTolerance",
    "Crossing",
    "Integrator",
    "Problem",
    "CVODE",
    "BDF",
    "Rosenbrock",
    "Trajectories",
    "run_ensemble",
    "perturb",
    "simulate",
    "simulate_in_pieces",
    "NewSteadyStates",
    "steady_state",
    "Robustness",
    "metabolites_in",
    "robustness",
    "BatchReactor",
    "Strain",
    "read_reactor_yaml",
    "WILD_TYPE",
    "StrainDesign",
    "designs_from_flags",
    "designs_from_nra",
    "read_designs",
    "medium_at",
    "FallsBelow",
    "ReactorRuns",
    "simulate_reactor",
    "Measurement",
    "measurements",
    "read_measurements",
    "BatchQuantity",
    "most_changing",
    "read_experiments",
    "settling_times",
    "BatchFit",
    "fit_batch",
    "Extremes",
    "implausible",
    "implausible_by_run",
    "implausible_in_words",
    "plausible_ranges",
    "MediumBalance",
    "medium_balance",
]
