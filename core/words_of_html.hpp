// What a person would read of a text that may be HTML or Markdown's simplest forms.
#pragma once

#include <string>
#include <string_view>

namespace hostbill {

// Without tags, with the usual entities as characters, and blanks and line breaks run together.
std::string words_of_html(std::string_view text);

} // namespace hostbill
