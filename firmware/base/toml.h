#pragma once
// toml++ as this project uses it. Everything that reads TOML includes this and nothing of toml++,
// so that all of a program is built with the same settings.

// Errors are values.
#define TOML_EXCEPTIONS 0
// Its parser asserts on some wrong files ("[:") before it refuses them in words. A file from
// outside must end no process.
#define TOML_ASSERT(condition) static_cast<void>(0)

#include <toml++/toml.h>
