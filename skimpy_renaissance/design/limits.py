"""What a design may change, and what it must leave alone: plain data, with the published settings.

References
----------
.. [1] Tsouka et al., *Metab. Eng.* 64 (2021) 73, doi:10.1016/j.ymben.2021.01.004 (network response
   analysis).
.. [2] Narayanan et al., *Nature Communications* 15 (2024) 723, doi:10.1038/s41467-024-44831-0
   (NOMAD).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log

from skimpy_renaissance.checks import is_finite_number, require_whole
from skimpy_renaissance.errors import InputError, repeated

__all__ = ["KNOCK_OUT", "NOMAD_ANTHRANILATE", "NOMAD_COUMARATE", "DesignLimits"]

KNOCK_OUT = 100.0
"""ln of the fold by which an enzyme that may be knocked out can go down."""


@dataclass(frozen=True)
class DesignLimits:
    r"""How far enzymes, concentrations and fluxes may go.

    Parameters
    ----------
    enzymes
        Enzymes changed at most.
    up, down
        Largest fold change of an enzyme, 1 or more; ``down=inf`` allows a knock-out.
    concentration_fold
        Largest fold change of a concentration, either way; ``None``: any.
    flux_fold
        Largest fold change of a flux, either way; ``None``: any. A flux cannot change its sign.
    least_growth
        Growth that is kept, as a share of that at the reference; ``None``: any.
    directions
        Whether reactions must stay on their side of equilibrium.
    candidates
        Reactions whose enzymes may change; ``None``: all that have a capacity, but growth
        and maintenance, which no enzyme makes.
    forbidden
        Reactions whose enzymes may not.
    transports
        Whether reactions between compartments count among all.
    tied
        Groups of reactions whose enzymes change alike, for example isoforms; each one counts.
    as_published
        Limits as the published analyses have them: concentrations and directions where all
        metabolites are independent ones, and in the place of ``flux_fold`` the numbers
        :math:`|C e|` and :math:`|C e + \ln v|` at most 100, v in mmol/gDW/h, meant as no limit.

    Raises
    ------
    InputError
        A number cannot be used, or groups of tied reactions overlap.

    Examples
    --------
    >>> from skimpy_renaissance.design import DesignLimits
    >>> DesignLimits(enzymes=2, up=2.0, down=10.0, least_growth=0.9).enzymes
    2
    """

    enzymes: int = 3
    up: float = 5.0
    down: float = 5.0
    concentration_fold: float | None = 3.0
    flux_fold: float | None = 10.0
    least_growth: float | None = 0.8
    directions: bool = True
    candidates: tuple[str, ...] | None = None
    forbidden: tuple[str, ...] = ()
    transports: bool = True
    tied: tuple[tuple[str, ...], ...] = ()
    as_published: bool = False

    def __post_init__(self) -> None:
        require_whole("enzymes of a design", self.enzymes)
        for name in ("up", "down", "concentration_fold", "flux_fold"):
            fold = getattr(self, name)
            open_end = fold is None if name.endswith("fold") else name == "down" and fold == inf
            if not open_end and not (is_finite_number(fold) and fold >= 1):
                raise InputError(
                    f"{name} is a fold change of 1 or more, got {fold!r}."
                    + (" For a knock-out, down=math.inf." if name == "down" else "")
                )
        if self.least_growth is not None and not (
            is_finite_number(self.least_growth) and 0 < self.least_growth <= 1
        ):
            raise InputError(
                "least_growth is a share of growth at the reference, above 0 and at most 1, got "
                f"{self.least_growth!r}. None sets no limit."
            )
        for name in ("candidates", "forbidden"):
            given = getattr(self, name)
            if isinstance(given, str):
                raise InputError(f"{name} are several reactions, got the text {given!r}.")
            if given is not None:
                object.__setattr__(self, name, tuple(given))
        groups = tuple(tuple(group) for group in self.tied)
        object.__setattr__(self, "tied", groups)
        if twice := repeated([name for group in groups for name in group]):
            raise InputError(f"{twice[0]!r} is tied twice. Put all that change alike in one group.")
        if alone := [group for group in groups if len(group) < 2]:
            raise InputError(f"A tied group needs two reactions at least, got {alone[0]!r}.")

    @property
    def log_up(self) -> float:
        """Largest ln of a fold change upwards."""
        return log(self.up)

    @property
    def log_down(self) -> float:
        """Largest ln of a fold change downwards."""
        return KNOCK_OUT if self.down == inf else log(self.down)


NOMAD_COUMARATE = DesignLimits(
    enzymes=3,
    up=2.0,
    down=2.0,
    concentration_fold=5.0,
    least_growth=exp(-0.2),
    forbidden=("DDPAm", "ATPM"),
    transports=False,
    tied=(("TKT1", "TKT2"),),
    as_published=True,
)
"""Settings of the published p-coumaric acid designs in yeast.

>>> limits = sr.design.NOMAD_COUMARATE
>>> limits.enzymes, limits.up, limits.tied
(3, 2.0, (('TKT1', 'TKT2'),))
"""

NOMAD_ANTHRANILATE = DesignLimits(
    enzymes=3,
    up=5.0,
    down=inf,
    concentration_fold=3.0,
    least_growth=exp(-0.223),
    forbidden=("ATPM",),
    transports=False,
    as_published=True,
)
"""Settings of the published anthranilate designs in *E. coli*.

>>> limits = sr.design.NOMAD_ANTHRANILATE
>>> limits.up, limits.down, round(limits.least_growth, 2)  # knock-outs, 80 % of growth
(5.0, inf, 0.8)
"""
