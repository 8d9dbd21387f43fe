"""Published numbers of Fig. 4 and 5 beside those found, for the study of kinetic data."""

from __future__ import annotations

import numpy as np

from skimpy_renaissance.analyses import Finding
from skimpy_renaissance.analyses.integrated_km_answers import Answers, Question
from skimpy_renaissance.analyses.integrated_km_result import of_how_many
from skimpy_renaissance.analyses.integrated_km_runs import ABOUT
from skimpy_renaissance.kinetic_data.effects import Effect

__all__ = ["kinetic_data_findings"]


def kinetic_data_findings(found: Answers, trained: Answers | None = None) -> list[Finding]:
    """Return the numbers of Fig. 4 and 5, published and found.

    Parameters
    ----------
    found
        What all valid models tell.
    trained
        What models of trained generators tell, as in the paper.

    Returns
    -------
    list of Finding
        Published numbers are those of trained generators.
    """
    return [
        *_of_sizes(found),
        *_of_enzyme(found),
        *_of_focus(found),
        *_of_everything(found),
        *([] if trained is None else _of_trained(trained, found)),
    ]


def _of_sizes(found: Answers) -> list[Finding]:
    seen = found.observations
    n_km = found.without.models.shape[1]
    without = 100 * float(np.mean(found.without.incidence))
    return [
        Finding(
            "Km with a measured value",
            "108 of 384",
            f"{len(seen.ranges)} of {n_km}",
            note="measured" if seen.are_real else "a stand-in, measured by nobody",
        ),
        *(
            Finding(
                f"share of the prior that is valid, Km of {one.name} integrated",
                None,
                100 * float(np.mean(one.incidence)),
                "%",
                note=f"without data {without:.2g} %",
            )
            for one in found.questions
            if one.kind != "subsystem" or one is found.focus
        ),
    ]


def _of_enzyme(found: Answers) -> list[Finding]:
    enzyme, effects = found.questions[0], found.questions[0].effects
    return [
        *_shift(f"KS distance of the Vmax of {enzyme.name}, Km fixed or not",
                "restricted (Fig. 4b)", effects.get(("own_vmax", "shift"))),
        *_shift(f"KS distance of Km of other reactions, Km of {enzyme.name} fixed or not",
                "some moved (Fig. 4b)", effects.get(("km", "shift"))),
        *_shift(f"KS distance of Vmax of other reactions, Km of {enzyme.name} fixed or not",
                "some moved (Fig. 4b)", effects.get(("vmax", "shift"))),
    ]  # fmt: skip


def _of_focus(found: Answers) -> list[Finding]:
    focus, chance = found.focus, found.without.by_chance
    part = f"parts of {focus.name} integrated ({focus.n_integrated} of {len(focus.km_names)})"
    return [
        Finding(
            f"held-out Km of {focus.name} with a higher overlap, {part}",
            "16 of 17",
            of_how_many(focus.inside(focus.change)),
            note=f"all valid models; without data {of_how_many(focus.inside(chance))}",
        ),
        Finding(
            f"measured Km elsewhere with a higher overlap, {part}",
            "85 of 91",
            of_how_many(focus.outside(focus.change)),
            note=f"all valid models; without data {of_how_many(focus.outside(chance))}",
        ),
        Finding(
            "measured Km with a higher overlap where fewer models are looked at, no data at all",
            None,
            of_how_many(found.without.by_number),
            note=f"single runs, against {len(found.without.incidence) // 2} runs together: the "
            "range from the smallest to the largest value of fewer models is narrower",
        ),
        *_shift(
            f"KS distance of Km of other reactions, {part}",
            "6 of 6 improve (Fig. 5d)",
            focus.effects.get(("km", "shift")),
        ),
        *_gain(
            f"Km of other reactions predicted better, {part}", focus.effects.get(("km", "gain"))
        ),
        Finding(
            "subsystems that move the Km of other reactions (p < 0.05)",
            "6 of 6",
            _how_many_move(found),
            note="published: improve on average, read off Fig. 5d",
        ),
    ]


def _of_everything(found: Answers) -> list[Finding]:
    everything = next((one for one in found.questions if one.kind == "everything"), None)
    if everything is None:
        return []
    findings = []
    for about, what in ABOUT.items():
        shift, gain = (everything.effects.get((about, number)) for number in ("shift", "gain"))
        published = "clusters apart (Fig. 5f)" if about.endswith("km") else None
        findings += _shift(f"KS distance of {what}, all measured Km integrated", published, shift)
        findings += _gain(f"{what} predicted better, all measured Km integrated", gain)
    return findings


def _of_trained(trained: Answers, found: Answers) -> list[Finding]:
    focus, chance = trained.focus, trained.without.by_chance
    enzyme = trained.questions[0]
    n = len(trained.without.incidence)
    least = min(share for one in trained.questions for share in one.incidence)
    fixed = 100 * float(np.mean(enzyme.incidence))
    return [
        Finding(f"trained: incidence with the Km of {enzyme.name} fixed", "> 99", fixed, "%"),
        Finding("trained: smallest incidence of any training", "> 90", 100 * least, "%"),
        Finding(
            f"trained: held-out Km of {focus.name} with a higher overlap",
            "16 of 17",
            of_how_many(focus.inside(focus.change)),
            note=f"another training without data {of_how_many(focus.inside(chance))}",
        ),
        Finding(
            "trained: measured Km elsewhere with a higher overlap",
            "85 of 91",
            of_how_many(focus.outside(focus.change)),
            note=f"another training without data {of_how_many(focus.outside(chance))}",
        ),
        *_shift(
            "trained: KS distance of Km of other reactions, parts integrated",
            None,
            focus.effects.get(("km", "shift")),
        ),
        *_gain(
            "trained: Km of other reactions predicted better, parts integrated",
            focus.effects.get(("km", "gain")),
        ),
        Finding(
            "trained: KS distance of two trainings without data",
            None,
            trained.without.apart,
            note=f"of {n} trainings, mean over Km; two runs of all valid models "
            f"{found.without.apart:.3f}",
        ),
        Finding(
            "trained: width of a predicted range, of the prior's",
            None,
            100 * trained.without.width,
            "%",
            note=f"ln Km; all valid models {100 * found.without.width:.0f} %",
        ),
    ]


def _how_many_move(found: Answers) -> str:
    asked = [one for one in found.questions if one.kind == "subsystem" and _moves(one) is not None]
    return f"{sum(bool(_moves(one)) for one in asked)} of {len(asked)}"


def _moves(one: Question) -> bool | None:
    effect = one.effects.get(("km", "shift"))
    return None if effect is None else effect.p_value < 0.05


def _shift(quantity: str, published: str | None, effect: Effect | None) -> list[Finding]:
    if effect is None:
        return []
    ours = f"{effect.found:.4f} ({effect.by_chance.mean():.4f}), p = {effect.p_value:.2g}"
    note = f"+- {effect.error:.4f}; {effect.n} constants"
    return [Finding(f"{quantity} (without data)", published, ours, note=note)]


def _gain(quantity: str, effect: Effect | None) -> list[Finding]:
    if effect is None:
        return []
    chance = f"({effect.by_chance.mean():.1f} %), p = {effect.p_value:.2g}"
    ours = f"{effect.found:.1f} +- {effect.error:.1f} % {chance}"
    note = f"of the score (CRPS) without data; {effect.n} constants"
    return [Finding(f"{quantity} (without data)", None, ours, note=note)]
