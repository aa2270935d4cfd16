"""Noise added during training: dropout, Gaussian noise, and noise that destroys values.

In: a signal and a block of random numbers of the same shape. Out: the disturbed signal. Read
``_noise`` (the base class), then ``_corruption`` (for denoising autoencoders).
"""

from sklearn_deep.noise._corruption import Masking, SaltAndPepper
from sklearn_deep.noise._noise import Dropout, GaussianNoise, Noise
from sklearn_deep.plugins import declare_family, register

declare_family("noise", Noise)
register("noise", "gaussian", GaussianNoise)
register("noise", "dropout", Dropout)
register("noise", "masking", Masking)
register("noise", "salt_and_pepper", SaltAndPepper)

__all__ = ["Dropout", "GaussianNoise", "Masking", "Noise", "SaltAndPepper"]
