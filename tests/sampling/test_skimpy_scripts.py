"""Scripts of SKiMPy users, run with the real SKiMPy and either sampler in the one line."""

import json
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from tests.sampling.toy_tutorial import set_limits, toy_model, toy_thermodynamics

pytestmark = [pytest.mark.skimpy, pytest.mark.filterwarnings("ignore")]

N = 3
SIZES = {"density": 1200, "ratio_gdw_gww": 0.3, "time_scaling": 1}


def _renaissance(limit, scaling, **km_range):
    return sr.RenaissanceSampler(
        sr.RenaissanceSampler.Parameters(
            n_samples=N,
            eigenvalue_partition=limit,
            generations=5,
            n_candidates=8,
            models_per_candidate=30,
            hidden=(64, 128),
            search_radius=0.05,
            learning_rate=0.01,
            concentration_scaling=scaling,
            progress=False,
            **km_range,
        )
    )


def _skimpy():
    module = import_module("skimpy.sampling.simple_parameter_sampler")
    return module.SimpleParameterSampler(module.SimpleParameterSampler.Parameters(n_samples=N))


def _release(model):
    pool = getattr(model, "pool", None)
    if pool is not None:  # SKiMPy leaves its worker processes running
        pool.terminate()
        pool.join()


def _pass_the_tutorials_checks(
    model, fluxes, concentrations, sampled, path, flux_factor, *, balanced_to=1e-9
):
    """Do what the script does after sampling: save, load, S.dot(fluxes) = 0 in mmol/gDW/h."""
    from skimpy.analysis.ode.utils import make_flux_fun  # noqa: PLC0415
    from skimpy.core.parameters import (  # noqa: PLC0415
        ParameterValuePopulation,
        load_parameter_population,
    )
    from skimpy.utils.general import get_stoichiometry  # noqa: PLC0415
    from skimpy.utils.namespace import QSSA  # noqa: PLC0415

    sets, largest, smallest = sampled
    assert len(sets) == len(largest) == len(smallest) == N
    ParameterValuePopulation(sets, model).save(str(path))
    loaded = load_parameter_population(str(path))
    stoichiometry = get_stoichiometry(model, model.reactants).todense()
    flux_function = make_flux_fun(model, QSSA)
    given = pd.Series(fluxes)[list(model.reactions)]
    for number, one in enumerate(sets):
        stored = loaded[str(number)]
        for symbol, value in one.items():
            assert value is None or stored[str(symbol)] == value
        rates = pd.Series(flux_function(concentrations, parameters=stored))[list(model.reactions)]
        np.testing.assert_allclose(rates.to_numpy(float), given.to_numpy(float), rtol=1e-9)
        change = np.ravel(stoichiometry @ rates.to_numpy(float))
        assert np.abs(change).max() < balanced_to * flux_factor


def _agree_with_skimpys_jacobian(model, fluxes, concentrations, sampled):
    v = [fluxes[name] for name in model.reactions]
    names = list(model.reactants)
    x = np.array([concentrations[names[i]] for i in model.independent_variables_ix])
    everything = np.array([concentrations[name] for name in names])
    for one, largest in zip(sampled[0], sampled[1], strict=True):
        jacobian = model.jacobian_fun(v, everything, one).todense()
        assert jacobian.shape == (len(x), len(x))
        slowest = np.linalg.eigvals(jacobian).real.max()
        assert largest == pytest.approx(slowest, rel=1e-4)


def _toy(shared_data):
    """Return the tutorials' model with fluxes and concentrations, ready to be compiled."""
    from skimpy.analysis.oracle import (  # noqa: PLC0415
        load_concentrations,
        load_equilibrium_constants,
        load_fluxes,
    )
    from skimpy.core.modifiers import ConstantConcentration  # noqa: PLC0415
    from skimpy.io.generate_from_pytfa import FromPyTFA  # noqa: PLC0415

    thermo, solution = toy_thermodynamics(str(shared_data("thermo", "thermo_data.thermodb")))
    model = FromPyTFA(small_molecules=["h_c", "h_e"]).import_model(thermo, solution)
    # SKiMPy looks boundary metabolites up by object, finds none, and leaves them free
    for metabolite in (
        m.id for r in thermo.reactions if len(r.metabolites) == 1 for m in r.metabolites
    ):
        name = metabolite if metabolite in model.reactants else f"_{metabolite}"
        if name in model.reactants:
            model.add_boundary_condition(ConstantConcentration(model.reactants[name]))
    fluxes = load_fluxes(solution, thermo, model, concentration_scaling=1e6, **SIZES)
    concentrations = load_concentrations(solution, thermo, model, concentration_scaling=1e6)
    load_equilibrium_constants(solution, thermo, model, concentration_scaling=1e6, in_place=True)
    return model, fluxes, concentrations


@pytest.mark.parametrize("swapped", [False, True])
def test_the_toy_tutorial_runs_with_either_sampler(shared_data, tmp_path, swapped):
    model, fluxes, concentrations = _toy(shared_data)
    model.parameters.km_substrate_ENO.bounds = (1e-4, 1e-3)
    model.parameters.km_product_ENO.bounds = (1e-4, 1e-3)
    model.prepare(mca=True)
    model.compile_jacobian(ncpu=1)
    try:
        sampler = _renaissance(-1.0, 1e6) if swapped else _skimpy()
        sampled = sampler.sample(model, fluxes, concentrations, min_max_eigenvalues=True)
        assert max(sampled[1]) < (-1.0 if swapped else 0.0)
        for one in sampled[0]:
            km = {str(symbol): value for symbol, value in one.items()}
            assert 1e-4 <= km["km_substrate_ENO"] <= 1e-3
            assert 1e-4 <= km["km_product_ENO"] <= 1e-3
        _agree_with_skimpys_jacobian(model, fluxes, concentrations, sampled)
        path = tmp_path / "toy.h5"
        _pass_the_tutorials_checks(model, fluxes, concentrations, sampled, path, 3.6e5)
    finally:
        _release(model)


def test_the_sensitivity_tutorial_runs_with_both_lines_swapped(shared_data):
    from skimpy.core.parameters import ParameterValuePopulation  # noqa: PLC0415
    from skimpy.sampling.simple_resampler import SimpleResampler  # noqa: PLC0415

    model, *given = _toy(shared_data)
    model.prepare(mca=True)
    model.compile_jacobian(ncpu=1)
    settings = type(_skimpy()).Parameters(n_samples=6)
    ours = sr.OracleSampler(settings)
    try:
        sets = type(_skimpy())(settings).sample(model, *given)
        swapped = ours.sample(model, *given)
        population = ParameterValuePopulation(sets, model)._data
        chosen = [model.parameters.km_substrate_ENO]
        others = [p for p in model.parameters.values() if p not in chosen]
        for parameters in (others, chosen):  # capacities and equilibrium constants among them
            theirs = SimpleResampler(settings).sample(model, *given, parameters, population)
            for again in (
                ours.resample(model, *given, parameters, population),
                ours.resample(
                    compiled_model=model,
                    flux_dict=given[0],
                    concentration_dict=given[1],
                    parameters_to_resample=parameters,
                    fixed_parameter_population=population,
                ),
            ):
                assert len(again) == len(theirs) == 6
                for one, other in zip(theirs, again, strict=True):
                    assert other == pytest.approx(one, rel=1e-9)
    finally:
        _release(model)
    for one, other in zip(sets, swapped, strict=True):
        assert other == pytest.approx(one, rel=1e-9)


def test_a_model_that_was_integrated_is_sampled_for_its_control_coefficients(shared_data):
    model, fluxes, concentrations = _toy(shared_data)
    model.prepare(mca=True)
    vmax = {k: p.symbol for k, p in model.parameters.items() if p.name.startswith("vmax_forward")}
    from skimpy.utils.tabdict import TabDict  # noqa: PLC0415

    model.compile_mca(parameter_list=TabDict(vmax.items()))
    sampler = sr.OracleSampler(type(_skimpy()).Parameters(n_samples=2))
    try:
        first = sampler.sample(model, fluxes, concentrations)
        model.parameters = first[1]
        again = sampler.sample(model, fluxes, concentrations)
        assert again == [pytest.approx(first[1], rel=1e-12)] * 2
        control = model.flux_control_fun(fluxes, concentrations, again)
    finally:
        _release(model)
    summed = control.mean("sample").sum(axis=1)  # over capacities: 1 for every flux
    np.testing.assert_allclose(summed, 1.0, rtol=1e-6)


def test_a_model_made_from_cobra_gives_skimpys_sets():
    from skimpy.io.generate_from_cobra import FromCobra  # noqa: PLC0415

    toy = toy_model()
    set_limits(toy)
    given = toy.optimize().fluxes  # none through Trp_h: leave protons out
    model = FromCobra(reactants_to_exclude=["h_c", "h_e"]).import_model(toy)
    network = sr.from_skimpy(model)
    fluxes = {name: given[name] * 3.6e5 for name in network.reaction_names}
    assert min(fluxes.values()) < 0 < max(fluxes.values())
    levels = 10 ** np.random.default_rng(0).uniform(1, 3, len(network.metabolites))
    concentrations = dict(zip(network.metabolites, levels.tolist(), strict=True))
    for reaction in network.reactions:
        quotient = np.prod([concentrations[m] ** n for m, n in reaction.stoichiometry.items()])
        displacement = 0.3 if fluxes[reaction.name] > 0 else 3.0
        model.parameters[reaction.equilibrium_constant].value = quotient / displacement
    model.prepare()
    model.compile_jacobian(ncpu=1)
    try:
        arguments = model, fluxes, concentrations, False, True
        sets, largest, smallest = _skimpy().sample(*arguments)
        oracle = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=N))
        same, *eigenvalues = oracle.sample(*arguments)
    finally:
        _release(model)
    for one, other in zip(sets, same, strict=True):
        assert other == pytest.approx(one, rel=1e-9)
    np.testing.assert_allclose(eigenvalues, [largest, smallest], rtol=1e-5)


@pytest.mark.parametrize("swapped", [False, True])
def test_the_varma_tutorial_runs_with_either_sampler(
    load_yaml_model, shared_data, tmp_path, swapped
):
    model = load_yaml_model(str(shared_data("varma", "kin_varma.yml")))
    given = json.loads(shared_data("varma", "steady_state_0.json").read_text())
    fluxes, x = given["fluxes"], given["concentrations"]
    model.prepare()
    model.compile_jacobian(ncpu=1)
    reactions = model.reactions
    transporter = reactions.GLCptspp.parameters
    transporter.km_substrate2.bounds = (14.99, 15.01)
    transporter.km_substrate1.bounds = (x["pep_c"] * 1e-4, x["pep_c"] * 1e-3)
    transporter.km_product1.bounds = (x["pyr_c"], x["pyr_c"] * 1e2)
    transporter.km_product2.bounds = (x["g6p_c"], x["g6p_c"] * 1e2)
    reactions.ACt2rpp.parameters.km_product.bounds = (x["ac_c"] * 1e2, x["ac_c"] * 1e3)
    reactions.ATPM.parameters.km_substrate1.bounds = (x["atp_c"] * 1e-4, x["atp_c"] * 1e-3)
    synthase = reactions.ATPS4rpp.parameters
    synthase.km_substrate1.bounds = (x["pi_c"] * 1e-4, x["pi_c"] * 1e-3)
    synthase.km_substrate2.bounds = (x["adp_c"] * 1e-4, x["adp_c"] * 1e-3)
    for reaction, value in given["k_eq"].items():
        reactions[reaction].parameters.k_equilibrium.value = value
    bounds = {
        n: p.bounds for n, p in model.parameters.items() if p.bounds not in (None, (None, None))
    }
    try:
        sampler = _renaissance(-0.5, 1e6, km_range=(1e-8, 1.0)) if swapped else _skimpy()
        sampled = sampler.sample(model, fluxes, x, only_stable=True, min_max_eigenvalues=True)
        assert max(sampled[1]) < (-0.5 if swapped else 0.0)
        for one in sampled[0]:
            km = {str(symbol): value for symbol, value in one.items()}
            outside = [n for n in bounds if not _between(km[n], bounds[n])]
            assert not outside
        _agree_with_skimpys_jacobian(model, fluxes, x, sampled)
        _pass_the_tutorials_checks(model, fluxes, x, sampled, tmp_path / "varma.h5", 3.6e5)
    finally:
        _release(model)


def _between(value, limits):
    low, high = limits
    return low * (1 - 1e-9) <= value <= high * (1 + 1e-9)


def test_the_e_coli_script_of_nomad_runs_without_a_compiled_jacobian(
    load_yaml_model, shared_data, tmp_path
):
    model = load_yaml_model(str(shared_data("ecoli", "kinetic_model.yaml")))
    given = json.loads(shared_data("ecoli", "steady_state_1712.json").read_text())
    for reaction, value in given["k_eq"].items():
        model.reactions[reaction].parameters.k_equilibrium.value = value
    model.prepare()
    state = given["fluxes"], given["concentrations"]
    sampler = _renaissance(-2.5, 1e9, km_range=(1e-8, 1.0))
    sampled = sampler.sample(model, *state, min_max_eigenvalues=True)
    assert max(sampled[1]) < -2.5
    assert not hasattr(model, "jacobian_fun")
    _pass_the_tutorials_checks(model, *state, sampled, tmp_path / "e_coli.h5", 3.315e8)


def test_the_yeast_script_of_nomad_runs_with_its_pools_and_bounds(
    load_yaml_model, shared_data, tmp_path
):
    from pytfa.io.json import load_json_model  # noqa: PLC0415
    from scipy.sparse import csc_matrix  # noqa: PLC0415
    from skimpy.analysis.mca.utils import get_dep_indep_vars_from_basis  # noqa: PLC0415
    from skimpy.analysis.oracle import (  # noqa: PLC0415
        load_concentrations,
        load_equilibrium_constants,
        load_fluxes,
    )
    from skimpy.utils.general import get_stoichiometry  # noqa: PLC0415
    from sympy import Matrix  # noqa: PLC0415

    document = json.loads(shared_data("yeast", "tfa_model.json").read_text())
    (tmp_path / "tfa.json").write_text(json.dumps(document | {"solver": "optlang-glpk"}))
    thermo = load_json_model(str(tmp_path / "tfa.json"))
    model = load_yaml_model(str(shared_data("yeast", "kinetic_model.yaml")))
    model.prepare(mca=False)
    pools = pd.read_csv(shared_data("yeast", "ST10284_cons_relations_annotated.csv"), index_col=0)
    reduced, _ = Matrix(pools[list(model.reactants)].values).rref()
    model.conservation_relation = csc_matrix(reduced, dtype=float)
    dependent, independent = get_dep_indep_vars_from_basis(model.conservation_relation)
    model.independent_variables_ix, model.dependent_variables_ix = independent, dependent
    balance = get_stoichiometry(model, model.reactants)
    model.reduced_stoichiometry = balance[independent, :]
    constants = [name for name in model.parameters if name.startswith("km_")]
    for name in constants:
        model.parameters[name].bounds = (3.5e-10 * 1e9, 5 * 1e9)
    states = shared_data("yeast", "steady_states_vmax_sensitivity.csv")
    solution = pd.read_csv(states, header=0, index_col=0).iloc[0]
    fluxes = load_fluxes(solution, thermo, model, concentration_scaling=1e9, **SIZES)
    concentrations = load_concentrations(solution, thermo, model, concentration_scaling=1e9)
    load_equilibrium_constants(solution, thermo, model, concentration_scaling=1e9, in_place=True)
    sets, largest, smallest = _renaissance(-0.4, 1e9).sample(
        model,
        fluxes,
        concentrations,
        only_stable=True,
        min_max_eigenvalues=True,
        max_trials=15000,
        bounds_sample=(0.001, 0.999),
    )
    assert len(sets) == N
    assert max(largest) < -0.4  # the script's own limit
    for one in sets:
        km = {str(symbol): value for symbol, value in one.items()}
        free = [km[name] for name in constants if km[name] is not None]
        assert 0.35 <= min(free) <= max(free) <= 5e9
    _pass_the_tutorials_checks(
        model,
        fluxes,
        concentrations,
        (sets, largest, smallest),
        tmp_path / "yeast.h5",
        3.6e8,
        balanced_to=1e-7,  # the published fluxes are rounded: 7e-8
    )
