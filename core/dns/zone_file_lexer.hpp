// The first step of reading a zone file: from text to entries of words.
#pragma once

#include "core/dns/dns_text.hpp"
#include "core/dns/zone_file.hpp"

#include <string_view>
#include <vector>

namespace hostbill {

// A line, or several where parentheses join them.
struct ZoneFileEntry {
    int line = 0;                 // where it begins
    bool same_owner = false;      // it begins with a blank, so that it belongs to the owner before
    bool broken = false;          // a mistake was found in it
    std::vector<Word> words = {}; // at least one
};

std::vector<ZoneFileEntry> split_zone_file(std::string_view text, std::vector<ZoneFileMistake> &mistakes);

} // namespace hostbill
