"""Every format that is read, and about how many milliseconds one input of it takes."""

from tests.fuzz.array_formats import ARRAY_FORMATS
from tests.fuzz.format import Format
from tests.fuzz.text_formats import TEXT_FORMATS

__all__ = ["FORMATS", "MILLISECONDS"]

FORMATS: dict[str, Format] = {**TEXT_FORMATS, **ARRAY_FORMATS}
MILLISECONDS = {
    "model": 0.3,
    "model, checked": 2.4,
    "formulas": 0.9,
    "reactor": 0.3,
    "state": 0.4,
    "tables": 0.5,
    "tables, gzip": 0.5,
    "samples": 0.2,
    "samples, gzip": 0.25,
    "regulation": 1.6,
    "measured Km": 2.4,
    "measured Km, Excel": 3.7,
    "Km bounds": 0.7,
    "predicted Km": 1.0,
    "Km table": 0.9,
    "Km table, Excel": 3.0,
    "EC numbers": 1.0,
    "subsystems": 0.13,
    "pools": 0.9,
    "measurements": 0.7,
    "experiments": 1.4,
    "ranges": 0.7,
    "history": 0.1,
    "run file": 1.6,
    "record": 0.1,
    "record, resumed": 8.0,
    "study": 0.3,
    "states": 1.1,
    "plain arrays": 1.8,
    "arrays": 0.7,
    "Km array": 0.3,
    "generator": 1.4,
    "checkpoint": 3.0,
    "search journal": 3.5,
    "fastest models": 0.6,
    "chains": 1.5,
    "valid draws": 1.5,
    "particles": 3.0,
    "towards data": 4.0,
    "trajectories": 1.4,
    "population": 2.2,
    "columnar": 2.0,
    "Parquet": 2.0,
    "columnar, parts": 1.6,
}
