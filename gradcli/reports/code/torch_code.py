"""Both passes as a function of Python that needs PyTorch, and a test: its own `backward()` gives the same."""

from __future__ import annotations

import json

from ...arrays.sizes import Shape
from ...calculus.operations import HYPOT, MAX, MIN
from ...record.array_formulas import ShapedProgram
from ...record.array_gradient import ArrayGradient
from .. import Style
from .array_lines import ArraySubject
from .arrays import FUNCTION, INDENT, Body, array_subject, file, shaped_subject
from .vocabulary import ROUGH
from .writing import listed

TEST = '''\
def test_backward():
    """PyTorch's own backward() gives what the lines by hand give{where}."""
    {moved}inputs = {{name: x.clone().requires_grad_(x.is_floating_point()) for name, x in {point}.items()}}
    value, gradient = {function}(*inputs.values())
    value.backward({start})
    for name, slope in gradient.items():
        slope, own = torch.as_tensor(slope), inputs[name].grad
        own = torch.zeros_like(slope) if own is None else own
        {compared}torch.testing.assert_close(slope, own, rtol={rtol}, atol=1e-12)'''
MOVED = """\
torch.manual_seed(0)
    point = {name: x + 1e-3 * (1 + abs(x)) * torch.rand(x.shape) if x.is_floating_point() else x
             for name, x in POINT.items()}
    """
KNOWN = """\
known = torch.isfinite(own)  # to PyTorch 0 times an infinite slope is nan
        slope, own = slope[known], own[known]
        """
BESIDE = ", beside a kink at which it has another slope", MOVED, "point"
MAIN = """\
if __name__ == "__main__":
    value, gradient = {function}(*POINT.values())
    print("{label} =", value)
    for name, slope in gradient.items():
        print(f"d{label}/d{{name}} =", slope)"""


def render(record: ArrayGradient, style: Style) -> str:
    """Return both passes at the point of a record."""
    return write_arrays(array_subject(record, "torch"))


def write_shaped(program: ShapedProgram) -> str:
    """Return both passes of a program whose inputs have no values."""
    return write_arrays(shaped_subject(program))


def write_arrays(subject: ArraySubject) -> str:
    """Return a file with the function and a test of it, and with what prints its numbers, where there is a point."""
    body = Body(subject, "torch")
    tail = []
    if subject.point.keys() >= body.parameters.keys():
        nodes, inputs = subject.graph.nodes, subject.graph.inputs
        pairs = [f"{json.dumps(name, ensure_ascii=False)}: {_tensor(subject.point[name], nodes[inputs[name]].shape)}"
                 for name in body.parameters]  # fmt: skip
        tail.append("\n".join(listed("POINT = {", pairs, "}", "", INDENT)))
        if subject.places:
            start = _tensor(subject.start, nodes[subject.output].shape) if subject.start else ""
            compared = KNOWN if body.lines.has_infinite_slopes else ""
            where, moved, point = BESIDE if _differs(subject) else ("", "", "POINT")
            tail.append(TEST.format(function=FUNCTION, start=start, compared=compared, rtol=_rtol(body), where=where,
                                    moved=moved, point=point))  # fmt: skip
        main = MAIN.format(function=FUNCTION, label=subject.graph.labels[subject.output])
        tail.append(f"{main}\n    test_backward()" if subject.places else main)
    functional = ["import torch.nn.functional as F"] if "F" in body.needed else []
    imports = ["import torch", *functional, "", "torch.set_default_dtype(torch.float64)"]
    return file(subject, "torch", imports, tail, body, has_defaults=not tail)


def _differs(subject: ArraySubject) -> bool:
    """Whether PyTorch has another slope at the point: at ties of sort or of three numbers and more, at hypot of 0."""
    nodes = subject.graph.nodes
    kinks = [nodes[note.node] for note in subject.notes if note.kind == "kink"]
    return any(
        node.operation.name == "sort"
        or node.operation.operation is HYPOT
        or (node.operation.operation in (MAX, MIN) and len(node.arguments) > 2)
        for node in kinks
    )


def _rtol(body: Body) -> str:
    """Return how exactly PyTorch computes slopes: of digamma to some nine figures."""
    return "1e-7" if not body.rows().isdisjoint(ROUGH) else "1e-10"


def _tensor(text: str, shape: Shape) -> str:
    """Return a literal as a tensor: a number too."""
    return text if shape else f"torch.tensor({text})"
