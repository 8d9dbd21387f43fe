"""Requirements as a run file declares them: a table each, checked before any work starts.

.. code-block:: toml

    [[requirement]]
    kind = "control"
    flux = "GLCpts"
    enzyme = "PFK"
    sign = "positive"

Names of kinds and keys are checked when the file is read; names of reactions, metabolites and
constants when the kinetic model is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from skimpy_renaissance.dynamics import (
    medium_at,
    read_measurements,
    read_reactor_yaml,
)
from skimpy_renaissance.errors import InputError, MissingEntryError, did_you_mean, listed
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.requirements.composite import Requirements
from skimpy_renaissance.requirements.control_coefficient import ControlCoefficient
from skimpy_renaissance.requirements.eigenvalues import EigenvalueWindow
from skimpy_renaissance.requirements.fermentation import Fermentation
from skimpy_renaissance.requirements.km_prior import KmPrior
from skimpy_renaissance.requirements.requirement import Requirement
from skimpy_renaissance.requirements.response import EnzymeResponse
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.steady_states import SteadyState

__all__ = ["KINDS", "Declared", "requirements_of"]

KINDS: dict[str, type[Requirement]] = {
    "eigenvalues": EigenvalueWindow,
    "control": ControlCoefficient,
    "response": EnzymeResponse,
    "fermentation": Fermentation,
    "km_prior": KmPrior,
}
"""Kind in a run file to class.

>>> list(sr.requirements.KINDS)
['eigenvalues', 'control', 'response', 'fermentation', 'km_prior']
"""

_PATHS = ("reactor", "measured")  # keys whose value names a file


@dataclass(frozen=True)
class Declared:
    """A requirement as written, its keys checked.

    Parameters
    ----------
    kind
        One of ``KINDS``.
    values
        Key to value; paths are ``pathlib.Path``.

    Examples
    --------
    >>> from pathlib import Path
    >>> table = {"kind": "eigenvalues", "slowest_below": -3.07}  # as a run file has it
    >>> written = sr.requirements.Declared.read(table, where="requirement 1", folder=Path())
    >>> written.build(network, state).label
    'slowest mode < -3.07 1/h'
    """

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, table: object, *, where: str, folder: Path) -> Declared:
        """Check the keys of a table.

        Parameters
        ----------
        table
            From a run file.
        where
            What it is called there, for messages.
        folder
            That relative paths start from.

        Returns
        -------
        Declared

        Raises
        ------
        MissingEntryError
            The kind or a key is unknown, or a key that is needed is absent.
        InputError
            It is no table.
        """
        if not isinstance(table, Mapping):
            raise InputError(f"{where} must be a table, written [[requirement]], got {table!r}.")
        kind = table.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            near = did_you_mean(kind, KINDS) if isinstance(kind, str) else "."
            raise MissingEntryError(
                f"{where} needs a kind, got {kind!r}{near} Kinds are {listed(KINDS)}."
            )
        own = [f for f in fields(KINDS[kind]) if f.name != "state"]  # type: ignore[arg-type]
        keys = [f.name for f in own]
        values = {name: value for name, value in table.items() if name != "kind"}
        for name in values:
            if name not in keys:
                raise MissingEntryError(
                    f"{where} of kind {kind!r} has no key {name!r}{did_you_mean(name, keys)} "
                    f"Its keys are {listed(keys, most=20)}."
                )
        needed = [f.name for f in own if f.default is f.default_factory is MISSING]
        lost = [name for name in needed if name not in values]
        if lost:
            raise MissingEntryError(f"{where} of kind {kind!r} needs {listed(lost)}.")
        if kind == "fermentation":
            for name in _PATHS:
                if not isinstance(values[name], str | Path):
                    raise InputError(f"{where}: {name} must be a path, got {values[name]!r}.")
                values[name] = folder / Path(values[name]).expanduser()
        return cls(kind, values)

    def build(self, network: KineticNetwork, state: SteadyState) -> Requirement:
        """Return the requirement, its files read.

        Parameters
        ----------
        network
            The kinetic model.
        state
            The steady state that models are trained at.

        Returns
        -------
        Requirement

        Raises
        ------
        InputError
            A value cannot be used, or a file cannot be read.
        """
        values = dict(self.values)
        if self.kind == "fermentation":
            values |= _fermentation(values, network, state)
        try:
            return KINDS[self.kind](**values)
        except TypeError as error:
            raise InputError(
                f"A requirement of kind {self.kind!r} cannot be built: {error}."
            ) from error


def requirements_of(
    declared: Sequence[Declared],
    network: KineticNetwork,
    state: SteadyState,
    *,
    criterion: Validity,
) -> Requirements:
    """Return the requirements of a run.

    Validity is one of them: where no requirement on eigenvalues is declared, the criterion is
    added with the weight 1.

    Parameters
    ----------
    declared
        As written.
    network
        The kinetic model.
    state
        The steady state that models are trained at.
    criterion
        When a model is valid.

    Returns
    -------
    Requirements

    Raises
    ------
    InputError
        A value cannot be used, or a file cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> table = {"kind": "control", "sign": "positive", "flux": "GLCpts", "enzyme": "PFK"}
    >>> written = sr.requirements.Declared.read(table, where="requirement 1", folder=Path())
    >>> criterion = sr.Validity(partition=-3.07)
    >>> wanted = sr.requirements.requirements_of([written], network, state, criterion=criterion)
    >>> [one.label for one in wanted.parts]
    ['slowest mode < -3.07 1/h', 'control of PFK over GLCpts positive']
    """
    built = [one.build(network, state) for one in declared]
    if not any(isinstance(one, EigenvalueWindow) for one in built):
        validity = EigenvalueWindow(
            slowest_below=criterion.partition, fastest_above=criterion.fastest
        )
        built.insert(0, validity)
    return Requirements(built)


def _fermentation(
    values: Mapping[str, Any], network: KineticNetwork, state: SteadyState
) -> dict[str, Any]:
    """Return what a fermentation takes instead of paths."""
    reactor = read_reactor_yaml(values["reactor"], networks=network)
    medium = values.get("medium")
    if medium is not None:
        if not isinstance(medium, Mapping):
            raise InputError(f"medium must be metabolite to mol/L, got {medium!r}.")
        medium = {**medium_at(reactor, state), **reactor.medium, **medium}
    measured = read_measurements(values["measured"])
    return {"reactor": reactor, "measured": measured, "state": state, "medium": medium}
