"""Ctrl-C and SIGTERM end the program in words at any moment."""

import signal
import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("loaded", ["typer.models", "torch.types"])
def test_asked_to_end_while_libraries_are_loaded_there_is_no_traceback(asked, loaded):
    command = [sys.executable, "-X", "importtime", "-m", "skimpy_renaissance", "check"]
    command += ["-m", "e_coli_core"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        for line in running.stderr:
            if line.startswith("import time:") and line.split("|")[-1].strip() == loaded:
                running.send_signal(asked)
                break
        told = [line for line in running.stderr if not line.startswith("import time:")]
    assert told[-1] == "Interrupted.\n"
    assert "Traceback" not in "".join(told)
    # Python ends itself by SIGINT where code in a string was interrupted; a shell sees 130 too
    assert running.returncode in (130, -signal.SIGINT)
