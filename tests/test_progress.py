"""Bars appear where someone watches: on a terminal, and in a notebook with or without widgets."""

import runpy
import sys
import warnings

import pytest

from skimpy_renaissance import progress as module


def test_a_notebook_without_widgets_has_bars_of_text_and_no_warning(monkeypatch, capsys):
    pytest.importorskip("IPython")
    monkeypatch.setitem(sys.modules, "ipykernel.zmqshell", object())
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    for name in ("tqdm.auto", "tqdm.autonotebook", "tqdm.notebook"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        progress_bar = runpy.run_path(module.__file__)["progress_bar"]
    assert [str(one.message) for one in said if "IProgress" in str(one.message)] == []

    with progress_bar(3, progress=None, unit="model") as bar:
        bar.update(3)
    assert "3/3" in capsys.readouterr().err
    with progress_bar(3, progress=False, unit="model") as bar:
        bar.update(3)
    assert capsys.readouterr().err == ""


def test_a_file_has_no_bars_unless_they_are_asked_for(capsys):
    with module.progress_bar(2, progress=None):
        pass
    assert capsys.readouterr().err == ""
    with module.progress_bar(2, progress=True):
        pass
    assert "0/2" in capsys.readouterr().err
