// Lists that a portal gives in pages. No document describes them, but an answer may say that there are more.
#pragma once

#include "core/base/result.hpp"
#include "core/call/options.hpp"
#include "core/json/json.hpp"

#include <functional>

namespace hostbill {

// Reads one page, with the options that ask for it.
using ReadPage = std::function<Result<json::Value>(Options options)>;

// The first page with what all the others add to its lists: who decides by a list has to know all of it. The error is that
// of a page, or tells that the pages cannot be followed.
Result<json::Value> all_pages(const Options &options, const ReadPage &read);

} // namespace hostbill
