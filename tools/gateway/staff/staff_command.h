#pragma once
// `gateway staff add NAME --role ROLE --database WHERE`: makes an account of the console, the first
// one above all. The password is the first line of standard input; what an authenticator app needs
// goes to standard output.

namespace madoguchi::gateway {

/// argv[0] is "staff". Gives the exit code: 0, or 2 after one line on standard error.
int staff_command(int argc, const char* const* argv);

}  // namespace madoguchi::gateway
