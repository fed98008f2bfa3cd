#include "sandbox/page/page.hpp"

#include "core/catalog/catalog_json.hpp"
#include "core/catalog/error.hpp"
#include "sandbox/http/gzip.hpp"
#include "sandbox/world/crypto.hpp"

#include <algorithm>
#include <cstddef>

namespace hostbill::embedded {
extern const unsigned char page_index[], page_app_js[], page_app_css[], page_icon[], page_licenses[];
extern const std::size_t page_index_size, page_app_js_size, page_app_css_size, page_icon_size, page_licenses_size;
} // namespace hostbill::embedded

namespace hostbill::sandbox {
namespace {

struct Source {
    std::string_view path;
    std::string_view type;
    const unsigned char *bytes;
    const std::size_t *size;
};

constexpr Source sources[] = {
    {"/", "text/html; charset=utf-8", embedded::page_index, &embedded::page_index_size},
    {"/_sandbox/page/app.js", "text/javascript; charset=utf-8", embedded::page_app_js, &embedded::page_app_js_size},
    {"/_sandbox/page/app.css", "text/css; charset=utf-8", embedded::page_app_css, &embedded::page_app_css_size},
    {"/_sandbox/page/icon.svg", "image/svg+xml", embedded::page_icon, &embedded::page_icon_size},
    {"/_sandbox/page/licenses.txt", "text/plain; charset=utf-8", embedded::page_licenses,
     &embedded::page_licenses_size},
};
constexpr std::string_view catalog_path = "/_sandbox/catalog.json";

// Nothing from elsewhere, nothing inline. Images may be part of the style sheet, or come in a portal's answer.
constexpr std::string_view policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
                                    "form-action 'none'; frame-ancestors 'none'";

// Whether a list such as "gzip;q=0.8, br" has gzip, and not with a weight of 0.
bool takes_gzip(std::string_view accepted) {
    while (!accepted.empty()) {
        std::string item(accepted.substr(0, accepted.find(',')));
        accepted.remove_prefix(std::min(item.size() + 1, accepted.size()));
        item.erase(std::remove(item.begin(), item.end(), ' '), item.end());
        if (item == "gzip" || (item.starts_with("gzip;q=") && item.find_first_of("123456789") != item.npos))
            return true;
    }
    return false;
}

} // namespace

const Page::File *Page::find(std::string_view path) {
    if (auto known = files_.find(path); known != files_.end())
        return &known->second;
    File file;
    auto source =
        std::find_if(std::begin(sources), std::end(sources), [&](const Source &row) { return row.path == path; });
    if (source != std::end(sources)) {
        file.type = source->type;
        file.body.assign(reinterpret_cast<const char *>(source->bytes), *source->size);
    } else if (path == catalog_path) {
        file.type = "application/json";
        file.body = *catalog_json(portal_.id);
    } else {
        return nullptr;
    }
    file.gzipped = gzip(file.body);
    file.tag = base64url(keyed_hash("page", file.body));
    return &files_.emplace(path, std::move(file)).first->second;
}

std::optional<Response> Page::serve(const Request &request, std::string_view path) {
    if (request.method != "GET" && request.method != "HEAD")
        return std::nullopt;
    const File *file = find(path);
    if (file == nullptr)
        return std::nullopt;
    const bool zipped = takes_gzip(request.accept_encoding);
    const std::string tag = "\"" + file->tag + (zipped ? "-gzip\"" : "\"");
    Response response;
    response.headers = {
        {"Content-Type", std::string(file->type)},
        {"ETag", tag},
        {"Cache-Control", "no-cache"}, // Kept, but asked for again: another sandbox may be here tomorrow.
        {"Vary", "Accept-Encoding"},
        {"Content-Security-Policy", std::string(policy)},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"}};
    if (request.if_none_match == tag) {
        response.status = 304;
        return response;
    }
    if (zipped)
        response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = zipped ? file->gzipped : file->body;
    return response;
}

} // namespace hostbill::sandbox
