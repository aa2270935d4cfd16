"""A training loop written by hand, on the same batches that a fit passed to a callback."""

import copy

import torch
from skorch.callbacks import Callback
from torch.nn import functional as F


class Tape(Callback):
    """Keeps the first weights and every training batch, epoch by epoch."""

    def on_train_begin(self, net, **kwargs):
        self.start_, self.epochs_ = copy.deepcopy(net.module_), []

    def on_epoch_begin(self, net, **kwargs):
        self.epochs_.append([])

    def on_batch_begin(self, net, batch, training, **kwargs):
        if training:
            self.epochs_[-1].append([part.clone() for part in batch])


def trained_by_hand(tape, optimizer_class, *, change_gradient=None, schedule=None, **options):
    """Return the final weights of a plain torch loop; ``schedule`` is a class and when it is stepped."""
    module = tape.start_
    optimizer = optimizer_class(module.parameters(), **options)
    scheduler, every = (None, None) if schedule is None else (schedule[0](optimizer), schedule[1])
    for epoch in tape.epochs_:
        for x, y in epoch:
            optimizer.zero_grad()
            F.cross_entropy(module(x), y).backward()
            if change_gradient is not None:
                change_gradient(module)
            optimizer.step()
            if every == "batch":
                scheduler.step()
        if every == "epoch":
            scheduler.step()
    return weights(module)


def weights(module):
    return torch.cat([parameter.detach().flatten() for parameter in module.parameters()])
