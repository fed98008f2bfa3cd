// Lists that a portal gives in pages. No document describes them, but an answer may say that there are more.
#pragma once

#include "core/base/result.hpp"
#include "core/json/json.hpp"

#include <cstdint>
#include <functional>

namespace hostbill {

struct Options;

// Reads one page, counted from 1.
using ReadPage = std::function<Result<json::Value>(std::int64_t page)>;

// The first page with what all the others add to its lists: who decides by a list has to know all of it. The error is that
// of a page, or tells that the pages cannot be followed.
Result<json::Value> all_pages(const ReadPage &read);

// What asks for a page; nothing has to for the first.
void ask_for_page(Options &options, std::int64_t page);

} // namespace hostbill
