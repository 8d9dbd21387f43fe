"""Reactors run: units of results, designs, events, failures, and the published E. coli batch."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics.reactors.batch_reactor import BatchReactor
from skimpy_renaissance.dynamics.reactors.designs import WILD_TYPE, StrainDesign, designs_from_flags
from skimpy_renaissance.dynamics.reactors.falls_below import FallsBelow
from skimpy_renaissance.dynamics.reactors.reading import read_reactor_yaml
from skimpy_renaissance.dynamics.reactors.simulate_reactor import simulate_reactor
from skimpy_renaissance.dynamics.reactors.starting_point import medium_at
from skimpy_renaissance.dynamics.reactors.strain import Strain
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.reaction import MechanismDefinition, ModifierDefinition
from skimpy_renaissance.population import ParameterPopulation
from tests.dynamics.reactors.reactor_cases import (
    CELL,
    UNITS,
    VOLUME,
    monod_network,
    monod_reactor,
    monod_state,
)

TIMES = np.linspace(0, 24, 25)
SHARE = CELL / VOLUME  # of the reactor, one cell


def run(reactor=None, sets=None, **changes):
    given = {"times": TIMES, "biomass": 0.01, "n_processes": 1, **changes}
    return simulate_reactor(reactor or monod_reactor(), sets, monod_state(), **given)


def sets(*vmax):
    values = np.array(vmax, dtype=float)[:, None]
    names = tuple(f"set {i}" for i in range(len(vmax)))
    return ParameterPopulation(("vmax_forward_growth",), values, names, units=UNITS)


def test_results_come_in_grams_and_moles():
    runs = run()
    cells = runs.scaled("biomass_a")
    assert runs.biomass()[0, 0] == pytest.approx(0.01)
    assert runs.biomass("a") == pytest.approx(cells * SHARE * 1000.0 * 0.3)
    assert runs.molar("glc_e") == pytest.approx(runs.scaled("glc_e") * 1e-6)
    assert runs.gram_per_litre("glc_e", 180.0) == pytest.approx(runs.molar("glc_e") * 180.0)


def test_biomass_yield_on_the_medium_is_conserved():
    runs = run(rtol=1e-9)
    grown = runs.biomass() - runs.biomass()[:, :1]
    taken = runs.molar("glc_e")[:, :1] - runs.molar("glc_e")
    assert taken[0, -1] == pytest.approx(0.01)
    per_mole = grown[0, -1] / 0.01
    assert grown == pytest.approx(per_mole * taken, rel=1e-7, abs=1e-12)


def test_every_set_meets_every_design_in_order():
    designs = [WILD_TYPE, StrainDesign("strong", {"growth": 2.0})]
    runs = run(sets=sets(1e6, 2e6), designs=designs)
    assert list(runs.status["set"]) == ["set 0", "set 0", "set 1", "set 1"]
    assert list(runs.status["design"]) == ["wild type", "strong"] * 2
    assert runs.biomass()[1] == pytest.approx(runs.biomass()[2], rel=1e-12)
    assert runs.biomass()[1, 5] > runs.biomass()[0, 5]


def test_a_run_does_not_depend_on_its_companions():
    alone = run(sets=sets(2e6)).biomass()[0]
    together = run(sets=sets(1e6, 2e6, 3e6)).biomass()[1]
    assert np.array_equal(alone, together)


def test_the_time_at_which_the_substrate_is_gone_is_recorded():
    level = 1e-4  # mol/L
    event = FallsBelow("glc_e", level * UNITS.concentration_scaling)
    runs = run(events=[event])
    found = runs.status["glc_e used up"][0]
    assert runs.time_below("glc_e", level)[0] == pytest.approx(found, abs=1.0)
    assert np.interp(found, TIMES, runs.molar("glc_e")[0]) < 2e-3
    assert runs.molar("glc_e")[0, -1] < level


def test_a_substrate_that_lasts_has_no_time_at_which_it_is_gone():
    assert np.isnan(run(times=[0.0, 0.1]).time_below("glc_e", 1e-5)[0])
    assert run().time_below("glc_e", 1.0)[0] == 0.0


def test_hours_are_hours_whatever_the_model_s_unit_of_time():
    minutes = dataclasses.replace(UNITS, time_scaling=60.0)
    slow = sets(3e6 / 60)
    by_minute = simulate_reactor(
        monod_reactor(units=minutes),
        dataclasses.replace(slow, units=minutes),
        monod_state(minutes),
        times=TIMES,
        biomass=0.01,
        rtol=1e-9,
        n_processes=1,
    )
    by_hour = run(sets=sets(3e6), rtol=1e-9)
    assert by_minute.times == pytest.approx(TIMES)
    assert by_minute.biomass() == pytest.approx(by_hour.biomass(), rel=1e-6)


def test_the_tidy_table_has_a_row_per_run_time_and_variable():
    runs = run(sets=sets(1e6, 2e6))
    table = runs.to_dataframe()
    assert len(table) == 2 * len(TIMES) * 2
    picked = table[(table["set"] == "set 1") & (table["variable"] == "glc_e")]
    assert picked["value"].to_numpy() == pytest.approx(runs.molar("glc_e")[1])
    assert set(table["unit"]) == {"gDW/L", "mol/L"}
    assert set(runs.to_dataframe(["a_stuff_c"])["variable"]) == {"a_stuff_c"}


def test_a_run_that_fails_keeps_its_row_and_its_status():
    runs = run(sets=sets(3e6, 1e308))
    assert runs.status["status"][0] == "finished"
    assert runs.status["status"][1] != "finished"
    assert np.isfinite(runs.biomass()[0]).all()
    assert np.isnan(runs.biomass()[1, -1])


def test_what_is_asked_for_must_exist():
    runs = run(times=[0.0, 1.0])
    with pytest.raises(MissingEntryError, match="xyl_e"):
        runs.molar("xyl_e")
    with pytest.raises(MissingEntryError, match="biomass"):
        runs.molar("biomass_a")
    with pytest.raises(MissingEntryError, match="zebra"):
        runs.biomass("zebra")
    with pytest.raises(InputError, match="molar_mass"):
        runs.gram_per_litre("glc_e", 0.0)
    with pytest.raises(InputError, match="inoculum"):
        run(biomass=-1.0)
    with pytest.raises(MissingEntryError, match="xyl_e"):
        run(events=[FallsBelow("xyl_e", 1.0)])
    with pytest.raises(InputError, match="level"):
        FallsBelow("glc_e", 0.0)


@pytest.mark.slow
def test_two_strains_of_the_tutorial_share_the_sugar(shared_data):
    varma = sr.read_skimpy_yaml(shared_data("varma", "varma_strain_1.yml"))
    strains = dict.fromkeys(["strain_1", "strain_2"], varma)
    reactor = read_reactor_yaml(shared_data("skimpy", "multi_species.yaml"), networks=strains)
    state = sr.read_steady_state(shared_data("varma", "steady_state_0.json"), varma)
    one_cell = reactor.gram_per_cell_per_litre("strain_1")
    inoculum = dict.fromkeys(strains, 0.1e12 * one_cell)
    runs = simulate_reactor(
        reactor,
        None,
        dict.fromkeys(strains, state),
        times=[0.0, 4.0, 10.0],
        biomass=inoculum,
        n_processes=1,
    )
    assert list(runs.status["status"]) == ["finished"]
    assert runs.scaled("biomass_strain_1")[0, 0] == pytest.approx(0.1e12)
    assert runs.biomass("strain_1") == pytest.approx(runs.biomass("strain_2"), rel=1e-4)
    assert runs.molar("glc_D_e")[0, -1] < 1e-6
    assert runs.molar("o2_e") == pytest.approx(np.full((1, 3), 0.000496), rel=1e-12)


# -- the batch of the RENAISSANCE study --------------------------------------------------------

GLUCOSE, ANTHRANILATE, CELL_MASS = 180.156, 136.13, 0.28e-12  # g/mol, g/mol, g


@pytest.fixture(scope="module")
def e_coli():
    """Hold the study's reactor once it is built."""
    return {}


@pytest.fixture
def batch(e_coli, shared_data):
    if not e_coli:
        network = sr.read_skimpy_yaml(shared_data("ecoli", "kinetic_model.yaml"))
        table = pd.read_csv(shared_data("ecoli", "allosteric_regulations.csv"))
        present = table["reaction_id"].isin(network.reaction_names)
        present &= table["regulator"].isin(network.metabolites)
        network = sr.add_regulation(network, table[present], rate_laws=sr.CORRECTED)
        reactor = read_reactor_yaml(
            shared_data("ecoli", "single_species.yaml"), networks={"strain_1": network}
        )
        published = ParameterPopulation.load(
            shared_data("ecoli", "kinetic_params_top_10_models.hdf5"), units=reactor.units
        )
        path = shared_data("ecoli", "steady_state_1712.json")
        state = sr.read_steady_state(path, network)
        designs = designs_from_flags(
            pd.read_csv(shared_data("ecoli", "all_unique_designs.csv"), index_col=0), fold=10.0
        )
        e_coli["sets"] = published.select(["1712,6"])
        e_coli["runs"] = simulate_reactor(
            reactor,
            e_coli["sets"],
            state,
            times=np.linspace(0, 50, 51),
            biomass=0.037,
            cell_mass=CELL_MASS,
            n_processes=1,
            designs=[WILD_TYPE, designs[0], designs[14]],
        )
    return e_coli["runs"]


@pytest.mark.slow
def test_the_published_model_grows_as_measured(batch, shared_data):
    """Fig. 2d: growth until some 16 h, then biomass and anthranilate stay."""
    assert list(batch.status["status"]) == ["finished"] * 3
    measured = pd.read_csv(shared_data("ecoli", "experiments_biomass.csv"))
    modelled = np.interp(measured["Time"], batch.times, batch.biomass()[0])
    late = measured["Time"].between(16, 50)
    assert modelled[late] == pytest.approx(measured["mean"][late].to_numpy(), rel=0.08)
    assert batch.biomass()[0, 20] == pytest.approx(batch.biomass()[0, 50], rel=0.01)


@pytest.mark.slow
def test_anthranilate_ends_within_the_measured_range_and_flat_from_20_h(batch, shared_data):
    product = batch.gram_per_litre("anth_e", ANTHRANILATE)[0]
    assert product[20] == pytest.approx(product[50], rel=0.02)
    measured = pd.read_csv(shared_data("ecoli", "experiments_anth.csv")).set_index("Time")
    assert measured["low"][44] < product[44] < measured["high"][44]


def test_glucose_uptake_stops_with_growth(batch):
    """The batch ends with 1.7 g/L left, where growth has stopped; measured were 2.5."""
    sugar = batch.gram_per_litre("glc_D_e", GLUCOSE)[0]
    assert sugar[0] == pytest.approx(9.909, abs=1e-3)
    assert 1.5 < sugar[24] < 2.5
    assert sugar[50] == pytest.approx(sugar[24], rel=0.03)


def test_ten_fold_designs_make_more_product(batch):
    product = batch.gram_per_litre("anth_e", ANTHRANILATE)[:, -1]
    assert list(batch.status["design"])[1:] == ["EU_DDPA EU_PFK EU_SHKK", "EU_DDPA ED_GLUDy ED_PGI"]
    assert product[1] > 1.2 * product[0]
    assert product[2] > 1.5 * product[0]


def test_the_renaissance_initiator_s_units_are_not_those_of_the_parameters(
    shared_data, batch, e_coli
):
    network = batch.reactor.strains["strain_1"].network
    reactor = read_reactor_yaml(
        shared_data("ecoli", "bioreactor_initiator.yaml"), networks={"strain_1": network}
    )
    state = sr.read_steady_state(shared_data("ecoli", "steady_state_1712.json"), network)
    with pytest.raises(sr.errors.UnitsError, match=r"gdw_gww_ratio: 0\.38 here, 0\.3 there"):
        simulate_reactor(reactor, e_coli["sets"], state, times=[0, 1], biomass=0.037)


# -- SKiMPy ------------------------------------------------------------------------------------


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")  # SKiMPy's dependencies deprecate one another
def test_a_batch_ends_where_skimpy_s_ends(tmp_path, monkeypatch):
    """The bundled model until its glucose is gone, both at the same tolerance."""
    from skimpy.simulations.reactor import make_batch_reactor  # noqa: PLC0415

    from benchmarks.reactor import core, write_reactor_file  # noqa: PLC0415

    monkeypatch.chdir(tmp_path)  # SKiMPy leaves its log files where it runs
    case = core()
    times = np.linspace(0, 8, 9)
    ours = simulate_reactor(
        case.reactor,
        None,
        case.state,
        times=times,
        biomass=case.biomass,
        medium=case.medium,
        rtol=1e-9,
        atol=1e-9,
        n_processes=1,
    )
    theirs = make_batch_reactor(str(write_reactor_file(case.reactor, tmp_path)))
    theirs.compile_ode(add_dilution=False)
    assert tuple(theirs.variables) == case.reactor.variables
    start = ours.trajectories.concentrations[0, 0]
    for name, value in zip(case.reactor.variables, start, strict=True):
        theirs.initial_conditions[name] = value
    solution = theirs.solve_ode(
        times, solver_type="cvode", rtol=1e-9, atol=1e-9, max_steps=int(1e9)
    )
    theirs.pool.terminate()
    theirs.pool.join()
    found = ours.trajectories.concentrations[0]
    wanted = solution.concentrations[list(case.reactor.variables)].to_numpy()
    assert ours.molar("glc__D_e")[0, -1] < 1e-3
    assert found[-1] == pytest.approx(wanted[-1], rel=1e-4, abs=1e-6)
    assert found == pytest.approx(wanted, rel=1e-4, abs=1e-3)


def proton_reactor(**medium):
    """Glucose against a proton that the rate law divides by."""
    proton = ModifierDefinition("h", "DisplacementSmallMoleculeModifier", "h_e", -1.0, "h_e")
    reversible = build_reaction(
        "growth",
        MechanismDefinition(
            "ReversibleMichaelisMenten", {"substrate": "glc_e", "product": "stuff_c"}
        ),
        modifiers=(proton,),
    )
    network = dataclasses.replace(
        monod_network(),
        reactions=(reversible,),
        compartment_of={"glc_e": "e", "stuff_c": "c", "h_e": "e"},
        values={
            "vmax_forward_growth": 3e6,
            "k_equilibrium_growth": 50.0,
            "km_substrate_growth": 400.0,
            "km_product_growth": 400.0,
        },
    )
    return BatchReactor(
        {"a": Strain(network, "growth", 0.05)}, units=UNITS, volume=VOLUME, medium=medium
    )


def test_a_divisor_that_the_medium_lacks_is_named_with_its_reaction():
    reactor, state = proton_reactor(glc_e=0.01), monod_state(h_e=0.1)
    with pytest.raises(
        InputError, match=r"The medium has no h_e \(0 mol/L\).*: a_growth\."
    ) as told:
        simulate_reactor(reactor, None, state, times=TIMES, biomass=0.01, n_processes=1)
    assert "glc_e" not in str(told.value)
    assert "medium={**medium_at(reactor, state), **reactor.medium}" in str(told.value)
    filled = {**medium_at(reactor, state), **reactor.medium}
    assert filled == {"glc_e": 0.01, "h_e": pytest.approx(1e-7)}
    runs = simulate_reactor(
        reactor, None, state, times=TIMES, biomass=0.01, medium=filled, n_processes=1
    )
    assert runs.status["status"].tolist() == ["finished"]


def test_what_no_rate_divides_by_may_be_absent():
    runs = run(monod_reactor(medium={}), times=[0.0, 1.0])
    assert runs.status["status"].tolist() == ["finished"]
    assert runs.biomass()[0].tolist() == pytest.approx([0.01, 0.01])
