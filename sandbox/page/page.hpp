// The sandbox's page: a few files that are compiled in, and the portal's catalogue for its reference. sandbox/page/src
// has what they are built from.
#pragma once

#include "core/catalog/catalog.hpp"
#include "sandbox/http/http.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

class Page {
public:
    explicit Page(const Portal &portal) : portal_(portal) {}

    // The answer to a GET or HEAD of one of the page's paths; nullopt: it is none of them.
    std::optional<Response> serve(const Request &request, std::string_view path);

private:
    struct File {
        std::string_view type;
        std::string body;
        std::string gzipped;
        std::string tag;
    };
    const File *find(std::string_view path); // nullptr: there is none

    const Portal &portal_;
    std::map<std::string, File, std::less<>> files_; // by path, made when they are first asked for
};

} // namespace hostbill::sandbox
