#pragma once
// What a self-test has found (firmware/visit/self_test.h): for kioskctl, the service screen, the
// morning slip and the verdict over an update. No words: those are in ui/strings/staff, as
// "self_test.<part>.<code>". Names nobody.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/message/codec.h"

namespace madoguchi {

/// In the order of how bad they are, as far as a part is fitted.
enum class Verdict {
  not_fitted,  ///< this kiosk has no such part
  ok,
  attention,  ///< works, but somebody should come: paper is running out
  failed,
};
MADOGUCHI_ENUM(Verdict, not_fitted, ok, attention, failed)

/// What was tested, in the order of the report.
enum class Part {
  screen,
  reader,
  printer,
  receipt,
  terminal,
  link,
  gateway,
  clock,
  storage,
  journal,
  audit,
  camera,
  microphone,
  speaker,
};
MADOGUCHI_ENUM(Part, screen, reader, printer, receipt, terminal, link, gateway, clock, storage,
               journal, audit, camera, microphone, speaker)

struct PartResult {
  Part part = Part::screen;
  Verdict verdict = Verdict::failed;
  std::string code;    ///< of the part, fixed: "ok", "media_jam" (docs/kioskctl.md)
  std::string detail;  ///< for maintainers, in the device's own words; may be empty
  std::int64_t took_ms = 0;
  bool operator==(const PartResult&) const = default;
};
MADOGUCHI_DESCRIBE(PartResult, part, verdict, code, detail, took_ms)

struct SelfTestReport {
  static constexpr std::string_view tag = "self_test";
  std::string at;  ///< when it began: RFC 3339, UTC
  std::vector<PartResult> parts;

  /// The worst of all parts.
  [[nodiscard]] Verdict verdict() const {
    Verdict worst = Verdict::ok;
    for (const PartResult& part : parts) worst = part.verdict > worst ? part.verdict : worst;
    return worst;
  }
  /// nullptr when it was not tested.
  [[nodiscard]] const PartResult* of(Part part) const {
    for (const PartResult& result : parts) {
      if (result.part == part) return &result;
    }
    return nullptr;
  }
};
MADOGUCHI_DESCRIBE(SelfTestReport, at, parts)

}  // namespace madoguchi
