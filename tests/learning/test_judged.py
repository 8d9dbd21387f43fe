"""Verdicts: with candidates or without, by the whole criterion."""

import torch

from skimpy_renaissance.learning import Judged, judge
from skimpy_renaissance.spectrum import Validity


def _models(n=6):
    rng = torch.Generator().manual_seed(0)
    return -6 + torch.randn(2, n, 4, generator=rng, dtype=torch.float64)


def test_the_candidate_axis_may_be_absent(pathway):
    kinetics, criterion = pathway(), Validity(-6.0)
    both = judge(kinetics, _models(), criterion)
    for candidate, log_km in enumerate(_models()):
        alone = judge(kinetics, log_km, criterion)
        for name in ("valid", "lambda_max", "lambda_min", "eigenvalues", "vmax", "incidence"):
            assert torch.equal(getattr(alone, name), getattr(both, name)[candidate]), name
    assert both.proportion.draws == 12
    assert both.proportion.hits == both.valid.sum()


def test_some_of_the_models_keep_their_verdicts(pathway):
    log_km = _models()[0]
    whole = judge(pathway(), log_km, Validity(-6.0), whole=True)
    some = whole[whole.valid]
    assert len(some) == whole.valid.sum()
    assert some.valid.all()
    assert torch.equal(some.eigenvalues, whole.eigenvalues[whole.valid])
    assert torch.equal(whole[:2].log_km, log_km[:2])


def test_verdicts_reached_without_spectra_are_taken_as_they_are(pathway):
    log_km = _models()[0]
    verdict = torch.tensor([True, False] * 3)
    unknown = torch.full((6,), torch.nan).double()
    judged = Judged(log_km, unknown, Validity(-6.0), pathway(), decided=verdict)
    assert torch.equal(judged.valid, verdict)
    assert torch.equal(judged[1:3].valid, verdict[1:3])
    assert judged.incidence == 0.5
    assert judged.median != judged.median  # not known
