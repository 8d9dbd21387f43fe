"""Pictures of the documentation show what is there."""

from docs.stages import PICTURE, TEXT, as_text, stage_imports


def test_the_picture_of_the_stages_is_that_of_the_present_imports():
    assert PICTURE.exists()
    assert TEXT.read_text() == as_text(stage_imports()), "run python -m docs.stages"
