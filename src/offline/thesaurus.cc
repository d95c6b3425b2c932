#include "offline/thesaurus.h"

#include <algorithm>
#include <map>
#include <set>

#include "offline/text.h"

namespace tabletalk::offline {
namespace {

using WordSet = std::set<std::string, std::less<>>;

/// One line a group; a word may stand in several.
constexpr std::string_view kGroups[] = {
    "precipitation rain rainfall",
    "income salary pay wage earnings",
    "revenue sales turnover",
    "weight mass weigh heavy",
    "height tall",
    "age old",
    "duration length long time minutes",
    "distance far length",
    "country nation",
    "sex gender",
    "city town",
    "temperature temp",
    "quantity qty units amount pieces",
    "mpg mileage",
    "hp horsepower",
    "death fatality killed died dead casualty",
    "rating score stars",
    "category type kind",
    "weekday day_of_week",
    "latitude lat",
    "longitude lon lng long",
    "population inhabitants residents populous",
    "magnitude strength strong",
    "price cost expensive",
    "speed fast velocity",
    "bill invoice",
    "staff employee",
    "client customer",
    "doctor physician",
    "film movie",
    "title name",
    "unemployed unemployment jobless",
    "sold sales",
    "cost expense spend spending costing",
    "loan lend lent borrow",
    "elevation altitude",
    "area size",
    "wind windy",
    "carat weight",
    "producer maker manufacturer",
    "athlete olympian sportsman",
    "nationality country",
};

constexpr std::string_view kAddsUp =
    "revenue sales turnover quantity qty count total amount deaths death killed injured casualties "
    "precipitation rain rainfall snow orders units sold volume cost costs bill spend spending "
    "budget gross "
    "profit loss expense "
    "expenses distance km miles minutes hours visits trips passengers clicks views votes gold "
    "silver bronze medals consumption kwh mwh energy births cases tickets items pieces damage "
    "payment payments fee tax discount_amount fare donations users downloads goals points "
    "nights days guests bookings loans rides rentals sessions calls emails messages steps calories "
    "impressions conversions conv pages wins losses attendance charge turnover umsatz menge betrag "
    "anzahl tage krankheitstage urlaubstage überstunden unidades ventas cantidad importe ingresos "
    "gastos выручка сумма количество кол 数量 売上 net generation emissions subtotal line";
constexpr std::string_view kDoesNot =
    "price temperature temp rate ratio average avg mean score rating health age height tall weight "
    "mass length depth width speed wind humidity pressure voltage level percent percentage pct "
    "percentile median index rank latitude lat longitude lon lng lpop r90 mpg horsepower hp "
    "displacement acceleration magnitude satisfaction year income wage salary share elevation "
    "altitude close open high low adj carat cylinders concentration anomaly ppm density "
    "efficiency fraction gdp expectancy fertility stars imdb floor area resolution response wait "
    "peak max min lifetime rent place pace position ctr conversion_rate bounce humidity gehalt "
    "monatsgehalt "
    "wochenstunden preis precio unitario edad alter salario temperatura gewicht höhe speed bpm ph";
constexpr std::string_view kNotInTime =
    "population pop stock inventory balance employment unemployed employed employees headcount "
    "subscribers people inhabitants";
constexpr std::string_view kLight =
    "g kg mg lb lbs oz t mm cm m km mi ft in inch inches l ml sec secs s ms h hr hrs c f k usd eur "
    "gbp "
    "jpy rub pct percent hpa v kw kwh mwh w id no nr num number code name at on date key idx m2 m² "
    "円 点 шт руб utc the of for by a is degrees celsius ppm ccm cc";

WordSet Words(std::string_view line) {
  WordSet words;
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    if (end > at) words.emplace(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

const std::multimap<std::string, std::size_t, std::less<>>& GroupsByStem() {
  static const auto kIndex = [] {
    std::multimap<std::string, std::size_t, std::less<>> index;
    for (std::size_t i = 0; i < std::size(kGroups); ++i)
      for (const std::string& word : Words(kGroups[i])) index.emplace(Stem(word), i);
    return index;
  }();
  return kIndex;
}

}  // namespace

bool AreSynonyms(std::string_view a, std::string_view b) {
  const auto& groups = GroupsByStem();
  const auto [first_a, last_a] = groups.equal_range(a);
  const auto [first_b, last_b] = groups.equal_range(b);
  for (auto i = first_a; i != last_a; ++i)
    for (auto j = first_b; j != last_b; ++j)
      if (i->second == j->second) return true;
  return false;
}

bool IsAbbreviation(std::string_view shortened, std::string_view word) {
  static const std::map<std::string_view, std::string_view> kUsual = {
      {"qty", "quantity"},  {"amt", "amount"},   {"pct", "percent"},   {"dept", "department"},
      {"cust", "customer"}, {"prod", "product"}, {"cat", "category"},  {"addr", "address"},
      {"yr", "year"},       {"mo", "month"},     {"dob", "birth"},     {"desc", "description"},
      {"mgr", "manager"},   {"nbr", "number"},   {"max", "maximum"},   {"min", "minimum"},
      {"emp", "employee"},  {"lat", "latitude"}, {"lon", "longitude"}, {"lng", "longitude"},
      {"avg", "average"}};
  if (const auto found = kUsual.find(shortened); found != kUsual.end())
    return found->second == word || found->second == Singular(word) ||
           (shortened == "pct" && word == "percentage");
  return shortened.size() >= 3 && word.size() >= shortened.size() + 3 &&
         word.starts_with(shortened) && shortened != "per" && shortened != "car" &&
         shortened != "con" && shortened != "pro";
}

bool SaysGender(std::string_view word, std::string_view value) {
  const auto in = [](std::string_view one, std::string_view line) {
    return Words(line).contains(one);
  };
  if (in(word, "women woman female females girls ladies"))
    return in(value, "w f female woman women femenino");
  if (in(word, "men man male males boys")) return in(value, "m male man men masculino");
  return false;
}

std::string_view PlainWord(std::string_view phrase) {
  static const std::map<std::string_view, std::string_view> kPlain = {
      {"wind speed", "wind"},
      {"weekday", "day of week"},
      {"weekdays", "day of week"},
      {"day of the week", "day of week"},
      {"days of the week", "day of week"},
      {"miles per gallon", "mpg"},
      {"horse power", "horsepower"},
      {"fuel economy", "mpg"},
      {"air temperature", "temperature"},
      {"rain fall", "rain"},
      {"zip code", "zip"},
      {"share price", "price"},
      {"stock price", "price"},
      {"home town", "town"},
      {"birthday", "date of birth"},
      {"birth date", "date of birth"},
      {"e mail", "email"}};
  const auto found = kPlain.find(phrase);
  return found == kPlain.end() ? std::string_view() : found->second;
}

Additivity AdditivityOf(const std::vector<std::string>& words, std::string_view unit) {
  static const WordSet kAdds = Words(kAddsUp), kNot = Words(kDoesNot), kTime = Words(kNotInTime);
  if (unit == "%" || unit == "fraction" || unit.find("\u00b0") != std::string_view::npos ||
      unit.starts_with("points"))
    return Additivity::does_not;
  const auto has = [&](const WordSet& set) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& w) {
      return set.contains(w) || set.contains(Singular(w));
    });
  };
  const bool unit_price = has(kNot);
  if (unit_price) return Additivity::does_not;
  if (!words.empty() && (words.front() == "unit" || words.front() == "per"))
    return Additivity::does_not;
  if (has(kTime)) return Additivity::not_in_time;
  if (has(kAdds)) return Additivity::adds_up;
  return Additivity::unclear;
}

bool IsLightNameWord(std::string_view word) {
  static const WordSet kWords = Words(kLight);
  return kWords.contains(word);
}

std::string NormalUnit(std::string_view unit) {
  static const std::map<std::string_view, std::string_view> kSame = {
      {"percent", "%"},      {"pct", "%"},          {"degrees", "\u00b0"},
      {"degree", "\u00b0"},  {"celsius", "\u00b0"}, {"\u00b0c", "\u00b0"},
      {"\u00b0f", "\u00b0"}, {"c", "\u00b0"},       {"fahrenheit", "\u00b0"},
      {"kilometers", "km"},  {"kilometres", "km"},  {"kilometer", "km"},
      {"miles", "mi"},       {"mile", "mi"},        {"meters", "m"},
      {"metres", "m"},       {"grams", "g"},        {"gram", "g"},
      {"kilograms", "kg"},   {"kilos", "kg"},       {"minutes", "min"},
      {"minute", "min"},     {"mins", "min"},       {"hours", "h"},
      {"hour", "h"},         {"seconds", "s"},      {"second", "s"},
      {"dollars", "$"},      {"dollar", "$"},       {"usd", "$"},
      {"us$", "$"},          {"euros", "\u20ac"},   {"euro", "\u20ac"},
      {"eur", "\u20ac"},     {"pounds", "\u00a3"},  {"gbp", "\u00a3"},
      {"volts", "v"},        {"volt", "v"},         {"years", "year"},
      {"inches", "in"},      {"feet", "ft"},        {"lbs", "lb"},
      {"millimeters", "mm"}, {"millimetres", "mm"}, {"centimeters", "cm"},
      {"centimetres", "cm"}, {"yen", "\u00a5"},     {"jpy", "\u00a5"},
      {"\u5186", "\u00a5"},  {"rub", "\u20bd"},     {"rubles", "\u20bd"},
      {"roubles", "\u20bd"}};
  const std::string lower = Lower(unit);
  const auto found = kSame.find(lower);
  return found == kSame.end() ? lower : std::string(found->second);
}

}  // namespace tabletalk::offline
