"""What objects show of themselves in a notebook: what they print, as a table."""

import skimpy_renaissance as sr
from skimpy_renaissance.display import Shown


class Odd(Shown):
    def __repr__(self):
        return "<Odd 'a & b': 3 parts and 1 more, <4>"


def test_every_part_has_a_row_and_text_is_escaped():
    html = Odd()._repr_html_()
    assert html.startswith("<b>Odd &#x27;a &amp; b&#x27;</b>")
    assert [part.split("<")[0] for part in html.split("left'>")[1:]] == [
        "3 parts",
        "1 more",
        "&lt;4",
    ]


def test_networks_states_and_generators_tell_of_themselves():
    network, states = sr.examples.e_coli_core()
    assert "159 free Km</td>" in network._repr_html_()
    assert "200 profiles of 44 fluxes in umol/L/h</td>" in states._repr_html_()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
    nes = sr.NES(generations=1, n_candidates=2, models_per_candidate=4)
    trained = sr.train(bound, criterion=sr.Validity(partition=-3.0), optimizer=nes, seed=0)
    shown = trained._repr_html_()
    for part in ("159 constants", "NES", "valid below -3 1/h", "valid after 1 generations"):
        assert f"{part}</td>" in shown
