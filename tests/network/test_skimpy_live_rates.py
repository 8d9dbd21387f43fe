"""Every mechanism and modifier built live in SKiMPy, taken over rate by rate."""

import pytest
import sympy

from skimpy_renaissance.network import build_reaction, from_skimpy
from tests.network.live_cases import build_live
from tests.network.test_skimpy_rate_laws import CASES, PARAMETERS, STOICHIOMETRY

pytestmark = [pytest.mark.skimpy, pytest.mark.filterwarnings("ignore")]
LOST = ("two_boundaries", "boundary_inhibitor")  # SKiMPy loses a boundary, PARAMETERS says which
UNDEFINED = (  # text that SKiMPy does not keep; a role it adds itself; a name no definition gives
    "ExpressionBasedKinetics/",
    "SimpleRegulatedGeneExpression/regulator_known_to_model",
    "GeneralizedElementaryKinetics/regulator_known_to_model",
    "/reaction_none",
)


LAWS = sorted({case["class"] for case in CASES.values()})


def _cases_of(law):
    return {name: case for name, case in CASES.items() if case["class"] == law}


@pytest.mark.parametrize("law", LAWS)
def test_live_reactions_have_skimpys_rates_names_and_balance(law):
    for name, case in _cases_of(law).items():
        network = from_skimpy(build_live(case))
        reaction = network.reaction(case["reaction"])
        for point in case["points"]:
            allowed = 1e-12 * max(abs(point["forward"]), abs(point["backward"]))
            forward, backward = _rates(reaction, point["values"])
            assert abs(forward - point["forward"]) <= allowed, name
            assert abs(backward - point["backward"]) <= allowed, name
        declared = PARAMETERS[name][1] if name.endswith(LOST) else case["parameters"]
        assert sorted(network.parameter_names) == sorted(declared), name
        assert dict(reaction.hooks) == case["hooks"], name
        assert list(network.variables) == case["variables"], name
        column = network.stoichiometry[:, -1]
        balance = {m: n for m, n in zip(network.variables, column, strict=True) if n}
        assert balance == STOICHIOMETRY.get(name, ("", case["stoichiometry"]))[1], name


@pytest.mark.parametrize("law", LAWS)
def test_the_definition_of_a_live_reaction_builds_it_again(law):
    for name, case in _cases_of(law).items():
        live = from_skimpy(build_live(case)).reaction(case["reaction"])
        if any(part in name for part in UNDEFINED):
            assert live.mechanism is None, name
            continue
        assert live.mechanism is not None, name
        built = build_reaction(
            live.name, live.mechanism, modifiers=live.modifiers, enzyme=live.enzyme
        )
        assert built.declared == live.declared, name
        assert dict(built.hooks) == dict(live.hooks), name
        point = case["points"][-1]["values"]
        assert _rates(built, point) == pytest.approx(_rates(live, point), rel=1e-10), name


def _rates(reaction, values):
    inserted = {sympy.Symbol(s, positive=True): values[n] for s, n in reaction.names.items()}
    rate = reaction.rate
    return float(rate.forward.xreplace(inserted)), float(rate.backward.xreplace(inserted))
