"""The second pass: what a program does with names and attributes, and what it must define."""

import ast

from tabletalk_policy_calls import DISPATCHERS, SPECIAL, CallRules
from tabletalk_policy_findings import Findings
from tabletalk_policy_names import NameRules
from tabletalk_policy_scopes import Program, Scope
from tabletalk_policy_syntax import is_super
from tabletalk_policy_vocabulary import DUNDER, Vocabulary


class Rules:
    """Judges a program of which all names are known."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings, program: Program) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.add = findings.add
        self.program = program
        self.names = NameRules(vocabulary, findings)
        self.calls = CallRules(vocabulary, findings, program)

    def judge(self, tree: ast.Module, contract: str) -> None:
        """Adds all that is found, in no order."""
        for name, scope in self.program.scope_of.items():
            self._judge_name(name, scope)
        for attribute in self.program.attributes:
            self._judge_attribute(attribute)
        for call in self.program.calls:
            self.calls.judge(call)
        self._judge_contract(tree, contract)

    def _judge_name(self, node: ast.Name, scope: Scope) -> None:
        name = node.id
        if DUNDER.match(name) and name != "__name__":
            self.add("dunder_not_allowed", f"the name {name} cannot be used", node)
        elif name in self.vocabulary.names:
            _, local = self.program.lookup(scope, name)
            if not local and not self.program.is_own(node):
                self.add("name_not_allowed",
                         f"{name} cannot be used. {self.vocabulary.names[name]}", node)
        elif name == "type":
            self._judge_type(node, scope)
        elif node not in self.program.bases:
            self._judge_value(node)

    def _judge_type(self, node: ast.Name, scope: Scope) -> None:
        if self.program.lookup(scope, "type")[1]:
            return
        call = self.program.called.get(node)
        if call:
            fine = (len(call.args) == 1 and not call.keywords
                    and not isinstance(call.args[0], ast.Starred))
        else:
            user = self.program.arguments.get(node)
            function = user.func if user else None
            fine = (isinstance(function, ast.Attribute)
                    and function.attr in ("map", "apply", "applymap")
                    or isinstance(function, ast.Name) and function.id in ("map", "isinstance"))
            fine = fine and len(user.args) <= 2 and not user.keywords
        if not fine:
            self.add("name_not_allowed", "type can only be asked for the type of one value: "
                     "type(x); write a class statement to define a class", node)

    def _judge_value(self, node: ast.expr) -> None:
        """A module, or a function that must be called in a certain way, used as a value."""
        path = self.program.resolve(node)
        if path is None:
            return
        if path[1] in self.vocabulary.module_values:
            return
        if path[0] == "module":
            self.add("module_as_value", f"{path[1]} is a module and can only stand before a dot, "
                     "as in " + path[1].rpartition(".")[2] + ".name; give a variable of your own "
                     "another name", node)
        elif path[1] in SPECIAL:
            problem = SPECIAL[path[1]](self.program.called.get(node))
            if problem:
                self.add("argument_not_allowed", f"{path[1]}: {problem}", node)

    def _judge_attribute(self, node: ast.Attribute) -> None:
        base = self.program.resolve(node.value)
        if base and base[0] == "module":
            self._judge_member(base[1], node)
            if node not in self.program.bases:
                self._judge_value(node)
        elif node.attr == "__init__" and is_super(node.value) and node in self.program.called:
            pass
        elif not self.names.judge_attribute(node.attr, node):
            if node.attr in ("format", "format_map"):
                self.calls.judge_template(node)
            elif node.attr in self.vocabulary.writers:
                self.calls.judge_writer(node)
            elif DISPATCHERS.get(node.attr) == (0, 1) and node not in self.program.called:
                self.add("attribute_not_allowed", f"{node.attr} can only be called where it "
                         "stands; it calls methods by name", node)
            elif node.attr in ("now", "today", "utcnow") and node in self.program.called:
                self._note_clock(node)
        if base and not isinstance(node.ctx, ast.Load):
            self.add("attribute_not_allowed", f"{base[1]}.{node.attr} cannot be changed; use a "
                     "variable or function of your own", node)
        elif node.attr == "backend" and not isinstance(node.ctx, ast.Load):
            self.add("argument_not_allowed", self.vocabulary.keywords["backend"], node)

    def _judge_member(self, module: str, node: ast.Attribute) -> None:
        if f"{module}.{node.attr}" not in self.vocabulary.modules:
            if node.attr not in self.vocabulary.modules[module]:
                self.names.refuse_member(module, node.attr, node)
            elif node.attr in ("now", "today", "utcnow") and node in self.program.called:
                self._note_clock(node)

    def _note_clock(self, node: ast.Attribute) -> None:
        self.add("not_repeatable", f"{node.attr}() reads the clock: another run may give another "
                 "result", node, severity="info")

    def _judge_contract(self, tree: ast.Module, contract: str) -> None:
        if contract == "result":
            if not self.program.assigns_result:
                self.findings.add_without_place(
                    "missing_result", "assign what is to be shown to the variable result, outside "
                    "of any function: result = ...")
            return
        functions = [s for s in tree.body
                     if isinstance(s, ast.FunctionDef) and s.name == "calculate"]
        if not functions:
            self.findings.add_without_place(
                "missing_calculate", "define the function calculate(input) at the top level; what "
                "it returns is the result")
        elif not _takes_one_argument(functions[-1].args):
            self.add("calculate_signature", "calculate is called with one argument: write "
                     "def calculate(input):", functions[-1])


def _takes_one_argument(arguments: ast.arguments) -> bool:
    positional = [*arguments.posonlyargs, *arguments.args]
    needed = len(positional) - len(arguments.defaults)
    taken = len(positional) + (arguments.vararg is not None)
    return taken >= 1 and needed <= 1 and None not in arguments.kw_defaults
