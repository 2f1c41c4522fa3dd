#pragma once
// The whole bundle into a folder, for installers that cannot stream. What was written before a
// break, a restart or a power cut is kept, as long as the server offers the same bundle.
//
// Loop thread only.

#include <functional>
#include <string>

#include "firmware/link/bundle_source.h"

namespace madoguchi {

/// Gives the path of the whole file, whose SHA-256 is the server's. `progress` hears how many bytes
/// are here. Errors: those of BundleSource::read; integrity (the file was removed: the next call
/// begins anew), io and full (the folder). What it is given outlives the task.
Task<Result<std::string>> download_bundle(BundleSource& source, const std::string& folder,
                                          const std::function<void(std::int64_t)>& progress);

}  // namespace madoguchi
