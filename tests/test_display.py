"""What objects show of themselves in a notebook."""

import numpy as np

import skimpy_renaissance as sr
from skimpy_renaissance.display import as_html


def test_text_is_escaped_and_every_row_is_there():
    html = as_html("A <model>", {"a & b": 3, "c": "<1"})
    assert "A &lt;model&gt;" in html
    assert "a &amp; b" in html
    assert "&lt;1" in html
    assert html.count("<tr>") == 2


def test_networks_states_populations_and_generators_tell_of_themselves():
    network, states = sr.examples.e_coli_core()
    assert ">159<" in network._repr_html_()
    assert "200 steady states" in states._repr_html_()
    assert "mol/L" in states._repr_html_()
    population = sr.ParameterPopulation(
        ("km_a", "vmax_b"), np.ones((3, 2)), lambda_max=np.array([-3.0, np.nan, -1.0])
    )
    assert "3 parameter sets" in population._repr_html_()
    assert "-3 to -1" in population._repr_html_()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
    nes = sr.NES(generations=1, n_candidates=2, models_per_candidate=4)
    trained = sr.train(bound, criterion=sr.Validity(partition=-3.0), optimizer=nes, seed=0)
    shown = trained._repr_html_()
    assert "<td style='text-align:left'>8</td>" in shown
    assert "-3.0" in shown
