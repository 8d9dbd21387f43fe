"""The model of SKiMPy's toy tutorial, rebuilt: lower glycolysis with transport of cofactors.

SKiMPy's own ``toy_model.mat`` lies in large-file storage and does not come with its sources; here
are its reactions, oriented as its bounds ask, with SEED identifiers for the thermodynamics.
"""

from typing import Any

METABOLITES = {
    "13dpg": ("cpd00203", "C3H4O10P2", -4),
    "2h3oppan": ("cpd00843", "C3H3O4", -1),
    "2pg": ("cpd00482", "C3H4O7P", -3),
    "3pg": ("cpd00169", "C3H4O7P", -3),
    "adp": ("cpd00008", "C10H12N5O10P2", -3),
    "atp": ("cpd00002", "C10H12N5O13P3", -4),
    "glyc_R": ("cpd00223", "C3H5O4", -1),
    "h": ("cpd00067", "H", 1),
    "h2o": ("cpd00001", "H2O", 0),
    "nad": ("cpd00003", "C21H26N7O14P2", -1),
    "nadh": ("cpd00004", "C21H27N7O14P2", -2),
    "pep": ("cpd00061", "C3H2O6P", -3),
}
REACTIONS = {
    "ENO": ("2pg_c --> h2o_c + pep_c", (2.0, 100.0)),
    "GLYCK": ("3pg_c + adp_c + h_c --> atp_c + glyc_R_c", (1e-3, 100.0)),
    "GLYCK2": ("atp_c + glyc_R_c --> 2pg_c + adp_c + h_c", (1e-3, 100.0)),
    "PGK": ("13dpg_c + adp_c --> 3pg_c + atp_c", (1e-3, 100.0)),
    "PGM": ("3pg_c --> 2pg_c", (2.0, 2.0)),
    "TRSARr": ("glyc_R_c + nad_c --> 2h3oppan_c + h_c + nadh_c", (2.0, 10.0)),
    "DM_13dpg": ("13dpg_c <=> ", (-10.0, -2.0)),
    "DM_2h3oppan": ("2h3oppan_c <=> ", (1e-3, 100.0)),
    "DM_pep": ("pep_c <=> ", (1e-3, 100.0)),
}
EXCHANGED = {
    "adp": (-100.0, -1e-3),
    "atp": (1e-3, 100.0),
    "h": (-100.0, 100.0),
    "h2o": (1e-3, 100.0),
    "nad": (-100.0, -1e-3),
    "nadh": (1e-3, 100.0),
}
COMPARTMENTS = {"c": (7.5, 0.25, 0.05, 1e-6), "e": (7.0, 0.0, 0.1, 1e-8)}


def toy_model() -> Any:
    """Return the constraint-based model, in COBRApy."""
    import cobra  # noqa: PLC0415

    toy = cobra.Model("toy")
    for name, (seed, formula, charge) in METABOLITES.items():
        for place in "ce" if name in EXCHANGED else "c":
            metabolite = cobra.Metabolite(f"{name}_{place}", formula, name, charge, place)
            metabolite.annotation = {"seed_id": seed}
            toy.add_metabolites([metabolite])
    for name, (formula, _) in _reactions().items():
        reaction = cobra.Reaction(name)
        toy.add_reactions([reaction])
        reaction.build_reaction_from_string(formula)
    toy.objective = "DM_pep"
    return toy


def set_limits(model: Any) -> None:
    """Bound every reaction of a toy model as the tutorial does."""
    for name, (_, limits) in _reactions().items():
        model.reactions.get_by_id(name).bounds = limits


def _reactions() -> dict[str, tuple[str, tuple[float, float]]]:
    reactions = dict(REACTIONS)
    for name, limits in EXCHANGED.items():
        reactions[f"Trp_{name}"] = (f"{name}_c <=> {name}_e", (-100.0, 100.0))
        reactions[f"DM_{name}"] = (f"{name}_e <=> ", limits)
    return reactions


def toy_thermodynamics(database: str) -> tuple[Any, Any]:
    """Return the pyTFA model and a solution with a displacement everywhere, as the tutorial."""
    import numpy as np  # noqa: PLC0415
    import pytfa  # noqa: PLC0415
    from pytfa.io import load_thermoDB  # noqa: PLC0415
    from skimpy.analysis.oracle import add_min_log_displacement  # noqa: PLC0415

    toy = toy_model()
    toy._compartments = {  # what pyTFA's reader of .mat files sets
        place: {
            "symbol": place,
            "name": place,
            "pH": acidity,
            "ionicStr": ionic_strength,
            "c_max": largest,
            "c_min": smallest,
            "membranePot": dict.fromkeys("ce", 0),
        }
        for place, (acidity, ionic_strength, largest, smallest) in COMPARTMENTS.items()
    }
    thermodynamic = pytfa.ThermoModel(load_thermoDB(database), toy)
    thermodynamic.solver = "optlang-glpk"
    thermodynamic.prepare()
    thermodynamic.convert(add_displacement=True)
    set_limits(thermodynamic)
    thermodynamic.optimize()
    add_min_log_displacement(thermodynamic, 1e-1)
    thermodynamic.optimize()
    displacement = thermodynamic.thermo_displacement.PGM.variable
    displacement.lb = displacement.ub = np.log(1e-1)
    return thermodynamic, thermodynamic.optimize().raw
