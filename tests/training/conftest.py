"""Plans to train, and the law they all obey."""

from tests._support.plans import (
    _kind,
    _one_thread,
    dtype,
    make_data,
    make_members,
    make_numbers,
    make_plan,
    make_replay,
    obey,
    part,
    same,
    structure,
)
