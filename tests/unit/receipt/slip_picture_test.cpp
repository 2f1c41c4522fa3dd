#include "ui/receipt/slip_picture.h"

#include <filesystem>

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/visit/slip.h"
#include "tests/shell_command.h"
#include "tests/unit/ui/test_fonts.h"
#include "ui/strings/catalogue.h"

using namespace madoguchi;
using namespace madoguchi::ui;
namespace fs = std::filesystem;
using payment::ChargeRecord;

namespace {

constexpr auto noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) +
                      std::chrono::hours(3) + std::chrono::minutes(5);

ChargeRecord charge(payment::State state, const std::string& brand) {
  ChargeRecord out;
  out.state = state;
  out.sale_id = "KIOSK-001";
  out.transaction = "0d5f1c3e-5a58-4d0e-9d4b-5c2f7f1f6a11";
  out.payment_service_id = "7K2M9QX4TB";
  out.amount_yen = 1'250;
  out.brand = brand;
  if (state == payment::State::charged || state == payment::State::reversed) {
    out.booked_yen = 1'250;
    out.terminal_sale = "POI-001.20261122030501.000123";
  }
  return out;
}

struct Sample {
  const char* name;
  Slip slip;
};

std::vector<Sample> samples(const std::string& language) {
  visit::Settings settings;
  settings.kiosk_id = "kiosk-001";
  settings.hours = *visit::ServiceHours::parse("06:30-23:00", "Asia/Tokyo");
  const auto slip = [&](payment::State state, const char* brand) {
    return visit::make_slip(settings, noon, api::Kind::residence, charge(state, brand), language);
  };
  return {{"moved", slip(payment::State::charged, "QUICPay")},
          {"not-moved", slip(payment::State::not_charged, "")},
          {"given-back", slip(payment::State::reversed, "WAON")},
          {"checking", slip(payment::State::unresolved, "")},
          {"checking-edy", slip(payment::State::unresolved, "Edy")}};
}

/// Where the pictures stay to be looked at.
std::string directory() {
  const std::string path = MADOGUCHI_BINARY_DIR "/receipt";
  fs::create_directories(path);
  return path;
}

Raster drawn(const Slip& slip) {
  auto raster = draw_slip(test_fonts(), {}, slip);
  if (!raster) FAIL(raster.error().text().c_str());
  return std::move(*raster);
}

bool black(const Raster& raster, int x, int y) {
  const auto bit = static_cast<std::size_t>(y * raster.width + x);
  return (raster.bits[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

std::string decoded(const std::string& png) {
  std::string out = said_by("zbarimg --quiet --raw '" + png + "' 2>/dev/null").text;
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

}  // namespace

TEST_GROUP(SlipPicture){};

TEST(SlipPicture, every_slip_in_both_languages_is_whole_and_its_code_is_read) {
  for (const std::string language : {"ja", "en"}) {
    for (const Sample& sample : samples(language)) {
      const Raster raster = drawn(sample.slip);
      LONGS_EQUAL(slip_width, raster.width);
      CHECK(raster.well_formed());
      CHECK_TRUE_TEXT(raster.rows > 600 && raster.rows < 2'400, sample.name);
      const std::string png = directory() + "/" + sample.name + "-" + language + ".png";
      CHECK(write_png(raster, png).ok());
      STRCMP_EQUAL(sample.slip.code.c_str(), decoded(png).c_str());
    }
  }
}

TEST(SlipPicture, nothing_touches_the_edges) {
  for (const Sample& sample : samples("ja")) {
    const Raster raster = drawn(sample.slip);
    for (int y = 0; y < raster.rows; ++y) {
      for (const int x : {0, 1, slip_width - 2, slip_width - 1}) CHECK_FALSE(black(raster, x, y));
    }
    for (int x = 0; x < slip_width; ++x) {
      CHECK_FALSE(black(raster, x, 0));
      CHECK_FALSE(black(raster, x, raster.rows - 1));
    }
  }
}

TEST(SlipPicture, every_word_is_in_the_catalogue) {
  for (const std::string language : {"ja", "en"}) {
    for (const Sample& sample : samples(language)) {
      std::vector<Text> words = sample.slip.advice;
      words.insert(words.end(), {sample.slip.title, sample.slip.money, sample.slip.code_caption});
      for (const auto* list : {&sample.slip.lines, &sample.slip.brands}) {
        for (const SlipLine& line : *list) words.insert(words.end(), {line.label, line.value});
      }
      for (const Text& text : words) {
        // A key without words, or without its arguments, is drawn as the key itself.
        CHECK_FALSE_TEXT(!text.key.empty() && render(text, language) == text.key, text.key.c_str());
      }
    }
  }
}

TEST(SlipPicture, same_slip_gives_the_same_dots) {
  const Slip slip = samples("ja").front().slip;
  CHECK(drawn(slip) == drawn(slip));
}

TEST(SlipPicture, code_that_is_too_long_is_refused) {
  Slip slip = samples("ja").front().slip;
  slip.code = std::string(3'000, 'x');
  CHECK(draw_slip(test_fonts(), {}, slip).error().code == Errc::invalid);
}

TEST(SlipPicture, word_that_is_wider_than_the_paper_goes_on_below) {
  Slip slip = samples("en").front().slip;
  const Raster usual = drawn(slip);
  slip.lines.back().value.literal = std::string(200, 'W');
  CHECK(drawn(slip).rows > usual.rows + 100);
}

TEST(SlipPicture, picture_that_is_none_is_not_written) {
  CHECK(write_png({}, directory() + "/none.png").error().code == Errc::invalid);
  CHECK(write_png(drawn(samples("ja").front().slip), "/no/such/directory/a.png").error().code ==
        Errc::io);
}
