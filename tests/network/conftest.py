"""Small kinetic models as mappings, and a writer that turns them into YAML files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Write = Callable[[dict[str, Any]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a document as YAML, keys in the order given."""

    def to_file(document: dict[str, Any]) -> Path:
        path = tmp_path / "model.yml"
        path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
        return path

    return to_file


@pytest.fixture
def document() -> dict[str, Any]:
    """Give ``s_e -> a_c -> 2 b_c + c_c -> (out)``: one step regulated, one moving protons."""
    return {
        "name": "small",
        "reactions": {
            "IN": {
                "name": "IN",
                "enzyme": None,
                "mechanism": {
                    "class": "ReversibleMichaelisMenten",
                    "substrate": "s_e",
                    "product": "a_c",
                },
                "modifiers": {
                    "DSM_h_c": {
                        "class": "DisplacementSmallMoleculeModifier",
                        "mechanism_stoichiometry": {"small_molecule": 1.0},
                        "small_molecule": "h_c",
                    },
                    "DSM_h_e": {
                        "class": "DisplacementSmallMoleculeModifier",
                        "mechanism_stoichiometry": {"small_molecule": -1.0},
                        "small_molecule": "h_e",
                    },
                },
            },
            "SPLIT": {
                "name": "SPLIT",
                "enzyme": None,
                "mechanism": {
                    "class": "Convenience",
                    "mechanism_stoichiometry": {
                        "product1": 2.0,
                        "product2": 1.0,
                        "substrate1": -1.0,
                    },
                    "product1": "b_c",
                    "product2": "c_c",
                    "substrate1": "a_c",
                },
                "modifiers": {"IM_c_c": {"class": "InhibitionModifier", "inhibitor": "c_c"}},
            },
            "OUT": {
                "name": "OUT",
                "enzyme": None,
                "mechanism": {
                    "class": "IrrevMichaelisMenten",
                    "mechanism_stoichiometry": {"substrate1": -1.0, "substrate2": -0.5},
                    "substrate1": "b_c",
                    "substrate2": "c_c",
                },
                "modifiers": {},
            },
        },
        "boundary_conditions": {
            "CC_s_e": {"class": "ConstantConcentration", "reactant": "s_e"},
            "CC_h_e": {"class": "ConstantConcentration", "reactant": "h_e"},
        },
        "compartments": {"c": "c", "e": "e"},
        "constraints": {},
        "initial_conditions": {},
        "parameters": {
            "cell_volume_c": 2.0,
            "cell_volume_e": 2.0,
            "h_e": 0.1,
            "hill_coefficient_IN": 1.0,
            "k_equilibrium_IN": 3.0,
            "k_inhibition_IM_c_c_SPLIT": None,
            "km_product_IN": 0.25,
            "km_substrate_IN": None,
            "s_e": None,
            "volume_c": 0.5,
            "volume_e": 2.0,
        },
        "reactants": {
            name: {"compartment": name[-1], "name": name}
            for name in ("a_c", "b_c", "c_c", "h_c", "h_e", "s_e")
        },
    }
