// Who may be started again alone, and who notices whose end.

#include "firmware/message/wire_table.h"

#include <cerrno>

#include <CppUTest/TestHarness.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace madoguchi;

namespace {

constexpr char nothing_yet = 'n';
constexpr char closed = 'c';

/// The next byte at this end.
char heard(int end) {
  char got = 0;
  const ssize_t n = recv(end, &got, 1, MSG_DONTWAIT);
  if (n == 0 || (n < 0 && errno == ECONNRESET)) return closed;
  return n < 0 ? nothing_yet : got;
}

}  // namespace

TEST_GROUP(WireTable) {
  WireTable table{{{"kioskd-ui", "ui-kioskd", true}, {"call-ui", "ui-call", false}}};
  std::vector<int> open;

  void teardown() override {
    for (const int end : open) close(end);
  }
  int take(const char* name) {
    const auto end = table.take(name);
    CHECK(end.ok());
    open.push_back(*end);
    return *end;
  }
  void end_process(int& its) {
    std::erase(open, its);
    close(its);
  }
};

TEST(WireTable, two_processes_meet_in_any_order) {
  const int ui = take("ui-kioskd");
  const int kioskd = take("kioskd-ui");
  LONGS_EQUAL(1, send(kioskd, "x", 1, 0));
  BYTES_EQUAL('x', heard(ui));
  LONGS_EQUAL(1, send(ui, "y", 1, 0));
  BYTES_EQUAL('y', heard(kioskd));
}

TEST(WireTable, who_comes_back_alone_finds_what_was_on_its_way) {
  int ui = take("ui-kioskd");
  const int kioskd = take("kioskd-ui");
  end_process(ui);
  BYTES_EQUAL(nothing_yet, heard(kioskd));
  LONGS_EQUAL(1, send(kioskd, "x", 1, 0));
  BYTES_EQUAL('x', heard(take("ui-kioskd")));
}

TEST(WireTable, kioskds_end_is_noticed_at_once_and_a_new_pair_begins) {
  int ui = take("ui-kioskd");
  int kioskd = take("kioskd-ui");
  LONGS_EQUAL(1, send(ui, "o", 1, 0));  // an old intent, for nobody
  end_process(kioskd);
  BYTES_EQUAL(closed, heard(ui));
  end_process(ui);
  const int ui_again = take("ui-kioskd");
  const int kioskd_again = take("kioskd-ui");
  BYTES_EQUAL(nothing_yet, heard(kioskd_again));
  LONGS_EQUAL(1, send(kioskd_again, "x", 1, 0));
  BYTES_EQUAL('x', heard(ui_again));
}

TEST(WireTable, kioskd_comes_back_before_its_neighbour_has_noticed) {
  const int ui = take("ui-kioskd");
  int kioskd = take("kioskd-ui");
  end_process(kioskd);
  const int kioskd_again = take("kioskd-ui");
  BYTES_EQUAL(closed, heard(ui));
  const int ui_again = take("ui-kioskd");
  LONGS_EQUAL(1, send(kioskd_again, "x", 1, 0));
  BYTES_EQUAL('x', heard(ui_again));
}

TEST(WireTable, both_ends_of_a_kept_wire_come_back_alone) {
  int call = take("call-ui");
  int ui = take("ui-call");
  end_process(call);
  BYTES_EQUAL(nothing_yet, heard(ui));
  end_process(ui);
  const int call_again = take("call-ui");
  LONGS_EQUAL(1, send(call_again, "x", 1, 0));
  BYTES_EQUAL('x', heard(take("ui-call")));
}

TEST(WireTable, a_name_that_is_not_there_is_refused) {
  CHECK_TRUE(Errc::invalid == table.take("ui").error().code);
  CHECK_TRUE(Errc::invalid == table.take("").error().code);
  LONGS_EQUAL(4, table.names().size());
  LONGS_EQUAL(10, WireTable(kiosk_wires()).names().size());
}
