#include "daemon/alerts/receiver_url.h"

#include <algorithm>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

/// Robots' tokens are longer; a shorter part of a path is a word like "services".
constexpr std::size_t kTokenBytesMin = 16;

/// Calls `take` with each part of `text` between the separators.
template <typename Take>
void each_part(std::string_view text, char separator, Take take) {
    while (true) {
        const std::size_t end = text.find(separator);
        take(text.substr(0, end));
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

}  // namespace

ReceiverUrl parse_receiver_url(std::string_view text, PlainHttp plain) {
    if (text.find('#') != std::string_view::npos) {
        throw catalog::Unusable("the URL must have no fragment");
    }
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) {
        throw catalog::Unusable("the URL must start with https:// (or http:// for loopback)");
    }
    const std::size_t path = text.find_first_of("/?", scheme + 3);
    ReceiverUrl url;
    url.endpoint = parse_url(text.substr(0, path), "the URL");
    if (plain == PlainHttp::loopback && !url.endpoint.tls && !url.endpoint.loopback()) {
        throw catalog::Unusable(
            "plain http is for loopback (127.0.0.0/8, [::1], localhost) alone; use https");
    }
    if (path == std::string_view::npos) return url;
    url.target = text.substr(path);
    const bool printable = std::all_of(url.target.begin(), url.target.end(),
                                       [](char c) { return c > ' ' && c <= '~'; });
    if (!printable) {
        throw catalog::Unusable(
            "the URL must have no blanks, control characters or letters beyond ASCII");
    }
    if (url.target.front() == '?') url.target.insert(0, "/");
    return url;
}

void know_url(Redactor& redactor, const ReceiverUrl& url) {
    const std::string_view target = url.target;
    redactor.know(target);
    const std::size_t query = target.find('?');
    each_part(target.substr(0, query), '/', [&](std::string_view part) {
        if (part.size() >= kTokenBytesMin) redactor.know(part);
    });
    if (query == std::string_view::npos) return;
    each_part(target.substr(query + 1), '&', [&](std::string_view part) {
        redactor.know(part.substr(std::min(part.size(), part.find('=') + 1)));
    });
}

}  // namespace vodcatalog
