"""What the names of a program stand for, resolved as Python resolves them."""

import ast
from typing import Any

from tabletalk_policy_syntax import literal_text
from tabletalk_policy_vocabulary import Vocabulary

Binding = tuple[str, Any]
Path = tuple[str, str]


class Scope:
    """Where names live: the module, a function, a class; a comprehension counts as a function.

    A binding is a pair: ("module", its path), ("member", module.name), ("def", node),
    ("value", the node of the value, or None where it is not known).
    """

    __slots__ = ("kind", "parent", "bindings", "shared", "globals", "nonlocals")

    def __init__(self, kind: str, parent: "Scope | None") -> None:
        self.kind = kind
        self.parent = parent
        self.bindings: dict[str, list[Binding]] = {}
        self.shared: dict[str, list[Binding]] = {}  # By `nonlocal` of a function inside.
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()


class Program:
    """What the first pass learns of a program, and what can be said of its names after it.

    `scope_of` has every name that is read, `bases` what stands before a dot, `called` the call by
    the expression that is called, `arguments` the call by the expression that is passed to it.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.module = Scope("module", None)
        for name, path in vocabulary.provided.items():
            self.module.bindings[name] = [("module", path)]
        self.scope_of: dict[ast.Name, Scope] = {}
        self.attributes: list[ast.Attribute] = []
        self.calls: list[ast.Call] = []
        self.called: dict[ast.expr, ast.Call] = {}
        self.bases: set[ast.expr] = set()
        self.arguments: dict[ast.expr, ast.Call] = {}
        self.deleted: set[str] = set()
        self.assigns_result = False
        self._own: dict[str, list[tuple[tuple, tuple]]] = {}
        # Answers that were given before.
        self._paths: dict[ast.expr, Path | None] = {}
        self._reached: dict[tuple[Scope, str], tuple[list[Binding], bool]] = {}
        self._named: dict[tuple[Scope, str], Path | None] = {}
        self._texts: dict[tuple[Scope, str], str | None] = {}

    def note_own_names(self, statement: ast.stmt) -> None:
        """From where on a module-level name is certain to be the program's own."""
        end = (statement.end_lineno, statement.end_col_offset)
        last = (1 << 60, 0)
        if isinstance(statement, ast.For):
            first = statement.body[0]
            self._note_targets([statement.target], (first.lineno, first.col_offset),
                               (statement.body[-1].end_lineno, statement.body[-1].end_col_offset))
        elif isinstance(statement, ast.Assign):
            self._note_targets(statement.targets, end, last)
        elif isinstance(statement, ast.AnnAssign) and statement.value:
            self._note_targets([statement.target], end, last)
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self._own.setdefault(statement.name, []).append((end, last))

    def _note_targets(self, targets: list[ast.expr], start: tuple, end: tuple) -> None:
        for target in targets:
            names = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
            for name in names:
                if isinstance(name, ast.Name):
                    self._own.setdefault(name.id, []).append((start, end))

    def lookup(self, scope: Scope, name: str) -> tuple[list[Binding], bool]:
        """The bindings that a name may reach, and whether it is certain to be a local one."""
        key = (scope, name)
        if key not in self._reached:
            self._reached[key] = self._walk_scopes(scope, name)
        return self._reached[key]

    def _walk_scopes(self, scope: Scope, name: str) -> tuple[list[Binding], bool]:
        found: list[Binding] = []
        if name in scope.globals:
            return self.module.bindings.get(name, []), False
        first: Scope | None = scope
        at = first
        while at is not None:
            if at.kind != "class" or at is first:
                found += at.bindings.get(name, [])
                found += at.shared.get(name, [])
                if name in at.globals:
                    break
                if name in at.bindings and at.kind in ("function", "comprehension"):
                    return found, True
            at = at.parent
        if at is not None:
            found += self.module.bindings.get(name, [])
        return found, False

    def resolve(self, node: ast.expr) -> Path | None:
        """("module", path) or ("member", module.name) that an expression names, or None."""
        if node in self._paths:
            return self._paths[node]
        path = None
        if isinstance(node, ast.Name) and node in self.scope_of:
            path = self._resolve_name(self.scope_of[node], node.id)
        elif isinstance(node, ast.Attribute):
            base = self.resolve(node.value)
            if base and base[0] == "module":
                full = f"{base[1]}.{node.attr}"
                path = ("module" if full in self.vocabulary.modules else "member", full)
        self._paths[node] = path
        return path

    def _resolve_name(self, scope: Scope, name: str) -> Path | None:
        key = (scope, name)
        if key not in self._named:
            bindings, _ = self.lookup(scope, name)
            modules = [b for b in bindings if b[0] == "module"]
            members = [b for b in bindings if b[0] == "member"]
            self._named[key] = (modules or members or [None])[0]
        return self._named[key]

    def is_own(self, node: ast.Name) -> bool:
        """Whether a module-level name of a builtin is bound wherever this use can run."""
        if node.id in self.deleted:
            return False
        at = (node.lineno, node.col_offset)
        return any(start <= at < end for start, end in self._own.get(node.id, ()))

    def constant_text(self, node: ast.expr) -> str | None:
        """The text that an expression is known to be: a literal, a sum of them, a name of one."""
        if isinstance(node, ast.Name) and node in self.scope_of:
            key = (self.scope_of[node], node.id)
            if key not in self._texts:
                bindings, _ = self.lookup(*key)
                texts = [literal_text(value) if kind == "value" else None
                         for kind, value in bindings]
                known = bool(texts) and None not in texts
                self._texts[key] = "".join(t for t in texts if t) if known else None
            return self._texts[key]
        return literal_text(node)
