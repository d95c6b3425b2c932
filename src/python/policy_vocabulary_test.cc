// policies/python.json against the packages that are installed (testing/audit_vocabulary.py): a new
// pandas or NumPy that takes a name away, or brings a method that writes files, fails here.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "python/check.h"
#include "python/plain_object.h"
#include "python/testing/embedded_interpreter.h"

namespace tabletalk::python {
namespace {

std::string ReadSource(const std::string& path) {
  std::ifstream file(TABLETALK_SOURCE_DIR "/" + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What the audit of that name says of a vocabulary, or all audits where it has none, as JSON:
/// [[complaint, ...], names looked at].
base::json::array Audit(const std::string& vocabulary, const std::string& only = "") {
  testing::TheInterpreter();
  const Ref scope = Ref::Steal(PyDict_New());
  PyDict_SetItemString(scope.get(), "__builtins__", PyEval_GetBuiltins());
  const std::string audit = ReadSource("src/python/testing/audit_vocabulary.py");
  Ref found = Ref::Steal(PyRun_String(audit.c_str(), Py_file_input, scope.get(), scope.get()));
  if (found)
    found = Ref::Steal(PyObject_CallFunction(PyDict_GetItemString(scope.get(), "complaints"), "ss",
                                             vocabulary.c_str(), only.c_str()));
  if (!found) {
    ADD_FAILURE() << TakeError();
    return {base::json::array(), 0};
  }
  return PlainJson(found.get()).as_array();
}

std::string AllOf(const base::json::value& complaints) {
  std::string all;
  for (const auto& complaint : complaints.as_array())
    all += std::string(complaint.as_string()) + "\n";
  return all;
}

TEST(PolicyVocabulary, FitsTheInstalledPackages) {
  const auto audited = Audit(ReadSource("policies/python.json"));
  EXPECT_EQ(AllOf(audited[0]), "");
  EXPECT_GT(audited[1].as_int64(), 1500);  // it did look
}

TEST(PolicyVocabulary, EachFaultIsFound) {
  struct Fault {
    const char* find;
    const char* put;
    const char* complaint;
  };
  const std::string sound = ReadSource("policies/python.json");
  for (const Fault& fault : std::initializer_list<Fault>{
           {"\"linspace\"", "\"linspaces\"", "dead_names: numpy.linspaces\n"},
           {"\"linspace\"", "\"linspace\", \"linspace\"", "doubled_names: numpy: linspace\n"},
           {"\"typing\"\n", "\"typings\"\n", "dead_imports: typings\n"},
           {"\"typing\"\n", "\"re\"\n", "hidden_imports: typing\n"},
           {"\"numpy.trapezoid\"", "\"numpy.trapeze\"", "wrong_renames: numpy.trapeze is not"},
           {"\"linspace\"", "\"linspace\", \"lib\", \"ctypeslib\"",
            "listed_modules: numpy.ctypeslib\n"},
           {"\"linspace\"", "\"linspace\", \"loadtxt\"", "listed_readers: numpy.loadtxt is both"},
           {"\"crosstab\"", "\"crosstab\", \"read_csv\"", "file_functions: pandas.read_csv takes"},
           {"\"to_feather\", ", "", "open_methods: to_feather of pandas.DataFrame takes path\n"},
           {"\"write_png\"", "\"write_pngs\"", "open_methods: write_png of matplotlib"}}) {
    std::string faulty = sound;
    const std::size_t at = faulty.find(fault.find);
    ASSERT_NE(at, faulty.npos) << fault.find;
    faulty.replace(at, std::string_view(fault.find).size(), fault.put);
    const std::string complaint = fault.complaint;
    const std::string found = AllOf(Audit(faulty, complaint.substr(0, complaint.find(':')))[0]);
    EXPECT_NE(found.find(complaint), found.npos)
        << fault.put << " is not noticed, but: " << found;
  }
}

TEST(PolicyVocabulary, AllowedImportsAreTheDocumentedOnes) {
  const auto checked = CheckPython(testing::TheInterpreter(), {.code = "result = 1"});
  ASSERT_TRUE(checked.has_value());
  std::vector<std::string> expected = {
      "__future__",        "collections", "datetime", "decimal", "fractions",
      "functools",         "itertools",   "json",     "math",    "matplotlib",
      "matplotlib.pyplot", "numpy",       "pandas",   "random",  "re",
      "statistics",        "typing"};
  EXPECT_EQ(checked->allowed_imports, expected);  // scipy and sklearn are not among the packages
  const std::string documentation = ReadSource("docs/policy.md");
  const std::size_t start = documentation.find("Allowed imports: ");
  const std::string documented =
      documentation.substr(start, documentation.find('\n', start) - start);
  for (const std::string& name : checked->allowed_imports)
    EXPECT_NE(documented.find("`" + name + "`"), documented.npos) << name;
}

TEST(PolicyVocabulary, OwnModulesCannotBeImported) {
  testing::TheInterpreter();
  for (const char* name : {"policy", "tabletalk_policy", "tabletalk_policy_vocabulary",
                           "tabletalk_results", "tabletalk_frames"}) {
    EXPECT_FALSE(Ref::Steal(PyImport_ImportModule(name))) << name;
    PyErr_Clear();
  }
}

}  // namespace
}  // namespace tabletalk::python
