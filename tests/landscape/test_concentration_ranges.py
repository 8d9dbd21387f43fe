"""Ranges go to files and to pyTFA unchanged."""

from types import SimpleNamespace

import numpy as np
import pytest

from skimpy_renaissance.errors import FileFormatError, InputError, MissingEntryError
from skimpy_renaissance.landscape import apply_to_pytfa, read_ranges, write_ranges

RANGES = {"atp_c": (1.5e-3, 9.6e-3), "_13dpg_c": (1e-7, 2.5e-5)}


def test_ranges_survive_the_round_trip_exactly(tmp_path):
    path = tmp_path / "ranges.csv"
    write_ranges(RANGES, path)
    assert read_ranges(path) == RANGES
    assert path.read_text().splitlines()[0] == "metabolite,lower_mol_per_L,upper_mol_per_L"
    write_ranges({}, path)
    assert read_ranges(path) == {}


def test_a_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "ranges.csv"
    path.write_text("metabolite,lower,upper\natp_c,1,2\n")
    with pytest.raises(FileFormatError, match="lower_mol_per_L"):
        read_ranges(path)
    path.write_text("metabolite,lower_mol_per_L,upper_mol_per_L\natp_c,2,1\n")
    with pytest.raises(InputError, match="atp_c"):
        read_ranges(path)
    with pytest.raises(FileFormatError, match="does not exist"):
        read_ranges(tmp_path / "absent.csv")


def _tmodel(**ranges):
    entries = [
        SimpleNamespace(id=name, variable=SimpleNamespace(lb=np.log(low), ub=np.log(high)))
        for name, (low, high) in ranges.items()
    ]
    return SimpleNamespace(log_concentration=entries)


def test_bounds_are_narrowed_never_widened_and_names_are_translated():
    tmodel = _tmodel(atp_c=(5e-3, 2e-2), **{"13dpg_c": (1e-9, 1e-3)})
    table = apply_to_pytfa(tmodel, RANGES)
    atp, dpg = (entry.variable for entry in tmodel.log_concentration)
    np.testing.assert_allclose(np.exp([atp.lb, atp.ub]), [5e-3, 9.6e-3])
    np.testing.assert_allclose(np.exp([dpg.lb, dpg.ub]), [1e-7, 2.5e-5])
    np.testing.assert_allclose(table.loc["13dpg_c", ["lower_before", "upper"]], [1e-9, 2.5e-5])


def test_ranges_that_do_not_meet_leave_the_model_unchanged():
    tmodel = _tmodel(atp_c=(2e-2, 3e-2), **{"13dpg_c": (1e-9, 1e-3)})
    before = [entry.variable.lb for entry in tmodel.log_concentration]
    with pytest.raises(InputError, match="atp_c"):
        apply_to_pytfa(tmodel, dict(reversed(RANGES.items())))
    assert [entry.variable.lb for entry in tmodel.log_concentration] == before
    with pytest.raises(MissingEntryError, match="unknown_c"):
        apply_to_pytfa(tmodel, {"unknown_c": (1e-3, 1e-2)})


def test_rows_of_other_lengths_and_text_that_is_no_utf8_are_refused(tmp_path):
    path = tmp_path / "ranges.csv"
    for content in (b"metabolite,lower_mol_per_L\n1,2\n", b"\xff\xfe,\n", b"metabolite\nx,1,2,3\n"):
        path.write_bytes(content)
        with pytest.raises(FileFormatError, match=r"ranges\.csv "):
            read_ranges(path)
