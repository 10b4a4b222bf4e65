#pragma once

#include <string>
#include <string_view>

namespace vodcatalog {

/// What stands where a secret was.
inline constexpr std::string_view kMask = "***";

/// Replaces the secrets in `text` by kMask: the values of the query parameters, headers, JSON
/// members, YAML keys and XML elements that is_secret_name() knows, also percent-encoded once or
/// twice and in JSON within JSON; key IDs by their look (LTAI..., STS....); the hash in the path of
/// a CDN URL signed by type B or C. Cuts off everything after "string to sign is:", where the
/// server repeats the whole request. Doing it twice changes nothing more. Masks too much rather
/// than too little: after `name:` without quotes, the rest of the line.
void redact(std::string& text);

/// Whether a value of that name, in any case, is a credential or a signature.
[[nodiscard]] bool is_secret_name(std::string_view name) noexcept;

}  // namespace vodcatalog
