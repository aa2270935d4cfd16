"""``partial_fit`` on the batches of a torch DataLoader."""

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from sklearn_deep import AutoencoderTransformer, MLPClassifier, MLPRegressor

X = torch.randn(230, 6, generator=torch.Generator().manual_seed(0))
Y = (X[:, 0] + X[:, 1] > 0).long()
WEIGHT = torch.linspace(0.5, 1.5, 230)
FAST = {"batch_size": 16, "learning_rate": 0.01, "random_state": 0}


def loader_of(*tensors, **settings):
    generator = torch.Generator().manual_seed(1)
    return DataLoader(TensorDataset(*tensors), batch_size=50, generator=generator, **settings)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (MLPClassifier((8,), **FAST), Y),
        (MLPRegressor((8,), **FAST), X[:, 0] * 3),
        (AutoencoderTransformer(2, **FAST), None),
    ],
    ids=["classes", "numbers", "codes"],
)
def test_batches_of_a_loader_give_the_bits_of_arrays(estimator, y, dtype):
    columns = {"X": X.to(dtype), "sample_weight": WEIGHT} | ({} if y is None else {"y": y})
    classes = {"classes": [0, 1]} if estimator.__class__ is MLPClassifier else {}
    found = []
    for as_given in (lambda tensor: tensor, torch.Tensor.numpy):
        vars(estimator).pop("_hosted", None)
        for _ in range(2):
            for batch in loader_of(*columns.values(), shuffle=True):
                given = dict(zip(columns, map(as_given, batch), strict=True))
                estimator.partial_fit(**given, **classes)
        method = estimator.transform if y is None else estimator.predict
        found.append((method(as_given(columns["X"])), estimator.history_["loss"]))
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)
    assert len(found[0][1]) == 10  # 230 samples are 5 batches of at most 50, in two passes


def test_a_classifier_learns_from_a_loader_and_predicts_its_batches():
    mlp = MLPClassifier((8,), **FAST)
    for _ in range(10):
        for samples, labels in loader_of(X, Y, shuffle=True):
            mlp.partial_fit(samples, labels, classes=[0, 1])
    found = np.concatenate([mlp.predict(samples) for samples, _ in loader_of(X, Y)])
    assert (found == Y.numpy()).mean() > 0.95
