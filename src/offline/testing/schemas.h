// Small schemas with the traits of real tables, made by hand for tests.
#pragma once

#include "wire/schema.h"

namespace tabletalk::offline::testing {

/// Registered: orders and their items, with synonyms, units and a relationship.
wire::DatasetSchema Shop();
/// One ad-hoc file with units in its names: species, island, body_mass_g, ...
wire::DatasetSchema Penguins();
/// Two ad-hoc files with blanks and signs in their names that join on differently written keys.
wire::DatasetSchema Bikes();
/// Years as whole numbers, and a total among the values.
wire::DatasetSchema Disasters();
/// One row per country.
wire::DatasetSchema Countries();
/// One row per day.
wire::DatasetSchema Weather();
/// Short codes that are also English words, a text too varied to be listed, names in Cyrillic.
wire::DatasetSchema Addresses();

/// The schema of that name in lower case.
wire::DatasetSchema ByName(std::string_view name);

}  // namespace tabletalk::offline::testing
