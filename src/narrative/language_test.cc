#include "narrative/language.h"

#include <gtest/gtest.h>

#include "narrative/format.h"
#include "narrative/template.h"

namespace tabletalk::narrative {
namespace {

TEST(Language, OfSentences) {
  const std::pair<const char*, const char*> kCases[] = {
      {"Which region had the highest revenue?", "en"},
      {"Welche Region hat den höchsten Umsatz?", "de"},
      {"Wie viele Bestellungen gab es im März?", "de"},
      {"Quelle est la moyenne des ventes par région ?", "fr"},
      {"¿Cuál es el total de ventas por región?", "es"},
      {"Quanti clienti sono in ogni regione?", "it"},
      {"Quantos clientes há em cada região?", "pt"},
      {"Hoeveel klanten zijn er van elke regio?", "nl"},
      {"revenue by region", ""},
      {"Umsatz", ""},
      {"", ""}};
  for (const auto& [text, code] : kCases) {
    const Language* language = LanguageIn(text);
    EXPECT_EQ(language == nullptr ? "" : language->code, code) << text;
  }
}

TEST(Language, WritesCells) {
  const auto in = [](const char* question, const wire::Value& cell, const char* format) {
    return FormatCell(cell, format, {*LanguageIn(question)});
  };
  const char* german = "Wie ist die Lage?";
  const char* french = "Quelle est la situation ?";
  const char* spanish = "¿Cuál es el total?";
  const std::tuple<const char*, wire::Value, const char*, const char*> kCases[] = {
      {german, wire::Value(1234.5), "auto", "1.234,50"},
      {german, wire::Value(1234567.0), "auto", "1.234.567"},
      {german, wire::Value(1234.5), "fixed:1", "1.234,5"},
      {german, wire::Value(1234.5), "plain", "1234.5"},
      {german, wire::Value(0.345), "percent", "34,5%"},
      {german, wire::Value(-1234.5), "money:EUR", "-1.234,50 €"},
      {german, wire::Value("2024-03-01"), "day", "1. März 2024"},
      {german, wire::Value("2024-03-01"), "month", "März 2024"},
      {german, wire::Value(true), "auto", "ja"},
      {german, wire::Value(), "auto", "kein Wert"},
      {german, wire::Value(std::int64_t{1}), "weekday", "Montag"},
      {german, wire::Value(-0.82), "strength", "-0,82"},
      {french, wire::Value(1234.5), "auto", "1\u202F234,50"},
      {french, wire::Value("2024-05-01"), "quarter", "T2 2024"},
      {spanish, wire::Value("2024-03-01"), "day", "1 de marzo de 2024"}};
  for (const auto& [question, cell, format, expected] : kCases)
    EXPECT_EQ(in(question, cell, format), expected) << question << format;
}

TEST(Language, OfLists) {
  wire::Table table;
  table.columns = {{"name", wire::ColumnType::text, ""}};
  table.rows = {{wire::Value("A")}, {wire::Value("B")}};
  table.total_rows = 2;
  const auto filled = FillTemplate("Es sind {{r1.list(name)}}.", {}, {{"r1", "run", &table}},
                                   *LanguageIn("Welche sind die besten?"));
  EXPECT_EQ(filled->text, "Es sind A und B.");
}

}  // namespace
}  // namespace tabletalk::narrative
