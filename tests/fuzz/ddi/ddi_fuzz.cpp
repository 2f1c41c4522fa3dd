// Whatever an update server answers: no link leads to another server, no bundle is without a hash.
#include <cstdlib>
#include <string>

#include "firmware/link/ddi_messages.h"

using namespace madoguchi;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  static const ServerUrl server = *parse_server_url("https://updates.example/hawkbit");
  if (const auto poll = ddi::parse_poll(input, server)) {
    for (const std::string& target : {poll->deployment, poll->cancel, poll->config_data}) {
      if (!target.empty() && target[0] != '/') std::abort();
    }
    if (poll->sleep && *poll->sleep > std::chrono::hours(24)) std::abort();
  }
  if (const auto found = ddi::parse_deployment(input, server)) {
    if (found->bundle.sha256.size() != 32 || found->bundle.bytes <= 0 ||
        !found->bundle.file.ends_with(".raucb") || !found->bundle.target.starts_with("/"))
      std::abort();
  }
  (void)ddi::parse_cancel(input);
  (void)ddi::action_of(input);
  const std::string text = as_text(input);
  if (const auto range = ddi::parse_content_range(text)) {
    if (range->from > range->last || range->last >= range->whole) std::abort();
  }
  if (const auto range = ddi::parse_range(text, 1000)) {
    if (range->from < 0 || range->size <= 0 || range->from + range->size > 1000) std::abort();
  }
  return 0;
}
