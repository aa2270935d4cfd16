"""Many tiny cases in one test item."""

import inspect

import pytest


def for_all(names, cases):
    """Run a test for each case within one item, where ``parametrize`` would make one item per case.

    An item takes longer than a case of a few microseconds. All cases are run, and failures are raised
    together, each with a note that names its case. The cases share fixtures.

    Parameters
    ----------
    names : str or tuple of str
        Names of the arguments of the test.
    cases : iterable
        One value per case; with several names, one tuple per case.
    """
    names, cases = (names,) if isinstance(names, str) else names, list(cases)

    def decorate(test):
        def run(**fixtures):
            errors = [_error(test, fixtures, case) for case in cases]
            errors = [error for error in errors if error is not None]
            if errors:
                raise ExceptionGroup(f"{len(errors)} of {len(cases)} cases failed", errors)

        def _error(test, fixtures, case):
            given = dict(zip(names, case if len(names) > 1 else (case,), strict=True))
            try:
                test(**fixtures, **given)
            except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001
                # ``pytest.raises`` raises a BaseException, which an ExceptionGroup cannot hold.
                found = error if isinstance(error, Exception) else AssertionError(str(error))
                found.add_note(f"{test.__name__} with {given}")
                return found.with_traceback(error.__traceback__)

        parameters = inspect.signature(test).parameters.values()
        run.__signature__ = inspect.Signature([p for p in parameters if p.name not in names])
        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        run.pytestmark = list(getattr(test, "pytestmark", []))
        return run

    return decorate
