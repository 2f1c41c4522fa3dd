#include "tests/unit/ui/samples.h"

#include <algorithm>
#include <cstdlib>

namespace madoguchi::ui {
namespace {

/// Writes screens in one of two languages.
class Writer {
 public:
  Writer(const std::string& language, TextSize size)
      : japanese_(language == "ja"), language_(language), size_(size) {}

  [[nodiscard]] Text words(const char* ja, const char* en) const {
    Text text;
    text.literal = japanese_ ? ja : en;
    return text;
  }
  [[nodiscard]] Control control(const char* id, Role role, const char* ja, const char* en,
                                const char* icon = "") const {
    Control out;
    out.id = id;
    out.role = role;
    out.label = words(ja, en);
    out.icon = icon;
    return out;
  }
  [[nodiscard]] Control with_note(Control control, const char* ja, const char* en) const {
    control.note = words(ja, en);
    return control;
  }
  [[nodiscard]] Screen screen(const char* name, const char* ja, const char* en, Body body,
                              int step = 0) const {
    Screen out;
    out.name = name;
    out.title = words(ja, en);
    out.body = std::move(body);
    if (step > 0) out.progress = Progress{step, 6};
    out.language = language_;
    out.text_size = size_;
    out.settings = {control("language.ja", Role::language, "日本語", "日本語"),
                    control("language.en", Role::language, "English", "English"),
                    control("text_size.m", Role::text_size, "標準", "Standard"),
                    control("text_size.l", Role::text_size, "大", "Large"),
                    control("text_size.xl", Role::text_size, "特大", "Extra large")};
    out.settings[japanese_ ? 0 : 1].selected = true;
    out.settings[size_ == TextSize::xl ? 4 : size_ == TextSize::l ? 3 : 2].selected = true;
    return out;
  }
  [[nodiscard]] Control back() const { return control("back", Role::back, "戻る", "Back"); }
  [[nodiscard]] Control cancel() const {
    return control("cancel", Role::cancel, "やめる", "Cancel");
  }
  [[nodiscard]] Control next() const { return control("next", Role::primary, "次へ", "Next"); }

  [[nodiscard]] Screen services() const {
    Menu menu{
        {with_note(control("certificate", Role::choice, "証明書を受け取る", "Get a certificate",
                           "certificate"),
                   "住民票の写し・印鑑登録証明書など", "Residence, seal and tax certificates"),
         with_note(control("guide", Role::choice, "ご利用案内", "How to use this kiosk", "guide"),
                   "必要なもの・お支払い方法", "What you need, how to pay")},
        1};
    Screen out = screen("services", "ご希望の手続きを選んでください", "What would you like to do?",
                        std::move(menu));
    out.lead = {words("画面にふれてお選びください。", "Please touch your choice.")};
    return out;
  }

  /// Eight tiles, one of them closed.
  [[nodiscard]] Screen kinds() const {
    Menu menu;
    const struct {
      const char* id;
      const char* ja;
      const char* en;
      const char* icon;
    } all[] = {{"residence", "住民票の写し", "Residence record", "kind.residence"},
               {"matter", "記載事項証明", "Record of matters", "kind.residence_matter"},
               {"seal", "印鑑登録証明", "Seal certificate", "kind.seal"},
               {"tax", "課税証明書", "Tax certificate", "kind.tax"},
               {"address", "戸籍の附票", "Address history", "kind.family_address"},
               {"register", "戸籍証明書", "Family register", "kind.family_register"},
               {"phone", "電話で相談", "Ask by phone", "phone"},
               {"guide", "ご利用案内", "How it works", "guide"}};
    for (const auto& each : all) {
      menu.items.push_back(with_note(control(each.id, Role::choice, each.ja, each.en, each.icon),
                                     "1通 250円", "250 yen"));
    }
    menu.items[5].enabled = false;
    menu.items[5].note = words("受付時間外です", "Closed now");
    menu.items[0].selected = true;
    Screen out =
        screen("kinds", "証明書を選んでください", "Choose a certificate", std::move(menu), 3);
    out.actions = {back(), cancel()};
    return out;
  }

  [[nodiscard]] Screen place_card() const {
    Notice notice{"place_card",
                  {words("画面の下の読み取り機に、カードを置いてください。",
                         "Put the card on the reader below the screen."),
                   words("終わるまで、カードを置いたままにしてください。",
                         "Leave it there until you are finished.")},
                  {},
                  ""};
    Screen out = screen("place_card", "マイナンバーカードを置いてください",
                        "Place your My Number Card", std::move(notice), 1);
    out.actions = {cancel()};
    return out;
  }

  [[nodiscard]] Screen error() const {
    Notice notice{"terminal",
                  {words("お使いのカードでは、お支払いできませんでした。",
                         "Your card could not be used to pay."),
                   words("別の方法で、もう一度お試しください。",
                         "Please try again with another way to pay.")},
                  words("お金は引かれていません。", "You have not been charged."),
                  "E-PAY-02"};
    Screen out = screen("error", "お支払いができませんでした", "The payment did not go through",
                        std::move(notice));
    out.tone = Tone::error;
    out.actions = {cancel(), control("counter", Role::secondary, "窓口を見る", "Find a counter"),
                   control("retry", Role::primary, "もう一度", "Try again")};
    return out;
  }

  [[nodiscard]] Screen thanks() const {
    Screen out =
        screen("thanks", "ありがとうございました", "Thank you",
               Notice{"thanks",
                      {words("どうぞお気をつけてお帰りください。", "Have a safe trip home.")},
                      {},
                      ""});
    out.tone = Tone::success;
    out.actions = {control("end", Role::primary, "最初の画面へ", "Back to start")};
    return out;
  }

  [[nodiscard]] Screen form() const {
    Control self = with_note(control("persons.1", Role::toggle, "", ""), "ご本人", "You");
    self.label = person_name("葛󠄂城　花子");
    self.selected = true;
    Control child = control("persons.2", Role::toggle, "", "");
    child.label = person_name("葛󠄂城　さくら");
    Field persons{"persons", words("どなたの分が必要ですか", "For whom?"), {}, {}, {self, child}};
    Field year{"year",
               words("どの年度ですか", "Which fiscal year?"),
               words("6月に新しい年度に変わります", "A new year begins in June"),
               {},
               {control("year.2026", Role::choice, "2026年度", "2026"),
                control("year.2025", Role::choice, "2025年度", "2025")}};
    year.controls[0].selected = true;
    Control less = control("copies.less", Role::less, "減らす", "Fewer");
    less.enabled = false;
    Field copies{"copies",
                 words("何通必要ですか", "How many copies?"),
                 {},
                 words("1通", "1 copy"),
                 {less, control("copies.more", Role::more, "増やす", "More")}};
    Screen out = screen("form", "内容を選んでください", "Choose the details",
                        Form{{persons, year, copies}}, 3);
    out.actions = {back(), next()};
    return out;
  }

  [[nodiscard]] Screen review() const {
    const auto change = [&](const char* id) { return control(id, Role::change, "変更", "Change"); };
    Review review;
    review.rows = {{words("証明書", "Certificate"),
                    {words("住民票の写し", "Certificate of residence")},
                    change("change.kind")},
                   {words("どなたの分", "For"),
                    {person_name("葛󠄂城　花子"), person_name("葛󠄂城　さくら")},
                    change("change.persons")},
                   {words("通数", "Copies"), {words("2通", "2 copies")}, {}}};
    review.total_label = words("手数料", "Fee");
    review.total = words("500円", "500 yen");
    review.total_note = words("窓口より100円お得です。", "100 yen less than at the counter.");
    Screen out =
        screen("review", "この内容でよろしいですか", "Is this correct?", std::move(review), 4);
    out.actions = {back(), cancel(), control("pay", Role::primary, "支払う", "Pay")};
    return out;
  }

  [[nodiscard]] Screen working() const {
    Working working{"printer",
                    {{words("お支払い 500円", "Paid: 500 yen"), StageState::done},
                     {words("証明書の印刷", "Printing the certificate"), StageState::running},
                     {words("確認", "Checking"), StageState::waiting}},
                    words("1枚に数秒かかります。", "A page takes some seconds.")};
    return screen("working", "証明書を印刷しています", "Printing your certificate",
                  std::move(working), 6);
  }

  [[nodiscard]] Screen take() const {
    Checklist list{{{words("マイナンバーカード", "My Number Card"), "remove_card", true},
                    {words("証明書 2枚", "Certificate, 2 sheets"), "paper", false}}};
    Screen out = screen("take", "カードと証明書をお取りください", "Take your card and certificate",
                        std::move(list), 6);
    out.tone = Tone::success;
    out.actions = {control("taken", Role::primary, "受け取りました", "I have everything")};
    return out;
  }

  [[nodiscard]] Screen rating() const {
    Rating rating{{control("rate.5", Role::rating, "とても良い", "Very good", "face.5"),
                   control("rate.4", Role::rating, "良い", "Good", "face.4"),
                   control("rate.3", Role::rating, "ふつう", "Fair", "face.3"),
                   control("rate.2", Role::rating, "悪い", "Poor", "face.2"),
                   control("rate.1", Role::rating, "とても悪い", "Very poor", "face.1")}};
    Screen out = screen("rating", "ご利用はいかがでしたか", "How was it?", std::move(rating));
    out.actions = {control("skip", Role::secondary, "答えない", "Skip")};
    return out;
  }

  [[nodiscard]] Screen practice(PracticeKind kind) const {
    Practice practice;
    practice.kind = kind;
    practice.lines = {
        words("青い丸に、そっと一回ふれてください。", "Touch the blue circle gently, once.")};
    practice.feedback = words("少し長すぎました。そっと一回、すぐにはなします。",
                              "A little too long. Touch once and let go.");
    practice.rounds = 3;
    practice.done = 1;
    practice.target_mm = kind == PracticeKind::swipe ? 78 : 30;
    practice.across = 220;
    practice.down = 300;
    if (kind == PracticeKind::type) {
      practice.word = words("さくら", "sakura");
      practice.typed.literal = "さ";
      practice.keyboards = {keyboard()};
    } else {
      practice.target = control("practice.target", Role::practice, "ここ", "Here");
    }
    Screen out = screen(("practice." + std::string(codec::enum_name(kind))).c_str(),
                        "練習してみましょう", "Try it yourself", std::move(practice), 2);
    out.actions = {back(), cancel(), next()};
    return out;
  }

  [[nodiscard]] Screen video_call(bool keyboard) const {
    VideoCall call;
    call.phase = CallPhase::talking;
    call.facts = {words("豊中市役所 くらし相談", "City office, citizen advice")};
    call.far_end = call.self = call.camera = call.microphone = true;
    call.notices = {
        words("通信に合わせて、映像を小さくしています。", "The picture is smaller now.")};
    call.caption = words("こんにちは。聞こえますか。", "Good morning. Can you hear me?");
    call.lines = {{words("はい、聞こえます", "Yes, I can hear you"), true},
                  {words("では、はじめましょう", "Let us begin then"), false}};
    const auto add = [&](const char* id, const char* icon, const char* ja, const char* en) {
      call.switches.push_back(control(id, Role::toggle, ja, en));
      call.switches.back().icon = icon;
    };
    add("microphone", "microphone", "声を止める", "Mute");
    add("camera", "camera", "映像を止める", "Camera off");
    add("keyboard", "keyboard", "文字で話す", "Type");
    if (keyboard) {
      call.typing = words("ねん", "pens");
      call.keyboards = {this->keyboard()};
    } else {
      call.question =
          CallQuestion{words("「持ち物」を印刷してお渡しします。", "Shall we print “list”?"),
                       {control("paper.no", Role::secondary, "いらない", "No"),
                        control("paper.yes", Role::primary, "印刷する", "Print")}};
    }
    Screen out = screen(keyboard ? "call.keyboard" : "call.question", "お話しください",
                        "Go ahead and talk", std::move(call), 0);
    out.actions = {cancel()};
    return out;
  }

  /// Ten keys a row, five rows, as the table of the fifty sounds has them.
  [[nodiscard]] Keyboard keyboard() const {
    Keyboard out{language_, {}};
    for (int i = 0; i < 49; ++i) {
      const std::string id = "key." + std::to_string(i);
      out.keys.push_back({control(id.c_str(), Role::letter, "さ", "w"), i % 10 * 2, i / 10, 2});
    }
    out.keys.push_back({control("key.erase", Role::erase, "一字消す", "Erase"), 18, 4, 2});
    return out;
  }

  [[nodiscard]] Screen pin(int entered, int tries_left) const {
    PinPad pad;
    pad.entered = entered;
    pad.tries_left = tries_left;
    for (const char digit : {'1', '2', '3', '4', '5', '6', '7', '8', '9', '0'}) {
      const std::string label(1, digit);
      pad.keys.push_back(
          control(("digit." + label).c_str(), Role::digit, label.c_str(), label.c_str()));
    }
    pad.keys.push_back(control("erase", Role::erase, "1字消す", "Erase"));
    pad.keys.back().enabled = entered > 0;
    Screen out = screen("pin", "暗証番号を入力してください", "Enter your PIN", std::move(pad), 2);
    out.lead = {
        words("利用者証明用の、数字4けたの番号です。", "The 4-digit PIN for user authentication.")};
    out.actions = {cancel(), control("pin.ok", Role::primary, "確認", "OK")};
    out.actions[1].enabled = entered == 4;
    return out;
  }

 private:
  bool japanese_;
  std::string language_;
  TextSize size_;
};

}  // namespace

std::vector<Screen> sample_screens(const std::string& language, TextSize size) {
  const Writer writer(language, size);
  return {writer.services(),
          writer.kinds(),
          writer.place_card(),
          writer.error(),
          writer.thanks(),
          writer.pin(2, 3),
          writer.pin(0, 1),
          writer.form(),
          writer.review(),
          writer.working(),
          writer.take(),
          writer.rating(),
          writer.practice(PracticeKind::tap),
          writer.practice(PracticeKind::hold),
          writer.practice(PracticeKind::swipe),
          writer.practice(PracticeKind::type),
          writer.video_call(false),
          writer.video_call(true)};
}

Screen sample_named(const std::string& name, const std::string& language, TextSize size) {
  const auto screens = sample_screens(language, size);
  const auto found = std::ranges::find(screens, name, &Screen::name);
  if (found == screens.end()) std::abort();
  return *found;
}

Screen pin_sample(const std::string& language, TextSize size, int entered, int tries_left) {
  return Writer(language, size).pin(entered, tries_left);
}

}  // namespace madoguchi::ui
