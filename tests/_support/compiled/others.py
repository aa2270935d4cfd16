"""Operations of torch that are not elementwise, with the shapes of their arguments."""

import torch
from torch import linalg
from torch.nn import functional as F

aten = torch.ops.aten


def _written_in_part(a, b):
    zeros = torch.zeros(5, 4, dtype=a.dtype)
    view = zeros[1:3]
    zeros[:, 1:3] = a[:, :2] * b[:, :2]
    view += 1
    zeros.mul_(2)
    return zeros + view.sum()


def _assigned(a, b):
    total = a * 2
    total[:, 1:3] = b[:, :2].exp()
    return total.square()


def _written_over(a, b):
    total = a * 1
    total.add_(b).mul_(3).clamp_(min=-1)
    return total.sub_(total.exp())


def _out(a, b):
    total = torch.empty_like(a)
    torch.add(a, b, out=total)
    return total * 2


def _squeezed(a, b):
    column = a[:, :1] * 2
    column.squeeze_(1)
    return column * b[:, 0]


# Of two tensors of shape (5, 4).
OF_MATRICES = {
    "sum": lambda a, b: a.sum(),
    "sum of rows": lambda a, b: a.sum(0),
    "sum of columns, kept": lambda a, b: a.sum(1, keepdim=True) * b,
    "sum of a turned tensor": lambda a, b: a.mT.sum(1),
    "sum of a part": lambda a, b: a[1::2, :3].sum(1),
    "sum of nothing": lambda a, b: a[:0].sum(0),
    "sum of truth": lambda a, b: (a > 0).sum(0) * b,
    "sum of a spread tensor": lambda a, b: a[0].expand(5, 4).sum(0),
    "sum of a number": lambda a, b: a[0, 0].sum(),
    "mean": lambda a, b: a.mean(),
    "mean of rows": lambda a, b: a.mean(0, keepdim=True) - b,
    "var": lambda a, b: a.var(),
    "var of rows": lambda a, b: a.var(0, correction=0),
    "std": lambda a, b: a.std(1, keepdim=True) * b,
    "var_mean": lambda a, b: torch.stack(torch.var_mean(a, 0)),
    "norm": lambda a, b: a.norm(),
    "norm of rows": lambda a, b: a.norm(dim=1, keepdim=True) * b,
    "norm of order 1": lambda a, b: linalg.vector_norm(a, 1),
    "norm of order 3": lambda a, b: linalg.vector_norm(a, 3, dim=0),
    "largest norm": lambda a, b: linalg.vector_norm(a, torch.inf, dim=1),
    "amax": lambda a, b: a.amax(1),
    "amax of all": lambda a, b: a.amax(),
    "amin": lambda a, b: a.amin(0, keepdim=True) * b,
    "max": lambda a, b: a.max(),
    "min": lambda a, b: a.min(),
    "max of columns": lambda a, b: a.max(1).values,
    "min of rows": lambda a, b: a.min(0, keepdim=True).values,
    "any": lambda a, b: (a > 1).any(1) * b[:, 0],
    "all": lambda a, b: (a > -1).all(0) * b,
    "any of numbers": lambda a, b: a.any(),
    "logsumexp": lambda a, b: a.logsumexp(1),
    "cumsum": lambda a, b: a.cumsum(1),
    "cumsum of rows": lambda a, b: a.mT.cumsum(-1),
    "mm": lambda a, b: a @ b.mT,
    "mm of turned matrices": lambda a, b: a.mT @ b,
    "mm, both turned": lambda a, b: a.mT @ b.reshape(4, 5).mT,
    "mm of parts": lambda a, b: a[::2, 1:] @ b[:3, :3],
    "mm over nothing": lambda a, b: a[:, :0] @ b[:0],
    "mm of nothing": lambda a, b: a[:0] @ b.mT,
    "mm of a column": lambda a, b: a[:, :1] @ b[:1],
    "addmm": lambda a, b: torch.addmm(a[0, :1], a, b.mT),
    "addmm with factors": lambda a, b: torch.addmm(a[:, :1], a, b.mT, beta=0.5, alpha=2),
    "mv": lambda a, b: a @ b[0],
    "mv of a turned matrix": lambda a, b: a[:, 0] @ b,
    "dot": lambda a, b: a[0] @ b[1],
    "dot of columns": lambda a, b: torch.dot(a[:, 0], b[:, 2]),
    "bmm": lambda a, b: a.reshape(5, 2, 2) @ b.reshape(5, 2, 2).mT,
    "baddbmm": lambda a, b: torch.baddbmm(*(t.reshape(5, 2, 2) for t in (a, b, b)), beta=0.5),
    "einsum": lambda a, b: torch.einsum("ij,kj->ik", a, b),
    "softmax": lambda a, b: a.softmax(1),
    "softmax of rows": lambda a, b: a.softmax(0),
    "softmax of a turned tensor": lambda a, b: a.mT.softmax(0),
    "softmax of one": lambda a, b: a[:, :1].softmax(1),
    "log_softmax": lambda a, b: a.log_softmax(1),
    "log_softmax of rows": lambda a, b: a.log_softmax(0),
    "log_softmax of a part": lambda a, b: a[:, 1:3].log_softmax(1),
    "log_softmax backward": lambda a, b: aten._log_softmax_backward_data(a, b, 1, a.dtype),
    "log_softmax backward of rows": lambda a, b: aten._log_softmax_backward_data(a, b, 0, a.dtype),
    "softmax backward": lambda a, b: aten._softmax_backward_data(a, b, 1, a.dtype),
    "softmax backward of rows": lambda a, b: aten._softmax_backward_data(a, b, 0, a.dtype),
    "cat": lambda a, b: torch.cat([a, b.exp()], 1),
    "cat of rows": lambda a, b: torch.cat([a[:0], a, b.reshape(4, 5).mT]),
    "stack": lambda a, b: torch.stack([a, b], 1),
    "stack at the end": lambda a, b: torch.stack([a.mT, b.mT], -1),
    "pad": lambda a, b: F.pad(a, (1, 2, 3, 0)),
    "pad with a number": lambda a, b: F.pad(a, (1, 0), value=2.0),
    "negative pad": lambda a, b: F.pad(a, (-1, 1)),
    "flip": lambda a, b: a.flip(1),
    "flip of both": lambda a, b: a.mT.flip(0, 1) * 2,
    "repeat": lambda a, b: a.repeat(2, 3),
    "tril": lambda a, b: a.tril() + b.triu(1),
    "diagonal": lambda a, b: a.diagonal() * 2,
    "diag_embed": lambda a, b: torch.diag_embed(a),
    "split": lambda a, b: torch.cat(a.split(2, 1)[::-1]),
    "unbind": lambda a, b: a.unbind(1)[2] * b.unbind(0)[0][0],
    "outer": lambda a, b: torch.outer(a[:, 0], b[0]),
    "views": lambda a, b: a.T.reshape(2, 10) + b.flatten()[:10].view(5, 2).movedim(0, 1).flatten(),
    "identity": lambda a, b: (a.mT @ b - torch.eye(4, dtype=a.dtype)).square().mean(),
    "constants": lambda a, b: a * torch.arange(4) + torch.linspace(0, 1, 5, dtype=a.dtype)[:, None],
    "full_like": lambda a, b: torch.full_like(a, 0.3) * b,
    "slice backward": lambda a, b: aten.slice_backward(a, [5, 9], 1, 1, 9, 2),
    "select backward": lambda a, b: aten.select_backward(a, [5, 3, 4], 1, 2),
    "diagonal backward": lambda a, b: aten.diagonal_backward(a, [5, 4, 4], 0, 1, 2),
    "huber_loss": lambda a, b: F.huber_loss(a, b, delta=0.7),
    "smooth_l1_loss": F.smooth_l1_loss,
    "binary cross-entropy": lambda a, b: F.binary_cross_entropy(a.sigmoid(), b.sigmoid()),
    "cross-entropy": lambda a, b: F.cross_entropy(a, b.softmax(1), label_smoothing=0.1),
    "cosine_similarity": F.cosine_similarity,
    "layer_norm": lambda a, b: F.layer_norm(a, (4,), b[0], b[1]),
    "prelu": lambda a, b: F.prelu(a, b[0]),
    "written in part": _written_in_part,
    "assigned": _assigned,
    "written over": _written_over,
    "out": _out,
    "squeeze_": _squeezed,
}
# torch's mean of infinity is NaN if it computes the variance at the same time.
TAKE_NO_SPECIAL_NUMBERS = {"var_mean", "binary cross-entropy"}
# User-defined formulas whose gradients consist of torch's own operations.
DIFFERENTIATED = {
    name: OF_MATRICES[name]
    for name in (
        "var",
        "std",
        "norm of rows",
        "amax",
        "logsumexp",
        "cumsum",
        "flip",
        "assigned",
        "huber_loss",
        "smooth_l1_loss",
        "cosine_similarity",
        "layer_norm",
        "prelu",
        "split",
        "repeat",
    )
}
# Operations that are run by torch: their results depend on indices of elements, or no formula is known.
UNKNOWN = {
    "index": lambda a, b: a[[0, 2]],
    "gather": lambda a, b: a.gather(1, torch.zeros(5, 1, dtype=torch.long)),
    "sort": lambda a, b: a.sort(1).values,
    "argmax": lambda a, b: a.argmax(1) * b[:, 0],
    "the gradient of max": lambda a, b: _gradients(lambda a, b: a.max(1).values)(a, b)[1],
    "svd": lambda a, b: linalg.svdvals(a),
    "conv": lambda a, b: F.conv1d(a[None], b[None, :, :2]),
    "another type": lambda a, b: (a.double() * b.double()).float(),
    "prod": lambda a, b: a.prod(1),
    "lgamma": lambda a, b: a.abs().lgamma(),
}


def _gradients(function):
    """Return a function that also returns its gradients."""

    def differentiated(*tensors):
        given = [tensor.detach().requires_grad_() for tensor in tensors]
        with torch.enable_grad():
            result = function(*given)
            found = torch.autograd.grad(result.sum(), given, allow_unused=True)
        return [result.detach(), *(gradient for gradient in found if gradient is not None)]

    return differentiated


CASES = {
    **{name: lambda a, b, f=f: [f(a, b)] for name, f in OF_MATRICES.items()},
    **{f"gradient of {name}": _gradients(f) for name, f in DIFFERENTIATED.items()},
}


def matrices(dtype):
    """Return two tensors of shape (5, 4)."""
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(5, 4, generator=generator, dtype=dtype) for _ in range(2)]
