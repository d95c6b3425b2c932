// Linking is a shortest path. Every stretch of tokens that can stand for something becomes a Link
// with a cost between 0 (it says exactly that) and 1 (nothing explains it), and a cover is a chain
// of links over the whole question. The best covers are kept, not only the best one, because a word
// often fits two columns equally well and only the roles (interpret.h) or the joins tell which.
//
// Costs, roughly: an exact name 0; a stem 0.01; a registry synonym 0.02; a word of grammar 0.01, so
// that a longer exact phrase beats its parts; a typing error or abbreviation 0.12; a partial name
// 0.16; a general synonym 0.16; kinship 0.2. An unexplained word costs 1, which is above the
// threshold for answering: the planner never skips a word that it does not know.
#include "offline/linker.h"

#include <algorithm>
#include <array>

#include "base/spelling.h"
#include "offline/words/costs.h"
#include "offline/words/head_nouns.h"
#include "offline/words/word_match.h"

namespace tabletalk::offline {
namespace {

constexpr std::size_t kLongestName = 7;

class Linker {
 public:
  Linker(const std::vector<Token>& tokens, const SchemaIndex& index, std::chrono::sys_days today)
      : tokens_(tokens), index_(index) {
    from_.resize(tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      Cues(i);
      Names(i);
      PreferColumns(i);
      Values(i);
      Rate(i);
      ByPosition(i);
      Simple(i);
      MisspeltCues(i);
    }
    Appositions();
    for (const TimeSpan& span : FindTimeSpans(tokens, today)) {
      Link link =
          Make(span.begin, span.end, LinkKind::span, span.bare ? TheCosts().bare_year : 0.0);
      link.span = span;
      Add(link);
    }
  }

  std::vector<Cover> Covers(std::size_t most) {
    std::vector<std::vector<Cover>> best(tokens_.size() + 1);
    best[0].push_back({});
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      Keep(best[i], most);
      for (const Cover& cover : best[i]) {
        for (const Link& link : from_[i]) {
          Cover longer = cover;
          longer.links.push_back(link);
          longer.cost += link.cost + TheCosts().per_link;
          best[link.end].push_back(std::move(longer));
        }
      }
    }
    Keep(best.back(), most);
    return std::move(best.back());
  }

 private:
  static void Keep(std::vector<Cover>& covers, std::size_t most) {
    std::stable_sort(covers.begin(), covers.end(),
                     [](const Cover& a, const Cover& b) { return a.cost < b.cost; });
    if (covers.size() > most) covers.resize(most);
  }

  static Link Make(std::size_t begin, std::size_t end, LinkKind kind, double cost) {
    Link link;
    link.begin = begin;
    link.end = end;
    link.kind = kind;
    link.cost = cost;
    return link;
  }
  void Add(const Link& link) { from_[link.begin].push_back(link); }
  /// A phrase must not cut "temp_max" in two.
  bool Cuts(std::size_t begin, std::size_t end) const {
    return tokens_[begin].glued || (end < tokens_.size() && tokens_[end].glued);
  }

  void Cues(std::size_t at) {
    for (const CueMatch& match : CuesAt(tokens_, at)) {
      if (!FitsHere(match, at)) continue;
      const bool underscore_cut = Cuts(at, at + match.length);
      const bool soft = match.phrase->cue == Cue::grammar || match.phrase->cue == Cue::light;
      Link link = Make(at, at + match.length, LinkKind::cue,
                       underscore_cut ? TheCosts().cue_in_a_name
                       : soft         ? TheCosts().grammar
                                      : TheCosts().cue);
      link.cue = match.phrase;
      if (match.phrase->cue == Cue::light)
        link.cost = match.length == 1 && index_.HasNameWord(tokens_[at])
                        ? TheCosts().light_word_of_a_name
                        : TheCosts().light_word;
      if (match.phrase->cue == Cue::row_noun) link.cost = TheCosts().row_noun;
      if (match.phrase->cue == Cue::money_verb) link.cost = TheCosts().money_verb;
      if (soft && match.length == 1 && (IsCode(tokens_[at]) || IsLetterValue(at)))
        link.cost += TheCosts().grammar_like_a_code;
      if (match.length == 1 && IsWrittenAsValue(at)) link.cost += TheCosts().cue_like_a_value;
      Add(link);
    }
  }

  /// "the first order", "last 5 orders": by date, where the table has dates.
  void ByPosition(std::size_t at) {
    static const std::array<CuePhrase, 2> kEnds = [] {
      std::array<CuePhrase, 2> ends;
      for (CuePhrase& end : ends) end.cue = Cue::superlative, end.hint = "date year";
      ends[0].words = "earliest", ends[0].direction = -1;
      ends[1].words = "latest", ends[1].direction = +1;
      return ends;
    }();
    const bool first = tokens_[at].lower == "first", last = tokens_[at].lower == "last";
    std::size_t noun = at + 1;
    if (noun < tokens_.size() && tokens_[noun].number) ++noun;
    if ((!first && !last) || noun >= tokens_.size() || tokens_[noun].kind != TokenKind::word ||
        !index_.HasNameWord(tokens_[noun]) || IsQuestionWord(tokens_[noun].lower))
      return;
    const bool by = std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(noun), tokens_.end(),
                                [](const Token& token) { return token.lower == "by"; });
    if (by) return;  // "first 3 visits by wait time": not by date.
    Link link = Make(at, at + 1, LinkKind::cue, TheCosts().place_by_date);
    link.cue = &kEnds[last ? 1 : 0];
    Add(link);
  }

  /// "survival rate", "return rate by region": which part of the rows. Only right behind what can
  /// be true of a row, and where no name has the word.
  void Rate(std::size_t at) {
    static const CuePhrase kRate = [] {
      CuePhrase phrase;
      phrase.cue = Cue::share;
      phrase.words = "rate";
      return phrase;
    }();
    if (at == 0 || Singular(tokens_[at].lower) != "rate" || index_.HasNameWord(tokens_[at])) return;
    const bool of_rows =
        std::any_of(from_[at - 1].begin(), from_[at - 1].end(), [&](const Link& link) {
          return link.end == at && link.cost < 0.4 &&
                 (link.kind == LinkKind::value ||
                  (link.kind == LinkKind::column && !index_.at(link.column).yes.empty()));
        });
    if (!of_rows) return;
    Link link = Make(at, at + 1, LinkKind::cue, TheCosts().rate_of_rows);
    link.cue = &kRate;
    Add(link);
  }

  /// "Plus" typed with a capital inside the question, where a value is written so.
  bool IsWrittenAsValue(std::size_t at) const {
    const std::string& text = tokens_[at].text;
    if (at == 0 || text.front() < 'A' || text.front() > 'Z') return false;
    const std::vector<ValueEntry>* entries = index_.ValuesNamed(tokens_[at].stem);
    return entries != nullptr &&
           std::any_of(entries->begin(), entries->end(),
                       [&](const auto& entry) { return *entry.value->if_text() == text; });
  }

  /// "IN" typed in capitals where IN is a value.
  bool IsCode(const Token& token) const {
    const bool capitals =
        token.text.size() >= 2 && std::all_of(token.text.begin(), token.text.end(),
                                              [](char c) { return c >= 'A' && c <= 'Z'; });
    return capitals && index_.ValuesNamed(token.stem) != nullptr;
  }

  /// "grade A", "grade a": a letter that is a value of the column named before it, or a capital
  /// inside the question that is a value anywhere.
  bool IsLetterValue(std::size_t at) const {
    const Token& token = tokens_[at];
    if (at == 0 || token.text.size() != 1 || token.text == "I") return false;
    const std::vector<ValueEntry>* entries = index_.ValuesNamed(token.stem);
    if (entries == nullptr) return false;
    const bool capital = token.text[0] >= 'A' && token.text[0] <= 'Z';
    return capital || std::any_of(entries->begin(), entries->end(), [&](const ValueEntry& entry) {
             return FollowsItsColumn(at, entry.column);
           });
  }
  bool FollowsItsColumn(std::size_t at, ColumnId column) const {
    return at > 0 && tokens_[at - 1].stem == index_.at(column).phrases.front().stems.back();
  }

  /// "over" and "from" compare only before a number; elsewhere they are grammar.
  bool FitsHere(const CueMatch& match, std::size_t at) const {
    const Cue cue = match.phrase->cue;
    if (cue == Cue::share && at > 0 && tokens_[at - 1].number) return false;  // "90 percent"
    if (NamesAmount(match, at)) return false;
    const std::string_view word = match.phrase->words;
    if (cue == Cue::row_noun && index_.HasNameWord(tokens_[at])) return false;
    if (word == "last" || word == "first") return RanksByPosition(at);
    const bool bound = word == "least" || word == "most";
    if (bound && at > 0 && tokens_[at - 1].lower == "at") return false;
    if (match.length > 1 || (cue != Cue::compare && cue != Cue::between)) return true;
    for (std::size_t i = at + 1; i < std::min(tokens_.size(), at + 4); ++i)
      if (tokens_[i].number) return true;
    return false;
  }

  /// "Amount of" counts nothing where a column is called amount.
  bool NamesAmount(const CueMatch& match, std::size_t at) const {
    if (match.length == 1) return false;
    for (std::size_t i = at; i < at + match.length; ++i)
      if (tokens_[i].lower == "amount" && index_.HasNameWord(tokens_[i])) return true;
    return false;
  }

  /// "the last 4 by place": only before a number, and where something is named to go by.
  bool RanksByPosition(std::size_t at) const {
    if (at + 1 >= tokens_.size() || !tokens_[at + 1].number) return false;
    return std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(at), tokens_.end(),
                       [](const Token& token) { return token.lower == "by"; });
  }

  /// "higest", "averge": only where the word means nothing as it stands.
  void MisspeltCues(std::size_t at) {
    if (tokens_[at].kind != TokenKind::word || tokens_[at].glued || Explained(at)) return;
    const auto right = SpelledRight(tokens_[at].lower);
    if (!right) return;
    std::vector<Token> corrected = tokens_;
    corrected[at].lower = *right;
    for (const CueMatch& match : CuesAt(corrected, at)) {
      if (!FitsHere(match, at)) continue;
      Link link = Make(at, at + match.length, LinkKind::cue, TheCosts().misspelt_cue);
      link.cue = match.phrase;
      Add(link);
    }
  }

  bool Explained(std::size_t at) const {
    return std::any_of(from_[at].begin(), from_[at].end(), [](const Link& link) {
      return link.kind != LinkKind::unknown && link.cost < 0.5;
    });
  }

  /// "women (W)": what stands in brackets says it again.
  void Appositions() {
    for (std::size_t at = 0; at + 1 < tokens_.size(); ++at) {
      const Token& token = tokens_[at];
      if (token.kind != TokenKind::word || token.parenthesised || !tokens_[at + 1].parenthesised)
        continue;
      const bool known =
          std::any_of(from_[at + 1].begin(), from_[at + 1].end(), [](const Link& link) {
            const bool names = link.kind == LinkKind::column || link.kind == LinkKind::value ||
                               (link.kind == LinkKind::cue && link.cue->cue == Cue::correlation);
            return names && link.cost < 0.05;
          });
      if (known && !IsQuestionWord(token.lower))
        Add(Make(at, at + 1, LinkKind::kin, TheCosts().said_again_in_brackets));
    }
  }

  void Names(std::size_t at) {
    for (std::size_t end = at + 1; end <= std::min(tokens_.size(), at + kLongestName); ++end) {
      if (tokens_[end - 1].kind == TokenKind::quoted && end > at + 1) break;
      if (tokens_[end - 1].kind == TokenKind::symbol) break;
      const double cut = Cuts(at, end) ? TheCosts().name_cut : 0;
      for (std::size_t t = 0; t < index_.tables().size(); ++t) {
        const TableFacts& table = index_.tables()[t];
        Table(at, end, static_cast<int>(t), table, cut);
        for (const ColumnFacts& column : table.columns) Column(at, end, column, cut);
      }
    }
  }

  /// A word of a table's name that is also the whole name of a column means the column.
  void PreferColumns(std::size_t at) {
    for (Link& table : from_[at]) {
      if (table.kind != LinkKind::table || table.cost < 0.015) continue;
      const std::string& typed = tokens_[at].lower;
      const auto& words = index_.tables()[table.table].phrases.front().words;
      const bool as_written = table.end == at + 1 && Singular(typed) != typed &&
                              std::find(words.begin(), words.end(), typed) != words.end();
      if (as_written && at > 0 && IsCountBefore(at)) continue;  // "how many results": its rows.
      const bool column = std::any_of(from_[at].begin(), from_[at].end(), [&](const Link& link) {
        return link.kind == LinkKind::column && link.end == table.end && link.cost < 0.015;
      });
      if (column) table.cost += TheCosts().table_named_as_a_column;
    }
  }

  bool IsCountBefore(std::size_t at) const {
    const std::string& before = tokens_[at - 1].lower;
    return before == "many" || (before == "of" && at > 1 && tokens_[at - 2].lower == "number");
  }

  void Column(std::size_t at, std::size_t end, const ColumnFacts& column, double cut) {
    std::optional<double> best;
    for (const NamePhrase& phrase : column.phrases) {
      const auto cost = tokens_[at].kind == TokenKind::quoted
                            ? QuotedName(at, column.schema->name)
                            : PhraseCost(tokens_, at, end, phrase);
      if (cost && (!best || *cost < *best)) best = cost;
    }
    if (const std::string_view plain = PlainWord(SpanText(at, end)); !plain.empty()) {
      const std::vector<Token> words = Tokenize(plain);
      const auto cost = PhraseCost(words, 0, words.size(), column.phrases.front());
      if (cost && (!best || *cost + TheCosts().plain_word < *best))
        best = *cost + TheCosts().plain_word;
    }
    if (end - at > 1 && RepeatsKind(tokens_[end - 1], column)) {
      const auto cost = PhraseCost(tokens_, at, end - 1, column.phrases.front());
      if (cost && *cost < 0.16 && (!best || *cost + TheCosts().head_noun < *best))
        best = *cost + TheCosts().head_noun;
    }
    if (!best && end - at == 1 && IsOnlyUnit(tokens_[at], column))
      best = TheCosts().column_by_its_unit;
    if (const auto cost = OfItsTable(at, end, column); cost && (!best || *cost < *best))
      best = cost;
    if (!best || *best + cut > TheCosts().most_for_a_name) return;
    Link link = Make(at, end, LinkKind::column, *best + cut);
    link.column = column.id;
    Add(link);
  }

  /// "customer name": the name of the table, then of its column.
  std::optional<double> OfItsTable(std::size_t at, std::size_t end,
                                   const ColumnFacts& column) const {
    if (index_.tables().size() < 2 || end - at < 2 || column.numeric ||
        tokens_[at].kind == TokenKind::quoted)
      return std::nullopt;
    const auto cost = PhraseCost(tokens_, at + 1, end, column.phrases.front());
    if (!cost || *cost > 0.03) return std::nullopt;
    for (const NamePhrase& phrase : index_.tables()[column.id.table].phrases) {
      if (phrase.words.empty()) continue;
      const auto table = WordCost(tokens_[at], phrase.words.back(), phrase.stems.back());
      if (table && *table <= 0.02) return *table + *cost;
    }
    return std::nullopt;
  }

  /// "mpg" for "economy (mpg)", where no other column has that unit.
  bool IsOnlyUnit(const Token& token, const ColumnFacts& column) const {
    if (token.kind != TokenKind::word || token.lower.size() < 2 || !column.numeric ||
        IsQuestionWord(token.lower))
      return false;
    const std::string unit = NormalUnit(token.lower);
    if (column.unit != unit) return false;
    int found = 0;
    for (const TableFacts& table : index_.tables())
      for (const ColumnFacts& other : table.columns)
        found += other.numeric && other.unit == unit ? 1 : 0;
    return found == 1;
  }

  std::string SpanText(std::size_t at, std::size_t end) const {
    std::vector<std::string> words;
    for (std::size_t i = at; i < end; ++i) words.push_back(tokens_[i].lower);
    return Join(words);
  }

  std::optional<double> QuotedName(std::size_t at, const std::string& name) const {
    return Lower(name) == tokens_[at].lower ? std::optional(0.0) : std::nullopt;
  }

  /// "bird strikes" for birdstrikes.
  bool Compound(std::size_t at, const std::string& word) const {
    return Singular(tokens_[at].lower + tokens_[at + 1].lower) == Singular(word);
  }

  /// A lone file's name is often an accident: comp.csv must not explain "completed". Only its own
  /// words count, in the singular or the plural, or misspelt.
  bool SaidAsIs(std::size_t at, std::size_t end, const NamePhrase& phrase) const {
    for (std::size_t i = at; i < end; ++i) {
      if (tokens_[i].kind != TokenKind::word) continue;
      const std::string typed = Singular(tokens_[i].lower);
      const bool own =
          std::any_of(phrase.words.begin(), phrase.words.end(), [&](const std::string& word) {
            const std::string name = Singular(word);
            const bool slip =
                typed.size() >= 5 && name.size() >= 5 && base::EditDistance(typed, name, 1) <= 1;
            // "athletes" for olympians; not "revenue" for sales, which is a number.
            const bool said_otherwise = AdditivityOf({typed}, "") == Additivity::unclear &&
                                        AreSynonyms(Stem(typed), Stem(name));
            return typed == name || slip || said_otherwise || name.ends_with(typed) ||
                   typed.ends_with(name) || (typed.size() >= 4 && name.starts_with(typed));
          });
      const bool compound = end - at == 2 && Compound(at, phrase.words.back());
      if (!own && !compound && !IsQuestionWord(tokens_[i].lower)) return false;
    }
    return true;
  }

  void Table(std::size_t at, std::size_t end, int number, const TableFacts& table, double cut) {
    for (const NamePhrase& phrase : table.phrases) {
      if (phrase.words.empty()) continue;
      if (!phrase.synonym && index_.tables().size() == 1 && !SaidAsIs(at, end, phrase)) continue;
      auto cost = PhraseCost(tokens_, at, end, phrase);
      if (!cost && end - at == 2 && Compound(at, phrase.words.back())) cost = 0.03;
      if (!cost && end - at == 1 && IsTail(tokens_[at], phrase.words.back())) cost = 0.1;
      if (!cost) continue;
      Link link = Make(at, end, LinkKind::table, *cost + cut);
      link.table = number;
      const bool last_word =
          WordCost(tokens_[end - 1], phrase.words.back(), phrase.stems.back()).has_value();
      link.head = last_word || *cost == 0.03 || *cost == 0.1;
      if (end - at == 1 && last_word && phrase.words.size() > 1 && *cost != 0.1)
        link.cost =
            std::min(link.cost,
                     *WordCost(tokens_[at], phrase.words.back(), phrase.stems.back()) + 0.02 + cut);
      if (link.cost <= TheCosts().most_for_a_name) Add(link);
    }
  }

  void Values(std::size_t at) {
    if (tokens_[at].kind == TokenKind::quoted) {
      AddValues(at, at + 1, StemKey(tokens_[at].text), 0);
      Add(Make(at, at + 1, LinkKind::text, TheCosts().quoted_text));
      return;
    }
    std::string key;
    for (std::size_t end = at + 1; end <= std::min(tokens_.size(), at + 10); ++end) {
      const Token& token = tokens_[end - 1];
      if (token.kind == TokenKind::quoted) break;
      if (token.kind == TokenKind::symbol) {
        if (end == at + 1) break;
        AddValues(at, end, key, 0, token.text);
        continue;
      }
      if (!key.empty()) key += ' ';
      key += token.stem;
      AddValues(at, end, key, 0);
    }
    GenderValues(at);
    Answers(at);
    if (tokens_[at].kind == TokenKind::word && !IsQuestionWord(tokens_[at].lower)) LooseValues(at);
  }

  /// "women" for W in a column of two or three such letters.
  void GenderValues(std::size_t at) {
    for (const auto& [stem, entry] : index_.one_word_values()) {
      const std::string value = Lower(*entry.value->if_text());
      if (!SaysGender(tokens_[at].lower, value)) continue;
      const auto& profile = index_.at(entry.column).schema->profile;
      if (!profile.top_values_complete || profile.top_values.size() > 4) continue;
      Link link = Make(at, at + 1, LinkKind::value, TheCosts().gender_value);
      link.column = entry.column;
      link.value = entry.value;
      Add(link);
    }
  }

  /// "smoker is yes": an answer, beside the column that has such answers.
  void Answers(std::size_t at) {
    const std::string& word = tokens_[at].lower;
    const bool yes = word == "yes" || word == "true" || word == "y";
    if (!yes && word != "no" && word != "false" && word != "n") return;
    for (const TableFacts& table : index_.tables()) {
      for (const ColumnFacts& column : table.columns) {
        const std::vector<wire::Value>& answers = yes ? column.yes : column.no;
        const std::string& name = column.phrases.front().stems.back();
        const bool named = (at > 0 && tokens_[at - 1].stem == name) ||
                           (at > 1 && tokens_[at - 2].stem == name) ||
                           (at + 1 < tokens_.size() && tokens_[at + 1].stem == name);
        if (answers.empty() || !named) continue;
        Link link = Make(at, at + 1, LinkKind::value, TheCosts().answer_beside_its_column);
        link.column = column.id;
        link.value = &answers.front();
        Add(link);
      }
    }
  }

  /// `sign`: a sign behind the words that the value must end in, as "50+" does.
  void AddValues(std::size_t at, std::size_t end, const std::string& key, double extra,
                 std::string_view sign = "") {
    const std::vector<ValueEntry>* entries = index_.ValuesNamed(key);
    if (entries == nullptr) return;
    for (const ValueEntry& entry : *entries) {
      if (!entry.value->if_text()->ends_with(sign)) continue;
      double cost = ValueCost(at, end, *entry.value->if_text());
      if (cost > 0.03 && end == at + 1 && FollowsItsColumn(at, entry.column)) cost = 0.03;
      Link link = Make(at, end, LinkKind::value, extra + cost);
      link.column = entry.column;
      link.value = entry.value;
      if (link.cost < 0.9) Add(link);
    }
  }

  double ValueCost(std::size_t at, std::size_t end, const std::string& value) const {
    if (end - at > 1) return Cuts(at, end) ? 0.1 : 0.0;
    const Token& token = tokens_[at];
    if (token.kind == TokenKind::quoted) return 0;
    if (token.text == value) return IsQuestionWord(token.lower) && value.size() > 3 ? 0.02 : 0;
    // "IN" the state and "in" the word: short capitals count only as they are written.
    if (IsQuestionWord(token.lower))
      return value.size() <= 3 ? 1.0 : 0.06;  // Not as it is written.
    if (value.size() <= 2) return 0.3;
    return (token.lower == Lower(value) ? 0.0 : 0.02) + (Cuts(at, end) ? 0.1 : 0.0);
  }

  /// Kin and misspelt single words, and parts of longer values.
  void LooseValues(std::size_t at) {
    const Token& token = tokens_[at];
    if (token.lower.size() < 4) return;
    for (const auto& [stem, entry] : index_.one_word_values()) {
      if (stem == token.stem) continue;
      double cost = 1;
      if (stem.size() >= 3 && AreKin(stem, token.stem)) cost = TheCosts().value_kinship;
      if (token.stem.size() >= 5 && stem.size() >= 5 && token.stem.front() == stem.front() &&
          base::EditDistance(token.stem, stem, 1) == 1)
        cost = TheCosts().value_typing_error;
      if (cost >= 1) continue;
      Link link = Make(at, at + 1, LinkKind::value, cost);
      link.column = entry.column;
      link.value = entry.value;
      Add(link);
    }
    PartialValues(at);
  }

  /// "Gentoo" for "Gentoo penguin", if no other value has the words.
  void PartialValues(std::size_t at) {
    const std::vector<ValueEntry>* entries = index_.ValuesWith(tokens_[at].stem);
    if (entries == nullptr) return;
    std::string key = tokens_[at].stem;
    std::vector<ValueEntry> alive = *entries;
    // Stems are too loose here: "unit" is not a part of "United States".
    std::erase_if(alive, [&](const ValueEntry& entry) {
      const std::vector<std::string> words = NameWords(*entry.value->if_text());
      return std::none_of(words.begin(), words.end(), [&](const std::string& word) {
        return Singular(word) == Singular(tokens_[at].lower);
      });
    });
    for (std::size_t end = at + 1; end <= std::min(tokens_.size(), at + 6); ++end) {
      if (end > at + 1) {
        if (tokens_[end - 1].kind != TokenKind::word && tokens_[end - 1].kind != TokenKind::number)
          return;
        key += ' ' + tokens_[end - 1].stem;
      }
      std::erase_if(alive, [&](const ValueEntry& entry) {
        const std::string full = ' ' + StemKey(*entry.value->if_text()) + ' ';
        return full.find(' ' + key + ' ') == std::string::npos;
      });
      if (alive.empty()) return;
      const bool unique = std::count_if(alive.begin(), alive.end(), [&](const ValueEntry& entry) {
                            return entry.column == alive.front().column;
                          }) == 1;
      if (!unique) continue;
      for (const ValueEntry& entry : alive) {
        if (entry.words <= end - at) continue;
        Link link = Make(at, end, LinkKind::value, TheCosts().part_of_a_value);
        link.column = entry.column;
        link.value = entry.value;
        link.partial_value = true;
        Add(link);
      }
    }
  }

  void Simple(std::size_t at) {
    const Token& token = tokens_[at];
    if (token.kind == TokenKind::number || (token.number && token.kind == TokenKind::word)) {
      Link link = Make(at, at + 1, LinkKind::number,
                       token.lower == "one" ? TheCosts().one : TheCosts().number);
      link.number = *token.number;
      Add(link);
      Scaled(at);
      WithUnit(at);
    }
    if (token.kind == TokenKind::symbol) {
      Add(Make(at, at + 1, LinkKind::unknown, TheCosts().sign));
      return;
    }
    if (token.kind == TokenKind::word && !IsQuestionWord(token.lower)) Kin(at);
    const bool explained = std::any_of(from_[at].begin(), from_[at].end(), [&](const Link& link) {
      return link.end == at + 1 && link.cost < 0.3;
    });
    if (!explained) Add(Make(at, at + 1, LinkKind::unknown, TheCosts().unexplained_word));
  }

  /// "30 °C", "5 km", "90 percent", "$100", where a column has that unit.
  void WithUnit(std::size_t at) {
    const bool sign_before = at > 0 && tokens_[at - 1].kind == TokenKind::symbol;
    if (sign_before && IsUnit(NormalUnit(tokens_[at - 1].text)))
      AddWithUnit(at - 1, at + 1, at, NormalUnit(tokens_[at - 1].text));
    if (at + 2 < tokens_.size() && Singular(tokens_[at + 1].lower) == "year" &&
        tokens_[at + 2].lower == "old")
      AddWithUnit(at, at + 3, at, "age");
    std::string written;
    for (std::size_t end = at + 1; end < std::min(tokens_.size(), at + 3); ++end) {
      written += tokens_[end].kind == TokenKind::symbol ? tokens_[end].text : tokens_[end].lower;
      if (IsUnit(NormalUnit(written))) AddWithUnit(at, end + 1, at, NormalUnit(written));
    }
  }
  bool IsUnit(const std::string& unit) const {
    for (const TableFacts& table : index_.tables())
      for (const ColumnFacts& column : table.columns)
        if (column.numeric && !unit.empty() && column.unit == unit) return true;
    return false;
  }
  void AddWithUnit(std::size_t begin, std::size_t end, std::size_t at, const std::string& unit) {
    Link link = Make(begin, end, LinkKind::number, 0.0);
    link.number = *tokens_[at].number;
    link.unit = unit;
    Add(link);
  }

  void Scaled(std::size_t at) {
    if (at + 1 >= tokens_.size()) return;
    const std::string& word = tokens_[at + 1].lower;
    const double scale = word == "million"    ? 1e6
                         : word == "billion"  ? 1e9
                         : word == "thousand" ? 1e3
                         : word == "hundred"  ? 1e2
                                              : 0;
    if (scale == 0) return;
    Link link = Make(at, at + 2, LinkKind::number, 0.0);
    link.number = *tokens_[at].number * scale;
    Add(link);
  }

  /// "ride" beside a column "Rider Type": part of the same idea.
  void Kin(std::size_t at) {
    const Token& token = tokens_[at];
    for (const TableFacts& table : index_.tables()) {
      if (index_.tables().size() > 1)
        for (const NamePhrase& phrase : table.phrases)
          if (HasKin(phrase, token))
            AddKin(at, TheCosts().kin_of_a_table,
                   {static_cast<int>(&table - index_.tables().data()), -1});
      for (const ColumnFacts& column : table.columns)
        if (HasKin(column.phrases.front(), token))
          AddKin(at, TheCosts().kin_of_a_column, column.id);
    }
  }

  void AddKin(std::size_t at, double cost, ColumnId of) {
    Link link = Make(at, at + 1, LinkKind::kin, cost);
    link.column = of;
    Add(link);
  }

  const std::vector<Token>& tokens_;
  const SchemaIndex& index_;
  std::vector<std::vector<Link>> from_;
};

}  // namespace

std::vector<Cover> CoverQuestion(const std::vector<Token>& tokens, const SchemaIndex& index,
                                 std::chrono::sys_days today, std::size_t most) {
  return Linker(tokens, index, today).Covers(most);
}

}  // namespace tabletalk::offline
