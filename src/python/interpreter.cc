#include "python/interpreter.h"

#include "python/embedded.h"

namespace tabletalk::python {

using base::ErrorCode;
using base::MakeError;
using base::Result;

namespace {

/// A PyConfig that is cleared again.
class Configuration {
 public:
  Configuration() { PyConfig_InitIsolatedConfig(&config_); }
  Configuration(const Configuration&) = delete;
  ~Configuration() { PyConfig_Clear(&config_); }
  PyConfig* get() { return &config_; }

 private:
  PyConfig config_;
};

Result<void> Check(const PyStatus& status) {
  if (PyStatus_Exception(status) == 0) return {};
  return MakeError(ErrorCode::unavailable, "Python does not start.",
                   std::string(status.func != nullptr ? status.func : "") + ": " +
                       (status.err_msg != nullptr ? status.err_msg : "no reason given"));
}

Result<void> Initialize(const std::vector<std::string>& paths) {
  PyPreConfig before;
  PyPreConfig_InitIsolatedConfig(&before);
  before.utf8_mode = 1;
  TT_CHECK(Check(Py_PreInitialize(&before)));

  Configuration configuration;
  PyConfig* config = configuration.get();
  config->site_import = 0;
  config->write_bytecode = 0;
  config->install_signal_handlers = 0;
  config->pathconfig_warnings = 0;
  config->use_hash_seed = 1;  // a set of texts has the same order in every run
  config->hash_seed = 0;
  config->module_search_paths_set = 1;
  // The search for a prefix is skipped where all its results are given.
  for (wchar_t** place : {&config->program_name, &config->executable, &config->base_executable})
    TT_CHECK(Check(PyConfig_SetString(config, place, L"/bin/tabletalk-python")));
  for (wchar_t** place : {&config->home, &config->prefix, &config->base_prefix,
                          &config->exec_prefix, &config->base_exec_prefix, &config->stdlib_dir})
    TT_CHECK(Check(PyConfig_SetString(config, place, L"/")));
  for (const std::string& path : paths) {
    wchar_t* wide = Py_DecodeLocale(path.c_str(), nullptr);
    if (wide == nullptr)
      return MakeError(ErrorCode::unavailable, "Python does not start.", "a path is not text");
    const PyStatus status = PyWideStringList_Append(&config->module_search_paths, wide);
    PyMem_RawFree(wide);
    TT_CHECK(Check(status));
  }
  return Check(Py_InitializeFromConfig(config));
}

/// The flush method of a standard stream, which first learns to write whole lines at once.
Ref PrepareStream(const char* name) {
  PyObject* stream = PySys_GetObject(name);
  if (stream == nullptr || stream == Py_None) return {};
  const Ref reconfigure = Ref::Steal(PyObject_GetAttrString(stream, "reconfigure"));
  const Ref none = Ref::Steal(PyTuple_New(0));
  const Ref options =
      Ref::Steal(Py_BuildValue("{s:O,s:s}", "line_buffering", Py_True, "errors", "replace"));
  if (reconfigure) Ref::Steal(PyObject_Call(reconfigure.get(), none.get(), options.get()));
  PyErr_Clear();
  return Ref::Steal(PyObject_GetAttrString(stream, "flush"));
}

Result<Ref> LoadModule(const EmbeddedText& embedded) {
  const std::string name(embedded.name.substr(0, embedded.name.find('.')));
  const std::string file = "<tabletalk " + name + ">";
  const Ref code =
      Ref::Steal(Py_CompileString(std::string(embedded.text).c_str(), file.c_str(), Py_file_input));
  const Ref module = Ref::Steal(PyModule_New(("tabletalk_" + name).c_str()));
  if (code && module) {
    PyObject* globals = PyModule_GetDict(module.get());
    PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins());
    PyDict_SetItemString(PyImport_GetModuleDict(), ("tabletalk_" + name).c_str(), module.get());
    if (Ref::Steal(PyEval_EvalCode(code.get(), globals, globals))) return module;
  }
  return MakeError(ErrorCode::unavailable, "Python lacks a module that it needs.",
                   name + ": " + TakeError());
}

}  // namespace

std::string TakeError() {
  const Ref raised = TakeRaised();
  if (!raised) return "no exception";
  const Ref text = Ref::Steal(PyObject_Str(raised.get()));
  PyErr_Clear();
  return TypeName(raised.get()) + ": " + TextOf(text.get());
}

Result<Interpreter> Interpreter::Start(const std::vector<std::string>& paths) {
  TT_CHECK(Initialize(paths));
  Interpreter interpreter;
  interpreter.flush_output_ = PrepareStream("stdout");
  interpreter.flush_errors_ = PrepareStream("stderr");
  PyErr_Clear();
  TT_CHECK(interpreter.LoadModules());
  return interpreter;
}

Result<void> Interpreter::LoadModules() {
  for (const EmbeddedText& embedded : EmbeddedTexts()) {
    if (!embedded.name.ends_with(".py")) continue;
    TT_ASSIGN(Ref module, LoadModule(embedded));
    modules_.push_back(
        {std::string(embedded.name.substr(0, embedded.name.size() - 3)), std::move(module)});
  }
  // They could import one another until here; nobody else is to find them.
  for (const Module& loaded : modules_)
    PyDict_DelItemString(PyImport_GetModuleDict(), ("tabletalk_" + loaded.name).c_str());
  return {};
}

PyObject* Interpreter::Function(std::string_view module, const char* name) const {
  for (const Module& loaded : modules_)
    if (loaded.name == module)
      return PyDict_GetItemString(PyModule_GetDict(loaded.module.get()), name);
  return nullptr;
}

void Interpreter::Flush() const {
  for (const Ref* flush : {&flush_output_, &flush_errors_}) {
    if (*flush) Ref::Steal(PyObject_CallNoArgs(flush->get()));
    PyErr_Clear();
  }
}

}  // namespace tabletalk::python
