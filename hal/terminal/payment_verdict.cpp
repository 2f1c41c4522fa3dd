#include "hal/terminal/payment_verdict.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace madoguchi::nexo {
namespace {

std::string said(const Response& response) {
  std::string out(name_of(response.condition));
  if (!response.message.empty()) out += (out.empty() ? "" : ": ") + response.message;
  return out;
}

bool speaks_of_time(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text.find("timeout") != std::string::npos || text.find("timed out") != std::string::npos;
}

Declined declined(const Response& response) {
  using Reason = Declined::Reason;
  const auto reason = [&] {
    switch (response.condition) {
      case ErrorCondition::refusal:
      case ErrorCondition::invalid_card:
      case ErrorCondition::wrong_pin:
      case ErrorCondition::payment_restriction:
        return Reason::refused;
      // The schema has no condition of its own for a resident who never tapped.
      case ErrorCondition::cancel:
        return speaks_of_time(response.message) ? Reason::timeout_no_tap : Reason::cancelled;
      case ErrorCondition::aborted:
        return speaks_of_time(response.message) ? Reason::timeout_no_tap : Reason::aborted;
      case ErrorCondition::busy:
      case ErrorCondition::inserted_card:
        return Reason::terminal_busy;
      default:
        return Reason::other;
    }
  }();
  return {reason, said(response)};
}

/// A payment that was not booked; one whose card left too early is for the brand's rule.
Declined unpaid(const PaymentReply& reply) {
  if (!reply.response.unconfirmed_touch) return declined(reply.response);
  return {Declined::Reason::interrupted, said(reply.response), reply.brand};
}

/// Conditions that a terminal also uses to refuse a message as such, for one because its ServiceID
/// was seen before. They say nothing about the message that had the ServiceID first.
bool may_speak_of_another_message(ErrorCondition condition) {
  return condition == ErrorCondition::not_allowed || condition == ErrorCondition::message_format ||
         condition == ErrorCondition::in_progress || condition == ErrorCondition::not_found ||
         condition == ErrorCondition::other;
}

/// A terminal that says no and shows an approval in the same breath has been seen to have charged.
bool contradicts_itself(const PaymentReply& reply) {
  return reply.response.outcome == Outcome::failure && !reply.approval_code.empty() &&
         reply.amount_yen.value_or(0) > 0;
}

std::string yen(std::int64_t amount) { return std::to_string(amount) + " yen"; }

/// The payment as booked, or why it cannot be told. For Success and Partial.
std::variant<Approved, Unknown> booked(const PaymentReply& reply, const std::string& transaction) {
  if (!reply.transaction.empty() && reply.transaction != transaction) {
    return Unknown{"the reply is of another sale"};
  }
  if (!reply.currency.empty() && reply.currency != "JPY")
    return Unknown{"the amount is not in yen"};
  if (!reply.amount_yen) return Unknown{"the reply has no amount"};
  if (!reply.poi) return Unknown{"the reply has no POITransactionID"};
  return Approved{*reply.amount_yen, reply.brand, reply.poi->key(), reply.approval_code,
                  reply.response.unconfirmed_touch};
}

StatusOutcome judge_repeated(const PaymentReply& reply, const SaleReference& earlier) {
  if (contradicts_itself(reply))
    return Unknown{"a failure with an approval: " + said(reply.response)};
  if (reply.response.outcome == Outcome::failure) {
    if (reply.response.condition == ErrorCondition::in_progress) return InProgress{};
    return unpaid(reply);
  }
  auto outcome = booked(reply, earlier.transaction);
  if (auto* unknown = std::get_if<Unknown>(&outcome)) return std::move(*unknown);
  return std::get<Approved>(std::move(outcome));
}

StatusOutcome judge_repeated(const ReversalReply& reply, const SaleReference&) {
  switch (reply.response.outcome) {
    case Outcome::success:
      return Approved{reply.amount_yen.value_or(0), "", reply.poi ? reply.poi->key() : "", "",
                      false};
    case Outcome::partial:
      return Unknown{"the reversal is partial"};
    case Outcome::failure:
      break;
  }
  if (reply.response.condition == ErrorCondition::in_progress) return InProgress{};
  return declined(reply.response);
}

/// Whether a reference, of which the schema lets every part be left out, may mean the earlier
/// message.
bool fits(const MessageReference& reference, const SaleReference& earlier) {
  return (reference.service_id.empty() || reference.service_id == earlier.service_id) &&
         (reference.sale_id.empty() || reference.sale_id == earlier.sale_id);
}

}  // namespace

std::string mismatch(const Header& sent, const Header& received) {
  if (received.category != sent.category) return "the reply is of another category";
  if (received.service_id != sent.service_id) return "the reply has another ServiceID";
  if (received.sale_id != sent.sale_id) return "the reply has another SaleID";
  if (received.poi_id != sent.poi_id) return "the reply has another POIID";
  return {};
}

PaymentOutcome judge_payment(const PaymentReply& reply, const SaleReference& sent,
                             std::int64_t amount_yen) {
  if (contradicts_itself(reply))
    return Unknown{"a failure with an approval: " + said(reply.response)};
  if (reply.response.outcome == Outcome::failure) {
    if (may_speak_of_another_message(reply.response.condition))
      return Unknown{said(reply.response)};
    return unpaid(reply);
  }
  auto outcome = booked(reply, sent.transaction);
  if (auto* unknown = std::get_if<Unknown>(&outcome)) return std::move(*unknown);
  auto& approved = std::get<Approved>(outcome);
  if (approved.amount_yen != amount_yen) {
    return Unknown{"the terminal booked " + yen(approved.amount_yen) + " of " + yen(amount_yen)};
  }
  if (reply.response.outcome == Outcome::partial) return Unknown{"the payment is partial"};
  return std::move(approved);
}

StatusOutcome judge_status(const StatusReply& reply, const SaleReference& earlier) {
  if (reply.about && !fits(*reply.about, earlier))
    return Unknown{"the reply is about another message"};
  if (reply.response.outcome == Outcome::failure) {
    switch (reply.response.condition) {
      case ErrorCondition::in_progress:
      case ErrorCondition::busy:
        return InProgress{};
      case ErrorCondition::not_found:
        return NotFound{};
      default:
        return Unknown{said(reply.response)};
    }
  }
  if (!reply.repeated) return Unknown{"the reply repeats no message"};
  const MessageReference& repeated = reply.repeated->reference;
  if (repeated.service_id.empty() || !fits(repeated, earlier)) {
    return Unknown{"the reply repeats another message"};
  }
  return std::visit([&](const auto& then) { return judge_repeated(then, earlier); },
                    reply.repeated->reply);
}

ReversalOutcome judge_reversal(const ReversalReply& reply, std::int64_t amount_yen) {
  switch (reply.response.outcome) {
    case Outcome::success:
      if (reply.amount_yen && *reply.amount_yen != amount_yen) {
        return Unknown{"the terminal reversed " + yen(*reply.amount_yen) + " of " +
                       yen(amount_yen)};
      }
      return Reversed{reply.poi ? reply.poi->key() : ""};
    case Outcome::partial:
      return Unknown{"the reversal is partial"};
    case Outcome::failure:
      break;
  }
  if (may_speak_of_another_message(reply.response.condition)) return Unknown{said(reply.response)};
  return declined(reply.response);
}

}  // namespace madoguchi::nexo
