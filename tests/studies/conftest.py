"""The bundled organism with a tiny generator, and a study that is carried out at once."""

from dataclasses import dataclass

import pandas as pd
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.studies import Case, Drawing, Finding, Study, StudyResult


@pytest.fixture(scope="session")
def core() -> Case:
    network, states = sr.examples.e_coli_core()
    return Case(
        "E. coli core",
        network,
        states,
        states.names[sr.examples.REFERENCE_STATE],
        criterion=sr.Validity(-1.2),
        generator=sr.Generator(latent=5, hidden=(8,), range=(-13.8, -2.3)),
        optimizer=sr.NES(generations=2, n_candidates=3, models_per_candidate=20),
        growth="Biomass_Ecoli_core",
    )


@dataclass(frozen=True)
class Draws:
    """Settings of the small study."""

    n: int


def median_of_draws(case, settings, workplace):
    """How fast is the median model of Km drawn at random?"""
    rng = torch.Generator().manual_seed(workplace.seed)
    low, high = case.generator.range
    shape = (settings.n, len(case.bound.km_names))
    log_km = low + (high - low) * torch.rand(*shape, generator=rng, dtype=torch.float64)
    lambda_max = case.bound.lambda_max(log_km).numpy()
    return StudyResult(
        [Finding("median", None, float(pd.Series(lambda_max).median()), "1/h", f"{settings.n}")],
        tables={"models": pd.DataFrame({"lambda_max": lambda_max})},
        drawings={"models": Drawing(lambda figure: figure.add_subplot().hist(lambda_max), "All.")},
        numbers={"worst": float("inf"), "shape": shape},
        warnings=("Drawn at random.",),
    )


@pytest.fixture
def small_study() -> Study:
    return Study(
        "draws", "Fig. 0", "How fast is a model?", Draws(20), Draws(5), run=median_of_draws
    )
