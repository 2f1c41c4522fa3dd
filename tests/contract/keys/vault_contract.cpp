// What every KeyVault must do: over a real TPM in software, and over files.
#include <functional>
#include <map>

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/crypto/hash.h"
#include "firmware/crypto/signature.h"
#include "firmware/keys/file_vault.h"
#include "hal/tpm/tpm_vault.h"
#include "tests/contract/keys/software_tpm.h"
#include "tests/run_task.h"

using namespace madoguchi;

namespace {

const Bytes message = to_bytes(as_bytes("a handshake's transcript"));

struct VaultRig : public Utest {
  asio::io_context loop{1};
  OwnFolder folder;

  static std::string words(const Error& error) { return error.text(); }

  Bytes made(KeyVault& vault) {
    const auto point = run_task(loop, vault.make_key());
    if (!point) FAIL(point.error().text().c_str());
    LONGS_EQUAL(65, point->size());
    return *point;
  }
  Result<Bytes> sign(KeyVault& vault) { return run_task(loop, vault.sign(sha256(message))); }
  void signs_as(KeyVault& vault, const Bytes& point) {
    const auto signature = sign(vault);
    if (!signature) FAIL(signature.error().text().c_str());
    const auto key = P256PublicKey::from_point(point);
    CHECK(key.ok());
    CHECK(key->verify(message, *signature).ok());
  }
  static void fails_with(Errc code, const Error& error) {
    STRCMP_EQUAL_TEXT(std::string(name_of(code)).c_str(), std::string(name_of(error.code)).c_str(),
                      error.text().c_str());
  }
  std::int64_t counter(KeyVault& vault) {
    const auto value = run_task(loop, vault.counter());
    if (!value) FAIL(value.error().text().c_str());
    return *value;
  }
  Result<std::int64_t> raise(KeyVault& vault, std::int64_t to) {
    return run_task(loop, vault.raise_counter(to));
  }

  /// What holds for any of them.
  void check_contract(const std::function<std::unique_ptr<KeyVault>()>& open) {
    auto vault = open();
    const auto before = run_task(loop, vault->state());
    CHECK(before.ok());
    CHECK_FALSE(before->has_key);
    fails_with(Errc::not_found, run_task(loop, vault->public_half()).error());
    fails_with(Errc::not_found, sign(*vault).error());

    const Bytes point = made(*vault);
    CHECK(made(*vault) == point);  // asked for again, the same
    signs_as(*vault, point);
    CHECK(run_task(loop, vault->state())->has_key);

    LONGS_EQUAL(0, counter(*vault));
    LONGS_EQUAL(3, *raise(*vault, 3));
    LONGS_EQUAL(3, *raise(*vault, 3));
    fails_with(Errc::refused, raise(*vault, 2).error());
    fails_with(Errc::refused, raise(*vault, -1).error());
    fails_with(Errc::invalid, raise(*vault, 3 + KeyVault::most_steps + 1).error());
    LONGS_EQUAL(3, counter(*vault));

    vault.reset();  // the process begins anew
    vault = open();
    CHECK(*run_task(loop, vault->public_half()) == point);
    signs_as(*vault, point);
    LONGS_EQUAL(3, counter(*vault));
    LONGS_EQUAL(5, *raise(*vault, 5));

    CHECK(run_task(loop, vault->erase()).ok());
    CHECK(run_task(loop, vault->erase()).ok());
    fails_with(Errc::not_found, sign(*vault).error());
    LONGS_EQUAL(0, counter(*vault));
    LONGS_EQUAL(1, *raise(*vault, 1));
    CHECK(made(*vault) != point);
    CHECK(run_task(loop, vault->erase()).ok());
  }
};

struct TpmRig : public VaultRig {
  SoftwareTpm tpm;
  std::unique_ptr<TpmVault> vault = open();

  std::unique_ptr<TpmVault> open(TpmPatience patience = {}) {
    return std::make_unique<TpmVault>(tpm.tcti(), folder.path(), patience);
  }
};

}  // namespace

TEST_GROUP_BASE(FileVaultContract, VaultRig){};

TEST(FileVaultContract, keeps_the_contract) {
  check_contract([this] { return std::make_unique<FileVault>(folder.path()); });
}

TEST(FileVaultContract, says_that_it_is_weak_and_that_it_is_damaged) {
  FileVault vault(folder.path());
  made(vault);
  STRCMP_CONTAINS("no TPM", run_task(loop, vault.state())->trouble.c_str());
  CHECK(write_file(folder.path("file.key"), as_bytes("short")).ok());
  fails_with(Errc::integrity, sign(vault).error());
  fails_with(Errc::integrity, run_task(loop, vault.make_key()).error());
  CHECK(write_file(folder.path("counter"), as_bytes("-7")).ok());
  fails_with(Errc::integrity, run_task(loop, vault.counter()).error());
}

TEST_GROUP_BASE(TpmVaultContract, TpmRig){};

TEST(TpmVaultContract, keeps_the_contract) {
  check_contract([this] { return open(); });
}

TEST(TpmVaultContract, says_who_made_the_tpm) {
  const auto state = run_task(loop, vault->state());
  CHECK(state->is_tpm);
  STRCMP_CONTAINS("IBM", state->maker.c_str());
  STRCMP_EQUAL("", state->trouble.c_str());
}

TEST(TpmVaultContract, key_and_counter_outlive_the_power) {
  const Bytes point = made(*vault);
  LONGS_EQUAL(4, *raise(*vault, 4));
  tpm.switch_off();
  tpm.switch_on();
  vault = open();
  signs_as(*vault, point);
  LONGS_EQUAL(4, counter(*vault));
}

TEST(TpmVaultContract, many_signatures_leave_nothing_behind_in_the_tpm) {
  const Bytes point = made(*vault);
  for (int i = 0; i < 12; ++i) signs_as(*vault, point);  // it has room for three objects
}

TEST(TpmVaultContract, stolen_disk_foreign_tpm) {
  const Bytes point = made(*vault);
  SoftwareTpm thieves;
  TpmVault elsewhere(thieves.tcti(), folder.path());
  fails_with(Errc::integrity, sign(elsewhere).error());
  fails_with(Errc::integrity, run_task(loop, elsewhere.public_half()).error());
  const auto state = run_task(loop, elsewhere.state());
  CHECK_FALSE(state->has_key);
  STRCMP_CONTAINS("another board", state->trouble.c_str());
  // One that has a key of its own is no better.
  OwnFolder their_disk;
  TpmVault theirs(thieves.tcti(), their_disk.path());
  made(theirs);
  fails_with(Errc::integrity, sign(elsewhere).error());
  fails_with(Errc::integrity, run_task(loop, elsewhere.make_key()).error());
  signs_as(*vault, point);
}

TEST(TpmVaultContract, stolen_board_without_its_disk) {
  const Bytes point = made(*vault);
  OwnFolder other_disk;
  TpmVault thief(tpm.tcti(), other_disk.path());
  fails_with(Errc::integrity, sign(thief).error());
  // The point is no secret: with it in the file, but not the value beside it, the TPM refuses.
  Bytes guess(32, 7);
  guess.insert(guess.end(), point.begin(), point.end());
  CHECK(write_file(other_disk.path("tpm.key"), guess).ok());
  fails_with(Errc::integrity, sign(thief).error());
  STRCMP_CONTAINS("auth", run_task(loop, thief.state())->trouble.c_str());
  signs_as(*vault, point);  // and nobody was locked out by that
}

TEST(TpmVaultContract, a_new_disk_in_an_old_board_begins_anew) {
  const Bytes point = made(*vault);
  LONGS_EQUAL(2, *raise(*vault, 2));
  OwnFolder new_disk;
  TpmVault flashed(tpm.tcti(), new_disk.path());
  const Bytes fresh = made(flashed);
  CHECK(fresh != point);
  signs_as(flashed, fresh);
  LONGS_EQUAL(2, counter(flashed));  // an old image does not come back by flashing
  fails_with(Errc::integrity, sign(*vault).error());
}

TEST(TpmVaultContract, cleared_tpm) {
  made(*vault);
  LONGS_EQUAL(2, *raise(*vault, 2));
  vault.reset();
  tpm.clear();
  vault = open();
  fails_with(Errc::integrity, sign(*vault).error());
  STRCMP_CONTAINS("cleared", run_task(loop, vault->state())->trouble.c_str());
  CHECK(run_task(loop, vault->erase()).ok());
  signs_as(*vault, made(*vault));
}

TEST(TpmVaultContract, tpm_gone_midway_and_back) {
  const Bytes point = made(*vault);
  signs_as(*vault, point);
  tpm.switch_off();
  fails_with(Errc::gone, sign(*vault).error());
  fails_with(Errc::gone, run_task(loop, vault->state()).error());
  fails_with(Errc::gone, raise(*vault, 1).error());
  tpm.switch_on();
  signs_as(*vault, point);
  LONGS_EQUAL(1, *raise(*vault, 1));
}

TEST(TpmVaultContract, tpm_gone_after_any_command_of_a_signature) {
  const Bytes point = made(*vault);
  vault.reset();
  int commands = 1;
  for (; commands < 40; ++commands) {
    TpmVault broken(tpm.tcti_that_breaks_after(commands), folder.path());
    const auto signature = sign(broken);
    if (signature) break;
    CHECK(signature.error().code == Errc::gone || signature.error().code == Errc::io);
  }
  CHECK(commands > 3 && commands < 40);
  vault = open();
  signs_as(*vault, point);
}

TEST(TpmVaultContract, no_tpm_at_all) {
  TpmVault nowhere("device:/nowhere/tpm", folder.path());
  fails_with(Errc::gone, run_task(loop, nowhere.state()).error());
  fails_with(Errc::gone, run_task(loop, nowhere.make_key()).error());
  TpmVault nonsense("nonsense:", folder.path());
  fails_with(Errc::gone, run_task(loop, nonsense.state()).error());
}

TEST(TpmVaultContract, hanging_tpm) {
  const Bytes point = made(*vault);
  vault.reset();
  vault = open({std::chrono::milliseconds(300), std::chrono::milliseconds(300)});
  signs_as(*vault, point);
  tpm.freeze();
  fails_with(Errc::timeout, sign(*vault).error());
  fails_with(Errc::busy, sign(*vault).error());
  tpm.thaw();
  for (int tries = 0; tries < 1000; ++tries) {
    const auto again = sign(*vault);
    if (again) break;
    CHECK(again.error().code == Errc::busy || again.error().code == Errc::timeout);
    loop.restart();
    loop.run_for(std::chrono::milliseconds(10));  // the worker's own time, not ours to step
  }
  signs_as(*vault, point);
}

TEST(TpmVaultContract, damaged_file) {
  made(*vault);
  CHECK(write_file(folder.path("tpm.key"), as_bytes("short")).ok());
  fails_with(Errc::integrity, sign(*vault).error());
  fails_with(Errc::integrity, run_task(loop, vault->make_key()).error());
  CHECK(run_task(loop, vault->erase()).ok());
  signs_as(*vault, made(*vault));
}
