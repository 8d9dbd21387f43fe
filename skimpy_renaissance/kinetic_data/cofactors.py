"""Common names of cofactors and small molecules, and their BiGG identifiers.

Databases write ``NAD+`` or ``phosphate`` where a model has ``nad_c`` or ``pi_c``. One's own
synonyms come first, then the names of the model itself, then these.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["COFACTORS"]

_NAMES = {
    "atp": "adenosine triphosphate; adenosine 5'-triphosphate; MgATP; MgATP2-; ATP4-",
    "adp": "adenosine diphosphate; adenosine 5'-diphosphate; MgADP; MgADP-; ADP3-",
    "amp": "adenosine monophosphate; adenosine 5'-monophosphate; 5'-AMP",
    "gtp": "guanosine triphosphate; guanosine 5'-triphosphate",
    "gdp": "guanosine diphosphate; guanosine 5'-diphosphate",
    "gmp": "guanosine monophosphate; 5'-GMP",
    "utp": "uridine triphosphate; uridine 5'-triphosphate",
    "udp": "uridine diphosphate; uridine 5'-diphosphate",
    "ump": "uridine monophosphate; 5'-UMP",
    "ctp": "cytidine triphosphate; cytidine 5'-triphosphate",
    "cdp": "cytidine diphosphate",
    "cmp": "cytidine monophosphate; 5'-CMP",
    "itp": "inosine triphosphate",
    "idp": "inosine diphosphate",
    "imp": "inosine monophosphate; inosine 5'-monophosphate",
    "nad": "NAD+; NAD(+); beta-NAD+; beta-NAD; nicotinamide adenine dinucleotide; oxidized NAD",
    "nadh": "beta-NADH; NADH2; NADH + H+; reduced NAD",
    "nadp": "NADP+; NADP(+); beta-NADP+; nicotinamide adenine dinucleotide phosphate",
    "nadph": "beta-NADPH; NADPH2; NADPH + H+; reduced NADP",
    "fad": "FAD+; flavin adenine dinucleotide",
    "fadh2": "FADH; reduced FAD",
    "fmn": "flavin mononucleotide",
    "fmnh2": "reduced FMN",
    "coa": "CoA-SH; CoASH; HS-CoA; coenzyme A",
    "accoa": "acetyl-CoA; acetyl CoA; AcCoA; acetyl-coenzyme A",
    "succoa": "succinyl-CoA; succinyl CoA",
    "malcoa": "malonyl-CoA; malonyl CoA",
    "pi": "phosphate; orthophosphate; inorganic phosphate; HPO42-; HPO4(2-); P(i)",
    "ppi": "diphosphate; pyrophosphate; inorganic diphosphate; inorganic pyrophosphate; PP(i)",
    "h": "H+; H(+); proton; hydrogen ion",
    "h2o": "water",
    "h2o2": "hydrogen peroxide",
    "o2": "oxygen; dioxygen; molecular oxygen",
    "co2": "carbon dioxide",
    "hco3": "HCO3-; HCO3(-); bicarbonate; hydrogencarbonate",
    "nh4": "NH4+; NH4(+); NH3; ammonia; ammonium",
    "so4": "SO42-; SO4(2-); sulfate; sulphate",
    "na1": "Na+; Na(+); sodium ion",
    "k": "K+; K(+); potassium ion",
    "mg2": "Mg2+; Mg(2+); magnesium ion",
    "ca2": "Ca2+; Ca(2+); calcium ion",
    "cl": "Cl-; Cl(-); chloride",
    "gthrd": "glutathione; GSH; reduced glutathione",
    "gthox": "GSSG; glutathione disulfide; oxidized glutathione",
    "thf": "tetrahydrofolate; 5,6,7,8-tetrahydrofolate",
    "thmpp": "thiamine diphosphate; thiamine pyrophosphate; TPP; ThDP",
    "pydx5p": "pyridoxal 5'-phosphate; pyridoxal phosphate; PLP",
    "amet": "S-adenosyl-L-methionine; S-adenosylmethionine; SAM; AdoMet",
    "ahcys": "S-adenosyl-L-homocysteine; SAH; AdoHcy",
    "q8": "ubiquinone-8; coenzyme Q8",
    "q8h2": "ubiquinol-8",
}

COFACTORS: Mapping[str, str] = MappingProxyType(
    {
        name.strip().casefold(): identifier
        for identifier, names in _NAMES.items()
        for name in (identifier, *names.split(";"))
    }
)
"""Name in lower case to BiGG identifier, without compartment."""
