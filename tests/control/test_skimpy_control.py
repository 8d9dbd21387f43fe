"""Control coefficients are SKiMPy's own numbers."""

from importlib.resources import files

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.control import NET, SPLIT, control_coefficients

pytestmark = [pytest.mark.skimpy, pytest.mark.filterwarnings("ignore")]


@pytest.mark.parametrize(("fluxes", "name"), [(NET, "NET"), (SPLIT, "SPLIT")])
def test_control_of_vmax_is_skimpys(core, fluxes, name):
    from skimpy.core.parameters import ParameterValuePopulation  # noqa: PLC0415
    from skimpy.io.yaml import load_yaml_model  # noqa: PLC0415
    from skimpy.utils import TabDict, namespace  # noqa: PLC0415

    bound, population = core
    model = load_yaml_model(str(files("skimpy_renaissance.examples") / "data" / "e_coli_core.yaml"))
    model.prepare()
    capacities = {n: p.symbol for n, p in model.parameters.items() if n in population.names}
    capacities = TabDict((n, s) for n, s in capacities.items() if n.startswith("vmax_forward"))
    model.compile_mca(
        parameter_list=capacities, mca_type=getattr(namespace, name), sim_type="qssa", ncpu=1
    )
    try:
        _, states = sr.examples.e_coli_core()
        state = states[sr.examples.REFERENCE_STATE]
        sets = ParameterValuePopulation([dict(one.items()) for one in population], model)
        given = (state.fluxes.to_dict(), state.concentrations.to_dict(), sets)
        theirs = {
            "flux": model.flux_control_fun(*given),
            "concentration": model.concentration_control_fun(*given),
        }
    finally:
        model.pool.terminate()
        model.pool.join()
    ours = control_coefficients(bound, population, list(capacities), fluxes=fluxes)
    for label, table in theirs.items():
        expected = table.mean("sample")
        found = getattr(ours, label).mean("sample")
        common = [row for row in expected.index if row in set(found.index)]
        assert len(common) == len(expected)
        np.testing.assert_allclose(
            found.loc[common, list(expected.columns)].to_numpy(),
            expected.loc[common].to_numpy(),
            rtol=1e-5,
            atol=1e-7,
        )
