"""Which columns of people a process, a settlement or a rule reads and writes, as its source says."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import textwrap
from typing import Any, TypeGuard

from contagion.core.compiling import Compiled


def columns_used(what: Any) -> tuple[set[str], set[str]]:
    """(columns read, columns written) of people in a process, settlement, rule or loop, with all that it calls.

    Columns are attributes of `who` (also `a` and `b`, a pair) and texts in `people["..."]`.
    """
    plain = getattr(what, "plain", getattr(what, "act", what))
    known = _USED.get(plain)
    if known is not None:
        return known
    reads, writes = _USED.setdefault(plain, (set(), set()))
    tree = ast.parse(textwrap.dedent(inspect.getsource(plain))).body[0]
    for node in itertools.chain.from_iterable(ast.walk(line) for line in getattr(tree, "body", [tree])):
        if _is_column(node):
            (writes if isinstance(node.ctx, ast.Store) else reads).add(node.attr)
        elif isinstance(node, ast.AugAssign) and _is_column(node.target):
            reads.add(node.target.attr)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("people", "city.people", "table"):
            name = node.slice.value if isinstance(node.slice, ast.Constant) else None
            reads.update({name} if isinstance(name, str) else set())
        elif isinstance(node, ast.Assign | ast.AugAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                writes.update(re.findall(r"(?:city\.)?people\['(\w+)'\]\[", ast.unparse(target)))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            called = plain.__globals__.get(node.id)
            if isinstance(called, Compiled) or (
                getattr(called, "__module__", "") == plain.__module__ and inspect.isfunction(called)
            ):
                more = columns_used(called)
                reads |= more[0]
                writes |= more[1]
    reads.discard("uid")
    return reads, writes


def _is_column(node: ast.AST) -> TypeGuard[ast.Attribute]:
    """Whether it is an attribute of a person."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("who", "a", "b")


_USED: dict[Any, tuple[set[str], set[str]]] = {}
