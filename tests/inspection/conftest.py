"""Figures are drawn into memory, and closed after each test."""

import matplotlib as mpl
import pytest

mpl.use("Agg")
import matplotlib.pyplot as plt


@pytest.fixture(autouse=True)
def _figures_are_closed():
    yield
    plt.close("all")
