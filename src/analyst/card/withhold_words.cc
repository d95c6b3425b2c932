// The words of the engines' own error messages, of the policies and of the type check. Names of
// types, functions and exceptions may also stand in quotes in a message; words of its prose may
// not, because what an engine puts in quotes is mostly a value.
#include "analyst/card/withhold_words.h"

#include <string>

namespace tabletalk::analyst {
namespace {

constexpr std::string_view kTechnical =
    "abs agg and any_value apply approx_count_distinct arg_max arg_min arithmeticerror array "
    "array_agg as assertionerror attributeerror avg axis between bigint binder bit blob bool "
    "bool_ bool_and bool_or boolean builtin_function_or_method by bytes callable case cast "
    "catalog categorical category ceil char coalesce complex concat concat_ws contains "
    "conversion corr count count_if count_star covar_pop covar_samp dataerror dataframe "
    "dataframegroupby date date_diff date_part date_trunc dateparseerror datetime datetime64 "
    "datetime64tz datetimeindex datetimetz day decimal dense_rank dict dictcomp distinct "
    "divisionbyzero double dtype dtypes else end enum epoch error exception exp extract false "
    "filter first float float16 float32 float64 float_ floatingpointerror floor following from "
    "full function generate_series generator genexpr greatest group groupby having hour hugeint "
    "ilike iloc importerror in indentationerror index indexerror inf init inner int int128 "
    "int16 int32 int64 int8 int_ intcastingnanerror integer interval invalid invalidindexerror "
    "invalidoperation is isoformat iterable join json keyerror lag lambda last lead least left "
    "len length like limit linalgerror list list_agg list_value listcomp ln loc log log10 "
    "lookuperror lower map max median memoryerror merge mergeerror method min minute mode "
    "module modulenotfounderror month ms multiindex nameerror nan nat ndarray none nonetype not "
    "notimplementederror now np ns null numeric numpy object object_ on or order oserror out "
    "outer outofboundsdatetime outofboundstimedelta over overflowerror pandas parser "
    "parsererror partition pd performancewarning period periodindex pivot pow power preceding "
    "qualify quantile quantile_cont quantile_disc quarter range rangeindex rank real "
    "recursionerror regexp_matches regr_slope replace right round row_number rows runtimeerror "
    "second select series seriesgroupby set settingwithcopywarning smallint specificationerror "
    "sqrt stddev stopiteration str str_ strftime string string_agg strptime struct substr "
    "substring sum syntaxerror systemexit text then time timedelta timedelta64 timestamp "
    "timestamp_ms timestamp_ns timestamp_s timestamps timestamptz tinyint today traceback trim "
    "true try_cast tuple typeerror ubigint uhugeint uint128 uint16 uint32 uint64 uint8 uinteger "
    "unbounded unboundlocalerror undefinedvariableerror unicodedecodeerror unicodeencodeerror "
    "union unnest unsupportedoperation upper us using usmallint utc utinyint uuid valueerror "
    "varchar variance week when where with year zerodivisionerror ";

constexpr std::string_view kProse =
    "a about above abs accessor according action add adding addition adds after again agg "
    "aggregate aggregates alias aliases aligned all allow allowed alone already alter always "
    "ambiguous among amount an and another answer answered any anything api appear append "
    "appender appending appends applied are arg args argument arguments around arr array arrays "
    "arrow as ascending ask asked assign assigned assignment at attach attempted attempting "
    "attempts attr attribute attributes auto available average avg aware ax axes axis back bad "
    "base be because become been before begin being belong belongs below beside between bigint "
    "bignum bin binary bind binding bindings bins bit blob block bool boolean both bound bounds "
    "branch branches breaks broadcast buffers build built builtin but by byte bytes calc "
    "calculate calculation calculations calendar call callable callback called calls came can "
    "can't candidate candidates cannot capped case cast casting casts catalog "
    "catalogsearchentry catalogue categorical categories category cell certain change changed "
    "char character characters chars chart check checked choose chosen class clause clock close "
    "code codec codes coding coerce col collate collation collations column columns com "
    "combination combined compare compared comparison comparisons compatible compiled compiler "
    "component comprehensions compress computed concat concatenate condition conditions "
    "configured constant constants constraint constraints construct constructor contain "
    "contains context conversion convert converted copy correlated could count counted covar "
    "create creating csv cte ctes current currently custom cut cuts d data database dataframe "
    "dataset dataset's datasets date datetime datetimeindex datetimelike day days dd decimal "
    "declaration declared declares decode deep deeply def default define defined definition "
    "depends deprecated depth describe describes deserialize destination detected df dict dicts "
    "did didn't diff differ difference different digest digit digits dimension dimensional "
    "dimensions directive directly disable disabled distinct div divide division do does "
    "doesn't domain don't done double drawn drop dt dtype dtypes duckdb duckdb's dumps "
    "duplicate duplicates each either element elements else embed empty enable encode encoding "
    "encountered end ended ends engine engine's enough entries entry enum equal error errors "
    "escape escaped escapes event event's every exact exactly exceed exceeded exceeds exclude "
    "exclusive execute execution exist exists expected expecting expects explicit explicitly "
    "export exported expression expressions extension extensionarray extensions external extra "
    "extract failed fails failure false february fetch few fewer field fields figure figures "
    "file files fill filter find finite first fit fixed float floor following for form format "
    "forms found fraction frame from func function functions functools gave generate generator "
    "get gets give given gives global globals goes grain greater group groupby grouper grouping "
    "groups handle handled handler has hashable have having header here hex hh high higher hint "
    "hints hour how hugeint i id identifier if ignore iloc image implement implemented import "
    "important imported imports in include incompatible incomplete inconsistent incorrect "
    "increase index index's indexer indexers indexes indexing indices inferred infinite "
    "infinity inhomogeneous init inner input insert inside instance instances instead int "
    "integer integers internal interpolation interval into invalid is isn't iso isodow issue it "
    "item items iterable iterating its itself join joined joining joins json judged kept key "
    "keyerror keys keyword keywords kin kind known kwargs label labels lambda language large "
    "larger largest last later layers lead leading leads leap least leave left len length "
    "lengths less letters level levels lib library like limit line list listed lists literal "
    "literals load loaded loading loc local log logarithm logging logical lone long longer loop "
    "loops low lower lowered macro made main make malformed many map marker match matches "
    "matching matrix matter max maximum maxsize may mean means measure measured member memory "
    "merge message method methods microseconds might min minute mismatch mismatched missing mix "
    "mixing mm mode model modifier modifiers module modules monotonic monotonically month more "
    "most multi multiindex multiple multiplication multiply must mutually naive name named "
    "nameof names nan ndarray ndim nearest need needed needs negative neither nested nests "
    "never new newest newline next no node nodes non none nonnumeric nor not nothing np ns nul "
    "null nullif nulls numba number numbers numeric numpy obj object objects of off offset "
    "often on once one ones only op open opened opening opens operand operands operation "
    "operations operator ops option options or order ordered ordinal origin os other out outer "
    "output outside over overflow overlap overloads own packages page pair pandas parameter "
    "parameters params parquet parse parsed part particular partition parts pass passed path "
    "pattern pd per percent percentile perform performed period periodindex periods permitted "
    "pickle piece pivot place plain plan plans png policies policy pop position positional "
    "positive possible power preceding precision prepare prepared present print printed problem "
    "process processes processor program property put puts pyarrow python python's quantile "
    "quarter query question questions r raise raises ran random randrange range rank ranks "
    "ratio raw reach reached read reader reading reads reason received recent recognized "
    "records recursive refer reference referenced refers refused regenerate regex register "
    "registered regular reindex rejects relationship relationships relative remain removed "
    "rename renamed repeat repeated repeats repetition replace replacement repr request "
    "requested require required requires reset reshape resolved resolves result results return "
    "returned returning returns right root row rowid rows rule run runner running runs s same "
    "sample sandbox say says scalar scale schema schemas scope screen second seconds see seek "
    "select selected selection self separator sequence series set setting settings setup "
    "several sha shape shapes share shares should show shown shows side sign simplify since "
    "single singular size sized sizes slice slices smaller smallest so something sort sorted "
    "source space specification specified specifier specify split sql sqlfunctions square src "
    "ss stand standard stands start started starting starts state statement statements states "
    "std step steps stop stopped str string strings strptime struct structs structured subclass "
    "subqueries subquery subscriptable subset substring subtract subtraction succeeded such "
    "suffix sum summarize summary supplied supply support supported supports switched syntax "
    "system systemexit table table's tables take taken takes template templates term text th "
    "than that the their them then there they this those thread threads time timedelta timeout "
    "times timestamp timestamps timestamptz timezone tmp to together too total touched "
    "traceback trailing transform tree true trunc truth try tuple turn two txt typ type types "
    "tz tzinfo uhugeint uint un unable unbounded underflow underscore underscores understood "
    "unexpected unhashable unimplemented union unique unit units unknown unnamed unnest unpack "
    "unpivot unrecognized unsupported unterminated until unusable up update upper urls use used "
    "user uses using utc utf uuid valid value valueerror values varchar variable variables "
    "variant vector verdict version violates vs w want warnings was way we week were what "
    "whatever when where wherever whether which while whole whose why width window windows with "
    "within without words work works worth would wraps write writers writes writing written "
    "wrong x year yet you your yyyy zero zeros zone ";

std::unordered_set<std::string_view> SetOf(std::string_view words) {
  std::unordered_set<std::string_view> set;
  while (!words.empty()) {
    const std::size_t end = words.find(' ');
    set.insert(words.substr(0, end));
    words.remove_prefix(end + 1);
  }
  return set;
}

}  // namespace

const std::unordered_set<std::string_view>& TechnicalWords() {
  static const auto words = SetOf(kTechnical);
  return words;
}

const std::unordered_set<std::string_view>& ProseWords() {
  static const auto words = SetOf(kProse);
  return words;
}

}  // namespace tabletalk::analyst
