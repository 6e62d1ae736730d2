"""A graphics card that is pretended: what would go wrong on one goes wrong without one.

Tensors say that they are on ``cuda:0`` and are computed on the processor. As on a card, they do not
mix with tensors of the processor and have no ``numpy()``, and autocast casts what it casts there.
Whatever would make the host wait for a card is noted. What a card's own kernels refuse, or
compute otherwise, is not seen.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial, partialmethod
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves, tree_map_only

from isthmus.models import varlen
from isthmus.search.speed import fastest_number, int8_is_right
from isthmus.testing.flash import plain_flash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEVICE = torch.device("cuda", 0)
MEMORY = 16 * 2**30

IN_BF16 = {
    "linear", "matmul", "mm", "bmm", "addmm", "baddbmm", "addbmm", "mv", "addmv", "addr",
    "__matmul__", "__rmatmul__", "scaled_dot_product_attention",
}  # fmt: skip
"""What autocast computes in bf16 on CUDA, of what encoders use, by PyTorch's documentation."""

IN_FP32 = {
    "softmax", "log_softmax", "layer_norm", "group_norm", "cross_entropy", "nll_loss", "kl_div",
    "mse_loss", "l1_loss", "cosine_similarity", "normalize", "norm", "sum", "prod", "cumsum",
    "cumprod", "pow", "__pow__", "__rpow__", "exp", "expm1", "log", "log1p", "log2", "log10",
    "reciprocal", "rsqrt", "__rtruediv__", "softplus",
}  # fmt: skip
"""What it computes in fp32 there."""

SIZED_BY_VALUES = {
    "_local_scalar_dense", "nonzero", "masked_select", "_unique2", "equal",
}  # fmt: skip
"""Operations whose result the host has to know before it goes on."""

TO_HOST = {
    "item", "tolist", "__bool__", "__int__", "__float__", "__index__", "__contains__",
}  # fmt: skip
"""What Python has of a tensor is on the host."""


class OnCard(Tensor):
    """A tensor that says it is on the card; ``held`` has its numbers."""

    held: Tensor
    card: Card
    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]  # noqa: SLF001

    @staticmethod
    def __new__(cls, held: Tensor, card: Card) -> OnCard:
        """Takes over a tensor of the processor."""
        tensor: OnCard = Tensor._make_subclass(cls, held.detach())  # noqa: SLF001
        tensor.held, tensor.card = held.detach(), card
        return tensor

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        """The card."""
        return DEVICE

    @property
    def is_cuda(self) -> bool:  # type: ignore[override]
        """Whether it is on a card."""
        return True

    def __repr__(self, **_: Any) -> str:  # type: ignore[override]
        """Shows its numbers."""
        return f"OnCard({self.held})"

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Is saved as the tensor that it holds."""
        return self.held.__reduce_ex__(protocol)  # type: ignore[no-untyped-call]

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        """Is copied on the card."""
        copied: Tensor = OnCard(self.held.clone(), self.card)
        if isinstance(self, nn.Parameter):
            copied = nn.Parameter(copied, requires_grad=self.requires_grad)
        memo[id(self)] = copied
        return copied

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Computes on the processor what is asked of the card."""
        del types
        return _computed(func, args, dict(kwargs or {}))


class Card(TorchFunctionMode):
    """Stands between Python and torch while a card is pretended.

    Attributes:
        waits: What made the host wait for the card, and where.
    """

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[str] = []

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Calls a function of torch as a card would have it."""
        del types
        kwargs = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        if name in ("to", "cuda", "cpu", "pin_memory", "numpy", "__array__"):
            return self._moved(func, name, args, kwargs)
        if name in TO_HOST and any(isinstance(each, OnCard) for each in args):
            self.wait(name)
            return func(*(_held(args)), **kwargs)
        device = kwargs.get("device")
        if device is not None and torch.device(device).type == "cuda":
            kwargs["device"] = "cpu"
            if name in ("tensor", "as_tensor"):
                self.wait("copy from unpinned memory")
            made = func(*args, **kwargs)
            return made if isinstance(made, OnCard) else OnCard(made, self)
        if torch.is_autocast_enabled("cuda"):
            args, kwargs = _autocast(name, args, kwargs)
        return func(*args, **kwargs)

    def wait(self, why: str) -> None:
        """Notes that the host waits."""
        self.waits.append(f"{why} in {_place()}")

    def moved_in(self, held: Tensor, *, non_blocking: bool) -> Tensor:
        """Copies a tensor to the card."""
        if not (getattr(held, "is_in_pinned_memory", False) and non_blocking):
            self.wait("copy from unpinned memory")
        return OnCard(held.clone(), self)

    def _moved(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        tensor, *rest = args
        here = not isinstance(tensor, OnCard)
        if name == "pin_memory":
            if not here:
                raise RuntimeError("only dense CPU tensors can be pinned")
            pinned = tensor.clone()
            pinned.is_in_pinned_memory = True
            return pinned
        if name in ("numpy", "__array__"):
            if here:
                return func(*args, **kwargs)
            raise TypeError("can't convert a tensor on cuda:0 to numpy: use Tensor.cpu() first")
        device, dtype, non_blocking = _asked(name, rest, kwargs)
        if device is None or (device.type == "cpu") == here:
            return tensor if dtype is None else Tensor.to(tensor, dtype)
        if device.type == "cpu":
            self.wait("copy to the host")
            found = tensor.held.clone()
        else:
            found = self.moved_in(tensor, non_blocking=non_blocking)
        return found if dtype is None else Tensor.to(found, dtype)


@contextmanager
def pretended_card() -> Iterator[Card]:
    """Pretends that there is a graphics card."""
    card = Card()
    properties = SimpleNamespace(total_memory=MEMORY, major=9, minor=0, name="pretended")
    answers = {
        "is_available": True,
        "device_count": 1,
        "current_device": 0,
        "get_device_properties": properties,
        "mem_get_info": (MEMORY, MEMORY),
        "set_device": None,
        "get_rng_state": torch.empty(0),
        "set_rng_state": None,
        "synchronize": None,
    }
    asked_once = varlen.runs_on, fastest_number, int8_is_right
    pool = partial(ThreadPoolExecutor, initializer=card.__enter__)
    with ExitStack() as stack:
        for name, answer in answers.items():
            stack.enter_context(
                patch.object(torch.cuda, name, lambda *_, answer=answer, **__: answer)
            )
        stack.enter_context(
            patch.object(torch.cuda.amp.common, "amp_definitely_not_available", lambda: False)
        )
        stack.enter_context(
            patch.object(torch._C, "_group_tensors_by_device_and_dtype", _grouped)  # noqa: SLF001
        )
        stack.enter_context(patch.object(varlen, "flash", plain_flash))
        # Optimisers ask a driver, which may not be there, whether it captures a graph.
        asks = "_accelerator_graph_capture_health_check"
        stack.enter_context(patch.object(torch.optim.Optimizer, asks, lambda _: None))
        stack.enter_context(patch("isthmus.training.ahead.ThreadPoolExecutor", pool))
        stack.enter_context(patch.object(nn.Module, "to", partialmethod(_to, card)))
        for ask in asked_once:  # what is found out of this card is not said of a real one
            ask.cache_clear()
            stack.callback(ask.cache_clear)
        stack.enter_context(card)
        yield card


_TO = nn.Module.to


def _to(module: nn.Module, card: Card, *args: Any, **kwargs: Any) -> nn.Module:
    """Moves a module. Weights that several of its modules share stay shared, as on a card."""
    if not args or torch.device(args[0]).type != "cuda":
        return _TO(module, *args, **kwargs)
    there: dict[int, nn.Parameter] = {}
    for each in module.modules():
        for name, weight in each._parameters.items():  # noqa: SLF001
            if weight is None or isinstance(weight, OnCard):
                continue
            if id(weight) not in there:
                moved = OnCard(weight.detach().clone(), card)
                there[id(weight)] = nn.Parameter(moved, requires_grad=weight.requires_grad)
            each._parameters[name] = there[id(weight)]  # noqa: SLF001
        for name, buffer in each._buffers.items():  # noqa: SLF001
            if buffer is not None and not isinstance(buffer, OnCard):
                each._buffers[name] = OnCard(buffer.clone(), card)  # noqa: SLF001
    return module


_GROUPED = torch._C._group_tensors_by_device_and_dtype  # noqa: SLF001


def _grouped(tensors: Any, *options: Any) -> Any:
    """Groups tensors for optimisers and norms, which ask below Python where they are."""
    on_card = isinstance(next(each for each in tensors[0] if each is not None), OnCard)
    return {
        (DEVICE if on_card else device, dtype): group
        for (device, dtype), group in _GROUPED(tensors, *options).items()
    }


def _computed(func: Any, args: Any, kwargs: Any) -> Any:
    operands = [each for each in tree_leaves((args, kwargs)) if isinstance(each, Tensor)]
    on_card = [each for each in operands if isinstance(each, OnCard)]
    card = on_card[0].card
    name = func.overloadpacket.__name__
    strangers = [each for each in operands if not isinstance(each, OnCard) and each.ndim]
    if strangers and name != "copy_":
        raise RuntimeError(
            f"{func}: expected all tensors to be on the same device, but found cuda:0 and cpu "
            f"({[tuple(each.shape) for each in strangers]})"
        )
    truths = name in ("index", "index_put", "index_put_") and any(
        each.dtype == torch.bool for each in operands[1:]
    )
    if name in SIZED_BY_VALUES or truths or (strangers and name == "copy_"):
        card.wait(name)
    wrappers = {id(each.held): each for each in on_card}
    if kwargs.get("device") is not None:
        kwargs["device"] = torch.device("cpu")
    args, kwargs = _held((args, kwargs))
    found = func(*args, **kwargs)

    def wrapped(tensor: Tensor) -> Tensor:
        known = wrappers.get(id(tensor))
        return OnCard(tensor, card) if known is None else known

    return tree_map_only(Tensor, wrapped, found)


def _held(values: Any) -> Any:
    return tree_map_only(OnCard, lambda tensor: tensor.held, values)


def _asked(name: str, rest: Any, kwargs: Any) -> tuple[torch.device | None, Any, bool]:
    """Returns which device and type are asked for, and whether the host may go on."""
    if name == "cpu":
        return torch.device("cpu"), None, False
    if name == "cuda":
        return DEVICE, None, bool(kwargs.get("non_blocking", False))
    if rest and isinstance(rest[0], Tensor):
        return rest[0].device, rest[0].dtype, bool(kwargs.get("non_blocking", False))
    kwargs.pop("copy", None)
    device, dtype, non_blocking, _ = torch._C._nn._parse_to(*rest, **kwargs)  # noqa: SLF001
    return device, dtype, non_blocking


def _autocast(name: str, args: Any, kwargs: Any) -> tuple[Any, Any]:
    if name in IN_BF16:
        asked = torch.get_autocast_dtype("cuda")
    elif name in IN_FP32:
        asked = torch.float32
    else:
        return args, kwargs

    def cast(tensor: OnCard) -> Tensor:
        return tensor.to(asked) if tensor.is_floating_point() else tensor

    cast_args, cast_kwargs = tree_map_only(OnCard, cast, (args, kwargs))
    return cast_args, cast_kwargs


def _place() -> str:
    """Returns the line of the package that is at work, else of whatever is."""
    frame = sys._getframe(1)  # noqa: SLF001
    while frame.f_back is not None:
        path = frame.f_code.co_filename.replace("\\", "/")
        if "/isthmus/" in path and not path.endswith("testing/card.py"):
            break
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
