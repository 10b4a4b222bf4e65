#include "tests/simulator/secret_record.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "tests/simulator/json_writer.h"

namespace simulator {
namespace {

constexpr std::size_t kHashDigits = 32;

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        const char* const digits = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
            out += static_cast<char>(value);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string_view segment(std::string_view text, std::size_t begin) {
    return text.substr(begin, text.find_first_of("/\"", begin) - begin);
}

bool is_run_of(std::string_view text, std::size_t size) {
    return text.size() == size && std::all_of(text.begin(), text.end(), is_hex);
}

/// Whether the hash at `at` stands in a path with a time before it (12 digits) or behind it (8).
bool signs_a_path(std::string_view body, std::size_t at) {
    const std::size_t end = at + kHashDigits;
    if (at < 14 || end >= body.size() || body[at - 1] != '/' || body[end] != '/') return false;
    return (body[at - 14] == '/' && is_run_of(body.substr(at - 13, 12), 12)) ||
           is_run_of(segment(body, end + 1), 8);
}

}  // namespace

void SecretRecord::add(std::string_view secret) {
    const std::scoped_lock lock(mutex_);
    if (secrets_.size() < kSecretsMax) {
        secrets_.emplace(secret);
    } else {
        complete_ = complete_ && secrets_.contains(std::string{secret});
    }
}

void SecretRecord::note(std::string_view body) {
    static constexpr std::array<std::string_view, 8> kNames{
        "Signature=", "x-oss-signature=",   "security-token=",        "auth_key=",
        "OIDCToken=", "\"AccessKeyId\":\"", "\"AccessKeySecret\":\"", "\"SecurityToken\":\""};
    for (const std::string_view name : kNames) {
        for (std::size_t at = body.find(name); at != std::string_view::npos;
             at = body.find(name, at + 1)) {
            const std::size_t begin = at + name.size();
            const std::size_t end = body.find_first_of("&\"", begin);
            if (end == std::string_view::npos)
                break;  // a body cut off on purpose; that signs nothing
            std::string_view value = body.substr(begin, end - begin);
            // Of "1767324845-0-0-HASH" only the hash is secret.
            if (name == "auth_key=") value.remove_prefix(value.rfind('-') + 1);
            add(percent_decoded(value));
        }
    }
    for (std::size_t at = body.find('/'); at != std::string_view::npos;
         at = body.find('/', at + 1)) {
        const std::string_view hash = segment(body, at + 1);
        if (is_run_of(hash, kHashDigits) && signs_a_path(body, at + 1)) add(hash);
    }
}

void SecretRecord::note_request(const HttpRequest& request) {
    // Each with an end, which a signature is not known by here.
    for (const std::string_view part :
         {std::string_view{request.query}, std::string_view{request.body},
          request.header("authorization")}) {
        if (part.find("Signature=") != std::string_view::npos ||
            part.find("OIDCToken=") != std::string_view::npos) {
            note(std::string{part} + '"');
        }
    }
    const std::string_view token = request.header("x-aliyun-ecs-metadata-token");
    if (!token.empty()) add(token);
}

std::string SecretRecord::json() const {
    const std::scoped_lock lock(mutex_);
    std::string text;
    JsonWriter out(text);
    out.begin_object().member("complete", complete_).key("secrets").begin_array();
    for (const std::string& secret : secrets_) out.text(secret);
    out.end_array().end_object();
    return text;
}

}  // namespace simulator
