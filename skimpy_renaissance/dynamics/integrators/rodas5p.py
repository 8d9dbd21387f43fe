r"""The Rosenbrock method Rodas5P: coefficients and step control.

A linearly implicit Runge-Kutta method: one Jacobian and one factorisation per step, eight solutions
with it, no iteration. With :math:`u_1, \dots, u_8`,

.. math::
    \Big(\frac{1}{\gamma h} I - J\Big) u_i
        = f\Big(y + \sum_{j<i} a_{ij} u_j\Big) + \sum_{j<i} \frac{c_{ij}}{h} u_j,
    \qquad
    y(t + h) = y + \sum_{j<8} a_{8j} u_j + u_8 ,

of order 5, with :math:`u_8` as the difference to the embedded solution of order 4. Both are
stiffly accurate and L-stable. Between, at :math:`t + sh`,

.. math::
    (1 - s)\, y + s\,\Big(y(t+h) + (1 - s)\sum_j \big(d_{1j} + s\, (d_{2j} + s\, d_{3j})\big)\,
    u_j\Big) .

Linear invariants of the equations, such as conserved pools, are invariants of the method.

References
----------
1. Steinebach, *BIT Numer. Math.* 63 (2023) 27, doi:10.1007/s10543-023-00967-x (the coefficients,
   in the digits of OrdinaryDiffEq.jl).
2. Hairer and Wanner, *Solving Ordinary Differential Equations II*, 2nd ed. (1996), section IV.7,
   doi:10.1007/978-3-642-05221-7.
"""

from __future__ import annotations

import numpy as np

__all__ = [
    "GAMMA",
    "GROWTH",
    "ORDER",
    "SAFETY",
    "SHRINKAGE",
    "STAGES",
    "A",
    "C",
    "D",
    "step_factor",
]

ORDER, STAGES = 5, 8
GAMMA = 0.21193756319429014

_A6 = [
    -7.502846399306121,
    2.561846144803919,
    -11.627539656261098,
    -0.18268767659942256,
    0.030198172008377946,
]
A = np.zeros((STAGES, STAGES))
A[1, :1] = [3.0]
A[2, :2] = [2.849394379747939, 0.45842242204463923]
A[3, :3] = [-6.954028509809101, 2.489845061869568, -10.358996098473584]
A[4, :4] = [2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641]
A[5, :5] = _A6
A[6, :6] = [*_A6, 1.0]
A[7, :7] = [*_A6, 1.0, 1.0]

C = np.zeros((STAGES, STAGES))
C[1, :1] = [-14.155112264123755]
C[2, :2] = [-17.97296035885952, -2.859693295451294]
C[3, :3] = [147.12150275711716, -1.41221402718213, 71.68940251302358]
C[4, :4] = [165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306]
C[5, :5] = [
    24.854864614690072,
    -3.0009227002832186,
    47.4931110020768,
    5.5814197821558125,
    -0.6610691825249471,
]
C[6, :6] = [
    30.91273214028599,
    -3.1208243349937974,
    77.79954646070892,
    34.28646028294783,
    -19.097331116725623,
    -28.087943162872662,
]
C[7, :7] = [
    37.80277123390563,
    -3.2571969029072276,
    112.26918849496327,
    66.9347231244047,
    -40.06618937091002,
    -54.66780262877968,
    -9.48861652309627,
]

D = np.array(
    [
        [
            25.948786856663858,
            -2.5579724845846235,
            10.433815404888879,
            -2.3679251022685204,
            0.524948541321073,
            1.1241088310450404,
            0.4272876194431874,
            -0.17202221070155493,
        ],
        [
            -9.91568850695171,
            -0.9689944594115154,
            3.0438037242978453,
            -24.495224566215796,
            20.176138334709044,
            15.98066361424651,
            -6.789040303419874,
            -6.710236069923372,
        ],
        [
            11.419903575922262,
            2.8879645146136994,
            72.92137995996029,
            80.12511834622643,
            -52.072871366152654,
            -59.78993625266729,
            -0.15582684282751913,
            4.883087185713722,
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
    return float(min(GROWTH, max(SHRINKAGE, SAFETY * error ** (-1.0 / ORDER))))
