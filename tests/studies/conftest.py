"""The bundled organism with a small generator: studies of seconds."""

import math
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure

import skimpy_renaissance as sr
from skimpy_renaissance.analyses import AnalysisResult, Drawing, Finding
from skimpy_renaissance.priors import KmSpace
from skimpy_renaissance.sampling import log_uniform
from skimpy_renaissance.studies import Case, Study

mpl.use("Agg")


@pytest.fixture(scope="session")
def case() -> Case:
    network, states = sr.examples.e_coli_core()
    return Case(
        "E. coli core",
        network,
        states,
        states[sr.examples.REFERENCE_STATE].name,
        sr.Validity(-1.2),
        sr.Generator(latent=5, hidden=(8,), range=(math.log(1e-6), math.log(0.1))),
        sr.NES(n_candidates=3, models_per_candidate=20, generations=3),
        growth="Biomass_Ecoli_core",
    )


@pytest.fixture
def draw():
    """Draw a figure as it will be written."""

    def on_figure(drawing) -> Figure:
        figure = Figure(figsize=drawing.size, layout="constrained")
        drawing.draw(figure)
        figure.canvas.draw()
        return figure

    return on_figure


@dataclass(frozen=True)
class Draws:
    """Settings of the small study."""

    n: int


def median_of_draws(case, settings, context):
    """How fast is the median model of Km drawn at random?"""
    names, bounds = case.bound.km_names, case.bound.log_km_bounds
    space = KmSpace.of(names, bounds, default_range=case.generator.range)
    log_km = log_uniform(space, settings.n, seed=context.seed)
    lambda_max = case.bound.lambda_max(log_km).numpy()
    return AnalysisResult(
        findings=[
            Finding("median", None, float(pd.Series(lambda_max).median()), "1/h", f"{settings.n}")
        ],
        tables={"models": pd.DataFrame({"lambda_max": lambda_max})},
        drawings={"models": Drawing(lambda figure: figure.add_subplot().hist(lambda_max), "All.")},
        numbers={"worst": float("inf"), "shape": log_km.shape},
        warnings=("Drawn at random.",),
    )


@pytest.fixture
def small_study() -> Study:
    return Study(
        "draws", "Fig. 0", "How fast is a model?", Draws(20), Draws(5), run=median_of_draws
    )
