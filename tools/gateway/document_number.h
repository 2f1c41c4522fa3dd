#pragma once
// Numbers of documents and the token that the QR code carries beside them.

#include <string>
#include <string_view>

namespace madoguchi::gateway {

/// "K7QM-3T9D-XA2P": twelve random symbols of Crockford's base 32 (60 bits): no I, L, O, U, so that
/// it can be read out over the telephone. It tells nothing about how many documents there are.
std::string new_document_number();
/// Whether the text could be a number, in capitals and with its dashes.
bool is_document_number(std::string_view text);

/// 16 hex digits of chance: who knows them has seen the paper. Without them no number can be looked
/// up.
std::string new_verification_token();

}  // namespace madoguchi::gateway
