"""Rate laws against thermodynamics, closed forms and the reference models' own values."""

import json
from itertools import product
from typing import Any

import numpy as np
import pytest
import sympy

from skimpy_renaissance.network import (
    CORRECTED,
    SKIMPY,
    MechanismDefinition,
    Reaction,
    build_reaction,
    read_skimpy_yaml,
)

TWO_TO_TWO = {"substrate1": -1.0, "product1": 1.0, "substrate2": -2.0, "product2": 3.0}
FIXED = {
    "ReversibleMichaelisMenten": "substrate product",
    "RandBiBiReversibleMichaelisMenten": "substrate1 substrate2 product1 product2",
    "UniBiReversibleHill": "substrate product1 product2",
    "BiUniReversibleHill": "substrate1 substrate2 product",
}
REVERSIBLE = [name for name, law in CORRECTED.items() if "k_equilibrium" in law.parameters]


def _reaction(name: str, *, laws: Any = CORRECTED, metabolites: dict[str, str] | None = None):
    roles = FIXED[name].split() if name in FIXED else list(TWO_TO_TWO)
    inhibitors = {"inhibitor1": "x_c"} if name.endswith("Inhibited") else {}
    definition = MechanismDefinition(
        class_name=name,
        roles={role: (metabolites or {}).get(role, f"{role}_c") for role in roles},
        stoichiometry={} if name in FIXED else TWO_TO_TWO,
        inhibitors=inhibitors,
    )
    return build_reaction("R", definition, rate_laws=laws)


def _values(reaction: Reaction, seed: int, **fixed: float) -> dict[str, float]:
    """Draw a value per metabolite and parameter, log-uniform in 0.1 to 10."""
    rng = np.random.default_rng(seed)
    drawn = {name: float(10 ** rng.uniform(-1, 1)) for name in sorted(reaction.names.values())}
    return {**drawn, **{f"{name}_R": value for name, value in fixed.items()}}


def _evaluate(expression: sympy.Expr, reaction: Reaction, values: dict[str, float]) -> float:
    return float(
        expression.xreplace(
            {sympy.Symbol(s, positive=True): values[n] for s, n in reaction.names.items()}
        )
    )


@pytest.mark.parametrize("name", REVERSIBLE)
@pytest.mark.parametrize("h", [1.0, 1.7])
def test_backward_over_forward_rate_is_the_displacement_from_equilibrium(name, h):
    reaction = _reaction(name)
    for seed in range(5):
        values = _values(reaction, seed, hill_coefficient=h, beta_forward=0.0, beta_reverse=0.0)
        gamma = 1 / values["k_equilibrium_R"]
        for metabolite, n in reaction.stoichiometry.items():
            gamma *= values[metabolite] ** n
        forward = _evaluate(reaction.rate.forward, reaction, values)
        backward = _evaluate(reaction.rate.backward, reaction, values)
        assert backward / forward == pytest.approx(gamma, rel=1e-12)


@pytest.mark.parametrize("name", ["RevMassaction", "H1GeneralizedReversibleHill"])
def test_skimpys_laws_without_exponents_are_not_thermodynamically_consistent(name):
    published, skimpy = _reaction(name), _reaction(name, laws=SKIMPY)
    values = _values(published, 0)
    ratio = [
        _evaluate(r.rate.backward, r, values) / _evaluate(r.rate.forward, r, values)
        for r in (published, skimpy)
    ]
    assert ratio[0] != pytest.approx(ratio[1])


@pytest.mark.parametrize("h", [0.5, 1.0, 2.0, 4.0])
def test_corrected_uni_bi_denominator_is_positive_and_symmetric_in_the_products(h):
    reaction = _reaction("UniBiReversibleHill")
    swapped = {"product1_c": "product2_c", "product2_c": "product1_c"}
    swapped |= {"km_product1_R": "km_product2_R", "km_product2_R": "km_product1_R"}
    for seed in range(20):
        values = _values(reaction, seed, hill_coefficient=h)
        mirrored = {name: values[swapped.get(name, name)] for name in values}
        forward = _evaluate(reaction.rate.forward, reaction, values)
        assert forward > 0
        assert forward == pytest.approx(_evaluate(reaction.rate.forward, reaction, mirrored))


def test_skimpys_uni_bi_rate_turns_negative_where_h_is_not_one():
    reaction = _reaction("UniBiReversibleHill", laws=SKIMPY)
    values = dict.fromkeys(reaction.names.values(), 1e-3) | {"substrate_c": 0.1}
    values |= {"km_substrate_R": 0.01, "hill_coefficient_R": 2.5, "vmax_forward_R": 1.0}
    values |= {"km_product1_R": 1.0, "km_product2_R": 1.0}
    assert _evaluate(reaction.rate.forward, reaction, values) < 0


@pytest.mark.parametrize("name", ["UniBiReversibleHill", "BiUniReversibleHill"])
def test_corrected_and_skimpys_law_agree_for_a_hill_coefficient_of_one(name):
    one, other = _reaction(name), _reaction(name, laws=SKIMPY)
    values = _values(one, 3, hill_coefficient=1.0)
    for side in ("forward", "backward"):
        here = _evaluate(getattr(one.rate, side), one, values)
        assert here == pytest.approx(_evaluate(getattr(other.rate, side), other, values))


def test_convenience_kinetics_are_the_product_of_saturation_polynomials():
    reaction = _reaction("Convenience", laws=SKIMPY)
    v = _values(reaction, 1)
    y = {role: v[f"{role}_c"] / v[f"km_{role}_R"] for role in TWO_TO_TWO}
    below = -1.0
    for kind in ("substrate", "product"):
        states = [range(int(abs(TWO_TO_TWO[r])) + 1) for r in TWO_TO_TWO if kind in r]
        own = [y[r] for r in TWO_TO_TWO if kind in r]
        below += sum(
            np.prod([a**n for a, n in zip(own, powers, strict=True)]) for powers in product(*states)
        )
    forward = v["vmax_forward_R"] * y["substrate1"] * y["substrate2"] ** 2 / below
    assert _evaluate(reaction.rate.forward, reaction, v) == pytest.approx(forward, rel=1e-13)


def test_a_metabolite_in_two_roles_has_one_constant_in_skimpy_and_two_corrected():
    both = {"substrate1": "a_c", "product1": "a_c"}
    published = _reaction("Convenience", metabolites=both)
    skimpy = _reaction("Convenience", laws=SKIMPY, metabolites=both)
    assert {"km_substrate1_R", "km_product1_R"} <= set(published.names.values())
    assert "km_product1_R" in skimpy.names.values()
    assert "km_substrate1_R" not in skimpy.names.values()
    assert skimpy.declared == published.declared


def test_hill_coefficients_are_drawn_like_constants_in_skimpy_only():
    name = "hill_coefficient_substrate1_R"
    assert _reaction("IrrevHillNM", laws=SKIMPY).hooks[name] == "substrate1_c"
    assert name not in _reaction("IrrevHillNM").hooks
    assert name in _reaction("IrrevHillNM").names.values()


def test_corrected_gene_expression_weighs_both_factors_alike():
    definition = MechanismDefinition(
        "SimpleRegulatedGeneExpression",
        {"product": "p_c"},
        inhibitors={"factor_1": "x_c", "factor_2": "y_c"},
    )
    reaction = build_reaction("R", definition, rate_laws=CORRECTED)
    values = dict.fromkeys(reaction.names.values(), 1.0)
    one = _evaluate(reaction.rate.forward, reaction, values | {"x_c": 5.0})
    other = _evaluate(reaction.rate.forward, reaction, values | {"y_c": 5.0})
    assert one == pytest.approx(other)
    assert one == pytest.approx((1 + 5 + 1 + 5) / (1 + 5 + 1 + 5))
    skimpy = build_reaction("R", definition, rate_laws=SKIMPY)
    wrong = _evaluate(skimpy.rate.forward, skimpy, values | {"x_c": 5.0})
    assert wrong == pytest.approx((1 + 5 + 1 + 5) / (1 + 5 + 5 + 5))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("vectors", "model"),
    [
        ("varma.json", ("varma", "kin_varma.yml")),
        ("ren_varma_curated.json", ("ecoli", "kinetic_model.yaml")),
        ("yeast.json", ("yeast", "kinetic_model.yaml")),
    ],
)
def test_every_reaction_of_a_published_model_has_skimpys_rate(vectors, model, shared_data):
    network = read_skimpy_yaml(shared_data(*model))
    expected = json.loads(shared_data("ratelaws", vectors).read_text())
    assert set(expected) == set(network.reaction_names)
    for name, entry in expected.items():
        reaction = network.reaction(name)
        for sample in entry["samples"]:
            allowed = 1e-12 * max(abs(sample["v_fwd"]), abs(sample["v_bwd"]))
            values = sample["values"]
            for side, rate in (("v_fwd", reaction.rate.forward), ("v_bwd", reaction.rate.backward)):
                assert abs(_evaluate(rate, reaction, values) - sample[side]) <= allowed, name
