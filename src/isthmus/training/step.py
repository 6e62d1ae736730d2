"""One optimiser step over a declared batch, whole or in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from isthmus.errors import StepFailed
from isthmus.models.model import device_of
from isthmus.training.batches import to_device
from isthmus.training.pieces import num_tokens
from isthmus.training.precision import autocast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isthmus.forms.form import Batch, Form
    from isthmus.models.model import Model
    from isthmus.training.settings import TrainingSettings


def take_step(
    model: Model,
    head: str,
    form: Form,
    batches: Sequence[Batch],
    optimiser: torch.optim.Optimizer,
    settings: TrainingSettings,
) -> torch.Tensor:
    """Takes one step; returns the mean loss over all batches together.

    Raises:
        StepFailed: A graphics card has not enough memory.
    """
    try:
        return _taken(model, head, form, batches, optimiser, settings)
    except torch.OutOfMemoryError as error:
        padded = model.first_position is None
        largest = max(num_tokens(batch, padded=padded) for batch in batches)
        raise StepFailed(
            f"There is no room on {device_of(model)} for {largest} tokens at a time. Run again with "
            f"--max-tokens {max(1, largest // 2)}, or with fewer --workers, which share a card: "
            f"{str(error).splitlines()[0]}"
        ) from error


def _taken(
    model: Model,
    head: str,
    form: Form,
    batches: Sequence[Batch],
    optimiser: torch.optim.Optimizer,
    settings: TrainingSettings,
) -> torch.Tensor:
    loss = backward(model, head, form, batches, settings)
    torch.nn.utils.clip_grad_norm_(
        (weight for weight in model.parameters() if weight.grad is not None),
        settings.max_grad_norm,
    )
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    return loss.double()


def backward(
    model: Model, head: str, form: Form, batches: Sequence[Batch], settings: TrainingSettings
) -> torch.Tensor:
    """Leaves the gradient of the mean loss over all batches together, and returns that loss.

    The mean is over examples, words or masked tokens, as the form has it, whichever batch they
    are in. How many there are in all is only known at the end, so several batches' gradients are
    divided by it then.
    """
    device = device_of(model)
    loss_sum, weight_sum = torch.zeros((), device=device), torch.zeros((), device=device)
    for batch in batches:
        with autocast(settings.precision, device):
            loss, weight = form.loss(model, head, to_device(batch, device))
        if len(batches) == 1:
            loss, weight = loss / weight.clamp(min=1), torch.ones_like(weight)
        loss.backward()  # type: ignore[no-untyped-call]
        loss_sum += loss.detach()
        weight_sum += weight
    weight_sum.clamp_(min=1)
    if len(batches) > 1:
        for each in model.parameters():
            if each.grad is not None:
                each.grad /= weight_sum
    return loss_sum / weight_sum
