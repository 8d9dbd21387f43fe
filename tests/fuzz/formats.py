"""Every format that is read."""

from tests.fuzz.array_formats import ARRAY_FORMATS
from tests.fuzz.format import Format
from tests.fuzz.text_formats import TEXT_FORMATS

__all__ = ["FORMATS"]

FORMATS: dict[str, Format] = {**TEXT_FORMATS, **ARRAY_FORMATS}
