// The words of open_data.h's editions: CSV and the text beside it. Japanese, as the standard's
// other sets are.
#include <map>

#include "tools/gateway/numbers/open_data.h"

namespace madoguchi::gateway::numbers {
namespace {

using Words = std::map<std::string, std::string, std::less<>>;

const Words groups{{"help", "操作支援"},
                   {"consult", "ビデオ相談"},
                   {"flow", "端末の利用"},
                   {"rated", "満足度"},
                   {"time", "画面ごとの所要時間"}};
const Words bys{{"total", "合計"},
                {"topic", "話題"},
                {"outcome", "結果"},
                {"lowest", "最も制限されたつながり方"},
                {"language", "言語"},
                {"hour", "時間帯"},
                {"place", "設置端末"},
                {"flow", "手続き"},
                {"flow_outcome", "手続き・結果"},
                {"unfinished", "途中で終わった利用"},
                {"ended", "途中で終わった画面"},
                {"text_size", "文字の大きさ"},
                {"high", "満足（5段階の4・5）"},
                {"low", "そのほか（5段階の1～3）"},
                {"screen", "画面"}};
const Words topics{{"certificate", "証明書の発行"},
                   {"touch_basics", "画面の操作"},
                   {"smartphone", "スマートフォンの設定"},
                   {"line_friend", "LINEの友だち登録"},
                   {"online_application", "電子申込"},
                   {"online_reservation", "オンライン予約"},
                   {"mynaportal", "マイナポータル"},
                   {"card_application", "マイナンバーカードの申請"},
                   {"cashless", "キャッシュレス決済"},
                   {"fraud", "詐欺への備え"},
                   {"other", "そのほか"}};
const Words help_outcomes{{"solved", "解決した"},
                          {"partly", "一部が解決した"},
                          {"handed_over", "窓口をご案内した"},
                          {"left", "利用者が離れた"},
                          {"not_said", "記録なし"}};
const Words consult_topics{{"general", "市役所への相談"}, {"interpreter", "通訳つきの相談"},
                           {"welfare", "福祉・年金"},     {"disability", "障害のある方の相談"},
                           {"lawyer", "法律相談"},        {"doctor", "オンライン診療"}};
const Words consult_outcomes{{"solved", "解決した"},
                             {"partly", "一部が解決した"},
                             {"call_back", "あらためて連絡・予約"},
                             {"handed_over", "窓口へ引き継いだ"},
                             {"left", "利用者が離れた"},
                             {"broken", "通信が切れた"},
                             {"not_said", "記録なし"}};
const Words rungs{{"p720", "映像（720p）"},
                  {"p480", "映像（480p）"},
                  {"p240", "映像（240p）"},
                  {"audio", "音声のみ"},
                  {"text", "文字のみ"}};
const Words flows{{"certificate", "証明書の交付"},
                  {"lesson", "練習"},
                  {"queue", "受付・順番待ち"},
                  {"help", "支援の申出"},
                  {"guide", "ご利用案内"}};
const Words flow_outcomes{{"finished", "完了"},
                          {"cancelled", "利用者が中止"},
                          {"left", "利用者が離席"},
                          {"refused", "対象外・承認なし"},
                          {"failed", "機器・通信の不具合"}};
const Words languages{{"ja", "日本語"}, {"en", "英語"}, {"other", "そのほか"}};
const Words text_sizes{{"s", "小"}, {"m", "標準"}, {"l", "大"}, {"xl", "特大"}};
const Words sources{
    {"all", "全体"}, {"help", "操作支援"}, {"kiosk", "証明書の交付"}, {"consult", "ビデオ相談"}};
const Words screens{{"place_card", "カードを置く"},
                    {"reading_card", "カードの読み取り"},
                    {"pin", "暗証番号の入力"},
                    {"pin_wrong", "暗証番号の誤り"},
                    {"pin_last_try", "暗証番号の最後の確認"},
                    {"identifying", "本人の確認"},
                    {"kind", "証明書の選択"},
                    {"options", "記載内容の選択"},
                    {"quoting", "手数料の計算"},
                    {"review", "内容の確認"},
                    {"preparing", "証明書の準備"},
                    {"pay", "支払い"},
                    {"pay_stopping", "支払いの中止"},
                    {"pay_checking", "支払いの確認"},
                    {"printing", "印刷"},
                    {"take", "証明書の受け取り"},
                    {"satisfaction", "満足度の回答"},
                    {"goodbye", "お礼"},
                    {"error", "終了のお知らせ"},
                    {"still_there", "操作の確認"},
                    {"guide", "ご利用案内"},
                    {"help_checking", "名札の確認"},
                    {"help_consent", "支援を受けるかの選択"},
                    {"remove_badge", "名札の取り外し"},
                    {"lesson_done", "練習の終わり"},
                    {"lesson_printing", "シートの印刷"},
                    {"lesson_take", "シートの受け取り"},
                    {"lesson_link", "家で続けるご案内"},
                    {"other", "そのほかの画面"}};
/// Of which there are several: "lesson_step.2".
const Words numbered_screens{{"lessons", "練習の選択"},
                             {"lesson_step", "練習の説明"},
                             {"lesson_practice", "練習"},
                             {"lesson_check", "確認の質問"}};

std::string said(const Words& words, const std::string& name) {
  const auto found = words.find(name);
  return found == words.end() ? name : found->second;
}

std::string screen_said(const std::string& name) {
  const auto dot = name.rfind('.');
  if (dot == std::string::npos) return said(screens, name);
  return said(numbered_screens, name.substr(0, dot)) + name.substr(dot + 1);
}

const Words& words_of(const Entry& entry) {
  static const Words none;
  if (entry.group == "rated") return sources;
  const bool talks = entry.group == "consult";
  if (entry.by == "topic") return talks ? consult_topics : topics;
  if (entry.by == "lowest") return rungs;
  if (entry.by == "outcome" && talks) return consult_outcomes;
  if (entry.by == "outcome") return entry.group == "help" ? help_outcomes : flow_outcomes;
  if (entry.by == "language") return languages;
  if (entry.by == "text_size") return text_sizes;
  if (entry.by == "flow" || entry.by == "unfinished") return flows;
  return none;
}

/// Both columns of what a line is about.
std::pair<std::string, std::string> item_of(const Entry& entry) {
  const bool pair = entry.by == "flow_outcome" || entry.by == "ended" || entry.by == "screen";
  if (!pair) return {said(words_of(entry), entry.which), ""};
  const auto slash = entry.which.find('/');
  const std::string second = entry.which.substr(slash + 1);
  return {said(flows, entry.which.substr(0, slash)),
          entry.by == "flow_outcome" ? said(flow_outcomes, second) : screen_said(second)};
}

std::string decimal(const std::optional<std::int64_t>& value, int places) {
  if (!value) return {};
  std::string digits = std::to_string(*value);
  const auto size = static_cast<std::size_t>(places);
  if (places == 0) return digits;
  if (digits.size() <= size) digits.insert(0, size + 1 - digits.size(), '0');
  return digits.insert(digits.size() - size, ".");
}

constexpr std::string_view header =
    "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,対象期間_開始日,対象期間_終了日,"
    "集計区"
    "分,分類,分類項目1,分類項目2,開始時間,終了時間,件数,平均時間（分）,満足度_平均,満足度_"
    "4以上の割合"
    "（％）,所要時間_中央値（秒）,所要時間_90パーセンタイル（秒）\r\n";

}  // namespace

bool is_municipal_code(std::string_view code) {
  if (code.size() != 6) return false;
  int sum = 0;
  for (std::size_t at = 0; at < code.size(); ++at) {
    if (code[at] < '0' || code[at] > '9') return false;
    if (at < 5) sum += (code[at] - '0') * (6 - static_cast<int>(at));
  }
  // 総務省「全国地方公共団体コード」: of 11 less the rest, the last digit.
  return code[5] - '0' == (11 - sum % 11) % 10;
}

std::string csv_field(std::string_view text) {
  std::string out;
  // A spreadsheet takes what begins so for a formula; the wide forms count too.
  bool formula = !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != text.npos;
  for (const char* wide : {"＝", "＋", "－", "＠"}) formula = formula || text.starts_with(wide);
  if (formula) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out.find_first_of("\",\r\n") == std::string::npos ? out : '"' + out + '"';
}

std::string csv_of(const Edition& edition, const Publisher& publisher) {
  const Days days = days_of(edition.period).value_or(Days{});
  std::string out = "\xEF\xBB\xBF" + std::string(header);
  std::int64_t number = 0;
  for (const Entry& entry : edition.entries) {
    const bool hours = entry.by == "hour";
    const auto [first, second] = hours ? std::pair<std::string, std::string>() : item_of(entry);
    const std::string count = entry.group == "time" ? ""
                              : entry.hidden        ? "*"
                                                    : std::to_string(entry.count);
    const std::vector<std::string> fields{publisher.code,
                                          std::to_string(++number),
                                          publisher.prefecture,
                                          publisher.city,
                                          days.first,
                                          days.last,
                                          said(groups, entry.group),
                                          said(bys, entry.by),
                                          first,
                                          second,
                                          hours ? entry.which.substr(0, 5) : "",
                                          hours ? entry.which.substr(6) : "",
                                          count,
                                          decimal(entry.minutes_tenths, 1),
                                          decimal(entry.mean_hundredths, 2),
                                          decimal(entry.high_percent, 0),
                                          decimal(entry.median_s, 0),
                                          decimal(entry.p90_s, 0)};
    for (std::size_t at = 0; at < fields.size(); ++at)
      out += (at == 0 ? "" : ",") + csv_field(fields[at]);
    out += "\r\n";
  }
  return out;
}

std::string metadata_of(const std::vector<std::string>& periods, const Publisher& publisher,
                        std::int64_t smallest) {
  const std::string least = std::to_string(smallest);
  std::string out =
      "データセット名: キオスク端末利用状況\r\n"
      "提供者: " +
      publisher.prefecture + publisher.city + "（" + publisher.code +
      "）\r\n"
      "ライセンス: クリエイティブ・コモンズ 表示 4.0 国際（CC BY "
      "4.0）https://creativecommons.org/licenses/by/4.0/deed.ja\r\n"
      "更新頻度: "
      "毎月（月の終わりの7日後から翌日までに公開）。年度分は3月分の公開後。公開した版は、あとから変"
      "更"
      "しません。\r\n"
      "形式: CSV（UTF-8、BOM付き、改行CRLF、RFC "
      "4180）。自治体標準オープンデータセットの形式にならっていますが、標準に含まれるデータセットで"
      "は"
      "ありません。\r\n"
      "秘匿: "
      "" +
      least +
      "件未満の件数は、0件を含めて「*"
      "」とします。合計との差からその件数が分かるときは、ほかの件数も「*"
      "」とします（補助秘匿）。「*」の件数の平均や割合は空欄です。\r\n"
      "数え方: "
      "操作支援は、利用者が画面で同意した支援の回数です。端末の利用は、画面の操作が始まってから終わ"
      "るま"
      "でを1件とします。氏名、カード、証明書の種類、断られた理由は記録していません。時刻は1時間単位"
      "、所"
      "要時間は5秒単位に丸めています。画面ごとの所要時間は、" +
      least +
      "件以上表示された画面だけです。ビデオ相談は、職員などが応答した相談の回数で、その所要時間"
      "の"
      "欄は応答までの待ち時間です。\r\n"
      "\r\n"
      "公開している版:\r\n";
  for (const std::string& period : periods) {
    const Days days = days_of(period).value_or(Days{});
    out += "/opendata/kiosk_use.csv?period=" + period + " （" + days.first + "～" + days.last +
           "）\r\n";
  }
  return out;
}

}  // namespace madoguchi::gateway::numbers
