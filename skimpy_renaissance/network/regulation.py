r"""Enzyme regulation: inhibition and activation added to a finished kinetic model.

``inhibition`` divides both directions by :math:`1 + x/K_i`, ``activation`` multiplies them by
:math:`1 + x/K_a`; ``competitive inhibition`` adds :math:`\sum_k x_k/K_{i,k}` to the denominator of
the rate law. As SKiMPy's ``load_enzyme_regulation``, reactions without regulation come first.

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from skimpy_renaissance.checks import require_columns, require_names
from skimpy_renaissance.errors import MissingEntryError, NetworkError, listed
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.formulas import Formulas
from skimpy_renaissance.network.identifiers import sanitized
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.network.mechanisms import SKIMPY, MechanismClass
from skimpy_renaissance.network.modifiers import MODIFIERS
from skimpy_renaissance.network.reaction import MechanismDefinition, ModifierDefinition, Reaction

__all__ = ["add_regulation"]

_COLUMNS = ("reaction_id", "regulator", "regulation")
_COMPETITIVE = "competitive inhibition"
_ALLOSTERIC = {"inhibition": "InhibitionModifier", "activation": "ActivationModifier"}
_PAIRED = ("ReversibleMichaelisMenten", "H1GeneralizedReversibleHill")


def add_regulation(
    network: KineticNetwork,
    table: pd.DataFrame,
    *,
    skip_unknown: bool = False,
    rate_laws: Mapping[str, MechanismClass] = SKIMPY,
    formulas: Formulas | None = None,
) -> KineticNetwork:
    """Return a network with regulated enzymes.

    Parameters
    ----------
    network
        The kinetic model without these regulations.
    table
        Columns ``reaction_id``, ``regulator`` (metabolite, as the model or as pyTFA calls it) and
        ``regulation``: ``inhibition``, ``activation`` or ``competitive inhibition``; case and
        spaces around do not matter.
    skip_unknown
        Leave out rows whose reaction or regulator the network lacks, with a warning that lists
        them.
    rate_laws
        Mechanism class to rate law for the regulated reactions: the same that ``network`` was
        read with.
    formulas
        Likewise.

    Returns
    -------
    KineticNetwork
        Regulated reactions last; conserved pools given by the user are kept, in the new order.

    Warns
    -----
    UserWarning
        Rows were left out, or an irreversible reaction becomes a reversible one.

    Raises
    ------
    MissingEntryError
        A column, reaction or metabolite does not exist.
    NetworkError
        An unknown kind of regulation, or the same one listed twice.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"reaction_id": ["PFK"], "regulator": ["pep_c"], "regulation": ["inhibition"]}
    ... )
    >>> regulated = sr.add_regulation(network, table)
    >>> len(regulated.km_names) - len(network.km_names)
    1
    """
    rows = _checked(network, table, skip_unknown=skip_unknown)
    own = formulas or Formulas()
    classes = Formulas({**rate_laws, **own.mechanisms}, {**MODIFIERS, **own.modifiers})
    regulated = set(rows["reaction_id"])
    untouched = [r for r in network.reactions if r.name not in regulated]
    changed = [
        _regulate(r, rows[rows["reaction_id"] == r.name], classes)
        for r in network.reactions
        if r.name in regulated
    ]
    result = replace(network, reactions=(*untouched, *changed), values={}, bounds={}, pools=None)
    known = set(result.parameter_names)
    result = replace(
        result,
        values={name: value for name, value in network.values.items() if name in known},
        bounds={name: value for name, value in network.bounds.items() if name in known},
    )
    if network.pools is None:
        return result
    return result.with_pools(network.pools.reordered(result.variables))


def _checked(network: KineticNetwork, table: pd.DataFrame, *, skip_unknown: bool) -> pd.DataFrame:
    require_columns(table, _COLUMNS, what="A regulation table")
    rows = (
        table.loc[:, list(_COLUMNS)]
        .astype(object)
        .fillna("")
        .astype(str)
        .apply(lambda column: column.str.strip())
    )
    rows["regulation"] = rows["regulation"].str.casefold()
    held = network.metabolites
    rows["regulator"] = rows["regulator"].map(lambda m: m if m in held else sanitized(m))
    known = rows["reaction_id"].isin(network.reaction_names) & rows["regulator"].isin(held)
    if not known.all() and skip_unknown:
        left_out = [f"{reaction} {regulator}" for reaction, regulator, _ in rows[~known].to_numpy()]
        warnings.warn(
            f"{len(left_out)} of {len(rows)} regulations are left out, whose reaction or regulator "
            f"is not in {network.name!r}: {listed(left_out, most=20)}.",
            stacklevel=3,
        )
        rows = rows[known]
    for column, names in (("reaction_id", network.reaction_names), ("regulator", held)):
        try:
            require_names(rows[column], names, what=f"{column} of the network")
        except MissingEntryError as error:
            raise MissingEntryError(
                f"{error} Rows of the regulation table that the model has no use for are left out "
                "with skip_unknown=True."
            ) from None
    kinds = {_COMPETITIVE, *_ALLOSTERIC}
    unknown = sorted(set(rows["regulation"]) - kinds)
    if unknown:
        raise NetworkError(
            f"regulation must be one of {listed(sorted(kinds))}; the table has {listed(unknown)}."
        )
    twice = rows[rows.duplicated()]
    if len(twice):
        raise NetworkError(
            "The regulation table lists the same regulation twice: "
            f"{' '.join(twice.iloc[0])}. Remove one of the rows."
        )
    return rows


def _regulate(reaction: Reaction, rows: pd.DataFrame, classes: Formulas) -> Reaction:
    if reaction.mechanism is None:
        raise NetworkError(
            f"Reaction {reaction.name!r} has no mechanism class to add regulation to; "
            "add it in SKiMPy and take the model from there."
        )
    competitors: list[str] = []
    modifiers = list(reaction.modifiers)
    for regulator, kind in zip(rows["regulator"], rows["regulation"], strict=True):
        if kind == _COMPETITIVE:
            competitors.append(regulator)
        else:
            class_name = _ALLOSTERIC[kind]
            label = f"{MODIFIERS[class_name].prefix}_{regulator}"
            modifiers.append(ModifierDefinition(regulator, class_name, regulator, label=label))
    mechanism = reaction.mechanism
    if competitors:
        mechanism = _inhibited(reaction.name, mechanism, competitors, classes.mechanisms)
    return build_reaction(
        reaction.name,
        mechanism,
        modifiers=tuple(modifiers),
        enzyme=reaction.enzyme,
        rate_laws=classes.mechanisms,
        modifier_classes=classes.modifiers,
    )


def _inhibited(
    reaction: str,
    mechanism: MechanismDefinition,
    competitors: list[str],
    rate_laws: Mapping[str, MechanismClass],
) -> MechanismDefinition:
    """Turn a mechanism into its competitively inhibited form, roles numbered."""
    if mechanism.inhibitors:
        raise NetworkError(
            f"Reaction {reaction!r} has regulating roles already "
            f"({listed(mechanism.inhibitors.values())}); list all its inhibitors in one table."
        )
    law = rate_laws[mechanism.class_name]
    if law.by_expression:
        raise NetworkError(
            f"Reaction {reaction!r} is given by a rate_expression; write its competitive "
            "inhibition into the expression."
        )
    if "k_equilibrium" not in law.parameters:
        warnings.warn(
            f"Reaction {reaction!r} ({mechanism.class_name}) is irreversible; competitive "
            "inhibition turns it into the reversible ConvenienceInhibited, as SKiMPy does, which "
            "needs an equilibrium constant. Use 'inhibition' to keep it irreversible.",
            stacklevel=4,
        )

    def numbered(role: str) -> str:
        return role if role == "enzyme" or role[-1].isdigit() else f"{role}1"

    paired = mechanism.class_name in _PAIRED
    stoichiometry = mechanism.stoichiometry or law.stoichiometry
    return MechanismDefinition(
        class_name="H1GeneralizedReversibleHillInhibited" if paired else "ConvenienceInhibited",
        roles={numbered(role): metabolite for role, metabolite in mechanism.roles.items()},
        stoichiometry={numbered(role): n for role, n in stoichiometry.items()},
        inhibitors={f"inhibitor{k}": m for k, m in enumerate(competitors, start=1)},
    )
