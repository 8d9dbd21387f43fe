"""The generator and its outputs."""

import math

import pytest
import torch
from torch import nn

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import Generator, batch_minmax, sigmoid
from skimpy_renaissance.priors import KmSpace, random_stream

LOWER, UPPER = math.log(1.3e-11), math.log(20.0)


def stream(seed=0):
    return random_stream(seed, purpose="test")


def space(n_km, generator=None):
    return KmSpace.of(
        [f"km_{i}" for i in range(n_km)],
        torch.full((n_km, 2), torch.nan, dtype=torch.float64),
        default_range=(generator or Generator()).range,
    )


def test_the_paper_s_generator_of_384_constants_has_1_076_352_weights():
    assert Generator().n_weights(384) == 1_076_352
    assert Generator().initial_weights(384, rng=stream()).shape == (1_076_352,)


def test_the_forward_pass_equals_torch_layers_with_the_same_weights():
    generator = Generator(latent=7, hidden=(11, 5))
    weights = torch.randn(generator.n_weights(3), generator=stream())
    latent = generator.draw(13, rng=stream(1))
    layers, start = [], 0
    for n_in, n_out in [(8, 11), (11, 5), (5, 3)]:
        layer = nn.utils.skip_init(nn.Linear, n_in, n_out)
        matrix = weights[start : start + n_in * n_out].view(n_in, n_out)
        bias = weights[start + n_in * n_out : start + (n_in + 1) * n_out]
        layer.weight, layer.bias = nn.Parameter(matrix.T), nn.Parameter(bias)
        layers += [layer, nn.LeakyReLU(0.2)]
        start += (n_in + 1) * n_out
    network = nn.Sequential(*layers[:-1])
    with torch.no_grad():
        expected = network(torch.cat([latent, torch.ones(13, 1)], dim=1)).double()
    values = generator.values(weights, latent)
    torch.testing.assert_close(
        values / values.std(), expected / expected.std(), rtol=1e-5, atol=1e-5
    )


def test_many_weight_vectors_at_once_equal_one_after_the_other():
    generator = Generator(latent=7, hidden=(11, 5))
    weights = torch.randn(4, generator.n_weights(3), generator=stream())
    latent = generator.draw(4, 6, rng=stream(1))
    together = generator.values(weights, latent)
    one_by_one = [generator.values(w, z) for w, z in zip(weights, latent, strict=True)]
    torch.testing.assert_close(together, torch.stack(one_by_one), rtol=1e-5, atol=1e-6)


def test_weights_start_glorot_uniform_with_zero_biases():
    generator = Generator(latent=49, hidden=(200,))
    weights = generator.initial_weights(40, rng=stream())
    matrix, bias = weights[: 50 * 200], weights[50 * 200 : 51 * 200]
    limit = math.sqrt(6 / 250)
    assert matrix.abs().max() <= limit
    assert matrix.var().item() == pytest.approx(limit**2 / 3, rel=0.05)
    assert not bias.any()
    assert not weights[-40:].any()


def test_the_scale_of_the_values_is_the_one_written_in_the_docstring():
    generator = Generator(latent=2, hidden=(3,), spread=0.7)
    weights = torch.randn(generator.n_weights(2), generator=stream())
    first, bias, head, shift = weights.double().split([9, 3, 6, 2])
    power = 0.52 * (first.square().sum() + bias.square().sum()) / 3
    power = (power * head.square().sum() + shift.square().sum()) / 2
    z = generator.draw(5, rng=stream(1))
    hidden = nn.functional.leaky_relu(
        torch.cat([z, torch.ones(5, 1)], 1).double() @ first.view(3, 3) + bias, 0.2
    )
    expected = 0.7 * (hidden @ head.view(3, 2) + shift) / power.sqrt()
    torch.testing.assert_close(generator.values(weights, z), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("walk", [0.0, 0.3])  # untrained, and after a random walk with biases
def test_values_have_the_root_mean_square_asked_for_whatever_the_size_of_the_weights(walk):
    generator = Generator(latent=19, hidden=(60, 40), spread=2.0)
    squares = []
    for seed in range(40):
        weights = generator.initial_weights(25, rng=stream(seed))
        weights = weights + walk * torch.randn(weights.shape, generator=stream(seed + 500))
        squares.append(generator.values(weights, generator.draw(50, rng=stream(seed + 1000))) ** 2)
    # standard error of the mean over 40 networks: 0.03 and 0.04
    assert torch.stack(squares).mean().sqrt().item() == pytest.approx(2.0, rel=0.1)


def test_an_untrained_generator_covers_most_of_the_range():
    generator = Generator()
    where = space(384)
    for output, reach in [(sigmoid, 0.7), (batch_minmax, 0.999)]:
        weights = generator.initial_weights(384, rng=stream())
        values = generator.values(weights, generator.draw(100, rng=stream(1)))
        log_km = output(values, where.lower, where.upper)
        assert (log_km.max() - log_km.min()).item() > reach * (UPPER - LOWER)
        assert log_km.std(0).mean().item() > 2.0  # of each constant, between models


def test_the_network_is_float32_and_ln_km_float64():
    generator = Generator(hidden=(8,))
    weights = generator.initial_weights(3, rng=stream())
    values = generator.values(weights, generator.draw(5, rng=stream(1)))
    assert weights.dtype == torch.float32
    assert generator.squash(values, space(3)).dtype == torch.float64


def test_sigmoid_looks_at_each_model_alone_and_batch_minmax_at_the_whole_batch():
    values = torch.randn(20, 3, dtype=torch.float64, generator=stream())
    lower, upper = torch.full((3,), LOWER).double(), torch.full((3,), UPPER).double()
    assert torch.equal(sigmoid(values, lower, upper)[:5], sigmoid(values[:5], lower, upper))
    alone = batch_minmax(values[:5], lower, upper)
    assert (batch_minmax(values, lower, upper)[:5] - alone).abs().max() > 0.1


def test_batch_minmax_is_linear_and_touches_both_ends():
    values = torch.tensor([[0.0, 1.0], [2.0, 4.0]], dtype=torch.float64)
    lower, upper = torch.tensor([-8.0, -8.0]).double(), torch.tensor([0.0, 0.0]).double()
    expected = torch.tensor([[-8.0, -6.0], [-4.0, 0.0]]).double()
    torch.testing.assert_close(batch_minmax(values, lower, upper), expected)


def test_batch_minmax_rescales_each_candidate_by_itself_and_ignores_scale():
    values = torch.randn(3, 10, 2, dtype=torch.float64, generator=stream())
    lower, upper = torch.tensor([-8.0, -8.0]).double(), torch.tensor([0.0, 0.0]).double()
    one_by_one = torch.stack([batch_minmax(v, lower, upper) for v in values])
    torch.testing.assert_close(batch_minmax(values, lower, upper), one_by_one)
    torch.testing.assert_close(batch_minmax(7 * values + 3, lower, upper), one_by_one)


def test_batch_minmax_of_one_repeated_value_lies_mid_range():
    values = torch.ones(4, 2, dtype=torch.float64)
    lower, upper = torch.tensor([-8.0, 0.0]).double(), torch.tensor([0.0, 1.0]).double()
    assert batch_minmax(values, lower, upper).tolist() == [[-4.0, 0.5]] * 4


@pytest.mark.parametrize("output", [sigmoid, batch_minmax])
def test_outputs_never_leave_the_bounds(output):
    values = 1e3 * torch.randn(500, 3, dtype=torch.float64, generator=stream())
    lower = torch.tensor([-25.3, -3.1, 0.7], dtype=torch.float64)
    upper = torch.tensor([2.9, -3.1, 0.7000001], dtype=torch.float64)
    log_km = output(values, lower, upper)
    assert bool((log_km >= lower).all())
    assert bool((log_km <= upper).all())


def test_a_function_of_the_user_can_be_the_output():
    def middle(values, lower, upper):
        return (lower + upper) / 2 + 0 * values

    generator = Generator(output=middle, hidden=(4,))
    weights = generator.initial_weights(2, rng=stream())
    values = generator.values(weights, generator.draw(3, rng=stream()))
    expected = torch.full((3, 2), (LOWER + UPPER) / 2, dtype=torch.float64)
    torch.testing.assert_close(generator.squash(values, space(2)), expected)


def test_an_output_of_another_shape_is_named():
    generator = Generator(output=lambda values, *_: values[:, :1], hidden=(4,))
    values = torch.zeros(3, 2, dtype=torch.float64)
    with pytest.raises(InputError, match=r"float64 of shape \(3, 2\)"):
        generator.squash(values, space(2))


def test_values_are_differentiable_in_the_weights():
    generator = Generator(latent=3, hidden=(4,))
    weights = generator.initial_weights(2, rng=stream()).requires_grad_()
    latent = generator.draw(5, rng=stream(1))

    def loss(w):
        return generator.squash(generator.values(w, latent), space(2)).square().mean()

    (gradient,) = torch.autograd.grad(loss(weights), weights)
    direction = torch.randn(weights.shape, generator=stream(2))
    with torch.no_grad():
        step = 1e-2 * direction
        difference = (loss(weights + step) - loss(weights - step)) / 2e-2
    assert difference.item() == pytest.approx((gradient @ direction).item(), rel=1e-2)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"output": "tanh"}, "output must be one of"),
        ({"latent": 0}, "latent"),
        ({"hidden": (8, 0)}, "hidden"),
        ({"range": (1.0, -1.0)}, "range"),
        ({"range": (1.0, math.inf)}, "range"),
        ({"spread": 0.0}, "spread"),
    ],
)
def test_an_unusable_architecture_is_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        Generator(**wrong)


def test_weights_that_do_not_fit_are_refused():
    generator = Generator(hidden=(4,))
    with pytest.raises(InputError, match="does not fit"):
        generator.values(torch.zeros(generator.n_weights(3) + 1), torch.zeros(1, 99))


def test_places_between_bounds_do_not_depend_on_the_number_of_threads():
    """To the last bit, also where a thread's share of the batch ends anywhere."""
    values = torch.randn(4001, 33, dtype=torch.float64, generator=stream())
    before, found = torch.get_num_threads(), []
    try:
        for threads in range(1, 8):
            torch.set_num_threads(threads)
            found.append(Generator().squash(values, space(33)))
    finally:
        torch.set_num_threads(before)
    assert all(torch.equal(one, found[0]) for one in found)
