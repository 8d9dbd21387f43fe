"""``train``: from a kinetic model and a steady state to a trained generator."""

from __future__ import annotations

from skimpy_renaissance.cli.console import INTERRUPTED, say, tell, text_table
from skimpy_renaissance.cli.inputs import bind_state, read_inputs
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.record import RECORD, RESOLVED, Record, claim_folder
from skimpy_renaissance.cli.requirements import TRADE_OFF, bound_requirements, write_trade_off
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.cli.training import HISTORY, INCIDENCE, train_in, write_history

__all__ = ["EXAMPLE", "train_command"]

EXAMPLE = (
    "Example: skimpy-renaissance train --model kin_varma.yml --states tfa_samples.csv --state 0 "
    "--concentration-scaling 1e6 --density 1200 --gdw-gww-ratio 0.3 --partition -15 --output runs/a"
)


@with_settings("model", "units", "states", "criterion", "generator", "nes", "run")
def train_command(given: Given) -> int:
    """Train a generator whose models are valid; called again, it goes on where it stopped.

    The output folder holds the generator (a checkpoint after every generation), history.csv,
    incidence.png, run.json (settings, versions, hashes of the inputs) and resolved.toml, a run file
    that repeats the run. Requirements declared in the run file ([[requirement]]) are rewarded, and
    what they cost one another is written to trade_off.csv and trade_off.png.
    """
    inputs = read_inputs(given.settings())
    settings = inputs.settings
    with limited_to(settings.run.threads):
        bound = bind_state(inputs)
        requirements = bound_requirements(inputs, bound)
        record = Record("train", inputs)
        files = (HISTORY, INCIDENCE, *TRADE_OFF, "manifest.json", "repeat_0")
        folder = claim_folder(record, files=files)
        say(
            f"Training for {inputs.network.name}, {len(bound.km_names)} Km, state "
            f"{inputs.state.name}: valid below {settings.criterion.partition:g} 1/h."
        )
        if requirements is not None:
            say(f"Rewarded: {'; '.join(requirements.labels)}.")
        try:
            trained = train_in(folder, inputs, bound, reward=requirements)
            written = write_history(folder, trained)
            if requirements is not None:
                written += write_trade_off(folder, inputs, bound, requirements, trained=trained[0])
        except KeyboardInterrupt:
            record.write(folder / RECORD, status="stopped", results={})
            tell(f"Stopped; {folder} holds the last checkpoint. The same command goes on from it.")
            return INTERRUPTED
    last = [one.history for one in trained if len(one.history)]
    results = {
        "generations": [one.state.generation for one in trained],
        "incidence": [float(history.incidence[-1]) for history in last],
        "judged": [int(history.judged[-1]) for history in last],
        "seconds": [float(history.seconds[-1]) for history in last],
    }
    record.write(folder / RECORD, status="complete", results=results)
    rows = [("", "generations", "valid at the end", "models judged", "seconds")]
    for number, history in enumerate(last):
        rows.append(
            (
                f"repeat {number}" if len(trained) > 1 else "training",
                str(len(history)),
                f"{100 * history.incidence[-1]:.1f} %",
                str(history.judged[-1]),
                f"{history.seconds[-1]:.0f}",
            )
        )
    say(text_table(rows))
    say(f"Written to {folder}: {', '.join([*written, RECORD, RESOLVED])}")
    place = folder if len(trained) == 1 else folder / "repeat_0"
    say(f"Next: skimpy-renaissance generate {place} -n 1000")
    return 0
