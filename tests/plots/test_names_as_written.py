"""Dollars in names are drawn as dollars; the package's own formulas stay formulas."""

from __future__ import annotations

from io import BytesIO

import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.plots.names_as_written import names_as_written
from skimpy_renaissance.plots.rate_axis import LAMBDA_MAX
from skimpy_renaissance.report.page import Picture

NASTY = [r"a$\frac$b", "a$b$c", "$", r"$\input{/etc/passwd}$", "a_$x_c"]


@pytest.mark.parametrize("name", NASTY)
def test_a_name_with_dollars_is_drawn_wherever_it_stands(name: str) -> None:
    figure = Figure()
    ax = figure.subplots()
    ax.plot([1, 10], [1, 10], label=name)
    ax.set(xlabel=name, title=name, yscale="log")
    ax.set_xticks([1, 2], [name, "b"])
    ax.legend()
    ax.annotate(name, (1, 1))
    assert Picture.of_figure(figure, "names").caption == "names"
    if name.count("$") > 1:  # a single one is no formula to matplotlib either
        drawn = [ax.title, ax.xaxis.label, *ax.texts, ax.get_xticklabels()[0]]
        assert [text.get_text() for text in drawn] == [name] * 4
        assert not any(text.get_parse_math() for text in drawn)


@pytest.mark.parametrize(
    "text",
    [
        LAMBDA_MAX,
        r"spread of $\ln K_m$ (prior = 1)",
        r"fastest $\lambda_{\mathrm{max}}$ of a state (1/h)",
        r"$-10^{-3}$",
    ],
)
def test_formulas_of_the_package_stay_formulas(text: str) -> None:
    figure = Figure()
    ax = figure.subplots()
    ax.set(title=text, xscale="log", xlim=(1e-3, 1e3))
    names_as_written(figure).savefig(BytesIO())
    assert ax.title.get_parse_math()
    labels = [label for label in ax.get_xticklabels() if "$" in label.get_text()]
    assert labels
    assert all(label.get_parse_math() for label in labels)
