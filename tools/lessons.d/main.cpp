// lesson-desk: checks and previews lessons; tools/lessons builds and runs it.

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "firmware/base/command_line.h"
#include "firmware/base/file.h"
#include "tools/lessons.d/fitting.h"
#include "tools/lessons.d/preview.h"

namespace madoguchi::lessons {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string folder;  ///< the city's own lessons, when no file is named
  std::string fonts;
  std::string file;
  std::string language = "ja";
  std::string size = "m";
  std::string out;
};

int wrong(const Error& error) {
  (void)std::fprintf(stderr, "lessons: %s: %s\n", error.where.c_str(), error.what.c_str());
  return 2;
}

/// The places beside a lesson's file; none when there is no such file.
Result<lesson::Places> places_beside(const std::filesystem::path& file) {
  const std::filesystem::path path = file.parent_path() / lesson::places_file;
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return lesson::Places();
  const auto bytes = read_file(path.string(), lesson::largest_file);
  if (!bytes) return bytes.error();
  lesson::PlacesRead read = lesson::read_places(as_text(*bytes));
  if (read.findings.empty()) return std::move(read.places);
  const lesson::Finding& first = read.findings.front();
  return Error{Errc::invalid, path.string() + ":" + std::to_string(first.line),
               first.what.at("ja") + " / " + first.what.at("en")};
}

Result<lesson::Read> read_checked(const ui::Fonts& fonts, const std::string& file) {
  const auto places = places_beside(file);
  if (!places) return places.error();
  lesson::Read read = lesson::read_lesson_file(file, *places);
  if (!read.findings.empty()) return read;
  // Only what can be read can be laid out.
  read.findings = what_does_not_fit(fonts, read.lesson);
  return read;
}

void tell(const lesson::Read& read, const std::string& file) {
  for (const lesson::Finding& each : read.findings) {
    (void)std::printf("%s\n  %s\n", lesson::told(each, file, "ja").c_str(),
                      lesson::told(each, file, "en").c_str());
  }
}

std::vector<std::string> lessons_in(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    const auto& path = entry.path();
    const bool ours = path.extension() == ".toml" && path.filename() != lesson::places_file;
    if (ours) out.push_back(path.string());
  }
  std::ranges::sort(out);
  return out;
}

int check(const Options& options) {
  const auto fonts = ui::Fonts::load(options.fonts);
  if (!fonts) return wrong(fonts.error());
  const std::vector<std::string> files =
      options.files.empty() ? lessons_in(options.folder) : options.files;
  std::size_t mistakes = 0;
  for (const std::string& file : files) {
    const auto read = read_checked(*fonts, file);
    if (!read) return wrong(read.error());
    tell(*read, file);
    mistakes += read->findings.size();
  }
  if (mistakes == 0) {
    (void)std::printf(
        "%zu個のレッスンに、なおすところはありません。\n%zu lessons, nothing to mend.\n",
        files.size(), files.size());
    return 0;
  }
  (void)std::printf("なおすところが%zuか所あります。\n%zu to mend.\n", mistakes, mistakes);
  return 1;
}

int show(const Options& options) {
  const auto fonts = ui::Fonts::load(options.fonts);
  if (!fonts) return wrong(fonts.error());
  const auto read = read_checked(*fonts, options.file);
  if (!read) return wrong(read.error());
  tell(*read, options.file);
  // What only does not fit can be looked at, and should be.
  if (read->lesson.steps.empty() || read->lesson.can.empty()) return 1;
  Preview wanted;
  wanted.language = options.language;
  wanted.size = codec::enum_value<TextSize>(options.size).value_or(TextSize::m);
  wanted.out = options.out;
  if (options.out.empty()) {
    wanted.out = "lesson-preview/" + std::filesystem::path(options.file).stem().string() + "-" +
                 options.language + "-" + options.size;
  }
  if (const Status done = preview(*fonts, read->lesson, wanted); !done) return wrong(done.error());
  (void)std::printf("%s\n", wanted.out.c_str());
  return read->findings.empty() ? 0 : 1;
}

int show_pictures(const Options& options) {
  if (!options.out.empty()) {
    if (const Status done = draw_pictures(options.out); !done) return wrong(done.error());
  }
  for (const std::string& name : pictures()) (void)std::printf("%s\n", name.c_str());
  return 0;
}

}  // namespace
}  // namespace madoguchi::lessons

int main(int argc, char** argv) {
  using namespace madoguchi;
  lessons::Options options;
  CLI::App app(
      "レッスンを調べ、キオスクで見えるとおりに絵にします。書き方：docs/lessons.md\n"
      "Checks lessons and draws them as the kiosk will show them: docs/lessons.md",
      "lessons");
  app.require_subcommand(1);
  app.add_option("--fonts", options.fonts, "fontconfig file")->group("");
  app.add_option("--folder", options.folder, "the lessons when no file is named")->group("");
  CLI::App* check = app.add_subcommand(
      "check", "なおすところを全部知らせます。 Tells all mistakes, with file and line.");
  check
      ->add_option("FILE", options.files,
                   "ファイル（なければ ui/lessons の全部）; without one, all of ui/lessons")
      ->check(CLI::ExistingFile);
  CLI::App* preview = app.add_subcommand(
      "preview", "画面と紙とページを絵にします。 Draws screens, sheet and page.");
  preview->add_option("FILE", options.file, "ファイル; the lesson")
      ->required()
      ->check(CLI::ExistingFile);
  preview->add_option("--lang", options.language, "ja / en")
      ->check(CLI::IsMember({"ja", "en"}))
      ->capture_default_str();
  preview->add_option("--size", options.size, "m / xl")
      ->check(CLI::IsMember({"m", "l", "xl"}))
      ->capture_default_str();
  preview->add_option("--out", options.out, "フォルダー; where to (lesson-preview/...)");
  CLI::App* pictures =
      app.add_subcommand("pictures", "使える絵の名前。 The names of the pictures.");
  pictures->add_option("--out", options.out, "絵も書き出すフォルダー; draws them there too");
  if (const auto code = exit_after_parsing(app, argc, argv)) return *code;
  if (check->parsed()) return lessons::check(options);
  return preview->parsed() ? lessons::show(options) : lessons::show_pictures(options);
}
