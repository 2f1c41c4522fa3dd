#pragma once
// The moving pictures of a call: from the sealed memory of picture_board.h, which kiosk-call gives,
// straight to the window's pixels. Nothing in that memory is trusted: every number is clamped to
// what was mapped, and a frame that was overwritten while it was drawn is drawn again.
//
// One thread. Never blocks.

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "firmware/base/result.h"
#include "firmware/message/picture_board.h"
#include "ui/kit/layout.h"

typedef struct _cairo_surface cairo_surface_t;

namespace madoguchi::ui {

class Pictures {
 public:
  /// Without any.
  Pictures() = default;
  ~Pictures();
  Pictures(const Pictures&) = delete;
  Pictures& operator=(const Pictures&) = delete;

  /// `channel`: this end of the socket pair with kiosk-call (SOCK_SEQPACKET); taken over. Once.
  void open(int channel);
  /// Maps a board for reading. `sealed`: it must not be able to shrink (a file of a preview can).
  /// Takes the descriptor over. Errors: invalid, io.
  Status map(int board, bool sealed);

  /// Takes a board that has come; forgets the one of a kiosk-call that is gone.
  void look();
  /// Which frame is the newest; 0: there is no picture.
  [[nodiscard]] std::uint64_t newest(Video::From from) const;
  /// Draws the newest frame into the place, as large as it fits, in its middle; one's own as in a
  /// mirror. False: there is none, and nothing was drawn.
  bool draw(const Video& place, cairo_surface_t* canvas);

 private:
  [[nodiscard]] const PictureBoard* board_of(Video::From from) const;

  struct Unmap {
    void operator()(const PictureBoards* boards) const;
  };
  int channel_ = -1;
  std::unique_ptr<const PictureBoards, Unmap> boards_;
};

}  // namespace madoguchi::ui
