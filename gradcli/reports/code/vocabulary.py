"""What NumPy and PyTorch call the operations of both tables. A row without an entry is written by its own rule.

A function has the module in which it is, and its name there. In a template {0} is an argument, {0.} one whose method is
called, {axis} what is fixed, {,axis} that behind a comma, {library.} the name of the library with a dot. Templates of
functions that files bring are what stands in their parentheses, those of calls what stands behind that name.
"""

from __future__ import annotations

_SAME = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt",
         "abs", "sign", "floor", "ceil", "round", "hypot", "logaddexp")  # fmt: skip
_ARC = {name: f"arc{name[1:]}" for name in ("asin", "acos", "atan", "atan2", "asinh", "acosh", "atanh")}

NUMPY_FUNCTIONS = {
    **{name: ("np", name) for name in (*_SAME, "cbrt", "mod")},
    **{name: ("np", called) for name, called in _ARC.items()},
    "max": ("np", "maximum"), "min": ("np", "minimum"),
}  # fmt: skip
TORCH_FUNCTIONS = {
    **{name: ("torch", name) for name in (*_SAME, *_ARC)},
    "mod": ("torch", "remainder"), "max": ("torch", "maximum"), "min": ("torch", "minimum"), "silu": ("F", "silu"),
    "gelu": ("F", "gelu"),
    **{name: ("torch", name) for name in ("relu", "sigmoid", "erf", "erfc", "erfinv", "lgamma", "digamma")},
}  # fmt: skip
ROUGH = ("gamma", "lgamma", "digamma", "polygamma")  # PyTorch computes their slopes to some nine figures

OVERFLOWING_ARRAYS = ("exp", "expm1", "exp2", "sinh", "cosh")  # may be infinite, and inf*0 is nan
_HELPED = {
    "cofactor": "{0}", "onehot": "{0}, {n}", "pick": "{0}, {1}", "pad": "{0}, {n}", "windows": "{0}, {k}{,stride}",
    "ties": "{0}, {1}{,axis}", "others": "{0}{,axis}", "unsort": "{0}, {1}, {2}{,axis}",
    "unwindows": "{0}, {1}, {k}{,stride}", "cross_entropy": "{0}, {1}{,axis}", "cumsum_from_end": "{0}{,axis}",
}  # fmt: skip
_METHODS = {
    "transpose": "{0.}.T", "reshape": "{0.}.reshape({sizes})", "index": "{0.}[{places}]",
    "sum": "{0.}.sum({axis})", "mean": "{0.}.mean({axis})",
}  # fmt: skip
NUMPY_HELPED = {
    **_HELPED, "softmax": "{0}{,axis}", "log_softmax": "{0}{,axis}", "logsumexp": "{0}{,axis}",
    "scatter": "{0}, {1}, {library.}s_[{places}]",
}  # fmt: skip
NUMPY_METHODS = {
    **_METHODS, "prod": "{0.}.prod({axis})", "max": "{0.}.max({axis})", "min": "{0.}.min({axis})",
    "var": "{0.}.var({axis})", "flatten": "{0.}.ravel()", "permute": "{0.}.transpose({axes})",
}  # fmt: skip
NUMPY_CALLS = {
    "outer": "outer({0}, {1})", "det": "linalg.det({0})", "logdet": "linalg.slogdet({0})[1]", "inv": "linalg.inv({0})",
    "solve": "linalg.solve({0}, {1})", "norm": "linalg.norm({0}{,axis})", "cumsum": "cumsum({0}, axis={last})",
    "sort": "sort({0}{,axis})", "concat": "concatenate([{all}]{,axis})", "stack": "stack([{all}])",
    "diag": "diag({0})", "trace": "trace({0})", "eye": "eye({n})", "ones": "ones({shape})", "zeros": "zeros({shape})",
}  # fmt: skip
TORCH_HELPED = {**_HELPED, "scatter": "{0}, {1}, ({slices},)", "prod": "{0}{,axis}"}
TORCH_METHODS = {
    **_METHODS, "max": "{0.}.amax({axis})", "min": "{0.}.amin({axis})", "var": "{0.}.var({axis,}correction=0)",
    "flatten": "{0.}.flatten()", "permute": "{0.}.permute({axes})",
}  # fmt: skip
TORCH_CALLS = {
    "outer": "outer({0}, {1})", "det": "linalg.det({0})", "logdet": "linalg.slogdet({0})[1]", "inv": "linalg.inv({0})",
    "solve": "linalg.solve({0}, {1})", "norm": "linalg.vector_norm({0}{,axis})", "softmax": "softmax({0}, dim={last})",
    "log_softmax": "log_softmax({0}, dim={last})", "logsumexp": "logsumexp({0}, dim={last}{,keep})",
    "cumsum": "cumsum({0}, dim={last})", "sort": "sort({0}, dim={last}).values", "concat": "cat([{all}]{,axis})",
    "stack": "stack([{all}])", "diag": "diag({0})", "trace": "trace({0})", "eye": "eye({n})", "ones": "ones({shape})",
    "zeros": "zeros({shape})",
}  # fmt: skip
