"""The numbers of the instructions that the interpreter knows.

An instruction is a row of integers: its number, places in memory, sizes. Elementwise operations compute
each element from the elements at the same position; all others have their own instruction.
"""

from __future__ import annotations

# --- Elementwise, by the number of their arguments ---------------------------------------------------

(
    COPY,
    NEG,
    ABS,
    SIGN,
    SQRT,
    RECIPROCAL,
    SQUARE,
    EXP,
    EXPM1,
    LOG,
    LOG1P,
    TANH,
    SIGMOID,
    ERF,
    SIN,
    COS,
    FLOOR,
    CEIL,
    ROUND,
    RELU,
    NOT,
    IS_NAN,
    ADD,
    SUB,
    MUL,
    DIV,
    POW,
    MAXIMUM,
    MINIMUM,
    GT,
    GE,
    LT,
    LE,
    EQ,
    NE,
    AND,
    OR,
    RELU_GRADIENT,
    SELECT,
    MUL_ADD,
    LERP,
) = range(41)

# How an argument is spread over the elements of a chunk: one element for all (FILL), all elements again and
# again (TILE), or each element several times in a row (REPEAT).
FILL, TILE, REPEAT = 50, 51, 52

# --- Instructions ------------------------------------------------------------------------------------

(
    GROUP,
    PRODUCT,
    SUM,
    MAX,
    LOG_SOFTMAX,
    LOG_SOFTMAX_GRADIENT,
    STRIDED,
    TRANSPOSITION,
    ADAM,
) = range(100, 109)

# Number of integers of an instruction, and of an elementwise operation.
WIDTH = 16
ELEMENTWISE_WIDTH = 10

# Kinds of noise.
UNIFORM, NORMAL = 0, 1

# Kinds of scores: none, accuracy for classes, accuracy for any number of labels, R² for numbers.
NO_SCORE, CLASSES, LABELS, R2 = range(4)
