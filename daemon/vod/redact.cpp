#include "daemon/vod/redact.h"

#include <algorithm>
#include <array>
#include <optional>

#include "catalog/cdn_signature.h"
#include "daemon/vod/ascii_case.h"

namespace vodcatalog {
namespace {

using namespace std::string_view_literals;

/// In lower case.
constexpr std::array kSecretNames{"access_key_id"sv,
                                  "access_key_secret"sv,
                                  "access_token"sv,
                                  "accesskeyid"sv,
                                  "accesskeysecret"sv,
                                  "alibaba_cloud_access_key_id"sv,
                                  "alibaba_cloud_access_key_secret"sv,
                                  "alibaba_cloud_security_token"sv,
                                  "auth_key"sv,
                                  "authkey"sv,
                                  "authorization"sv,
                                  "bearertoken"sv,
                                  "canonicalrequest"sv,
                                  "credential"sv,
                                  "oidctoken"sv,
                                  "ossaccesskeyid"sv,
                                  "proxy-authorization"sv,
                                  "security-token"sv,
                                  "security_token"sv,
                                  "securitytoken"sv,
                                  "signature"sv,
                                  "signatureprovided"sv,
                                  "stringtosign"sv,
                                  "sts_token"sv,
                                  "uploadaddress"sv,
                                  "uploadauth"sv,
                                  "x-acs-accesskey-id"sv,
                                  "x-acs-bearer-token"sv,
                                  "x-acs-security-token"sv,
                                  "x-aliyun-ecs-metadata-token"sv,
                                  "x-oss-access-key-id"sv,
                                  "x-oss-credential"sv,
                                  "x-oss-security-token"sv,
                                  "x-oss-signature"sv,
                                  "x-vod-signature"sv};
/// Secret only as parameters of a query; elsewhere they are words.
constexpr std::array kSecretParameters{"key"sv, "sign"sv};
/// What follows them, up to the URL's end, lets anyone speak in a chat.
constexpr std::array kWebhooks{
    "hooks.slack.com/"sv, "oapi.dingtalk.com/robot/"sv, "open.feishu.cn/open-apis/bot/"sv,
    "open.larksuite.com/open-apis/bot/"sv, "qyapi.weixin.qq.com/cgi-bin/webhook/"sv};
/// Behind them the server repeats the whole request.
constexpr std::array kStringsToSign{"canonical request is"sv, "canonicalrequest is"sv,
                                    "string to sign is"sv, "stringtosign is"sv};
constexpr std::size_t kKeyIdBytesMin = 16;
constexpr std::size_t npos = std::string_view::npos;

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_hex(char c) noexcept {
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}
constexpr bool is_alnum(char c) noexcept {
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}
constexpr bool is_name_char(char c) noexcept {
    return is_alnum(c) || c == '-' || c == '_';
}

/// Whether `text` has the lower-case text `expected` at `at`, in any case.
bool has_at(std::string_view text, std::size_t at, std::string_view expected) noexcept {
    if (text.size() - at < expected.size()) return false;
    return std::equal(expected.begin(), expected.end(),
                      text.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char a, char b) { return a == ascii_lower(b); });
}

/// Whether a name may begin at `at`: not inside a word, unless that is the end of an encoded
/// character
/// (`%26Signature`, `\u0026Signature`).
bool begins_word(std::string_view text, std::size_t at) noexcept {
    if (at == 0 || !is_name_char(text[at - 1])) return true;
    if (at < 3 || !is_hex(text[at - 1]) || !is_hex(text[at - 2])) return false;
    return text[at - 3] == '%' || (at >= 5 && has_at(text, at - 5, "%25")) ||
           (at >= 6 && has_at(text, at - 6, "\\u00"));
}

/// The length of the secret name at `at`, 0 if there is none.
std::size_t secret_name_at(std::string_view text, std::size_t at) noexcept {
    for (const std::string_view name : kSecretNames) {
        if (!has_at(text, at, name)) continue;
        const std::size_t end = at + name.size();
        if (end == text.size() || !is_name_char(text[end])) return name.size();
    }
    return 0;
}

struct Range {
    std::size_t begin, end;
};

std::size_t skip(std::string_view text, std::size_t at, std::string_view what) noexcept {
    return std::min(text.find_first_not_of(what, at), text.size());
}
std::size_t until(std::string_view text, std::size_t at, std::string_view stop) noexcept {
    return std::min(text.find_first_of(stop, at), text.size());
}

/// If there is a quote at `at`, perhaps behind backslashes (JSON within JSON), the length of all
/// that.
std::size_t quote_at(std::string_view text, std::size_t at) noexcept {
    const std::size_t quote = skip(text, at, "\\");
    return quote < text.size() && (text[quote] == '"' || text[quote] == '\'') ? quote - at + 1 : 0;
}

/// The value that begins at `begin` with the quote `quote`.
Range quoted_value(std::string_view text, std::size_t begin, std::string_view quote) noexcept {
    begin += quote.size();
    if (quote.size() > 1) return {begin, std::min(text.find(quote, begin), text.size())};
    std::size_t end = begin;
    while (end < text.size() && text[end] != quote[0]) end += text[end] == '\\' ? 2 : 1;
    return {begin, std::min(end, text.size())};
}

/// The value behind the name that ends at `at`; nothing if what follows is no value.
std::optional<Range> value_after(std::string_view text, std::size_t at) noexcept {
    for (const auto& [equals, ampersand] :
         {std::pair{"%3d", "%26"}, std::pair{"%253d", "%2526"}, std::pair{"%25253d", "%252526"}}) {
        if (!has_at(text, at, equals)) continue;
        const std::size_t begin = at + std::string_view{equals}.size();
        const std::size_t end = until(text, begin, "& \t\r\n\"'<>");
        return Range{
            begin, begin + std::min(text.substr(begin, end - begin).find(ampersand), end - begin)};
    }
    if (at < text.size() && text[at] == '>') return Range{at + 1, until(text, at, "<")};

    const std::size_t closing = quote_at(text, at);
    at = skip(text, at + closing, " \t");
    if (at == text.size() || (text[at] != ':' && text[at] != '=')) return std::nullopt;
    const bool equals = text[at] == '=';
    const std::size_t begin = skip(text, at + 1, " \t");
    if (const std::size_t quote = quote_at(text, begin); quote > 0) {
        return quoted_value(text, begin, text.substr(begin, quote));
    }
    if (equals) return Range{begin, until(text, begin, "& \t\r\n\"'<>;#,)]}|\\")};
    const bool scalar =
        closing > 0 && begin < text.size() && text[begin] != '{' && text[begin] != '[';
    return Range{begin, until(text, begin, scalar ? ",}]\r\n" : "\r\n")};
}

/// The key ID at `at`: LTAI or STS. and letters and digits.
std::optional<Range> key_id_at(std::string_view text, std::size_t at) noexcept {
    std::size_t end = at;
    if (has_at(text, at, "ltai")) end += 4;
    if (has_at(text, at, "sts.")) end += 4;
    if (end == at) return std::nullopt;
    while (end < text.size() && is_alnum(text[end])) ++end;
    if (end - at < kKeyIdBytesMin) return std::nullopt;
    return Range{at, end};
}

/// The hash in a path that is signed by type B or C from `at` on.
std::optional<Range> path_hash_at(std::string_view text, std::size_t at) noexcept {
    const auto signature = catalog::path_signature(text.substr(at));
    if (!signature) return std::nullopt;
    const std::size_t hash = at + signature->hash;
    return Range{hash, hash + catalog::kCdnHashDigits};
}

/// What is secret in a webhook's URL whose host begins at `at`.
std::optional<Range> webhook_at(std::string_view text, std::size_t at) noexcept {
    for (const std::string_view prefix : kWebhooks) {
        if (!has_at(text, at, prefix)) continue;
        const std::size_t begin = at + prefix.size();
        return Range{begin, until(text, begin, " \t\r\n\"'<>\\")};
    }
    return std::nullopt;
}

/// The value of the parameter at `at`, if it is one that is secret in a query alone.
std::optional<Range> parameter_at(std::string_view text, std::size_t at) noexcept {
    if (at == 0 || (text[at - 1] != '?' && text[at - 1] != '&')) return std::nullopt;
    for (const std::string_view name : kSecretParameters) {
        const std::size_t end = at + name.size();
        if (has_at(text, at, name) && end < text.size() && text[end] == '=')
            return value_after(text, end);
    }
    return std::nullopt;
}

/// The secret that is found at `at`: where it begins, which may be later, and ends.
std::optional<Range> secret_at(std::string_view text, std::size_t at) noexcept {
    if (text[at] == '/') return path_hash_at(text, at);
    if (!is_alnum(text[at]) || !begins_word(text, at)) return std::nullopt;
    if (const std::size_t name = secret_name_at(text, at); name > 0)
        return value_after(text, at + name);
    if (const auto value = parameter_at(text, at)) return value;
    if (const auto rest = webhook_at(text, at)) return rest;
    return key_id_at(text, at);
}

/// Cuts `text` off behind "string to sign is:" and its like.
void cut_string_to_sign(std::string& text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const std::string_view phrase : kStringsToSign) {
            if (!has_at(text, at, phrase)) continue;
            const std::size_t end = at + phrase.size();
            text.resize(end);
            (text += ": ") += kMask;
            return;
        }
    }
}

}  // namespace

void redact(std::string& text) {
    cut_string_to_sign(text);
    std::string out;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::optional<Range> secret = secret_at(text, at);
        if (!secret || secret->begin >= secret->end) continue;
        out.append(text, copied, secret->begin - copied);
        out += kMask;
        copied = secret->end;
        at = secret->end - 1;
    }
    if (copied == 0) return;
    out.append(text, copied);
    text.swap(out);
}

bool is_secret_name(std::string_view name) noexcept {
    return std::any_of(kSecretNames.begin(), kSecretNames.end(), [name](std::string_view secret) {
        return name.size() == secret.size() && has_at(name, 0, secret);
    });
}

}  // namespace vodcatalog
