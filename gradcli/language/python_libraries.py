"""Which library a file of Python is written for: PyTorch differs from NumPy in some calls of the same name."""

from __future__ import annotations

import ast

from .python_calls import CALLS, LAYERS, MODULES
from .python_syntax import called

ARRAYS = frozenset(("numpy", "jax", "autograd", "cupy", "tensorflow", "mxnet"))
ARRAY_NAMES = frozenset(("np", "numpy", "jnp", "jax", "anp", "tf"))  # as people call them, in a file without imports
SHORT = frozenset(("F", "nn"))  # what modules of PyTorch are called, and much else
OF_TORCH = frozenset(("dim", "keepdim"))  # arguments that NumPy calls axis and keepdims
NAMES = {name.partition("/")[0] for name in CALLS} | {*LAYERS}


class Libraries:
    """What the imports and names of a file say of its libraries.

    `is_torch` says that its arrays are of PyTorch; `is_other` that some are of NumPy or its like; `modules` are the
    names that it imports modules of libraries as.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.roots: dict[str, str] = {}  # of names, the libraries that they are imported from
        used: set[str] = set()  # as modules are
        self.own: set[str] = set()  # names that the file gives to something
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self.roots |= {a.asname or a.name.partition(".")[0]: a.name.partition(".")[0] for a in node.names}
            elif isinstance(node, ast.ImportFrom):
                self.roots |= {a.asname or a.name: (node.module or ".").partition(".")[0] for a in node.names}
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used.add(node.value.id)
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                self.own.add(node.id)
            elif isinstance(node, ast.arg):
                self.own.add(node.arg)
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                self.own.add(node.name)
        self.modules = frozenset(name for name, root in self.roots.items() if root in MODULES)
        free = used - self.own - {*self.roots}
        roots = {*self.roots.values()}
        self.is_other = not (roots | free).isdisjoint(ARRAYS | ARRAY_NAMES)
        self.is_torch = "torch" in roots or "torch" in free or (not self.is_other and not free.isdisjoint(SHORT))
        self.is_torch = self.is_torch or any(
            self._is_of_torch(node) for node in ast.walk(tree) if isinstance(node, ast.Call)
        )

    def _is_of_torch(self, node: ast.Call) -> bool:
        """Whether a call has an argument that only PyTorch gives that name."""
        if called(node) not in NAMES or not any(keyword.arg in OF_TORCH for keyword in node.keywords):
            return False
        root = root_of(node.func)
        return root not in self.own if isinstance(node.func, ast.Name) else self.roots.get(root, "torch") == "torch"

    def library_of(self, func: ast.expr) -> str:
        """Return the library that a function is imported from, or else its own first name."""
        root = root_of(func)
        return self.roots.get(root, root)

    def of_torch(self, func: ast.expr, is_module: bool) -> bool:
        """Return whether a function is one of PyTorch; that of a module is of the library of the module."""
        if not is_module:
            return self.is_torch
        root = root_of(func)
        library = self.roots.get(root, "torch" if root in SHORT and self.is_torch else root)
        return library == "torch"


def root_of(node: ast.expr) -> str:
    """Return the first name of a.b.c, empty where there is none."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
