"""What a search of hyper-parameters found: its trials, what decided, and the best choice."""

from __future__ import annotations

from skimpy_renaissance.analyses.result import AnalysisResult, Drawing, text_rows
from skimpy_renaissance.plots import plot_tuning
from skimpy_renaissance.tuning import PUBLISHED, Effort, Tuning
from skimpy_renaissance.tuning.search_result import ENOUGH

__all__ = ["cost_in_words", "tuning_result"]


def tuning_result(tuning: Tuning, *, organism: str, effort: Effort) -> AnalysisResult:
    """Return the trials of a search, what decided, and the best choice beside the published one.

    Parameters
    ----------
    tuning
        As :func:`~skimpy_renaissance.tuning.tune` returns it.
    organism
        In words, for the caption.
    effort
        What each trial may cost.

    Returns
    -------
    AnalysisResult
        Tables ``trials``, ``curves`` and ``importance``.
    """
    trials = tuning.trials
    complete = int((trials["state"] == "complete").sum())
    few = (
        f"{complete} complete trials are too few to rank hyper-parameters: importances are a "
        f"ranking from {ENOUGH} on."
    )
    caption = (
        f"{len(trials)} trials for {organism}, {cost_in_words(effort)}: which hyper-parameters "
        "decided whether a trial was among the best quarter, and the incidence against each of "
        "them." + ("" if complete >= ENOUGH else f" {few}")
    )
    return AnalysisResult(
        tables={
            "trials": trials,
            "curves": tuning.curves,
            "importance": tuning.importance.rename_axis("hyper-parameter").reset_index(),
        },
        drawings={
            "tuning": Drawing(lambda figure: plot_tuning(tuning, figure), caption, (8.0, 6.4))
        },
        numbers={
            "complete": complete,
            "pruned": int((trials["state"] == "pruned").sum()),
            "best_trial": tuning.best_trial,
            "best_incidence": tuning.incidence_of(tuning.best_trial),
            "models_judged": int(trials["judged"].fillna(0).sum()),
        },
        warnings=[] if complete >= ENOUGH else [few],
        summary=text_rows(
            [
                *(
                    _row("published", n, tuning)
                    for n, c in tuning.choices.items()
                    if c == PUBLISHED
                ),
                _row("best", tuning.best_trial, tuning),
            ]
        ),
    )


def cost_in_words(effort: Effort) -> str:
    """Say what a trial may cost.

    Parameters
    ----------
    effort
        Models or generations, and trainings.

    Returns
    -------
    str
    """
    models = (
        f"{effort.budget} models judged"
        if effort.generations is None
        else f"{effort.generations} generations"
    )
    return f"{models} in each training, {effort.repeats} per trial"


def _row(label: str, trial: int, tuning: Tuning) -> dict[str, str]:
    choice = tuning.choices[trial]
    return {
        "": label,
        "trial": str(trial),
        "valid": f"{100 * tuning.incidence_of(trial):.1f} %",
        "candidates": str(choice.n_candidates),
        "models each": str(choice.models_per_candidate),
        "radius": f"{choice.search_radius:.3g}",
        "rate": f"{choice.learning_rate:.3g}",
        "decay": f"{choice.decay:.3g}",
        "layers": "-".join(map(str, choice.hidden)),
    }
