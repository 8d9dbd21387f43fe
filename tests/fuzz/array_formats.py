"""Arrays that are read: archives of steady states and results, folders of generators, HDF5."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics.ensembles.trajectories import Trajectories
from skimpy_renaissance.dynamics.integrators.outcome import Status
from skimpy_renaissance.landscape.fastest_models import FastestModels, ResultFolder
from skimpy_renaissance.learning import Generator, Gradient, load_generator, train
from skimpy_renaissance.population import ParameterPopulation, StoredPopulation, save_columnar
from skimpy_renaissance.priors import Prior
from skimpy_renaissance.steady_states import load_steady_states
from skimpy_renaissance.steady_states.formats import read_states_file
from skimpy_renaissance.storage import read_arrays
from skimpy_renaissance.tuning import Effort, Hyperparameters, SearchSpace, tune
from skimpy_renaissance.valid_region import refresh
from skimpy_renaissance.valid_region.data import Data
from skimpy_renaissance.valid_region.pilot import look
from skimpy_renaissance.valid_region.rejection import reject_until
from skimpy_renaissance.valid_region.sweep import first_moves
from skimpy_renaissance.valid_region.tempering import temper
from skimpy_renaissance.valid_region.weighted_file import read_weighted, write_weighted
from skimpy_renaissance.valid_region.weighting import begin, bring_to_data
from tests.conftest import Pathway
from tests.fuzz.format import Format
from tests.fuzz.rebuilding import with_other_arrays, with_other_datasets
from tests.fuzz.small_inputs import UNITS, network
from tests.fuzz.text_formats import km_table, usable_log_km, usable_states
from tests.valid_region.three_reactions import Near

__all__ = ["ARRAY_FORMATS"]

MIB = 2**20
CRITERION = sr.Validity(partition=-6.0)
SPACE = SearchSpace((2, 4), (2, 4), (0.01, 0.3), (1e-3, 0.1), hidden=((3,), (2, 2)))
FIRST = Hyperparameters(2, 3, 0.05, 0.03, 0.98, (3,))


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def archive() -> bytes:
    return npz(
        names=np.array(["one"]),
        reaction_names=np.array(["IN", "OUT"]),
        metabolite_names=np.array(["s_e", "a_c", "p_e"]),
        fluxes=np.ones((1, 2)),
        concentrations=np.array([[5.0, 1.0, 0.1]]),
        equilibrium_constants=np.array([[3.0, 50.0]]),
        units=np.array(json.dumps(UNITS.to_dict())),
    )


def plain_arrays() -> bytes:
    return npz(
        ids=np.array(["one", "two"]),
        flux=np.ones((2, 2)),
        reaction_order=np.array(["IN", "OUT"]),
        concentration=np.ones((2, 1)),
        reactant_order=np.array(["a_c"]),
        boundary_concentration=np.array([[5.0, 0.1]] * 2),
        boundary_names=np.array(["s_e", "p_e"]),
        keq=np.array([[3.0, 50.0]] * 2),
        keq_names=np.array(["IN", "OUT"]),
        flux_scaling_factor=np.array(UNITS.flux_factor),
    )


def km_array() -> bytes:
    file = io.BytesIO()
    np.save(file, np.array([[0.1, 0.2, 0.3, 0.4], [1.0, 2.0, 3.0, 4.0]]))
    return file.getvalue()


def written(write: Callable[[Path], object], name: str = "") -> Mapping[str, bytes]:
    """Return the files that a call writes: one of a name, or all of a folder."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / (name or "folder")
        write(place)
        paths = [place] if name else sorted(path for path in place.iterdir() if path.is_file())
        return {path.name: path.read_bytes() for path in paths}


def population() -> ParameterPopulation:
    values = np.exp(np.random.default_rng(0).normal(size=(3, 2)))
    spectra = {"lambda_max": [-1.0, -2.0, -3.0], "units": UNITS, "provenance": {"seed": 1}}
    return ParameterPopulation(("km_a", "vmax_b"), values, ("x", "y", "z"), **spectra)


def parts(path: Path) -> object:
    with StoredPopulation(path) as stored:
        return stored.select([0]), stored.column(stored.names[0])


def trained(folder: Path, *, generations: int = 2) -> object:
    """Train in a folder, going on where it stands."""
    return train(
        Pathway(),
        optimizer=Gradient(models=4, minibatches=1, generations=generations),
        generator=Generator(latent=2, hidden=(3,)),
        criterion=CRITERION,
        keep_snapshots=(0, 1),
        checkpoint=folder,
        progress=False,
    )


def gone_on(folder: Path) -> object:
    """Resume a training of two steps that has made one."""
    return trained(folder)


def half_trained(folder: Path) -> None:
    def stop(now: object) -> None:
        raise KeyboardInterrupt

    try:
        train(
            Pathway(),
            optimizer=Gradient(models=4, minibatches=1, generations=2),
            generator=Generator(latent=2, hidden=(3,)),
            criterion=CRITERION,
            keep_snapshots=(0, 1),
            checkpoint=folder,
            progress=False,
            callback=stop,
        )
    except KeyboardInterrupt:
        return


def arrays_rebuilt(content: bytes, dice: Random) -> bytes:
    """Rebuild an archive of a folder; other files of it are edited."""
    from tests.fuzz.edits import edited  # noqa: PLC0415

    return with_other_arrays(content, dice) if content[:2] == b"PK" else edited(content, dice)


def search(folder: Path) -> object:
    return tune(
        Pathway(),
        trials=2,
        space=SPACE,
        effort=Effort(budget=20, verified=5),
        criterion=CRITERION,
        generator=Generator(latent=2),
        first=(FIRST,),
        folder=folder,
        progress=False,
    )


def fastest() -> FastestModels:
    return FastestModels(
        state_names=("one", "two"),
        km_names=("km_a", "km_b", "km_c"),
        lambda_max=np.array([-1.0, -2.0]),
        log_km=np.zeros((2, 3)),
        judged=np.array([10, 10]),
        status=("settled", "improving"),
    )


def chunk(folder: Path) -> object:
    return ResultFolder.open(folder, {"seed": 1}).read(0)


def chains(path: Path) -> object:
    kinetics = Pathway()
    start = -0.05 + 0.01 * torch.linspace(0, 1, 12, dtype=torch.float64).view(3, 4)
    prior = Prior.log_uniform(kinetics.km_names, np.exp(-16.0), 1.0)
    return refresh(kinetics, start, prior, criterion=CRITERION, steps=2, checkpoint=path)


def region(path: Path, method: str) -> object:
    """Draw a valid region whose only file lies at a path."""
    kinetics = Pathway()
    prior = Prior.log_uniform(kinetics.km_names, np.exp(-16.0), 1.0)
    pilot = look(kinetics, prior, CRITERION, seed=0)
    go = {"rejection": reject_until, "tempering": partial(temper, most=500)}[method]
    return go(kinetics, prior, pilot, n=20, seed=0, checkpoint=path)


def towards_data(path: Path) -> object:
    """Take one step towards data, from where a file stands."""
    kinetics = Pathway()
    prior = Prior.log_uniform(kinetics.km_names, np.exp(-16.0), 1.0)
    data = Data.on(kinetics, [Near(0, -0.05, 0.02)])
    setup = {"identity": {"run": 1}, "data": data, "n_reactions": 4, "device": torch.device("cpu")}
    start = -0.05 + 0.01 * torch.linspace(0, 1, 240, dtype=torch.float64).view(60, 4)
    now = read_weighted(path, **setup) or begin(data, start, first_moves(4))
    return bring_to_data(
        kinetics,
        prior,
        data,
        now,
        criterion=CRITERION,
        origin=torch.arange(len(now)),
        seed=0,
        most=500,
        after_step=lambda models: write_weighted(path, models, setup["identity"]),
    )


def courses() -> Trajectories:
    return Trajectories(
        labels=pd.DataFrame({"model": ["a", "b"], "perturbation": ["0", "1"]}),
        variables=("x", "y"),
        reactions=("r",),
        times=np.array([0.0, 1.0, 2.0]),
        concentrations=np.ones((2, 3, 2)),
        rates=np.ones((2, 3, 1)),
        reference=np.ones((2, 2)),
        reference_rates=np.ones((2, 1)),
        statuses=(Status.FINISHED, Status.FINISHED),
        messages=("", ""),
        events=("late",),
        event_times=np.full((2, 1), np.nan),
        seconds=np.zeros(2),
    )


def looked_at(path: Path) -> object:
    """Read trajectories and make the tables of them that studies make."""
    found = Trajectories.load(path)
    return found, found.status, found.deviations


ROOMY: dict[str, Any] = {"room": 256 * MIB}
SIGNED: dict[str, Any] = {"signed": "always", "rebuilt": with_other_datasets, **ROOMY}
IN_NPZ: dict[str, Any] = {"rebuilt": with_other_arrays, "signed": "edited", **ROOMY}

ARRAY_FORMATS = {
    "states": Format(
        lambda: {"s.npz": archive()},
        lambda p: load_steady_states(p, network()),
        usable_states,
        **IN_NPZ,
    ),
    "plain arrays": Format(
        lambda: {"s.npz": plain_arrays()},
        lambda p: read_states_file(p, network(), units=UNITS),
        usable_states,
        **IN_NPZ,
    ),
    "arrays": Format(lambda: {"a.npz": archive()}, read_arrays, **IN_NPZ),
    "Km array": Format(lambda: {"k.npy": km_array()}, km_table, usable_log_km, **ROOMY),
    "generator": Format(
        partial(written, half_trained),
        load_generator,
        rebuilt=arrays_rebuilt,
        signed="edited",
        **ROOMY,
    ),
    "checkpoint": Format(partial(written, half_trained), gone_on, rebuilt=arrays_rebuilt, **ROOMY),
    "search journal": Format(partial(written, search), lambda p: search(p.parent)),
    "fastest models": Format(
        partial(written, lambda p: ResultFolder.open(p, {"seed": 1}).write(0, fastest())),
        chunk,
        rebuilt=arrays_rebuilt,
        signed="edited",
        **ROOMY,
    ),
    "chains": Format(partial(written, chains, "c.npz"), chains, **IN_NPZ),
    "valid draws": Format(
        partial(written, partial(region, method="rejection"), "r.npz"),
        partial(region, method="rejection"),
        **IN_NPZ,
    ),
    "particles": Format(
        partial(written, partial(region, method="tempering"), "p.npz"),
        partial(region, method="tempering"),
        **IN_NPZ,
    ),
    "towards data": Format(partial(written, towards_data, "w.npz"), towards_data, **IN_NPZ),
    "trajectories": Format(
        partial(written, lambda p: courses().save(p), "t.npz"), looked_at, **IN_NPZ
    ),
    "population": Format(
        partial(written, lambda p: population().save(p), "p.h5"), ParameterPopulation.load, **SIGNED
    ),
    "columnar": Format(
        partial(written, lambda p: save_columnar(population(), p), "p.h5"),
        ParameterPopulation.load,
        **SIGNED,
    ),
    "Parquet": Format(
        partial(written, lambda p: population().to_parquet(p), "p.parquet"),
        ParameterPopulation.load,
        signed="no",
        **ROOMY,
    ),
    "columnar, parts": Format(
        partial(written, lambda p: save_columnar(population(), p), "p.h5"),
        parts,
        **{**SIGNED, "signed": "edited"},
    ),
}
