"""
Vanishing and exploding signals
===============================

A deep network learns only if its initial weights let signals pass forward, and gradients back,
without shrinking or growing from layer to layer.

Twenty hidden layers on handwritten digits, four times the same but for activation and variance v of
the initial weights. With ReLU each layer multiplies the mean square of signals by n·v/2, n being
the number of units: He's v = 2/n keeps it, half of that halves it, twice that doubles it. The slope
of a logistic unit is 1/4 at most, so there gradients fade on their way back with any usual v.

He's v is for matrices that multiply the outputs of a ReLU. The first matrix multiplies the inputs, and
the last one makes the outputs: the default ``init="auto"`` gives each of the three its own v.
"""

import warnings
from pathlib import Path

import matplotlib as mpl
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import scale

from sklearn_deep import MLPClassifier
from sklearn_deep.initializers import VarianceScaling
from sklearn_deep.inspection import SignalPropagationDisplay, signal_propagation

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("signals.png")
STARTS = {
    "ReLU, auto: v = 2/n": {"activation": "relu", "init": "auto"},
    "ReLU, LeCun: v = 1/n": {"activation": "relu", "init": "lecun_normal"},
    "ReLU, twice He's: v = 4/n": {"activation": "relu", "init": VarianceScaling(scale=4.0)},
    "logistic, Glorot: v = 1/n": {"activation": "logistic", "init": "glorot_normal"},
}
STYLES = ("-", "--", ":", "-.")


# %%
# The networks. Plain gradient descent shows best what the weights pass on: Adam divides gradients
# by their size, and so makes up for some of what is lost.


def network(n_layers=20, max_epochs=20, **start):
    """Return a deep network that was not trained yet."""
    return MLPClassifier(
        (64,) * n_layers,
        optimizer="sgd",
        learning_rate=0.01,
        batch_size=64,
        max_epochs=max_epochs,
        early_stopping=False,
        random_state=0,
        **start,
    )


def trained(nets, X, y):
    """Train all networks; one that diverges is a result here, not a mistake."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return {name: net.fit(X, y) for name, net in nets.items()}


# %%
# Which matrix multiplies what: n·v of each weight matrix, from its Frobenius norm. "auto" takes 2, He's,
# between hidden layers of ReLU alone.


def print_matrices(X, y):
    """Print what each matrix of a network with two hidden layers multiplies, and n·v by ``init``."""
    inits = ("auto", "he_normal", "glorot_normal")
    nets = [MLPClassifier((64, 64), init=init, random_state=0) for init in inits]
    norms = [signal_propagation(net, X, y).weight_norm for net in nets]
    makes = {"z of layer 1": 64, "z of layer 2": 64, "logits": len(set(y))}
    print(f"{'multiplies':16} {'makes':13}", *(f"{init:>14}" for init in inits))
    for i, (made, n_units) in enumerate(makes.items()):
        multiplied = "outputs of ReLU" if i else "the inputs"
        print(f"{multiplied:16} {made:13}", *(f"{n[i] ** 2 / n_units:14.2f}" for n in norms))


# %%
# Before training: what the first weights make of rows and of gradients. After it: the loss.


def draw_signals(nets, X, y, axes):
    """Draw what passes through each network before it is trained."""
    for (name, net), ax in zip(nets.items(), axes, strict=True):
        display = SignalPropagationDisplay.from_estimator(net, X, y, ax=ax)
        ax.set_title(f"{name}\n{ax.get_title()}", fontsize="medium")
        forward, backward = display.report.forward_rate, display.report.backward_rate
        print(f"{name:26} a layer: signal × {forward:.2f}, gradient × {backward:.2f}")


def draw_losses(nets, X_test, y_test, ax):
    """Draw the loss over the epochs, with the accuracy that it ends with."""
    for (name, net), style in zip(nets.items(), STYLES, strict=True):
        end = "diverges" if net.diverged_ else f"{net.score(X_test, y_test):.0%} right"
        ax.plot(net.history_["loss"], style, lw=2, label=f"{name.split(':')[0]}: {end}")
        print(f"{name:26} test images: {end}")
    ax.set(xlabel="epoch (from 0)", ylabel="training loss", ylim=(0, 3.4))
    ax.set_title("What training makes of it", fontsize="medium")
    ax.legend(loc="upper center", fontsize="small")


def main(**parameters):
    """Look at the networks, train them, save the picture."""
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(scale(X), y, stratify=y, random_state=0)
    print_matrices(X, y)
    nets = {name: network(**start, **parameters) for name, start in STARTS.items()}
    figure, axes = plt.subplot_mosaic("012;342", figsize=(12.5, 7), layout="constrained")
    draw_signals(nets, X, y, [axes[place] for place in "0134"])
    draw_losses(trained(nets, X, y), X_test, y_test, axes["2"])
    figure.savefig(PICTURE, dpi=120)
    print(f"Picture saved to {PICTURE}")


if __name__ == "__main__":
    main()
