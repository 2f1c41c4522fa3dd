#include "tools/gateway/staff/staff_command.h"

#include <cstdio>
#include <ctime>
#include <iostream>

#include "firmware/base/command_line.h"
#include "tools/gateway/help_desk.h"
#include "tools/gateway/staff/console_answers.h"
#include "tools/gateway/staff/password.h"
#include "tools/gateway/staff/staff_accounts.h"
#include "tools/gateway/staff/staff_sessions.h"
#include "tools/gateway/staff/totp.h"

namespace madoguchi::gateway {
namespace {

int fail(const std::string& where, const std::string& what) {
  (void)std::fprintf(stderr, "gateway staff: %s: %s\n", where.c_str(), what.c_str());
  return 2;
}

struct Wanted {
  std::string name;
  std::string role = "volunteer";
  std::string database = "gateway.sqlite";
  std::string issuer = "Madoguchi";
  std::string badge;
};

int add(const Wanted& wanted) {
  const auto role = codec::enum_value<StaffRole>(wanted.role);
  if (!role) return fail("--role", "is one of volunteer, staff, admin");
  if (!is_staff_name(wanted.name)) {
    return fail("NAME", "is 1 to 32 of a-z, 0-9, dot and dash, beginning with a letter");
  }
  if (!wanted.badge.empty() && !is_helper_number(wanted.badge))
    return fail("--badge", "is the number printed on a badge, at most 64 bytes");
  std::string line;
  std::getline(std::cin, line);
  if (line.size() < shortest_password || line.size() > longest_password) {
    wipe(line.data(), line.size());
    return fail("standard input", "the password, its first line, has 12 to 128 bytes");
  }
  const Secret password(as_bytes(line));
  wipe(line.data(), line.size());
  auto accounts = StaffAccounts::open(wanted.database);
  if (!accounts) return fail(accounts.error().where, accounts.error().what);
  auto encoded = hash_password(password);
  if (!encoded) return fail(encoded.error().where, encoded.error().what);
  StaffAccount account;
  account.name = wanted.name;
  account.role = *role;
  account.password = std::move(*encoded);
  account.totp_secret = random_bytes(totp_secret_bytes);
  account.helper = wanted.badge;
  const auto added = accounts->add(account, std::time(nullptr));
  if (!added && added.error().code == Errc::busy) {
    const auto same = accounts->find(wanted.name);
    if (same && *same) return fail(wanted.name, "exists already");
    return fail("--badge", "is another account's");
  }
  if (!added) return fail(added.error().where, added.error().what);
  (void)std::printf("%s\n", otpauth_uri(wanted.issuer, account.name, account.totp_secret).c_str());
  return 0;
}

int reset_totp(const Wanted& wanted) {
  auto accounts = StaffAccounts::open(wanted.database);
  if (!accounts) return fail(accounts.error().where, accounts.error().what);
  auto sessions = StaffSessions::open(wanted.database);
  if (!sessions) return fail(sessions.error().where, sessions.error().what);
  const auto account = accounts->find(wanted.name);
  if (!account) return fail(account.error().where, account.error().what);
  if (!*account) return fail(wanted.name, "there is no such account");
  const Bytes secret = random_bytes(totp_secret_bytes);
  const auto set = accounts->set_totp(wanted.name, secret);
  if (!set) return fail(set.error().where, set.error().what);
  if (const auto ended = sessions->end_all(wanted.name); !ended)
    return fail(ended.error().where, ended.error().what);
  log_console("second factor reset by command", (*account)->id);
  (void)std::printf("%s\n", otpauth_uri(wanted.issuer, wanted.name, secret).c_str());
  return 0;
}

}  // namespace

int staff_command(int argc, const char* const* argv) {
  Wanted wanted;
  CLI::App app("Accounts of the console.", "gateway staff");
  app.require_subcommand(1);
  CLI::App* adding = app.add_subcommand(
      "add", "makes an account; reads its password from standard input, prints its otpauth URI");
  CLI::App* resetting = app.add_subcommand(
      "reset-totp",
      "makes a new second factor, ends the account's sessions, prints its otpauth URI");
  for (CLI::App* command : {adding, resetting}) {
    command->add_option("name", wanted.name, "to log in with")->required();
    command
        ->add_option("--database", wanted.database,
                     "SQLite file or postgresql:// URL of the gateway")
        ->capture_default_str();
    command->add_option("--issuer", wanted.issuer, "what the authenticator app calls the console")
        ->capture_default_str();
  }
  adding->add_option("--role", wanted.role, "volunteer, staff or admin")->capture_default_str();
  adding->add_option("--badge", wanted.badge,
                     "the number on the badge of whose sessions a volunteer sees");
  if (const auto code = exit_after_parsing(app, argc, argv)) return *code;
  return resetting->parsed() ? reset_totp(wanted) : add(wanted);
}

}  // namespace madoguchi::gateway
