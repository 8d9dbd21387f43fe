"""What draws of a law are worth, in words and constant by constant; of whatever law they are."""

from __future__ import annotations

from abc import ABC, abstractmethod

import pandas as pd
import torch
from torch import Tensor

from skimpy_renaissance.valid_region.refreshed import Refreshed

__all__ = ["Draws"]


class Draws(ABC):
    """Models that were drawn, for the classes that say of what.

    They have the fields ``log_km``, ``km_names``, ``judged``, ``accepted``, ``effective_km``,
    ``chains``, ``lacking`` and ``cap``.
    """

    log_km: Tensor
    km_names: tuple[str, ...]
    judged: int
    accepted: float
    effective_km: Tensor
    chains: Refreshed | None
    lacking: tuple[str, ...]
    cap: int

    def __len__(self) -> int:
        """Return the number of models."""
        return len(self.log_km)

    def __str__(self) -> str:
        """Return what the models are, and what to do where they are not enough."""
        return " ".join(filter(None, (self.summary, self.action)))

    @property
    @abstractmethod
    def summary(self) -> str:
        """One sentence on what the models are worth and what they cost."""

    @property
    def _cost(self) -> str:
        worth = int(self.effective_km.min())
        what = f"worth {worth:,} independent ones for the slowest Km ({self.slowest})"
        if self.chains is None:
            what = "all independent"
        return (
            f"{len(self):,} models, {what}; {self.judged:,} judged, "
            f"{100 * self.accepted:.2g} % accepted"
        )

    @property
    def slowest(self) -> str:
        """The constant of which the models are worth the fewest draws."""
        return self.km_names[int(self.effective_km.argmin())]

    @property
    def enough(self) -> bool:
        """Whether nothing speaks against taking the models as such draws."""
        return not self.lacking

    @property
    def shortfall(self) -> str:
        """What the models lack, one sentence; empty where they are enough."""
        if self.enough:
            return ""
        why = "; ".join(self.lacking)
        return f"Not enough yet, at the cap of {self.cap} judged per model: {why}."

    @property
    def action(self) -> str:
        """What to do where the models are not enough; empty where they are."""
        if self.enough:
            return ""
        return (
            f"{self.shortfall} Run further: most={2 * self.cap}, with the same checkpoint to go on "
            "from here."
        )

    def to_dataframe(self) -> pd.DataFrame:
        """Return what the models are worth, constant by constant.

        Returns
        -------
        pandas.DataFrame
            Indexed by constant: mean and standard deviation of ln Km, ln(mol/L); effective number
            of models; standard error of the mean.
        """
        std = self.log_km.std(0)
        worth = self.effective_km.to(std.device)
        return pd.DataFrame(
            {
                "mean": self.log_km.mean(0).tolist(),
                "std": std.tolist(),
                "effective": worth.tolist(),
                "error": (std / worth.clamp_min(1).sqrt()).nan_to_num(torch.inf).tolist(),
            },
            index=list(self.km_names),
        )
