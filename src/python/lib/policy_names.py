"""Which modules may be imported, and which names may stand behind a dot."""

import ast

from tabletalk_policy_findings import Findings
from tabletalk_policy_vocabulary import DUNDER, HINTS, Vocabulary


class NameRules:
    """Judges names alone, whatever they are names of here."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings) -> None:
        self.vocabulary = vocabulary
        self.add = findings.add

    def may_import(self, module: str, node: ast.AST) -> bool:
        """Whether a module may be imported; adds a finding where not."""
        top = module.partition(".")[0]
        if module in self.vocabulary.modules and top not in self.vocabulary.missing:
            return True
        if top in self.vocabulary.missing:
            why = f"{top} is not installed here"
        else:
            why = f"{module} cannot be imported"
        hint = self.vocabulary.instead.get(top)
        self.add("import_not_allowed", f"{why}.{' ' + hint if hint else ''} Allowed imports: "
                 f"{', '.join(self.vocabulary.listed)}", node)
        return False

    def refuse_member(self, module: str, name: str, node: ast.AST) -> None:
        """A name of a module that is not listed: which rule it breaks, and why."""
        path = f"{module}.{name}"
        if DUNDER.match(name):
            self.add("dunder_not_allowed", f"{path} cannot be used", node)
            return
        rule = self.vocabulary.denied_members.get(path) or self.vocabulary.denied_attributes.get(
            name, "attribute_not_allowed")
        if path in self.vocabulary.renamed:
            reason = f"it is gone; write {self.vocabulary.renamed[path]}"
        elif rule == "attribute_not_allowed":
            reason = f"it is not among the names of {module} that are allowed"
        else:
            reason = HINTS[rule]
        self.add(rule, f"{path} cannot be used: {reason}", node)

    def judge_attribute(self, name: str, node: ast.AST) -> bool:
        """Judges an attribute of a value by its name; whether there was a finding."""
        column = f" (a column is df[{name!r}])"
        if DUNDER.match(name):
            if name in self.vocabulary.dunder_attributes:
                return False
            self.add("dunder_not_allowed", f"the attribute {name} cannot be used; Python's inner "
                     "workings are closed", node)
        elif name.startswith("_"):
            if name in self.vocabulary.private_attributes:
                return False
            self.add("private_not_allowed", f"the attribute {name} is private; use a name without "
                     f"a leading underscore{column}", node)
        elif name in self.vocabulary.denied_attributes:
            rule = self.vocabulary.denied_attributes[name]
            self.add(rule, f"the attribute {name} cannot be used: {HINTS[rule]}{column}", node)
        else:
            return False
        return True
