"""The rule epoch by epoch, as training uses it."""

from sklearn_deep.stopping import EarlyStopping


def verdicts(rule, values):
    watch = rule.begin()
    return [tuple(watch.see(epoch, value)) for epoch, value in enumerate(values)]


def test_it_says_which_epochs_improve_and_which_one_stops():
    rule = EarlyStopping(patience=2)
    assert verdicts(rule, [3, 2, 4, 5]) == [
        (True, False),
        (True, False),
        (False, False),
        (False, True),
    ]


def test_an_improving_epoch_never_stops():
    assert verdicts(EarlyStopping(), [3, 2, 1]) == [(True, False)] * 3


def test_epochs_before_the_start_neither_improve_nor_stop():
    assert verdicts(EarlyStopping(start_from_epoch=2), [1, 1]) == [(False, False)] * 2


def test_watches_of_one_rule_do_not_share_their_state():
    rule = EarlyStopping(patience=1)
    assert rule.replay([1, 2]) == rule.replay([1, 2]) == (1, 0)
    first, second = rule.begin(), rule.begin()
    first.see(0, 1.0)
    assert second.best is None
