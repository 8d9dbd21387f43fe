"""Where measured constants come from, and which of them count: files and conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from skimpy_renaissance.kinetic_data.matching import KmMatch, match_km
from skimpy_renaissance.kinetic_data.measured_km import read_measured_km
from skimpy_renaissance.kinetic_data.measurements import MeasuredKm
from skimpy_renaissance.kinetic_data.side_tables import read_ec_pairs
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.tables import read_table

__all__ = ["KmSource"]


@dataclass(frozen=True)
class KmSource:
    """Files of measured saturation constants and the conditions under which they count.

    Parameters
    ----------
    file
        Table of measurements, as :func:`~skimpy_renaissance.kinetic_data.read_measured_km` takes.
    unit, columns, skip_unreadable
        As there.
    ec_pairs
        Table of the EC numbers of reactions.
    synonyms
        Table of names of metabolites: ``name``, ``metabolite``.
    organism, ph, temperature, unstated
        As :meth:`~skimpy_renaissance.kinetic_data.MeasuredKm.under` takes them.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.kinetic_data import KmSource
    >>> table = pd.DataFrame({"reaction": ["PFK"], "metabolite": ["atp"], "value": [0.1]})
    >>> table.to_csv("measured.csv", index=False)
    >>> KmSource(Path("measured.csv"), unit="mM").match(network).km_names
    ('km_substrate2_PFK',)
    """

    file: Path
    unit: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    skip_unreadable: bool = False
    ec_pairs: Path | None = None
    synonyms: Path | None = None
    organism: tuple[str, ...] = ()
    ph: tuple[float, float] | None = None
    temperature: tuple[float, float] | None = None
    unstated: bool = False

    @property
    def files(self) -> dict[str, Path]:
        """Role to file: ``measured_km``, ``ec_pairs``, ``synonyms``; those that are given."""
        roles = {"measured_km": self.file, "ec_pairs": self.ec_pairs, "synonyms": self.synonyms}
        return {role: path for role, path in roles.items() if path is not None}

    @property
    def conditions(self) -> dict[str, Any]:
        """What else decides the measurements, plain JSON: all but the files."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in values.items()
            if name not in ("file", "ec_pairs", "synonyms")
        }

    def measured(self) -> MeasuredKm:
        """Read the measurements that count.

        Returns
        -------
        MeasuredKm

        Raises
        ------
        FileFormatError, MissingEntryError, MissingExtraError, UnitsError
            The table cannot be read.
        InputError
            It holds values that cannot be used, or no measurement fits the conditions.
        """
        measured = read_measured_km(
            self.file, unit=self.unit, columns=self.columns, skip_unreadable=self.skip_unreadable
        )
        return measured.under(
            organism=self.organism,
            ph=self.ph,
            temperature=self.temperature,
            unstated=self.unstated,
        )

    def match(self, network: KineticNetwork) -> KmMatch:
        """Read the measurements, and find the constants of a network that they belong to.

        Parameters
        ----------
        network
            The kinetic model.

        Returns
        -------
        KmMatch

        Raises
        ------
        FileFormatError, MissingEntryError, MissingExtraError, UnitsError, InputError
            A table cannot be used.
        """
        pairs = None if self.ec_pairs is None else read_ec_pairs(self.ec_pairs)
        names = None if self.synonyms is None else read_table(self.synonyms, as_text=True)
        return match_km(self.measured(), network, ec_of=pairs, metabolite_names=names)
