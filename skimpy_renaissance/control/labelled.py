r"""Control coefficients of many models with their names.

.. math:: C^{y}_{p}(s) = \frac{\partial \ln y}{\partial \ln p}\Big|_{\text{model } s}

SKiMPy's ``Tensor`` has the axes (flux or concentration, parameter, sample); this table answers the
same calls with the same index and columns. Network response analysis (NRA, NOMAD) takes
``mean("sample")``, or ``slice_by("sample", i)`` for one model: tables with the index ``"flux"`` or
``"concentration"`` and the columns ``"parameter"``, strings as SKiMPy writes them, and its numbers.
Slices along the other two axes have samples by the names of the sets where SKiMPy counts 0, 1, ...

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.population.ensemble import Ensemble

__all__ = ["Coefficients"]


@dataclass(frozen=True, eq=False, repr=False)
class Coefficients:
    """Logarithmic derivatives towards parameters, one table per model.

    Parameters
    ----------
    values
        `` `model x row x parameter` ``, dimensionless; NaN throughout a model without an
        invertible Jacobian.
    axis
        What the rows are: ``"flux"`` or ``"concentration"``, SKiMPy's names.
    rows
        `` `row` ``: reactions (``fwd_`` and ``bwd_`` before them where split) or metabolites.
    parameters
        `` `parameter` ``.
    samples
        `` `model` ``: names of the parameter sets.
    ensemble
        What they stand for, and how many independent ones they are worth.

    Examples
    --------
    >>> control = sr.control.control_coefficients(bound, population)
    >>> control.flux
    <Coefficients: 5 sets, 44 x 44 (flux x parameter)>
    >>> found = control.flux.summary().loc[("GLCpts", "vmax_forward_PFK")]
    >>> found[["mean", "error", "agreement"]].round(2)
    mean         0.05
    error        0.02
    agreement    0.80
    Name: (GLCpts, vmax_forward_PFK), dtype: float64
    """

    values: NDArray[np.float64]
    axis: str
    rows: tuple[str, ...]
    parameters: tuple[str, ...]
    samples: tuple[str, ...]
    ensemble: Ensemble = field(default_factory=Ensemble)

    def __len__(self) -> int:
        return len(self.samples)

    def __repr__(self) -> str:
        models, rows, columns = self.values.shape
        return f"<Coefficients: {models} sets, {rows} x {columns} ({self.axis} x parameter)>"

    @property
    def finite(self) -> NDArray[np.bool_]:
        """`` `model` ``: whether all coefficients of the model are numbers."""
        return np.asarray(np.isfinite(self.values).all(axis=(1, 2)))

    def select(self, which: NDArray[np.bool_]) -> Coefficients:
        """Return the coefficients of some models, for example those that are ``finite``.

        Parameters
        ----------
        which
            `` `model` ``: mask.

        Returns
        -------
        Coefficients

        Raises
        ------
        InputError
            The mask has another shape, or is none.
        """
        mask = np.asarray(which)
        if mask.dtype != bool or mask.shape != (len(self),):
            raise InputError(
                f"select needs {len(self)} booleans, one per set; got {mask.dtype} of shape "
                f"{mask.shape}."
            )
        kept = tuple(name for name, keep in zip(self.samples, mask, strict=True) if keep)
        return replace(self, values=self.values[mask], samples=kept)

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row per (sample, flux or concentration), one column per parameter."""
        index = pd.MultiIndex.from_product([self.samples, self.rows], names=["sample", self.axis])
        flat = self.values.reshape(-1, len(self.parameters))
        return pd.DataFrame(flat.copy(), index=index, columns=self._names("parameter"))

    def slice_by(self, axis: str, value: str | int) -> pd.DataFrame:
        """Return what belongs to one flux, concentration, parameter or sample.

        Parameters
        ----------
        axis
            ``"flux"`` or ``"concentration"``, ``"parameter"``, or ``"sample"``.
        value
            A name; along ``"sample"`` also a position.

        Returns
        -------
        pandas.DataFrame
            The other two axes, in the order flux or concentration, parameter, sample.

        Raises
        ------
        InputError
            There is no such axis.
        MissingEntryError
            There is no such entry.
        """
        labels = list(self._names(axis))
        if axis == "sample" and isinstance(value, int | np.integer):
            position = int(value)
            known = -len(labels) <= position < len(labels)
        else:
            known = value in labels
            position = labels.index(str(value)) if known else 0
        if not known:
            raise MissingEntryError(
                f"No {axis} {value!r} among these coefficients; there are {listed(labels)}."
            )
        return self._frame(axis, np.take(self._ordered, position, axis=self._position(axis)))

    def mean(self, axis: str = "sample") -> pd.DataFrame:
        """Return the mean along an axis.

        Parameters
        ----------
        axis
            As for :meth:`slice_by`; ``"sample"`` gives the table that NRA models take.

        Returns
        -------
        pandas.DataFrame
            The other two axes.

        Raises
        ------
        InputError
            There is no such axis.
        """
        return self._frame(axis, self._ordered.mean(axis=self._position(axis)))

    def std(self, axis: str = "sample") -> pd.DataFrame:
        """Return the standard deviation along an axis (of the population, as NumPy's).

        Parameters
        ----------
        axis
            As for :meth:`slice_by`.

        Returns
        -------
        pandas.DataFrame
            The other two axes.

        Raises
        ------
        InputError
            There is no such axis.
        """
        return self._frame(axis, self._ordered.std(axis=self._position(axis)))

    def quantile(self, axis: str, quantile: float) -> pd.DataFrame:
        """Return a quantile along an axis.

        Parameters
        ----------
        axis
            As for :meth:`slice_by`.
        quantile
            Between 0 and 1.

        Returns
        -------
        pandas.DataFrame
            The other two axes.

        Raises
        ------
        InputError
            There is no such axis, or the quantile lies outside 0 to 1.
        """
        if not 0 <= quantile <= 1:
            raise InputError(f"quantile must lie between 0 and 1, got {quantile!r}.")
        cut: Any = np.quantile(self._ordered, quantile, axis=self._position(axis))
        return self._frame(axis, cut)

    def error(self) -> pd.DataFrame:
        """Return the Monte-Carlo standard error of the mean over the sets.

        Returns
        -------
        pandas.DataFrame
            As ``mean("sample")``; NaN for a single set.
        """
        return self._frame("sample", self.ensemble.error_of_mean(self._ordered, axis=-1))

    def summary(self) -> pd.DataFrame:
        """Return what the sets say of each coefficient, and how surely.

        Returns
        -------
        pandas.DataFrame
            Index: row and ``parameter``. ``mean`` and ``error``, its Monte-Carlo standard error;
            ``p5``, ``p50``, ``p95`` and ``p50_error``; ``agreement``, the share of the sets in
            which the coefficient has the sign of the median, and ``agreement_error``.
        """
        by_model = self.values.reshape(len(self), -1)
        low, middle, high = np.quantile(by_model, [0.05, 0.5, 0.95], axis=0)
        index = pd.MultiIndex.from_product(
            [self.rows, self.parameters], names=[self.axis, "parameter"]
        )
        agrees = (np.sign(by_model) == np.sign(middle)).astype(float)
        columns = {
            "mean": by_model.mean(axis=0),
            "error": self.ensemble.error_of_mean(by_model),
            "p5": low,
            "p50": middle,
            "p95": high,
            "p50_error": self.ensemble.error_of_quantile(by_model, [0.5])[0],
            "agreement": agrees.mean(axis=0),
            "agreement_error": self.ensemble.error_of_mean(agrees),
        }
        return pd.DataFrame(columns, index=index)

    def strongest(self, row: str, most: int = 10) -> pd.DataFrame:
        """Return the parameters that control a flux or a concentration most, and how surely.

        Parameters
        ----------
        row
            A flux or concentration.
        most
            Parameters.

        Returns
        -------
        pandas.DataFrame
            Index ``parameter``, that of the largest median, whatever its sign, first; the columns
            of :meth:`summary`. Models without coefficients are left out.

        Raises
        ------
        MissingEntryError
            There is no such row.
        InputError
            No model has coefficients.

        Examples
        --------
        >>> control = sr.control.control_coefficients(bound, population)
        >>> table = control.flux.strongest("PFK", most=3)
        >>> list(table.columns[-2:])
        ['agreement', 'agreement_error']
        """
        self.slice_by(self.axis, row)  # says which rows there are
        if not self.finite.any():
            raise InputError(
                f"None of the {len(self)} sets has control coefficients: their Jacobians cannot be "
                "inverted."
            )
        at = self.rows.index(row)
        one = replace(self, values=self.values[:, at : at + 1], rows=(row,))
        table = one.select(one.finite).summary().droplevel(0)
        order = table["p50"].abs().sort_values(ascending=False, kind="stable").index
        return table.loc[order[:most]]

    # -- SKiMPy's order of axes: flux or concentration, parameter, sample --------------------------

    @property
    def _ordered(self) -> NDArray[np.float64]:
        return self.values.transpose(1, 2, 0)

    def _labels(self) -> dict[str, tuple[str, ...]]:
        return {self.axis: self.rows, "parameter": self.parameters, "sample": self.samples}

    def _position(self, axis: str) -> int:
        names = list(self._labels())
        if axis not in names:
            raise InputError(f"axis must be one of {listed(map(repr, names))}, got {axis!r}.")
        return names.index(axis)

    def _names(self, axis: str) -> pd.Index:
        self._position(axis)
        return pd.Index(self._labels()[axis], name=axis)

    def _frame(self, removed: str, values: NDArray[np.float64]) -> pd.DataFrame:
        index, columns = (self._names(axis) for axis in self._labels() if axis != removed)
        return pd.DataFrame(values.copy(), index=index, columns=columns)
