// Programs that are measured beside the product: started, waited for, timed from outside.
#pragma once

#include <string>
#include <vector>

namespace tabletalk::bench {

/// Milliseconds from start to exit of a program with its output thrown away. Ends this program with
/// a message where it fails: a benchmark whose peer did nothing says nothing.
double TimeProgram(const std::vector<std::string>& command);

/// The same with what it prints.
double TimeProgram(const std::vector<std::string>& command, std::string& output);

/// The value below which `share` of the values lie.
double Quantile(std::vector<double> values, double share);
double Median(std::vector<double> values);

/// Prints "what  ours ms  peer ms  ratio (aim)"; the ratio is the median of the pairs' ratios.
void PrintRatio(const std::string& what, const std::vector<double>& ours,
                const std::string& peer_name, const std::vector<double>& peer, double aim);

}  // namespace tabletalk::bench
