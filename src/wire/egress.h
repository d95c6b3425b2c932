// What left for a model, as it can be read again beside each answer.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace tabletalk::wire {

/// What a piece of a prompt is. `values` is the only class that holds cells of the data or anything
/// computed from few of them; SEND_SAMPLES=false keeps it empty.
enum class DataClass {
  instructions,  ///< The product's own words: the same for everybody.
  schema,        ///< Names, types, descriptions, relationships, verified questions.
  statistics,    ///< Numbers of rows, nulls and distinct values.
  values,        ///< Sample rows, ranges, frequent values, previews of results, what code printed.
  question,      ///< What the person typed, now or earlier.
  answer,        ///< What a model said or called before.
};
BOOST_DESCRIBE_ENUM(DataClass, instructions, schema, statistics, values, question, answer)

struct EgressPart {
  DataClass data_class = DataClass::instructions;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(EgressPart, (), (data_class, text))

/// One request to a model server. A retry is an entry of its own.
struct Egress {
  std::string sent_at;  ///< RFC 3339, UTC.
  std::string provider;
  std::string model;
  std::string url;                ///< Without user, password, query and fragment.
  std::string body;               ///< Byte for byte. Keys travel in headers, which are not kept.
  std::vector<EgressPart> parts;  ///< The texts in the body that are not its form, in order.
};
BOOST_DESCRIBE_STRUCT(Egress, (), (sent_at, provider, model, url, body, parts))

}  // namespace tabletalk::wire
