r"""Which concentrations a cell or its medium can have, by class of metabolite.

One molecule in a cell of 1 µm³ is 1.7 nmol/L, and all metabolites of growing *E. coli* together
are about 0.3 mol/L [1]_: between these lies every single one. Classes that are known better have
narrower ranges, threefold and more around what was measured. A metabolite belongs to a class by
its BiGG identifier without the compartment (``nh4_c``, ``glu__L_c`` and ``glu_L_c``); others count
as "metabolite". All ranges are there to be replaced: ``own`` here, a table on the command line.

References
----------
.. [1] Bennett et al., *Nat. Chem. Biol.* 5 (2009) 593, doi:10.1038/nchembio.186: ATP 9.6,
   glutathione 17, fructose bisphosphate 15, glutamate 96 mmol/L; NADP 2 µmol/L.
.. [2] Kim et al., *Mol. Syst. Biol.* 8 (2012) 616, doi:10.1038/msb.2012.46: ammonia crosses
   membranes by itself, and what is above the medium's concentration leaks out. Growth media have
   0.1 mol/L of ammonium at most, as a rule.
.. [3] Sander, *Atmos. Chem. Phys.* 15 (2015) 4399, doi:10.5194/acp-15-4399-2015: at 1 bar of the
   pure gas water takes up 1.3 mmol/L of oxygen and 33 mmol/L of carbon dioxide (25 °C).
.. [4] Milo and Phillips, *Cell Biology by the Numbers* (2015), ch. 2: potassium up to 0.3 mol/L,
   at high osmolarity more; other ions less.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ConcentrationRange", "concentration_range", "without_compartment"]

_ONE_MOLECULE = 1e-9  # mol/L, in a cell of about 1 µm³
_COMPARTMENT = re.compile(r"_[a-z]\d?$")


@dataclass(frozen=True)
class ConcentrationRange:
    """Concentrations that are plausible for a metabolite.

    Parameters
    ----------
    low, high
        mol/L.
    kind
        Class of the metabolite, in words.
    source
        Where the range is from.
    """

    low: float
    high: float
    kind: str
    source: str


_BENNETT = "Bennett et al. 2009, widened"
_INSIDE = {
    "ammonium": ConcentrationRange(1e-7, 0.1, "ammonium", "Kim et al. 2012; growth media"),
    "oxygen": ConcentrationRange(0.0, 1.3e-3, "oxygen", "Sander 2015: solubility"),
    "carbon dioxide": ConcentrationRange(0.0, 0.05, "carbon dioxide", "Sander 2015: solubility"),
    "protons": ConcentrationRange(1e-10, 1e-3, "protons", "pH 3 to 10"),
    "phosphate": ConcentrationRange(1e-7, 0.1, "phosphate", "growth media"),
    "inorganic ion": ConcentrationRange(
        _ONE_MOLECULE, 1.0, "inorganic ion", "Milo and Phillips 2015, widened"
    ),
    "cofactor or nucleotide": ConcentrationRange(
        _ONE_MOLECULE, 0.05, "cofactor or nucleotide", _BENNETT
    ),
    "amino acid": ConcentrationRange(1e-8, 0.3, "amino acid", _BENNETT),
    "central intermediate": ConcentrationRange(
        _ONE_MOLECULE, 0.05, "central intermediate", _BENNETT
    ),
}
_ANY_INSIDE = ConcentrationRange(
    _ONE_MOLECULE, 0.3, "metabolite", "one molecule per cell; all metabolites of E. coli together"
)
_OUTSIDE = {
    "oxygen": _INSIDE["oxygen"],
    "carbon dioxide": _INSIDE["carbon dioxide"],
    "protons": ConcentrationRange(1e-12, 0.1, "protons", "pH 1 to 12"),
}
_ANY_OUTSIDE = ConcentrationRange(0.0, 3.0, "in the medium", "concentrated feeds; 15 % of ethanol")
_WATER = frozenset({"h2o"})

_MEMBERS = {
    "ammonium": "nh4 nh3",
    "oxygen": "o2",
    "carbon dioxide": "co2",
    "protons": "h",
    "phosphate": "pi ppi",
    "inorganic ion": (
        "k na1 cl mg2 ca2 fe2 fe3 zn2 mn2 cu2 cobalt2 ni2 so4 so3 h2s hco3 no2 no3 mobd"
    ),
    "cofactor or nucleotide": (
        "atp adp amp gtp gdp gmp utp udp ump ctp cdp cmp itp idp imp xmp camp datp dadp damp dgtp "
        "dgdp dgmp dctp dcdp dcmp dttp dtdp dtmp dutp dudp dump nad nadh nadp nadph fad fadh2 fmn "
        "fmnh2 coa accoa succoa malcoa aacoa pppcoa gthrd gthox thf mlthf 5mthf 10fthf methf dhf "
        "amet ahcys q8 q8h2 mqn8 mql8 thmpp pydx5p udpg udpgal adpglc paps aps"
    ),
    "amino acid": (
        "ala_L ala_D arg_L asn_L asp_L cys_L gln_L glu_L gly his_L ile_L leu_L lys_L met_L phe_L "
        "pro_L ser_L thr_L trp_L tyr_L val_L orn citr_L hom_L hcys_L"
    ),
    "central intermediate": (
        "g6p g1p f6p f1p fdp dhap g3p 13dpg 3pg 2pg pep pyr 6pgl 6pgc 2ddg6p ru5p_D xu5p_D r5p s7p "
        "s17bp e4p cit acon_C icit akg succ fum mal_L oaa glx glyc3p actp prpp 2dda7p 3dhq 3dhsk "
        "skm skm5p 3psme chor pphn phpyr 34hpp anth"
    ),
}
_CLASS_OF = {name: kind for kind, names in _MEMBERS.items() for name in names.split()}


def without_compartment(metabolite: str) -> str:
    """Return a BiGG identifier without its compartment, spelled in one way.

    Parameters
    ----------
    metabolite
        ``"glu__L_c"`` or ``"glu_L_c"``; ``"_6pgc_c"`` where names must not begin with a digit.

    Returns
    -------
    str
        ``"glu_L"``.
    """
    return _COMPARTMENT.sub("", metabolite).replace("__", "_").lstrip("_")


def concentration_range(
    metabolite: str,
    *,
    outside: bool = False,
    own: Mapping[str, tuple[float, float]] | None = None,
) -> ConcentrationRange | None:
    """Return the concentrations that are plausible for a metabolite.

    Parameters
    ----------
    metabolite
        Its name, with the compartment.
    outside
        Whether it is in the medium, where nutrients may be used up and products plenty.
    own
        Metabolite, with the compartment, to lowest and highest, mol/L, in the place of those here.

    Returns
    -------
    ConcentrationRange or None
        ``None`` for water.
    """
    if own is not None and metabolite in own:
        low, high = own[metabolite]
        return ConcentrationRange(low, high, "as stated", "stated")
    base = without_compartment(metabolite)
    if base in _WATER:
        return None
    kind = _CLASS_OF.get(base, "")
    return _OUTSIDE.get(kind, _ANY_OUTSIDE) if outside else _INSIDE.get(kind, _ANY_INSIDE)
