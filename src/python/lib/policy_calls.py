"""Calls: arguments that matter, methods called by name, templates, writers that give text."""

import ast
import re

from tabletalk_policy_findings import Findings
from tabletalk_policy_names import NameRules
from tabletalk_policy_scopes import Program, Scope
from tabletalk_policy_syntax import (
    functions_of_pairs, is_computed_text, is_plain, template_attributes)
from tabletalk_policy_vocabulary import DUNDER, FILE_HINT, Vocabulary

# Methods that take the name of another method as text: the positions and keywords that may carry
# it, and the keywords that mean nothing to the method so called.
DISPATCHERS = {"agg": (0, 1), "aggregate": (0, 1), "apply": (0, 1), "transform": (0, 1),
               "pivot_table": (3, 5), "crosstab": (5, 6), "NamedAgg": (1, 2)}
_DISPATCH_KEYWORDS = {"func", "aggfunc"}
_PLAIN_KEYWORDS = {"axis", "raw", "result_type", "by_row", "engine", "include_groups",
                   "numeric_only", "skipna"}


class CallRules:
    """Judges calls, and attributes that are harmless only when they are called in a certain way."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings, program: Program) -> None:
        self.vocabulary = vocabulary
        self.add = findings.add
        self.program = program
        self.names = NameRules(vocabulary, findings)
        self.templates: dict[str, str | None] = {}
        self.aggregations: dict[tuple[Scope, str], list[ast.expr] | None] = {}
        self.unknown: dict[tuple[Scope, str], bool] = {}

    def judge_writer(self, node: ast.Attribute) -> None:
        """to_csv and its kin give text when no path is given; only so may they be called."""
        call = self.program.called.get(node)
        target = self.vocabulary.writers[node.attr]
        fine = call is not None
        if call is not None:
            targets = [*call.args[:1], *(k.value for k in call.keywords if k.arg == target)]
            fine = (all(isinstance(t, ast.Constant) and t.value is None for t in targets)
                    and all(k.arg for k in call.keywords))
        if not fine:
            self.add("file_access", f"{node.attr} can only be called without a path, and then "
                     f"returns text: {node.attr}(); {FILE_HINT}", node)

    def judge_template(self, node: ast.Attribute) -> None:
        """str.format reads attributes by name, so what it reads must be there to see."""
        template = self.program.constant_text(node.value)
        if template is not None:
            if template not in self.templates:
                self.templates[template] = next(
                    (name for name in template_attributes(template)
                     if name.startswith("_") or name in self.vocabulary.denied_attributes), None)
            if self.templates[template]:
                self.add("format_template", "the template reads the attribute "
                         f"{self.templates[template]}; format plain values only", node)
            return
        call = self.program.called.get(node)
        plain = call is not None and node.attr == "format" and not isinstance(
            node.value, ast.JoinedStr) and not self._is_str(node.value) and all(
                is_plain(a) for a in [*call.args, *(k.value for k in call.keywords)]) and all(
                    k.arg for k in call.keywords)
        if not plain:
            self.add("format_template", "a template must be a text in the code: use an f-string, "
                     f"or '...'.format(x) (a column is df[{node.attr!r}])", node)

    def _is_str(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == "str"

    def judge(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            if keyword.arg is None:
                continue
            if DUNDER.match(keyword.arg):
                self.add("dunder_not_allowed", f"{keyword.arg} cannot be used as an argument",
                         keyword)
            elif keyword.arg in self.vocabulary.keywords and not _is_harmless(keyword):
                self.add("argument_not_allowed", f"{keyword.arg}= cannot be used. "
                         f"{self.vocabulary.keywords[keyword.arg]}", keyword)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(
            node.func, "id", "")
        if name in DISPATCHERS and (isinstance(node.func, ast.Attribute) or name in (
                "pivot_table", "crosstab", "NamedAgg")):
            self._judge_dispatch(node, name)

    def _judge_dispatch(self, node: ast.Call, name: str) -> None:
        """df.agg("sum") calls a method by name, so the name is judged like an attribute."""
        first, end = DISPATCHERS[name]
        # Called on a class, pd.DataFrame.agg(df, "sum"), it has one argument more.
        functions = [*(node.args if end == 1 else node.args[first:end])]
        functions += [a for a in node.args if isinstance(a, ast.Starred)]
        extras = len(node.args) > 2 and end == 1
        for keyword in node.keywords:
            if keyword.arg in _DISPATCH_KEYWORDS:
                functions.append(keyword.value)
            elif keyword.arg is None:
                functions += self._named_aggregations(keyword.value)
            elif name.startswith("agg") and isinstance(keyword.value, ast.Tuple):
                functions += keyword.value.elts[1:]
            elif keyword.arg not in _PLAIN_KEYWORDS and end == 1:
                extras = True
        for function in functions:
            self._judge_function_argument(function, extras)

    def _named_aggregations(self, node: ast.expr) -> list[ast.expr]:
        """The functions in df.agg(**{"total": ("amount", "sum")}), written there or named."""
        if isinstance(node, ast.Name) and node in self.program.scope_of:
            key = (self.program.scope_of[node], node.id)
            if key not in self.aggregations:
                self.aggregations[key] = functions_of_pairs(
                    [value for _, value in self.program.lookup(*key)[0]])
            found = self.aggregations[key]
        else:
            found = functions_of_pairs([node])
        return [ast.copy_location(ast.Starred(node, ast.Load()), node)] if found is None else found

    def _judge_function_argument(self, node: ast.expr, extras: bool) -> None:
        """What may stand for the function in df.agg(function, ...).

        With further arguments even a variable may not, as it could hold the name of a writer.
        """
        stack = [node]
        while stack:
            at = stack.pop()
            if isinstance(at, (ast.List, ast.Tuple, ast.Set)):
                stack += at.elts
            elif isinstance(at, ast.Dict):
                stack += at.values
            elif isinstance(at, ast.DictComp):
                stack.append(at.value)
            elif isinstance(at, (ast.ListComp, ast.GeneratorExp)):
                stack.append(at.elt)
            elif isinstance(at, ast.IfExp):
                stack += [at.body, at.orelse]
            elif isinstance(at, ast.Constant):
                self._judge_method_text(at)
            elif is_computed_text(at) or extras and self._is_unknown(at):
                self.add("attribute_not_allowed", "a method cannot be called by a name that is "
                         "computed; write its name as a text, or pass a function or lambda", at)

    def _judge_method_text(self, node: ast.Constant) -> None:
        if not isinstance(node.value, str) or self.names.judge_attribute(node.value, node):
            return
        if node.value in self.vocabulary.writers:
            self.add("file_access", f"{node.value} cannot be called by name: {FILE_HINT}", node)

    def _is_unknown(self, node: ast.expr) -> bool:
        """Whether an expression may stand for a text: anything but a function that is known."""
        if isinstance(node, ast.Lambda) or self.program.resolve(node):
            return False
        if isinstance(node, ast.Name) and node in self.program.scope_of:
            key = (self.program.scope_of[node], node.id)
            if key not in self.unknown:
                self.unknown[key] = any(kind == "value" and not isinstance(value, ast.Lambda)
                                        for kind, value in self.program.lookup(*key)[0])
            return self.unknown[key]
        if isinstance(node, ast.Attribute):
            return not (isinstance(node.value, ast.Name) and node.value.id in ("str", "dict")
                        or self.program.resolve(node.value))
        return True


def _is_harmless(keyword: ast.keyword) -> bool:
    """The few values with which a refused keyword means nothing."""
    if not isinstance(keyword.value, ast.Constant):
        return False
    harmless = {"backend": (None, "matplotlib"), "usetex": (False,), "refcheck": (True,)}
    return keyword.value.value in harmless.get(keyword.arg or "", ())


def _only_agg(call: ast.Call | None) -> str | None:
    if call and len(call.args) >= 1 and isinstance(call.args[0], ast.Constant) and isinstance(
            call.args[0].value, str) and call.args[0].value.lower() == "agg":
        return None
    return "write it with 'Agg', or leave it out; figures are drawn without a window"


def _only_named_styles(call: ast.Call | None) -> str | None:
    if call and len(call.args) == 1 and not call.keywords:
        styles = call.args[0].elts if isinstance(call.args[0], ast.List) else call.args
        if all(isinstance(s, ast.Constant) and isinstance(s.value, str)
               and re.fullmatch(r"[\w-]+", s.value) for s in styles):
            return None
    return "name a built-in style as a text, such as 'ggplot'"


def _only_settings(call: ast.Call | None) -> str | None:
    if call and len(call.args) <= 1 and all(k.arg == "rc" for k in call.keywords) and not any(
            isinstance(a, ast.Starred) for a in call.args):
        return None
    return "pass one dict of settings and no file"


def _only_one_function(call: ast.Call | None) -> str | None:
    if call and len(call.args) == 1 and not call.keywords and not isinstance(
            call.args[0], ast.Starred):
        return None
    return "call it with one function and nothing else: @functools.wraps(function)"


# Functions that are harmless only when they are called, and called in this way.
SPECIAL = {
    "matplotlib.use": _only_agg,
    "matplotlib.pyplot.switch_backend": _only_agg,
    "matplotlib.style.use": _only_named_styles,
    "matplotlib.style.context": _only_named_styles,
    "matplotlib.pyplot.style.use": _only_named_styles,
    "matplotlib.pyplot.style.context": _only_named_styles,
    "matplotlib.pyplot.rc_context": _only_settings,
    "functools.wraps": _only_one_function,
}
