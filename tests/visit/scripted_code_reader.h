#pragma once
// A code reader before which the test holds codes, each seen once.

#include <string>
#include <utility>
#include <vector>

#include "hal/api/code_reader.h"
#include "tests/visit/world.h"

namespace madoguchi::test {

class ScriptedCodeReader final : public CodeReader {
 public:
  Task<std::string> next() override {
    while (codes.empty()) co_await shown_.wait();
    std::string first = std::move(codes.front());
    codes.erase(codes.begin());
    co_return first;
  }
  void forget() override {}
  [[nodiscard]] bool there() const override { return true; }
  void hold(std::string code) {
    codes.push_back(std::move(code));
    shown_.ring();
  }
  std::vector<std::string> codes;

 private:
  Signal shown_;
};

}  // namespace madoguchi::test
