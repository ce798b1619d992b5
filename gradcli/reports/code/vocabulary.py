"""What NumPy and PyTorch call the operations of both tables. A row without an entry is written by its own rule.

In a template {0} is an argument, {0.} one whose method is called, {axis} what is fixed, {,axis} that behind a comma.
"""

from __future__ import annotations

_SAME = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt",
         "abs", "sign", "floor", "ceil", "round", "hypot", "logaddexp")  # fmt: skip
_ARC = {name: f"arc{name[1:]}" for name in ("asin", "acos", "atan", "atan2", "asinh", "acosh", "atanh")}

NUMPY_FUNCTIONS = {
    **{name: f"np.{name}" for name in (*_SAME, "cbrt", "mod")},
    **{name: f"np.{called}" for name, called in _ARC.items()},
    "max": "np.maximum", "min": "np.minimum",
}  # fmt: skip
TORCH_FUNCTIONS = {
    **{name: f"torch.{name}" for name in (*_SAME, *_ARC)},
    "mod": "torch.remainder", "max": "torch.maximum", "min": "torch.minimum", "relu": "torch.relu",
    "sigmoid": "torch.sigmoid", "silu": "F.silu", "gelu": "F.gelu", "erf": "torch.erf", "erfc": "torch.erfc",
    "erfinv": "torch.erfinv", "lgamma": "torch.lgamma", "digamma": "torch.digamma",
}  # fmt: skip

OVERFLOWING_ARRAYS = ("exp", "expm1", "exp2", "sinh", "cosh")  # may be infinite, and inf*0 is nan
_HELPED = {
    "cofactor": "cofactor({0})", "onehot": "onehot({0}, {n})", "pick": "pick({0}, {1})", "pad": "pad({0}, {n})",
    "windows": "windows({0}, {k}{,stride})", "ties": "ties({0}, {1}{,axis})", "others": "others({0}{,axis})",
    "unsort": "unsort({0}, {1}, {2}{,axis})", "unwindows": "unwindows({0}, {1}, {k}{,stride})",
    "cross_entropy": "cross_entropy({0}, {1}{,axis})", "reverse cumsum": "cumsum_from_end({0}{,axis})",
}  # fmt: skip
_METHODS = {
    "transpose": "{0.}.T", "reshape": "{0.}.reshape({sizes})", "index": "{0.}[{places}]",
    "sum": "{0.}.sum({axis})", "mean": "{0.}.mean({axis})", "prod": "{0.}.prod({axis})",
}  # fmt: skip
NUMPY_CALLS = {
    **_HELPED, **_METHODS,
    "outer": "np.outer({0}, {1})", "det": "np.linalg.det({0})", "logdet": "np.linalg.slogdet({0})[1]",
    "inv": "np.linalg.inv({0})", "solve": "np.linalg.solve({0}, {1})", "norm": "np.linalg.norm({0}{,axis})",
    "max": "{0.}.max({axis})", "min": "{0.}.min({axis})", "var": "{0.}.var({axis})",
    "softmax": "softmax({0}{,axis})", "log_softmax": "log_softmax({0}{,axis})", "logsumexp": "logsumexp({0}{,axis})",
    "cumsum": "np.cumsum({0}, axis={last})", "sort": "np.sort({0}{,axis})", "flatten": "{0.}.ravel()",
    "permute": "{0.}.transpose({axes})", "concat": "np.concatenate([{all}]{,axis})", "stack": "np.stack([{all}])",
    "diag": "np.diag({0})", "trace": "np.trace({0})", "eye": "np.eye({n})", "ones": "np.ones({shape})",
    "zeros": "np.zeros({shape})", "scatter": "scatter({0}, {1}, np.s_[{places}])",
}  # fmt: skip
TORCH_CALLS = {
    **_HELPED, **_METHODS,
    "outer": "torch.outer({0}, {1})", "det": "torch.linalg.det({0})", "logdet": "torch.linalg.slogdet({0})[1]",
    "inv": "torch.linalg.inv({0})", "solve": "torch.linalg.solve({0}, {1})",
    "norm": "torch.linalg.vector_norm({0}{,axis})", "max": "{0.}.amax({axis})", "min": "{0.}.amin({axis})",
    "var": "{0.}.var({axis,}correction=0)", "softmax": "torch.softmax({0}, dim={last})",
    "log_softmax": "torch.log_softmax({0}, dim={last})", "logsumexp": "torch.logsumexp({0}, dim={last}{,keep})",
    "cumsum": "torch.cumsum({0}, dim={last})", "sort": "torch.sort({0}, dim={last}).values",
    "flatten": "{0.}.flatten()", "permute": "{0.}.permute({axes})", "concat": "torch.cat([{all}]{,axis})",
    "stack": "torch.stack([{all}])", "diag": "torch.diag({0})", "trace": "torch.trace({0})", "eye": "torch.eye({n})",
    "ones": "torch.ones({shape})", "zeros": "torch.zeros({shape})", "scatter": "scatter({0}, {1}, ({slices},))",
    "prod": "prod({0}{,axis})",
}  # fmt: skip
