// What a reader sees of a piece of HTML.
#pragma once

#include <string>
#include <string_view>

namespace hostbill {

// Whether there is any markup in it: a tag or an entity.
bool looks_like_html(std::string_view text);

// The text alone: a line for each block and row, a tab between the cells of a row, entities as what they stand for, blanks
// as one. A link's address follows its words where they differ. Scripts, styles and comments are left out. Any text is
// taken, well formed or not; the work grows with its length alone.
std::string html_to_text(std::string_view html);

} // namespace hostbill
