"""What setup.cfg asks for, and the versions that continuous integration uses."""

from configparser import ConfigParser
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


def _needed() -> list[Requirement]:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    lists = [config["options"]["install_requires"], *config["options.extras_require"].values()]
    return [Requirement(line) for text in lists for line in text.strip().splitlines()]


def _pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    assert len({name for name, _ in pairs}) == len(pairs), "a package is pinned twice"
    return dict(pairs)


def test_each_dependency_of_the_package_has_a_lower_bound_and_no_upper_one():
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    for line in config["options"]["install_requires"].strip().splitlines():
        assert [one.operator for one in Requirement(line).specifier] == [">="], line


def test_what_is_pinned_is_allowed():
    pinned = _pinned()
    refused = [str(n) for n in _needed() if n.name in pinned and pinned[n.name] not in n.specifier]
    assert refused == []
