#pragma once
// The writer's side of picture_board.h, for tests and previews: somebody before a plain wall, drawn
// with a few shapes.

#include <cstdint>
#include <string>

#include "firmware/message/picture_board.h"

namespace madoguchi::ui {

class BoardSketch {
 public:
  /// In memory, sealed unless a test wants it otherwise.
  explicit BoardSketch(bool sealed = true);
  /// In a file, for kiosk-ui --preview --board.
  explicit BoardSketch(const std::string& path);
  ~BoardSketch();
  BoardSketch(const BoardSketch&) = delete;
  BoardSketch& operator=(const BoardSketch&) = delete;

  [[nodiscard]] PictureBoards& boards() { return *boards_; }
  /// A descriptor of its own.
  [[nodiscard]] int descriptor() const;

  /// Publishes a frame in one grey.
  void publish(PictureBoard& board, int width, int height, std::uint8_t luma);
  /// Publishes somebody: `shirt` tells them apart.
  void publish_somebody(PictureBoard& board, int width, int height, std::uint8_t shirt);

 private:
  void map();
  PictureFrame& next(PictureBoard& board, int width, int height);
  static void finish(PictureBoard& board);

  int fd_ = -1;
  PictureBoards* boards_ = nullptr;
};

}  // namespace madoguchi::ui
