"""Each row of the page on faults has tests, and they exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guide" / "faults.md"
FIT = "estimators/base"
SEARCH = "model_selection/search"
TESTS = {
    "Ctrl-C in `fit`": [
        "faults/test_interrupts.py::test_a_fit_raises_and_leaves_the_estimator_unchanged",
        "faults/test_interrupts.py::test_a_fit_after_an_interrupt_is_the_fit_without",
        f"{FIT}/test_errors_during_training.py::test_an_interrupt_inside_a_step_reaches_the_caller",
    ],
    "Ctrl-C in a search": [
        "faults/test_interrupts.py::test_a_search_raises_and_leaves_earlier_results",
        "faults/test_interrupts.py::test_an_ensemble_and_a_tuner_raise_and_leave_earlier_results",
        "fits/failures/test_interrupted_search.py::"
        "test_control_c_reaches_the_caller_and_what_was_found_is_kept",
    ],
    "The process is killed (SIGKILL, a crash, a power failure)": [
        "fits/failures/test_interrupted_search.py::"
        "test_what_was_killed_trains_again_no_more_than_one_population",
    ],
    "A worker process dies": [
        "faults/test_workers_that_die.py::"
        "test_a_search_raises_an_error_that_names_it_and_can_be_fitted_again",
        "faults/test_workers_that_die.py::test_an_ensemble_raises_an_error_that_names_it",
    ],
    "The disk is full": [
        "faults/test_full_disk.py::test_a_saved_file_is_not_destroyed",
        "checkpoint/test_checkpoint_files.py::"
        "test_a_full_disk_is_warned_of_once_and_what_was_written_stays",
    ],
    "The GPU is out of memory": [
        "faults/test_gpu_memory.py::test_a_fit_says_what_to_do_and_leaves_the_estimator_unchanged",
        "faults/test_gpu_memory.py::test_a_search_halves_its_population_until_it_fits",
        "faults/test_gpu_memory.py::test_a_network_that_does_not_fit_alone_is_a_failed_fit",
    ],
    "A callback raises": [
        "faults/test_code_of_users.py::test_an_error_of_a_callback_is_raised_as_it_is",
        "faults/test_code_of_users.py::test_a_candidate_whose_callback_raises_is_a_failed_fit",
    ],
    "A plug-in or a function of yours raises": [
        "faults/test_code_of_users.py::test_a_plug_in_that_raises_at_once_is_named_with_its_parameter",
        "faults/test_code_of_users.py::test_an_error_of_a_plug_in_in_training_is_raised_as_it_is",
        "faults/test_code_of_users.py::test_a_candidate_whose_plug_in_raises_is_a_failed_fit",
    ],
    "A scorer raises": [
        "faults/test_code_of_users.py::test_an_error_of_a_scorer_in_a_search_is_a_score_of_nan",
        "faults/test_code_of_users.py::"
        "test_an_error_of_a_scorer_that_stops_a_fit_is_named_with_its_parameter",
    ],
    "Training diverges": [
        f"{FIT}/convergence/test_divergence.py::test_a_diverged_fit_warns_and_has_finite_weights",
        f"{FIT}/convergence/test_divergence.py::test_divergence_later_keeps_the_last_finite_epoch",
        "fits/failures/test_divergence_in_a_search.py::"
        "test_results_count_the_folds_of_each_candidate",
    ],
    "The time limit is reached": [
        f"{FIT}/convergence/test_max_seconds.py::"
        "test_every_network_ends_after_the_epoch_in_which_its_time_has_passed",
        f"{SEARCH}/test_time_limits_of_a_search.py::"
        "test_candidates_are_complete_cut_short_or_not_begun",
        "ensemble/test_time_limits_of_ensembles.py::test_each_member_has_an_equal_share",
        "model_selection/tuner/test_time_limits_of_a_tuner.py::"
        "test_a_round_chooses_among_the_settings_that_are_complete",
    ],
}


def test_the_table_has_the_rows_that_are_tested():
    table = PAGE.read_text().split("|---|---|---|\n")[1].split("\n\n")[0]
    assert re.findall(r"^\| (.*?) \|", table, re.M) == list(TESTS)


@pytest.mark.parametrize("row", TESTS)
def test_the_tests_of_a_row_exist(row):
    for test in TESTS[row]:
        path, _, name = test.partition("::")
        body = ast.parse((ROOT / "tests" / path).read_text()).body
        assert name in [node.name for node in body if isinstance(node, ast.FunctionDef)], test
