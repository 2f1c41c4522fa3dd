#include "firmware/base/fault.h"

#include <CppUTest/TestHarness.h>

namespace madoguchi {

TEST_GROUP(FaultBoard) {
  FaultBoard board;
  int changes = 0;

  void setup() override {
    board.on_change([this] { ++changes; });
  }
};

TEST(FaultBoard, raised_once_and_cleared_once) {
  board.raise({"printer", "media_jam", "tray 1"});
  board.raise({"printer", "media_jam", "tray 1"});
  LONGS_EQUAL(1, changes);
  CHECK(board.stands("printer"));
  CHECK_FALSE(board.stands("reader"));
  board.clear("printer");
  board.clear("printer");
  LONGS_EQUAL(2, changes);
  CHECK_FALSE(board.stands("printer"));
  CHECK(board.standing().empty());
}

TEST(FaultBoard, a_device_has_one_fault) {
  board.raise({"printer", "media_jam", ""});
  board.raise({"printer", "cover_open", ""});
  board.raise({"link", "gone", ""});
  const std::vector<Fault> standing = board.standing();
  LONGS_EQUAL(2, standing.size());
  STRCMP_EQUAL("link", standing[0].device.c_str());
  STRCMP_EQUAL("cover_open", standing[1].code.c_str());
}

TEST(FaultBoard, works_without_a_listener) {
  FaultBoard quiet;
  quiet.raise({"reader", "gone", ""});
  quiet.clear("reader");
  CHECK(quiet.standing().empty());
}

}  // namespace madoguchi
