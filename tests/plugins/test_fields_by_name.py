"""Fields of plug-ins are passed by name, and wrong names give helpful errors."""

import inspect
from dataclasses import dataclass, fields

import pytest
import torch
from sklearn.base import clone

from sklearn_deep import MLPClassifier
from sklearn_deep.activations import Activation
from sklearn_deep.noise import Dropout, GaussianNoise
from sklearn_deep.optimizers import SGD, Adam, AdamW, TorchOptimizer
from sklearn_deep.schedules import WarmUp
from sklearn_deep.stopping import EarlyStopping
from tests._support.for_all import for_all
from tests._support.plugins.public import KINDS

# Fields that are easy to read without a name.
BY_PLACE = {"EarlyStopping": ["monitor"], "TorchOptimizer": ["optimizer_class"]} | {
    f"Callable{family}": ["function"]
    for family in ("Augmentation", "Initializer", "Loss", "Penalty", "Schedule")
}


def test_all_plug_ins_are_found():
    assert len(KINDS) > 45
    assert {*BY_PLACE} < {kind.__name__ for kind in KINDS}


@for_all("kind", KINDS)
def test_fields_have_no_place(kind):
    parameters = inspect.signature(kind).parameters.values()
    by_place = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert by_place == BY_PLACE.get(kind.__name__, [])
    assert all(p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) for p in parameters)


def test_own_fields_come_before_those_of_the_family():
    names = ["beta_1", "beta_2", "epsilon", "clip_norm"]
    assert list(inspect.signature(Adam).parameters) == names
    assert list(inspect.signature(AdamW).parameters) == names
    assert list(inspect.signature(AdamW.__init__).parameters) == ["self", *names]


@for_all("kind", [kind for kind in KINDS if inspect.signature(kind).parameters])
def test_a_field_given_by_its_place_is_refused_with_the_names(kind):
    n_places = len(BY_PLACE.get(kind.__name__, []))
    with pytest.raises(
        TypeError, match=f"Arguments of {kind.__name__}.*by name, got 0.25"
    ) as error:
        kind(*["first"] * n_places, 0.25)
    assert all(
        name in str(error.value) for name in list(inspect.signature(kind).parameters)[n_places:]
    )


@for_all("kind", [kind for kind in KINDS if "__init__" in vars(kind)])
def test_an_unknown_field_is_refused_with_the_known_ones(kind):
    with pytest.raises(TypeError, match=f"{kind.__name__} got the unknown argument 'qqq'") as error:
        kind(qqq=1)
    assert all(name in str(error.value) for name in inspect.signature(kind).parameters)


@for_all("kind", [SGD, Adam, AdamW])
@for_all("given", [((1e-3,), {}), ((), {"lr": 1e-3}), ((), {"learning_rate": 1e-3})])
def test_a_step_size_belongs_to_the_estimator(kind, given):
    args, kwargs = given
    with pytest.raises(TypeError, match="Use 'learning_rate' of the estimator"):
        kind(*args, **kwargs)


@for_all(
    ("kind", "given", "right"),
    [
        (Adam, "betas", "'beta_1' and 'beta_2'"),
        (Adam, "weight_decay", "'weight_decay' of the estimator"),
        (Adam, "eps", "'epsilon'"),
        (Dropout, "p", "'rate'"),
        (GaussianNoise, "sigma", "'std'"),
        (EarlyStopping, "tol", "'min_delta'"),
        (EarlyStopping, "n_iter_no_change", "'patience'"),
        (TorchOptimizer, "lr", "'learning_rate' of the estimator"),
    ],
)
def test_a_name_of_another_library_names_the_field(kind, given, right):
    plugin = TorchOptimizer(torch.optim.Rprop) if kind is TorchOptimizer else kind()
    first = (torch.optim.Rprop,) if kind is TorchOptimizer else ()
    for call, error in (
        (lambda: kind(*first, **{given: 1}), TypeError),
        (lambda: plugin.set_params(**{given: 1}), ValueError),
    ):
        with pytest.raises(error, match=f"Use {right}"):
            call()


@dataclass(eq=False, repr=False)
class Bent(Activation):
    bend: float = 0.5
    height: float = 1.0

    def __call__(self, z):
        return z


@dataclass(eq=False, repr=False)
class Warm(Adam):
    heat: float = 2.0


class Cold(Adam):
    def __init__(self, cold, *rest, **more):
        super().__init__(**more)
        self.cold, self.rest = cold, rest


def test_plug_ins_of_others_may_have_places():
    assert clone(Bent(0.1, 3.0)).get_params() == {"bend": 0.1, "height": 3.0}


def test_a_subclass_of_a_plug_in_adds_fields_of_its_own():
    warm = clone(Warm(3.0, beta_1=0.5))
    assert (warm.heat, warm.beta_1, warm.clip_norm) == (3.0, 0.5, float("inf"))
    assert [field.name for field in fields(Warm)][-1] == "heat"


def test_a_constructor_of_ones_own_takes_what_it_likes():
    cold = Cold(1, 2, 3, beta_1=0.5)
    assert (cold.cold, cold.rest, cold.beta_1) == (1, (2, 3), 0.5)
    with pytest.raises(TypeError, match="Use 'learning_rate' of the estimator"):
        Cold(1, lr=2)


def test_an_error_inside_a_constructor_stays_as_it_is():
    class Broken(Adam):
        def __init__(self):
            super().__init__(beta_1=len(3))

    with pytest.raises(TypeError, match="has no len"):
        Broken()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: WarmUp(then="cosine").check(), "Schedule"),
        (lambda: MLPClassifier(hidden_noise=[1]).fit([[0.0], [1.0]], [0, 1]), "Noise"),
    ],
)
def test_messages_name_classes_as_users_import_them(call, name):
    with pytest.raises(ValueError, match=f"an instance of {name}") as error:
        call()
    assert "sklearn_deep" not in str(error.value)
