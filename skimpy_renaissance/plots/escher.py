"""Fluxes, control coefficients or gains of a population on a metabolic map, by Escher.

Escher takes one number per reaction, or per metabolite, of a map that somebody has drawn. Maps name
reactions and metabolites as BiGG does; SKiMPy's ``_13dpg_c`` is their ``13dpg_c``, its ``glc_D_e``
their ``glc-D_e``.

References
----------
King et al., *PLOS Comput. Biol.* 11 (2015) e1004321, doi:10.1371/journal.pcbi.1004321.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from skimpy_renaissance.atomic import require_writable_place, write_json, write_text
from skimpy_renaissance.errors import FileFormatError, InputError, listed
from skimpy_renaissance.extras import import_extra
from skimpy_renaissance.network.identifiers import sanitized
from skimpy_renaissance.storage import refuse_pointer

__all__ = ["escher_data", "escher_map"]

_CAPACITY = re.compile(r"^(vmax_forward|kcat_forward)_")
_LINK = re.compile(r'<link rel="stylesheet" href="([^"]+)"\s*/?>')


def escher_data(
    values: pd.DataFrame | pd.Series | Mapping[str, float],
    path: str | os.PathLike[str] | None = None,
) -> pd.Series:
    """Return one number per reaction or metabolite as Escher takes it, and write it.

    Parameters
    ----------
    values
        Reaction (or its ``vmax_forward_...``) or metabolite to number; or a table `` `model x
        reaction` ``, of which the medians are taken. For example ``state.fluxes``, the median of
        ``design.rank_enzymes(problem)``, ``coefficients.slice_by("flux", "PFK").T`` or
        ``coefficients.mean("sample").loc["PFK"]``.
    path
        File to write, ``.json`` or ``.csv`` (columns ``id`` and ``value``); its folder must exist.
        ``None``: none.

    Returns
    -------
    pandas.Series
        Identifier on maps to number, without what has none.

    Raises
    ------
    InputError
        No number is finite, a name occurs twice, or the file's name ends otherwise.
    OutputError
        ``path`` cannot be written.

    Examples
    --------
    >>> fluxes = sr.plots.escher_data(state.fluxes, "fluxes.json")
    >>> fluxes.loc[["PFK", "PYK"]].round(-5)  # uM/h
    id
    PFK    2700000.0
    PYK    1200000.0
    Name: value, dtype: float64
    """
    table = values.median() if isinstance(values, pd.DataFrame) else pd.Series(values)
    try:
        table = pd.to_numeric(table)
    except (TypeError, ValueError) as error:
        raise InputError(f"Escher takes one number per name: {error}.") from None
    table.index = pd.Index([_on_maps(str(name)) for name in table.index], name="id")
    table = table[[isfinite(value) for value in table]].astype(float).rename("value")
    if table.empty:
        raise InputError(
            "Escher takes at least one finite number per reaction or metabolite, got none."
        )
    if not table.index.is_unique:
        twice = table.index[table.index.duplicated()].unique()
        raise InputError(
            f"Escher takes one number per name; {listed(twice)} occur more than once. Choose one "
            "of them, or add them up."
        )
    if path is not None:
        _write(table, path)
    return table


def _on_maps(name: str) -> str:
    return re.sub(r"^_(?=\d)", "", _CAPACITY.sub("", name))


def _write(table: pd.Series, path: str | os.PathLike[str]) -> None:
    kind = Path(path).suffix.lower()
    if kind == ".json":
        write_json(path, table.to_dict())
    elif kind == ".csv":
        write_text(path, table.to_csv())
    else:
        raise InputError(
            f"Escher reads .json and .csv; {Path(path).name!r} ends otherwise. Rename it."
        )


def escher_map(
    map_file: str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    reactions: pd.DataFrame | pd.Series | Mapping[str, float] | None = None,
    metabolites: pd.DataFrame | pd.Series | Mapping[str, float] | None = None,
) -> tuple[str, ...]:
    """Write a web page with a map and numbers on it, which opens without a network.

    Parameters
    ----------
    map_file
        Map as Escher saves it (JSON); those of escher.github.io can be downloaded there.
    path
        The page to write (``.html``), atomically; its folder must exist.
    reactions, metabolites
        As :func:`escher_data` takes; one of them is needed.

    Returns
    -------
    tuple of str
        Names that are not on the map.

    Raises
    ------
    MissingExtraError
        Escher is not installed: extra ``escher``.
    FileFormatError
        ``map_file`` is no map.
    InputError
        There are no numbers, or none of their names is on the map.
    OutputError
        ``path`` cannot be written.

    Examples
    --------
    ``escher_map("core.json", "fluxes.html", reactions=state.fluxes)`` puts fluxes on a map that was
    saved from escher.github.io as ``core.json``. A map alone is not drawn:

    >>> try:
    ...     sr.plots.escher_map("core.json", "fluxes.html")
    ... except sr.errors.InputError as error:
    ...     print(error)
    A map needs numbers: reactions=, metabolites=, or both.
    """
    if reactions is None and metabolites is None:
        raise InputError("A map needs numbers: reactions=, metabolites=, or both.")
    escher = import_extra("escher", extra="escher", needed_by="Drawing a map")
    require_writable_place(Path(path).resolve())
    content = _read_map(map_file)
    drawn = {
        "reaction": _identifiers(content["reactions"]),
        "metabolite": _identifiers(content["nodes"]),
    }
    data, missing = {}, []
    for kind, values in (("reaction", reactions), ("metabolite", metabolites)):
        if values is None:
            continue
        table = escher_data(values).rename(index=drawn[kind])
        absent = [name for name in table.index if name not in drawn[kind].values()]
        if len(absent) == len(table):
            raise InputError(
                f"None of the {kind}s is on the map of {os.fspath(map_file)}: got {listed(absent)};"
                f" it has {listed(sorted(drawn[kind].values()))}."
            )
        missing += absent
        data[f"{kind}_data"] = {str(name): float(one) for name, one in table.items()}
    header = content.pop("header")
    text = json.dumps([header, content]).replace("</", "<\\/")
    write_text(path, _page(escher, text, data))
    return tuple(missing)


def _read_map(map_file: str | os.PathLike[str]) -> dict[str, Any]:
    refuse_pointer(map_file)
    try:
        header, body = json.loads(Path(map_file).read_text(encoding="utf-8"))
        found = {**body, "header": header}
        complete = isinstance(found["reactions"], dict) and isinstance(found["nodes"], dict)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise FileFormatError(
            f"{os.fspath(map_file)} cannot be read as a map of Escher (JSON): {error}. Save one "
            "with Escher, or download it from escher.github.io."
        ) from error
    if not complete:
        raise FileFormatError(
            f"{os.fspath(map_file)} has no reactions and nodes, as maps of Escher do."
        )
    return found


def _identifiers(parts: Mapping[str, Any]) -> dict[str, str]:
    """Return what the map's names are in kinetic models, to the names on the map."""
    names = {str(one["bigg_id"]) for one in parts.values() if "bigg_id" in one}
    return {_on_maps(sanitized(name)): name for name in sorted(names)}


def _page(escher: Any, text: str, data: Mapping[str, Mapping[str, float]]) -> str:
    """Return Escher's page with its scripts within."""
    builder = escher.Builder(map_json=text, **data)
    with TemporaryDirectory() as folder:
        builder.save_html(
            os.path.join(folder, "map.html"),
            js_source="local",
            menu="zoom",
            enable_editing=False,
            never_ask_before_quit=True,
        )
        root = Path(folder) / "map"
        page = (root / "index.html").read_text(encoding="utf-8")
        styles = [(root / name).read_text(encoding="utf-8") for name in _LINK.findall(page)]
        scripts = [one.read_text(encoding="utf-8") for one in sorted(root.rglob("*.js"))]
    page = _LINK.sub("", re.sub(r'<link rel="shortcut icon"[^>]*>', "", page))
    return page.replace("</head>", "".join(_within(styles, scripts)) + "</head>", 1)


def _within(styles: Sequence[str], scripts: Sequence[str]) -> list[str]:
    shown = [f"<style>{text}</style>\n" for text in styles]
    return shown + [
        "<script>{}</script>\n".format(re.sub("</(?=script)", r"<\\/", text)) for text in scripts
    ]
