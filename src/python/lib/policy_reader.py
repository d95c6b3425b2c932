"""The first pass: scopes, bindings, loops, and what names, attributes and calls there are."""

import ast
from typing import Any

from tabletalk_policy_findings import Findings
from tabletalk_policy_names import NameRules
from tabletalk_policy_scopes import Program, Scope
from tabletalk_policy_syntax import children, template_attributes
from tabletalk_policy_vocabulary import DUNDER, Vocabulary


class Reader:
    """Fills a Program from a tree.

    Each handler gives the children with the scope and the loop depth they are in; names, attributes
    and calls wait for the second pass.
    """

    def __init__(self, vocabulary: Vocabulary, findings: Findings, max_loop_depth: int) -> None:
        self.vocabulary = vocabulary
        self.add = findings.add
        self.max_loop_depth = max_loop_depth
        self.names = NameRules(vocabulary, findings)
        self.program = Program(vocabulary)

    def read(self, tree: ast.Module) -> Program:
        for statement in tree.body:
            self.program.note_own_names(statement)
        stack: list[tuple[ast.AST, Scope, int]] = [(tree, self.program.module, 0)]
        while stack:
            node, scope, depth = stack.pop()
            visit = _VISITS.get(type(node))
            if visit is None:
                stack += [(child, scope, depth) for child in reversed(children(node))]
            else:
                stack += reversed(visit(self, node, scope, depth))
        return self.program

    def bind(self, scope: Scope, name: str, kind: str, value: Any, node: ast.AST) -> None:
        """Records that a name is given a value; no name of Python's own may be."""
        if DUNDER.match(name):
            allowed = scope.kind == "class" and kind == "def" and name in self.vocabulary.methods
            if not allowed:
                self.add("dunder_not_allowed", f"{name} cannot be defined or assigned; choose a "
                         "name without double underscores", node)
        if name in scope.globals:
            scope = self.program.module
        elif name in scope.nonlocals:
            # Any function around may be the one that is meant.
            outer = scope.parent
            while outer is not None:
                outer.shared.setdefault(name, []).append((kind, value))
                outer = outer.parent
            return
        scope.bindings.setdefault(name, []).append((kind, value))
        if name == "result" and scope is self.program.module and kind == "value":
            self.program.assigns_result = True

    def bind_target(self, target: ast.expr, value: ast.expr | None, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            self.bind(scope, target.id, "value", value, target)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self.bind_target(element, None, scope)
        elif isinstance(target, ast.Starred):
            self.bind_target(target.value, None, scope)

    def visit_name(self, node: ast.Name, scope: Scope, depth: int) -> list:
        if isinstance(node.ctx, ast.Load):
            self.program.scope_of[node] = scope
        elif DUNDER.match(node.id):
            self.add("dunder_not_allowed", f"the name {node.id} cannot be assigned or deleted",
                     node)
        if isinstance(node.ctx, ast.Del):
            self.program.deleted.add(node.id)
        return []

    def visit_assign(self, node: Any, scope: Scope, depth: int) -> list:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is not None:
            whole = None if isinstance(node, ast.AugAssign) else node.value
            for target in targets:
                self.bind_target(target, whole, scope)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            self.program.scope_of[ast.copy_location(ast.Name(node.target.id, ast.Load()),
                                                    node.target)] = scope
        return [(child, scope, depth) for child in children(node)]

    def visit_walrus(self, node: ast.NamedExpr, scope: Scope, depth: int) -> list:
        home = scope
        while home.kind == "comprehension" and home.parent:
            home = home.parent
        self.bind_target(node.target, node.value, home)
        return [(node.value, scope, depth)]

    def visit_loop(self, node: Any, scope: Scope, depth: int) -> list:
        self._judge_depth(node, depth + 1)
        if isinstance(node, ast.AsyncFor):
            self._refuse_async(node)
        head = [node.test] if isinstance(node, ast.While) else [node.iter, node.target]
        if not isinstance(node, ast.While):
            self.bind_target(node.target, None, scope)
        return ([(child, scope, depth) for child in head]
                + [(child, scope, depth + 1) for child in node.body]
                + [(child, scope, depth) for child in node.orelse])

    def visit_comprehension(self, node: Any, scope: Scope, depth: int) -> list:
        inner = Scope("comprehension", scope)
        found = [(node.generators[0].iter, scope, depth)]
        for number, generator in enumerate(node.generators):
            level = depth + number + 1
            self._judge_depth(node if number == 0 else generator.target, level)
            if generator.is_async:
                self._refuse_async(generator.target)
            self.bind_target(generator.target, None, inner)
            if number:
                found.append((generator.iter, inner, level - 1))
            found += [(child, inner, level) for child in (generator.target, *generator.ifs)]
        level = depth + len(node.generators)
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        return found + [(child, inner, level) for child in results]

    def visit_function(self, node: Any, scope: Scope, depth: int) -> list:
        inner = Scope("function", scope)
        arguments = node.args
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        parameters += [a for a in (arguments.vararg, arguments.kwarg) if a]
        for parameter in parameters:
            self.bind(inner, parameter.arg, "value", None, parameter)
        outside = [a.annotation for a in parameters if a.annotation]
        outside += [*arguments.defaults, *(d for d in arguments.kw_defaults if d)]
        if isinstance(node, ast.Lambda):
            return [(c, scope, depth) for c in outside] + [(node.body, inner, depth)]
        if isinstance(node, ast.AsyncFunctionDef):
            self._refuse_async(node)
        self.bind(scope, node.name, "def", node, node)
        outside += [*node.decorator_list, *([node.returns] if node.returns else [])]
        outside += self._type_parameters(node, inner)
        return ([(child, scope, depth) for child in outside]
                + [(child, inner, depth) for child in node.body])

    def visit_class(self, node: ast.ClassDef, scope: Scope, depth: int) -> list:
        self.bind(scope, node.name, "def", node, node)
        for keyword in node.keywords:
            self.add("class_not_allowed", "a class takes no keywords such as metaclass= here",
                     keyword)
        inner = Scope("class", scope)
        outside = [*node.bases, *node.keywords, *node.decorator_list]
        outside += self._type_parameters(node, inner)
        return ([(child, scope, depth) for child in outside]
                + [(child, inner, depth) for child in node.body])

    def _type_parameters(self, node: Any, scope: Scope) -> list[ast.AST]:
        parameters = getattr(node, "type_params", [])
        for parameter in parameters:
            self.bind(scope, parameter.name, "value", None, parameter)
        return parameters

    def visit_import(self, node: ast.Import, scope: Scope, depth: int) -> list:
        self._refuse_in_class(node, scope)
        for alias in node.names:
            if not self.names.may_import(alias.name, node):
                path = None
            elif alias.asname:
                path = alias.name
            else:
                path = alias.name.partition(".")[0]
            name = alias.asname or alias.name.partition(".")[0]
            self.bind(scope, name, "module" if path else "value", path, alias)
        return []

    def _refuse_in_class(self, node: ast.stmt, scope: Scope) -> None:
        if scope.kind == "class":  # The module would be an attribute of the class, so a value.
            self.add("class_not_allowed", "a class cannot hold imports; import at the top", node)

    def visit_import_from(self, node: ast.ImportFrom, scope: Scope, depth: int) -> list:
        self._refuse_in_class(node, scope)
        module = node.module or ""
        if node.level:
            self.add("import_not_allowed", "relative imports are not allowed; all code is one "
                     "program", node)
            return []
        if not self.names.may_import(module, node):
            for alias in node.names:
                self.bind(scope, alias.asname or alias.name, "value", None, alias)
            return []
        for alias in node.names:
            path = f"{module}.{alias.name}"
            kind = "module" if path in self.vocabulary.modules else "member"
            if alias.name == "*":
                self.add("star_import", f"name what you need: from {module} import ...", alias)
                continue
            if kind == "member" and alias.name not in self.vocabulary.modules[module]:
                self.names.refuse_member(module, alias.name, alias)
            if module != "__future__":
                self.bind(scope, alias.asname or alias.name, kind, path, alias)
        return []

    def visit_attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> list:
        self.program.attributes.append(node)
        self.program.bases.add(node.value)
        return [(node.value, scope, depth)]

    def visit_call(self, node: ast.Call, scope: Scope, depth: int) -> list:
        self.program.calls.append(node)
        self.program.called[node.func] = node
        for argument in node.args:
            self.program.arguments[argument] = node
        return [(child, scope, depth) for child in children(node)]

    def visit_global(self, node: Any, scope: Scope, depth: int) -> list:
        for name in node.names:
            if DUNDER.match(name):
                self.add("dunder_not_allowed", f"{name} cannot be used", node)
        (scope.globals if isinstance(node, ast.Global) else scope.nonlocals).update(node.names)
        return []

    def visit_handler(self, node: ast.ExceptHandler, scope: Scope, depth: int) -> list:
        if node.name:
            self.bind(scope, node.name, "value", None, node)
            self.program.deleted.add(node.name)
        return [(child, scope, depth) for child in children(node)]

    def visit_with(self, node: Any, scope: Scope, depth: int) -> list:
        for item in node.items:
            if item.optional_vars:
                self.bind_target(item.optional_vars, None, scope)
        if isinstance(node, ast.AsyncWith):
            self._refuse_async(node)
        return [(child, scope, depth) for child in children(node)]

    def visit_pattern(self, node: Any, scope: Scope, depth: int) -> list:
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name:
            self.bind(scope, name, "value", None, node)
        return [(child, scope, depth) for child in children(node)]

    def visit_class_pattern(self, node: ast.MatchClass, scope: Scope, depth: int) -> list:
        for name in node.kwd_attrs:
            self.names.judge_attribute(name, node)
        return [(child, scope, depth) for child in children(node)]

    def visit_constant(self, node: ast.Constant, scope: Scope, depth: int) -> list:
        if isinstance(node.value, str) and "{" in node.value:
            for name in template_attributes(node.value):
                if name.startswith("_"):
                    self.add("format_template", f"the template reads the attribute {name}; format "
                             "plain values only", node)
                    break
        return []

    def visit_await(self, node: ast.Await, scope: Scope, depth: int) -> list:
        self._refuse_async(node)
        return [(node.value, scope, depth)]

    def _judge_depth(self, node: ast.AST, depth: int) -> None:
        if depth == self.max_loop_depth + 1:
            self.add("loop_too_deep", f"loops and comprehensions are nested more than "
                     f"{self.max_loop_depth} deep; use groupby, merge or a function of its own "
                     "on whole columns", node)

    def _refuse_async(self, node: ast.AST) -> None:
        self.add("async_not_allowed", "there is no event loop here; write a plain function, for "
                 "or with", node)


_VISITS = {
    ast.Name: Reader.visit_name,
    ast.Attribute: Reader.visit_attribute,
    ast.Call: Reader.visit_call,
    ast.Constant: Reader.visit_constant,
    ast.Assign: Reader.visit_assign,
    ast.AugAssign: Reader.visit_assign,
    ast.AnnAssign: Reader.visit_assign,
    ast.NamedExpr: Reader.visit_walrus,
    ast.FunctionDef: Reader.visit_function,
    ast.AsyncFunctionDef: Reader.visit_function,
    ast.Lambda: Reader.visit_function,
    ast.ClassDef: Reader.visit_class,
    ast.Import: Reader.visit_import,
    ast.ImportFrom: Reader.visit_import_from,
    ast.Global: Reader.visit_global,
    ast.Nonlocal: Reader.visit_global,
    ast.ExceptHandler: Reader.visit_handler,
    ast.With: Reader.visit_with,
    ast.AsyncWith: Reader.visit_with,
    ast.Await: Reader.visit_await,
    ast.MatchAs: Reader.visit_pattern,
    ast.MatchStar: Reader.visit_pattern,
    ast.MatchMapping: Reader.visit_pattern,
    ast.MatchClass: Reader.visit_class_pattern,
    **{kind: Reader.visit_loop for kind in (ast.For, ast.AsyncFor, ast.While)},
    **{kind: Reader.visit_comprehension for kind in (
        ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)},
}
