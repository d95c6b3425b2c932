#include "offline/calculations.h"

namespace tabletalk::offline {
namespace {

constexpr std::string_view kValues =
    "data|numbers|series|list|xs|samples|observations|measurements|"
    "scores|prices|amounts|sales|array";

std::vector<Calculation> MakeCalculations() {
  const CalculationInput values{"values", true, kValues, "", ""};
  const CalculationInput x{"x", true, "xs|x_values|independent|a|first", "", ""};
  const CalculationInput y{"y", true, "ys|y_values|dependent|b|second", "", ""};
  const CalculationInput principal{
      "principal", false, "amount|loan|loan_amount|capital|start|initial|investment|deposit|pv",
      "number", ""};
  const CalculationInput rate{
      "rate", false, "interest_rate|annual_rate|apr|interest|growth_rate|discount_rate|r", "%", ""};
  const CalculationInput years{"years", false, "term|term_years|duration|periods|n|time|t", "years",
                               ""};
  const CalculationInput per_year{"periods_per_year", false,
                                  "compounds_per_year|compounding|frequency|payments_per_year", "",
                                  "1"};
  const CalculationInput monthly{"periods_per_year", false, "payments_per_year|frequency", "",
                                 "12"};
  const CalculationInput old_value{
      "old", false, "old_value|before|from|start|initial|previous|original", "from", ""};
  const CalculationInput new_value{"new", false, "new_value|after|to|end|final|current", "to", ""};
  return {
      {"weighted average",
       "weighted average|weighted mean",
       {values, {"weights", true, "weight|w", "", ""}},
       R"(    if len(values) != len(weights):
        raise ValueError("values and weights must be of the same length")
    total = sum(weights)
    if total == 0:
        raise ValueError("the weights must not add up to zero")
    return {"weighted_average": sum(v * w for v, w in zip(values, weights)) / total}
)",
       "The weighted average: each value times its weight, divided by the sum of the weights."},
      {"moving average",
       "moving average|rolling average|rolling mean|moving mean|running average",
       {values, {"window", false, "size|n|period|periods|days", "n", "3"}},
       R"(    window = int(window)
    if window < 1:
        raise ValueError("window must be at least 1")
    averages = []
    for i in range(len(values)):
        if i + 1 < window:
            averages.append(None)
        else:
            averages.append(sum(values[i + 1 - window : i + 1]) / window)
    return {"moving_average": averages, "window": window}
)",
       "The simple moving average over the last `window` values; nothing for the places before the "
       "first full window."},
      {"linear regression",
       "linear regression|regression|line of best fit|best fit line|least squares|slope and "
       "intercept|trend line|trendline|fit a line",
       {x, y},
       R"(    if len(x) != len(y):
        raise ValueError("x and y must be of the same length")
    if len(x) < 2:
        raise ValueError("at least two points are needed")
    mean_x = sum(x) / len(x)
    mean_y = sum(y) / len(y)
    sxx = sum((a - mean_x) ** 2 for a in x)
    sxy = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
    syy = sum((b - mean_y) ** 2 for b in y)
    if sxx == 0:
        raise ValueError("all x are the same")
    slope = sxy / sxx
    intercept = mean_y - slope * mean_x
    r_squared = (sxy * sxy) / (sxx * syy) if syy > 0 else 1.0
    return {"slope": slope, "intercept": intercept, "r_squared": r_squared}
)",
       "The straight line through the points (x, y) by least squares: slope, intercept and r "
       "squared."},
      {"correlation",
       "correlation|correlation coefficient|pearson|correlate|pearson correlation",
       {x, y},
       R"(    if len(x) != len(y):
        raise ValueError("x and y must be of the same length")
    if len(x) < 2:
        raise ValueError("at least two pairs are needed")
    mean_x = sum(x) / len(x)
    mean_y = sum(y) / len(y)
    sxx = sum((a - mean_x) ** 2 for a in x)
    syy = sum((b - mean_y) ** 2 for b in y)
    sxy = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
    if sxx == 0 or syy == 0:
        return {"correlation": None}
    return {"correlation": sxy / math.sqrt(sxx * syy)}
)",
       "Pearson's correlation coefficient of x and y, from -1 to 1; none where one of them never "
       "changes.",
       "import math\n\n"},
      {"z-scores",
       "z score|z scores|z-score|z-scores|zscore|zscores|standard score|standard "
       "scores|standardize|standardise",
       {values},
       R"(    if len(values) < 2:
        raise ValueError("at least two values are needed")
    mean = statistics.fmean(values)
    deviation = statistics.$stdev(values)
    if deviation == 0:
        return {"z_scores": [0.0 for _ in values]}
    return {"z_scores": [(v - mean) / deviation for v in values]}
)",
       "The z-score of each value: its distance from the mean in $kind standard deviations.",
       "import statistics\n\n"},
      {"min-max scaling",
       "min max scaling|min-max scaling|min max normalization|min-max "
       "normalization|normalize|normalise|scale to 0 and 1|scale between 0 and 1",
       {values},
       R"(    low = min(values)
    high = max(values)
    if low == high:
        return {"scaled": [0.0 for _ in values]}
    return {"scaled": [(v - low) / (high - low) for v in values]}
)",
       "Each value scaled so that the lowest is 0 and the highest is 1."},
      {"cumulative sum",
       "cumulative sum|cumulative total|running total|running sum|cumsum",
       {values},
       R"(    total = 0.0
    totals = []
    for v in values:
        total += v
        totals.append(total)
    return {"cumulative_sum": totals}
)",
       "The running total of the values."},
      {"compound annual growth rate",
       "cagr|compound annual growth rate|compound annual growth|compounded annual growth "
       "rate|average annual growth rate",
       {old_value, new_value, years},
       R"(    if old <= 0 or new <= 0 or years <= 0:
        raise ValueError("the values and the years must be above zero")
    return {"cagr": (new / old) ** (1 / years) - 1}
)",
       "The compound annual growth rate between two values as a fraction: 0.07 is 7 percent a "
       "year."},
      {"loan payment",
       "loan payment|loan payments|mortgage|monthly payment|annuity payment|loan "
       "repayment|amortization payment|instalment|installment|monthly repayment|emi",
       {principal, rate, years, monthly},
       R"(    payments = int(round(years * periods_per_year))
    if payments < 1:
        raise ValueError("there must be at least one payment")
    r = rate / periods_per_year
    payment = principal / payments if r == 0 else principal * r / (1 - (1 + r) ** -payments)
    return {
        "payment": payment,
        "payments": payments,
        "total_paid": payment * payments,
        "total_interest": payment * payments - principal,
    }
)",
       "The equal payment that pays a loan back, at the end of each period (monthly unless "
       "`periods_per_year` says otherwise), with what is paid in all."},
      {"simple interest",
       "simple interest",
       {principal, rate, years},
       R"(    interest = principal * rate * years
    return {"interest": interest, "total": principal + interest}
)",
       "Simple interest: principal times rate times years, without interest on interest."},
      {"present value",
       "present value|discounted value|discount to today",
       {{"amount", false, "future_value|fv|principal|value", "number", ""}, rate, years},
       R"(    if rate <= -1:
        raise ValueError("rate must be above -1")
    return {"present_value": amount / (1 + rate) ** years}
)",
       "What an amount in `years` years is worth today at a yearly rate."},
      {"net present value",
       "net present value|npv",
       {rate, {"cash_flows", true, "cashflows|flows|values|payments", "", ""}},
       R"(    if rate <= -1:
        raise ValueError("rate must be above -1")
    return {"npv": sum(flow / (1 + rate) ** i for i, flow in enumerate(cash_flows))}
)",
       "The net present value of yearly cash flows, the first of them today."},
      {"compound growth",
       "compound interest|compounded interest|compound growth|compounding|future value|compounded "
       "annually|compounded monthly|investment growth",
       {principal, rate, years, per_year},
       R"(    if periods_per_year <= 0:
        raise ValueError("periods_per_year must be above zero")
    final = principal * (1 + rate / periods_per_year) ** (periods_per_year * years)
    return {"final_amount": final, "interest": final - principal}
)",
       "What a principal grows to with interest on interest, `periods_per_year` times a year (once "
       "unless said otherwise)."},
      {"growth rates",
       "growth rate|growth rates|period over period|period-over-period|month over "
       "month|month-over-month|year over year|year-over-year|rate of change|percent "
       "changes|percentage changes",
       {values},
       R"(    rates = [None]
    for before, after in zip(values, values[1:]):
        rates.append((after - before) / before if before != 0 else None)
    return {"growth_rates": rates}
)",
       "The change from each value to the next as a fraction of the earlier one; none for the "
       "first, and after a zero."},
      {"percent change",
       "percent change|percentage change|percent increase|percentage increase|percent "
       "decrease|percentage decrease|percent difference|relative change|change in percent",
       {old_value, new_value},
       R"(    if old == 0:
        raise ValueError("a change from zero has no percentage")
    return {"percent_change": (new - old) / abs(old) * 100, "difference": new - old}
)",
       "The change from the old to the new value in percent of the old one."},
      {"percent of a number",
       "percent of a number|percentage of a number|apply a percentage|apply percentage|percent "
       "off|tip",
       {{"value", false, "amount|number|base|price|bill", "number", ""},
        {"percent", false, "percentage|rate", "percent", ""}},
       R"(    part = value * percent / 100
    return {"part": part, "value_plus_part": value + part, "value_minus_part": value - part}
)",
       "A percentage of a value, and the value with it added and taken off; `percent` is 15 for 15 "
       "percent."},
      {"percentage",
       "percentage|what percent|percent|as a percentage|share of the total|percentage of total",
       {{"part", false, "numerator|portion|count|value", "", ""},
        {"whole", false, "total|denominator|base", "", ""}},
       R"(    if whole == 0:
        raise ValueError("whole must not be zero")
    return {"percentage": part / whole * 100}
)",
       "What percentage the part is of the whole."},
      {"percentages of a total",
       "shares of the total|percentage breakdown|percentages of the total|percentage of each|share "
       "of each|percent of each|percentages",
       {values},
       R"(    total = sum(values)
    if total == 0:
        raise ValueError("the values must not add up to zero")
    return {"percentages": [v / total * 100 for v in values], "total": total}
)",
       "What percentage each value is of the sum of all."},
      {"return on investment",
       "roi|return on investment",
       {{"gain", false, "revenue|final|value|returned", "", ""},
        {"cost", false, "investment|initial|invested", "", ""}},
       R"(    if cost == 0:
        raise ValueError("cost must not be zero")
    return {"roi_percent": (gain - cost) / cost * 100}
)",
       "The return on an investment in percent: what came back minus the cost, over the cost."},
      {"profit margin",
       "profit margin|gross margin|margin",
       {{"revenue", false, "sales|income|price", "", ""},
        {"cost", false, "costs|expenses", "", ""}},
       R"(    if revenue == 0:
        raise ValueError("revenue must not be zero")
    return {"profit": revenue - cost, "margin_percent": (revenue - cost) / revenue * 100}
)",
       "Profit, and profit in percent of the revenue."},
      {"conversion of Celsius to Fahrenheit",
       "celsius to fahrenheit|c to f",
       {{"celsius", false, "value|temperature|c|degrees", "number", ""}},
       "    return {\"fahrenheit\": celsius * 9 / 5 + 32}\n",
       "Degrees Celsius as degrees Fahrenheit."},
      {"conversion of Fahrenheit to Celsius",
       "fahrenheit to celsius|f to c",
       {{"fahrenheit", false, "value|temperature|f|degrees", "number", ""}},
       "    return {\"celsius\": (fahrenheit - 32) * 5 / 9}\n",
       "Degrees Fahrenheit as degrees Celsius."},
      {"conversion by a factor",
       "convert with a rate|convert by a factor|conversion factor|conversion rate|exchange "
       "rate|currency conversion|unit conversion|convert currency|scale by a factor",
       {{"value", false, "amount|number|x", "number", ""},
        {"factor", false, "rate|exchange_rate|conversion_rate|conversion_factor", "", ""}},
       "    return {\"converted\": value * factor}\n",
       "A value times the factor that turns one unit into another; the factor comes with the "
       "input."},
  };
}

constexpr Statistic kStatistics[] = {
    {"geometric_mean", "geometric mean|geometric average", "statistics.geometric_mean(values)", "",
     "the geometric mean"},
    {"harmonic_mean", "harmonic mean|harmonic average", "statistics.harmonic_mean(values)", "",
     "the harmonic mean"},
    {"standard_deviation", "standard deviation|std dev|stddev|stdev|std|standard deviations",
     "statistics.stdev(values)", "statistics.pstdev(values)", "the $kind standard deviation", 2},
    {"variance", "variance|variances", "statistics.variance(values)",
     "statistics.pvariance(values)", "the $kind variance", 2},
    {"coefficient_of_variation", "coefficient of variation",
     "statistics.stdev(values) / statistics.fmean(values)",
     "statistics.pstdev(values) / statistics.fmean(values)", "the coefficient of variation ($kind)",
     2},
    {"median", "median|medians", "statistics.median(values)", "", "the median"},
    {"quartiles", "quartile|quartiles", "statistics.quantiles(values, n=4, method=\"inclusive\")",
     "", "the three quartiles, interpolated", 2},
    {"mode", "mode|most common value|most frequent value", "statistics.multimode(values)", "",
     "the most frequent values"},
    {"range", "range of|the range|value range|max minus min", "max(values) - min(values)", "",
     "the range from lowest to highest"},
    {"minimum", "minimum|min|lowest|smallest", "min(values)", "", "the lowest value"},
    {"maximum", "maximum|max|highest|largest", "max(values)", "", "the highest value"},
    {"sum", "sum|total|add up|add the", "math.fsum(values)", "", "the sum"},
    {"product", "product of", "math.prod(values)", "", "the product"},
    {"count", "count|how many|number of values", "len(values)", "", "how many there are"},
    {"mean", "mean|average|avg|averages", "statistics.fmean(values)", "", "the mean"},
};

}  // namespace

std::span<const Calculation> Calculations() {
  static const std::vector<Calculation> kCalculations = MakeCalculations();
  return kCalculations;
}

std::span<const Statistic> Statistics() { return kStatistics; }

}  // namespace tabletalk::offline
