"""Constants with values are freed, all or some; bounds and everything else stay."""

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import MissingEntryError
from skimpy_renaissance.network import free_constants


@pytest.fixture(scope="module")
def known():
    network, _ = sr.examples.e_coli_core()
    values = dict.fromkeys(network.km_names, 2.0)
    return network.with_parameters(values).with_bounds({network.km_names[0]: (1.0, 3.0)})


def test_all_are_drawn_again(known):
    network, _ = sr.examples.e_coli_core()
    freed = free_constants(known)
    assert known.km_names == ()
    assert freed.km_names == network.km_names
    assert freed.bounds == known.bounds
    assert freed.values == network.values


def test_or_some(known):
    names = tuple(known.hooks)[3:5]
    freed = free_constants(known, names)
    assert freed.km_names == names
    assert all(freed.values[name] == 2.0 for name in known.hooks if name not in names)


def test_what_is_no_saturation_constant_is_named(known):
    with pytest.raises(MissingEntryError, match=r"no saturation constant .* 'vmax_forward_PGI'"):
        free_constants(known, ["vmax_forward_PGI"])
