#pragma once
// What the city knows of a person, as far as certificates need it. The My Number (個人番号) is not
// here on purpose: no certificate of a kiosk shows it. Field names are the keys of the JSON file;
// README.md has an example.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/message/codec.h"
#include "tools/gateway/residents/date.h"

namespace madoguchi::gateway {

/// SHA-256 of a card's user authentication certificate (DER). In JSON: 64 hex digits.
struct CertificateHash {
  static constexpr std::string_view form = "the SHA-256 of a certificate (64 hex digits)";
  std::array<std::uint8_t, 32> bytes{};

  static std::optional<CertificateHash> parse(std::string_view text);
  [[nodiscard]] std::string text() const { return to_hex(bytes); }
  auto operator<=>(const CertificateHash&) const = default;
};

enum class Sex { male, female, other };
MADOGUCHI_ENUM(Sex, male, female, other)

/// 本籍 and 筆頭者.
struct Domicile {
  std::string address;
  std::string head;
};
MADOGUCHI_DESCRIBE(Domicile, address, head)

/// 印鑑登録. The impression is engraved anew from its characters; a city would import its scanned
/// image instead.
struct SealRegistration {
  std::string number;  ///< 印鑑登録番号
  Date registered;
  std::string engraving;  ///< characters of the impression, 1-6: "葛城"
};
MADOGUCHI_DESCRIBE(SealRegistration, number, registered, engraving)

struct Amount {
  std::string name;  ///< "給与所得", "社会保険料控除"
  std::int64_t yen = 0;
};
MADOGUCHI_DESCRIBE(Amount, name, yen)

/// One 年度 of 市民税・府民税; the income is that of the year before.
struct TaxYear {
  std::int32_t year = 0;        ///< 年度 in the Western calendar: 2026 is 令和8年度
  std::vector<Amount> revenue;  ///< 収入: "給与収入"
  std::vector<Amount> income;   ///< 所得 by kind
  std::vector<Amount> deductions;
  std::int32_t dependents = 0;       ///< 扶養人数
  std::int64_t taxable_yen = 0;      ///< 課税標準額
  std::int64_t city_income_yen = 0;  ///< 市民税 所得割
  std::int64_t city_flat_yen = 0;    ///< 市民税 均等割
  std::int64_t prefecture_income_yen = 0;
  std::int64_t prefecture_flat_yen = 0;
  std::int64_t forest_yen = 0;  ///< 森林環境税 (since 2024)
};
MADOGUCHI_DESCRIBE(TaxYear, year, revenue, income, deductions, dependents, taxable_yen,
                   city_income_yen, city_flat_yen, prefecture_income_yen, prefecture_flat_yen,
                   forest_yen)

/// One 【label】value line of a family register, in the register's own words (dates are 和暦 text
/// there).
struct RegisterDetail {
  std::string label;
  std::string value;
};
MADOGUCHI_DESCRIBE(RegisterDetail, label, value)

/// 戸籍事項 or 身分事項: "出生", "婚姻", with its details.
struct RegisterMatter {
  std::string title;
  std::vector<RegisterDetail> details;
};
MADOGUCHI_DESCRIBE(RegisterMatter, title, details)

/// One line of the 附票.
struct AddressRecord {
  std::string address;
  Date since;  ///< 住所を定めた日
};
MADOGUCHI_DESCRIBE(AddressRecord, address, since)

struct RegisterMember {
  std::string name;  ///< 名 alone
  Date birth;
  Sex sex = Sex::other;
  std::optional<std::string> spouse;  ///< 配偶者区分: "夫", "妻"
  std::optional<std::string> father;
  std::optional<std::string> mother;
  std::optional<std::string> relationship;  ///< "長男"
  bool removed = false;                     ///< 除籍
  std::vector<RegisterMatter> matters;      ///< 身分事項
  std::vector<AddressRecord> addresses;     ///< for the 附票, oldest first
};
MADOGUCHI_DESCRIBE(RegisterMember, name, birth, sex, spouse, father, mother, relationship, removed,
                   matters, addresses)

/// A 戸籍 kept by this city.
struct FamilyRegister {
  Domicile domicile;
  std::vector<RegisterMatter> matters;  ///< 戸籍事項
  std::vector<RegisterMember> members;
};
MADOGUCHI_DESCRIBE(FamilyRegister, domicile, matters, members)

/// 外国人住民: 住民基本台帳法 30条の45.
struct ForeignResident {
  std::string nationality;            ///< 国籍・地域
  std::string category;               ///< 法第30条の45に規定する区分: "中長期在留者", "特別永住者"
  std::optional<std::string> status;  ///< 在留資格; 特別永住者 have none
  std::optional<std::string> period;  ///< 在留期間
  std::optional<Date> expires;        ///< 在留期間の満了の日
  std::string card_number;            ///< 在留カード等の番号
  std::optional<std::string> alias;   ///< 通称
};
MADOGUCHI_DESCRIBE(ForeignResident, nationality, category, status, period, expires, card_number,
                   alias)

struct MovedOut {
  Date date;
  std::string to;
};
MADOGUCHI_DESCRIBE(MovedOut, date, to)

struct Deceased {
  Date date;
};
MADOGUCHI_DESCRIBE(Deceased, date)

struct Resident {
  std::string id;
  std::optional<CertificateHash> auth_certificate_sha256;  ///< none: no card
  std::string name;  ///< UTF-8 with MJ variation selectors; family and given name apart by U+3000
  std::string kana;
  Date birth;
  Sex sex = Sex::other;
  std::string address;

  std::optional<std::string> former_name;   ///< 旧氏
  std::optional<std::string> household;     ///< none: a household of one
  std::optional<std::string> relationship;  ///< 続柄: "世帯主", "妻", "子"
  std::optional<Domicile> domicile;
  std::optional<Date> resident_since;  ///< 住民となった日
  std::optional<Date> address_since;   ///< 住所を定めた日
  std::optional<std::string> previous_address;
  std::optional<SealRegistration> seal;
  std::vector<TaxYear> tax;
  std::optional<FamilyRegister> family_register;
  std::optional<std::string>
      family_register_with;  ///< id of the resident whose record holds the register of both
  std::optional<ForeignResident> foreign;
  bool is_protected = false;  ///< 支援措置; "protected" in JSON
  std::optional<MovedOut> moved_out;
  std::optional<Deceased> deceased;
};

/// Written out because "protected" is a word of C++. One template for reading and writing.
template <class Visitor, class Record>
  requires std::same_as<std::remove_const_t<Record>, Resident>
void describe(Visitor& visit, Record& resident) {
  visit("id", resident.id);
  visit("auth_certificate_sha256", resident.auth_certificate_sha256);
  visit("name", resident.name);
  visit("kana", resident.kana);
  visit("birth", resident.birth);
  visit("sex", resident.sex);
  visit("address", resident.address);
  visit("former_name", resident.former_name);
  visit("household", resident.household);
  visit("relationship", resident.relationship);
  visit("domicile", resident.domicile);
  visit("resident_since", resident.resident_since);
  visit("address_since", resident.address_since);
  visit("previous_address", resident.previous_address);
  visit("seal", resident.seal);
  visit("tax", resident.tax);
  visit("family_register", resident.family_register);
  visit("family_register_with", resident.family_register_with);
  visit("foreign", resident.foreign);
  visit("protected", resident.is_protected);
  visit("moved_out", resident.moved_out);
  visit("deceased", resident.deceased);
}

}  // namespace madoguchi::gateway
