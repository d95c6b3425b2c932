// Boost.JSON from its sources, so that the fuzzer sees its branches and the sanitizers its memory.
#include <boost/json/src.hpp>
