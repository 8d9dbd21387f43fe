"""The published anthranilate designs in *E. coli*, which are known by their enzymes alone.

Narayanan et al., *Nature Communications* 15 (2024) 723, doi:10.1038/s41467-024-44831-0. The
TFA model of the study is not available: ln K has the range over 30 steady states, 5 % wider at each
end.
"""

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.analyses.design_task import DesignOptions
from skimpy_renaissance.design import NOMAD_ANTHRANILATE, enumerate_designs
from skimpy_renaissance.studies.published_supports import (
    read_supports,
    support,
    supports_problem,
)


@pytest.fixture(scope="module")
def problem(shared_data):
    """Two models, each at its own steady state."""
    folder = shared_data("ecoli")
    network = sr.read_skimpy_yaml(folder / "kinetic_model.yaml")
    with np.load(folder / "steady_states_30.npz", allow_pickle=False) as data:
        names = [*data["reactant_order"], *data["boundary_names"]]
        both = np.hstack([data["concentration"], data["boundary_concentration"]])
        reactions = [name.removeprefix("k_equilibrium_") for name in data["keq_names"]]
        states = sr.from_tables(
            network,
            fluxes=pd.DataFrame(data["flux"], data["ids"], data["reaction_order"]),
            concentrations=pd.DataFrame(both, data["ids"], names),
            equilibrium_constants=pd.DataFrame(data["keq"], data["ids"], reactions),
            units=sr.Units(concentration_scaling=1e9, density=1105.0, gdw_gww_ratio=0.3),
        )
    sets = folder / "kinetic_params_top_10_models.hdf5"
    population = sr.ParameterPopulation.load(sets, units=states.units)
    options = DesignOptions(
        {"ANTHtex": 1, "GLCtex": -1}, NOMAD_ANTHRANILATE, growth="LMPD_biomass_c_1_420"
    )
    regulation = pd.read_csv(folder / "allosteric_regulations.csv")
    two = population.select(["2392,6", "4230,7"])
    return supports_problem(network, states, two, regulation, options)


def published(shared_data, names):
    """Designs with some enzymes: `EU_` up, `ED_` down."""
    supports = read_supports(shared_data("ecoli", "all_unique_designs.csv"))
    return {one for one in supports if {name[3:] for name in one} <= names}


@pytest.mark.slow
@pytest.mark.parametrize(("model", "best"), [(0, 0.99489), (1, 0.79816)])
def test_the_best_designs_are_published_ones(problem, shared_data, model, best):
    names = {"DDPA", "SHKK", "PYK", "GLUDy", "GND", "PGI", "RPI", "FBA", "HEX1", "PGM", "ENO"}
    few = problem.select([model]).of_enzymes([n for n in problem.enzymes if n in names])
    designs = enumerate_designs(few, progress=False)
    assert designs[0].log_gain == pytest.approx(best, abs=1e-5)
    found = [support(design) for design in designs]
    assert len(found) == 3
    assert set(found) <= published(shared_data, names)
