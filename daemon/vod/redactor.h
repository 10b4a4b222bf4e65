#pragma once

#include <deque>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/vod/credentials.h"

namespace vodcatalog {

/// redact(), and before it the very secrets that are in use: where one of them stands, under
/// whatever name or none, as it is, percent-encoded (once or twice) or within Base64, kMask stands
/// afterwards. For what goes out of the program: the log, errors of the HTTP edge.
///
/// One for the program; any thread.
class Redactor {
public:
    /// The one that has not been made known for the longest time is forgotten for one more.
    static constexpr std::size_t kSecretsMax = 1024;
    /// A shorter one is left to redact(): its letters would be found in words.
    static constexpr std::size_t kSecretBytesMin = 8;

    /// Masks `secret` from now on. Knowing it again costs little and keeps it from being forgotten.
    void know(std::string_view secret);
    /// Secret and token, and the key's ID as well.
    void know(const Credentials& credentials);

    void operator()(std::string& text) const;

private:
    struct Secret {
        std::string plain;
        std::vector<std::string> forms;  ///< `plain` among them; the longest first.
    };

    mutable std::shared_mutex mutex_;
    std::deque<Secret> secrets_;  // guarded by mutex_; the latest made known last
};

}  // namespace vodcatalog
