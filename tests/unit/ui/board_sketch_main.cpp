// board-sketch FILE: pictures of a call for kiosk-ui --preview --board FILE.

#include <cstdio>

#include "tests/unit/ui/board_sketch.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    (void)std::fprintf(stderr, "board-sketch: give the file to write\n");
    return 2;
  }
  madoguchi::ui::BoardSketch sketch{std::string(argv[1])};
  sketch.publish_somebody(sketch.boards().far_end, 1280, 720, 90);
  sketch.publish_somebody(sketch.boards().self, 640, 480, 160);
  return 0;
}
