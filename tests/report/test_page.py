"""A page is one file: nothing is loaded, text is escaped, every picture has words."""

from html.parser import HTMLParser

import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.report import Picture, Section, Table, Text, Warn, write_page


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
