// The decoder of plans is strict, for good reason: a field that is passed over in silence changes
// the answer. But each refusal costs a small model one of its few attempts, and most of what it
// gets wrong is form, not meaning: SQL's words for the plan's ("group_by", "==", "DESC", "mean"), a
// single thing where a list is wanted, a name where an object is wanted, empty parts written out.
//
// So a plan is mended before it is decoded, under one rule: only where the writer can have meant
// nothing else. The mending walks along the JSON Schema of plans, so that it holds in every part
// and at every depth: what is a field here, a closed list of words, a list or an object, the schema
// says, and wire/plan_words.h says what is written instead. A field is renamed only where it is not
// known, what it stands for is not there yet, and the object fits the schema better for it.
//
// Names of columns and tables, values and numbers are never touched: what is wrong with those is
// the type check's to say, with candidates. What was run is shown as the plan that it became.
#include "analyst/tools/plan_mending.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/codec.h"
#include "wire/plan.h"
#include "wire/plan_words.h"

namespace tabletalk::analyst {

namespace json = base::json;

namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

using Schemas = std::vector<const json::object*>;

/// Finds one's way in a schema document.
class Guide {
 public:
  explicit Guide(json::object document) : document_(std::move(document)) {}
  const json::value& root() const { return root_; }

  /// What a value may be: `schema` without its references and unions.
  Schemas Options(const json::value& schema) const {
    Schemas options;
    Collect(schema, options);
    return options;
  }
  static bool Is(const json::object& schema, std::string_view type) {
    const auto* said = schema.if_contains("type");
    if (said == nullptr) return false;
    if (const auto* list = said->if_array())
      return std::find(list->begin(), list->end(), json::value(type)) != list->end();
    return *said == json::value(type);
  }
  static bool All(const Schemas& options, std::string_view type) {
    return !options.empty() && std::all_of(options.begin(), options.end(),
                                           [&](const auto* one) { return Is(*one, type); });
  }
  static const json::value* Property(const json::object& schema, std::string_view name) {
    const auto* properties = schema.if_contains("properties");
    return properties == nullptr ? nullptr : properties->get_object().if_contains(name);
  }
  static bool Requires(const json::object& schema, std::string_view name) {
    const json::array& required = schema.at("required").as_array();
    return std::find(required.begin(), required.end(), json::value(name)) != required.end();
  }
  /// The closed list of words that `schema` is.
  const json::array* Words(const json::value& schema) const {
    const Schemas options = Options(schema);
    const auto* words = options.size() == 1 ? options[0]->if_contains("enum") : nullptr;
    return words == nullptr ? nullptr : words->if_array();
  }

 private:
  void Collect(const json::value& schema, Schemas& options) const {
    const json::object& object = schema.get_object();
    if (const auto* reference = object.if_contains("$ref")) {
      const std::string_view path = reference->get_string();
      Collect(document_.at("$defs").at(path.substr(path.rfind('/') + 1)), options);
    } else if (const auto* any = object.if_contains("anyOf")) {
      for (const json::value& one : any->get_array()) Collect(one, options);
    } else {
      options.push_back(&object);
    }
  }

  const json::object document_;
  const json::value root_ = document_;
};

/// How well an object fits a schema: whether all that is required is there, how much is known.
using Fit = std::pair<bool, std::size_t>;

Fit FitOf(const json::object& object, const json::object& schema) {
  Fit fit{true, 0};
  for (const auto& member : object)
    fit.second += Guide::Property(schema, member.key()) != nullptr ? 1 : 0;
  for (const json::value& name : schema.at("required").as_array())
    fit.first = fit.first && object.contains(std::string_view(name.get_string()));
  return fit;
}

/// Of equals the last: kinds of items come after the plain column, whose field some have, too.
const json::object* BestOf(const json::object& object, const Schemas& options) {
  const json::object* best = nullptr;
  Fit most;
  for (const json::object* one : options) {
    if (!Guide::Is(*one, "object")) continue;
    const Fit fit = FitOf(object, *one);
    if (best == nullptr || fit >= most) {
      best = one;
      most = fit;
    }
  }
  return best;
}

class Mender {
 public:
  explicit Mender(const Guide& guide) : guide_(guide) {}

  void Mend(json::value& value, const json::value& schema, const std::string& path) {
    const Schemas options = guide_.Options(schema);
    MendShape(value, options, path);
    if (const auto* words = guide_.Words(schema)) MendWord(value, *words, path);
    if (auto* list = value.if_array()) {
      for (const json::object* one : options)
        if (const auto* items = one->if_contains("items"))
          for (std::size_t i = 0; i < list->size(); ++i)
            Mend((*list)[i], *items, fmt::format("{}[{}]", path, i));
    } else if (auto* object = value.if_object()) {
      MendObject(*object, options, path);
    }
  }
  std::vector<std::string> Take() { return std::move(said_); }

 private:
  void Say(const std::string& path, std::string_view written, std::string_view meant) {
    said_.push_back(fmt::format("{}{}\"{}\" was read as \"{}\".", path, path.empty() ? "" : ": ",
                                written, meant));
  }

  // ---- a single thing for a list, a name for an object, text for a number ----

  void MendShape(json::value& value, const Schemas& options, const std::string& path) {
    if (Guide::All(options, "array") && !value.is_null()) {
      const auto* items = options[0]->if_contains("items");
      const bool of_lists = items != nullptr && Guide::All(guide_.Options(*items), "array");
      const auto* list = value.if_array();
      const bool one_of_them = list != nullptr && of_lists && !list->empty() &&
                               std::none_of(list->begin(), list->end(),
                                            [](const json::value& one) { return one.is_array(); });
      if (list == nullptr || one_of_them) {
        json::value only = std::move(value);
        value = json::array{std::move(only)};
      }
    }
    if (Guide::All(options, "integer") || Guide::All(options, "number")) MendNumber(value);
    const bool lists = std::any_of(options.begin(), options.end(),
                                   [](const auto* one) { return Guide::Is(*one, "array"); });
    if (auto* list = value.if_array(); list != nullptr && !lists) MendList(value, *list, options);
    if (Guide::All(options, "object") && value.is_string()) MendName(value, options, path);
  }

  static void MendNumber(json::value& value) {
    const auto* text = value.if_string();
    if (text == nullptr || text->empty()) return;
    const char* end = text->data() + text->size();
    std::int64_t whole = 0;
    double real = 0;
    if (const auto read = std::from_chars(text->data(), end, whole); read.ptr == end) {
      value = whole;
    } else if (const auto as_real = std::from_chars(text->data(), end, real); as_real.ptr == end) {
      value = real;
    }
  }

  /// A list of conditions is "all" of them; of one thing, that thing.
  static void MendList(json::value& value, json::array& list, const Schemas& options) {
    const bool conditions = std::any_of(options.begin(), options.end(), [](const auto* one) {
      return Guide::Property(*one, "all") != nullptr;
    });
    if (conditions) {
      json::value all = std::move(list);
      value = json::object{{"all", std::move(all)}};
    } else if (list.size() == 1) {
      json::value only = std::move(list.front());
      value = std::move(only);
    }
  }

  /// A name where the first field of an object would do: a column, a table, a key to sort by.
  void MendName(json::value& value, const Schemas& options, const std::string& path) {
    const json::object& schema = *options[0];
    const auto first = schema.at("properties").get_object().begin();
    for (const json::value& required : schema.at("required").as_array())
      if (required != json::value(first->key())) return;
    if (!Guide::All(guide_.Options(first->value()), "string")) return;
    const std::string written(value.get_string());
    const auto blank = written.rfind(' ');
    const std::string last = blank == written.npos ? "" : Lower(written.substr(blank + 1));
    if (Guide::Property(schema, "direction") != nullptr && (last == "desc" || last == "asc")) {
      value = json::object{{first->key(), written.substr(0, blank)}, {"direction", last}};
      Say(path, "… " + last, "\"direction\": \"" + last + "\"");
    } else {
      value = json::object{{first->key(), written}};
    }
  }

  // ---- words and fields ----

  static std::optional<std::string> WordFor(std::string_view written, const json::array& words) {
    const auto known = [&](std::string_view word) {
      return std::find(words.begin(), words.end(), json::value(word)) != words.end();
    };
    if (known(written)) return std::string(written);
    const std::string lower = Lower(written);
    if (known(lower)) return lower;
    for (const base::Synonym& word : wire::kPlanWords)
      if (word.written == lower && known(word.meant)) return std::string(word.meant);
    return std::nullopt;
  }

  void MendWord(json::value& value, const json::array& words, const std::string& path) {
    const auto* text = value.if_string();
    if (text == nullptr) return;
    const std::string written(*text);
    const auto word = WordFor(written, words);
    if (!word || *word == written) return;
    if (*word != Lower(written)) Say(path, Lower(written), *word);
    value = json::value(*word);
  }

  /// {"not_exists": …} has a place in the language, but two fields deep.
  void MendNotExists(json::object& object, const Schemas& options, const std::string& path) {
    auto* none = object.if_contains("not_exists");
    const bool condition = std::any_of(options.begin(), options.end(), [](const auto* one) {
      return Guide::Property(*one, "exists") != nullptr;
    });
    if (none == nullptr || !condition || object.size() != 1) return;
    json::object exists{{"exists", std::move(*none)}};
    object = json::object{{"not", std::move(exists)}};
    Say(path, "not_exists", "not exists");
  }

  void MendObject(json::object& object, const Schemas& options, const std::string& path) {
    MendNotExists(object, options, path);
    for (std::size_t round = 0; round < 8 && RenameOne(object, options, path); ++round) {}
    const json::object* schema = BestOf(object, options);
    if (schema == nullptr) return;
    if (Guide::Property(*schema, "select") != nullptr) MendGroups(object, *schema, path);
    if (Guide::Property(*schema, "op") != nullptr) MendListValue(object);
    std::vector<std::string> blank;
    for (auto& member : object) {
      const std::string name(member.key());
      const json::value* property = Guide::Property(*schema, name);
      if (property == nullptr) {
        // A field of another kind of part, written out as nothing.
        for (const json::object* other : options)
          if (const auto* known = Guide::Property(*other, name);
              known && IsBlank(member.value(), *known))
            blank.push_back(name);
        continue;
      }
      Mend(member.value(), *property, path.empty() ? name : path + "." + name);
      if (!Guide::Requires(*schema, name) && IsBlank(member.value(), *property))
        blank.push_back(name);
    }
    for (const std::string& name : blank) object.erase(name);  // Some are there twice.
  }

  /// One field that is not known, under the name by which the object fits best.
  bool RenameOne(json::object& object, const Schemas& options, const std::string& path) {
    const json::object* now = BestOf(object, options);
    if (now == nullptr) return false;
    const Fit before = FitOf(object, *now);
    for (const auto& member : object) {
      const std::string written(member.key());
      if (Guide::Property(*now, written) != nullptr) continue;
      Fit most = before;
      std::optional<json::object> best;
      std::string_view meant;
      const auto consider = [&](std::string_view name, json::value value) {
        if (object.contains(name)) return;
        json::object changed = object;
        changed.erase(written);
        changed[name] = std::move(value);
        const json::object* schema = BestOf(changed, options);
        const json::value* property = Guide::Property(*schema, name);
        if (property == nullptr || FitOf(changed, *schema) <= most) return;
        if (!Takes(*property, changed.at(name))) return;
        most = FitOf(changed, *schema);
        best = std::move(changed);
        meant = name;
      };
      for (const wire::PlanFlag& flag : wire::kPlanFlags)
        if (const bool* on = member.value().if_bool(); on != nullptr && flag.written == written)
          consider(flag.meant, json::value(*on ? flag.if_true : flag.if_false));
      for (const base::Synonym& field : wire::kPlanFields)
        if (field.written == written) consider(field.meant, member.value());
      if (!best) continue;
      Say(path, written, meant);
      object = std::move(*best);
      return true;
    }
    return false;
  }

  /// Whether a value can stand in a field at all: a word among its words, no flag for a text.
  bool Takes(const json::value& schema, const json::value& value) const {
    if (const auto* words = guide_.Words(schema)) {
      const auto* text = value.if_string();
      return text != nullptr && WordFor(std::string_view(*text), *words);
    }
    const Schemas options = guide_.Options(schema);
    return !value.is_bool() || std::any_of(options.begin(), options.end(), [](const auto* one) {
      return Guide::Is(*one, "boolean");
    });
  }

  /// An optional part that is written out as nothing. A value that may be null or "" stays.
  bool IsBlank(const json::value& value, const json::value& schema) const {
    const Schemas options = guide_.Options(schema);
    const auto only = [&](std::string_view type) { return Guide::All(options, type); };
    if (value.is_null())
      return std::none_of(options.begin(), options.end(),
                          [](const auto* one) { return Guide::Is(*one, "null"); });
    if (const auto* text = value.if_string())
      return text->empty() && (only("string") || only("object")) && !only("null");
    if (const auto* list = value.if_array()) return list->empty() && only("array");
    const auto* object = value.if_object();
    if (object == nullptr || !only("object")) return false;
    // An empty condition holds for every row, as none does.
    const auto* all = object->if_contains("all");
    return object->empty() ||
           (object->size() == 1 && all != nullptr && all->is_array() && all->get_array().empty());
  }

  static void MendListValue(json::object& object) {
    const auto* op = object.if_contains("op");
    auto* value = object.if_contains("value");
    if (op == nullptr || !op->is_string() || value == nullptr) return;
    const std::string word = Lower(std::string_view(op->get_string()));
    const bool list = word == "in" || word == "not_in" || word == "not in";
    if (!list || value->is_array() || value->is_object() || value->is_null()) return;
    json::value only = std::move(*value);
    *value = json::array{std::move(only)};
  }

  // ---- "group_by", which a plan has none of ----

  static bool Selects(const json::array& items, const json::value& group) {
    const auto* wanted = group.if_object();
    for (const json::value& item : items) {
      const auto* object = item.if_object();
      if (object == nullptr) continue;
      if (wanted != nullptr && *object == *wanted) return true;
      for (const std::string_view field : {"column", "as"})
        if (const auto* name = object->if_contains(field);
            name != nullptr && *name == group && !object->contains("agg"))
          return true;
    }
    return false;
  }

  /// Groups that are selected say what the plan means anyway; others go in front.
  void MendGroups(json::object& plan, const json::object& schema, const std::string& path) {
    for (const std::string_view name : {"group_by", "groupby", "groupBy", "group"}) {
      auto* written = plan.if_contains(name);
      if (written == nullptr) continue;
      json::array groups = written->is_array() ? written->get_array() : json::array{*written};
      auto* select = plan.if_contains("select");
      if (select == nullptr) return;
      const json::value& items_schema = *Guide::Property(schema, "select");
      Mend(*select, items_schema, path.empty() ? "select" : path + ".select");
      if (!select->is_array()) return;
      json::array& items = select->get_array();
      std::size_t place = 0;
      for (const json::value& group : groups) {
        if (!group.is_string() && !group.is_object()) return;  // The decoder says so.
        json::value item = group;
        Mend(item, guide_.Options(items_schema)[0]->at("items"), path);
        if (!Selects(items, group) && !Selects(items, item))
          items.insert(items.begin() + static_cast<std::ptrdiff_t>(place++), std::move(item));
      }
      Say(path, name, "select");
      plan.erase(name);
      return;
    }
  }

  const Guide& guide_;
  std::vector<std::string> said_;
};

template <class T>
std::vector<std::string> MendAs(json::value& value) {
  static const Guide kGuide(base::JsonSchemaOf<T>());
  Mender mender(kGuide);
  mender.Mend(value, kGuide.root(), "");
  return mender.Take();
}

}  // namespace

std::vector<std::string> MendPlan(json::value& plan) { return MendAs<wire::QueryPlan>(plan); }
std::vector<std::string> MendChart(json::value& chart) { return MendAs<wire::ChartWish>(chart); }

}  // namespace tabletalk::analyst
