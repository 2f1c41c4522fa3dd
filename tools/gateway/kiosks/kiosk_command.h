#pragma once
// `gateway enrol-code` makes a one-time code; `gateway kiosks` lists and revokes kiosks and writes
// their revocation list. Run beside a running gateway, on its database.

namespace madoguchi::gateway {

/// Both give the program's exit status: 0, or 2 with one line on standard error.
int enrol_code_command(int argc, const char* const* argv);
int kiosks_command(int argc, const char* const* argv);

}  // namespace madoguchi::gateway
