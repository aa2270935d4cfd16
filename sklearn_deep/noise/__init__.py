"""Noise of training: dropout and Gaussian noise."""

from sklearn_deep.noise._noise import Dropout, GaussianNoise, Noise
from sklearn_deep.plugins import declare_family, register

declare_family("noise", Noise)
register("noise", "gaussian", GaussianNoise)
register("noise", "dropout", Dropout)

__all__ = ["Dropout", "GaussianNoise", "Noise"]
