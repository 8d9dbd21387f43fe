r"""Rate laws of enzyme kinetics, as SKiMPy writes them.

Each function below is one law :math:`(v_f, v_b)` in the symbols of its roles. Notation:
:math:`V` maximal forward rate, :math:`K` equilibrium constant, :math:`s_i, p_j` concentrations of
substrates and products, :math:`K_{s_i}, K_{p_j}` their Michaelis constants, :math:`n` absolute
stoichiometric coefficients, :math:`h` Hill coefficient.

Where SKiMPy 1.0.2 departs from the published law, the function here computes what SKiMPy computes
and says so; the published law follows it as ``corrected_...``.

References
----------
1. Liebermeister and Klipp, *Theor. Biol. Med. Model.* 3 (2006) 41, doi:10.1186/1742-4682-3-41
   (convenience kinetics).
2. Hofmeyr and Cornish-Bowden, *CABIOS* 13 (1997) 377, doi:10.1093/bioinformatics/13.4.377
   (reversible Hill equation).
3. Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
4. Weilandt and Hatzimanikatis, *Biophys. J.* 117 (2019) 355, doi:10.1016/j.bpj.2019.06.017
   (generalised elementary kinetics).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import mul

import sympy

from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.network.reaction import Rate
from skimpy_renaissance.network.roles import Roles

__all__ = [
    "bi_uni_reversible_hill",
    "convenience",
    "convenience_inhibited",
    "corrected_bi_uni_reversible_hill",
    "corrected_gene_expression",
    "corrected_generalized_elementary",
    "corrected_h1_reversible_hill",
    "corrected_irreversible_mass_action",
    "corrected_reversible_mass_action",
    "corrected_uni_bi_reversible_hill",
    "gene_expression",
    "generalized_elementary",
    "generalized_reversible_hill",
    "h1_reversible_hill",
    "h1_reversible_hill_inhibited",
    "irreversible_hill",
    "irreversible_hill_n_m",
    "irreversible_mass_action",
    "irreversible_michaelis_menten",
    "random_bi_bi_michaelis_menten",
    "reversible_mass_action",
    "reversible_michaelis_menten",
    "uni_bi_reversible_hill",
]

_HIGHEST_DEGREE = 100
ZERO = sympy.Integer(0)
ONE = sympy.Integer(1)


def _product(factors: Iterable[sympy.Expr]) -> sympy.Expr:
    return reduce(mul, factors, ONE)


# -- Michaelis-Menten ------------------------------------------------------------------------------


def reversible_michaelis_menten(r: Roles) -> Rate:
    r""":math:`v = V\,(s/K_s - p/(K K_s)) / (1 + s/K_s + p/K_p)`."""
    s, p = r["substrate"], r["product"]
    Ks, Kp = r["km_substrate"], r["km_product"]
    D = 1 + s / Ks + p / Kp
    return Rate(r.V * s / Ks / D, r.V / r.K * p / Ks / D)


def irreversible_michaelis_menten(r: Roles) -> Rate:
    r""":math:`v = V \prod_i s_i/(s_i + K_{s_i})`; coefficients do not enter."""
    return Rate(r.V * _product(r[i] / (r[i] + r.km(i)) for i in r.substrates), ZERO)


def random_bi_bi_michaelis_menten(r: Roles) -> Rate:
    r"""Two substrates and two products in random order.

    :math:`v = V\,(s_1 s_2 - p_1 p_2/K)/(K_{i,s_1} K_{s_2}) / D`,
    :math:`D = 1 + \sum x/K_{i,x} + s_1 s_2/(K_{i,s_1}K_{s_2}) + p_1 p_2/(K_{i,p_2}K_{p_1})`.
    """
    s1, s2, p1, p2 = r["substrate1"], r["substrate2"], r["product1"], r["product2"]
    Kis1, Kis2, Kip1, Kip2 = (
        r[f"ki_{x}"] for x in ("substrate1", "substrate2", "product1", "product2")
    )
    Ks2, Kp1 = r["km_substrate2"], r["km_product1"]
    both_s, both_p = s1 * s2 / (Kis1 * Ks2), p1 * p2 / (Kip2 * Kp1)
    D = 1 + s1 / Kis1 + s2 / Kis2 + p1 / Kip1 + p2 / Kip2 + both_s + both_p
    return Rate(r.V * both_s / D, r.V / r.K * p1 * p2 / (Kis1 * Ks2) / D)


# -- Convenience kinetics --------------------------------------------------------------------------


def _convenience_numerators(r: Roles) -> Rate:
    scale = _product(r.km(i) ** r.n(i) for i in r.substrates)
    forward = r.V * _product((r[i] / r.km(i)) ** r.n(i) for i in r.substrates)
    return Rate(forward, r.V / r.K * _product(r[j] ** r.n(j) for j in r.products) / scale)


def _convenience_denominator(r: Roles) -> sympy.Expr:
    def polynomial(role: str) -> sympy.Expr:  # 1 + y + ... + y^n, degree truncated to an integer
        if r.n(role) > _HIGHEST_DEGREE:
            raise NetworkError(
                f"the coefficient of {role!r} is {float(r.n(role)):g}, and convenience kinetics "
                f"have as many terms; at most {_HIGHEST_DEGREE} can be computed with. Take another "
                "mechanism or kind of regulation for this reaction, or scale its coefficients."
            )
        y = r[role] / r.km(role)
        return sympy.Add(*(y**power for power in range(int(r.n(role)) + 1)))

    substrates = _product(polynomial(i) for i in r.substrates)
    return substrates + _product(polynomial(j) for j in r.products) - 1


def convenience(r: Roles) -> Rate:
    r"""Return convenience kinetics [1]_.

    :math:`v = V\,(\prod_i (s_i/K_i)^{n_i} - \prod_j p_j^{n_j}/(K \prod_i K_i^{n_i})) / D`,
    :math:`D = \prod_i \sum_{a=0}^{n_i}(s_i/K_i)^a + \prod_j \sum_{b=0}^{n_j}(p_j/K_j)^b - 1`.
    """
    return _over(_convenience_numerators(r), _convenience_denominator(r))


def convenience_inhibited(r: Roles) -> Rate:
    r"""Return convenience kinetics with :math:`\sum_k x_k/K_{i,k}` added to the denominator.

    SKiMPy looks constants up by metabolite: where a substrate or product is also the inhibitor,
    its :math:`K_i` takes the place of its Km. The corrected law gives every role its own constant.
    """
    inhibition = sympy.Add(*(r[x] / r.km(x) for x in r.inhibitors))
    return _over(_convenience_numerators(r), _convenience_denominator(r) + inhibition)


def _over(numerators: Rate, denominator: sympy.Expr) -> Rate:
    return Rate(numerators.forward / denominator, numerators.backward / denominator)


# -- Reversible Hill -------------------------------------------------------------------------------


def _paired_denominator(r: Roles, h: sympy.Expr) -> sympy.Expr:
    """Product over substrate-product pairs; a surplus role on either side does not enter."""
    pairs = zip(r.substrates, r.products, strict=False)
    sums = [r[i] / r.own_km(i) + r[j] / r.own_km(j) for i, j in pairs]
    return _product((1 + y**h) / y ** (h - 1) for y in sums)


def generalized_reversible_hill(r: Roles) -> Rate:
    r"""Reversible Hill [2]_ over pairs k, exponents :math:`n` in the numerators.

    :math:`D = \prod_k (1 + y_k^h)/y_k^{h-1}` with :math:`y_k = s_k/K_{s_k} + p_k/K_{p_k}`.
    """
    r = r.by_role()
    return _over(_convenience_numerators(r), _paired_denominator(r, r["hill_coefficient"]))


def h1_reversible_hill(r: Roles) -> Rate:
    r"""Reversible Hill with :math:`h = 1`; coefficients do not enter.

    :math:`D = \prod_k (1 + s_k/K_{s_k} + p_k/K_{p_k})`.
    """
    forward = r.V * _product(r[i] / r.own_km(i) for i in r.substrates)
    scale = _product(r.own_km(i) for i in r.substrates)
    backward = r.V / r.K * _product(r[j] for j in r.products) / scale
    return _over(Rate(forward, backward), _paired_denominator(r, ONE))


def corrected_h1_reversible_hill(r: Roles) -> Rate:
    """As :func:`h1_reversible_hill` with the coefficients as exponents in the numerators."""
    return _over(_convenience_numerators(r.by_role()), _paired_denominator(r, ONE))


def h1_reversible_hill_inhibited(r: Roles) -> Rate:
    r"""As :func:`h1_reversible_hill`, exponents :math:`n`, D plus :math:`\sum_k x_k/K_{i,k}`."""
    r = r.by_role()
    inhibition = sympy.Add(*(r[x] / r.km(x) for x in r.inhibitors))
    return _over(_convenience_numerators(r), _paired_denominator(r, ONE) + inhibition)


def _uni_bi(r: Roles, last_term: sympy.Expr) -> Rate:
    s, p1, p2 = r["substrate"], r["product1"], r["product2"]
    h = r["hill_coefficient"]
    S, P1, P2 = s / r.km("substrate"), p1 / r.km("product1"), p2 / r.km("product2")
    H = (S + P1 * P2) ** (h - 1)
    D = 1 + (S + P1) ** h + (S + P2) ** h + (S + P1 * P2) ** h - 2 * last_term
    return Rate(r.V * S * H / D, r.V / (r.K * r.km("substrate")) * p1 * p2 * H / D)


def uni_bi_reversible_hill(r: Roles) -> Rate:
    r"""One substrate, two products.

    :math:`D = 1 + (S+P_1)^h + (S+P_2)^h + (S+P_1P_2)^h - 2\,s/K_s^h`. The last term should read
    :math:`(s/K_s)^h`; SKiMPy's precedence makes it :math:`s/K_s^h`, equal for :math:`h = 1`.
    """
    return _uni_bi(r, r["substrate"] / r.km("substrate") ** r["hill_coefficient"])


def corrected_uni_bi_reversible_hill(r: Roles) -> Rate:
    r"""As :func:`uni_bi_reversible_hill` with :math:`-2(s/K_s)^h`."""
    return _uni_bi(r, (r["substrate"] / r.km("substrate")) ** r["hill_coefficient"])


def _bi_uni(r: Roles, last_term: sympy.Expr) -> Rate:
    s1, s2, p = r["substrate1"], r["substrate2"], r["product"]
    h = r["hill_coefficient"]
    K1, K2 = r.km("substrate1"), r.km("substrate2")
    S1, S2, P = s1 / K1, s2 / K2, p / r.km("product")
    H = (S1 * S2 + P) ** (h - 1)
    D = 1 + (S1 + P) ** h + (S2 + P) ** h + (S1 * S2 + P) ** h - 2 * last_term
    return Rate(r.V * S1 * S2 * H / D, r.V / (r.K * K1 * K2) * p * H / D)


def bi_uni_reversible_hill(r: Roles) -> Rate:
    r"""Two substrates, one product.

    :math:`D = 1 + (S_1+P)^h + (S_2+P)^h + (S_1S_2+P)^h - 2\,p/K_p^h`, the last term again with
    SKiMPy's precedence.
    """
    return _bi_uni(r, r["product"] / r.km("product") ** r["hill_coefficient"])


def corrected_bi_uni_reversible_hill(r: Roles) -> Rate:
    r"""As :func:`bi_uni_reversible_hill` with :math:`-2(p/K_p)^h`."""
    return _bi_uni(r, (r["product"] / r.km("product")) ** r["hill_coefficient"])


# -- Irreversible Hill -----------------------------------------------------------------------------


def irreversible_hill(r: Roles) -> Rate:
    r""":math:`v = V\,S^h/(1 + S^h)`, :math:`S = s/K_s`."""
    power = (r["substrate"] / r["km_substrate"]) ** r["hill_coefficient"]
    return Rate(r.V * power / (1 + power), ZERO)


def irreversible_hill_n_m(r: Roles) -> Rate:
    r""":math:`v = V \prod_i S_i^{h_i}/(1 + S_i^{h_i})`; coefficients do not enter."""
    powers = [(r[i] / r.km(i)) ** r.hill(i) for i in r.substrates]
    return Rate(r.V * _product(power / (1 + power) for power in powers), ZERO)


# -- Mass action -----------------------------------------------------------------------------------


def irreversible_mass_action(r: Roles) -> Rate:
    r""":math:`v = V \prod_i s_i`; SKiMPy leaves the coefficients out."""
    return Rate(r["vmax_forward"] * _product(r[i] for i in r.substrates), ZERO)


def corrected_irreversible_mass_action(r: Roles) -> Rate:
    r""":math:`v = V \prod_i s_i^{n_i}`."""
    return Rate(r["vmax_forward"] * _product(r[i] ** r.n(i) for i in r.substrates), ZERO)


def reversible_mass_action(r: Roles) -> Rate:
    r""":math:`v = V\,(\prod_i s_i - \prod_j p_j/K)`; SKiMPy leaves the coefficients out."""
    backward = r["vmax_forward"] / r.K * _product(r[j] for j in r.products)
    return Rate(irreversible_mass_action(r).forward, backward)


def corrected_reversible_mass_action(r: Roles) -> Rate:
    r""":math:`v = V\,(\prod_i s_i^{n_i} - \prod_j p_j^{n_j}/K)`."""
    backward = r["vmax_forward"] / r.K * _product(r[j] ** r.n(j) for j in r.products)
    return Rate(corrected_irreversible_mass_action(r).forward, backward)


def generalized_elementary(r: Roles) -> Rate:
    r"""Mass action corrected for crowding [4]_.

    :math:`v_f = V e^{\beta_f} \prod_i s_i \prod_g (x_g/x_{g,0})^{\alpha_{f,g}}`, and
    :math:`v_b` with :math:`V/K`, products, :math:`\beta_r` and :math:`\alpha_r`; SKiMPy leaves the
    coefficients out.
    """
    return _crowded(reversible_mass_action(r), r)


def corrected_generalized_elementary(r: Roles) -> Rate:
    r"""As :func:`generalized_elementary` with :math:`s_i^{n_i}` and :math:`p_j^{n_j}`."""
    return _crowded(corrected_reversible_mass_action(r), r)


def _crowded(ideal: Rate, r: Roles) -> Rate:
    fold = {g: r[g] / r[f"{g}_0"] for g in r.inhibitors}
    forward = _product(y ** r[f"alpha_forward_{g}"] for g, y in fold.items())
    backward = _product(y ** r[f"alpha_reverse_{g}"] for g, y in fold.items())
    return Rate(
        ideal.forward * sympy.exp(r["beta_forward"]) * forward,
        ideal.backward * sympy.exp(r["beta_reverse"]) * backward,
    )


# -- Gene expression -------------------------------------------------------------------------------


def _gene_expression(r: Roles, other_factor: str) -> Rate:
    def activity(factor: str) -> sympy.Expr:
        return (r[factor] / r[f"kd_{factor}"]) ** r[f"hill_coefficient_{factor}"]

    basal = r["basal_transcription_rate"]
    if "factor_1" not in r.inhibitors:
        return Rate(basal, ZERO)
    one = activity("factor_1")
    numerator = basal + r["transcription_rate_factor_1"] * one
    if "factor_2" not in r.inhibitors:
        return Rate(numerator / (1 + (2 if other_factor == "factor_1" else 1) * one), ZERO)
    both = r["cooperativity"] * one * activity("factor_2")
    numerator += r["transcription_rate_factor_2"] * activity("factor_2")
    numerator += r["transcription_rate_factor_1_factor_2"] * both
    return Rate(numerator / (1 + one + activity(other_factor) + both), ZERO)


def gene_expression(r: Roles) -> Rate:
    r"""Transcription regulated by up to two factors, :math:`a_k = (x_k/K_{d,k})^{h_k}`.

    :math:`v = (b + r_1 a_1 + r_2 a_2 + r_{12}\,c\,a_1a_2)/(1 + a_1 + a_1 + c\,a_1a_2)`. SKiMPy
    counts :math:`a_1` twice in the denominator and :math:`a_2` not at all.
    """
    return _gene_expression(r, "factor_1")


def corrected_gene_expression(r: Roles) -> Rate:
    r"""As :func:`gene_expression` with :math:`1 + a_1 + a_2 + c\,a_1a_2` below."""
    return _gene_expression(r, "factor_2")
