#include "firmware/journal/chain.h"

#include <CppUTest/TestHarness.h>

#include "firmware/crypto/hash.h"

using namespace madoguchi;

namespace {

const chain::Link example{7, "visit", 1000, "charge", Bytes(32, 9)};

Bytes hash_with(void (*change)(chain::Link&)) {
  chain::Link link = example;
  change(link);
  return chain::entry_hash(chain::genesis(), link);
}

}  // namespace

TEST_GROUP(chain){};

// The inputs and roots of Certificate Transparency's own tests (RFC 6962 2.1.3 describes the
// shapes).
TEST(chain, merkle_roots_are_those_of_rfc_6962) {
  const char* leaves[] = {"",
                          "00",
                          "10",
                          "2021",
                          "3031",
                          "40414243",
                          "5051525354555657",
                          "606162636465666768696a6b6c6d6e6f"};
  const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  std::vector<Bytes> so_far;
  for (std::size_t i = 0; i < 8; ++i) {
    so_far.push_back(*from_hex(leaves[i]));
    STRCMP_EQUAL(roots[i], to_hex(chain::merkle_root(so_far)).c_str());
  }
  STRCMP_EQUAL(to_hex(sha256({})).c_str(), to_hex(chain::merkle_root({})).c_str());
}

TEST(chain, every_field_of_an_entry_is_in_its_hash) {
  const Bytes right = chain::entry_hash(chain::genesis(), example);
  CHECK(right == hash_with([](chain::Link&) {}));
  CHECK(right != hash_with([](chain::Link& link) { link.number = 8; }));
  CHECK(right != hash_with([](chain::Link& link) { link.visit = "visiT"; }));
  CHECK(right != hash_with([](chain::Link& link) { link.at_ms = -1000; }));
  CHECK(right != hash_with([](chain::Link& link) { link.kind = "charges"; }));
  CHECK(right != hash_with([](chain::Link& link) { link.content[31] = 8; }));
  CHECK(right != chain::entry_hash(Bytes(32, 1), example));
}

TEST(chain, fields_do_not_run_into_each_other) {
  CHECK(hash_with([](chain::Link& link) { link.visit = "visitc", link.kind = "harge"; }) !=
        chain::entry_hash(chain::genesis(), example));
  CHECK(chain::content_hash(Bytes{1, 2}, "\x03") != chain::content_hash(Bytes{1}, "\x02\x03"));
}

// Computed once by another implementation (Python's hashlib) of the words in chain.h.
TEST(chain, known_answers) {
  STRCMP_EQUAL("fadcfb28c1bbdb8e502790bd4fac5716c33a5ba38ea4a39b70c10b6f012c63a3",
               to_hex(chain::content_hash(Bytes(16, 7), "{}")).c_str());
  STRCMP_EQUAL("e391a4a1fdf66370f06b34c12b13d6833001fb26348ccb51d69a2ceeb8f3421f",
               to_hex(chain::entry_hash(chain::genesis(), example)).c_str());
}
