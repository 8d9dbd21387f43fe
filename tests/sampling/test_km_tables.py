"""Michaelis constants from arrays and files: the right column, the right unit, or a clear word."""

import numpy as np
import pandas as pd
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import FileFormatError, InputError, MissingEntryError
from skimpy_renaissance.sampling import bind, log_km_from_table, read_km_table


@pytest.fixture(scope="module")
def bound():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network).at(states[sr.examples.REFERENCE_STATE])


@pytest.fixture(scope="module")
def km(bound):
    """Set x constant, scaled concentrations, columns in another order than the model's."""
    population = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=4)).sample(
        bound.network, sr.examples.e_coli_core()[1][sr.examples.REFERENCE_STATE], seed=2
    )
    return population, population.to_dataframe()[list(bound.km_names)[::-1]]


def test_an_array_becomes_the_population_it_came_from(bound, km):
    population, table = km
    log_km = log_km_from_table(bound, table.to_numpy(), names=list(table.columns))
    again = sr.parametrize(bound, log_km)
    assert again.names == population.names
    np.testing.assert_allclose(again.values, population.values, rtol=1e-9)
    np.testing.assert_allclose(again.lambda_max, population.lambda_max, rtol=1e-9)


@pytest.mark.parametrize(
    ("scale", "change"),
    [
        ("scaled", lambda km: km),
        ("mol/L", lambda km: km / 1e6),
        ("ln(scaled)", np.log),
        ("ln(mol/L)", lambda km: np.log(km / 1e6)),
    ],
)
def test_every_scale_gives_the_same(bound, km, scale, change):
    given = log_km_from_table(bound, change(km[1]), scale=scale)
    torch.testing.assert_close(given, log_km_from_table(bound, km[1]), rtol=1e-12, atol=0)


def test_whole_parameter_sets_are_taken_too(bound, km):
    whole = km[0].to_dataframe()
    assert torch.equal(log_km_from_table(bound, whole), log_km_from_table(bound, km[1]))


@pytest.mark.parametrize("kind", ["npy", "csv", "labelled", "turned"])
def test_files_of_every_kind_hold_the_same(km, tmp_path, kind):
    table = km[1].reset_index(drop=True)
    path = tmp_path / f"km.{'npy' if kind == 'npy' else 'csv'}"
    if kind == "npy":
        np.save(path, table.to_numpy())
    else:
        (table.T if kind == "turned" else table).to_csv(path, index=kind != "csv")
    read = read_km_table(path, names=list(table.columns) if kind == "npy" else None)
    pd.testing.assert_frame_equal(
        read, table, check_names=False, check_index_type=False, check_column_type=False, rtol=1e-12
    )


def _changed(table, value):
    changed = table.copy()
    changed.iloc[2, 5] = value
    return changed


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda t: t.iloc[:, 2:], MissingEntryError, "lacks 2 of the 159 constants"),
        (lambda t: t.rename(columns={t.columns[0]: "km_x"}), MissingEntryError, "'km_x'"),
        (lambda t: _changed(t, -1.0), InputError, r"= -1.0 in row 2\. Logarithms are scale="),
        (lambda t: _changed(t, np.nan), InputError, "1 Michaelis constants are no positive"),
        (lambda t: t.to_numpy()[:, 1:], InputError, r"159 columns, got the shape \(4, 158\)"),
    ],
)
def test_what_cannot_be_used_is_named(bound, km, change, error, message):
    with pytest.raises(error, match=message):
        log_km_from_table(bound, change(km[1]))
    with pytest.raises(InputError, match="scale must be one of 'scaled', 'mol/L'"):
        log_km_from_table(bound, km[1], scale="mM")


def test_arrays_in_files_that_cannot_be_used_are_refused(tmp_path):
    np.save(tmp_path / "km.npy", np.ones((3, 2)))
    with pytest.raises(InputError, match=r"shape \(3, 2\).*with 4 columns"):
        read_km_table(tmp_path / "km.npy", names=["a", "b", "c", "d"])
    (tmp_path / "text.npy").write_text("no array")
    with pytest.raises(FileFormatError, match="cannot be read as an array"):
        read_km_table(tmp_path / "text.npy", names=["a"])


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_skimpys_function_of_capacities_gives_the_same(km, bound, load_yaml_model):
    from importlib.resources import files  # noqa: PLC0415

    from skimpy.sampling.simple_parameter_sampler import SimpleParameterSampler  # noqa: PLC0415
    from sympy import Symbol  # noqa: PLC0415

    model = load_yaml_model(str(files("skimpy_renaissance.examples") / "data" / "e_coli_core.yaml"))
    state = sr.examples.e_coli_core()[1][sr.examples.REFERENCE_STATE]
    for reaction, value in state.equilibrium_constants.dropna().items():
        model.parameters[f"k_equilibrium_{reaction}"].value = value
    fluxes, concentrations = state.fluxes.to_dict(), state.concentrations.to_dict()
    model.prepare()
    model.compile_jacobian(ncpu=1)
    symbols = {Symbol(name): value for name, value in concentrations.items()}
    SimpleParameterSampler(
        SimpleParameterSampler.Parameters(n_samples=1)
    )._compile_sampling_functions(model, symbols, fluxes)
    one = {p.symbol: p.value for p in model.parameters.values()}
    one |= {s: v for s, v in symbols.items() if str(s) in model.parameters}
    one |= {Symbol(name): value for name, value in km[1].iloc[0].items()}
    for reaction in model.reactions.values():
        if "vmax_forward" in reaction.parameters:
            one[reaction.parameters.vmax_forward.symbol] = 1
    model.flux_parameter_function(model, one, symbols, fluxes)
    model.pool.terminate()
    model.pool.join()
    here = bind(model, fluxes, concentrations)
    ours = sr.parametrize(here, log_km_from_table(here, km[1].iloc[:1]))["0"]
    for name, value in ours.items():
        assert value == pytest.approx(one[Symbol(name)], rel=1e-9), name
