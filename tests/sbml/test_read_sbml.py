"""Kinetic models from SBML files: what they are, and what is said where they cannot be read."""

from pathlib import Path

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.errors import (
    FileFormatError,
    MissingEntryError,
    NetworkError,
    SteadyStateError,
    UnitsError,
)
from skimpy_renaissance.sbml import SbmlModel
from tests.sbml.read_models import Small, chain

libsbml = pytest.importorskip("libsbml", reason="python-libsbml is not installed")
JACOBIAN = np.array([[-0.75, 1.25], [0.75, -1.75]])  # of the chain at rest, 1/s


def read(model: Small, tmp_path: Path, **options: object) -> SbmlModel:
    return sr.read_sbml(model.write(tmp_path / "small.xml"), **options)  # type: ignore[arg-type]


def jacobian(model: SbmlModel) -> np.ndarray:
    bound = sr.compile(model.network).at(model.state)
    return bound.jacobian(torch.zeros(1, 0, dtype=torch.float64))[0].numpy()


def test_a_chain_comes_to_its_steady_state_with_the_jacobian_of_its_laws(tmp_path: Path):
    model = read(chain(), tmp_path)
    assert model.state.concentrations[["A", "B", "X"]].tolist() == pytest.approx([2, 1, 2])
    assert model.state.fluxes.tolist() == pytest.approx([1, 1, 1])
    order = [model.network.variables.index(name) for name in "AB"]
    np.testing.assert_allclose(jacobian(model)[np.ix_(order, order)], JACOBIAN * 3600, rtol=1e-9)


def test_the_scaling_follows_from_the_units(tmp_path: Path):
    model = read(chain(), tmp_path)
    assert (model.units.concentration_scaling, model.units.time_scaling) == (1000, 3600)
    assert read(chain(units=None), tmp_path).units is None
    given = sr.Units(1e6, 1.0, 1.0, time_scaling=60)
    assert read(chain(units=None), tmp_path, units=given).units == given


@pytest.mark.parametrize("level", [(2, 1), (2, 4), (3, 1), (3, 2)])
def test_levels_two_and_three_say_the_same(tmp_path: Path, level: tuple[int, int]):
    model = read(chain(level=level), tmp_path)
    assert model.units == sr.Units(1000, 1.0, 1.0, time_scaling=3600)
    assert (model.level, model.version) == level
    assert model.state.concentrations["A"] == pytest.approx(2)


def test_capacities_are_parameters_that_laws_are_proportional_to(tmp_path: Path):
    laws = read(chain(), tmp_path).laws
    assert laws["capacity"].tolist() == ["kin", "V", "W"]
    assert laws["own_capacity"].all()
    assert laws["parted"].all()


def test_a_shared_parameter_is_no_capacity_and_a_factor_stands_in(tmp_path: Path):
    shared = chain()
    shared.reactions["R3"] = ({"B": 1}, {}, "c * V / 2 * B / (K3 + B)")
    model = read(shared, tmp_path)
    assert model.laws.loc["R2", "capacity"] == "vmax_forward_R2"
    assert not model.laws.loc["R2", "own_capacity"]
    assert model.network.values["vmax_forward_R2"] == 1
    assert model.network.values["V"] == 4
    assert model.state.concentrations["A"] == pytest.approx(2)


def test_a_factor_does_not_take_the_name_of_a_parameter(tmp_path: Path):
    shared = chain()
    shared.parameters["vmax_forward_R2"] = 4.0
    substrates, products, law = shared.reactions["R2"]
    shared.reactions["R2"] = (substrates, products, law.replace("V", "vmax_forward_R2"))
    shared.reactions["R3"] = ({"B": 1}, {}, "c * vmax_forward_R2 / 2 * B / (K3 + B)")
    model = read(shared, tmp_path)
    assert model.laws.loc["R2", "capacity"] == "vmax_forward_R2_factor"
    assert model.network.values["vmax_forward_R2"] == 4
    assert model.state.concentrations["A"] == pytest.approx(2)


def test_free_constants_keep_the_state_and_change_the_jacobian(tmp_path: Path):
    model = read(chain(), tmp_path)
    network = model.free()
    assert network.km_names == ("KA", "KB", "K3")
    bound = sr.compile(network).at(model.state)
    own = np.log(np.array([[1.0, 1.0, 1.0]]) / 1000)
    moved = own + np.array([[0.0, 0.0, 1.0]])
    at = bound.jacobian(torch.from_numpy(np.vstack([own, moved]))).numpy()
    np.testing.assert_allclose(at[0], jacobian(model), rtol=1e-9)
    vmax = bound.vmax(torch.from_numpy(own))[0].tolist()
    assert vmax == pytest.approx([0.5, 4, 2])
    assert not np.allclose(at[1], at[0])


def test_control_coefficients_of_a_read_model_sum_to_one(tmp_path: Path):
    model = read(chain(), tmp_path)
    bound = sr.compile(model.free()).at(model.state)
    sets = torch.full((1, 3), np.log(1e-3), dtype=torch.float64)
    control = control_coefficients(bound, sets).flux.mean("sample")
    np.testing.assert_allclose(control.sum(axis=1), 1, rtol=1e-9)


def test_names_given_to_saturation_replace_what_was_recognised(tmp_path: Path):
    model = read(chain(), tmp_path, saturation=["K3"])
    assert dict(model.network.hooks) == {"K3": "B"}
    by_name = read(chain(), tmp_path, saturation={"K3": "B", "KA": "A"})
    assert dict(by_name.network.hooks) == {"KA": "A", "K3": "B"}


def test_constants_that_set_the_equilibrium_are_not_freed(tmp_path: Path):
    """A law with a capacity for each direction: another KA is another equilibrium constant."""
    both = chain()
    both.parameters["Vr"] = 4.0
    both.reactions["R2"] = (
        {"A": 1},
        {"B": 1},
        "c * (V * A / KA - Vr * B / KB) / (1 + A / KA + B / KB)",
    )
    model = read(both, tmp_path)
    assert model.state.concentrations["A"] == pytest.approx(2)
    assert dict(model.network.hooks) == {"K3": "B"}
    told = model.saturation.set_index("constant")["how"]
    assert told["KA"].endswith("the equilibrium follows from it")
    assert model.free().km_names == ("K3",)


def test_what_follows_a_rule_is_written_out(tmp_path: Path):
    ruled = chain(rules={"V": "kcat * E"})
    ruled.parameters |= {"V": None, "kcat": 8.0, "E": 0.5}
    model = read(ruled, tmp_path)
    assert model.laws.loc["R2", "capacity"] == "kcat"
    assert model.state.concentrations["A"] == pytest.approx(2)


def test_a_species_of_a_rule_is_no_variable(tmp_path: Path):
    total = chain(rules={"B2": "3 * B"})
    total.species["B2"] = 0.0
    total.reactions["R3"] = ({"B": 1}, {}, "c * W * (B2 / 3) / (K3 + B2 / 3)")
    model = read(total, tmp_path)
    assert set(model.network.variables) == {"A", "B"}
    np.testing.assert_allclose(np.linalg.eigvals(jacobian(model)).sum(), -2.5 * 3600, rtol=1e-9)


def test_initial_assignments_and_functions_are_computed(tmp_path: Path):
    model = read(
        chain(
            initial={"A": "piecewise(W * 3, KA > 0, 1)", "W": "sqrt(4)"},
            functions={"mm": "lambda(S, K, S / (K + S))"},
            reactions={**chain().reactions, "R3": ({"B": 1}, {}, "c * W * mm(B, K3)")},
        ),
        tmp_path,
    )
    assert model.initial_concentrations["A"] == pytest.approx(6)
    assert model.network.values["W"] == pytest.approx(2)
    assert model.state.concentrations["A"] == pytest.approx(2)


def test_local_parameters_get_names_of_their_own(tmp_path: Path):
    model = read(chain(local={"R2": {"V": 4.0}, "R3": {"W": 2.0}}), tmp_path)
    assert model.laws["capacity"].tolist() == ["kin", "V_R2", "W_R3"]


def test_amounts_become_concentrations_of_their_compartment(tmp_path: Path):
    """A in a compartment of 0.5, as an amount, B in the cell: one steady state."""
    two = chain(
        sizes={"c": 2.0, "m": 0.5},
        places={"A": "m"},
        kinds={"X": "boundary", "A": "amount"},
    )
    two.reactions["R2"] = (
        {"A": 1},
        {"B": 1},
        "c * V * (A / m - B / Keq) / KA / (1 + A / m / KA + B / KB)",
    )
    model = read(two, tmp_path, cell="c")
    assert model.initial_concentrations["A"] == pytest.approx(1)
    assert model.state.concentrations[["A", "B"]].tolist() == pytest.approx([2, 1])
    row = model.network.variables.index("A")
    assert jacobian(model)[row, row] == pytest.approx(-0.75 * 3600 * 4)  # volume ratio 2 / 0.5


def test_a_law_of_time_is_read_at_a_stated_time(tmp_path: Path):
    late = chain()
    late.reactions["R1"] = ({"X": 1}, {"A": 1}, "c * kin * X * (1 + time) / 3")
    assert read(late, tmp_path, at_time=2.0).state.concentrations["A"] == pytest.approx(2)


def test_annotations_are_kept(tmp_path: Path):
    def annotated(model: object, _: object) -> None:
        species = model.getSpecies("A")  # type: ignore[attr-defined]
        species.setMetaId("meta_A")
        term = libsbml.CVTerm(libsbml.BIOLOGICAL_QUALIFIER)
        term.setBiologicalQualifierType(libsbml.BQB_IS)
        term.addResource("http://identifiers.org/kegg.compound/C00031")
        term.addResource("urn:miriam:obo.chebi:CHEBI%3A17234")
        species.addCVTerm(term)

    model = read(chain(terms={"KA": "SBO:0000027"}, more=[annotated]), tmp_path)
    assert model.annotations["KA"] == {"sbo": ("SBO:0000027",)}
    assert model.annotations["A"] == {
        "kegg.compound": ("C00031",),
        "obo.chebi": ("CHEBI:17234",),
    }


def event(model: object, math: object) -> None:
    one = model.createEvent()  # type: ignore[attr-defined]
    one.setId("pulse")
    one.setUseValuesFromTriggerTime(True)
    trigger = one.createTrigger()
    trigger.setMath(math("A > 1"))  # type: ignore[operator]
    trigger.setInitialValue(True)
    trigger.setPersistent(True)


def rate_rule(model: object, math: object) -> None:
    rule = model.createRateRule()  # type: ignore[attr-defined]
    rule.setVariable("W")
    rule.setMath(math("0.1"))  # type: ignore[operator]


def algebraic_rule(model: object, math: object) -> None:
    model.createAlgebraicRule().setMath(math("A + B - 2"))  # type: ignore[attr-defined, operator]


def fast(model: object, _: object) -> None:
    model.getReaction("R2").setFast(True)  # type: ignore[attr-defined]


def changed(name: str, law: str, **more: object) -> Small:
    model = chain(**more)
    substrates, products, _ = model.reactions[name]
    model.reactions[name] = (substrates, products, law)
    return model


REFUSED = {
    "events": (chain(more=[event]), NetworkError, r"has events: pulse\."),
    "rate rules": (chain(more=[rate_rule]), NetworkError, r"rate rules for: W"),
    "algebraic rules": (chain(more=[algebraic_rule]), NetworkError, "algebraic rules: 1 of them"),
    "fast reactions": (chain(more=[fast]), NetworkError, "fast reactions: R2"),
    "both": (chain(more=[event, rate_rule]), NetworkError, "events: pulse; rate rules for: W"),
    "time": (
        changed("R1", "c * kin * time"),
        NetworkError,
        r"rate of 'R1' depends on time .*Fix the time with at_time=",
    ),
    "piecewise": (
        changed("R3", "c * piecewise(W, B > 1, 0)"),
        NetworkError,
        r"rate of 'R3' depends on piecewise \('c \* piecewise",
    ),
    "max": (
        changed("R3", "c * max(W * B, K3)", level=(3, 2)),
        NetworkError,
        r"'R3' depends on max",
    ),
    "delay": (
        changed("R3", "c * W * delay(B, 1)"),
        NetworkError,
        "kinetic law of 'R3' has a delay",
    ),
    "volume": (
        chain(rules={"c": "1 + A"}),
        NetworkError,
        "compartment that changes its volume: 'c' depends on A",
    ),
    "zero volume": (chain(sizes={"c": 0.0}), NetworkError, "'c' has the size 0; volumes must be"),
    "no law": (changed("R3", ""), NetworkError, r"1 of its 3 reactions have no kinetic law \(R3\)"),
    "no reaction": (chain(reactions={}), NetworkError, "has no reaction"),
    "no value": (
        chain(parameters={**chain().parameters, "KA": None}),
        MissingEntryError,
        "needs a value for 'KA', which has none",
    ),
    "circle": (
        chain(rules={"V": "W", "W": "V"}),
        NetworkError,
        "rules go round in a circle",
    ),
    "undefined": (
        chain(initial={"W": "1 / (KA - KB)"}),
        NetworkError,
        "the value of 'W' amounts to no finite number",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_a_network_is_refused_by_name(tmp_path: Path, what: str):
    model, error, words = REFUSED[what]
    with pytest.raises(error, match=words):
        read(model, tmp_path)


def test_units_that_contradict_are_refused(tmp_path: Path):
    with pytest.raises(UnitsError, match=r"concentration_scaling is 1000, but 1000000 was given"):
        read(chain(), tmp_path, units=sr.Units(1e6, 1.0, 1.0, time_scaling=3600))
    with pytest.raises(UnitsError, match="measures time in 'times', which is no unit of time"):
        read(chain(units=("mole", 1e-3, "litre")), tmp_path)

    def other(model: object, _: object) -> None:
        model.getSpecies("A").setSubstanceUnits("mole")  # type: ignore[attr-defined]

    with pytest.raises(UnitsError, match=r"measures substance in amounts, mole \(A: mole\)"):
        read(chain(more=[other]), tmp_path)


def test_names_that_the_model_does_not_have_are_refused(tmp_path: Path):
    with pytest.raises(NetworkError, match=r"no compartment 'cell' \(cell=\); it has c\."):
        read(chain(), tmp_path, cell="cell")
    with pytest.raises(MissingEntryError, match="species of 'small' called"):
        read(chain(), tmp_path, boundaries=["Z"])
    with pytest.raises(MissingEntryError, match="parameter of a rate law of 'small' called"):
        read(chain(), tmp_path, saturation=["Z"])
    with pytest.raises(MissingEntryError, match="What 'Keq' is measured against cannot be told"):
        read(chain(), tmp_path, saturation=["Keq"])


def test_other_files_are_refused(tmp_path: Path):
    text = tmp_path / "model.xml"
    text.write_text("not xml")
    with pytest.raises(FileFormatError, match="is no SBML file that can be read"):
        sr.read_sbml(text)
    with pytest.raises(FileFormatError, match=r"absent\.xml"):
        sr.read_sbml(tmp_path / "absent.xml")


def test_a_model_that_grows_says_which_metabolite(tmp_path: Path):
    growing = chain()
    growing.species["P"] = 0.0
    growing.reactions["R3"] = ({"B": 1}, {"P": 1}, growing.reactions["R3"][2])
    with pytest.raises(SteadyStateError, match=r"has no steady state: P grows without bound"):
        _ = read(growing, tmp_path).state
    held = read(growing, tmp_path, boundaries=["P"])
    assert held.state.concentrations["A"] == pytest.approx(2)


def test_a_closed_model_says_that_nothing_flows(tmp_path: Path):
    closed = chain()
    del closed.reactions["R1"], closed.reactions["R3"]
    with pytest.raises(SteadyStateError, match="R2 carries no flux"):
        _ = read(closed, tmp_path).state


def test_a_model_that_runs_dry_says_so(tmp_path: Path):
    dry = chain()
    del dry.reactions["R1"]
    with pytest.raises(SteadyStateError, match="A, B is used up"):
        _ = read(dry, tmp_path).state


def test_an_oscillator_says_that_it_does_not_settle(tmp_path: Path):
    """Selkov's glycolytic oscillator."""
    selkov = Small(
        species={"x": 1.0, "y": 1.0},
        parameters={"a": 0.08, "b": 0.6},
        reactions={
            "in": ({}, {"y": 1}, "c * b"),
            "R": ({"y": 1}, {"x": 1}, "c * (a * y + x^2 * y)"),
            "out": ({"x": 1}, {}, "c * x"),
        },
    )
    with pytest.raises(SteadyStateError, match=r"oscillates \(.*x between .* and"):
        _ = read(selkov, tmp_path).state
