"""Programs as NumPy, PyTorch, MATLAB and papers write them: the program that is offered is the one that was meant."""

from __future__ import annotations

import re

import numpy
import pytest

from gradcli import differentiate
from gradcli.language.array_habits import CALLED, MAX_INSTRUCTIONS, METHODS, SUMS
from gradcli.language.mending import MAX_LENGTH

from .test_array_syntax import refusal

SHAPES = {"X": "4x3", "W": "3x2", "x": "3", "y": "3", "A": "3x3", "B": "3x3", "s": "", "Q": "2x3x4"}


def offered(text: str) -> str:
    """Return the program of a hint."""
    error = refusal(text, **SHAPES)
    hint = (error.hint or "").removeprefix("write ")
    assert error.instead == ([text], [hint])
    return hint


FUNCTIONS = """
matmul(A, B) -> A@B | mm(A, W) -> A@W | mv(A, x) -> A@x | bmm(A, B) -> A@B | multiply(A, B) -> A*B
transpose(X) -> X.T | array([1, 2]) -> [1, 2] | asarray(A) -> A | tensor([1, 2]) -> [1, 2] | matrix(A) -> A
concatenate(x, y) -> concat(x, y) | cat(x, y) -> concat(x, y) | hstack(x, y) -> concat(x, y)
vstack(X, A) -> concat(X, A) | ravel(X) -> flatten(X) | average(x) -> mean(x) | avg(x) -> mean(x)
product(x) -> prod(x) | std(x) -> sqrt(var(x)) | one_hot(1, 3) -> onehot(1, 3) | view(A, 9) -> reshape(A, 9)
identity(3) -> eye(3) | logsoftmax(x) -> log_softmax(x) | linalg.norm(x) -> norm(x) | tr(A) -> trace(A)
length(x) -> size(x, 0) | len(X) -> size(X, 0) | numel(X) -> size(X) | unsqueeze(x) -> x[None] | square(x) -> x**2
take_along_axis(A, [0, 1, 2]) -> pick(A, [0, 1, 2]) | gather(A, [0, 1, 2]) -> pick(A, [0, 1, 2])
im2col(X, 2) -> windows(X, 2) | unfold(X, 2) -> windows(X, 2) | inverse(A) -> inv(A) | slogdet(A) -> logdet(A)
vec(A) -> flatten(A) | Σ(x) -> sum(x) | Π(x) -> prod(x) | mse(x, y) -> mean((x - y)**2) | sse(x, y) -> sum((x - y)**2)
mse_loss(x, y) -> mean((x - y)**2) | mae(x, y) -> mean(abs(x - y)) | l1_loss(x, y) -> mean(abs(x - y))
bce(x, y) -> mean(-(y*log(x) + (1 - y)*log(1 - x)))
binary_cross_entropy(x, y) -> mean(-(y*log(x) + (1 - y)*log(1 - x)))
cosine_similarity(x, y) -> x@y/(norm(x)*norm(y)) | layernorm(x) -> (x - mean(x))/sqrt(var(x))
layer_norm(x) -> (x - mean(x))/sqrt(var(x)) | batchnorm(X) -> (X - mean(X, axis=0))/sqrt(var(X, axis=0))
batch_norm(X) -> (X - mean(X, axis=0))/sqrt(var(X, axis=0))
"""
METHOD_CALLS = """
A.sum() -> sum(A) | A.sum(0) -> sum(A, axis=0) | (A@B).sum(-1) -> sum(A@B, axis=-1) | A.mean(1) -> mean(A, axis=1)
A.max(0) -> max(A, axis=0) | A.min() -> min(A) | x.max(y) -> max(x, y) | A.prod(0) -> prod(A, axis=0)
A.var(1) -> var(A, axis=1) | A.norm(0) -> norm(A, axis=0) | A.trace() -> trace(A) | A.reshape(9) -> reshape(A, 9)
X.view(2, 6) -> reshape(X, 2, 6) | A.flatten() -> flatten(A) | A.ravel() -> flatten(A) | x.dot(y) -> x@y
(A@B).dot(x) -> (A@B)@x | A.dot(B.T) -> A@B.T | x.sort() -> sort(x) | x.softmax(0) -> softmax(x, axis=0)
x.log_softmax() -> log_softmax(x) | x.cumsum() -> cumsum(x) | x.clip(0, 1) -> clip(x, 0, 1)
x.clamp(0, 1) -> clip(x, 0, 1) | A.sum().sum() -> sum(sum(A)) | A.sum(1).mean() -> mean(sum(A, axis=1))
A.sum(axis=0) -> sum(A, axis=0) | np.dot(x, y) -> dot(x, y) | A[0].sum() -> sum(A[0]) | exp(x).sum() -> sum(exp(x))
A.max(axis=0, keepdims=True) -> max(A, axis=0, keep=1)
"""
FORMS = """
A.* B -> A* B | A .* B -> A* B | (A + B).*A -> (A + B)*A | A./B -> A/B | A.^2 -> A**2 | A.**2 -> A**2 | A'@B -> A.T@B
A.'@B -> A.T@B | (A@B)'@x -> (A@B).T@x | A\\x -> solve(A, x) | A.transpose() -> A.T | A.t( )@x -> A.T@x
sum(A, keepdim=True) -> sum(A, keep=1) | sum(A, keep_dims=True) -> sum(A, keep=1) | sum(A, dims=0) -> sum(A, axis=0)
A.shape[0]*2 -> size(A, 0)*2 | x*X.shape[1] -> x*size(X, 1) | x⊗y -> outer(x, y) | A⊙B -> A*B
x[np.newaxis,:] -> x[None,:] | linalg.inv(A) -> inv(A) | np.linalg.inv(A) -> inv(A) | numpy.sum(x) -> sum(x)
nn.functional.softmax(A) -> softmax(A) | jnp.exp(x) -> exp(x)
F.cross_entropy(A, [0, 1, 2]) -> mean(cross_entropy(A, [0, 1, 2])) | X[…, 0] -> X[:, 0] | Q[..., 0] -> Q[:, 0]
Q[0, ...] -> Q[0,:] | Q[0, ..., 0] -> Q[0,:, 0] | Q[...] -> Q[:] | A[..., None] -> A[:, None]
[1 2; 3 4; 5 6] -> [[1, 2], [3, 4], [5, 6]] | [1, 2; 3, 4] -> [[1, 2], [3, 4]] | [1 2;] -> [1, 2] | [s 2] -> [s, 2]
[-1 2]*2 -> [-1, 2]*2 | concat([x, y]) -> concat(x, y) | concat((x, y)) -> concat(x, y) | stack([x, y]) -> stack(x, y)
reshape(x, (3, 1)) -> reshape(x, 3, 1) | zeros((2, 3)) -> zeros(2, 3) | ones((2,)) -> ones(2)
permute(A, (1, 0)) -> permute(A, 1, 0) | A[range(3), y] -> pick(A, y) | A[arange(3), y] -> pick(A, y)
A[np.arange(len(x)), y] -> pick(A, y) | x if s > 0 else y -> where(s > 0, x, y)
(x if s == 0 else y) -> where(s == 0, x, y) | sum(x if s >= 0 else -x) -> sum(where(s >= 0, x, -x))
y2 = x if s < 0 else y; sum(y2) -> y2 = where(s < 0, x, y); sum(y2)
"""


def cases(table: str) -> list[tuple[str, str]]:
    found = [cell.strip() for line in table.strip().splitlines() for cell in re.split(r" +\| +", line) if cell]
    return [(cell.partition(" -> ")[0], cell.partition(" -> ")[2]) for cell in found]


@pytest.mark.parametrize(("written", "meant"), cases(FUNCTIONS + METHOD_CALLS + FORMS))
def test_the_program_that_was_meant(written: str, meant: str) -> None:
    assert offered(written) == meant


def test_every_name_of_elsewhere_has_a_case() -> None:
    tried = {written.partition("(")[0] for written, _ in cases(FUNCTIONS)}
    assert tried == {*CALLED}
    methods = {found for written, _ in cases(METHOD_CALLS) for found in re.findall(r"\.(\w+)\(", written)}
    assert methods >= {*METHODS.split("|")}


@pytest.mark.parametrize("letters", [*SUMS, "ij,jk", "ij,j", "i,i", "ii", "kl , lm -> km", "nd,nk->dk"])
def test_sums_over_letters_are_those_of_numpy(letters: str) -> None:
    draw = numpy.random.default_rng(3)
    terms = letters.partition("->")[0].split(",")
    values = [draw.integers(-3, 4, size=[2] * len(term.strip())) for term in terms]
    names = "ABCD"[: len(terms)]
    shapes = {name: "x".join(map(str, value.shape)) for name, value in zip(names, values, strict=True)}
    error = refusal(f"einsum('{letters}', {', '.join(names)})", **shapes)
    assert error.message == "there is no einsum: sums of products are written @, outer, sum or .T"
    program = (error.hint or "").removeprefix("write ")
    point = {name: value.tolist() for name, value in zip(names, values, strict=True)}
    found = differentiate(program, point, wrt=[]).value
    assert found == numpy.einsum(letters, *values).tolist()


@pytest.mark.parametrize("text", ["einsum('ij,jk->ki', A, B)", "einsum('ij,jk->ik', A)", "einsum('ij', A)"])
def test_other_sums_over_letters_have_a_word_of_the_product(text: str) -> None:
    assert refusal(text, **SHAPES).hint == "A@B sums over the last axis of A and the first of B"


@pytest.mark.parametrize(("text", "message", "hint"), [
    ("matmul(A)", "there is no function matmul", None),
    ("std(A, B)", "there is no function std", None),
    ("A[range(3), 0]", "there is no function range", "did you mean trace?"),
    ("x if s else y", "an operator is missing", None),
    ("[1, 2; 3, 4]@x", "rows of an array have brackets of their own", "write [[1, 2], [3, 4]]"),
    ("x'", "a program has no ': a transpose is written .T", "write x"),
    ("concat([1, 2])", "concat takes its arrays one by one", "write concat(a, b)"),
    (f"concat([x, {'y, ' * 20}x])", "concat takes its arrays one by one", f"write concat(x, {'y, ' * 20}x)"),
    ("X^T", "a transpose is no power", "write X.T"), ("(A@B)^T", "a transpose is no power", "write (A@B).T"),
    ("A[0]^T", "a transpose is no power", "write A[0].T"),
    ("x(1)", "there is no function x", "an entry is written x[0], a product x*(...)"),
])  # fmt: skip
def test_what_is_said_where_no_program_fits(text: str, message: str, hint: str | None) -> None:
    error = refusal(text, **SHAPES)
    assert (error.message, error.hint) == (message, hint)


def test_a_list_of_more_than_sixty_characters_is_not_repeated_in_a_hint() -> None:
    for inner in ("s, " * 19 + "s+s", "s, " * 19 + "s+ s"):
        hint = f"write concat({inner if len(inner) <= 60 else 'a, b'})"
        assert refusal(f"concat([ {inner} ])@Q", **SHAPES).hint == hint


def test_long_texts_are_not_searched() -> None:
    for length, is_offered in ((MAX_LENGTH, True), (MAX_LENGTH + 1, False)):
        text = "mean(A.T)" + " " * (length - len("mean(A.T) + A.sum()")) + " + A.sum()"
        hint = refusal(text, A="3x3").hint or ""
        assert hint.startswith("write mean(A.T)") is is_offered
    assert MAX_INSTRUCTIONS > MAX_LENGTH
