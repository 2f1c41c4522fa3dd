#pragma once
// A TCP connection in the middle, which a test can cut: between a gateway and its database.

#include <atomic>
#include <string>
#include <thread>

namespace madoguchi {

class CutWire {
 public:
  /// Leads to that port of loopback.
  explicit CutWire(int to_port);
  ~CutWire();
  CutWire(const CutWire&) = delete;
  CutWire& operator=(const CutWire&) = delete;

  [[nodiscard]] int port() const { return port_; }

  enum class Cut {
    before,  ///< what holds the word does not reach the server
    after,   ///< the server has answered it; the answer is lost
  };
  /// Cuts the next connection that says the word. Once.
  void cut(Cut when, const std::string& word);
  [[nodiscard]] bool has_cut() const { return word_state_ == State::done; }

 private:
  enum class State { idle, armed, done };
  void serve();
  void carry(int client);
  bool is_said(const char* bytes, std::size_t size);

  int to_port_;
  int port_ = 0;
  int listener_ = -1;
  std::atomic<State> word_state_{State::idle};
  Cut when_ = Cut::before;
  std::string word_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace madoguchi
