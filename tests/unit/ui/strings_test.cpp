#include <set>

#include <CppUTest/TestHarness.h>

#include "ui/strings/catalogue.h"
#include "ui/strings/catalogue_data.h"

using namespace madoguchi;
using namespace madoguchi::ui;

TEST_GROUP(Catalogue){};

TEST(Catalogue, fills_arguments_in_by_the_rules_of_the_language) {
  const Text tries = say("ui.tries_left", {{"tries", "3"}});
  STRCMP_EQUAL("あと3回まで入力できます", render(tries, "ja").c_str());
  STRCMP_EQUAL("You have 3 tries left", render(tries, "en").c_str());
  STRCMP_EQUAL("You have 1 try left", render(say("ui.tries_left", {{"tries", "1"}}), "en").c_str());
}

TEST(Catalogue, groups_large_numbers_and_leaves_text_arguments_alone) {
  STRCMP_EQUAL("手順1,200/3,000",
               render(say("ui.progress", {{"step", "1200"}, {"of", "3000"}}), "ja").c_str());
  STRCMP_EQUAL("係員用コード：0012000",
               render(say("ui.code", {{"code", "0012000"}}), "ja").c_str());
}

TEST(Catalogue, shows_the_key_of_what_it_cannot_say) {
  STRCMP_EQUAL("no.such.key", render(say("no.such.key"), "ja").c_str());
  STRCMP_EQUAL("ui.code", render(say("ui.code"), "ja").c_str());
  STRCMP_EQUAL("ui.tries_left", render(say("ui.tries_left", {{"tries", "many"}}), "en").c_str());
  STRCMP_EQUAL("ui.tries_left", render(say("ui.tries_left", {{"tries", "3.5"}}), "en").c_str());
}

TEST(Catalogue, an_unknown_language_speaks_the_reference_language) {
  STRCMP_EQUAL(render(say("ui.service"), "ja").c_str(), render(say("ui.service"), "ko").c_str());
}

TEST(Catalogue, a_literal_is_itself_even_with_braces) {
  STRCMP_EQUAL("{葛󠄂城}", render(person_name("{葛󠄂城}"), "ja").c_str());
}

TEST(Catalogue, ICU_accepts_every_pattern) {
  CHECK(compiled_catalogue().size() >= 2);
  for (const CatalogueLanguage& language : compiled_catalogue()) {
    for (const CatalogueEntry& entry : language.entries) {
      // Every argument at once, as a number: ICU takes a number for text too, and unused ones are
      // ignored.
      Text text = say(std::string(entry.key));
      std::size_t at = 0;
      while ((at = entry.pattern.find('{', at)) != std::string_view::npos) {
        const std::size_t end = entry.pattern.find_first_of(",}", at);
        text.args[std::string(entry.pattern.substr(at + 1, end - at - 1))] = "7";
        ++at;
      }
      CHECK_FALSE_TEXT(render(text, language.language) == entry.key, entry.key.data());
    }
  }
}
