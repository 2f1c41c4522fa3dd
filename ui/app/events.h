#pragma once
// SDL's queue of events with and without a window. A window system wakes SDL's own waiting; without
// one SDL would look a thousand times a second, so that whoever pushes an event wakes the waiting
// thread itself.

#include <chrono>
#include <optional>

union SDL_Event;

namespace madoguchi::ui {

/// Any thread.
void push_event(SDL_Event& event);

/// The next event; false when none came in time. Without a time it waits until one comes, or SDL
/// fails. The thread that initialised SDL.
bool wait_for_event(SDL_Event& event, std::optional<std::chrono::milliseconds> at_most);

}  // namespace madoguchi::ui
