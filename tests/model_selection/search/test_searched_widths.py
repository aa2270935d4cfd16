"""A search over widths trains networks of different widths in one population on a GPU."""

import numpy as np
import pytest

from sklearn_deep.model_selection import hidden_layers
from tests._support.searches.small import X, Y, batched, loop, pipeline, scores

SPACE = {
    "net__hidden_layer_sizes": hidden_layers(n_layers=(1, 2), n_units=(8, 24)),
    "net__learning_rate": [1e-3, 3e-3],
    "net__dropout": [0.0, 0.3],
}
SETTINGS = {"n_iter": 6, "scoring": "neg_log_loss", "return_train_score": True}


@pytest.mark.usefixtures("_stacked")
@pytest.mark.parametrize("activation", ["relu", "logistic"])
def test_padded_candidates_score_as_in_a_loop(activation, trained):
    network = pipeline(activation=activation, dtype="float64", max_epochs=4)
    found = scores(batched(network, SPACE, **SETTINGS).fit(X, Y))
    assert len(trained) == 2  # one for each depth
    for name, values in scores(loop(network, SPACE, **SETTINGS).fit(X, Y)).items():
        np.testing.assert_allclose(found[name], values, rtol=1e-9, err_msg=name)


def test_on_a_cpu_each_network_is_trained_by_itself(trained):
    batched(space=SPACE, **SETTINGS).fit(X, Y)
    assert set(trained) == {1}
