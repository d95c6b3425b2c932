"""Questions about a piece of the tree that need nothing else to be answered."""

import ast
import re
from typing import Any

_FIELD = re.compile(r"\{([^{}:!]*)")
_FIELD_ATTRIBUTE = re.compile(r"\.([^.\[\]]+)")
_TEXT_METHODS = {"join", "format", "replace", "lower", "upper", "strip", "lstrip", "rstrip",
                 "removeprefix", "removesuffix", "decode", "translate", "swapcase", "casefold"}


def children(node: ast.AST) -> list[ast.AST]:
    """Child nodes, in order of place."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [v for v in value if isinstance(v, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def template_attributes(template: str) -> list[str]:
    """Names of attributes that str.format would read: ["b"] of "{a.b:.2f}"."""
    return [name.strip() for field in _FIELD.findall(template) if "." in field
            for name in _FIELD_ATTRIBUTE.findall(field)]


def literal_text(node: Any) -> str | None:
    """The text of a literal, of a sum of literals, or of a repeated one."""
    parts: list[str] = []
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, ast.BinOp) and isinstance(at.op, ast.Add):
            stack += [at.right, at.left]
        elif (isinstance(at, ast.BinOp) and isinstance(at.op, ast.Mult)
              and isinstance(at.left, ast.Constant) and isinstance(at.left.value, str)):
            parts.append(at.left.value * 2)  # Twice shows all that any repetition can.
        elif isinstance(at, ast.Constant) and isinstance(at.value, str):
            parts.append(at.value)
        else:
            return None
    return "".join(parts)


def functions_of_pairs(values: list[Any]) -> list[ast.expr] | None:
    """The second elements in {"total": ("amount", "sum")}; None for anything but such dicts.

    One function for each of them that looks different, as the same dict may be written often.
    """
    found: dict[str, ast.expr] = {}
    for value in values:
        pairs = value.values if isinstance(value, ast.Dict) else [
            value.value if isinstance(value, ast.DictComp) else None]
        for pair in pairs:
            if not isinstance(pair, ast.Tuple) or len(pair.elts) != 2:
                return None
            found.setdefault(ast.dump(pair.elts[1]), pair.elts[1])
    return list(found.values())


def is_plain(node: ast.expr) -> bool:
    """Constants, and lists and dicts of them: nothing that has attributes worth reading."""
    stack: list[Any] = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, (ast.List, ast.Tuple, ast.Set)):
            stack += at.elts
        elif isinstance(at, ast.Dict):
            stack += [*at.keys, *at.values]
        elif not isinstance(at, ast.Constant):
            return False
    return True


def is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and (
        node.func.id == "super" and not node.args)


def is_computed_text(node: ast.expr) -> bool:
    """Whether an expression puts a text together, or cuts one."""
    if isinstance(node, (ast.BinOp, ast.JoinedStr, ast.Starred)):
        return True
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice) or isinstance(node.value, ast.Constant)
    return (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            and node.func.attr in _TEXT_METHODS)
