"""Optimisers by name, and the generator that goes with each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.architecture import Architecture
from skimpy_renaissance.learning.coverage import Coverage
from skimpy_renaissance.learning.generator import Generator
from skimpy_renaissance.learning.gradient import Gradient
from skimpy_renaissance.learning.nes import NES
from skimpy_renaissance.learning.optimizer import Optimizer
from skimpy_renaissance.learning.wide import Wide

__all__ = ["OPTIMIZERS", "architecture_for"]

OPTIMIZERS: Mapping[str, type[NES] | type[Gradient] | type[Coverage]] = MappingProxyType(
    {"nes": NES, "gradient": Gradient, "coverage": Coverage}
)
"""What ``optimizer="..."`` stands for."""

_NETWORK = Generator()


def architecture_for(
    optimizer: Optimizer,
    *,
    range: tuple[float, float],
    output: str = "sigmoid",
    latent: int = _NETWORK.latent,
    hidden: tuple[int, ...] = _NETWORK.hidden,
    relative: bool = False,
) -> Architecture:
    """Return the generator for an optimiser: a network, or a wide one for ``Coverage``.

    Parameters
    ----------
    optimizer
        What it will be trained by.
    range
        Lower and upper ln Km, ln(mol/L), where the kinetic model gives no bounds.
    output, latent, hidden
        Of the network; a wide generator has none and takes no notice of them.
    relative
        Count values from the concentrations of the steady state.

    Returns
    -------
    Architecture

    Raises
    ------
    InputError
        A size, range or output cannot be used, or ``relative`` does not go with the others.
    """
    if not isinstance(optimizer, Coverage):
        return Generator(
            output=output, latent=latent, hidden=hidden, range=range, relative=relative
        )
    if relative:
        raise InputError(
            "relative=True needs a network, and 'coverage' trains a histogram per "
            "constant instead. Leave relative out, or train by 'nes' or 'gradient'."
        )
    return Wide(range=range)
