"""No part of the package runs text, or unpickles: held by walking the source."""

from __future__ import annotations

import ast
from pathlib import Path

import skimpy_renaissance as sr

SOURCES = sorted(Path(sr.__file__).parent.rglob("*.py"))
RUN_TEXT = {
    *("eval", "exec", "sympify", "parse_expr", "lambdify"),
    *("unsafe_load", "full_load", "read_pickle", "to_pickle"),
}
UNPICKLE = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


def _calls(path: Path) -> list[tuple[str, ast.Call]]:
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    named = [(node.func, node) for node in calls]
    return [
        (func.id if isinstance(func, ast.Name) else func.attr, node)
        for func, node in named
        if isinstance(func, ast.Name | ast.Attribute)
    ]


def _is_torch_model(node: ast.Call) -> bool:
    """Tell ``model.eval()`` from the builtin."""
    return isinstance(node.func, ast.Attribute) and not node.args


def test_text_is_not_run() -> None:
    found = {
        f"{path.name}: {name}"
        for path in SOURCES
        for name, node in _calls(path)
        if name in RUN_TEXT and not _is_torch_model(node)
    }
    assert found == {"template.py: lambdify"}  # rate laws, whose identifiers are numbered


def test_nothing_is_unpickled() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in getattr(node, "names", ()) if hasattr(alias, "name")]
            module = getattr(node, "module", None)
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert not {*names, module} & UNPICKLE, path
        for name, node in _calls(path):
            options = {keyword.arg: keyword.value for keyword in node.keywords}
            allowed = options.get("allow_pickle")
            assert allowed is None or ast.literal_eval(allowed) is False, path
            if name == "load" and ast.unparse(node.func) in {"np.load", "numpy.load"}:
                assert allowed is not None, path
            assert ast.unparse(node.func) != "torch.load" or "weights_only" in options, path


def test_yaml_is_read_by_safe_loaders_only() -> None:
    for path in SOURCES:
        for _, node in _calls(path):
            if ast.unparse(node.func) == "yaml.load":
                assert ast.unparse(node.args[1]) == "TextKeyLoader", path
