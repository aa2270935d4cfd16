"""The net's optimizer is created when it is first used, and takes no time before."""

import pickle
import subprocess
import sys

import pytest
import torch
from sklearn.datasets import make_classification

from sklearn_deep import MLPClassifier

X, y = make_classification(random_state=0)

VERSION = tuple(map(int, torch.__version__.split(".")[:2]))
COMPILER = ["torch._dynamo", "torch._inductor"]
# Before torch 2.11, recording operations imports symbolic shapes, which takes half a second.
COMPILER += ["sympy"] if VERSION >= (2, 11) else []
FIRST_CALLS = {
    "fit": "MLPClassifier(max_epochs=2, dropout=0.1).fit(X, y)",
    "search": """
mlp = MLPClassifier((4,), max_epochs=2, penalty="max_norm", normalization="batch", random_state=0)
space = {"learning_rate": [1e-3, 1e-2], "dropout": [0.0, 0.2], "optimizer": ["adam", "nadam"]}
BatchedRandomizedSearchCV(mlp, space, n_iter=4, cv=2, random_state=0).fit(X, y)
""",
    "contractive": "AutoencoderTransformer(2, penalty='contractive', max_epochs=2).fit(X)",
}
PROGRAM = """
import sys
from sklearn.datasets import make_classification
from sklearn_deep import AutoencoderTransformer, MLPClassifier
from sklearn_deep.model_selection import BatchedRandomizedSearchCV
X, y = make_classification(random_state=0)
{call}
print([name for name in {compiler} if name in sys.modules])
"""


def fitted(**settings):
    return MLPClassifier((4,), max_epochs=2, early_stopping=False, random_state=0, **settings).fit(
        X, y
    )


@pytest.mark.slow
@pytest.mark.parametrize("call", FIRST_CALLS.values(), ids=FIRST_CALLS)
def test_the_first_call_of_a_process_imports_no_compiler(call):
    command = [sys.executable, "-c", PROGRAM.format(call=call, compiler=COMPILER)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_optimizer_is_made_at_its_first_use_with_the_parameters_of_the_module():
    net = fitted(learning_rate=0.03).net_
    assert "optimizer_" not in vars(net)
    assert isinstance(net.optimizer_, torch.optim.Adam)
    assert net.optimizer_ is net.optimizer_
    (group,) = net.optimizer_.param_groups
    assert group["lr"] == 0.03
    assert all(a is b for a, b in zip(group["params"], net.module_.parameters(), strict=True))


def test_skorch_reaches_the_optimizer(tmp_path):
    net = fitted().net_
    net.set_params(optimizer__lr=0.5)
    assert net.optimizer_.param_groups[0]["lr"] == 0.5
    net.save_params(f_optimizer=tmp_path / "optimizer.pt")
    other = fitted().net_
    other.load_params(f_optimizer=tmp_path / "optimizer.pt")
    assert other.optimizer_.param_groups[0]["lr"] == 0.5


def test_a_new_initialization_makes_a_new_optimizer():
    net = fitted().net_
    before = net.optimizer_
    net.initialize()
    assert net.optimizer_ is not before
    assert net.prefixes_.count("optimizer") == 1


def test_nets_are_copied_with_and_without_their_optimizer():
    net = fitted().net_
    assert isinstance(pickle.loads(pickle.dumps(net)).optimizer_, torch.optim.Adam)
    assert net.optimizer_ is not None
    assert isinstance(pickle.loads(pickle.dumps(net)).optimizer_, torch.optim.Adam)


def test_what_a_net_has_not_it_does_not_make():
    assert not hasattr(fitted().net_, "optimiser_")
