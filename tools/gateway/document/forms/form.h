#pragma once
// The six forms. Each lays the body of one kind of certificate out; title, certifying sentence,
// seal, number and page numbers are the frame's (frame.h), the same for all.

#include <string>
#include <vector>

#include "tools/gateway/document/sheet.h"
#include "tools/gateway/residents/registry.h"

namespace madoguchi::gateway {

/// What is asked for, checked already: the persons are of the household, the year and the register
/// exist.
struct FormInput {
  const Registry& registry;
  const Resident& applicant;
  std::vector<const Resident*> persons;  ///< on residence certificates, in the household's order
  bool whole_household = true;
  bool show_relationship = false;
  bool show_domicile = false;
  const TaxYear* tax = nullptr;
};

/// What the frame needs to know of a kind.
struct FormWords {
  std::string title;     ///< "住民票の写し"
  std::string sentence;  ///< "この写しは、…相違ないことを証明する。"
};

FormWords lay_out_residence(Sheet& sheet, const FormInput& input);
FormWords lay_out_residence_matter(Sheet& sheet, const FormInput& input);
FormWords lay_out_seal(Sheet& sheet, const FormInput& input);
FormWords lay_out_tax(Sheet& sheet, const FormInput& input);
FormWords lay_out_family_address(Sheet& sheet, const FormInput& input);
FormWords lay_out_family_register(Sheet& sheet, const FormInput& input);

/// "男", "女", "その他".
std::string written(Sex sex);
/// Births of foreign residents are in 西暦, all others in 和暦.
std::string written_birth(const Resident& resident);
/// The end mark of a body: nothing may be written after it.
void close_body(Sheet& sheet);

}  // namespace madoguchi::gateway
