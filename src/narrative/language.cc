// A sentence in German that writes "1,234" has told another number. So what a slot prints follows
// the language of the sentence that it stands in, and in doubt it is English.
#include "narrative/language.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace tabletalk::narrative {
namespace {

struct Known {
  Language language;
  /// Words that are in almost every question and sentence, between blanks.
  std::string_view small_words;
};

constexpr Known kKnown[] = {
    {{"en",
      ".",
      ",",
      true,
      "",
      " ",
      "Q",
      "the week of ",
      " and ",
      ", and others",
      "yes",
      "no",
      "no value",
      {"January", "February", "March", "April", "May", "June", "July", "August", "September",
       "October", "November", "December"},
      {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}},
     " the of and is are was were how many much which what who when where in for with by has had "
     "have to on at from most more than each every all there that this do does did show list give "
     "per average total number a an as it its "},
    {{"de",
      ",",
      ".",
      false,
      ".",
      " ",
      "Q",
      "der Woche vom ",
      " und ",
      " und andere",
      "ja",
      "nein",
      "kein Wert",
      {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
       "Oktober", "November", "Dezember"},
      {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"}},
     " der die das und ist sind wie viele viel welche welcher welches welchem den dem des im mit "
     "für nach von vom pro wieviel hat haben war waren ein eine einen nicht bei zum zur am auf aus "
     "über gibt es wurde wurden jeder jede je insgesamt durchschnittliche durchschnittlich "},
    {{"fr",
      ",",
      "\u202F",
      false,
      "",
      " ",
      "T",
      "la semaine du ",
      " et ",
      ", et d'autres",
      "oui",
      "non",
      "aucune valeur",
      {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
       "octobre", "novembre", "décembre"},
      {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}},
     " le la les des et est sont combien quel quelle quels quelles du dans par pour avec une un "
     "sur "
     "plus que qui au aux a ont été était chaque moyenne nombre "},
    {{"es",
      ",",
      ".",
      false,
      "",
      " de ",
      "T",
      "la semana del ",
      " y ",
      " y otros",
      "sí",
      "no",
      "sin valor",
      {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
       "octubre", "noviembre", "diciembre"},
      {"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"}},
     " el la los las y es son cuántos cuántas cuánto cuánta cuál cuáles qué en por para con una un "
     "del al más fue fueron tiene hay cada promedio número "},
    {{"it",
      ",",
      ".",
      false,
      "",
      " ",
      "T",
      "la settimana del ",
      " e ",
      " e altri",
      "sì",
      "no",
      "nessun valore",
      {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto",
       "settembre", "ottobre", "novembre", "dicembre"},
      {"lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"}},
     " il lo gli i è sono quanti quante quanto quanta quale quali di in con una un del della dei "
     "delle nel nella più che ha hanno stato ogni media numero "},
    {{"pt",
      ",",
      ".",
      false,
      "",
      " de ",
      "T",
      "a semana de ",
      " e ",
      " e outros",
      "sim",
      "não",
      "sem valor",
      {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro",
       "outubro", "novembro", "dezembro"},
      {"segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado",
       "domingo"}},
     " o os as é são quantos quantas quanto qual quais em por para com uma um do da dos das no na "
     "mais foi foram há tem cada média número "},
    {{"nl",
      ",",
      ".",
      true,
      "",
      " ",
      "K",
      "de week van ",
      " en ",
      " en andere",
      "ja",
      "nee",
      "geen waarde",
      {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
       "oktober", "november", "december"},
      {"maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"}},
     " de het en zijn hoeveel welke van voor met een op meer werd heeft hebben er wat aantal elk "
     "elke gemiddelde "}};

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

/// The words of a text between blanks, lower case, each once. Umlauts keep their case: they rarely
/// begin a small word.
std::set<std::string> SmallWords(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && IsLetter(text[i])) {
      word += text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    } else if (!word.empty()) {
      words.insert(" " + word + " ");
      word.clear();
    }
  }
  return words;
}

}  // namespace

const Language& English() { return kKnown[0].language; }

const Language* LanguageIn(std::string_view text) {
  const std::set<std::string> words = SmallWords(text);
  const Language* best = nullptr;
  std::ptrdiff_t most = 1, second = 0;  // One word alone says little.
  for (const Known& known : kKnown) {
    const auto hits = std::count_if(words.begin(), words.end(), [&](const std::string& word) {
      return known.small_words.find(word) != std::string_view::npos;
    });
    if (hits > most) {
      second = most;
      most = hits;
      best = &known.language;
    } else if (hits > second) {
      second = hits;
    }
  }
  return most > second ? best : nullptr;
}

}  // namespace tabletalk::narrative
