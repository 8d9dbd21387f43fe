r"""The generator: a small network that turns Gaussian noise into saturation constants.

.. math:: h_0 = (z, 1), \quad h_{l+1} = \mathrm{LeakyReLU}_{0.2}(h_l W_l + b_l), \quad
          y = \frac{s}{s_w}\,(h_L W_L + b_L), \quad \ln K_m = \mathrm{output}(y)

with :math:`z \sim \mathcal{N}(0, I)` and a constant condition label of 1 as the last input. Weights
start Glorot-uniform with zero biases [2]_. The authors' layers also carry dropout [1]_; it acts
only where a network is fitted by back-propagation and is inactive when generating, so there is
none here.

*Scale.* An untrained network of the published size returns values of root mean square 0.23, which
a sigmoid would turn into the middle tenth of the range; a trained one returns several times more,
which would press a sigmoid against both ends. Values are therefore divided by the root mean square
that weights of this size give on average (orientations taken as random), a function of the weights
alone:

.. math:: s_w^2 = p_L, \qquad p_l = \frac{q_l \lVert W_l \rVert_F^2 + \lVert b_l \rVert^2}{n_{l+1}},
          \qquad q_0 = 1, \quad q_{l+1} = \frac{1 + 0.2^2}{2}\, p_l,

and then have root mean square :math:`s`, before training and nearly so after it. With
:math:`s = 1/2` under a sigmoid the extremes of a batch lie a tenth of the range from either end,
and each :math:`\ln K_m` varies as much between models as under ``batch_minmax``, which itself does
not depend on any scale. Larger values give broader models and slower training.

*Relative output.* With ``relative=True`` values count from an anchor :math:`a` per constant, the
concentration of the metabolite that it belongs to,

.. math:: \ln K_m = l + \frac{u - l}{1 + e^{-(y + \operatorname{logit}\frac{a - l}{u - l})}} ,

so that :math:`y = 0`, where the biases start, means :math:`K_m = x`: half saturated. What is
learned then holds at other steady states too, whose anchors lie elsewhere.

*Precision.* The network is float32: its weights are random walks of steps of 1e-2, and half the
memory counts with a million weights for each candidate. Squashing and all that follows is float64.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
.. [2] Glorot & Bengio, *AISTATS* (2010) 249, https://proceedings.mlr.press/v9/glorot10a.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import torch
from torch import Tensor
from torch.linalg import vector_norm
from torch.nn.functional import leaky_relu, pad

from skimpy_renaissance.checks import require_positive, require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.architecture import log_km_range
from skimpy_renaissance.learning.outputs import OUTPUTS, Output
from skimpy_renaissance.priors.km_space import DEFAULT_LOG_KM_RANGE, KmSpace
from skimpy_renaissance.spectrum.one_thread import on_one_thread

__all__ = ["Generator"]

_SLOPE = 0.2  # of LeakyReLU at negative inputs
_LABEL = 1.0  # the constant condition label
_EDGE = 1e-3  # of the range: anchors are kept this far off the bounds


@dataclass(frozen=True)
class Generator:
    r"""Architecture of a generator; its weights are one flat vector kept by the caller.

    Parameters
    ----------
    output
        Name in :data:`~skimpy_renaissance.learning.outputs.OUTPUTS` (``"sigmoid"``,
        ``"batch_minmax"``), or a function ``(values, lower, upper) -> log_km``.
    latent
        Number of Gaussian inputs.
    hidden
        Units of each hidden layer.
    range
        Lower and upper :math:`\ln K_m`, ln(mol/L), where the kinetic model gives no bounds.
    spread
        Root mean square of the values before the output, :math:`s`.
    relative
        Count values from anchors: one generator for many steady states. Needs the sigmoid.

    Raises
    ------
    InputError
        A size, range or output cannot be used.

    Examples
    --------
    >>> wide = sr.Generator(range=(math.log(1e-6), math.log(0.1)))  # 1 umol/L to 0.1 mol/L
    """

    output: str | Output = "sigmoid"
    latent: int = 99
    hidden: tuple[int, ...] = (256, 512, 1024)
    range: tuple[float, float] = DEFAULT_LOG_KM_RANGE
    spread: float = 0.5
    relative: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "hidden", tuple(self.hidden))
        object.__setattr__(self, "range", log_km_range(self.range))
        if not callable(self.output) and self.output not in OUTPUTS:
            raise InputError(
                f"output must be one of {sorted(OUTPUTS)} or a function (values, lower, upper), "
                f"got {self.output!r}."
            )
        for name, size in [("latent", self.latent), *(("hidden", size) for size in self.hidden)]:
            require_whole(f"{name} of Generator", size)
        require_positive("spread", self.spread)
        if self.relative and self.output != "sigmoid":
            raise InputError(
                f"relative=True needs output='sigmoid', got output={self.output!r}. Change one of "
                "the two."
            )

    def layers(self, n_km: int) -> tuple[tuple[int, int], ...]:
        """Return (inputs, outputs) of each dense layer.

        Parameters
        ----------
        n_km
            Number of saturation constants to generate.

        Returns
        -------
        tuple of (int, int)
        """
        return tuple(pairwise((self.latent + 1, *self.hidden, n_km)))

    def n_weights(self, n_km: int) -> int:
        """Return the length of the weight vector, biases included.

        Parameters
        ----------
        n_km
            Number of saturation constants to generate.

        Returns
        -------
        int
        """
        return sum((n_in + 1) * n_out for n_in, n_out in self.layers(n_km))

    def initial_weights(self, n_km: int, *, rng: torch.Generator) -> Tensor:
        """Draw Glorot-uniform weights with zero biases.

        Parameters
        ----------
        n_km
            Number of saturation constants to generate.
        rng
            The caller's random stream, on the CPU.

        Returns
        -------
        torch.Tensor
            `weight`, float32.
        """
        weights = torch.zeros(1, self.n_weights(n_km))
        for matrix, _ in self._dense(weights, n_km):
            limit = sqrt(6 / (matrix.shape[1] + matrix.shape[2]))
            matrix.uniform_(-limit, limit, generator=rng)
        return weights[0]

    def draw(self, *shape: int, rng: torch.Generator, n_km: int | None = None) -> Tensor:
        """Draw latent noise.

        Parameters
        ----------
        *shape
            Leading axes, for example candidates and models.
        rng
            The caller's random stream, on the CPU.
        n_km
            Not used: the noise does not depend on how many constants it becomes.

        Returns
        -------
        torch.Tensor
            `... x latent`, float32, on the CPU.
        """
        del n_km
        return torch.randn(*shape, self.latent, generator=rng)

    def values(self, weights: Tensor, latent: Tensor) -> Tensor:
        """Run the network, for one weight vector or for many at once.

        Parameters
        ----------
        weights
            `weight` or `candidate x weight`, float32.
        latent
            `model x latent` or `candidate x model x latent`, float32.

        Returns
        -------
        torch.Tensor
            `model x km` or `candidate x model x km`, float64, no unit: values that still
            have to pass the output.
        """
        if weights.ndim == 1:
            return self.values(weights[None], latent[None])[0]
        n_km = self._n_km(weights.shape[-1])
        *hidden, head = self._dense(weights, n_km)
        signal = pad(latent, (0, 1), value=_LABEL)
        for matrix, bias in hidden:
            signal = leaky_relu(_affine(signal, matrix, bias), _SLOPE)
        raw = _affine(signal, *head)
        return raw.to(torch.float64) * (self.spread / self._scale(weights, n_km))

    @on_one_thread  # torch rounds an exponential by where a thread's share of the batch ends
    def squash(self, values: Tensor, space: KmSpace, *, anchors: Tensor | None = None) -> Tensor:
        """Bring values of the network between the bounds of the generated constants.

        Parameters
        ----------
        values
            `... x model x km`, float64, as :meth:`values` returns.
        space
            Where each constant may lie.
        anchors
            `... x model x km`, float64, ln(mol/L), all constants: where values count from, if
            they are relative. One beyond the bounds counts as just within.

        Returns
        -------
        torch.Tensor
            `... x model x km`, float64, ln(mol/L), generated constants only.

        Raises
        ------
        InputError
            A user-defined output returned another shape or type, or anchors are missing.
        """
        output = self.output if callable(self.output) else OUTPUTS[self.output]
        lower, upper = space.lower[space.generated], space.upper[space.generated]
        if self.relative:
            if anchors is None:
                raise InputError(
                    "A relative generator needs to know the steady state: pass at=kinetics bound "
                    "to the states, or at=their log_km_anchors."
                )
            place = (anchors[..., space.generated] - lower) / (upper - lower)
            values = values + torch.logit(place.clamp(_EDGE, 1 - _EDGE))
        log_km = output(values, lower, upper)
        if log_km.shape != values.shape or log_km.dtype != torch.float64:
            raise InputError(
                f"output must return float64 of shape {tuple(values.shape)}, got {log_km.dtype} "
                f"of shape {tuple(log_km.shape)} from {output!r}."
            )
        return log_km

    def _dense(self, weights: Tensor, n_km: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Cut views out of `candidate x weight`: a matrix and a bias per layer, in order."""
        start = 0
        for n_in, n_out in self.layers(n_km):
            middle, end = start + n_in * n_out, start + (n_in + 1) * n_out
            matrix = weights[:, start:middle].unflatten(1, (n_in, n_out))
            yield matrix, weights[:, None, middle:end]
            start = end

    def _scale(self, weights: Tensor, n_km: int) -> Tensor:
        """Return `candidate x 1 x 1`, float64: root mean square that weights of this size give."""
        kept = 1.0  # mean square of the inputs, the label included
        for matrix, bias in self._dense(weights, n_km):
            size = vector_norm(matrix, dim=(1, 2)) ** 2 * kept + vector_norm(bias, dim=(1, 2)) ** 2
            power = size.to(torch.float64) / matrix.shape[2]
            kept = power * (1 + _SLOPE**2) / 2  # LeakyReLU, for values symmetric about zero
        return power.sqrt()[:, None, None]

    def _n_km(self, n_weights: int) -> int:
        body = self.n_weights(0)
        last = self.hidden[-1] if self.hidden else self.latent + 1
        n_km, left_over = divmod(n_weights - body, last + 1)
        if n_km < 1 or left_over:
            raise InputError(
                f"A weight vector of {n_weights} numbers does not fit this generator: {body} for "
                f"the hidden layers and {last + 1} for each saturation constant."
            )
        return n_km


def _affine(signal: Tensor, matrix: Tensor, bias: Tensor) -> Tensor:
    """Return signal x matrix + bias of each candidate; a single product is spread over threads."""
    if len(matrix) == 1:
        return torch.addmm(bias[0], signal[0], matrix[0])[None]
    return torch.baddbmm(bias, signal, matrix)
