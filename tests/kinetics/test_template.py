"""Templates: rate laws shared by reactions, and what compiling makes of them."""

import pytest
import sympy
import torch

from skimpy_renaissance.kinetics.layout import make_layout
from skimpy_renaissance.kinetics.template import make_templates
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.reaction import MechanismDefinition
from skimpy_renaissance.network.roles import symbol


def test_every_reaction_belongs_to_exactly_one_template(each_golden):
    templates = each_golden.kinetics.templates
    members = [reaction for template in templates for reaction in template.reactions]
    assert sorted(members) == list(range(len(each_golden.network.reactions)))


def test_reactions_of_one_template_have_one_rate_law(each_golden):
    reactions = each_golden.network.reactions
    laws = set()
    for template in each_golden.kinetics.templates:
        shared = {reactions[i].rate for i in template.reactions}
        assert len(shared) == 1
        laws |= shared
    assert len(laws) == len(each_golden.kinetics.templates)


def test_a_hundred_reactions_need_few_templates(golden):
    ecoli = golden("ecoli_A")
    assert len(ecoli.network.reactions) == 123
    assert len(ecoli.kinetics.templates) < 40


NEAR = 1 - 2.0**-30  # displacement from equilibrium, exact in double precision


@pytest.mark.parametrize(
    ("mechanism", "roles"),
    [
        ("ReversibleMichaelisMenten", {"substrate": "s", "product": "p"}),
        ("H1GeneralizedReversibleHill", {"substrate1": "s", "product1": "p"}),
        ("Convenience", {"substrate1": "s", "product1": "p"}),
        ("UniBiReversibleHill", {"substrate": "s", "product1": "p", "product2": "q"}),
    ],
)
def test_no_digit_is_lost_near_equilibrium(mechanism, roles):
    """v_f - v_b would keep 7 digits here; the displacement has no Km in it, so all are kept."""
    generic = mechanism in ("H1GeneralizedReversibleHill", "Convenience")
    coefficients = {role: -1.0 if "sub" in role else 1.0 for role in roles} if generic else {}
    reaction = build_reaction("R", MechanismDefinition(mechanism, roles, coefficients))
    (template,) = make_templates([reaction], ["s", "p", "q"])
    rng = torch.Generator().manual_seed(3)
    values = {
        name: torch.rand(1, 1, generator=rng, dtype=torch.float64) for name in template.symbols
    }
    ones = torch.ones(1, 1, dtype=torch.float64)
    values |= {local: ones for local, name in reaction.names.items() if name in "sq"}
    values |= {local: NEAR * ones for local, name in reaction.names.items() if name == "p"}
    values |= {"k_equilibrium": ones}
    net, *elasticities = template.function(*(values[name] for name in template.symbols))

    point = {symbol(name): sympy.Float(float(x), 60) for name, x in values.items()}
    point |= {symbol("vmax_forward"): sympy.Integer(1)}
    rate = reaction.rate.forward - reaction.rate.backward
    exact = rate.subs(point)
    assert float(net) == pytest.approx(float(exact), rel=1e-14)
    for role, elasticity in zip(template.metabolite_roles, elasticities, strict=True):
        slope = (symbol(role) * sympy.diff(rate, symbol(role))).subs(point) / exact
        assert float(elasticity) == pytest.approx(float(slope), rel=1e-14)


def test_a_template_gives_net_rate_and_elasticities_of_its_law(branched):
    """Against SymPy's own derivative of v_f - v_b at V = 1."""
    rng = torch.Generator().manual_seed(1)
    for template in branched.templates:
        reaction = branched.network.reactions[template.reactions[0]]
        values = 0.2 + torch.rand(len(template.symbols), 1, generator=rng, dtype=torch.float64)
        net, *elasticities = template.function(*values)
        rate = reaction.rate.forward - reaction.rate.backward
        point = {symbol("vmax_forward"): 1}
        point |= {symbol(n): float(x) for n, x in zip(template.symbols, values, strict=True)}
        exact = rate.subs(point)
        assert float(net) == pytest.approx(float(exact), rel=1e-12)
        for role, elasticity in zip(template.metabolite_roles, elasticities, strict=True):
            x = symbol(role)
            slope = (x * sympy.diff(rate, x)).subs(point) / exact
            assert float(elasticity) == pytest.approx(float(slope), rel=1e-11)


def test_the_layout_places_each_elasticity_once_per_reaction_and_metabolite(each_golden):
    layout, network = each_golden.kinetics.layout, each_golden.network
    pairs = list(zip(layout.rows.tolist(), layout.columns.tolist(), strict=True))
    expected = {
        (r, network.variables.index(reaction.names[role]))
        for r, reaction in enumerate(network.reactions)
        for role in reaction.names
        if reaction.names[role] in network.variables
    }
    assert set(pairs) == expected


def test_independent_metabolites_come_first_in_the_layouts_second_order(each_golden):
    layout, pools = each_golden.kinetics.layout, each_golden.network.conserved_pools
    order = [*pools.independent, *pools.dependent]
    assert [order[i] for i in layout.independent_first.tolist()] == layout.columns.tolist()


def test_a_layout_made_again_is_the_same(branched):
    network = branched.network
    again = make_layout(network, make_templates(network.reactions, network.metabolites))
    assert again.state_names == branched.layout.state_names
    assert torch.equal(again.rows, branched.layout.rows)


def test_a_law_is_compiled_once_in_a_process_for_each_choice_of_its_metabolites():
    reaction = build_reaction(
        "R", MechanismDefinition("ReversibleMichaelisMenten", {"substrate": "s", "product": "p"})
    )
    other = build_reaction(
        "Q", MechanismDefinition("ReversibleMichaelisMenten", {"substrate": "a", "product": "b"})
    )
    (one,), (again,) = make_templates([reaction], "sp"), make_templates([other, other], "ab")
    assert again.function is one.function
    assert (one.reactions, again.reactions) == ((0,), (0, 1))
    (without_product,) = make_templates([reaction], "s")
    assert without_product.metabolite_roles == ("substrate",)
    assert len(without_product.outputs) == len(one.outputs) - 1
