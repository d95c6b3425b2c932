// Where the parts of this installation are: everything is found relative to the program itself, so
// that a build folder or an unpacked archive can be moved as it is.
#pragma once

#include <string>

namespace tabletalk::app {

/// <folder of this program>/tabletalk-runner.
std::string RunnerProgram();
/// <folder of this program>/tabletalk-python.
std::string PythonProgram();
/// <prefix>/share/datasets in a build folder, <prefix>/share/tabletalk/datasets when installed.
std::string ShippedDatasets();

}  // namespace tabletalk::app
