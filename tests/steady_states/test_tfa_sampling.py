"""Sampling a pyTFA model: true states, the model unchanged, ranges applied.

Needs cobra and pyTFA (extra ``build``); the walk itself is tested in ``test_uniform_points.py``.
"""

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.examples import E_COLI_CORE_UNITS, e_coli_core
from skimpy_renaissance.landscape import apply_to_pytfa
from skimpy_renaissance.steady_states import read_tfa_samples, sample_tfa_states


def test_what_is_no_pytfa_model_is_refused():
    class CobraModel:
        reactions = ()

    with pytest.raises(InputError, match=r"convert\(\)"):
        sample_tfa_states(CobraModel(), 3)
    with pytest.raises(InputError, match="n must be a whole number >= 1"):
        sample_tfa_states(CobraModel(), 0)


@pytest.fixture(scope="module")
def tmodel(tmp_path_factory):
    pytest.importorskip("pytfa", reason="the extra 'build' (pytfa) is not installed")
    from skimpy_renaissance.examples.build_e_coli_core.__main__ import DATA  # noqa: PLC0415
    from skimpy_renaissance.examples.build_e_coli_core.condition import (  # noqa: PLC0415
        load_condition,
    )
    from skimpy_renaissance.examples.build_e_coli_core.scratch import (  # noqa: PLC0415
        scratch_directory,
    )
    from skimpy_renaissance.examples.build_e_coli_core.thermodynamics import (  # noqa: PLC0415
        confine,
        read_energies,
        thermo_database,
        thermodynamic_model,
    )

    energies = read_energies(DATA / "formation_energies.csv")
    groups = pd.read_csv(DATA / "structural_groups.csv", index_col="group", keep_default_na=False)
    with scratch_directory():
        built = thermodynamic_model(load_condition(), energies, thermo_database(energies, groups))
    confine(built, pd.read_csv(DATA / "concentration_ranges.csv", index_col="metabolite"))
    return built


@pytest.mark.filterwarnings("ignore")  # pyTFA's dependencies deprecate one another
def test_samples_of_a_pytfa_model_are_states_of_the_kinetic_model(tmodel, tmp_path):
    network, _ = e_coli_core()
    use = next(v for v in tmodel.variables if v.name.startswith("FU_") and v.lb == 1)
    use.type, use.lb = "binary", 0  # the sampler has to fix it again
    objective = str(tmodel.objective.expression)
    samples = sample_tfa_states(tmodel, 5, seed=1)
    assert (use.type, use.lb, use.ub) == ("binary", 0, 1)
    assert str(tmodel.objective.expression) == objective
    path = tmp_path / "states.csv"
    samples.to_csv(path, float_format="%.15g")
    states = read_tfa_samples(path, network, units=E_COLI_CORE_UNITS)  # raises for what is none
    assert len(states) == 5


@pytest.mark.filterwarnings("ignore")
def test_ranges_confine_what_is_sampled(tmodel):
    window = (3e-3, 5e-3)
    apply_to_pytfa(tmodel, {"gln__L_c": window})
    samples = sample_tfa_states(tmodel, 5, seed=1)
    values = np.exp(samples["LC_gln__L_c"])
    assert values.between(window[0] * (1 - 1e-9), window[1] * (1 + 1e-9)).all()
