"""Which kind of model a file holds, told from its ending and what it begins with or consists of."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path

from skimpy_renaissance.cli.sections import BUNDLED, SBML_ENDINGS
from skimpy_renaissance.draft import shipped_models
from skimpy_renaissance.errors import FileFormatError, did_you_mean, listed
from skimpy_renaissance.sbml import has_kinetic_laws
from skimpy_renaissance.storage import read_json, refuse_pointer

__all__ = ["ModelKind", "kind_of_model"]

_PACKED = (".gz", ".bz2")
_LISTS = re.compile(r"^(- )?(metabolites|reactions|genes):\s*\n\s*- ", re.MULTILINE)
_BEGINNING = 4096


class ModelKind(Enum):
    """A kind of model, in words."""

    YAML = "a kinetic model in SKiMPy's YAML format"
    SBML = "a kinetic model in SBML"
    CONSTRAINT_BASED = "a constraint-based model"
    PYTFA = "a pyTFA model"

    @property
    def kinetic(self) -> bool:
        """Whether its reactions have rate laws."""
        return self in (ModelKind.YAML, ModelKind.SBML)


def kind_of_model(given: Path) -> ModelKind:
    """Return which kind of model a file, or the name of a model, stands for.

    Parameters
    ----------
    given
        A file, or the name of a model that comes with this package or with COBRApy.

    Returns
    -------
    ModelKind
        A file that cannot be told is taken for SKiMPy's YAML, whose reader says what is wrong.

    Raises
    ------
    FileFormatError
        There is no such file or model, or it is not JSON by its content.
    """
    if str(given) == BUNDLED:
        return ModelKind.YAML
    if not given.exists():
        return _by_name(given)
    ending = given.with_suffix("").suffix if given.suffix in _PACKED else given.suffix
    match ending.lower():
        case sbml if sbml in SBML_ENDINGS:
            refuse_pointer(given)
            return ModelKind.SBML if has_kinetic_laws(given) else ModelKind.CONSTRAINT_BASED
        case ".json":
            content = read_json(given, what="a model of COBRApy or pyTFA")
            thermodynamic = isinstance(content, dict) and (
                content.get("kind") == "ThermoModel" or "thermo_data" in content
            )
            return ModelKind.PYTFA if thermodynamic else ModelKind.CONSTRAINT_BASED
        case ".mat":
            return ModelKind.CONSTRAINT_BASED
        case _:
            return ModelKind.CONSTRAINT_BASED if _of_cobrapy(given) else ModelKind.YAML


def _by_name(given: Path) -> ModelKind:
    """Recognise a model that COBRApy ships."""
    if given.suffix or len(given.parts) > 1:
        return ModelKind.YAML
    shipped = shipped_models()
    if str(given) in shipped:
        return ModelKind.CONSTRAINT_BASED
    meant = did_you_mean(str(given), [BUNDLED, *shipped])
    raise FileFormatError(
        f"There is no file {str(given)!r}, nor is that the name of a model: {BUNDLED} comes with "
        f"this package, {listed(shipped)} with COBRApy{meant} Check the path."
    )


def _of_cobrapy(path: Path) -> bool:
    """Tell COBRApy's YAML, which has lists of reactions, from SKiMPy's, which has names of them."""
    try:
        with path.open(encoding="utf-8", errors="ignore") as file:
            text = file.read(_BEGINNING)
    except OSError:
        return False
    return text.startswith("!!omap") or _LISTS.search(text) is not None
