"""Small networks whose layers are combined in different ways."""

import torch
from torch import nn
from torch.nn import functional as F


class Functional(nn.Module):
    """Two layers with a function between them."""

    def __init__(self, function=F.relu):
        super().__init__()
        self.first = nn.Linear(4, 6)
        self.last = nn.Linear(6, 3)
        self.function = function

    def forward(self, x):
        return self.last(self.function(self.first(x)))


class Repeated(nn.Module):
    """One layer called three times."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return self.fc(torch.tanh(self.fc(torch.tanh(self.fc(x)))))


class Residual(nn.Module):
    """A layer whose input is added to its output."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = (nn.Linear(4, 4) for _ in range(3))

    def forward(self, x):
        z = self.a(x)
        return self.c(torch.tanh(z) + torch.relu(self.b(z)))


class TwoHeads(nn.Module):
    """Heads called one after the other, both on the same code."""

    def __init__(self):
        super().__init__()
        self.code, self.left, self.right = nn.Linear(4, 5), nn.Linear(5, 4), nn.Linear(5, 2)

    def forward(self, x):
        code = torch.relu(self.code(x))
        return {"left": torch.sigmoid(self.left(code)), "right": (self.right(code),)}
