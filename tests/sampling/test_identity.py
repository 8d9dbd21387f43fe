"""What was made at one steady state is told from what was made at another."""

from __future__ import annotations

import skimpy_renaissance as sr
from skimpy_renaissance.sampling.identity import identity_of


def test_states_units_and_networks_are_told_apart_and_kept_with_the_sets() -> None:
    network, states = sr.examples.e_coli_core()
    kinetics = sr.compile(network)
    bound = kinetics.at(states[97])
    identity = identity_of(bound)
    assert identity["network"] == "e_coli_core"
    assert identity["units"] == states.units.to_dict()
    other = identity_of(kinetics.at(states[12]))
    assert identity["fluxes_sha256"] != other["fluxes_sha256"]
    assert identity["concentrations_sha256"] != other["concentrations_sha256"]
    made = sr.parametrize(bound, bound.log_km_anchors, provenance={"seed": 1})
    assert made.provenance == {"made_at": identity, "seed": 1}
