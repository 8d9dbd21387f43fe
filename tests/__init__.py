"""Tests by the path of their module: ``tests/a/test_b.py`` for ``skimpy_renaissance/a/b.py``."""
