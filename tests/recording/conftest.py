"""Plans whose steps are recorded."""

from tests._support.plans import (
    _kind,
    dtype,
    make_data,
    make_plan,
    make_replay,
    part,
    same,
    structure,
)
