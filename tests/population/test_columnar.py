"""Large populations are streamed to disk, and read back in part."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from skimpy_renaissance.errors import (
    FileFormatError,
    InputError,
    MissingEntryError,
    OutputError,
    UnitsError,
)
from skimpy_renaissance.population import (
    ParameterPopulation,
    PopulationWriter,
    StoredPopulation,
    save_columnar,
)
from skimpy_renaissance.units import Units

UNITS = Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3)
NAMES = tuple(f"km_{i}" for i in range(20))


def make(n_models: int, *, named: bool) -> ParameterPopulation:
    rng = np.random.default_rng(n_models)
    return ParameterPopulation(
        NAMES,
        np.exp(rng.normal(size=(n_models, len(NAMES)))),
        tuple(f"s,{i}" for i in range(n_models)) if named else (),
        lambda_max=-rng.random(n_models),
        lambda_min=-1e9 * rng.random(n_models),
        units=UNITS,
        provenance={"seed": n_models},
    )


def assert_same(one: ParameterPopulation, other: ParameterPopulation) -> None:
    for name in ("values", "lambda_max", "lambda_min"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for name in ("names", "index", "units", "provenance"):
        assert getattr(one, name) == getattr(other, name)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("n_models", [0, 1, 2048, 5000])
def test_a_population_comes_back_from_either_loader(
    n_models: int, named: bool, tmp_path: Path
) -> None:
    population = make(n_models, named=named)
    save_columnar(population, tmp_path / "p.h5")
    if n_models == 0:  # no block, so nothing says that eigenvalues belong to it
        population = replace(population, lambda_max=None, lambda_min=None)
        assert len(ParameterPopulation.load(tmp_path / "p.h5")) == 0
        assert ParameterPopulation.load(tmp_path / "p.h5").names == population.names
        return
    assert_same(ParameterPopulation.load(tmp_path / "p.h5"), population)
    assert_same(ParameterPopulation.load(tmp_path / "p.h5"), population)


@pytest.mark.parametrize("sizes", [(5000,), (1, 2, 3), (2048, 2048), (700,) * 9, (4097, 0, 1)])
def test_how_a_population_is_cut_into_blocks_makes_no_difference(
    sizes: tuple[int, ...], tmp_path: Path
) -> None:
    population = make(sum(sizes), named=True)
    start = 0
    with PopulationWriter(
        tmp_path / "p.h5", NAMES, units=UNITS, provenance=population.provenance
    ) as writer:
        for size in sizes:
            rows = slice(start, start + size)
            writer.append(
                population.values[rows],
                index=population.index[rows],
                lambda_max=population.lambda_max[rows],
                lambda_min=population.lambda_min[rows],
            )
            start += size
            assert len(writer) == start
    assert_same(ParameterPopulation.load(tmp_path / "p.h5"), population)


@pytest.mark.slow
def test_a_stream_and_a_column_of_it_need_a_fraction_of_its_memory(tmp_path: Path) -> None:
    """200,000 x 20 numbers are 32 MB; neither writing nor reading a column may hold a third."""
    n_blocks, n_rows, limit = 40, 5000, 10e6
    path = tmp_path / "p.h5"

    def block(i: int) -> np.ndarray:
        return np.random.default_rng(i).lognormal(size=(n_rows, len(NAMES)))

    tracemalloc.start()
    try:
        with PopulationWriter(path, NAMES) as writer:
            for i in range(n_blocks):
                writer.append(block(i))
        assert tracemalloc.get_traced_memory()[1] < limit
        tracemalloc.reset_peak()
        with StoredPopulation(path) as stored:
            column = stored.column("km_13")
            some = stored.select([199_999, 0])
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()
    expected = np.concatenate([block(i)[:, 13] for i in range(n_blocks)])
    np.testing.assert_array_equal(column, expected)
    np.testing.assert_array_equal(some.values, [block(39)[-1], block(0)[0]])


@pytest.mark.parametrize(
    "which",
    [
        slice(None),
        slice(4000, 100, -7),
        [4999, 0, 2048, 2047, -2],
        ["s,4100", "s,3"],
        np.arange(5000) % 3 == 0,
        [],
    ],
)
def test_reading_some_sets_is_selecting_from_all(which: object, tmp_path: Path) -> None:
    population = make(5000, named=True)
    save_columnar(population, tmp_path / "p.h5")
    with StoredPopulation(tmp_path / "p.h5") as stored:
        assert_same(stored.select(which), population.select(which))


def test_reading_block_by_block_covers_every_set_once(tmp_path: Path) -> None:
    population = make(5000, named=False)
    save_columnar(population, tmp_path / "p.h5")
    with StoredPopulation(tmp_path / "p.h5") as stored:
        blocks = list(stored.blocks(1999))
        assert len(stored) == 5000
        assert stored.index == population.index
    assert [len(block) for block in blocks] == [1999, 1999, 1002]
    assert_same(blocks[0].concat(*blocks[1:]), population)


def test_numbered_sets_are_found_by_number(tmp_path: Path) -> None:
    population = make(3000, named=False)
    save_columnar(population, tmp_path / "p.h5")
    with StoredPopulation(tmp_path / "p.h5") as stored:
        assert_same(stored.select(["2999", "5"]), population.select([2999, 5]))
    with h5py.File(tmp_path / "p.h5") as file:
        assert "index" not in file


def test_a_skimpy_file_becomes_columnar_unchanged(
    shared_data: Callable[..., Path], tmp_path: Path
) -> None:
    source = ParameterPopulation.load(shared_data("yeast", "parameters_top_9_models.hdf5"))
    save_columnar(source, tmp_path / "p.h5")
    again = ParameterPopulation.load(tmp_path / "p.h5")
    np.testing.assert_array_equal(again.values, source.values)
    assert (again.names, again.index) == (source.names, source.index)


def test_parameters_without_value_are_left_out(tmp_path: Path) -> None:
    save_columnar(ParameterPopulation(("a", "b"), [[None, 1.0]]), tmp_path / "p.h5")
    assert ParameterPopulation.load(tmp_path / "p.h5").names == ("b",)


# -- all or nothing --------------------------------------------------------------------------------


def test_the_file_appears_only_when_the_writer_closes(tmp_path: Path) -> None:
    writer = PopulationWriter(tmp_path / "p.h5", NAMES)
    writer.append(np.ones((3000, 20)))
    assert not (tmp_path / "p.h5").exists()
    writer.close()
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == ["p.h5"]
    with pytest.raises(InputError, match="closed"):
        writer.append(np.ones((1, 20)))


def test_a_failure_while_writing_keeps_the_old_file(tmp_path: Path) -> None:
    save_columnar(make(3, named=True), tmp_path / "p.h5")

    def fail() -> None:
        with PopulationWriter(tmp_path / "p.h5", NAMES) as writer:
            writer.append(np.ones((3000, 20)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert_same(ParameterPopulation.load(tmp_path / "p.h5"), make(3, named=True))
    assert [path.name for path in tmp_path.iterdir()] == ["p.h5"]


@pytest.mark.parametrize("place", ["nowhere/p.h5", "file.txt/p.h5", "."])
def test_an_unwritable_place_is_found_before_any_block_is_computed(
    tmp_path: Path, place: str
) -> None:
    (tmp_path / "file.txt").touch()
    with pytest.raises(OutputError, match="Cannot write"):
        PopulationWriter(tmp_path / place, NAMES)


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "extras", "message"),
    [
        (np.ones((2, 19)), {"index": ["c", "d"]}, r"20 columns.*\(2, 19\)"),
        (np.ones((1, 20)), {}, "did, index beside its values; got nothing"),
        (np.ones((1, 20)), {"index": ["c"], "lambda_max": [-1.0]}, "got index, lambda_max"),
        (np.ones((1, 20)), {"index": ["a"]}, "used twice: 'a'"),
        (np.ones((2, 20)), {"index": ["c"]}, "each of the 2 parameter sets; got 1"),
        (np.full((2, 20), np.nan), {"index": ["c", "d"]}, "'km_0' has none"),
    ],
)
def test_a_block_unlike_the_first_is_refused_and_nothing_is_written(
    values: np.ndarray, extras: dict[str, object], message: str, tmp_path: Path
) -> None:
    with (  # noqa: PT012
        pytest.raises(InputError, match=message),
        PopulationWriter(tmp_path / "p.h5", NAMES) as writer,
    ):
        writer.append(np.ones((2, 20)), index=["a", "b"])
        writer.append(values, **extras)
    assert list(tmp_path.iterdir()) == []


def test_a_writer_needs_distinct_names(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="used twice: 'a'"):
        PopulationWriter(tmp_path / "p.h5", ["a", "a"])
    with pytest.raises(InputError, match="at least one parameter"):
        PopulationWriter(tmp_path / "p.h5", [])
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_parameter_is_named(tmp_path: Path) -> None:
    save_columnar(make(3, named=True), tmp_path / "p.h5")
    with (
        StoredPopulation(tmp_path / "p.h5") as stored,
        pytest.raises(MissingEntryError, match=r"'km_PGI'.*km_0, km_1"),
    ):
        stored.column("km_PGI")


def test_units_follow_the_same_rule_as_in_skimpys_layout(tmp_path: Path) -> None:
    save_columnar(make(3, named=True), tmp_path / "p.h5")
    with pytest.raises(UnitsError, match="density"):
        ParameterPopulation.load(tmp_path / "p.h5", units=replace(UNITS, density=1000.0))
    save_columnar(replace(make(3, named=True), units=None), tmp_path / "q.h5")
    assert ParameterPopulation.load(tmp_path / "q.h5", units=UNITS).units == UNITS


def test_the_other_layout_is_refused_by_name(tmp_path: Path) -> None:
    make(3, named=True).save(tmp_path / "p.h5")
    with pytest.raises(FileFormatError, match="layout 'skimpy', not 'columnar'"):
        StoredPopulation(tmp_path / "p.h5")


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    save_columnar(make(5000, named=True), tmp_path / "p.h5")
    content = (tmp_path / "p.h5").read_bytes()
    (tmp_path / "p.h5").write_bytes(content[: len(content) // 2])
    with pytest.raises(FileFormatError, match=r"p\.h5 is not a complete"):
        StoredPopulation(tmp_path / "p.h5")


def test_a_damaged_table_is_refused_when_it_is_read(tmp_path: Path) -> None:
    save_columnar(make(5000, named=True), tmp_path / "p.h5")
    with h5py.File(tmp_path / "p.h5") as file:
        tile = file["values"].id.get_chunk_info(0)
    content = bytearray((tmp_path / "p.h5").read_bytes())
    content[tile.byte_offset : tile.byte_offset + tile.size] = bytes(tile.size)
    (tmp_path / "p.h5").write_bytes(content)
    with (
        StoredPopulation(tmp_path / "p.h5") as stored,
        pytest.raises(FileFormatError, match="Copy or download it again"),
    ):
        stored.select([0])
