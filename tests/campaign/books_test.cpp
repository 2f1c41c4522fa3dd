// Each thing that the books of a town may contradict each other about is found, and a clean day has
// no mismatch.

#include "tests/campaign/books.h"

#include <functional>

#include <CppUTest/TestHarness.h>

using namespace madoguchi::campaign;

namespace {

/// One paid visit of r-1 and one free of r-2, all as it should be.
Books clean_day() {
  Books books;
  books.stays = {{1, "kiosk-1", "v-1", "r-1", "residence of r-1 x1", 200},
                 {2, "kiosk-2", "v-2", "r-2", "residence_matter of r-2 x1", 0}};
  books.papers = {{"kiosk-1", 1, "D-1", "r-1", "residence of r-1 x1", true},
                  {"kiosk-2", 2, "D-2", "r-2", "residence_matter of r-2 x1", true}};
  books.sales = {{"kiosk-1", 1, "v-1", 200}};
  books.records = {{"kiosk-1", "v-1", "D-1", "issued", 200, 200},
                   {"kiosk-2", "v-2", "D-2", "issued", 0, 0}};
  books.journal = {{"kiosk-1", "v-1", "D-1", false, false},
                   {"kiosk-2", "v-2", "D-2", false, false}};
  return books;
}

/// The first mismatch after the change must say that.
void finds(const char* words, const std::function<void(Books&)>& change) {
  Books books = clean_day();
  change(books);
  const auto found = compare(books);
  CHECK_TEXT(!found.empty(), words);
  bool said = false;
  for (const Mismatch& each : found) said = said || each.what.find(words) != std::string::npos;
  CHECK_TEXT(said, (std::string(words) + ", but: " + found.front().what).c_str());
}

void agrees(const std::function<void(Books&)>& change) {
  Books books = clean_day();
  change(books);
  for (const Mismatch& each : compare(books)) FAIL(each.what.c_str());
}

}  // namespace

TEST_GROUP(books){};

TEST(books, of_a_clean_day_agree) {
  agrees([](Books&) {});
}

TEST(books, find_the_wrong_person) {
  finds("a stranger to r-1", [](Books& b) { b.stays[0].strangers = 1; });
  finds("is r-9's, and r-1 stood there", [](Books& b) { b.papers[0].whose = "r-9"; });
  finds("nobody stood there", [](Books& b) { b.papers[0].stay = 0; });
  finds("to another kiosk, or nobody", [](Books& b) { b.papers[0].document = "D-7"; });
  finds("to another kiosk, or nobody", [](Books& b) { b.papers[0].document = "D-2"; });
}

TEST(books, find_the_wrong_paper) {
  finds("asked for was", [](Books& b) { b.papers[0].wish = "residence of r-1 x2"; });
  finds("printed twice", [](Books& b) { b.papers.push_back(b.papers[0]); });
}

TEST(books, find_the_wrong_money) {
  finds("charged, and no paper", [](Books& b) { b.papers[0].came_out = false; });
  finds("agreed to were 200", [](Books& b) { b.sales[0].kept_yen = 2'000; });
  finds("charged twice", [](Books& b) { b.sales.push_back(b.sales[0]); });
  finds("while nobody stood there", [](Books& b) { b.sales[0].stay = 0; });
  finds("not in the kiosk's journal", [](Books& b) { b.sales[0].visit = "v-9"; });
}

TEST(books, find_a_ledger_that_differs) {
  finds("issued, and the terminal kept 0", [](Books& b) { b.sales[0].kept_yen = 0; });
  finds("issued, and the terminal kept", [](Books& b) { b.records[0].charged_yen = 100; });
  finds("issued, and nothing came out", [](Books& b) { b.papers[1].came_out = false; });
  finds("voided, and money stays", [](Books& b) { b.records[0].state = "voided"; });
  finds("prepared, and the kiosk has ended", [](Books& b) { b.records[1].state = "prepared"; });
  finds("staff have no ticket", [](Books& b) { b.records[1].state = "unresolved"; });
}

TEST(books, find_a_visit_that_never_ended) {
  finds("stays open", [](Books& b) { b.journal[1].open = true; });
  finds("not in the kiosk's journal", [](Books& b) { b.journal.pop_back(); });
}

TEST(books, agree_when_the_money_went_back) {
  agrees([](Books& b) {
    b.papers[0].came_out = false;
    b.sales[0].kept_yen = 0;
    b.records[0].state = "voided";
    b.records[0].charged_yen = 0;
  });
}

TEST(books, agree_when_staff_have_the_ticket) {
  agrees([](Books& b) {
    b.papers[0].came_out = false;
    b.records[0].state = "unresolved";
    b.journal[0].ticket = true;
  });
}

TEST(books, agree_when_owed_paper_is_taken_up_in_another_visit) {
  agrees([](Books& b) {
    b.stays.push_back({3, "kiosk-1", "v-3", "r-1", "residence of r-1 x1", 0});
    b.journal.push_back({"kiosk-1", "v-3", "", false, false});
    b.papers[0].stay = 3;
  });
}

TEST(books, find_owed_paper_that_another_card_got) {
  finds("is r-1's, and r-2 stood there", [](Books& b) {
    b.stays.push_back({3, "kiosk-1", "v-3", "r-2", "residence of r-2 x1", 0});
    b.journal.push_back({"kiosk-1", "v-3", "", false, false});
    b.papers[0].stay = 3;
  });
}

TEST(books, a_document_that_the_kiosk_refused_may_stay_prepared) {
  agrees([](Books& b) {
    b.papers.pop_back();
    b.records[1].state = "prepared";
    b.journal[1].document = "";
  });
}
