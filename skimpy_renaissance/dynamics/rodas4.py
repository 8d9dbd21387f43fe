r"""The Rosenbrock method RODAS: coefficients and step control.

A linearly implicit Runge-Kutta method: one Jacobian and one factorisation per step, six solutions
with it, no iteration. With :math:`\gamma = 1/4` and :math:`u_1, \dots, u_6`,

.. math::
    \Big(\frac{1}{\gamma h} I - J\Big) u_i
        = f\Big(y + \sum_{j<i} a_{ij} u_j\Big) + \sum_{j<i} \frac{c_{ij}}{h} u_j,
    \qquad
    y(t + h) = y + \sum_{j<6} a_{6j} u_j + u_6 ,

of order 4, with :math:`u_6` as the difference to the embedded solution of order 3. Both are
stiffly accurate and L-stable. Between, at :math:`t + sh`,

.. math:: (1 - s)\, y + s\,\Big(y(t+h) + (1 - s)\sum_j (d_{1j} + s\, d_{2j})\, u_j\Big) .

Linear invariants of the equations, such as conserved pools, are invariants of the method.

References
----------
Hairer and Wanner, *Solving Ordinary Differential Equations II*, 2nd ed. (1996), section IV.7,
doi:10.1007/978-3-642-05221-7.
"""

from __future__ import annotations

import numpy as np

__all__ = ["GAMMA", "GROWTH", "SAFETY", "SHRINKAGE", "A", "C", "D", "step_factor"]

GAMMA = 0.25
_A5 = [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950]
A = np.zeros((6, 6))
A[1, :1] = [1.544]
A[2, :2] = [0.9466785280815826, 0.2557011698983284]
A[3, :3] = [3.314825187068521, 2.896124015972201, 0.9986419139977817]
A[4, :4] = _A5
A[5, :5] = [*_A5, 1.0]
C = np.zeros((6, 6))
C[1, :1] = [-5.6688]
C[2, :2] = [-2.430093356833875, -0.2063599157091915]
C[3, :3] = [-0.1073529058151375, -9.594562251023355, -20.47028614809616]
C[4, :4] = [7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160]
C[5, :5] = [
    8.083246795921522,
    -7.981132988064893,
    -31.52159432874371,
    16.31930543123136,
    -6.058818238834054,
]
D = np.array(
    [
        [
            10.12623508344586,
            -7.487995877610167,
            -34.80091861555747,
            -7.992771707568823,
            1.025137723295662,
        ],
        [
            -0.6762803392801253,
            6.087714651680015,
            16.43084320892478,
            24.76722511418386,
            -6.594389125716872,
        ],
    ]
)

SAFETY, SHRINKAGE, GROWTH = 0.9, 0.2, 6.0


def step_factor(error: float) -> float:
    """Return by how much the next step is longer; the error is 1 at the tolerance.

    Parameters
    ----------
    error
        Root mean square over the variables; NaN for a step that led nowhere.

    Returns
    -------
    float
    """
    if not error >= 0.0:
        return SHRINKAGE
    if error == 0.0:
        return GROWTH
    return float(min(GROWTH, max(SHRINKAGE, SAFETY * error**-0.25)))
