#include "catalog/stable_url.h"

#include <algorithm>
#include <array>
#include <utility>

#include "catalog/cdn_signature.h"

namespace catalog {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr int kEncodingsMax = 3;

/// What a member of the query is to a signature.
enum class Role {
    none,
    secret,         ///< Part of a signature by itself.
    oss,            ///< The same, and takes Expires with it.
    x_oss,          ///< The same, and takes its x-oss- companions with it.
    oss_companion,  ///< Part of a signature only beside one of role oss.
    x_oss_companion,
    hash,  ///< Part of a signature only beside a hex_time, and the other way round.
    hex_time,
};

struct Name {
    std::string_view text;  ///< Lower case.
    Role role;
};
constexpr std::array kNames{
    Name{"auth_key", Role::secret},
    Name{"security-token", Role::secret},
    Name{"x-oss-security-token", Role::secret},
    Name{"ossaccesskeyid", Role::oss},
    Name{"signature", Role::oss},
    Name{"x-oss-signature", Role::x_oss},
    Name{"x-oss-credential", Role::x_oss},
    Name{"x-oss-access-key-id", Role::x_oss},
    Name{"expires", Role::oss_companion},
    Name{"x-oss-date", Role::x_oss_companion},
    Name{"x-oss-expires", Role::x_oss_companion},
    Name{"x-oss-signature-version", Role::x_oss_companion},
    Name{"x-oss-additional-headers", Role::x_oss_companion},
};

/// Where the first of these characters is in `text` from `from` on; npos if none is. Unlike
/// find_first_of(), no call for each character.
template <char... kAny>
std::size_t find_any(std::string_view text, std::size_t from = 0) noexcept {
    for (std::size_t at = from; at < text.size(); ++at) {
        if (((text[at] == kAny) || ...)) return at;
    }
    return npos;
}

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
    return -1;
}

/// Takes one character off the front of `text`, percent-decoded.
char take(std::string_view& text) noexcept {
    char c = text.front();
    std::size_t size = 1;
    if (c == '%' && text.size() >= 3) {
        const int high = hex_digit(text[1]), low = hex_digit(text[2]);
        if (high >= 0 && low >= 0) {
            c = static_cast<char>(high * 16 + low);
            size = 3;
        }
    }
    text.remove_prefix(size);
    return c;
}

/// Takes the name off `member`, with its '='. Returns it in lower case, in `buffer`; empty if it is
/// too long for a known one or has no '='.
std::string_view take_name(std::string_view& member, std::array<char, 32>& buffer) noexcept {
    for (std::size_t size = 0; !member.empty() && size < buffer.size(); ++size) {
        const char c = take(member);
        if (c == '=') return {buffer.data(), size};
        buffer[size] = lower(c);
    }
    return {};
}

Role role_of(std::string_view member) noexcept {
    std::array<char, 32> buffer{};
    std::string_view value = member;
    const std::string_view name = take_name(value, buffer);
    for (const Name& known : kNames) {
        if (name == known.text) return known.role;
    }
    value = member.substr(std::min(member.find('='), member.size()));
    if (value.empty()) return Role::none;
    value.remove_prefix(1);
    if (is_cdn_hash(value)) return Role::hash;
    return is_cdn_hex_time(value) ? Role::hex_time : Role::none;
}

/// Takes the first member off `query`, with the separator behind it if there is one.
std::pair<std::string_view, std::string_view> take_member(std::string_view& query) noexcept {
    const std::size_t end = find_any<'&', '?', ';'>(query);
    const std::string_view member = query.substr(0, end);
    const std::string_view separator = end == npos ? "" : query.substr(end, 1);
    query.remove_prefix(member.size() + separator.size());
    return {member, separator};
}

/// Which kinds of signature a query has.
struct Found {
    bool secret = false, oss = false, x_oss = false, hash = false, hex_time = false;

    void note(Role role) noexcept {
        secret |= role == Role::secret;
        oss |= role == Role::oss;
        x_oss |= role == Role::x_oss;
        hash |= role == Role::hash;
        hex_time |= role == Role::hex_time;
    }
    [[nodiscard]] bool any() const noexcept { return secret || oss || x_oss || (hash && hex_time); }
    [[nodiscard]] bool takes_off(Role role) const noexcept {
        switch (role) {
            case Role::none:
                return false;
            case Role::secret:
            case Role::oss:
            case Role::x_oss:
                return true;
            case Role::oss_companion:
                return oss;
            case Role::x_oss_companion:
                return x_oss;
            case Role::hash:
            case Role::hex_time:
                return hash && hex_time;
        }
        return false;
    }
};

/// Appends `query`, which stood behind a '?', without its signature. Returns whether it had one.
bool append_query(std::string_view query, std::string& out) {
    Found found;
    for (std::string_view rest = query; !rest.empty();)
        found.note(role_of(take_member(rest).first));
    if (!found.any()) {
        (out += '?') += query;
        return false;
    }
    std::string_view separator = "?";  // before the next member that stays
    while (!query.empty()) {
        const auto [member, next_separator] = take_member(query);
        if (found.takes_off(role_of(member))) continue;
        (out += separator) += member;
        separator = next_separator;
    }
    return true;
}

/// Writes `url` without what signs it in a query, of which a fragment may have another.
bool cut_queries(std::string_view url, std::string& out) {
    out.clear();
    bool cut = false;
    for (std::size_t mark = url.find('?'); mark != npos; mark = url.find('?')) {
        const std::size_t end = std::min(url.find('#', mark), url.size());
        out += url.substr(0, mark);
        cut |= append_query(url.substr(mark + 1, end - mark - 1), out);
        url.remove_prefix(end);
    }
    out += url;
    return cut;
}

/// Whether `host`, perhaps with a port, is one of OSS.
bool is_bucket(std::string_view host) noexcept {
    constexpr std::string_view kDomain = ".aliyuncs.com";
    host = host.substr(0, host.find(':'));
    return host.find(".oss-") != npos && host.ends_with(kDomain);
}

/// Where the path of a URL begins whose host begins at `host`; npos if it has none, or none that
/// can be signed.
std::size_t path_begin(std::string_view text, std::size_t host) noexcept {
    const std::size_t begin = find_any<'/', '?', '#'>(text, host);
    if (begin == npos || text[begin] != '/' || is_bucket(text.substr(host, begin - host)))
        return npos;
    return begin;
}

/// Where the path begins in a text without a scheme: a path, `//host/...` or `host.name/...`.
std::size_t path_begin_without_scheme(std::string_view text) noexcept {
    if (text.starts_with("//")) return path_begin(text, 2);
    const std::size_t begin = path_begin(text, 0);
    const bool is_host = begin != npos && text.substr(0, begin).find('.') != npos;
    return begin == 0 || is_host ? begin : npos;
}

/// Writes `text` without what signs the paths of the URLs in it. Without any, `out` is left alone.
bool cut_paths(std::string_view text, std::string& out) {
    std::size_t copied = 0;
    bool cut = false;
    const auto cut_at = [&](std::size_t begin) {
        std::size_t end = begin;
        while (const auto signature = path_signature(text.substr(end))) {
            end += signature->size;
            // Else what follows could become a "//" that begins a host.
            while (end + 1 < text.size() && text[end + 1] == '/') ++end;
        }
        if (end == begin) return;
        if (!cut) out.clear();
        cut = true;
        out += text.substr(copied, begin - copied);
        copied = end;
    };
    if (const std::size_t begin = path_begin_without_scheme(text); begin != npos) cut_at(begin);
    for (std::size_t at = text.find("://"); at != npos; at = text.find("://", at + 3)) {
        if (const std::size_t begin = path_begin(text, at + 3); begin != npos) cut_at(begin);
    }
    if (cut) out += text.substr(copied);
    return cut;
}

bool cut_all(std::string_view url, std::string& out, int encodings_max);

/// Whether there may be an encoded "://" in `text`, however often it was encoded.
bool has_encoded_slashes(std::string_view text) noexcept {
    for (std::size_t at = text.find('%'); at != npos; at = text.find('%', at + 1)) {
        if (at >= 2 && lower(text[at - 1]) == 'f' && text[at - 2] == '2') return true;
    }
    return false;
}

void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            ((out += '%') += kDigits[byte >> 4]) += kDigits[byte & 15];
        }
    }
}

/// Takes what signs percent-encoded URLs out of `text`.
bool cut_encoded(std::string& text, int encodings_max) {
    if (encodings_max == 0 || !has_encoded_slashes(text)) return false;
    const std::string before = std::exchange(text, {});
    std::string decoded, stable;
    bool cut = false;
    for (std::size_t begin = 0; begin <= before.size();) {
        const std::size_t end =
            std::min(find_any<'&', '?', ';', '#', '/', '='>(before, begin), before.size());
        std::string_view piece = std::string_view(before).substr(begin, end - begin);
        decoded.clear();
        if (has_encoded_slashes(piece)) {
            for (std::string_view rest = piece; !rest.empty();) decoded += take(rest);
        }
        if (!decoded.empty() && cut_all(decoded, stable, encodings_max - 1)) {
            append_encoded(text, stable);
            cut = true;
        } else {
            text += piece;
        }
        if (end < before.size()) text += before[end];
        begin = end + 1;
    }
    return cut;
}

bool cut_all(std::string_view url, std::string& out, int encodings_max) {
    std::string without_path;
    const bool path_cut = cut_paths(url, without_path);
    const bool query_cut = cut_queries(path_cut ? without_path : url, out);
    if (!cut_encoded(out, encodings_max)) return path_cut || query_cut;
    // What had an encoded signature between its halves may be one itself.
    without_path = out;
    cut_all(without_path, out, encodings_max - 1);
    return true;
}

}  // namespace

bool stable_url(std::string_view url, std::string& out) {
    // Most texts are no URLs; without one of these there is nothing that could be signed.
    if (find_any<'/', '?', '%'>(url) == npos) {
        out.assign(url);
        return false;
    }
    return cut_all(url, out, kEncodingsMax);
}

}  // namespace catalog
