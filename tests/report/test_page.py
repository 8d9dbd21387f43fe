"""A page is one file: nothing is loaded, text is escaped, every picture has words."""

from html.parser import HTMLParser

import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.report import (
    Commands,
    Folded,
    Picture,
    Points,
    Section,
    Table,
    Text,
    Warn,
    write_page,
)


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture
def page(tmp_path):
    figure = Figure(figsize=(2, 1))
    figure.add_subplot().plot([0, 1], [0, 1])
    blocks = [
        Text("Km < 1 & rising"),
        Warn("Few models."),
        Table(("Km", "mol/L"), [("<b>PFK</b>", "1e-3")], caption="Constants."),
        Picture.of_figure(figure, "A line."),
        Points("This permits", ["Averages within 5 %."]),
        Commands([("skimpy-renaissance check 'my file.h5'", "See whether it holds.")]),
        Folded("Details", [Text("At -2.5 1/h <b> (--take-all)."), Warn("Few.")]),
    ]
    sections = [Section("Kinetic model", blocks)]
    write_page(tmp_path / "p.html", sections, title="E. coli", subtitle="core")
    reader = Reader()
    reader.feed((tmp_path / "p.html").read_text())
    return reader


def test_nothing_is_loaded_from_elsewhere(page):
    for tag, attributes in page.tags:
        assert tag not in {"script", "link", "iframe"}
        for name in ("src", "href"):
            if name in attributes:
                assert attributes[name].startswith(("data:image/png;base64,", "#"))


def test_text_is_shown_not_interpreted(page):
    assert "Km < 1 & rising" in "".join(page.text)
    assert "<b>PFK</b>" in "".join(page.text)
    assert "b" not in {tag for tag, _ in page.tags}


def test_every_picture_says_in_words_what_it_shows(page):
    assert [a["alt"] for tag, a in page.tags if tag == "img"] == ["A line."]


def test_the_contents_lead_to_the_sections(page):
    targets = [a["href"] for tag, a in page.tags if tag == "a"]
    assert targets == [f"#{a['id']}" for tag, a in page.tags if tag == "section"]


def test_commands_are_shown_as_they_are_typed(page):
    assert "skimpy-renaissance check 'my file.h5'" in page.text


def test_a_number_keeps_its_unit_on_the_line_and_text_stays_as_it_is(page):
    kept = [a for tag, a in page.tags if tag == "span"]
    assert kept == [{"class": "n"}] * 3
    assert "5 %" in page.text
    assert "-2.5 1/h" in page.text
    assert "--take-all" in page.text
    assert "At -2.5 1/h <b> (--take-all)." in "".join(page.text)


def test_details_are_folded_on_the_screen_and_open_in_print(page):
    (details,) = (a for tag, a in page.tags if tag == "details")
    assert "open" not in details
    (body,) = (a for tag, a in page.tags if tag == "body")
    assert "open = true" in body["onbeforeprint"]
    assert "details::details-content { content-visibility: visible;" in _printed(page)


def test_nothing_is_cut_off_in_print_or_on_a_telephone(page):
    """Boxes that scroll on the screen wrap on paper; wide tables scroll in a box of their own."""
    rules = _printed(page)
    assert ".scroll, pre.scroll { overflow: visible; }" in rules
    assert "pre { white-space: pre-wrap; overflow-wrap: anywhere; }" in rules
    assert "figure.picture, tr, .warning, .command, li { break-inside: avoid;" in rules
    inside: list[str] = []
    for tag, attributes in page.tags:
        if tag == "table":
            assert inside[-1] == "scroll"
        inside.append(attributes.get("class", ""))
    assert any(a.get("content") == "width=device-width, initial-scale=1" for _, a in page.tags)
    style = next(text for text in page.text if "@media print" in text)
    assert "img { max-width: 100%;" in style


def _printed(page):
    return next(text for text in page.text if "@media print" in text).split("@media print")[1]
