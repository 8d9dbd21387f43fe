"""Ways to solve the equations of one model: CVODE, SciPy's BDF, Rosenbrock; how a run ended."""
