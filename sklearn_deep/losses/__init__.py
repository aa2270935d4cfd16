"""What training minimises."""

from sklearn_deep.losses._loss import BinaryCrossEntropy, CrossEntropy, Loss, SquaredError
from sklearn_deep.plugins import declare_family, register

declare_family("losses", Loss)
register("losses", "squared_error", SquaredError)
register("losses", "cross_entropy", CrossEntropy)
register("losses", "binary_cross_entropy", BinaryCrossEntropy)

__all__ = ["BinaryCrossEntropy", "CrossEntropy", "Loss", "SquaredError"]
