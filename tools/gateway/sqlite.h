#pragma once
// The database's API under its earlier name.
#include "tools/gateway/database/database.h"
