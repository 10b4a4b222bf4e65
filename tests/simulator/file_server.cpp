#include "tests/simulator/file_server.h"

#include <charconv>
#include <ctime>

namespace simulator {
namespace {

constexpr std::string_view kBelow = "/files/";
/// A signed time beyond the year 9999 is nonsense.
constexpr std::int64_t kSecondsMax = 253'402'300'799;

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// A whole number that is not negative; nothing if it is none.
std::optional<std::int64_t> number_in(std::string_view text, int base = 10) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && number >= 0 && number <= kSecondsMax ? std::optional{number} : std::nullopt;
}

/// The moment of "20260102T030405Z", or with `minutes` of "202601021104" in UTC+8.
std::optional<std::int64_t> moment_in(std::string_view text, bool minutes) {
    std::tm parts{};
    const std::string whole{text};
    const char* const end =
        strptime(whole.c_str(), minutes ? "%Y%m%d%H%M" : "%Y%m%dT%H%M%SZ", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return timegm(&parts) - (minutes ? 8 * 3'600 : 0);
}

std::string parameter(const std::string& query, std::string_view name) {
    Pairs pairs;
    read_form(query, pairs);
    for (const auto& [key, value] : pairs) {
        if (key == name) return value;
    }
    return "";
}

/// Takes "/first" off the front of `path` and returns "first".
std::string_view take_part(std::string_view& path) {
    if (path.empty()) return path;
    const std::size_t slash = path.find('/', 1);
    const std::string_view part =
        path.substr(1, slash == std::string_view::npos ? slash : slash - 1);
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
    return part;
}

std::string tail_of(std::string_view text, std::size_t size) {
    return std::string{text.substr(text.size() - std::min(size, text.size()))};
}

std::string expired(std::int64_t timestamp) {
    return "denied by req auth: expired timestamp=" + std::to_string(timestamp);
}

std::string invalid_hash(std::string_view hash) {
    return "denied by req auth: invalid md5hash=" + std::string{hash};
}

}  // namespace

bool FileServer::is_meant(const HttpRequest& request) {
    if (request.path.starts_with(kBelow)) return true;
    const std::string_view host = request.header("host");
    return host.starts_with("cdn.") || host.find(".oss-") != std::string_view::npos;
}

FileServer::Asked FileServer::asked_for(const HttpRequest& request) {
    const std::string host{request.header("host").substr(0, request.header("host").find(':'))};
    if (!request.path.starts_with(kBelow)) return {host, request.path, request.query};
    std::string_view path = std::string_view{request.path}.substr(kBelow.size() - 1);
    const std::string named{take_part(path)};
    return {named, std::string{path}, request.query};
}

void FileServer::answer(const HttpRequest& request, const Scenario& scenario, std::int64_t now_ms,
                        Reply& reply) const {
    const Asked asked = asked_for(request);
    reply.gateway = false;
    const std::int64_t now_s = now_ms / 1'000;
    if (request.method != "GET") {
        reply.http_status = 405;
        reply.content_type = "text/plain";
        return;
    }
    if (asked.host.find(".oss-") != std::string::npos) {
        if (const auto refusal = check_oss(asked, scenario, now_s)) {
            reply.http_status = refusal->http_status;
            reply.content_type = "application/xml";
            reply.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n  <Code>" +
                         refusal->code + "</Code>\n  <Message>" + refusal->message +
                         "</Message>\n  <HostId>" + asked.host + "</HostId>\n</Error>\n";
            return;
        }
    } else if (const auto why = check_cdn(asked, scenario, now_s)) {
        reply.http_status = 403;
        reply.content_type = "text/html";
        reply.headers.emplace_back("X-Tengine-Error", *why);
        reply.body = "<html><head><title>403 Forbidden</title></head></html>\r\n";
        return;
    }
    reply.content_type = "image/png";
    reply.body = "\x89PNG\r\n\x1a\n";
}

std::optional<std::string> FileServer::check_cdn(const Asked& asked, const Scenario& scenario,
                                                 std::int64_t now_s) const {
    const std::int64_t valid_s = scenario.cdn_valid.count() / 1'000;
    const std::string origin = "http://" + asked.host;
    const std::string signed_url =
        origin + asked.path + (asked.query.empty() ? "" : "?" + asked.query);
    const auto judge = [&](std::optional<std::int64_t> time, const std::string& ours,
                           std::string_view hash) -> std::optional<std::string> {
        if (!time || ours != signed_url) return invalid_hash(hash);
        return now_s > *time + valid_s ? std::optional{expired(*time)} : std::nullopt;
    };

    const std::string key = parameter(asked.query, "auth_key");
    if (!key.empty()) {
        const std::size_t first = key.find('-');
        const std::size_t second = first == std::string::npos ? first : key.find('-', first + 1);
        if (second == std::string::npos) return invalid_hash(key);
        const auto time = number_in(std::string_view{key}.substr(0, first));
        const std::string rand = key.substr(first + 1, second - first - 1);
        return judge(time,
                     signer_.sign_cdn(CdnSigning::a, origin + asked.path, time.value_or(0), rand),
                     tail_of(key, 32));
    }
    std::string_view rest = asked.path;
    const std::string_view one = take_part(rest);
    const std::string_view two = take_part(rest);
    const std::string url = origin + std::string{rest};
    if (one.size() == 12 && two.size() == 32 && is_hex(two)) {
        const auto time = moment_in(one, true);
        return judge(time, signer_.sign_cdn(CdnSigning::b, url, time.value_or(0), ""), two);
    }
    if (one.size() == 32 && is_hex(one) && is_hex(two)) {
        const auto time = number_in(two, 16);
        return judge(time, signer_.sign_cdn(CdnSigning::c, url, time.value_or(0), ""), one);
    }
    if (scenario.quirks.unsigned_urls > 0) return std::nullopt;
    return "denied by req auth: no url arg auth_key";
}

std::optional<Refusal> FileServer::check_oss(const Asked& asked, const Scenario& scenario,
                                             std::int64_t now_s) const {
    const std::string url = "http://" + asked.host + asked.path;
    const std::string version = parameter(asked.query, "x-oss-signature-version");
    std::string token = parameter(asked.query, "security-token");
    OssSigning signing = OssSigning::v1;
    std::optional<std::int64_t> from = 0;
    std::optional<std::int64_t> until = number_in(parameter(asked.query, "Expires"));
    if (version == "OSS2") {
        signing = OssSigning::v2;
        until = number_in(parameter(asked.query, "x-oss-expires"));
    } else if (!version.empty()) {
        signing = OssSigning::v4;
        token = parameter(asked.query, "x-oss-security-token");
        from = moment_in(parameter(asked.query, "x-oss-date"), false);
        const auto lasts = number_in(parameter(asked.query, "x-oss-expires"));
        until = from && lasts ? std::optional{*from + *lasts} : std::nullopt;
    } else if (parameter(asked.query, "Signature").empty()) {
        if (scenario.quirks.unsigned_urls > 0) return std::nullopt;
        return Refusal{403, "AccessDenied",
                       "You have no right to access this object because of bucket acl."};
    }
    if (!from || !until ||
        signer_.sign_oss(signing, url, *from, *until, token) != url + "?" + asked.query) {
        return Refusal{403, "SignatureDoesNotMatch",
                       "The request signature we calculated does not match the signature you "
                       "provided. Check your key and signing method."};
    }
    if (now_s > *until) return Refusal{403, "AccessDenied", "Request has expired."};
    return std::nullopt;
}

}  // namespace simulator
