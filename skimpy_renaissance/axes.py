"""Names of the axes of arrays, used in every signature of the package.

A shape is written in the order of its axes, for example `` `model x km` ``; leading axes that may
be any are written ``...``. A test holds that documentation uses no other names.
"""

from __future__ import annotations

__all__ = ["AXES"]

AXES = {
    "state": "steady-state profiles",
    "candidate": "weight vectors of one generation of natural evolution strategies",
    "model": "kinetic models, that is: parameter sets",
    "reaction": "reactions, in the network's order",
    "metabolite": "balanced metabolites (variables), in the network's order",
    "variable": "variables of differential equations, or of a linear programme",
    "independent": "metabolites left after removing one per conserved pool",
    "dependent": "metabolites given by the conserved pools",
    "pool": "conserved pools",
    "boundary": "boundary metabolites, whose concentrations are constant",
    "km": "saturation constants, in the order of ``network.km_names``",
    "generated": "saturation constants that a generator gives",
    "measured": "saturation constants that are drawn from measured ranges",
    "parameter": "parameters, in the order of a population's names",
    "name": "named values, in an order given beside them",
    "latent": "inputs of a generator",
    "weight": "weights of a generator",
    "slice": "slices of equal probability of a prior",
    "mode": "eigenvalues of a Jacobian",
    "entry": "elasticities, or entries of a sparse matrix, in the order of a layout",
    "symbol": "arguments of a rate law",
    "row": "rows of a table or matrix",
    "column": "columns of a matrix",
    "number": "numbers that entries of matrices are made of",
    "step": "steps of an iteration",
    "lane": "models that a kernel works on side by side",
    "stage": "stages of an integrator",
    "pair": "modes with their vectors",
    "time": "time points",
    "run": "runs of a simulation, from one model and one start each; or ensembles of models",
    "event": "events that end or change a run",
    "perturbation": "perturbations of one model",
    "design": "strain designs",
    "enzyme": "enzymes whose amount a design changes",
    "set": "parameter sets beside one another in a reactor",
    "chain": "Markov chains",
    "group": "groups of Markov chains",
    "sweep": "sweeps of Markov chains over all their constants",
    "block": "reactions whose constants a chain redraws together",
    "move": "proposals of Markov chains",
    "datum": "data on a model: hard limits, then measurements",
    "bin": "bins of a histogram",
    "resample": "resamples of a bootstrap",
    "dimension": "coordinates of a polytope",
    "face": "inequalities of a polytope",
    "vertex": "corners of a polytope",
    "point": "points of a polytope",
    "axis": "directions of walks through a polytope",
    "draw": "draws of a Markov chain that are kept",
    "feature": "features of a steady state",
    "member": "states of a neighbourhood",
    "start": "where searches begin",
    "training": "trainings that are compared",
    "known": "quantities that are known of models",
    "asked": "quantities that are asked about",
}
"""Name of each axis, and what it runs over."""
