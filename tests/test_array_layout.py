"""Arrays of another type, rank or length are named, with what was required."""

import numpy as np
import pytest

from skimpy_renaissance.array_layout import REAL, TEXT, WHOLE, require_layout
from skimpy_renaissance.errors import FileFormatError

LAYOUT = {
    "names": (TEXT, ("state",)),
    "judged": (WHOLE, ("state",)),
    "log_km": (REAL, ("state", "km")),
    "rate": (REAL, ()),
}


def arrays(**changes):
    whole = {
        "names": np.array(["a", "b"]),
        "judged": np.array([1, 2]),
        "log_km": np.zeros((2, 3)),
        "rate": np.array(0.5),
        "another": np.array([{}], dtype=object),
    }
    return {**whole, **changes}


def test_arrays_that_fit_come_back_in_native_byte_order_and_others_are_left_alone():
    read = require_layout(arrays(log_km=np.ones((2, 3), ">f8")), LAYOUT, source="x.npz")
    assert read["log_km"].dtype.isnative
    assert (read["log_km"] == 1).all()
    assert read["another"].dtype == object
    del read["rate"]
    assert set(require_layout(read, LAYOUT, source="x.npz")) == set(read)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rate": np.zeros(1)}, r"'rate' in x\.npz must be one: numbers with decimals; .*\(1,\)"),
        ({"judged": np.zeros(2)}, "'judged' in x.npz must be whole numbers along state; .*float64"),
        ({"log_km": np.zeros((2, 3), "i8")}, "'log_km' .* numbers with decimals along state x km"),
        ({"names": np.zeros(2, "S3")}, r"'names' .* must be text .* \|S3"),
        ({"log_km": np.zeros((3, 2))}, "'log_km' .* 3 entries .* 'state', and 'names' has 2"),
        ({"judged": np.zeros((), "i8")}, r"the shape \(\)\. .* copy it again\. Again\."),
    ],
)
def test_what_does_not_fit_is_named(change, message):
    with pytest.raises(FileFormatError, match=message):
        require_layout(arrays(**change), LAYOUT, source="x.npz", hint="Again.")
