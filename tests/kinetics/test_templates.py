"""Templates: rate laws shared by reactions, and what compiling makes of them."""

import pytest
import sympy
import torch

from skimpy_renaissance.kinetics.layout import make_layout
from skimpy_renaissance.kinetics.template import make_templates
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


def test_displacement_is_free_of_michaelis_constants(each_golden):
    """v_b/v_f cancels symbolically, so it is exact for any Km and evaluated once per state."""
    network = each_golden.network
    for reaction in network.reactions:
        constants = {symbol(local) for local, name in reaction.names.items() if name in network.hooks}
        displacement = reaction.rate.backward / reaction.rate.forward
        assert not displacement.free_symbols & constants, reaction.name


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
