#pragma once

namespace madoguchi::gateway {

/// `gateway numbers guide --file FIGURES.csv --database FILE`: takes the procedure guide's figures
/// of a whole file in (guide_csv.h), all or none. Exit code 0, or 2 with a line a mistake on
/// standard error. argv[0] is "numbers".
int numbers_command(int argc, const char* const* argv);

}  // namespace madoguchi::gateway
